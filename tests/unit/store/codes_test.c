/* Invitations and codes for a new password: once, in time, whoever races. */
#include "tests/unit/helpers.h"

#include <pthread.h>

#include "lib/store/codes.h"

enum { NOW = 1000000, LATER = 2000000 };

static const unsigned char one[CODE_HASH_SIZE] = { 1 };
static const unsigned char two[CODE_HASH_SIZE] = { 2 };
static const struct newcomer newcomer = { "new@example.org", "New", "$hash" };

static void
invite(struct world *w, const unsigned char *hash, char *by, char *out)
{
	const struct invitation in = { .role = USER_ROLE_ADMIN,
		.created_by = by,
		.created_at = NOW,
		.expires_at = LATER };

	assert_ok(
	    store_invitation_add(w->db, hash, &in, out, &w->err), &w->err);
}

static void
test_invitation(void **state)
{
	struct world *w = *state;
	char id[UUID_SIZE], user[UUID_SIZE];
	struct invitation *all;
	enum user_role role;
	size_t n;

	invite(w, one, NULL, id);
	assert_ok(
	    store_invitation_list(w->reader, w->arena, NOW, &all, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 1);
	assert_string_equal(all[0].id, id);
	assert_int_equal(all[0].expires_at, LATER);
	assert_int_equal(store_invitation_use(
			     w->db, two, NOW, &newcomer, user, &role, &w->err),
	    STORE_NONE);
	assert_int_equal(store_invitation_use(w->db, one, LATER, &newcomer,
			     user, &role, &w->err),
	    STORE_NONE);
	assert_ok(store_invitation_check(w->db, one, NOW, &w->err), &w->err);
	assert_ok(store_invitation_use(
		      w->db, one, NOW, &newcomer, user, &role, &w->err),
	    &w->err);
	assert_int_equal(role, USER_ROLE_ADMIN);
	assert_int_equal(
	    store_invitation_check(w->db, one, NOW, &w->err), STORE_NONE);
}

/* Who cannot be made leaves the invitation as it was. */
static void
test_taken_name(void **state)
{
	struct world *w = *state;
	char id[UUID_SIZE], user[UUID_SIZE];
	enum user_role role;

	seed_user(w, newcomer.email, USER_ROLE_USER, user);
	invite(w, one, NULL, id);
	assert_err(store_invitation_use(
		       w->db, one, NOW, &newcomer, user, &role, &w->err),
	    &w->err, ERR_EMAIL_TAKEN);
	assert_ok(store_invitation_check(w->db, one, NOW, &w->err), &w->err);
}

/* Who may not invite any more has not invited anybody. */
static void
test_maker(void **state)
{
	const struct user_change to_user = { .has_role = true };
	struct world *w = *state;
	char id[UUID_SIZE], admin[UUID_SIZE], other[UUID_SIZE];
	struct ended_sessions ended;

	seed_user(w, "a@example.org", USER_ROLE_ADMIN, admin);
	seed_user(w, "b@example.org", USER_ROLE_ADMIN, other);
	invite(w, one, admin, id);
	invite(w, two, other, id);
	assert_ok(store_user_change(
		      w->db, w->arena, admin, &to_user, &ended, &w->err),
	    &w->err);
	assert_int_equal(
	    store_invitation_check(w->db, one, NOW, &w->err), STORE_NONE);
	assert_ok(store_invitation_check(w->db, two, NOW, &w->err), &w->err);
	assert_ok(store_invitation_remove(w->db, id, &w->err), &w->err);
	assert_int_equal(
	    store_invitation_remove(w->db, id, &w->err), STORE_NONE);
}

struct racer {
	struct db_pool *pool;
	int number;
	enum store_result result;
};

static void *
come(void *arg)
{
	struct racer *racer = arg;
	struct db *db = db_open(racer->pool);
	char email[40], id[UUID_SIZE];
	const struct newcomer who = { email, "Racer", "$hash" };
	enum user_role role;
	struct err err;

	snprintf(email, sizeof(email), "r%d@example.org", racer->number);
	do
		racer->result =
		    store_invitation_use(db, one, NOW, &who, id, &role, &err);
	while (racer->result == STORE_ERROR && err.code == ERR_DATABASE_BUSY);
	db_close(db);
	return NULL;
}

static void
test_race(void **state)
{
	enum { RACERS = 12 };
	struct world *w = *state;
	struct racer racers[RACERS];
	pthread_t threads[RACERS];
	struct user *all;
	char id[UUID_SIZE];
	int i, n_ok = 0;
	size_t n;

	invite(w, one, NULL, id);
	db_release(w->db);
	for (i = 0; i < RACERS; i++) {
		racers[i] =
		    (struct racer){ .pool = w->write_pool, .number = i };
		assert_int_equal(
		    pthread_create(&threads[i], NULL, come, &racers[i]), 0);
	}
	for (i = 0; i < RACERS; i++) {
		pthread_join(threads[i], NULL);
		n_ok += racers[i].result == STORE_OK;
	}
	assert_int_equal(n_ok, 1);
	assert_ok(store_user_list(w->db, w->arena, &all, &n, &w->err), &w->err);
	assert_int_equal(n, 1);
}

static void
test_reset(void **state)
{
	struct world *w = *state;
	struct ended_sessions ended;
	char id[UUID_SIZE], *who;
	struct user user;

	seed_user(w, "a@example.org", USER_ROLE_USER, id);
	assert_int_equal(
	    store_reset_put(w->db, "nobody", one, NULL, NOW, LATER, &w->err),
	    STORE_NONE);
	assert_ok(store_reset_put(w->db, id, one, NULL, NOW, LATER, &w->err),
	    &w->err);
	/* A newer one takes its place. */
	assert_ok(store_reset_put(w->db, id, two, NULL, NOW, LATER, &w->err),
	    &w->err);
	assert_int_equal(
	    store_reset_check(w->db, one, NOW, &w->err), STORE_NONE);
	assert_int_equal(store_reset_use(w->db, w->arena, two, LATER, "$new",
			     &who, &ended, &w->err),
	    STORE_NONE);
	assert_ok(store_reset_use(
		      w->db, w->arena, two, NOW, "$new", &who, &ended, &w->err),
	    &w->err);
	assert_string_equal(who, id);
	assert_ok(
	    store_user_find(w->db, w->arena, id, &user, &w->err), &w->err);
	assert_string_equal(user.password_hash, "$new");
	assert_int_equal(store_reset_use(w->db, w->arena, two, NOW, "$newer",
			     &who, &ended, &w->err),
	    STORE_NONE);
	/* Who has a new password needs no code for one. */
	assert_ok(store_reset_put(w->db, id, one, NULL, NOW, LATER, &w->err),
	    &w->err);
	assert_ok(store_user_set_password(
		      w->db, w->arena, id, "$own", NULL, &ended, &w->err),
	    &w->err);
	assert_int_equal(
	    store_reset_check(w->db, one, NOW, &w->err), STORE_NONE);
}

/* Who may not administer any more has made no code, for nobody. */
static void
test_reset_maker(void **state)
{
	static const struct user_change demoted = { .has_role = true };
	static const struct user_change disabled = { .has_state = true,
		.is_disabled = true };
	struct world *w = *state;
	struct ended_sessions ended;
	char admin[UUID_SIZE], victim[UUID_SIZE], maker[3][UUID_SIZE];
	int i;

	seed_user(w, "admin@example.org", USER_ROLE_ADMIN, admin);
	seed_user(w, "victim@example.org", USER_ROLE_ADMIN, victim);
	seed_user(w, "a@example.org", USER_ROLE_ADMIN, maker[0]);
	seed_user(w, "b@example.org", USER_ROLE_ADMIN, maker[1]);
	seed_user(w, "c@example.org", USER_ROLE_ADMIN, maker[2]);
	/* The newest one's maker counts. */
	assert_ok(
	    store_reset_put(w->db, victim, two, admin, NOW, LATER, &w->err),
	    &w->err);
	for (i = 0; i < 3; i++) {
		assert_ok(store_reset_put(w->db, victim, one, maker[i], NOW,
			      LATER, &w->err),
		    &w->err);
		assert_ok(store_reset_check(w->db, one, NOW, &w->err), &w->err);
		assert_ok(i == 2
			? store_user_remove(
			      w->db, w->arena, maker[i], &ended, &w->err)
			: store_user_change(w->db, w->arena, maker[i],
			      i == 0 ? &demoted : &disabled, &ended, &w->err),
		    &w->err);
		assert_int_equal(
		    store_reset_check(w->db, one, NOW, &w->err), STORE_NONE);
	}
}

static void
test_sweep(void **state)
{
	struct world *w = *state;
	char id[UUID_SIZE], user[UUID_SIZE];
	int64_t n;

	seed_user(w, "a@example.org", USER_ROLE_USER, user);
	invite(w, one, NULL, id);
	assert_ok(store_reset_put(w->db, user, two, NULL, NOW, LATER, &w->err),
	    &w->err);
	assert_ok(store_code_sweep(w->db, NOW, &w->err), &w->err);
	assert_ok(store_invitation_check(w->db, one, NOW, &w->err), &w->err);
	assert_ok(store_code_sweep(w->db, LATER, &w->err), &w->err);
	assert_int_equal(db_get_int(w->db,
			     "SELECT (SELECT COUNT(*) FROM invitation) + "
			     "(SELECT COUNT(*) FROM password_reset)",
			     DB_NONE, &n, &w->err),
	    1);
	assert_int_equal(n, 0);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_invitation),
		TEST(test_taken_name),
		TEST(test_maker),
		TEST(test_race),
		TEST(test_reset),
		TEST(test_reset_maker),
		TEST(test_sweep),
	};

	return cmocka_run_group_tests_name("store/codes", tests, NULL, NULL);
}
