/* Log lines that nobody can forge, error codes, times. */
#include "tests/unit/helpers.h"

#include <errno.h>
#include <fcntl.h>

#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/str.h"

/* What goes to stderr while `speak` runs. */
static void
capture(struct world *w, void (*speak)(void), struct buf *out)
{
	const char *path = arena_printf(w->arena, "%s/log", w->dir);
	int saved = dup(STDERR_FILENO);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(saved >= 0 && fd >= 0);
	dup2(fd, STDERR_FILENO);
	speak();
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(fd);
	assert_ok(fs_read(path, out, &w->err), &w->err);
}

static void
speak_hostile(void)
{
	log_open("tester");
	log_request("req-1");
	log_info("hostile", "a\"}\n{\"forged\":%d,\\ \x01 \x7f", 1);
	log_request(NULL);
	log_event(LOG_WARN, "fields",
	    (struct log_field[]){ { "ro\"ute", LOG_TEXT("/x\r\n") },
		{ "status", LOG_INT(-404) }, { 0 } });
	log_debug("unheard", "below the %s", "threshold");
}

static void
test_lines(void **state)
{
	struct world *w = *state;
	struct json_object *first, *second;
	struct buf out;
	char *end;

	unsetenv("MIAU_LOG_LEVEL");
	buf_init(&out, 65536);
	capture(w, speak_hostile, &out);
	end = strchr(out.data, '\n');
	assert_non_null(end);
	first = json_parse(out.data, (size_t)(end - out.data), &w->err);
	assert_non_null(first);
	second = json_parse(end + 1, strlen(end + 1), &w->err);
	assert_non_null(second);
	assert_string_equal(json_get_text(first, "message", ""),
	    "a\"}\n{\"forged\":1,\\ \x01 \x7f");
	assert_string_equal(json_get_text(first, "requestId", ""), "req-1");
	assert_string_equal(json_get_text(first, "program", ""), "tester");
	assert_string_equal(json_get_text(first, "level", ""), "info");
	assert_string_equal(json_get_text(second, "ro\"ute", ""), "/x\r\n");
	assert_int_equal(json_get_int(second, "status", 0), -404);
	assert_null(json_get_text(second, "requestId", NULL));
	json_object_put(first);
	json_object_put(second);
	buf_fini(&out);
}

static void
speak_long(void)
{
	static char text[20000];

	memset(text, '"', sizeof(text) - 1);
	log_event(LOG_INFO, "long",
	    (struct log_field[]){ { "text", LOG_TEXT(text) }, { 0 } });
}

static void
test_long_line(void **state)
{
	struct world *w = *state;
	struct json_object *line;
	struct buf out;

	buf_init(&out, 65536);
	capture(w, speak_long, &out);
	line = json_parse(out.data, out.len, &w->err);
	assert_non_null(line);
	assert_string_equal(json_get_text(line, "event", ""), "log.too_long");
	json_object_put(line);
	buf_fini(&out);
}

/* Codes are unique, lower case, found again by name, and have a status. */
static void
test_errors(void **state)
{
	enum err_code code, other;
	const char *name;
	struct err err;

	(void)state;
	for (code = ERR_NONE; code < ERR__MAX; code++) {
		name = err_name(code);
		assert_int_equal(
		    strspn(name, "abcdefghijklmnopqrstuvwxyz_"), strlen(name));
		assert_int_equal(err_from_name(name), code);
		assert_true(strlen(err_title(code)) > 0);
		assert_in_range(err_status(code), 200, 599);
		for (other = ERR_NONE; other < code; other++)
			assert_string_not_equal(err_name(other), name);
	}
	assert_int_equal(err_from_name("of the future"), ERR_INTERNAL);
	assert_int_equal(err_status(ERR__MAX), 500);
	errno = ENOSPC;
	assert_int_equal(err_errno(&err, ERR_IO, "Cannot write %s", "x"), -1);
	assert_int_equal(err.code, ERR_DISK_FULL);
	assert_true(str_starts(err.text, "Cannot write x: "));
	assert_true(str_ends(err.text, "."));
	assert_int_equal(errno, ENOSPC);
}

static void
test_clock(void **state)
{
	static const char *const refused[] = { "", "now",
		"Sun Nov  6 08:49:37 1994", "Sunday, 06-Nov-94 08:49:37 GMT",
		"Sun, 06 Nov 1994 08:49:37 CET",
		"Sun, 06 Nuv 1994 08:49:37 GMT",
		"Sun, 06 anF 1994 08:49:37 GMT" };
	static const char *const no_iso[] = { "", "now", "1994-13-06",
		"1994-02-30", "1994-2-3", "1994-11-06T24:00:00Z",
		"1994-11-06T08:49:37", "1994-11-06 08:49:37Z",
		"+994-11-06T08:49:37Z", "1994-11-06T08:49:37.1Z", "0000-01-01",
		"1994-11-06T08:49:37.123Zx" };
	char iso[CLOCK_ISO_SIZE], http[CLOCK_HTTP_SIZE];
	int64_t at, mono = clock_mono_us();
	size_t i;

	(void)state;
	clock_iso(784111777123, iso);
	assert_string_equal(iso, "1994-11-06T08:49:37.123Z");
	clock_http(784111777123, http);
	assert_string_equal(http, "Sun, 06 Nov 1994 08:49:37 GMT");
	assert_true(clock_parse_http(http) == 784111777000);
	for (at = 0; at < 4102444800000; at += 86399000LL * 17) {
		clock_http(at, http);
		assert_true(clock_parse_http(http) == at);
	}
	for (i = 0; i < COUNT_OF(refused); i++)
		assert_true(clock_parse_http(refused[i]) == -1);
	assert_true(
	    clock_parse_iso("1994-11-06T08:49:37.123Z") == 784111777123);
	assert_true(clock_parse_iso("1994-11-06T08:49:37Z") == 784111777000);
	assert_true(clock_parse_iso("1994-11-06") == 784080000000);
	for (i = 0; i < COUNT_OF(no_iso); i++)
		assert_true(clock_parse_iso(no_iso[i]) == -1);
	clock_iso(INT64_MAX, iso);
	assert_int_equal(strlen(iso), CLOCK_ISO_SIZE - 1);
	assert_true(clock_now_ms() > 1700000000000);
	assert_true(clock_mono_us() >= mono);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, folder_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_lines),
		TEST(test_long_line),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_clock),
	};

	return cmocka_run_group_tests_name("base/log", tests, NULL, NULL);
}
