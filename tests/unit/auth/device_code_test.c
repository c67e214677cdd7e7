/*
 * Signing in on a device by another one: waiting, asking too often, yes, no, too
 * late, twice, and many who ask at once for the one session.
 */
#include "tests/unit/auth/fixture.h"

#include <ctype.h>
#include <pthread.h>

#include "lib/auth/device_code.h"

static struct device_grant
begin(struct fixture *f)
{
	struct device_grant grant;

	assert_ok(
	    device_code_begin(&f->env, "TV", &grant, &f->w->err), &f->w->err);
	return grant;
}

static enum err_code
ask(struct fixture *f, const char *device_code)
{
	return sign_in_by(f, &strategies[STRATEGY_DEVICE],
	    (const struct strategy_given[]){ { .text = device_code } });
}

static enum err_code
say(struct fixture *f, const char *user_code, bool yes)
{
	struct err *err = &f->w->err;

	err->code = ERR_NONE;
	return device_code_answer(&f->env, f->user.id,
		   seed_profile(f->w, f->user.id), user_code, yes, err) == 0
	    ? ERR_NONE
	    : err->code;
}

static void
wait_s(struct fixture *f, int64_t s)
{
	f->env.now_ms += s * 1000;
}

static void
test_approved(void **state)
{
	struct fixture *f = *state;
	struct device_grant grant = begin(f);
	struct device_code code;

	assert_int_equal(ask(f, grant.device_code), ERR_AUTHORIZATION_PENDING);
	assert_ok(device_code_find(&f->env, grant.user_code, &code, &f->w->err),
	    &f->w->err);
	assert_string_equal(code.device, "TV");
	assert_string_equal(code.address, "192.0.2.7");
	assert_int_equal(say(f, grant.user_code, true), ERR_NONE);
	assert_int_equal(ask(f, grant.device_code), ERR_NONE);
	assert_string_equal(f->tokens.user.id, f->user.id);
	assert_int_equal(prove(f, f->tokens.access_token), ERR_NONE);
	/* Neither code is of use any more. */
	assert_int_equal(ask(f, grant.device_code), ERR_EXPIRED_TOKEN);
	assert_int_equal(
	    say(f, grant.user_code, true), ERR_DEVICE_CODE_NOT_FOUND);
	assert_int_equal(count(f, "SELECT count(*) FROM session"), 1);
	assert_int_equal(count(f,
			     "SELECT count(*) FROM audit_log "
			     "WHERE event = 'device.approved' AND detail LIKE "
			     "'%\"TV\"%'"),
	    1);
}

static void
test_denied(void **state)
{
	struct fixture *f = *state;
	struct device_grant grant = begin(f);

	assert_int_equal(say(f, grant.user_code, false), ERR_NONE);
	assert_int_equal(
	    say(f, grant.user_code, true), ERR_DEVICE_CODE_NOT_FOUND);
	assert_int_equal(ask(f, grant.device_code), ERR_ACCESS_DENIED);
	assert_int_equal(ask(f, grant.device_code), ERR_ACCESS_DENIED);
	assert_int_equal(count(f, "SELECT count(*) FROM session"), 0);
}

static void
test_expired(void **state)
{
	struct fixture *f = *state;
	struct device_grant early = begin(f), late = begin(f);
	struct device_code code;

	assert_int_equal(say(f, early.user_code, true), ERR_NONE);
	wait_s(f, DEVICE_CODE_TTL_S);
	assert_int_equal(ask(f, early.device_code), ERR_EXPIRED_TOKEN);
	assert_int_equal(ask(f, late.device_code), ERR_EXPIRED_TOKEN);
	assert_int_equal(
	    say(f, late.user_code, true), ERR_DEVICE_CODE_NOT_FOUND);
	assert_err(device_code_find(&f->env, late.user_code, &code, &f->w->err),
	    &f->w->err, ERR_DEVICE_CODE_NOT_FOUND);
	begin(f);
	assert_int_equal(count(f, "SELECT count(*) FROM device_code"), 1);
}

/* Who asks too often waits longer from then on (RFC 8628 §3.5). */
static void
test_slow_down(void **state)
{
	struct fixture *f = *state;
	struct device_grant grant = begin(f);

	assert_int_equal(ask(f, grant.device_code), ERR_AUTHORIZATION_PENDING);
	wait_s(f, 2);
	assert_int_equal(ask(f, grant.device_code), ERR_SLOW_DOWN);
	wait_s(f, 5);
	assert_int_equal(ask(f, grant.device_code), ERR_SLOW_DOWN);
	wait_s(f, 15);
	assert_int_equal(ask(f, grant.device_code), ERR_AUTHORIZATION_PENDING);
	wait_s(f, 15);
	assert_int_equal(ask(f, grant.device_code), ERR_AUTHORIZATION_PENDING);
	/* A yes is told whenever it is asked for. */
	assert_int_equal(say(f, grant.user_code, true), ERR_NONE);
	assert_int_equal(ask(f, grant.device_code), ERR_NONE);
}

/* What people type: any case, with and without the hyphen, nothing else. */
static void
test_spellings(void **state)
{
	struct fixture *f = *state;
	struct device_grant grant;
	struct device_code code;
	char typed[USER_CODE_SIZE + 4];
	const char *const wrong[] = { "", "-", "BCDFGHJ", "BCDFGHJKL",
		"AEIOUAEI", "BCDF_GHJ",
		"\xc3\x9f"
		"BCDFGHJ",
		"0CDFGHJK" };
	size_t i;

	grant = begin(f);
	assert_int_equal(strlen(grant.user_code), 9);
	assert_int_equal(grant.user_code[4], '-');
	for (i = 0; grant.user_code[i] != '\0'; i++)
		typed[i] = (char)tolower((unsigned char)grant.user_code[i]);
	typed[i] = '\0';
	assert_ok(
	    device_code_find(&f->env, typed, &code, &f->w->err), &f->w->err);
	memmove(typed + 4, typed + 5, 5);
	assert_ok(
	    device_code_find(&f->env, typed, &code, &f->w->err), &f->w->err);
	snprintf(typed, sizeof(typed), "%.4s  %.4s", grant.user_code,
	    grant.user_code + 5);
	assert_ok(
	    device_code_find(&f->env, typed, &code, &f->w->err), &f->w->err);
	for (i = 0; i < COUNT_OF(wrong); i++)
		assert_err(
		    device_code_find(&f->env, wrong[i], &code, &f->w->err),
		    &f->w->err, ERR_DEVICE_CODE_NOT_FOUND);
}

/* Neither code can be read in the database, or made from what stands there. */
static void
test_hashed(void **state)
{
	struct fixture *f = *state;
	struct device_grant grant = begin(f);
	char sql[256];

	snprintf(sql, sizeof(sql),
	    "SELECT count(*) FROM device_code WHERE instr(hash, '%s') > 0 OR "
	    "instr(user_code_hash, '%.4s') > 0 OR instr(device || address, "
	    "'%s') > 0",
	    grant.device_code, grant.user_code, grant.user_code);
	assert_int_equal(count(f, sql), 0);
}

/* A network loses its oldest code, and takes no other's place. */
static void
test_limits(void **state)
{
	struct fixture *f = *state;
	struct device_grant other, first, last = { 0 };
	int i;

	f->env.address = "192.0.2.99";
	other = begin(f);
	f->env.address = "192.0.2.7";
	wait_s(f, 1);
	first = begin(f);
	for (i = 0; i < DEVICE_CODES_PER_NETWORK; i++) {
		wait_s(f, 1);
		last = begin(f);
	}
	assert_int_equal(ask(f, first.device_code), ERR_EXPIRED_TOKEN);
	assert_int_equal(ask(f, last.device_code), ERR_AUTHORIZATION_PENDING);
	assert_int_equal(ask(f, other.device_code), ERR_AUTHORIZATION_PENDING);
	assert_int_equal(count(f, "SELECT count(*) FROM device_code"),
	    DEVICE_CODES_PER_NETWORK + 1);
}

/* Who has a /56 has one network, whatever he calls himself in it. */
static void
test_network(void **state)
{
	struct fixture *f = *state;
	char address[64];
	int i;

	f->env.address = "2001:db8:0:1ff::1";
	begin(f);
	for (i = 0; i < 2 * DEVICE_CODES_PER_NETWORK; i++) {
		snprintf(
		    address, sizeof(address), "2001:db8:0:2%02x::%x", i, i + 1);
		f->env.address = address;
		wait_s(f, 1);
		begin(f);
	}
	f->env.address = "::ffff:192.0.2.7";
	begin(f);
	f->env.address = "192.0.2.7";
	begin(f);
	assert_int_equal(count(f, "SELECT count(*) FROM device_code"),
	    DEVICE_CODES_PER_NETWORK + 3);
	assert_int_equal(
	    count(f, "SELECT count(DISTINCT network) FROM device_code"), 3);
}

/* Whoever fills the table keeps nobody out: the oldest that waits goes, and not
 * one to which somebody has said yes. */
static void
test_full(void **state)
{
	struct fixture *f = *state;
	struct device_grant approved = begin(f), waiting, last;

	wait_s(f, 1);
	waiting = begin(f);
	assert_int_equal(say(f, approved.user_code, true), ERR_NONE);
	change(f,
	    "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n "
	    "WHERE i < 998) INSERT INTO device_code (hash, user_code_hash, "
	    "device, address, network, interval_s, created_at, expires_at) "
	    "SELECT CAST(i AS BLOB), CAST(i AS BLOB), '', i, i, 5, "
	    "8000000000000000, 9000000000000000 FROM n");
	assert_int_equal(
	    count(f, "SELECT count(*) FROM device_code"), DEVICE_CODES_MAX);
	f->env.address = "192.0.2.100";
	last = begin(f);
	assert_int_equal(
	    count(f, "SELECT count(*) FROM device_code"), DEVICE_CODES_MAX);
	assert_int_equal(ask(f, last.device_code), ERR_AUTHORIZATION_PENDING);
	assert_int_equal(ask(f, waiting.device_code), ERR_EXPIRED_TOKEN);
	assert_int_equal(ask(f, approved.device_code), ERR_NONE);
}

/* The device watches as who said yes, not as the account's first profile. */
static void
test_profile(void **state)
{
	struct fixture *f = *state;
	struct device_grant grant = begin(f), gone = begin(f);
	const char *sql = "UPDATE profile SET created_at = 1, pin_hash = '$'";
	struct profile child;

	change(f, sql);
	child = add_profile(f, "Mia", -1, NULL);
	assert_ok(device_code_answer(&f->env, f->user.id, child.id,
		      grant.user_code, true, &f->w->err),
	    &f->w->err);
	assert_ok(device_code_answer(&f->env, f->user.id, child.id,
		      gone.user_code, true, &f->w->err),
	    &f->w->err);
	assert_int_equal(ask(f, grant.device_code), ERR_NONE);
	assert_string_equal(f->tokens.profile.id, child.id);
	assert_ok(
	    store_profile_remove(f->w->db, child.id, &f->w->err), &f->w->err);
	assert_int_equal(ask(f, gone.device_code), ERR_EXPIRED_TOKEN);
}

/* What ends sessions ends what was to become one. */
static void
test_ended(void **state)
{
	static const struct user_change changes[] = {
		{ .has_role = true, .role = USER_ROLE_ADMIN },
		{ .has_state = true, .is_disabled = true },
		{ .has_state = true, .is_disabled = false },
	};
	struct fixture *f = *state;
	struct device_grant grant, waits = begin(f);
	struct ended_sessions ended;
	char id[UUID_SIZE];
	size_t i;

	seed_user(f->w, "admin@example.org", USER_ROLE_ADMIN, id);
	for (i = 0; i <= COUNT_OF(changes); i++) {
		grant = begin(f);
		assert_int_equal(say(f, grant.user_code, true), ERR_NONE);
		assert_ok(i < COUNT_OF(changes)
			? store_user_change(f->w->db, f->w->arena, f->user.id,
			      &changes[i], &ended, &f->w->err)
			: store_user_set_password(f->w->db, f->w->arena,
			      f->user.id, "$new", NULL, &ended, &f->w->err),
		    &f->w->err);
		assert_int_equal(ask(f, grant.device_code), ERR_EXPIRED_TOKEN);
	}
	assert_int_equal(ask(f, waits.device_code), ERR_AUTHORIZATION_PENDING);
}

/* Somebody who has gone approves nothing. */
static void
test_disabled(void **state)
{
	struct fixture *f = *state;
	struct device_grant grant = begin(f);

	assert_int_equal(say(f, grant.user_code, true), ERR_NONE);
	change(f, "UPDATE user SET state = 'disabled'");
	assert_int_equal(ask(f, grant.device_code), ERR_BAD_CREDENTIALS);
	assert_int_equal(count(f, "SELECT count(*) FROM session"), 0);
}

enum { RACERS = 8 };

struct racer {
	struct fixture *f;
	const char *device_code;
	bool has_won;
	enum err_code code;
};

static void *
race(void *arg)
{
	struct racer *racer = arg;
	struct auth_env env = racer->f->env;
	struct auth_tokens tokens;
	int64_t retry_after_s;
	struct err err = { 0 };

	env.db = db_open(racer->f->w->write_pool);
	env.arena = arena_new(WORLD_ARENA_MAX);
	racer->has_won = strategy_sign_in(&env, &strategies[STRATEGY_DEVICE],
			     (const struct strategy_given[]){
				 { .text = racer->device_code } },
			     NULL, &tokens, &retry_after_s, &err) == 0;
	racer->code = err.code;
	db_close(env.db);
	arena_free(env.arena);
	return NULL;
}

static void
test_race(void **state)
{
	struct fixture *f = *state;
	struct device_grant grant = begin(f);
	struct racer racers[RACERS];
	pthread_t threads[RACERS];
	int i, n_won = 0;

	assert_int_equal(say(f, grant.user_code, true), ERR_NONE);
	db_release(f->w->db);
	for (i = 0; i < RACERS; i++) {
		racers[i] =
		    (struct racer){ .f = f, .device_code = grant.device_code };
		assert_int_equal(
		    pthread_create(&threads[i], NULL, race, &racers[i]), 0);
	}
	for (i = 0; i < RACERS; i++) {
		pthread_join(threads[i], NULL);
		n_won += racers[i].has_won;
		if (!racers[i].has_won)
			assert_int_equal(racers[i].code, ERR_EXPIRED_TOKEN);
	}
	assert_int_equal(n_won, 1);
	assert_int_equal(count(f, "SELECT count(*) FROM session"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_approved),
		TEST(test_denied),
		TEST(test_expired),
		TEST(test_slow_down),
		TEST(test_spellings),
		TEST(test_hashed),
		TEST(test_limits),
		TEST(test_network),
		TEST(test_full),
		TEST(test_profile),
		TEST(test_ended),
		TEST(test_disabled),
		TEST(test_race),
	};

	return cmocka_run_group_tests_name(
	    "auth/device_code", tests, NULL, NULL);
}
