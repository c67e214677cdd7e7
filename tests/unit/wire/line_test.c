/* Cutting and reading lines: sizes, types, what is refused and how. */
#include "tests/unit/helpers.h"

#include "lib/base/json.h"
#include "lib/wire/line.h"
#include "lib/wire/wire.h"

static void
feed(struct wire_lines *lines, const char *bytes, size_t len)
{
	size_t room, n;
	char *to;

	while (len > 0) {
		to = wire_lines_room(lines, &room);
		n = len < room ? len : room;
		memcpy(to, bytes, n);
		wire_lines_added(lines, n);
		bytes += n;
		len -= n;
	}
}

static void
test_cut(void **state)
{
	struct wire_lines lines;
	const char *line;
	size_t len;

	(void)state;
	wire_lines_init(&lines);
	feed(&lines, "one\ntwo\nthr", 11);
	assert_int_equal(wire_lines_next(&lines, &line, &len), 1);
	assert_int_equal(len, 3);
	assert_memory_equal(line, "one", 3);
	assert_int_equal(wire_lines_next(&lines, &line, &len), 1);
	assert_memory_equal(line, "two", 3);
	assert_int_equal(wire_lines_next(&lines, &line, &len), 0);
	feed(&lines, "ee\n\n", 4);
	assert_int_equal(wire_lines_next(&lines, &line, &len), 1);
	assert_int_equal(len, 5);
	assert_memory_equal(line, "three", 5);
	assert_int_equal(wire_lines_next(&lines, &line, &len), 1);
	assert_int_equal(len, 0);
	assert_int_equal(wire_lines_next(&lines, &line, &len), 0);
	wire_lines_fini(&lines);
}

/* A line of `size` bytes and its newline, read as it comes. */
static int
results_of(size_t size, int *n_lines)
{
	struct wire_lines lines;
	const char *line;
	char piece[4096];
	size_t len, n;
	int got, n_refused = 0;

	*n_lines = 0;
	wire_lines_init(&lines);
	memset(piece, 'x', sizeof(piece));
	for (; size > 0; size -= n) {
		n = size < sizeof(piece) ? size : sizeof(piece);
		feed(&lines, piece, n);
		while ((got = wire_lines_next(&lines, &line, &len)) != 0)
			n_refused += got == -1;
	}
	feed(&lines, "\nnext\n", 6);
	while ((got = wire_lines_next(&lines, &line, &len)) != 0) {
		if (got == -1)
			n_refused++;
		else
			(*n_lines)++;
	}
	assert_memory_equal(line, "next", 4);
	wire_lines_fini(&lines);
	return n_refused;
}

static void
test_limit(void **state)
{
	int n_lines;

	(void)state;
	assert_int_equal(results_of(WIRE_LINE_MAX, &n_lines), 0);
	assert_int_equal(n_lines, 2);
	assert_int_equal(results_of(WIRE_LINE_MAX + 1, &n_lines), 1);
	assert_int_equal(n_lines, 1);
	assert_int_equal(results_of(5 * WIRE_LINE_MAX, &n_lines), 1);
	assert_int_equal(n_lines, 1);
}

static enum err_code
refusal_of(const char *text)
{
	struct wire_message message;
	struct err err = { .code = ERR_NONE };

	if (wire_message_parse(text, strlen(text), &message, &err) == 0)
		err.code = ERR_NONE;
	wire_message_free(&message);
	return err.code;
}

static void
test_refused(void **state)
{
	static const struct {
		const char *text;
		enum err_code code;
	} cases[] = {
		{ "", ERR_INVALID_JSON },
		{ "{", ERR_INVALID_JSON },
		{ "null", ERR_INVALID_JSON },
		{ "{} {}", ERR_INVALID_JSON },
		{ "{\"a\":NaN}", ERR_INVALID_JSON },
		{ "[]", ERR_PROTOCOL },
		{ "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hello\"}]",
		    ERR_PROTOCOL },
		{ "1", ERR_PROTOCOL },
		{ "\"text\"", ERR_PROTOCOL },
		{ "{}", ERR_PROTOCOL },
		{ "{\"id\":1,\"method\":\"hello\"}", ERR_PROTOCOL },
		{ "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"hello\"}",
		    ERR_PROTOCOL },
		{ "{\"jsonrpc\":2.0,\"id\":1,\"method\":\"hello\"}",
		    ERR_PROTOCOL },
		{ "{\"jsonrpc\":\"2.0\",\"id\":1}", ERR_PROTOCOL },
		{ "{\"jsonrpc\":\"2.0\",\"id\":[],\"method\":\"a\"}",
		    ERR_PROTOCOL },
		{ "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"a\"}",
		    ERR_PROTOCOL },
		{ "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"a\"}",
		    ERR_PROTOCOL },
		{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}", ERR_PROTOCOL },
		{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\","
		  "\"params\":[1]}",
		    ERR_PROTOCOL },
		{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":\"no\"}",
		    ERR_PROTOCOL },
		{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hello\"}",
		    ERR_NONE },
		{ "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"result\":null}",
		    ERR_NONE },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++)
		if (refusal_of(cases[i].text) != cases[i].code)
			fail_msg("%s gives %s", cases[i].text,
			    err_name(refusal_of(cases[i].text)));
}

static void
test_kinds(void **state)
{
	static const char request[] =
	    "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"a\","
	    "\"params\":{\"n\":1}}";
	static const char notice[] = "{\"jsonrpc\":\"2.0\",\"method\":\"a\"}";
	struct wire_message message;
	struct err err;

	(void)state;
	assert_ok(
	    wire_message_parse(request, sizeof(request) - 1, &message, &err),
	    &err);
	assert_int_equal(message.kind, WIRE_REQUEST);
	assert_string_equal(json_object_get_string(message.id), "x");
	assert_int_equal(json_get_int(message.params, "n", 0), 1);
	wire_message_free(&message);
	assert_ok(
	    wire_message_parse(notice, sizeof(notice) - 1, &message, &err),
	    &err);
	assert_int_equal(message.kind, WIRE_NOTIFICATION);
	assert_null(message.id);
	assert_null(message.params);
	wire_message_free(&message);
}

static void
test_error_round_trip(void **state)
{
	struct wire_message message;
	struct err err, back;
	struct buf buf;

	(void)state;
	buf_init(&buf, WIRE_LINE_MAX);
	err_set(&err, ERR_FOLDER_TAKEN, "Line\nbreak and \"quotes\".");
	assert_int_equal(wire_put_error(&buf, NULL, &err), 0);
	assert_int_equal(buf.data[buf.len - 1], '\n');
	assert_null(memchr(buf.data, '\n', buf.len - 1));
	assert_ok(
	    wire_message_parse(buf.data, buf.len, &message, &back), &back);
	assert_null(message.id);
	assert_int_equal(wire_error_read(message.error, &back), -1);
	assert_int_equal(back.code, ERR_FOLDER_TAKEN);
	assert_string_equal(back.text, err.text);
	wire_message_free(&message);
	buf_fini(&buf);
}

static void
test_too_long_to_write(void **state)
{
	struct json_object *params = json_object_new_object();
	char *text = calloc(1, WIRE_LINE_MAX + 1);
	struct buf buf;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', WIRE_LINE_MAX);
	json_add_text(params, "text", text);
	buf_init(&buf, 4 * WIRE_LINE_MAX);
	buf_puts(&buf, "before");
	assert_int_equal(wire_put_request(&buf, 1, "a", params), -1);
	assert_string_equal(buf.data, "before");
	assert_int_equal(wire_put_request(&buf, 1, "a", NULL), 0);
	buf_fini(&buf);
	json_object_put(params);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_error_round_trip),
		cmocka_unit_test(test_too_long_to_write),
	};

	return cmocka_run_group_tests_name("wire/line", tests, NULL, NULL);
}
