/*
 * The query of an address, and the check of its and a body's fields against
 * rows.
 */
#ifndef LIB_HTTP_QUERY_H
#define LIB_HTTP_QUERY_H

#include <json-c/json.h>
#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/base/attr.h"
#include "lib/http/request.h"

enum { HTTP_PAIRS_MAX = 64, HTTP_QUERY_MAX = 16 * 1024 };

struct field;

struct http_query {
	int n;
	struct {
		const char *name;
		const char *text;
	} pair[HTTP_PAIRS_MAX];
};

/* "a=1&b=x%20y" into pairs in the arena. False for a broken escape, invalid
 * UTF-8, NUL, more than the limits. */
bool http_query_parse(struct arena *arena, const char *text,
    struct http_query *query) NONNULL MUST_CHECK;

/* The value of a name, NULL when it is absent. */
const char *http_query_find(
    const struct http_query *query, const char *name) NONNULL MUST_CHECK;

/* What is wrong with fields: [{name, problem}], NULL while nothing is. */
struct http_problems {
	struct json_object *list;
	bool unknown; /* the first was a name that is not known */
};

/* Fills out[] by the index of rows (ended by a row without a name; rows NULL:
 * none) and notes what is wrong. */
void http_fields_query(struct arena *arena, const struct field *rows,
    const struct http_query *query, struct value out[HTTP_FIELDS_MAX],
    struct http_problems *problems) NONNULL_ARGS(1, 3, 4, 5);
/* The same for a JSON object. */
void http_fields_body(struct arena *arena, const struct field *rows,
    struct json_object *body, struct value out[HTTP_FIELDS_MAX],
    struct http_problems *problems) NONNULL_ARGS(1, 3, 4, 5);

/* One value from text. NULL, or the problem as the end of a sentence ("must be
 * a number"). */
const char *http_field_from_text(struct arena *arena, const struct field *row,
    const char *text, struct value *out) NONNULL MUST_CHECK;

#endif
