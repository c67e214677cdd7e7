/* People whose rights change, who are removed, and lists of them. */
#include "tests/unit/helpers.h"

#include <pthread.h>

#include "lib/store/sessions.h"

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

static const char *
state_of(struct world *w, const char *id)
{
	struct user user;

	assert_ok(
	    store_user_find(w->db, w->arena, id, &user, &w->err), &w->err);
	return arena_printf(w->arena, "%s %s",
	    user.role == USER_ROLE_ADMIN ? "admin" : "user",
	    user.is_disabled ? "disabled" : "active");
}

static const struct user_change to_user = { .has_role = true };
static const struct user_change to_admin = { .has_role = true,
	.role = USER_ROLE_ADMIN };
static const struct user_change disabled = { .has_state = true,
	.is_disabled = true };

/* Other rights end what somebody has open; the same rights end nothing. */
static void
test_rights(void **state)
{
	struct world *w = *state;
	char id[UUID_SIZE], other[UUID_SIZE];
	struct ended_sessions ended;
	struct session session;

	seed_user(w, "a@example.org", USER_ROLE_USER, id);
	seed_user(w, "b@example.org", USER_ROLE_USER, other);
	add_session(w, id, "mine");
	add_session(w, id, "mine too");
	add_session(w, other, "theirs");
	assert_ok(
	    store_user_change(w->db, w->arena, id, &to_user, &ended, &w->err),
	    &w->err);
	assert_int_equal(ended.n, 0);
	assert_ok(
	    store_user_change(w->db, w->arena, id, &to_admin, &ended, &w->err),
	    &w->err);
	assert_int_equal(ended.n, 2);
	assert_string_equal(state_of(w, id), "admin active");
	assert_ok(
	    store_session_find(w->db, w->arena, "mine", &session, &w->err),
	    &w->err);
	assert_int_not_equal(session.revoked_at, 0);
	assert_ok(
	    store_session_find(w->db, w->arena, "theirs", &session, &w->err),
	    &w->err);
	assert_int_equal(session.revoked_at, 0);
	assert_ok(store_user_change(
		      w->db, w->arena, other, &disabled, &ended, &w->err),
	    &w->err);
	assert_int_equal(ended.n, 1);
	assert_string_equal(ended.ids[0], "theirs");
	assert_string_equal(state_of(w, other), "user disabled");
	assert_int_equal(store_user_change(w->db, w->arena, "nobody", &to_admin,
			     &ended, &w->err),
	    STORE_NONE);
}

/* A taken name undoes the new role with it. */
static void
test_all_or_nothing(void **state)
{
	struct world *w = *state;
	struct user_change change = to_admin;
	struct ended_sessions ended;
	char id[UUID_SIZE], other[UUID_SIZE];

	seed_user(w, "a@example.org", USER_ROLE_USER, id);
	seed_user(w, "b@example.org", USER_ROLE_USER, other);
	change.display_name = "Bea";
	change.email = "A@example.org";
	assert_err(
	    store_user_change(w->db, w->arena, other, &change, &ended, &w->err),
	    &w->err, ERR_EMAIL_TAKEN);
	assert_string_equal(state_of(w, other), "user active");
	change.email = "c@example.org";
	change.name = "cleo";
	assert_ok(
	    store_user_change(w->db, w->arena, other, &change, &ended, &w->err),
	    &w->err);
	assert_string_equal(state_of(w, other), "admin active");
}

static void
test_last_admin(void **state)
{
	struct world *w = *state;
	struct ended_sessions ended;
	char id[UUID_SIZE], other[UUID_SIZE];

	seed_user(w, "a@example.org", USER_ROLE_ADMIN, id);
	seed_user(w, "b@example.org", USER_ROLE_ADMIN, other);
	/* One who may not sign in is none. */
	assert_ok(store_user_change(
		      w->db, w->arena, other, &disabled, &ended, &w->err),
	    &w->err);
	assert_err(
	    store_user_change(w->db, w->arena, id, &to_user, &ended, &w->err),
	    &w->err, ERR_LAST_ADMIN);
	assert_err(
	    store_user_change(w->db, w->arena, id, &disabled, &ended, &w->err),
	    &w->err, ERR_LAST_ADMIN);
	assert_err(store_user_remove(w->db, w->arena, id, &ended, &w->err),
	    &w->err, ERR_LAST_ADMIN);
	assert_string_equal(state_of(w, id), "admin active");
	assert_ok(store_user_change(
		      w->db, w->arena, other, &to_user, &ended, &w->err),
	    &w->err);
	assert_ok(store_user_remove(w->db, w->arena, other, &ended, &w->err),
	    &w->err);
	assert_int_equal(
	    store_user_remove(w->db, w->arena, other, &ended, &w->err),
	    STORE_NONE);
}

struct racer {
	struct db_pool *pool;
	const char *id;
	int way;
	enum store_result result;
};

static void *
leave(void *arg)
{
	static const struct user_change *const changes[] = { &to_user,
		&disabled, NULL };
	struct racer *racer = arg;
	struct db *db = db_open(racer->pool);
	struct arena *arena = arena_new(1024 * 1024);
	const struct user_change *change = changes[racer->way % 3];
	struct ended_sessions ended;
	struct err err;

	do
		racer->result = change == NULL
		    ? store_user_remove(db, arena, racer->id, &ended, &err)
		    : store_user_change(
			  db, arena, racer->id, change, &ended, &err);
	while (racer->result == STORE_ERROR && err.code == ERR_DATABASE_BUSY);
	arena_free(arena);
	db_close(db);
	return NULL;
}

/* However many administrators leave at the same moment, one stays. */
static void
test_race(void **state)
{
	enum { RACERS = 12 };
	struct world *w = *state;
	char id[RACERS][UUID_SIZE], email[40];
	struct racer racers[RACERS];
	pthread_t threads[RACERS];
	struct user *all;
	size_t n, n_admins = 0;
	int i, n_stayed = 0;

	for (i = 0; i < RACERS; i++) {
		snprintf(email, sizeof(email), "a%d@example.org", i);
		seed_user(w, email, USER_ROLE_ADMIN, id[i]);
	}
	db_release(w->db);
	for (i = 0; i < RACERS; i++) {
		racers[i] = (struct racer){
			.pool = w->write_pool, .id = id[i], .way = i
		};
		assert_int_equal(
		    pthread_create(&threads[i], NULL, leave, &racers[i]), 0);
	}
	for (i = 0; i < RACERS; i++) {
		pthread_join(threads[i], NULL);
		n_stayed += racers[i].result == STORE_ERROR;
	}
	assert_int_equal(n_stayed, 1);
	assert_ok(store_user_list(w->db, w->arena, &all, &n, &w->err), &w->err);
	while (n-- > 0)
		n_admins +=
		    all[n].role == USER_ROLE_ADMIN && !all[n].is_disabled;
	assert_int_equal(n_admins, 1);
}

static void
test_pages(void **state)
{
	static const char *const emails[] = { "d@example.org", "B@example.org",
		"a@example.org", "c@example.org" };
	struct world *w = *state;
	struct store_page page = { .size = 3 };
	struct user_page out;
	char id[UUID_SIZE];
	size_t i;

	for (i = 0; i < COUNT_OF(emails); i++)
		seed_user(w, emails[i], USER_ROLE_USER, id);
	assert_ok(store_user_page(w->reader, w->arena, &page, &out, &w->err),
	    &w->err);
	assert_int_equal(out.n, 3);
	assert_int_equal(out.total, 4);
	assert_string_equal(out.users[0].email, "a@example.org");
	assert_string_equal(out.users[1].email, "B@example.org");
	page.cursor = out.cursor;
	assert_ok(store_user_page(w->reader, w->arena, &page, &out, &w->err),
	    &w->err);
	assert_int_equal(out.n, 1);
	assert_string_equal(out.users[0].email, "d@example.org");
	assert_null(out.cursor);
	page.cursor = store_cursor_encode(
	    w->arena, &(struct store_cursor){ .number = 1, .id = 2 });
	assert_err(store_user_page(w->reader, w->arena, &page, &out, &w->err),
	    &w->err, ERR_INVALID_FIELDS);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_rights),
		TEST(test_all_or_nothing),
		TEST(test_last_admin),
		TEST(test_race),
		TEST(test_pages),
	};

	return cmocka_run_group_tests_name(
	    "store/user_edits", tests, NULL, NULL);
}
