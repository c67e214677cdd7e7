/*
 * The one table of path parameters: ":movie" means the same everywhere.
 */
#ifndef LIB_HTTP_PARAMS_H
#define LIB_HTTP_PARAMS_H

#include "lib/base/arena.h"
#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/http/http.h"

struct http_param {
	const char *name;
	struct field row;    /* its name is the parameter's */
	enum err_code wrong; /* what a value of another form is answered with */
};

/* NULL for a name that is not in the table. */
const struct http_param *http_param_find(const char *name) NONNULL MUST_CHECK;

/* NULL and the value, or the problem. */
const char *http_param_check(struct arena *arena,
    const struct http_param *param, const char *text,
    struct value *out) NONNULL MUST_CHECK;

#endif
