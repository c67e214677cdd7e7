/* Queries and the typed fields in them. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"
#include "lib/http/http.h"
#include "lib/http/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_MAX = 4 * 1024 * 1024 };

enum { TEXT, INT, REAL, CHOICE, LANGUAGE };
static const struct field rows[] = {
	[TEXT] = { .name = "text", .max = 20 },
	[INT] = { .name = "n", .type = FIELD_INT, .min = 1, .max = 100 },
	[REAL] = { .name = "x", .type = FIELD_REAL, .real_max = 1 },
	[CHOICE] = { .name = "sort", .type = FIELD_CHOICE, .choices = "a|bc" },
	[LANGUAGE] = { .name = "lang", .type = FIELD_LANGUAGE },
	{ .name = "id", .type = FIELD_TITLE_ID },
	{ .name = "mail", .type = FIELD_EMAIL },
	{ .name = "uuid", .type = FIELD_UUID },
	{ .name = "key", .type = FIELD_KEY },
	{ .name = "path", .type = FIELD_PATH },
	{ .name = "flag", .type = FIELD_BOOL },
	{ 0 },
};

static void
check_numbers(const struct value *n, const struct value *x)
{
	if (n->is_given && (n->integer < 1 || n->integer > 100))
		die("number");
	if (x->is_given && (!isfinite(x->real) || x->real < 0 || x->real > 1))
		die("real");
}

static void
check_texts(const struct value *values)
{
	const char *text = values[TEXT].text, *sort = values[CHOICE].text;

	if (text != NULL &&
	    (strlen(text) > 20 || !str_is_utf8(text, strlen(text))))
		die("text");
	if (sort != NULL && strcmp(sort, "a") != 0 && strcmp(sort, "bc") != 0)
		die("choice");
	if (values[LANGUAGE].is_given && strlen(values[LANGUAGE].text) > 35)
		die("language");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct value values[HTTP_FIELDS_MAX] = { 0 };
	struct arena *arena = arena_new(ARENA_MAX);
	struct http_problems problems = { 0 };
	char *text = mem_calloc(size + 1, 1);
	struct http_query query;

	memcpy(text, data, size);
	if (http_query_parse(arena, text, &query)) {
		if (query.n > HTTP_PAIRS_MAX)
			die("%d pairs", query.n);
		http_fields_query(arena, rows, &query, values, &problems);
		check_numbers(&values[INT], &values[REAL]);
		check_texts(values);
		json_object_put(problems.list);
	}
	free(text);
	arena_free(arena);
	return 0;
}
