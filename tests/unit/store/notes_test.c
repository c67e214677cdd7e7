/* Reasons, settings, tasks; cursors. */
#include "tests/unit/helpers.h"

#include "lib/base/encode.h"
#include "lib/store/notes.h"
#include "lib/store/store.h"

static void
test_reasons(void **state)
{
	struct world *w = *state;
	struct reason *reasons;
	size_t n;

	assert_int_equal(store_reason_list(w->reader, w->arena, "file:1",
			     &reasons, &n, &w->err),
	    STORE_NONE);
	assert_ok(
	    store_reason_put(w->db, "file:1", "a", "First.", NULL, &w->err),
	    &w->err);
	assert_ok(store_reason_put(
		      w->db, "file:1", "b", "Second.", "{\"x\":1}", &w->err),
	    &w->err);
	assert_ok(
	    store_reason_put(w->db, "file:1", "a", "Newer.", NULL, &w->err),
	    &w->err);
	assert_ok(
	    store_reason_put(w->db, "file:10", "a", "Other.", NULL, &w->err),
	    &w->err);
	assert_ok(store_reason_list(
		      w->reader, w->arena, "file:1", &reasons, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 2);
	assert_true(reasons[0].created_at >= reasons[1].created_at);
	assert_ok(store_reason_clear(w->db, "file:1", &w->err), &w->err);
	assert_int_equal(store_reason_list(w->reader, w->arena, "file:1",
			     &reasons, &n, &w->err),
	    STORE_NONE);
	assert_ok(store_reason_list(
		      w->reader, w->arena, "file:10", &reasons, &n, &w->err),
	    &w->err);
	assert_string_equal(reasons[0].sentence, "Other.");
	assert_string_equal(reasons[0].inputs, "{}");
}

static void
test_settings(void **state)
{
	struct world *w = *state;
	struct stored_setting *settings;
	size_t n;

	assert_ok(store_setting_put(w->db, "b.b", "1", NULL, &w->err), &w->err);
	assert_ok(
	    store_setting_put(w->db, "a.a", "2", "someone", &w->err), &w->err);
	assert_ok(store_setting_put(w->db, "b.b", "3", NULL, &w->err), &w->err);
	assert_ok(
	    store_setting_list(w->reader, w->arena, &settings, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 2);
	assert_string_equal(settings[0].name, "a.a");
	assert_string_equal(settings[1].value, "3");
	assert_ok(
	    store_setting_put(w->db, "b.b", NULL, NULL, &w->err), &w->err);
	assert_ok(
	    store_setting_list(w->reader, w->arena, &settings, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 1);
}

static void
test_tasks(void **state)
{
	struct world *w = *state;
	struct task_state task = { .name = (char[]){ "scan" }, .next_at = 5 };
	struct task_state *tasks;
	size_t n;

	assert_ok(store_task_put(w->db, &task, &w->err), &w->err);
	task.is_paused = true;
	task.failures = 3;
	task.last_result = (char[]){ "error" };
	task.last_started_at = 7;
	assert_ok(store_task_put(w->db, &task, &w->err), &w->err);
	assert_ok(
	    store_task_list(w->reader, w->arena, &tasks, &n, &w->err), &w->err);
	assert_int_equal(n, 1);
	assert_true(tasks[0].is_paused);
	assert_int_equal(tasks[0].failures, 3);
	assert_string_equal(tasks[0].last_result, "error");
	assert_null(tasks[0].last_error);
	assert_int_equal(tasks[0].last_finished_at, 0);
	assert_int_equal(tasks[0].next_at, 5);
}

static void
test_cursors(void **state)
{
	static const char *const texts[] = { "", "a", "a b  c", "\xc3\xa9",
		" leading" };
	static const double numbers[] = { 0, -1, 0.1, 1e300, 1732147200123.0 };
	struct world *w = *state;
	struct store_cursor at, back;
	char *text;
	size_t i;

	for (i = 0; i < COUNT_OF(texts); i++) {
		at = (struct store_cursor){
			.is_text = true, .text = texts[i], .id = INT64_MAX
		};
		text = store_cursor_encode(w->arena, &at);
		assert_ok(store_cursor_decode(w->arena, text, &back, &w->err),
		    &w->err);
		assert_true(back.is_text);
		assert_string_equal(back.text, texts[i]);
		assert_true(back.id == INT64_MAX);
	}
	for (i = 0; i < COUNT_OF(numbers); i++) {
		at = (struct store_cursor){ .number = numbers[i], .id = 3 };
		text = store_cursor_encode(w->arena, &at);
		assert_ok(store_cursor_decode(w->arena, text, &back, &w->err),
		    &w->err);
		assert_true(back.number == numbers[i] && back.id == 3);
	}
	assert_int_equal(
	    store_cursor_decode(w->arena, NULL, &back, &w->err), STORE_NONE);
}

static void
test_bad_cursors(void **state)
{
	static const char *const plain[] = { "", "n", "n1", "n 1", "nx 1",
		"n1 x", "n1 -1", "n1 1 ", "nnan 1", "ninf 1", "t1", "tx a",
		"t-1 a", "x1 1", "t1 \xff", "t99999999999999999999 a" };
	struct world *w = *state;
	struct store_cursor back;
	char encoded[64], *large;
	size_t i;

	for (i = 0; i < COUNT_OF(plain); i++) {
		encode_base64url(plain[i], strlen(plain[i]), encoded);
		assert_err(
		    store_cursor_decode(w->arena, encoded, &back, &w->err),
		    &w->err, ERR_INVALID_FIELDS);
	}
	encode_base64url("t1 a\0b", 6, encoded);
	assert_err(store_cursor_decode(w->arena, encoded, &back, &w->err),
	    &w->err, ERR_INVALID_FIELDS);
	large = arena_alloc(w->arena, 20001, 1);
	memset(large, 'A', 20000);
	assert_err(store_cursor_decode(w->arena, large, &back, &w->err),
	    &w->err, ERR_INVALID_FIELDS);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_reasons),
		TEST(test_settings),
		TEST(test_tasks),
		TEST(test_cursors),
		TEST(test_bad_cursors),
	};

	return cmocka_run_group_tests_name("store/notes", tests, NULL, NULL);
}
