/* Profiles: how many, which stays, what ends with a changed limit. */
#include "tests/unit/helpers.h"

#include "lib/store/sessions.h"
#include "lib/store/stream_keys.h"

struct fixture {
	struct world *w;
	char user[UUID_SIZE];
	struct profile first;
};

static struct profile
add(struct fixture *f, const char *name, int64_t limit)
{
	struct profile profile = { .user_id = f->user,
		.name = (char *)(uintptr_t)name,
		.language = (char *)(uintptr_t) "en",
		.avatar = (char *)(uintptr_t) "owl",
		.colour = (char *)(uintptr_t) "red",
		.viewer = { .is_unlimited = limit < 0, .limit = limit } };

	assert_ok(
	    store_profile_add(f->w->db, f->w->arena, &profile, &f->w->err),
	    &f->w->err);
	return profile;
}

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (world_setup((void **)&f->w) == -1)
		return -1;
	seed_user(f->w, "a@example.org", USER_ROLE_USER, f->user);
	assert_int_equal(db_run(f->w->db, "UPDATE profile SET created_at = 1",
			     DB_NONE, &f->w->err),
	    1);
	assert_ok(store_profile_default(
		      f->w->db, f->w->arena, f->user, &f->first, &f->w->err),
	    &f->w->err);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	world_teardown((void **)&f->w);
	free(f);
	return 0;
}

static void
test_add_and_read(void **state)
{
	struct fixture *f = *state;
	struct profile added = add(f, "Mia", 6), *all;
	size_t n;

	assert_ok(store_profile_list(
		      f->w->reader, f->w->arena, f->user, &all, &n, &f->w->err),
	    &f->w->err);
	assert_int_equal(n, 2);
	assert_string_equal(all[0].id, f->first.id);
	assert_true(all[0].viewer.is_unlimited);
	assert_string_equal(all[0].avatar, "cat");
	assert_string_equal(all[1].id, added.id);
	assert_string_equal(all[1].viewer.profile_id, added.id);
	assert_string_equal(all[1].avatar, "owl");
	assert_false(all[1].viewer.is_unlimited);
	assert_int_equal(all[1].viewer.limit, 6);
	assert_null(all[1].pin_hash);
}

static void
test_at_most_ten(void **state)
{
	struct fixture *f = *state;
	struct profile last = f->first;
	int i;

	for (i = 1; i < PROFILES_MAX; i++)
		add(f, "More", -1);
	assert_int_equal(
	    store_profile_add(f->w->db, f->w->arena, &last, &f->w->err),
	    STORE_NONE);
}

static void
test_one_stays_unlimited(void **state)
{
	struct fixture *f = *state;
	struct world *w = f->w;
	struct profile child = add(f, "Mia", 6), other;

	f->first.viewer.is_unlimited = false;
	assert_int_equal(
	    store_profile_put(w->db, &f->first, false, &w->err), STORE_NONE);
	assert_int_equal(
	    store_profile_remove(w->db, f->first.id, &w->err), STORE_NONE);
	/* One that has a limit may get another. */
	child.viewer.limit = 12;
	assert_ok(store_profile_put(w->db, &child, false, &w->err), &w->err);
	other = add(f, "Bo", -1);
	assert_ok(store_profile_remove(w->db, f->first.id, &w->err), &w->err);
	other.viewer = (struct viewer){ .limit = 6 };
	assert_int_equal(
	    store_profile_put(w->db, &other, false, &w->err), STORE_NONE);
	assert_ok(store_profile_put(w->db, &other, true, &w->err), &w->err);
}

/* What somebody else makes of a profile is seen; its looks do not count. */
static void
test_is_same(void **state)
{
	static const char *const changes[] = {
		"UPDATE profile SET pin_hash = '$1'",
		"UPDATE profile SET pin_hash = '$2'",
		"UPDATE profile SET pin_hash = NULL",
		"UPDATE profile SET maturity_limit = 6",
		"UPDATE profile SET maturity_limit = 12",
		"UPDATE profile SET allows_unrated = 1",
		"DELETE FROM profile",
	};
	struct fixture *f = *state;
	struct world *w = f->w;
	struct profile read = f->first;
	size_t i;

	assert_true(db_run(w->db, "UPDATE profile SET name = 'New'", DB_NONE,
			&w->err) > 0);
	for (i = 0; i < COUNT_OF(changes); i++) {
		assert_ok(
		    store_profile_is_same(w->db, w->arena, &read, &w->err),
		    &w->err);
		assert_true(db_run(w->db, changes[i], DB_NONE, &w->err) > 0);
		assert_int_equal(
		    store_profile_is_same(w->db, w->arena, &read, &w->err),
		    STORE_NONE);
		if (i + 1 < COUNT_OF(changes))
			assert_ok(store_profile_find(
				      w->db, w->arena, read.id, &read, &w->err),
			    &w->err);
	}
}

/* A session of the profile, and a key that it has. */
static void
add_key(struct fixture *f, const char *profile_id, struct stream_key *key)
{
	struct world *w = f->w;
	struct session session = { .id = "s",
		.user_id = f->user,
		.profile_id = (char *)(uintptr_t)profile_id,
		.device = "d",
		.address = "a" };
	int64_t title = seed_title(w, TITLE_MOVIE, "Film", 2000, NULL);
	int64_t torrent = 0;

	assert_int_equal(
	    db_get_int(w->db,
		"INSERT INTO torrent (name, hash_index, added_at, "
		"last_used_at) VALUES ('t', X'01', 1, 1) RETURNING id",
		DB_NONE, &torrent, &w->err),
	    1);
	struct source source = { .title_id = title,
		.torrent_id = torrent,
		.quality = "HD",
		.size = 1 };

	assert_ok(store_source_put_torrent(w->db, &source, &w->err), &w->err);
	assert_ok(store_session_add(w->db, &session, &w->err), &w->err);
	*key = (struct stream_key){ .user_id = f->user,
		.session_id = "s",
		.profile_id = session.profile_id,
		.title_id = title,
		.source_id = source.id,
		.quality = "HD" };
	assert_ok(store_stream_key_add(w->db, key, &w->err), &w->err);
}

static bool
is_revoked(struct fixture *f, struct stream_key *key)
{
	assert_ok(store_stream_key_find(
		      f->w->reader, f->w->arena, key->hash, key, &f->w->err),
	    &f->w->err);
	return key->revoked_at != 0;
}

static void
test_limit_ends_keys(void **state)
{
	struct fixture *f = *state;
	struct world *w = f->w;
	struct profile bo = add(f, "Bo", -1);
	struct stream_key key;

	add_key(f, bo.id, &key);
	bo.name = (char *)(uintptr_t) "Bob";
	assert_ok(store_profile_put(w->db, &bo, false, &w->err), &w->err);
	assert_false(is_revoked(f, &key));
	bo.viewer.is_unlimited = false;
	bo.viewer.limit = 12;
	bo.viewer.allows_unrated = true;
	assert_ok(store_profile_put(w->db, &bo, false, &w->err), &w->err);
	assert_true(is_revoked(f, &key));
}

static void
test_use(void **state)
{
	struct fixture *f = *state;
	struct world *w = f->w;
	struct profile bo = add(f, "Bo", -1);
	char stranger[UUID_SIZE], **sessions;
	struct session session;
	struct stream_key key;
	size_t n;

	add_key(f, f->first.id, &key);
	seed_user(w, "b@example.org", USER_ROLE_USER, stranger);
	assert_int_equal(
	    store_profile_use(w->db, seed_profile(w, stranger), "s", &w->err),
	    STORE_NONE);
	assert_ok(store_profile_use(w->db, f->first.id, "s", &w->err), &w->err);
	assert_false(is_revoked(f, &key));
	assert_ok(store_profile_use(w->db, bo.id, "s", &w->err), &w->err);
	assert_true(is_revoked(f, &key));
	assert_ok(
	    store_session_find(w->reader, w->arena, "s", &session, &w->err),
	    &w->err);
	assert_string_equal(session.profile_id, bo.id);
	assert_ok(store_profile_sessions(
		      w->reader, w->arena, bo.id, &sessions, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 1);
	assert_string_equal(sessions[0], "s");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_add_and_read),
		TEST(test_at_most_ten),
		TEST(test_one_stays_unlimited),
		TEST(test_is_same),
		TEST(test_limit_ends_keys),
		TEST(test_use),
	};

	return cmocka_run_group_tests_name("store/profiles", tests, NULL, NULL);
}
