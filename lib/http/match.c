/* Finds the row of a request. */
#include "lib/http/match.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/log.h"
#include "lib/http/params.h"
#include "lib/http/server.h"

enum { NAME_MAX_LEN = 32, SHOWN_SEGMENT_MAX = 40, SHOWN_MAX = 300 };

const char *
http_pattern_next(const char **at, size_t *len)
{
	const char *start;

	while (**at == '/')
		(*at)++;
	start = *at;
	*len = strcspn(start, "/");
	*at += *len;
	return *len == 0 ? NULL : start;
}

/* How well a row fits: -1 not at all, else a number whose earlier digits are
 * earlier segments, literals counting more. */
static int
fit(const struct route *row, const struct http_path *path)
{
	const char *at = row->path, *segment;
	int i, score = 0;
	size_t len;

	for (i = 0; (segment = http_pattern_next(&at, &len)) != NULL; i++) {
		score = score * 2;
		if (i >= path->n)
			return -1;
		if (segment[0] == ':')
			continue;
		if (strlen(path->segment[i]) != len ||
		    memcmp(path->segment[i], segment, len) != 0)
			return -1;
		score++;
	}
	return i == path->n ? score : -1;
}

static int
best_fit(const struct handler *handler, const struct http_path *path)
{
	const struct route *row;
	int score, best = -1;

	for (row = handler->routes; row->method != NULL; row++) {
		score = fit(row, path);
		if (score > best)
			best = score;
	}
	return best;
}

void
http_match_route(struct arena *arena, const struct handler *handler,
    const char *method, const struct http_path *path, struct http_match *match)
{
	const struct route *row, *get = NULL;
	bool is_head = strcmp(method, "HEAD") == 0, has_head = false;
	int best = best_fit(handler, path);
	struct buf allow;

	memset(match, 0, sizeof(*match));
	if (best == -1)
		return;
	buf_init(&allow, 256);
	for (row = handler->routes; row->method != NULL; row++) {
		if (fit(row, path) != best)
			continue;
		match->any = row;
		if (match->route == NULL && strcmp(row->method, method) == 0)
			match->route = row;
		if (strcmp(row->method, "GET") == 0)
			get = row;
		has_head = has_head || strcmp(row->method, "HEAD") == 0;
		buf_printf(&allow, "%s, ", row->method);
	}
	if (get != NULL && !has_head)
		buf_puts(&allow, "HEAD, ");
	buf_puts(&allow, "OPTIONS");
	if (match->route == NULL && is_head)
		match->route = get;
	match->allow = arena_strdup(arena, allow.data);
	buf_fini(&allow);
}

int
http_match_params(struct arena *arena, const struct route *route,
    const struct http_path *path, struct value out[HTTP_PARAMS_MAX],
    struct reply *refusal)
{
	const struct http_param *param;
	const char *at = route->path, *segment, *problem;
	char name[NAME_MAX_LEN];
	int i, place = 0, result = 0;
	size_t len;

	for (i = 0; (segment = http_pattern_next(&at, &len)) != NULL; i++) {
		if (segment[0] != ':')
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)len - 1, segment + 1);
		param = http_param_find(name);
		if (param == NULL)
			die("parameter %s is in no table", name);
		problem = http_param_check(
		    arena, param, path->segment[i], &out[place++]);
		if (problem == NULL || result == -1)
			continue;
		result = -1;
		*refusal = param->wrong == ERR_INVALID_FIELDS
		    ? reply_bad_field(name, problem)
		    : reply_error(param->wrong, "%s.", err_title(param->wrong));
	}
	return result;
}

const char *
http_match_segment(const struct route *route, const struct http_path *path,
    const char *pattern)
{
	const char *at = route->path, *segment;
	size_t len;
	int i;

	for (i = 0; (segment = http_pattern_next(&at, &len)) != NULL; i++)
		if (len == strlen(pattern) &&
		    memcmp(segment, pattern, len) == 0)
			return path->segment[i];
	return NULL;
}

static bool
has_keys(const struct handler *handler)
{
	const struct route *row;

	for (row = handler->routes; row->method != NULL; row++)
		if (row->access == ACCESS_KEY)
			return true;
	return false;
}

/* A parameter that nobody else should read. */
static bool
is_code(const char *pattern, size_t len)
{
	static const char *const names[] = { ":userCode", ":pass" };
	size_t i;

	for (i = 0; i < COUNT_OF(names); i++)
		if (len == strlen(names[i]) &&
		    memcmp(pattern, names[i], len) == 0)
			return true;
	return false;
}

char *
http_match_shown(const struct request *req, const struct handler *handler,
    const struct http_path *path)
{
	const char *segment =
	    handler->segment == NULL ? handler->name : handler->segment;
	const char *at, *pattern;
	struct buf shown;
	char *text;
	size_t len;
	int i;

	/* An address that fits no row may hold anything. */
	if (req->route == NULL)
		return arena_printf(req->arena, "/api/%s/?", segment);
	if (has_keys(handler))
		return arena_printf(
		    req->arena, "/api/%s%s", segment, req->route->path);
	buf_init(&shown, SHOWN_MAX);
	buf_printf(&shown, "%s/%s", path->is_root ? "" : "/api", segment);
	at = req->route->path;
	for (i = 0; i < path->n; i++) {
		pattern = http_pattern_next(&at, &len);
		if (pattern != NULL && is_code(pattern, len))
			buf_printf(&shown, "/%.*s", (int)len, pattern);
		else if (strlen(path->segment[i]) > SHOWN_SEGMENT_MAX)
			buf_puts(&shown, "/…");
		else
			buf_printf(&shown, "/%s", path->segment[i]);
	}
	text = arena_strdup(req->arena, shown.data);
	buf_fini(&shown);
	return text;
}

static void
check_list(const struct field *rows, const char *what, const char *path)
{
	int i;

	for (i = 0; rows != NULL && rows[i].name != NULL; i++)
		if (i == HTTP_FIELDS_MAX ||
		    (rows[i].type == FIELD_CHOICE && rows[i].choices == NULL))
			die("the %s fields of %s are wrong", what, path);
}

/* Nobody forgets to say what is written of a change. */
static void
check_audit(const struct route *row)
{
	bool is_read = strcmp(row->method, "GET") == 0;

	if (is_read != (row->audit == AUDIT_UNSAID))
		die("%s %s: a row that is not GET, and no other, says what it "
		    "writes to the audit log",
		    row->method, row->path);
	if ((row->audit == AUDIT_NONE) !=
	    (row->audit_why != NULL && row->audit_why[0] != '\0'))
		die("%s %s: AUDIT_NONE and its reason go together", row->method,
		    row->path);
}

static void
check_row(const struct route *row)
{
	const char *at = row->path, *segment;
	char name[NAME_MAX_LEN];
	int n_params = 0, n_segments = 0;
	bool has_key = false;
	size_t len;

	if (row->run == NULL || row->path == NULL)
		die("a row lacks its path or its function");
	for (; (segment = http_pattern_next(&at, &len)) != NULL; n_segments++) {
		if (segment[0] != ':')
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)len - 1, segment + 1);
		if (http_param_find(name) == NULL)
			die("%s: there is no path parameter %s", row->path,
			    name);
		has_key = has_key || strcmp(name, "key") == 0;
		n_params++;
	}
	if (n_params > HTTP_PARAMS_MAX || n_segments > HTTP_SEGMENTS_MAX)
		die("%s has too many segments", row->path);
	if ((row->access == ACCESS_KEY) != has_key)
		die("%s: a key in the path and ACCESS_KEY go together",
		    row->path);
	if (row->embed && strcmp(row->method, "GET") != 0)
		die("%s: only GET can be embedded", row->path);
	check_audit(row);
	check_list(row->query, "query", row->path);
	check_list(row->body, "body", row->path);
}

void
http_check_routes(const struct handler *handler)
{
	const struct route *row;

	for (row = handler->routes; row->method != NULL; row++)
		check_row(row);
}
