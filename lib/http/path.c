/* Takes a request's path apart. */
#include "lib/http/path.h"

#include <string.h>

#include "lib/base/encode.h"
#include "lib/base/str.h"

/* A decoded segment in which nothing is ambiguous. */
static bool
is_plain(const char *segment)
{
	const unsigned char *at;

	if (strcmp(segment, ".") == 0 || strcmp(segment, "..") == 0)
		return false;
	for (at = (const unsigned char *)segment; *at != '\0'; at++)
		if (*at < 0x20 || *at == 0x7f || *at == '/' || *at == '\\')
			return false;
	return str_is_utf8(segment, strlen(segment));
}

/* The next segment of *at, decoded; NULL when it is refused. */
static char *
next_segment(struct arena *arena, const char **at)
{
	size_t len = strcspn(*at, "/");
	char *segment = arena_strndup(arena, *at, len);

	*at += len;
	if (**at == '/')
		(*at)++;
	if (!decode_percent(segment, false) || !is_plain(segment))
		return NULL;
	return segment;
}

enum { PREFIX_MAX = 3 }; /* "api", "v1", the handler's */

/* How many segments stand before those of the route; 0 for an address that is
 * not the handler's. */
static size_t
skip_prefix(struct http_path *path, char *const *all, size_t n,
    const char *segment, bool root)
{
	size_t first = 0;

	path->is_root = root && n > 0 && strcmp(all[0], segment) == 0;
	if (path->is_root)
		return 1;
	if (n == 0 || strcmp(all[first++], "api") != 0)
		return 0;
	path->is_v1 = n > 1 && strcmp(all[1], "v1") == 0;
	first += path->is_v1;
	return first < n && strcmp(all[first], segment) == 0 ? first + 1 : 0;
}

enum http_path_result
http_path_parse(struct arena *arena, const char *uri, const char *base,
    const char *segment, bool root, struct http_path *path)
{
	char *all[HTTP_SEGMENTS_MAX + PREFIX_MAX];
	size_t len = strcspn(uri, "?#"), n = 0, i;
	const char *at;

	memset(path, 0, sizeof(*path));
	if (len >= HTTP_PATH_MAX)
		return HTTP_PATH_REFUSED;
	at = str_after(arena_strndup(arena, uri, len), base);
	if (at == NULL)
		return HTTP_PATH_OTHER;
	while (*at != '\0') {
		if (n == COUNT_OF(all))
			return HTTP_PATH_OTHER;
		all[n] = next_segment(arena, &at);
		if (all[n++] == NULL)
			return HTTP_PATH_REFUSED;
	}
	i = skip_prefix(path, all, n, segment, root);
	if (i == 0 || n - i > HTTP_SEGMENTS_MAX)
		return HTTP_PATH_OTHER;
	for (; i < n; i++) {
		if (all[i][0] == '\0')
			return HTTP_PATH_OTHER;
		path->segment[path->n++] = all[i];
	}
	return HTTP_PATH_OK;
}
