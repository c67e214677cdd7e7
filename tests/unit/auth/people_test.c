/*
 * Removing a person: what was theirs lies in no file of the database any more.
 */
#include "tests/unit/auth/fixture.h"

#include "lib/auth/people.h"
#include "lib/base/buf.h"

enum { FILE_MAX = 16 * 1024 * 1024 };

/* Whether a file of the database has this text in it. */
static bool
has_trace(const struct fixture *f, const char *suffix, const char *trace)
{
	const char *path =
	    arena_printf(f->w->arena, "%s%s", f->w->database, suffix);
	struct buf text;
	bool found = false;

	if (!fs_exists(path))
		return false;
	buf_init(&text, FILE_MAX);
	assert_ok(fs_read(path, &text, &f->w->err), &f->w->err);
	if (text.len > 0)
		found =
		    memmem(text.data, text.len, trace, strlen(trace)) != NULL;
	buf_fini(&text);
	return found;
}

static bool
is_anywhere(const struct fixture *f, const char *trace)
{
	return has_trace(f, "", trace) || has_trace(f, "-wal", trace);
}

static void
test_removed(void **state)
{
	struct fixture *f = *state;
	struct ended_sessions ended;

	assert_ok(db_checkpoint(f->w->db, &f->w->err), &f->w->err);
	assert_true(has_trace(f, "", "Ann@Example.org"));
	assert_ok(people_remove(&f->env, NULL, f->user.id, &ended, &f->w->err),
	    &f->w->err);
	assert_false(is_anywhere(f, "Ann@Example.org"));
	assert_false(is_anywhere(f, f->user.id));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_removed, setup, teardown),
	};

	return cmocka_run_group_tests_name("auth/people", tests, NULL, NULL);
}
