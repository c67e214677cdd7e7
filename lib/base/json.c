/*
 * JSON over json-c. Its tokener, even when strict, lets NaN, control characters
 * and repeated keys through, so the grammar is checked here first (RFC 8259),
 * the members are counted, and a tree with fewer members than the text had a
 * key twice.
 */
#include "lib/base/json.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/str.h"

enum { DEPTH_MAX = 32 };

struct scan {
	const char *at;
	const char *end;
	int64_t n_members;
	const char *problem; /* NULL: none so far */
};

static bool scan_value(struct scan *scan, int depth);

static bool
fail(struct scan *scan, const char *problem)
{
	if (scan->problem == NULL)
		scan->problem = problem;
	return false;
}

/* The next byte, or NUL at the end. */
static char
peek(const struct scan *scan)
{
	return scan->at < scan->end ? *scan->at : '\0';
}

static void
skip_space(struct scan *scan)
{
	while (scan->at < scan->end && *scan->at != '\0' &&
	    strchr(" \t\r\n", *scan->at))
		scan->at++;
}

static bool
take(struct scan *scan, char c)
{
	skip_space(scan);
	if (scan->at == scan->end || *scan->at != c)
		return false;
	scan->at++;
	return true;
}

static bool
scan_escape(struct scan *scan)
{
	bool zero = true;
	int i;
	char c;

	c = peek(scan);
	if (c == '\0' || strchr("\"\\/bfnrtu", c) == NULL)
		return fail(scan, "a string holds an unknown escape");
	scan->at++;
	if (c != 'u')
		return true;
	for (i = 0; i < 4; i++) {
		c = peek(scan);
		if (c == '\0' || strchr("0123456789abcdefABCDEF", c) == NULL)
			return fail(scan, "a string holds a broken \\u escape");
		zero = zero && c == '0';
		scan->at++;
	}
	return zero ? fail(scan, "a string holds U+0000") : true;
}

static bool
scan_string(struct scan *scan)
{
	unsigned char c;

	if (!take(scan, '"'))
		return fail(scan, "a string was expected");
	while (scan->at < scan->end) {
		c = (unsigned char)*scan->at++;
		if (c == '"')
			return true;
		if (c < 0x20)
			return fail(scan, "a string holds a control character");
		if (c == '\\' && !scan_escape(scan))
			return false;
	}
	return fail(scan, "a string does not end");
}

static bool
scan_digits(struct scan *scan)
{
	const char *from = scan->at;

	while (peek(scan) >= '0' && peek(scan) <= '9')
		scan->at++;
	return scan->at > from;
}

static bool
scan_number(struct scan *scan)
{
	if (peek(scan) == '-')
		scan->at++;
	if (peek(scan) == '0')
		scan->at++;
	else if (!scan_digits(scan))
		return fail(scan, "a value was expected");
	if (peek(scan) == '.') {
		scan->at++;
		if (!scan_digits(scan))
			return fail(scan, "a number is broken");
	}
	if (peek(scan) == 'e' || peek(scan) == 'E') {
		scan->at++;
		if (peek(scan) == '+' || peek(scan) == '-')
			scan->at++;
		if (!scan_digits(scan))
			return fail(scan, "a number is broken");
	}
	return true;
}

static bool
scan_word(struct scan *scan, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(scan->end - scan->at) < len ||
	    memcmp(scan->at, word, len) != 0)
		return fail(scan, "a value was expected");
	scan->at += len;
	return true;
}

static bool
scan_member(struct scan *scan, int depth)
{
	scan->n_members++;
	if (!scan_string(scan))
		return false;
	if (!take(scan, ':'))
		return fail(scan, "a colon was expected");
	return scan_value(scan, depth);
}

/* Members or elements behind their opening bracket. */
static bool
scan_inside(struct scan *scan, char close, int depth)
{
	if (depth >= DEPTH_MAX)
		return fail(scan, "it is nested too deeply");
	if (take(scan, close))
		return true;
	do {
		if (close == '}' ? !scan_member(scan, depth + 1)
				 : !scan_value(scan, depth + 1))
			return false;
	} while (take(scan, ','));
	return take(scan, close) ? true
				 : fail(scan, "a bracket or comma is missing");
}

static bool
scan_value(struct scan *scan, int depth)
{
	skip_space(scan);
	switch (peek(scan)) {
	case '{':
		scan->at++;
		return scan_inside(scan, '}', depth);
	case '[':
		scan->at++;
		return scan_inside(scan, ']', depth);
	case '"':
		return scan_string(scan);
	case 't':
		return scan_word(scan, "true");
	case 'f':
		return scan_word(scan, "false");
	case 'n':
		return scan_word(scan, "null");
	default:
		return scan_number(scan);
	}
}

/* Counts the members of all objects; -1 for a number beyond a double. */
static int64_t
count_members(struct json_object *value)
{
	struct json_object_iterator at, end;
	int64_t n = 0, inside;
	size_t i;

	switch (json_object_get_type(value)) {
	case json_type_double:
		return isfinite(json_object_get_double(value)) ? 0 : -1;
	case json_type_array:
		for (i = 0; i < json_object_array_length(value); i++) {
			inside =
			    count_members(json_object_array_get_idx(value, i));
			if (inside < 0)
				return -1;
			n += inside;
		}
		return n;
	case json_type_object:
		at = json_object_iter_begin(value);
		end = json_object_iter_end(value);
		for (; !json_object_iter_equal(&at, &end);
		     json_object_iter_next(&at)) {
			inside =
			    count_members(json_object_iter_peek_value(&at));
			if (inside < 0)
				return -1;
			n += inside + 1;
		}
		return n;
	default:
		return 0;
	}
}

static struct json_object *
build(const char *text, size_t len)
{
	struct json_tokener *tokener = json_tokener_new_ex(DEPTH_MAX + 2);
	struct json_object *value;
	enum json_tokener_error error;

	if (tokener == NULL)
		die("out of memory for a JSON parser");
	value = json_tokener_parse_ex(tokener, text, (int)len);
	error = json_tokener_get_error(tokener);
	if (error == json_tokener_continue) {
		/* A number at the very end could go on; a NUL ends it. */
		value = json_tokener_parse_ex(tokener, "", 1);
		error = json_tokener_get_error(tokener);
	}
	json_tokener_free(tokener);
	if (error == json_tokener_success)
		return value;
	json_object_put(value);
	return NULL;
}

struct json_object *
json_parse(const char *text, size_t len, struct err *err)
{
	struct scan scan = { .at = text, .end = text + len };
	struct json_object *value = NULL;
	int64_t n;

	if (len > INT_MAX - 1)
		fail(&scan, "it is too long");
	else if (!str_is_utf8(text, len))
		fail(&scan, "it is not UTF-8");
	else if (scan_value(&scan, 0)) {
		skip_space(&scan);
		if (scan.at != scan.end)
			fail(&scan, "something stands behind the value");
	}
	if (scan.problem == NULL) {
		value = build(text, len);
		n = count_members(value);
		if (n < 0)
			fail(&scan, "a number is too large");
		else if (n != scan.n_members)
			fail(&scan, "a key stands twice in one object");
		else if (value == NULL)
			fail(&scan, "null alone is not accepted");
	}
	if (scan.problem == NULL)
		return value;
	json_object_put(value);
	err_set(
	    err, ERR_INVALID_JSON, "This is not valid JSON: %s.", scan.problem);
	return NULL;
}

void
json_add(struct json_object *obj, const char *key, struct json_object *value)
{
	if (json_object_object_add(obj, key, value) != 0)
		die("out of memory for a JSON member");
}

void
json_add_text(struct json_object *obj, const char *key, const char *text)
{
	json_add(obj, key, text == NULL ? NULL : json_object_new_string(text));
}

void
json_add_int(struct json_object *obj, const char *key, int64_t n)
{
	json_add(obj, key, json_object_new_int64(n));
}

/* Numbers with at most three decimals, which are most, without printf. What
 * dividing gives back exactly is what the spelling reads back as. */
static bool
spell_short(double n, char out[32])
{
	int64_t value;
	size_t len;

	if (n <= -1e12 || n >= 1e12)
		return false;
	value = (int64_t)(n * 1000 + (n < 0 ? -0.5 : 0.5));
	if ((double)value / 1000 != n)
		return false;
	len = (size_t)snprintf(
	    out, 32, "%s%lld", value < 0 ? "-" : "", llabs(value / 1000));
	value = llabs(value % 1000);
	if (value == 0)
		return true;
	out[len++] = '.';
	for (; value > 0; value = value % 100 * 10)
		out[len++] = (char)('0' + value / 100);
	out[len] = '\0';
	return true;
}

struct json_object *
json_real(double n)
{
	char text[32];
	int digits;

	if (!isfinite(n))
		return NULL;
	if (spell_short(n, text))
		return json_object_new_double_s(n, text);
	/* The shortest spelling that reads back as the same number. */
	for (digits = 15; digits < 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, n);
		if (strtod(text, NULL) == n)
			break;
	}
	snprintf(text, sizeof(text), "%.*g", digits, n);
	return json_object_new_double_s(n, text);
}

void
json_add_real(struct json_object *obj, const char *key, double n)
{
	json_add(obj, key, json_real(n));
}

void
json_add_bool(struct json_object *obj, const char *key, bool b)
{
	json_add(obj, key, json_object_new_boolean(b));
}

void
json_add_time(struct json_object *obj, const char *key, int64_t at_ms)
{
	char text[CLOCK_ISO_SIZE];

	if (at_ms != 0)
		clock_iso(at_ms, text);
	json_add_text(obj, key, at_ms == 0 ? NULL : text);
}

static int
write_ready(struct json_object *text, struct printbuf *out, int level UNUSED,
    int flags UNUSED)
{
	return printbuf_memappend(out, json_object_get_string(text),
	    json_object_get_string_len(text));
}

struct json_object *
json_ready(const char *text)
{
	struct json_object *value = json_object_new_string(text);

	json_object_set_serializer(value, write_ready, NULL, NULL);
	return value;
}

/* The member when it is of that type, else NULL. */
static struct json_object *
get(struct json_object *obj, const char *key, enum json_type type)
{
	struct json_object *value;

	if (!json_object_is_type(obj, json_type_object) ||
	    !json_object_object_get_ex(obj, key, &value) ||
	    !json_object_is_type(value, type))
		return NULL;
	return value;
}

const char *
json_get_text(struct json_object *obj, const char *key, const char *otherwise)
{
	struct json_object *value = get(obj, key, json_type_string);

	return value == NULL ? otherwise : json_object_get_string(value);
}

int64_t
json_get_int(struct json_object *obj, const char *key, int64_t otherwise)
{
	struct json_object *value = get(obj, key, json_type_int);

	return value == NULL ? otherwise : json_object_get_int64(value);
}

double
json_get_real(struct json_object *obj, const char *key, double otherwise)
{
	struct json_object *value = get(obj, key, json_type_double);

	if (value == NULL)
		value = get(obj, key, json_type_int);
	return value == NULL ? otherwise : json_object_get_double(value);
}

bool
json_get_bool(struct json_object *obj, const char *key, bool otherwise)
{
	struct json_object *value = get(obj, key, json_type_boolean);

	return value == NULL ? otherwise : json_object_get_boolean(value);
}

struct json_object *
json_get_object(struct json_object *obj, const char *key)
{
	return get(obj, key, json_type_object);
}

struct json_object *
json_get_array(struct json_object *obj, const char *key)
{
	return get(obj, key, json_type_array);
}

int
json_write(struct buf *buf, struct json_object *value)
{
	size_t len;
	const char *text = json_object_to_json_string_length(value,
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &len);

	if (text == NULL)
		die("out of memory for a JSON text");
	return buf_append(buf, text, len);
}
