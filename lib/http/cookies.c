/* Reads the Cookie header and writes Set-Cookie. */
#include "lib/http/cookies.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/arena.h"
#include "lib/base/log.h"
#include "lib/base/str.h"
#include "lib/http/http.h"

#define SECURE_PREFIX "__Secure-"

/* Copies [from, to) without white space around it; false when it is longer. */
static bool
copy_trimmed(const char *from, const char *to, char *out, size_t size)
{
	while (from < to && (*from == ' ' || *from == '\t'))
		from++;
	while (to > from && (to[-1] == ' ' || to[-1] == '\t'))
		to--;
	if ((size_t)(to - from) >= size)
		return false;
	memcpy(out, from, (size_t)(to - from));
	out[to - from] = '\0';
	return true;
}

static void
unquote(char *value)
{
	size_t len = strlen(value);

	if (len >= 2 && value[0] == '"' && value[len - 1] == '"') {
		memmove(value, value + 1, len - 2);
		value[len - 2] = '\0';
	}
}

bool
http_cookie_next(const char **at, struct http_cookie *out)
{
	const char *start, *end, *equal;

	while (**at != '\0') {
		start = *at;
		end = start + strcspn(start, ";");
		*at = *end == ';' ? end + 1 : end;
		equal = memchr(start, '=', (size_t)(end - start));
		if (equal == NULL ||
		    !copy_trimmed(start, equal, out->name, sizeof(out->name)) ||
		    !copy_trimmed(
			equal + 1, end, out->value, sizeof(out->value)) ||
		    out->name[0] == '\0')
			continue;
		unquote(out->value);
		return true;
	}
	return false;
}

const char *
http_cookie_bare_name(const char *name)
{
	const char *bare = str_after(name, SECURE_PREFIX "__miauflix_");

	return bare == NULL ? name : name + sizeof(SECURE_PREFIX) - 1;
}

bool
http_cookie_find(const char *header, const char *name, struct http_cookie *out)
{
	const char *at;
	int secure;

	for (secure = 1; secure >= 0; secure--) {
		at = header;
		while (http_cookie_next(&at, out)) {
			if (secure == (strcmp(out->name, name) != 0) &&
			    strcmp(http_cookie_bare_name(out->name), name) == 0)
				return true;
		}
	}
	return false;
}

const char *
request_cookie(const struct request *req, const char *name)
{
	const char *header = request_header(req, "Cookie");
	struct http_cookie cookie;

	if (header == NULL || !http_cookie_find(header, name, &cookie))
		return NULL;
	return arena_strdup(req->arena, cookie.value);
}

void
request_cookies(const struct request *req, const char *prefix,
    void (*fn)(const char *name, const char *value, void *arg), void *arg)
{
	const char *at = request_header(req, "Cookie");
	struct http_cookie cookie;
	const char *name;

	while (at != NULL && http_cookie_next(&at, &cookie)) {
		name = http_cookie_bare_name(cookie.name);
		if (str_starts(name, prefix))
			fn(arena_strdup(req->arena, name),
			    arena_strdup(req->arena, cookie.value), arg);
	}
}

void
reply_cookie(struct reply *reply, const struct request *req, const char *name,
    const char *value, const char *path, int64_t max_age_s)
{
	if (strpbrk(name, "=;, \r\n") != NULL ||
	    (value != NULL && strpbrk(value, "\";, \r\n") != NULL))
		die("a cookie that cannot be spelled");
	reply_header(reply, "Set-Cookie",
	    arena_printf(req->arena,
		"%s%s=%s; Path=%s%s; Max-Age=%lld; HttpOnly; SameSite=Strict%s",
		req->is_tls ? SECURE_PREFIX : "", name,
		value == NULL ? "" : value, req->context->base_path, path,
		value == NULL ? 0LL : (long long)max_age_s,
		req->is_tls ? "; Secure" : ""));
}
