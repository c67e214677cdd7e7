/*
 * Ways to sign in, as rows: a strategy that nobody else knows signs in like any
 * other, and what follows is the same for all.
 */
#include "tests/unit/auth/fixture.h"

enum { NAME, ANSWER };

/* Who has no way of their own yet. */
static int
prove_riddle(const struct auth_env *env, const struct strategy_given *given,
    struct strategy_answer *out, struct err *err)
{
	if (given[ANSWER].text == NULL ||
	    strcmp(given[ANSWER].text, "an echo") != 0)
		return err_set(err, ERR_BAD_CREDENTIALS, "That is not it.");
	switch (store_user_find_login(
	    env->db, env->arena, given[NAME].text, &out->user, err)) {
	case STORE_OK:
		return 0;
	case STORE_NONE:
		return err_set(err, ERR_BAD_CREDENTIALS, "That is not it.");
	case STORE_ERROR:
		break;
	}
	return -1;
}

static const struct strategy riddle = {
	.name = "riddle", .takes = { "name", "answer" }, .prove = prove_riddle
};

static enum err_code
answer(struct fixture *f, const char *name, const char *word)
{
	return sign_in_by(f, &riddle,
	    (const struct strategy_given[]){
		{ .text = name }, { .text = word } });
}

static void
test_riddle(void **state)
{
	struct fixture *f = *state;
	struct session session;

	assert_int_equal(answer(f, "ann", NULL), ERR_BAD_CREDENTIALS);
	assert_int_equal(answer(f, "ann", "the sea"), ERR_BAD_CREDENTIALS);
	assert_int_equal(answer(f, "bob", "an echo"), ERR_BAD_CREDENTIALS);
	assert_int_equal(count(f, "SELECT count(*) FROM session"), 0);
	assert_int_equal(answer(f, "ann", "an echo"), ERR_NONE);
	assert_string_equal(f->tokens.user.id, f->user.id);
	assert_int_equal(prove(f, f->tokens.access_token), ERR_NONE);
	assert_ok(store_session_find(f->w->db, f->w->arena,
		      f->tokens.session_id, &session, &f->w->err),
	    &f->w->err);
	assert_string_equal(session.device, "Firefox on Linux");
}

static void
test_name_is_audited(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(answer(f, "ann", "an echo"), ERR_NONE);
	assert_int_equal(sign_in(f, "ann", PASSWORD), ERR_NONE);
	assert_int_equal(count(f,
			     "SELECT count(*) FROM audit_log WHERE event = "
			     "'session.started' AND detail = "
			     "'{\"strategy\":\"riddle\"}'"),
	    1);
	assert_int_equal(count(f,
			     "SELECT count(*) FROM audit_log WHERE event = "
			     "'session.started' AND detail = "
			     "'{\"strategy\":\"password\"}'"),
	    1);
}

/* What a strategy has proven opens nothing for who is disabled. */
static void
test_disabled(void **state)
{
	struct fixture *f = *state;

	change(f, "UPDATE user SET state = 'disabled'");
	assert_int_equal(answer(f, "ann", "an echo"), ERR_BAD_CREDENTIALS);
	assert_int_equal(count(f, "SELECT count(*) FROM session"), 0);
}

static void
test_limit(void **state)
{
	struct fixture *f = *state;
	int i;

	for (i = 0; i < 9; i++) {
		f->env.now_ms++;
		assert_int_equal(answer(f, "ann", "an echo"), ERR_NONE);
	}
	assert_int_equal(
	    count(f, "SELECT count(*) FROM session WHERE revoked_at IS NULL"),
	    settings_int(f->settings, SETTING_AUTH_MAX_SESSIONS));
}

/* Rows can be used as they are: each has a name of its own and a way to
 * prove. */
static void
test_table(void **state UNUSED)
{
	int i, j;

	for (i = 0; i < STRATEGY__MAX; i++) {
		assert_non_null(strategies[i].prove);
		assert_non_null(strategies[i].takes[0]);
		for (j = 0; j < i; j++)
			assert_string_not_equal(
			    strategies[i].name, strategies[j].name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_riddle),
		TEST(test_name_is_audited),
		TEST(test_disabled),
		TEST(test_limit),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests_name("auth/strategy", tests, NULL, NULL);
}
