/* People: names, one first administrator, passwords. */
#include "tests/unit/helpers.h"

#include <pthread.h>

#include "lib/base/clock.h"
#include "lib/store/sessions.h"

static void
test_add_and_find(void **state)
{
	struct world *w = *state;
	char id[UUID_SIZE], second[UUID_SIZE];
	struct user user;
	struct user *all;
	size_t n;

	assert_ok(store_user_add(w->db, "Zo\xc3\x8b@Example.org", NULL, "Zo",
		      "$argon2", USER_ROLE_USER, id, &w->err),
	    &w->err);
	assert_ok(
	    store_user_find(w->reader, w->arena, id, &user, &w->err), &w->err);
	assert_string_equal(user.email, "Zo\xc3\x8b@Example.org");
	assert_string_equal(user.name, "Zo\xc3\x8b");
	assert_string_equal(user.password_hash, "$argon2");
	assert_int_equal(user.role, USER_ROLE_USER);
	assert_false(user.is_disabled);
	assert_ok(store_user_find_login(w->reader, w->arena,
		      "zo\xc3\xab@EXAMPLE.org", &user, &w->err),
	    &w->err);
	assert_ok(store_user_find_login(
		      w->reader, w->arena, "ZO\xc3\xab", &user, &w->err),
	    &w->err);
	assert_string_equal(user.id, id);
	assert_int_equal(
	    store_user_find_login(w->reader, w->arena, "zo", &user, &w->err),
	    STORE_NONE);
	/* The same name before another '@' gets a number. */
	seed_user(w, "zo\xc3\xab@elsewhere.org", USER_ROLE_ADMIN, second);
	assert_ok(store_user_find_login(w->reader, w->arena,
		      "zo\xc3\xab"
		      "2",
		      &user, &w->err),
	    &w->err);
	assert_string_equal(user.id, second);
	assert_ok(
	    store_user_list(w->reader, w->arena, &all, &n, &w->err), &w->err);
	assert_int_equal(n, 2);
}

static void
test_taken(void **state)
{
	struct world *w = *state;
	char id[UUID_SIZE], other[UUID_SIZE];
	struct user *all;
	size_t n;

	seed_user(w, "a@example.org", USER_ROLE_USER, id);
	assert_err(store_user_add(w->db, "A@EXAMPLE.org", NULL, "x", "x",
		       USER_ROLE_USER, other, &w->err),
	    &w->err, ERR_EMAIL_TAKEN);
	assert_err(store_user_add(w->db, "b@example.org", "A", "x", "x",
		       USER_ROLE_USER, other, &w->err),
	    &w->err, ERR_EMAIL_TAKEN);
	assert_ok(store_user_list(w->db, w->arena, &all, &n, &w->err), &w->err);
	assert_int_equal(n, 1);
	seed_user(w, "b@example.org", USER_ROLE_USER, other);
	assert_err(
	    store_user_update(w->db, other, "a@example.ORG", NULL, &w->err),
	    &w->err, ERR_EMAIL_TAKEN);
	assert_ok(
	    store_user_update(w->db, other, "B@example.org", NULL, &w->err),
	    &w->err);
	assert_int_equal(
	    store_user_update(w->db, "nobody", NULL, "x", &w->err), STORE_NONE);
	assert_err(store_user_rename(w->db, other, "A", &w->err), &w->err,
	    ERR_EMAIL_TAKEN);
	assert_ok(store_user_rename(w->db, other, "Bea", &w->err), &w->err);
	assert_ok(
	    store_user_find_login(w->db, w->arena, "BEA", &all[0], &w->err),
	    &w->err);
	assert_string_equal(all[0].id, other);
	assert_int_equal(
	    store_user_rename(w->db, "nobody", "x", &w->err), STORE_NONE);
}

static void
test_profiles(void **state)
{
	struct world *w = *state;
	char id[UUID_SIZE];
	struct profile profile;

	seed_user(w, "a@example.org", USER_ROLE_USER, id);
	assert_ok(store_profile_default(w->db, w->arena, id, &profile, &w->err),
	    &w->err);
	assert_string_equal(profile.user_id, id);
	assert_string_equal(profile.name, "Somebody");
	assert_string_equal(profile.preferences, "{}");
	assert_ok(
	    store_profile_update(w->db, profile.id, "pt-BR", NULL, &w->err),
	    &w->err);
	assert_ok(
	    store_profile_update(w->db, profile.id, NULL, "{\"a\":1}", &w->err),
	    &w->err);
	assert_ok(
	    store_profile_find(w->db, w->arena, profile.id, &profile, &w->err),
	    &w->err);
	assert_string_equal(profile.language, "pt-BR");
	assert_string_equal(profile.preferences, "{\"a\":1}");
	assert_int_equal(
	    store_profile_find(w->db, w->arena, "x", &profile, &w->err),
	    STORE_NONE);
}

struct racer {
	struct db_pool *pool;
	int number;
	enum store_result result;
};

static void *
race(void *arg)
{
	struct racer *racer = arg;
	struct db *db = db_open(racer->pool);
	char email[40], id[UUID_SIZE];
	struct err err;

	snprintf(email, sizeof(email), "admin%d@example.org", racer->number);
	do
		racer->result = store_user_add_first_admin(
		    db, email, "Admin", "$x", id, &err);
	while (racer->result == STORE_ERROR && err.code == ERR_DATABASE_BUSY);
	db_close(db);
	return NULL;
}

/* However many ask at once, one becomes the first administrator. */
static void
test_first_admin_race(void **state)
{
	struct world *w = *state;
	struct racer racers[20];
	pthread_t threads[20];
	struct user *all;
	char id[UUID_SIZE];
	bool exists = true;
	int i, n_ok = 0;
	size_t n;

	assert_ok(store_user_admin_exists(w->db, &exists, &w->err), &w->err);
	assert_false(exists);
	db_release(w->db);
	for (i = 0; i < 20; i++) {
		racers[i] =
		    (struct racer){ .pool = w->write_pool, .number = i };
		assert_int_equal(
		    pthread_create(&threads[i], NULL, race, &racers[i]), 0);
	}
	for (i = 0; i < 20; i++) {
		pthread_join(threads[i], NULL);
		assert_int_not_equal(racers[i].result, STORE_ERROR);
		n_ok += racers[i].result == STORE_OK;
	}
	assert_int_equal(n_ok, 1);
	assert_ok(store_user_list(w->db, w->arena, &all, &n, &w->err), &w->err);
	assert_int_equal(n, 1);
	assert_int_equal(all[0].role, USER_ROLE_ADMIN);
	assert_non_null(seed_profile(w, all[0].id));
	assert_ok(store_user_admin_exists(w->db, &exists, &w->err), &w->err);
	assert_true(exists);
	assert_int_equal(store_user_add_first_admin(
			     w->db, "z@example.org", "Z", "$x", id, &w->err),
	    STORE_NONE);
}

static void
add_session(struct world *w, const char *user_id, const char *id)
{
	struct session session = { .id = arena_strdup(w->arena, id),
		.user_id = arena_strdup(w->arena, user_id),
		.profile_id = arena_strdup(w->arena, seed_profile(w, user_id)),
		.device = arena_strdup(w->arena, "d"),
		.address = arena_strdup(w->arena, "::1") };

	assert_ok(store_session_add(w->db, &session, &w->err), &w->err);
}

static bool
is_revoked(struct world *w, const char *id)
{
	struct session session;

	assert_ok(store_session_find(w->db, w->arena, id, &session, &w->err),
	    &w->err);
	return session.revoked_at != 0;
}

/* A new password ends all other sign-ins, and nobody else's. */
static void
test_password(void **state)
{
	struct world *w = *state;
	char id[UUID_SIZE], other[UUID_SIZE];
	struct ended_sessions ended;
	struct user user;

	seed_user(w, "a@example.org", USER_ROLE_USER, id);
	seed_user(w, "b@example.org", USER_ROLE_USER, other);
	add_session(w, id, "mine");
	add_session(w, id, "kept");
	add_session(w, other, "theirs");
	assert_ok(store_user_set_password(
		      w->db, w->arena, id, "$new", "kept", &ended, &w->err),
	    &w->err);
	assert_int_equal(ended.n, 1);
	assert_string_equal(ended.ids[0], "mine");
	assert_true(is_revoked(w, "mine"));
	assert_false(is_revoked(w, "kept"));
	assert_false(is_revoked(w, "theirs"));
	assert_ok(
	    store_user_find(w->db, w->arena, id, &user, &w->err), &w->err);
	assert_string_equal(user.password_hash, "$new");
	assert_ok(store_user_set_password(
		      w->db, w->arena, id, "$newer", NULL, &ended, &w->err),
	    &w->err);
	assert_true(is_revoked(w, "kept"));
	assert_int_equal(store_user_set_password(
			     w->db, w->arena, "x", "$n", NULL, &ended, &w->err),
	    STORE_NONE);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_add_and_find),
		TEST(test_taken),
		TEST(test_profiles),
		TEST(test_first_admin_race),
		TEST(test_password),
	};

	return cmocka_run_group_tests_name("store/users", tests, NULL, NULL);
}
