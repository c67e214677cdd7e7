/*
 * Rotation of refresh tokens, and what follows when one is used again.
 */
#include "tests/unit/auth/fixture.h"

#include <sys/wait.h>

static void
test_rotation(void **state)
{
	struct fixture *f = *state;
	struct auth_tokens one, two;

	start(f);
	assert_true(session_refresh_would(
	    &f->env, f->tokens.session_id, f->tokens.refresh_token));
	assert_int_equal(refresh(f, f->tokens.refresh_token, &one), ERR_NONE);
	assert_string_not_equal(one.refresh_token, f->tokens.refresh_token);
	f->env.now_ms += 60000;
	assert_int_equal(refresh(f, one.refresh_token, &two), ERR_NONE);
	assert_string_not_equal(one.refresh_token, two.refresh_token);
	assert_int_equal(prove(f, two.access_token), ERR_NONE);
	assert_int_equal(count(f,
			     "SELECT COUNT(*) FROM audit_log "
			     "WHERE event = 'session.reused'"),
	    0);
}

static void
test_grace(void **state)
{
	struct fixture *f = *state;
	struct auth_tokens one, again;

	start(f);
	assert_int_equal(refresh(f, f->tokens.refresh_token, &one), ERR_NONE);
	f->env.now_ms += SESSION_GRACE_MS;
	assert_int_equal(refresh(f, f->tokens.refresh_token, &again), ERR_NONE);
	assert_string_equal(one.refresh_token, again.refresh_token);
	assert_string_equal(one.access_token, again.access_token);
	assert_int_equal(refresh(f, one.refresh_token, &again), ERR_NONE);
}

static void
assert_ended(struct fixture *f, const struct auth_tokens *latest)
{
	struct auth_tokens none;

	assert_int_equal(
	    refresh(f, latest->refresh_token, &none), ERR_REFRESH_INVALID);
	assert_int_equal(prove(f, latest->access_token), ERR_UNAUTHORIZED);
	assert_int_equal(count(f,
			     "SELECT COUNT(*) FROM audit_log "
			     "WHERE event = 'session.reused'"),
	    1);
	assert_int_equal(count(f,
			     "SELECT COUNT(*) FROM session "
			     "WHERE revoked_reason = 'reuse'"),
	    1);
}

static void
test_late_reuse(void **state)
{
	struct fixture *f = *state;
	struct auth_tokens one, again;
	char key[STREAM_KEY_SIZE];

	start(f);
	make_key(f, key);
	assert_int_equal(check_key(f, key, f->env.now_ms), ERR_NONE);
	assert_int_equal(refresh(f, f->tokens.refresh_token, &one), ERR_NONE);
	f->env.now_ms += SESSION_GRACE_MS + 1;
	assert_int_equal(
	    refresh(f, f->tokens.refresh_token, &again), ERR_REFRESH_INVALID);
	assert_true(again.was_revoked);
	assert_ended(f, &one);
	assert_int_equal(
	    check_key(f, key, f->env.now_ms), ERR_STREAM_KEY_INVALID);
}

static void
test_reuse_by_other_program(void **state)
{
	struct fixture *f = *state;
	struct auth_tokens one, again;

	start(f);
	assert_int_equal(refresh(f, f->tokens.refresh_token, &one), ERR_NONE);
	f->env.user_agent = "curl/8";
	assert_int_equal(
	    refresh(f, f->tokens.refresh_token, &again), ERR_REFRESH_INVALID);
	assert_ended(f, &one);
}

static void
test_reuse_from_other_network(void **state)
{
	struct fixture *f = *state;
	struct auth_tokens one, again;

	start(f);
	assert_int_equal(refresh(f, f->tokens.refresh_token, &one), ERR_NONE);
	f->env.address = "192.0.2.200"; /* the same /24 */
	assert_int_equal(refresh(f, f->tokens.refresh_token, &again), ERR_NONE);
	f->env.address = "198.51.100.1";
	assert_int_equal(
	    refresh(f, f->tokens.refresh_token, &again), ERR_REFRESH_INVALID);
	assert_ended(f, &one);
}

/* The copy of a thief who waits does not stay good because its owner has gone
 * on for several rounds. */
static void
test_reuse_of_an_old_one(void **state)
{
	struct fixture *f = *state;
	struct auth_tokens latest, again;
	int i;

	start(f);
	latest = f->tokens;
	for (i = 0; i < 40; i++) {
		f->env.now_ms += 60000;
		assert_int_equal(
		    refresh(f, latest.refresh_token, &latest), ERR_NONE);
	}
	assert_int_equal(
	    refresh(f, f->tokens.refresh_token, &again), ERR_REFRESH_INVALID);
	assert_true(again.was_revoked);
	assert_ended(f, &latest);
}

/* A session's id is no secret: with it alone nobody can end the session. */
static void
test_guessing_ends_nothing(void **state)
{
	static const char *const guesses[] = { "", ".", "0",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.0",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.1",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.00",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.99999",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.-1",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.1x" };
	struct fixture *f = *state;
	struct auth_tokens one, none;
	size_t i;

	start(f);
	assert_int_equal(refresh(f, f->tokens.refresh_token, &one), ERR_NONE);
	for (i = 0; i < COUNT_OF(guesses); i++) {
		assert_int_equal(
		    refresh(f, guesses[i], &none), ERR_REFRESH_INVALID);
		assert_false(none.was_revoked);
		assert_null(session_sign_out(
		    &f->env, f->tokens.session_id, guesses[i]));
	}
	assert_int_equal(refresh(f, one.refresh_token, &none), ERR_NONE);
}

static void
test_body_token(void **state)
{
	struct fixture *f = *state;
	struct auth_tokens one;
	char *text;

	start(f);
	text = arena_printf(f->w->arena, "%s.%s", f->tokens.session_id,
	    f->tokens.refresh_token);
	assert_ok(
	    session_refresh(&f->env, NULL, text, &one, &f->w->err), &f->w->err);
	text = arena_printf(
	    f->w->arena, "%s.%s", f->tokens.session_id, one.refresh_token);
	assert_string_equal(
	    session_sign_out(&f->env, NULL, text), f->tokens.session_id);
	assert_err(session_refresh(&f->env, NULL, text, &one, &f->w->err),
	    &f->w->err, ERR_REFRESH_INVALID);
	assert_err(session_refresh(&f->env, NULL, "x", &one, &f->w->err),
	    &f->w->err, ERR_REFRESH_INVALID);
	assert_err(
	    session_refresh(&f->env, NULL,
		"00000000-0000-4000-8000-000000000000.x", &one, &f->w->err),
	    &f->w->err, ERR_REFRESH_INVALID);
}

/* The chain ends after thirty days however often it was used. */
static void
test_end_of_chain(void **state)
{
	struct fixture *f = *state;
	struct auth_tokens latest;
	int day;

	start(f);
	latest = f->tokens;
	for (day = 1; day < 30; day++) {
		f->env.now_ms += 86400000;
		assert_int_equal(
		    refresh(f, latest.refresh_token, &latest), ERR_NONE);
	}
	f->env.now_ms += 86400000 - 60000;
	assert_int_equal(refresh(f, latest.refresh_token, &latest), ERR_NONE);
	assert_true(latest.access_ttl_s <= 60);
	f->env.now_ms += 60000;
	assert_int_equal(
	    refresh(f, latest.refresh_token, &latest), ERR_REFRESH_INVALID);
}

struct answer {
	int failed;
	char refresh_token[80];
	char access_token[1024];
};

static void
race(struct fixture *f, int start_fd, int answer_fd)
{
	struct answer answer = { 0 };
	struct auth_tokens tokens;
	struct db_pool *pool;
	struct err err;
	char byte;

	pool = db_pool_new(f->w->database, DB_WRITE, 1, true, &err);
	f->env.db = db_open(pool);
	if (read(start_fd, &byte, 1) != 0)
		_exit(1);
	do
		answer.failed = session_refresh(&f->env, f->tokens.session_id,
		    f->tokens.refresh_token, &tokens, &err);
	while (answer.failed != 0 && err.code == ERR_DATABASE_BUSY);
	if (answer.failed == 0) {
		snprintf(answer.refresh_token, sizeof(answer.refresh_token),
		    "%s", tokens.refresh_token);
		snprintf(answer.access_token, sizeof(answer.access_token), "%s",
		    tokens.access_token);
	}
	if (write(answer_fd, &answer, sizeof(answer)) != sizeof(answer))
		_exit(1);
	_exit(0);
}

/* Fifty processes with one token, all at the fixture's time: all get the same
 * successor. */
static void
test_race(void **state)
{
	enum { RACERS = 50 };
	struct fixture *f = *state;
	struct answer first, answer;
	struct auth_tokens next;
	int start_fds[2], answer_fds[2], i, status;

	start(f);
	db_release(f->w->db);
	assert_int_equal(pipe(start_fds), 0);
	assert_int_equal(pipe(answer_fds), 0);
	for (i = 0; i < RACERS; i++)
		if (fork() == 0) {
			close(start_fds[1]);
			race(f, start_fds[0], answer_fds[1]);
		}
	close(start_fds[1]);
	for (i = 0; i < RACERS; i++) {
		assert_int_equal(read(answer_fds[0], &answer, sizeof(answer)),
		    sizeof(answer));
		assert_int_equal(answer.failed, 0);
		if (i == 0)
			first = answer;
		assert_string_equal(first.refresh_token, answer.refresh_token);
		assert_string_equal(first.access_token, answer.access_token);
	}
	for (i = 0; i < RACERS; i++) {
		wait(&status);
		assert_int_equal(status, 0);
	}
	close(start_fds[0]);
	close(answer_fds[0]);
	close(answer_fds[1]);
	assert_int_equal(count(f, "SELECT refresh_counter FROM session"), 1);
	assert_int_equal(refresh(f, first.refresh_token, &next), ERR_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_rotation),
		TEST(test_grace),
		TEST(test_late_reuse),
		TEST(test_reuse_by_other_program),
		TEST(test_reuse_from_other_network),
		TEST(test_reuse_of_an_old_one),
		TEST(test_guessing_ends_nothing),
		TEST(test_body_token),
		TEST(test_end_of_chain),
		TEST(test_race),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
