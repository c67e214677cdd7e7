/*
 * What happens while a password is computed, which takes long and may wait for
 * its turn: who was let in before goes by what holds afterwards.
 */
#include "tests/unit/auth/fixture.h"

#include <argon2.h>
#include <dlfcn.h>

#include "lib/auth/people.h"
#include "lib/auth/profile.h"

typedef void (*deed_fn)(struct fixture *f);

/* Done once by the next call of one of the two below, as by another process. */
static struct {
	struct fixture *f;
	deed_fn on_check;
	deed_fn on_hash;
} meanwhile;

static void
happen(deed_fn *deed)
{
	deed_fn fn = *deed;

	*deed = NULL;
	if (fn != NULL)
		fn(meanwhile.f);
}

/* These two stand before the library's. */
int
argon2id_verify(const char *encoded, const void *password, const size_t len)
{
	__typeof__(&argon2id_verify) real = dlsym(RTLD_NEXT, "argon2id_verify");

	happen(&meanwhile.on_check);
	return real(encoded, password, len);
}

int
argon2id_hash_encoded(const uint32_t passes, const uint32_t memory,
    const uint32_t lanes, const void *password, const size_t len,
    const void *salt, const size_t salt_len, const size_t hash_len, char *out,
    const size_t out_len)
{
	__typeof__(&argon2id_hash_encoded) real =
	    dlsym(RTLD_NEXT, "argon2id_hash_encoded");

	happen(&meanwhile.on_hash);
	return real(passes, memory, lanes, password, len, salt, salt_len,
	    hash_len, out, out_len);
}

static void
let_happen(struct fixture *f, deed_fn on_check, deed_fn on_hash)
{
	meanwhile.f = f;
	meanwhile.on_check = on_check;
	meanwhile.on_hash = on_hash;
}

static void
set_another(struct fixture *f)
{
	struct ended_sessions ended;

	assert_ok(store_user_set_password(f->w->db, f->w->arena, f->user.id,
		      "$another", NULL, &ended, &f->w->err),
	    &f->w->err);
}

static void
disable(struct fixture *f)
{
	change(f, "UPDATE user SET state = 'disabled'");
}

static void
end_session(struct fixture *f)
{
	assert_ok(store_session_revoke(
		      f->w->db, f->tokens.session_id, "device", &f->w->err),
	    &f->w->err);
}

static const char *
hash_now(struct fixture *f)
{
	struct user user;

	assert_ok(store_user_find(
		      f->w->db, f->w->arena, f->user.id, &user, &f->w->err),
	    &f->w->err);
	return user.password_hash;
}

/* A sign-in with the old password begins no session after the reset that ended
 * them all. */
static void
test_sign_in(void **state)
{
	struct fixture *f = *state;

	let_happen(f, set_another, NULL);
	assert_int_equal(sign_in(f, "ann", PASSWORD), ERR_BAD_CREDENTIALS);
	assert_int_equal(count(f, "SELECT count(*) FROM session"), 0);
}

static void
test_sign_in_disabled(void **state)
{
	struct fixture *f = *state;

	let_happen(f, disable, NULL);
	assert_int_equal(sign_in(f, "ann", PASSWORD), ERR_BAD_CREDENTIALS);
	assert_int_equal(count(f, "SELECT count(*) FROM session"), 0);
}

/* A weaker hash of the same password gives way, and its owner gets in. */
static void
test_sign_in_renewed(void **state)
{
	static const char salt[] = "0123456789abcdef";
	struct fixture *f = *state;
	char weak[PASSWORD_HASH_SIZE], sql[PASSWORD_HASH_SIZE + 64];

	let_happen(f, NULL, NULL);
	assert_int_equal(
	    argon2id_hash_encoded(1, 1024, 1, PASSWORD, strlen(PASSWORD), salt,
		sizeof(salt), 32, weak, sizeof(weak)),
	    ARGON2_OK);
	snprintf(
	    sql, sizeof(sql), "UPDATE user SET password_hash = '%s'", weak);
	change(f, sql);
	assert_int_equal(sign_in(f, "ann", PASSWORD), ERR_NONE);
	assert_false(password_is_foreign(hash_now(f)));
}

static enum err_code
change_password(struct fixture *f, const char *current)
{
	const struct password_change wish = { .user_id = f->user.id,
		.session_id = f->tokens.session_id,
		.current = current,
		.password = "the thief's" };
	struct ended_sessions ended;

	f->w->err.code = ERR_NONE;
	return people_change_password(
		   &f->env, &wish, &ended, &f->retry_after_s, &f->w->err) == 0
	    ? ERR_NONE
	    : f->w->err.code;
}

/* A change by who has the old password and an open session does not undo the
 * one by which its owner has just shut them out. */
static void
test_change(void **state)
{
	static const deed_fn deeds[] = { set_another, end_session, disable };
	struct fixture *f = *state;
	const char *before;
	size_t i;

	start(f);
	for (i = 0; i < COUNT_OF(deeds); i++) {
		before = hash_now(f);
		let_happen(f, NULL, deeds[i]);
		assert_int_equal(
		    change_password(f, PASSWORD), ERR_UNAUTHORIZED);
		assert_string_equal(hash_now(f), i == 0 ? "$another" : before);
		change(f,
		    arena_printf(f->w->arena,
			"UPDATE user SET password_hash = '%s'", before));
		change(f, "UPDATE session SET revoked_at = NULL");
	}
	change(f, "UPDATE user SET state = 'active'");
	assert_int_equal(change_password(f, PASSWORD), ERR_NONE);
	assert_int_equal(change_password(f, PASSWORD), ERR_PASSWORD_WRONG);
}

/* Guesses of the present password are slowed down like those of a sign-in. */
static void
test_change_throttled(void **state)
{
	struct fixture *f = *state;
	int i;

	let_happen(f, NULL, NULL);
	start(f);
	for (i = 0; i < 5; i++)
		assert_int_equal(
		    change_password(f, "wrong"), ERR_PASSWORD_WRONG);
	assert_int_equal(change_password(f, PASSWORD), ERR_RATE_LIMITED);
	assert_true(f->retry_after_s >= 1);
}

static void
demote(struct fixture *f)
{
	static const struct user_change to_user = { .has_role = true };
	struct ended_sessions ended;

	assert_ok(store_user_change(f->w->db, f->w->arena, f->user.id, &to_user,
		      &ended, &f->w->err),
	    &f->w->err);
}

/* Who is no administrator any more makes nobody one. */
static void
test_add(void **state)
{
	const struct person_wish wish = { .email = "friend@example.org",
		.password = PASSWORD,
		.role = USER_ROLE_ADMIN };
	struct fixture *f = *state;
	char id[UUID_SIZE];
	struct user user;

	seed_user(f->w, "admin@example.org", USER_ROLE_ADMIN, id);
	change(f, "UPDATE user SET role = 'admin'");
	let_happen(f, NULL, demote);
	assert_err(people_add(&f->env, f->user.id, &wish, &user, &f->w->err),
	    &f->w->err, ERR_FORBIDDEN);
	assert_int_equal(count(f, "SELECT count(*) FROM user"), 2);
	change(f, "UPDATE user SET role = 'admin'");
	assert_ok(people_add(&f->env, f->user.id, &wish, &user, &f->w->err),
	    &f->w->err);
}

static void
test_leave(void **state)
{
	struct fixture *f = *state;
	struct ended_sessions ended;

	let_happen(f, set_another, NULL);
	assert_err(people_leave(&f->env, f->user.id, PASSWORD, &ended,
		       &f->retry_after_s, &f->w->err),
	    &f->w->err, ERR_PASSWORD_WRONG);
	assert_int_equal(count(f, "SELECT count(*) FROM user"), 1);
}

static void
guess_five_times(struct fixture *f)
{
	int i;

	for (i = 0; i < 5; i++)
		assert_int_equal(
		    sign_in(f, "ann", "wrong"), ERR_BAD_CREDENTIALS);
}

/* Of guesses that were let through at the same moment as many count as of those
 * that wait for each other: the one that comes after is not told whether it was
 * right. */
static void
test_at_once(void **state)
{
	struct fixture *f = *state;

	let_happen(f, guess_five_times, NULL);
	assert_int_equal(sign_in(f, "ann", PASSWORD), ERR_RATE_LIMITED);
	assert_true(f->retry_after_s >= 1);
	assert_int_equal(count(f, "SELECT count(*) FROM session"), 0);
}

static enum err_code
try_pin(struct fixture *f, const struct profile *profile, const char *pin)
{
	const struct proof proof = { .pin = pin };

	f->w->err.code = ERR_NONE;
	return profile_prove(
		   &f->env, profile, &proof, &f->retry_after_s, &f->w->err) == 0
	    ? ERR_NONE
	    : f->w->err.code;
}

static struct profile locked;

static void
try_five_pins(struct fixture *f)
{
	int i;

	for (i = 0; i < 5; i++)
		assert_int_equal(try_pin(f, &locked, "0000"), ERR_PIN_WRONG);
}

static void
test_pins_at_once(void **state)
{
	struct fixture *f = *state;
	char hash[PASSWORD_HASH_SIZE];

	let_happen(f, NULL, NULL);
	assert_ok(
	    password_hash_any(f->w->dir, "1234", hash, &f->w->err), &f->w->err);
	locked = add_profile(f, "Bo", -1, hash);
	assert_int_equal(try_pin(f, &locked, "1234"), ERR_NONE);
	let_happen(f, try_five_pins, NULL);
	assert_int_equal(try_pin(f, &locked, "1234"), ERR_RATE_LIMITED);
	assert_true(f->retry_after_s >= 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_sign_in),
		TEST(test_sign_in_disabled),
		TEST(test_sign_in_renewed),
		TEST(test_change),
		TEST(test_change_throttled),
		TEST(test_add),
		TEST(test_leave),
		TEST(test_at_once),
		TEST(test_pins_at_once),
	};

	return cmocka_run_group_tests_name("auth/meanwhile", tests, NULL, NULL);
}
