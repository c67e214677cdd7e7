/*
 * API keys and app passwords: their form, what is kept of them, by whom they are
 * proven, and what goes with them.
 */
#include "tests/unit/auth/fixture.h"

#include "lib/auth/api_key.h"

static struct api_key
make(struct fixture *f, enum api_key_kind kind, int days,
    char text[API_KEY_TEXT_SIZE])
{
	const struct api_key_wish wish = { .kind = kind,
		.name = "A script",
		.scope = KEY_SCOPE_READ,
		.days = days };
	struct profile profile;
	struct api_key key;
	struct err *err = &f->w->err;

	assert_ok(store_profile_default(
		      f->w->db, f->w->arena, f->user.id, &profile, err),
	    err);
	assert_ok(api_key_make(&f->env, f->user.id, f->user.id, profile.id,
		      &wish, &key, text, err),
	    err);
	return key;
}

static enum err_code
prove_bearer(struct fixture *f, const char *text, struct session *session)
{
	struct err *err = &f->w->err;
	int64_t ends_at;

	err->code = ERR_NONE;
	return api_key_prove(&f->env, text, session, &ends_at, err) == 0
	    ? ERR_NONE
	    : err->code;
}

static enum err_code
prove_typed(struct fixture *f, const char *login, const char *typed)
{
	struct err *err = &f->w->err;
	struct session session;
	int64_t ends_at;

	err->code = ERR_NONE;
	return api_key_prove_password(
		   &f->env, login, typed, &session, &ends_at, err) == 0
	    ? ERR_NONE
	    : err->code;
}

static void
test_forms(void **state)
{
	struct fixture *f = *state;
	char one[API_KEY_TEXT_SIZE], other[API_KEY_TEXT_SIZE];
	int i;

	make(f, API_KEY_BEARER, 0, one);
	make(f, API_KEY_BEARER, 0, other);
	assert_true(api_key_is(one));
	assert_int_equal(strlen(one), API_KEY_TEXT_SIZE - 1);
	assert_string_not_equal(one, other);
	make(f, API_KEY_PASSWORD, 0, one);
	assert_false(api_key_is(one));
	assert_int_equal(strlen(one), 23);
	for (i = 0; one[i] != '\0'; i++)
		assert_non_null(strchr(
		    i % 6 == 5 ? "-" : "abcdefghjkmnpqrstuvwxyz", one[i]));
}

static void
test_session(void **state)
{
	struct fixture *f = *state;
	char text[API_KEY_TEXT_SIZE];
	struct api_key key = make(f, API_KEY_BEARER, 0, text);
	struct session session, *listed;
	size_t n;

	assert_int_equal(prove_bearer(f, text, &session), ERR_NONE);
	assert_string_equal(session.user_id, f->user.id);
	assert_string_equal(session.id, key.id);
	assert_int_equal(session.scope, KEY_SCOPE_READ);
	assert_ok(store_session_list(f->w->db, f->w->arena, f->user.id,
		      f->env.now_ms, &listed, &n, &f->w->err),
	    &f->w->err);
	assert_int_equal(n, 0);
	/* Nobody refreshes it: no token was ever given out for it. */
	f->tokens.session_id = key.id;
	assert_int_equal(refresh(f, text, &f->tokens), ERR_REFRESH_INVALID);
	assert_int_equal(prove_bearer(f, text, &session), ERR_NONE);
}

static void
test_refused(void **state)
{
	struct fixture *f = *state;
	char text[API_KEY_TEXT_SIZE], typed[API_KEY_TEXT_SIZE];
	struct session session;

	make(f, API_KEY_BEARER, 2, text);
	make(f, API_KEY_PASSWORD, 2, typed);
	assert_int_equal(prove_bearer(f, "mk_", &session), ERR_UNAUTHORIZED);
	assert_int_equal(prove_bearer(f, typed, &session), ERR_UNAUTHORIZED);
	assert_int_equal(prove_typed(f, "ann", text), ERR_UNAUTHORIZED);
	assert_int_equal(prove_typed(f, "bob", typed), ERR_UNAUTHORIZED);
	assert_int_equal(prove_typed(f, "ann", typed), ERR_NONE);
	assert_int_equal(prove_typed(f, "ANN@example.ORG", typed), ERR_NONE);
	f->env.now_ms += 2 * 24 * 3600 * INT64_C(1000);
	assert_int_equal(prove_bearer(f, text, &session), ERR_UNAUTHORIZED);
	assert_int_equal(prove_typed(f, "ann", typed), ERR_UNAUTHORIZED);
	f->env.now_ms--;
	assert_int_equal(prove_bearer(f, text, &session), ERR_NONE);
	change(f, "UPDATE user SET state = 'disabled'");
	assert_int_equal(prove_bearer(f, text, &session), ERR_UNAUTHORIZED);
	assert_int_equal(prove_typed(f, "ann", typed), ERR_UNAUTHORIZED);
}

/* The session, those begun by the password, and what they play. */
static void
test_revoked(void **state)
{
	struct fixture *f = *state;
	char typed[API_KEY_TEXT_SIZE], stream[STREAM_KEY_SIZE];
	struct api_key key = make(f, API_KEY_PASSWORD, 0, typed);
	struct ended_sessions ended;
	struct err *err = &f->w->err;

	assert_int_equal(sign_in_by(f, &strategies[STRATEGY_APP_PASSWORD],
			     (const struct strategy_given[]){
				 { .text = "ann" }, { .text = typed } }),
	    ERR_NONE);
	make_key(f, stream);
	assert_int_equal(check_key(f, stream, f->env.now_ms), ERR_NONE);
	assert_int_equal(prove(f, f->tokens.access_token), ERR_NONE);
	assert_ok(
	    api_key_revoke(&f->env, NULL, f->user.id, key.id, &ended, err),
	    err);
	assert_int_equal(ended.n, 2);
	assert_int_equal(prove(f, f->tokens.access_token), ERR_UNAUTHORIZED);
	assert_int_equal(
	    check_key(f, stream, f->env.now_ms), ERR_STREAM_KEY_INVALID);
	assert_int_equal(count(f, "SELECT count(*) FROM session"), 0);
	assert_int_equal(
	    api_key_revoke(&f->env, NULL, f->user.id, key.id, &ended, err), -1);
	assert_int_equal(err->code, ERR_API_KEY_NOT_FOUND);
}

/* Thirty days in the list, so that somebody sees why a script has stopped. */
static void
test_sweep(void **state)
{
	struct fixture *f = *state;
	char text[API_KEY_TEXT_SIZE];
	struct api_key key = make(f, API_KEY_BEARER, 1, text);
	int64_t last = key.expires_at + 30 * 24 * 3600 * INT64_C(1000);
	int64_t swept;
	struct err *err = &f->w->err;

	make(f, API_KEY_BEARER, 0, text);
	assert_ok(store_api_key_sweep(f->w->db, last, err), err);
	assert_ok(store_session_sweep(f->w->db, last, &swept, err), err);
	assert_int_equal(count(f, "SELECT count(*) FROM api_key"), 2);
	assert_int_equal(count(f, "SELECT count(*) FROM session"), 2);
	assert_ok(store_api_key_sweep(f->w->db, last + 1, err), err);
	assert_int_equal(count(f, "SELECT count(*) FROM api_key"), 1);
	assert_int_equal(count(f, "SELECT count(*) FROM session"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_forms),
		TEST(test_session),
		TEST(test_refused),
		TEST(test_revoked),
		TEST(test_sweep),
	};

	return cmocka_run_group_tests_name("auth/api_key", tests, NULL, NULL);
}
