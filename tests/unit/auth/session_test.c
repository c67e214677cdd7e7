/*
 * Signing in and out, the throttle, passwords, stream keys.
 */
#include "tests/unit/auth/fixture.h"

#include <argon2.h>
#include <dlfcn.h>

static void
test_sign_in(void **state)
{
	struct fixture *f = *state;
	struct session session;

	assert_int_equal(sign_in(f, "ann@EXAMPLE.org", PASSWORD), ERR_NONE);
	assert_int_equal(sign_in(f, "ANN", PASSWORD), ERR_NONE);
	assert_string_equal(f->tokens.user.display_name, "Ann");
	assert_int_equal(f->tokens.access_ttl_s, 900);
	assert_int_equal(prove(f, f->tokens.access_token), ERR_NONE);
	assert_ok(store_session_find(f->w->db, f->w->arena,
		      f->tokens.session_id, &session, &f->w->err),
	    &f->w->err);
	assert_string_equal(session.device, "Firefox on Linux");
	assert_string_equal(session.address, "192.0.2.7");
}

static void
test_wrong_sign_in(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(sign_in(f, "ann", "wrong"), ERR_BAD_CREDENTIALS);
	assert_int_equal(sign_in(f, "bob", PASSWORD), ERR_BAD_CREDENTIALS);
	assert_int_equal(sign_in(f, "", ""), ERR_BAD_CREDENTIALS);
	change(f, "UPDATE user SET state = 'disabled'");
	assert_int_equal(sign_in(f, "ann", PASSWORD), ERR_BAD_CREDENTIALS);
}

/* What argon2 had to do. */
struct work {
	int n_runs;
	unsigned passes, memory, lanes;
};

static struct work work;

/* These two stand before the library's: they note the work and let it do it.
 * So equal work is seen without measuring time. */
int
argon2id_hash_raw(const uint32_t passes, const uint32_t memory,
    const uint32_t lanes, const void *password, const size_t len,
    const void *salt, const size_t salt_len, void *hash, const size_t hash_len)
{
	__typeof__(&argon2id_hash_raw) real =
	    dlsym(RTLD_NEXT, "argon2id_hash_raw");

	work = (struct work){ work.n_runs + 1, passes, memory, lanes };
	return real(passes, memory, lanes, password, len, salt, salt_len, hash,
	    hash_len);
}

int
argon2id_verify(const char *encoded, const void *password, const size_t len)
{
	__typeof__(&argon2id_verify) real = dlsym(RTLD_NEXT, "argon2id_verify");

	work.n_runs++;
	(void)!sscanf(encoded, "$argon2id$v=19$m=%u,t=%u,p=%u$", &work.memory,
	    &work.passes, &work.lanes);
	return real(encoded, password, len);
}

/* The unknown takes as long as the known: argon2 does the same for both, and
 * for a password that is too long to be anybody's. */
static void
test_equal_work(void **state)
{
	struct fixture *f = *state;
	char *longest = calloc(1, PASSWORD_MAX + 2);
	struct work known;

	work = (struct work){ 0 };
	assert_int_equal(sign_in(f, "ann", "wrong"), ERR_BAD_CREDENTIALS);
	known = work;
	assert_int_equal(known.n_runs, 1);
	assert_int_equal(known.lanes, 1);
	work = (struct work){ 0 };
	assert_int_equal(sign_in(f, "bob", "wrong"), ERR_BAD_CREDENTIALS);
	assert_memory_equal(&work, &known, sizeof(known));
	work = (struct work){ 0 };
	memset(longest, 'x', PASSWORD_MAX + 1);
	assert_int_equal(sign_in(f, "ann", longest), ERR_BAD_CREDENTIALS);
	assert_memory_equal(&work, &known, sizeof(known));
	free(longest);
}

static void
test_throttle(void **state)
{
	struct fixture *f = *state;
	int64_t wait_s;
	int i;

	for (i = 0; i < 5; i++)
		assert_int_equal(
		    sign_in(f, "ann", "wrong"), ERR_BAD_CREDENTIALS);
	assert_int_equal(sign_in(f, "Ann", PASSWORD), ERR_RATE_LIMITED);
	wait_s = f->retry_after_s;
	assert_true(wait_s >= 1);
	/* Another account from there, and the account from elsewhere. */
	assert_int_equal(sign_in(f, "bob", "wrong"), ERR_BAD_CREDENTIALS);
	f->env.address = "192.0.2.8";
	assert_int_equal(sign_in(f, "ann", PASSWORD), ERR_NONE);
	/* It ends, and success forgets. */
	f->env.address = "192.0.2.7";
	f->env.now_ms += wait_s * 1000;
	assert_int_equal(sign_in(f, "ann", PASSWORD), ERR_NONE);
	assert_int_equal(sign_in(f, "ann", "wrong"), ERR_BAD_CREDENTIALS);
	assert_int_equal(sign_in(f, "ann", PASSWORD), ERR_NONE);
}

/* Many names from one address; delays grow. */
static void
test_throttle_of_address(void **state)
{
	struct fixture *f = *state;
	int64_t last = 0;
	char name[24];
	int i, blocked = 0;

	for (i = 0; i < 25; i++) {
		snprintf(name, sizeof(name), "name%d", i);
		if (sign_in(f, name, "wrong") != ERR_RATE_LIMITED)
			continue;
		assert_true(f->retry_after_s >= last);
		last = f->retry_after_s;
		f->env.now_ms += last * 1000;
		blocked++;
	}
	assert_true(blocked >= 2);
	assert_true(last >= 2);
	/* A whole IPv6 network counts as one. */
	f->env.address = "2001:db8:1:2::1";
	for (i = 0; i < 21; i++) {
		snprintf(name, sizeof(name), "other%d", i);
		(void)sign_in(f, name, "wrong");
	}
	f->env.address = "2001:db8:1:2:ffff::9";
	assert_int_equal(sign_in(f, "ann", PASSWORD), ERR_RATE_LIMITED);
	f->env.address = "2001:db8:1:3::1";
	assert_int_equal(sign_in(f, "ann", PASSWORD), ERR_NONE);
}

static void
test_sign_out(void **state)
{
	struct fixture *f = *state;
	char key[STREAM_KEY_SIZE];

	start(f);
	make_key(f, key);
	assert_int_equal(prove(f, f->tokens.access_token), ERR_NONE);
	assert_non_null(session_sign_out(
	    &f->env, f->tokens.session_id, f->tokens.refresh_token));
	assert_null(session_sign_out(
	    &f->env, f->tokens.session_id, f->tokens.refresh_token));
	assert_int_equal(prove(f, f->tokens.access_token), ERR_UNAUTHORIZED);
	assert_int_equal(
	    check_key(f, key, f->env.now_ms), ERR_STREAM_KEY_INVALID);
}

/* One device too many signs out the one that was used longest ago. */
static void
test_limit(void **state)
{
	enum { MAX = 5 };
	struct fixture *f = *state;
	struct auth_tokens first;
	char key[STREAM_KEY_SIZE];
	int i;

	start(f);
	first = f->tokens;
	make_key(f, key);
	for (i = 1; i < MAX; i++) {
		f->env.now_ms++;
		start(f);
		assert_int_equal(f->tokens.n_displaced, 0);
	}
	assert_int_equal(prove(f, first.access_token), ERR_NONE);
	f->env.now_ms++;
	start(f);
	assert_int_equal(f->tokens.n_displaced, 1);
	assert_string_equal(f->tokens.displaced[0].id, first.session_id);
	assert_int_equal(prove(f, f->tokens.access_token), ERR_NONE);
	assert_int_equal(prove(f, first.access_token), ERR_UNAUTHORIZED);
	assert_int_equal(
	    check_key(f, key, f->env.now_ms), ERR_STREAM_KEY_INVALID);
	assert_int_equal(
	    count(f, "SELECT count(*) FROM session WHERE revoked_at IS NULL"),
	    MAX);
	assert_int_equal(count(f,
			     "SELECT count(*) FROM audit_log WHERE event = "
			     "'session.ended' AND detail LIKE '%limit%'"),
	    1);
	/* A smaller limit holds from the next sign-in on. */
	assert_ok(settings_set_stored(
		      f->settings, SETTING_AUTH_MAX_SESSIONS, "2", &f->w->err),
	    &f->w->err);
	start(f);
	assert_int_equal(f->tokens.n_displaced, 4);
	assert_int_equal(
	    count(f, "SELECT count(*) FROM session WHERE revoked_at IS NULL"),
	    2);
}

/* The row decides: role, state, end of the chain. */
static void
test_the_row_decides(void **state)
{
	struct fixture *f = *state;
	struct session session;
	struct auth_tokens none;
	int64_t ends_at;

	start(f);
	change(f, "UPDATE user SET role = 'admin'");
	assert_ok(session_prove(&f->env, f->tokens.access_token, &session,
		      &ends_at, &f->w->err),
	    &f->w->err);
	assert_in_range(ends_at, f->env.now_ms,
	    f->env.now_ms + f->tokens.access_ttl_s * 1000);
	assert_int_equal(session.role, USER_ROLE_ADMIN);
	change(f, "UPDATE user SET state = 'disabled'");
	assert_int_equal(prove(f, f->tokens.access_token), ERR_UNAUTHORIZED);
	change(f, "UPDATE user SET state = 'active'");
	change(f, "UPDATE session SET expires_at = created_at");
	assert_int_equal(prove(f, f->tokens.access_token), ERR_UNAUTHORIZED);
	assert_int_equal(
	    refresh(f, f->tokens.refresh_token, &none), ERR_REFRESH_INVALID);
	change(f, "DELETE FROM session");
	assert_int_equal(prove(f, f->tokens.access_token), ERR_UNAUTHORIZED);
}

static void
test_expiry(void **state)
{
	struct fixture *f = *state;
	struct auth_tokens one;

	start(f);
	f->env.now_ms += 899 * 1000;
	assert_int_equal(prove(f, f->tokens.access_token), ERR_NONE);
	f->env.now_ms += 2000;
	assert_int_equal(prove(f, f->tokens.access_token), ERR_TOKEN_EXPIRED);
	/* The refresh token lives seven days from the last rotation. */
	f->env.now_ms += INT64_C(6) * 86400000;
	assert_int_equal(refresh(f, f->tokens.refresh_token, &one), ERR_NONE);
	f->env.now_ms += INT64_C(7) * 86400000;
	assert_int_equal(
	    refresh(f, one.refresh_token, &one), ERR_REFRESH_INVALID);
	assert_false(one.was_revoked);
}

static void
test_stream_key_life(void **state)
{
	enum { HOUR_MS = 3600000 };
	struct fixture *f = *state;
	int64_t now = f->env.now_ms;
	char key[STREAM_KEY_SIZE], was;
	size_t i;

	start(f);
	make_key(f, key);
	assert_int_equal(strlen(key), 43);
	assert_int_equal(check_key(f, key, now), ERR_NONE);
	assert_int_equal(check_key(f, key, now + 6 * HOUR_MS - 1), ERR_NONE);
	assert_int_equal(
	    check_key(f, key, now + 6 * HOUR_MS), ERR_STREAM_KEY_INVALID);
	change(f,
	    "UPDATE stream_key SET last_used_at = created_at "
	    "+ 72000000");
	assert_int_equal(check_key(f, key, now + 23 * HOUR_MS), ERR_NONE);
	assert_int_equal(
	    check_key(f, key, now + 24 * HOUR_MS), ERR_STREAM_KEY_INVALID);
	for (i = 0; i < 43; i++) {
		was = key[i];
		key[i] = was == 'A' ? 'B' : 'A';
		assert_int_equal(
		    check_key(f, key, now), ERR_STREAM_KEY_INVALID);
		key[i] = '\0';
		assert_int_equal(
		    check_key(f, key, now), ERR_STREAM_KEY_INVALID);
		key[i] = was;
	}
	/* An expired session leaves the key alone. */
	change(f,
	    "UPDATE session SET expires_at = 1, "
	    "refresh_expires_at = 1");
	assert_int_equal(check_key(f, key, now), ERR_NONE);
}

static void
test_passwords(void **state)
{
	struct fixture *f = *state;
	char hash[PASSWORD_HASH_SIZE], other[PASSWORD_HASH_SIZE];
	struct err *err = &f->w->err;
	char *longest = calloc(1, PASSWORD_MAX + 2);

	assert_err(password_hash(f->w->dir, "1234567", hash, err), err,
	    ERR_INVALID_FIELDS);
	memset(longest, 'x', PASSWORD_MAX + 1);
	assert_err(password_hash(f->w->dir, longest, hash, err), err,
	    ERR_INVALID_FIELDS);
	assert_int_equal(
	    password_check(f->w->dir, longest, f->user.password_hash, err), 0);
	longest[PASSWORD_MAX] = '\0';
	assert_ok(password_hash(f->w->dir, longest, hash, err), err);
	assert_ok(password_hash(f->w->dir, longest, other, err), err);
	assert_string_not_equal(hash, other);
	assert_true(strncmp(hash, "$argon2id$v=19$m=65536,t=3,p=1$", 31) == 0);
	assert_int_equal(password_check(f->w->dir, longest, hash, err), 1);
	assert_int_equal(password_check(f->w->dir, "something", hash, err), 0);
	assert_int_equal(password_check(f->w->dir, "something", NULL, err), 0);
	assert_int_equal(
	    password_check(f->w->dir, "something", "garbage", err), -1);
	free(longest);
}

static void
test_device_names(void **state)
{
	static const struct {
		const char *user_agent;
		const char *name;
	} cases[] = {
		{ FIREFOX, "Firefox on Linux" },
		{ "Mozilla/5.0 (Windows NT 10.0; Win64; x64) "
		  "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 "
		  "Safari/537.36 Edg/120.0",
		    "Edge on Windows" },
		{ "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) "
		  "AppleWebKit/605.1.15 Version/17.0 Mobile Safari/604.1",
		    "Safari on iPhone" },
		{ "curl/7.88.1", "curl" },
		{ "", "Unknown device" },
		{ "\xff\xfe", "Unknown device" },
	};
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < COUNT_OF(cases); i++)
		assert_string_equal(
		    session_device_name(f->w->arena, cases[i].user_agent),
		    cases[i].name);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_sign_in),
		TEST(test_wrong_sign_in),
		TEST(test_equal_work),
		TEST(test_throttle),
		TEST(test_throttle_of_address),
		TEST(test_sign_out),
		TEST(test_limit),
		TEST(test_the_row_decides),
		TEST(test_expiry),
		TEST(test_stream_key_life),
		TEST(test_passwords),
		TEST(test_device_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
