/* Memory: buffers with a ceiling, arenas, secrets, randomness. */
#include "tests/unit/helpers.h"

#include <signal.h>
#include <sys/wait.h>

#include "lib/base/buf.h"
#include "lib/base/mem.h"

static void
test_buf(void **state)
{
	struct buf buf;
	char *taken;

	(void)state;
	buf_init(&buf, 10);
	assert_string_equal(buf.data, "");
	assert_non_null(buf_reserve(&buf, 5));
	assert_string_equal(buf.data, "");
	assert_int_equal(buf_puts(&buf, "12345"), 0);
	assert_int_equal(buf_printf(&buf, "%d", 678), 0);
	assert_int_equal(buf_puts(&buf, "abc"), -1);
	assert_true(buf_failed(&buf));
	assert_string_equal(buf.data, "12345678");
	/* A failure is remembered, whatever would fit. */
	assert_int_equal(buf_puts(&buf, "a"), -1);
	assert_null(buf_reserve(&buf, 1));
	buf_reset(&buf);
	assert_false(buf_failed(&buf));
	assert_string_equal(buf.data, "");
	assert_int_equal(buf_append(&buf, "0123456789", 10), 0);
	assert_int_equal(buf_append(&buf, NULL, 0), 0);
	buf_consume(&buf, 4);
	assert_string_equal(buf.data, "456789");
	buf_consume(&buf, 6);
	assert_string_equal(buf.data, "");
	taken = buf_take(&buf);
	assert_string_equal(taken, "");
	free(taken);
	assert_int_equal(buf_puts(&buf, "x"), 0);
	taken = buf_take(&buf);
	assert_string_equal(taken, "x");
	assert_int_equal(buf.len, 0);
	free(taken);
	buf_fini(&buf);
	buf_fini(&buf);
}

static void
test_arena(void **state)
{
	struct arena *arena = arena_new(4 << 20);
	char *a, *b;
	int *grown;
	size_t i;

	(void)state;
	for (i = 1; i < 3000; i++) {
		a = arena_alloc(arena, i, 1);
		assert_int_equal((uintptr_t)a % 16, 0);
		assert_int_equal(a[0] | a[i - 1], 0);
		memset(a, 0xff, i);
		if (i % 500 == 0)
			arena_reset(arena);
	}
	arena_reset(arena);
	assert_null(arena_strdup(arena, NULL));
	a = arena_strdup(arena, "abc");
	b = arena_strndup(arena, "a\0c", 3);
	assert_memory_equal(b, "a\0c\0", 4);
	assert_string_equal(arena_printf(arena, "%s-%d", a, 5), "abc-5");
	grown = arena_grow(arena, NULL, 0, 2, sizeof(*grown));
	grown[0] = 7;
	grown = arena_grow(arena, grown, 2, 4, sizeof(*grown));
	assert_int_equal(grown[0], 7);
	assert_int_equal(grown[3], 0);
	arena_free(arena);
	arena_free(NULL);
}

static void
overflow_arena(void)
{
	struct arena *arena = arena_new(1000);
	size_t n = SIZE_MAX / 4;

	memset(arena_alloc(arena, n, 8), 0, 1);
}

static void
overfill_arena(void)
{
	struct arena *arena = arena_new(1000);

	memset(arena_alloc(arena, 900, 1), 0, 1);
	memset(arena_alloc(arena, 101, 1), 0, 1);
}

static void
random_below_nothing(void)
{
	random_below(0);
}

/* Broken invariants end the program. */
static void
test_die(void **state)
{
	void (*const deadly[])(
	    void) = { overflow_arena, overfill_arena, random_below_nothing };
	size_t i;
	int status;
	pid_t child;

	(void)state;
	for (i = 0; i < COUNT_OF(deadly); i++) {
		child = fork();
		if (child == 0) {
			signal(SIGABRT, SIG_DFL);
			close(STDERR_FILENO);
			deadly[i]();
			_exit(0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGABRT);
	}
}

static void
test_secret(void **state)
{
	char a[] = "secret", b[] = "secret";
	size_t i;

	(void)state;
	assert_true(mem_equal_secret(a, b, 6));
	for (i = 0; i < 6; i++) {
		b[i] ^= 1;
		assert_false(mem_equal_secret(a, b, 6));
		b[i] ^= 1;
	}
	assert_true(mem_equal_secret(a, "", 0));
	mem_wipe(a, 6);
	assert_memory_equal(a, "\0\0\0\0\0\0", 6);
}

static void
test_random(void **state)
{
	char uuid[UUID_SIZE], other[UUID_SIZE];
	int seen[7] = { 0 }, i;

	(void)state;
	for (i = 0; i < 700; i++)
		seen[random_below(7)]++;
	for (i = 0; i < 7; i++)
		assert_in_range(seen[i], 40, 180);
	assert_int_equal(random_below(1), 0);
	for (i = 0; i < 100; i++) {
		random_uuid(uuid);
		random_uuid(other);
		assert_string_not_equal(uuid, other);
		assert_int_equal(strlen(uuid), 36);
		assert_int_equal(uuid[14], '4');
		assert_non_null(strchr("89ab", uuid[19]));
		assert_int_equal(uuid[8], '-');
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buf),
		cmocka_unit_test(test_arena),
		cmocka_unit_test(test_die),
		cmocka_unit_test(test_secret),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests_name("base/mem", tests, NULL, NULL);
}
