/*
 * Which row a path and a method mean.
 */
#ifndef LIB_HTTP_MATCH_H
#define LIB_HTTP_MATCH_H

#include "lib/base/arena.h"
#include "lib/base/attr.h"
#include "lib/http/http.h"
#include "lib/http/path.h"

struct http_match {
	const struct route *route; /* NULL: none has the path and the method */
	const struct route *any;   /* one with the path; NULL: 404 */
	char *allow;               /* methods of all rows with the path */
};

/* Literal segments count before parameters, earlier rows before later ones;
 * HEAD takes a row of its own, else one of GET. */
void http_match_route(struct arena *arena, const struct handler *handler,
    const char *method, const struct http_path *path,
    struct http_match *match) NONNULL;

/* Fills the parameters by place. 0, or -1 and the refusal. */
int http_match_params(struct arena *arena, const struct route *route,
    const struct http_path *path, struct value out[HTTP_PARAMS_MAX],
    struct reply *refusal) NONNULL MUST_CHECK;

/* What stands in the path where the row has ":key"; NULL when it has none. */
const char *http_match_segment(const struct route *route,
    const struct http_path *path, const char *pattern) NONNULL MUST_CHECK;

/* The path as logs may show it: rows with a key in their path by their
 * pattern, as a code that people type is, long segments shortened. In the request's arena. */
char *http_match_shown(const struct request *req, const struct handler *handler,
    const struct http_path *path) NONNULL RETURNS_NONNULL MUST_CHECK;

/* The next segment of a row's pattern at *at, without its slash, its length in
 * *len; NULL at the end. */
const char *http_pattern_next(const char **at, size_t *len) NONNULL MUST_CHECK;

#endif
