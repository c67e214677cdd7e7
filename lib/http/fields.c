/*
 * Fields from outside into typed values: one function per type, one table. Texts
 * of a query and of a JSON body pass the same checks.
 */
#include <math.h>
#include <string.h>

#include "lib/base/str.h"
#include "lib/http/http.h"
#include "lib/http/query.h"

enum {
	TEXT_MAX = 256,
	EMAIL_MAX = 254,
	LOCAL_PART_MAX = 64,
	PASSWORD_LEAST = 8,
	PASSWORD_MOST = 1024,
	LANGUAGE_MAX = 35,
	UUID_LEN = 36,
	KEY_LEN = 43,
	PATH_LEN_MAX = 4095,
};

/* What a number in JSON holds exactly. */
static const int64_t INT_BOUND = 9007199254740991;

#define ALNUM "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
#define DIGITS "0123456789"

/* Length of `text` when it consists of `set` only, else -1. */
static long
span(const char *text, const char *set)
{
	size_t len = strspn(text, set);

	return text[len] == '\0' ? (long)len : -1;
}

static bool
has_controls(const char *text, const char *but)
{
	for (; *text != '\0'; text++)
		if (((unsigned char)*text < 0x20 || *text == 0x7f) &&
		    strchr(but, *text) == NULL)
			return true;
	return false;
}

static const char *
check_text(const struct field *row, const char *text)
{
	size_t len = strlen(text);
	size_t max = row->max > 0 ? (size_t)row->max : TEXT_MAX;

	if (len > max)
		return "is too long";
	if (row->min > 0 && len < (size_t)row->min)
		return len == 0 ? "must not be empty" : "is too short";
	if (has_controls(text, ""))
		return "must not hold control characters";
	return NULL;
}

static const char *
check_email(const struct field *row UNUSED, const char *text)
{
	const char *at = strrchr(text, '@');
	size_t len = strlen(text);

	if (len > EMAIL_MAX)
		return "is too long";
	if (at == NULL || at == text || at[1] == '\0' || at[1] == '.' ||
	    strchr(text, '@') != at || at - text > LOCAL_PART_MAX ||
	    strpbrk(text, " \",:;<>[]\\()") != NULL || has_controls(text, "") ||
	    text[len - 1] == '.' || strstr(text, "..") != NULL)
		return "must be an e-mail address";
	return NULL;
}

static const char *
check_password(const struct field *row UNUSED, const char *text)
{
	size_t len = strlen(text);

	if (len < PASSWORD_LEAST)
		return "must have at least 8 characters";
	return len > PASSWORD_MOST ? "is too long" : NULL;
}

static const char *
check_language(const struct field *row UNUSED, const char *text)
{
	size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz"), part;
	bool ok = len >= 2 && len <= 3 && strlen(text) <= LANGUAGE_MAX;

	while (ok && text[len] == '-') {
		part = strspn(text + len + 1, ALNUM);
		ok = part >= 2 && part <= 8;
		len += part + 1;
	}
	return ok && text[len] == '\0'
	    ? NULL
	    : "must be a language such as en or pt-BR";
}

static const char *
check_title_id(const struct field *row UNUSED, const char *text)
{
	const char *digits;
	long len;

	digits = str_after(text, "movie-");
	if (digits == NULL)
		digits = str_after(text, "show-");
	if (digits != NULL) {
		len = span(digits, DIGITS);
		if (len >= 1 && len <= 16)
			return NULL;
	}
	digits = str_after(text, "tt");
	if (digits != NULL) {
		len = span(digits, DIGITS);
		if (len >= 5 && len <= 12)
			return NULL;
	}
	return "must be a title such as movie-603";
}

static const char *
check_uuid(const struct field *row UNUSED, const char *text)
{
	int i;

	for (i = 0; i < UUID_LEN; i++) {
		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (text[i] != '-')
				break;
		} else if (text[i] == '\0' ||
		    strchr("0123456789abcdef", text[i]) == NULL) {
			break;
		}
	}
	return i == UUID_LEN && text[i] == '\0' ? NULL : "must be a UUID";
}

static const char *
check_key(const struct field *row UNUSED, const char *text)
{
	return span(text, ALNUM "-_") == KEY_LEN
	    ? NULL
	    : "must be a key of 43 characters";
}

static const char *
check_path(const struct field *row UNUSED, const char *text)
{
	if (text[0] != '/')
		return "must be an absolute path";
	return strlen(text) > PATH_LEN_MAX ? "is too long" : NULL;
}

static const char *
check_choice(const struct field *row, const char *text)
{
	const char *at = row->choices;
	size_t len = strlen(text), part;

	while (at != NULL && *at != '\0') {
		part = strcspn(at, "|");
		if (part == len && strncmp(at, text, len) == 0)
			return NULL;
		at += part + (at[part] == '|');
	}
	return "is not one of the allowed values";
}

typedef const char *(*check_fn)(const struct field *row, const char *text);

static check_fn
textual(enum field_type type)
{
	static const check_fn checks[] = {
		[FIELD_TEXT] = check_text,
		[FIELD_CHOICE] = check_choice,
		[FIELD_EMAIL] = check_email,
		[FIELD_PASSWORD] = check_password,
		[FIELD_LANGUAGE] = check_language,
		[FIELD_TITLE_ID] = check_title_id,
		[FIELD_UUID] = check_uuid,
		[FIELD_KEY] = check_key,
		[FIELD_PATH] = check_path,
		[FIELD_JSON] = NULL,
	};

	return checks[type];
}

static const char *
set_int(const struct field *row, int64_t n, struct value *out)
{
	int64_t min = row->min, max = row->max;

	if (min == 0 && max == 0)
		min = -INT_BOUND;
	if (max == 0)
		max = INT_BOUND;
	if (n < min)
		return "is too small";
	if (n > max)
		return "is too large";
	out->integer = n;
	out->is_given = true;
	return NULL;
}

static const char *
set_real(const struct field *row, double real, struct value *out)
{
	bool bounded = row->real_min != 0 || row->real_max != 0;

	if (!isfinite(real))
		return "must be a number";
	if (bounded && real < row->real_min)
		return "is too small";
	if (bounded && real > row->real_max)
		return "is too large";
	out->real = real;
	out->is_given = true;
	return NULL;
}

static const char *
set_text(struct arena *arena, const struct field *row, const char *text,
    struct value *out)
{
	const char *problem = textual(row->type)(row, text);

	if (problem != NULL)
		return problem;
	out->text = arena_strdup(arena, text);
	out->is_given = true;
	return NULL;
}

static const char *
set_bool(const char *text, struct value *out)
{
	out->flag = strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
	if (!out->flag && strcmp(text, "false") != 0 && strcmp(text, "0") != 0)
		return "must be true or false";
	out->is_given = true;
	return NULL;
}

const char *
http_field_from_text(struct arena *arena, const struct field *row,
    const char *text, struct value *out)
{
	double real;
	int64_t n;

	memset(out, 0, sizeof(*out));
	switch (row->type) {
	case FIELD_INT:
		if (!str_to_int64(text, -INT_BOUND, INT_BOUND, &n))
			return "must be a whole number";
		return set_int(row, n, out);
	case FIELD_REAL:
		if (!str_to_double(text, -HUGE_VAL, HUGE_VAL, &real))
			return "must be a number";
		return set_real(row, real, out);
	case FIELD_BOOL:
		return set_bool(text, out);
	case FIELD_JSON:
		return "cannot stand in an address";
	default:
		return set_text(arena, row, text, out);
	}
}

/* A whole number however it is spelled (5, 5.0, 5e0). */
static const char *
int_from_json(
    const struct field *row, struct json_object *json, struct value *out)
{
	double real;

	if (json_object_is_type(json, json_type_int))
		return set_int(row, json_object_get_int64(json), out);
	if (!json_object_is_type(json, json_type_double))
		return "must be a whole number";
	real = json_object_get_double(json);
	if (!isfinite(real) || real != floor(real) ||
	    fabs(real) > (double)INT_BOUND)
		return "must be a whole number";
	return set_int(row, (int64_t)real, out);
}

static const char *
from_json(struct arena *arena, const struct field *row,
    struct json_object *json, struct value *out)
{
	switch (row->type) {
	case FIELD_INT:
		return int_from_json(row, json, out);
	case FIELD_REAL:
		if (!json_object_is_type(json, json_type_double) &&
		    !json_object_is_type(json, json_type_int))
			return "must be a number";
		return set_real(row, json_object_get_double(json), out);
	case FIELD_BOOL:
		if (!json_object_is_type(json, json_type_boolean))
			return "must be true or false";
		out->flag = json_object_get_boolean(json);
		out->is_given = true;
		return NULL;
	case FIELD_JSON:
		out->json = json;
		out->is_given = true;
		return NULL;
	default:
		if (!json_object_is_type(json, json_type_string))
			return "must be a text";
		return set_text(arena, row, json_object_get_string(json), out);
	}
}

static void
add_problem(
    struct http_problems *problems, const char *name, const char *problem)
{
	struct json_object *one = json_object_new_object();

	json_object_object_add(one, "name", json_object_new_string(name));
	json_object_object_add(one, "problem", json_object_new_string(problem));
	if (problems->list == NULL)
		problems->list = json_object_new_array();
	json_object_array_add(problems->list, one);
}

static int
find_row(const struct field *rows, const char *name)
{
	int i;

	for (i = 0; rows != NULL && rows[i].name != NULL; i++)
		if (strcmp(rows[i].name, name) == 0)
			return i;
	return -1;
}

static void
note_unknown(struct http_problems *problems, const char *name)
{
	if (problems->list == NULL)
		problems->unknown = true;
	add_problem(problems, name, "is not known here");
}

static void
note_missing(const struct field *rows, const struct value *values,
    const bool *seen, struct http_problems *problems)
{
	int i;

	for (i = 0; rows != NULL && rows[i].name != NULL; i++)
		if (rows[i].required && !values[i].is_given && !seen[i])
			add_problem(problems, rows[i].name, "is required");
}

void
http_fields_query(struct arena *arena, const struct field *rows,
    const struct http_query *query, struct value out[HTTP_FIELDS_MAX],
    struct http_problems *problems)
{
	bool seen[HTTP_FIELDS_MAX] = { false };
	const char *name, *problem;
	int i, row;

	for (i = 0; i < query->n; i++) {
		name = query->pair[i].name;
		row = find_row(rows, name);
		if (row == -1) {
			note_unknown(problems, name);
			continue;
		}
		problem = seen[row] ? "is given twice"
				    : http_field_from_text(arena, &rows[row],
					  query->pair[i].text, &out[row]);
		seen[row] = true;
		if (problem != NULL)
			add_problem(problems, name, problem);
	}
	note_missing(rows, out, seen, problems);
}

void
http_fields_body(struct arena *arena, const struct field *rows,
    struct json_object *body, struct value out[HTTP_FIELDS_MAX],
    struct http_problems *problems)
{
	struct json_object_iterator at, end = json_object_iter_end(body);
	bool seen[HTTP_FIELDS_MAX] = { false };
	struct json_object *member;
	const char *name, *problem;
	int row;

	for (at = json_object_iter_begin(body);
	     !json_object_iter_equal(&at, &end); json_object_iter_next(&at)) {
		name = json_object_iter_peek_name(&at);
		member = json_object_iter_peek_value(&at);
		row = find_row(rows, name);
		if (row == -1)
			note_unknown(problems, name);
		if (row == -1 || member == NULL)
			continue;
		seen[row] = true;
		problem = from_json(arena, &rows[row], member, &out[row]);
		if (problem != NULL)
			add_problem(problems, name, problem);
	}
	note_missing(rows, out, seen, problems);
}
