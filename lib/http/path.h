/*
 * A request's path, taken apart before anything else looks at it. What could
 * mean two things (dot segments, encoded slashes, NUL, broken UTF-8) is
 * refused.
 */
#ifndef LIB_HTTP_PATH_H
#define LIB_HTTP_PATH_H

#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/base/attr.h"

enum { HTTP_SEGMENTS_MAX = 12, HTTP_PATH_MAX = 4096 };

struct http_path {
	bool is_v1;
	bool is_root;                     /* without "api/" */
	int n;                            /* segments behind the handler's */
	char *segment[HTTP_SEGMENTS_MAX]; /* decoded, in the arena */
};

enum http_path_result {
	HTTP_PATH_OK,
	HTTP_PATH_OTHER,   /* well-formed, but not of this handler: 404 */
	HTTP_PATH_REFUSED, /* 400 */
};

/* Takes "<base>api/[v1/]<segment>[/…]" apart; a query behind '?' is left out,
 * one slash at the end too. base begins and ends with '/'. With root also
 * "<base><segment>". */
enum http_path_result http_path_parse(struct arena *arena, const char *uri,
    const char *base, const char *segment, bool root,
    struct http_path *path) NONNULL MUST_CHECK;

#endif
