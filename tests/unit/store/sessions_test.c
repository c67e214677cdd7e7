/* Sessions, stream keys, the throttle of failed sign-ins. */
#include "tests/unit/helpers.h"

#include <pthread.h>

#include "lib/base/clock.h"
#include "lib/store/sessions.h"
#include "lib/store/stream_keys.h"

enum { DAY = 24 * 60 * 60 * 1000 };

struct people {
	char user[UUID_SIZE];
	const char *profile;
};

static struct people
seed_people(struct world *w)
{
	struct people people;

	seed_user(w, "a@example.org", USER_ROLE_ADMIN, people.user);
	people.profile = seed_profile(w, people.user);
	return people;
}

static struct session
seed_session(struct world *w, const struct people *people, const char *id,
    int64_t expires_at)
{
	struct session session = { .id = arena_strdup(w->arena, id),
		.user_id = arena_strdup(w->arena, people->user),
		.profile_id = arena_strdup(w->arena, people->profile),
		.device = arena_strdup(w->arena, "Firefox"),
		.address = arena_strdup(w->arena, "127.0.0.1"),
		.refresh_expires_at = expires_at,
		.expires_at = expires_at,
		.created_at = 1,
		.last_used_at = 1 };

	memset(session.refresh_hash, 1, SESSION_HASH_SIZE);
	memset(session.client_hash, 9, SESSION_HASH_SIZE);
	assert_ok(store_session_add(w->db, &session, &w->err), &w->err);
	return session;
}

/* A film that can be played, and a key of that session for it. */
static void
seed_key(struct world *w, const struct session *session, int fill)
{
	char path[20];
	struct stream_key key = { .user_id = session->user_id,
		.session_id = session->id,
		.profile_id = session->profile_id,
		.quality = arena_strdup(w->arena, "HD"),
		.created_at = 100,
		.last_used_at = 100 };
	int64_t folder, file;

	snprintf(path, sizeof(path), "/f%d", fill);
	folder = seed_folder(w, path);
	file = seed_file(w, folder, "a.mp4");
	key.title_id = seed_title(w, TITLE_MOVIE, path, 2000, NULL);
	key.source_id = seed_source(w, key.title_id, 0, file, "HD");
	memset(key.hash, fill, sizeof(key.hash));
	assert_ok(store_stream_key_add(w->db, &key, &w->err), &w->err);
}

static enum store_result
find_key(struct world *w, int fill, struct stream_key *key)
{
	unsigned char hash[STREAM_KEY_HASH_SIZE];

	memset(hash, fill, sizeof(hash));
	return store_stream_key_find(w->reader, w->arena, hash, key, &w->err);
}

static void
test_find(void **state)
{
	struct world *w = *state;
	struct people people = seed_people(w);
	struct session session = seed_session(w, &people, "s", 500);
	unsigned char zeros[SESSION_HASH_SIZE] = { 0 };

	assert_ok(
	    store_session_find(w->reader, w->arena, "s", &session, &w->err),
	    &w->err);
	assert_string_equal(session.user_id, people.user);
	assert_string_equal(session.device, "Firefox");
	assert_int_equal(session.refresh_hash[31], 1);
	assert_memory_equal(session.previous_hash, zeros, sizeof(zeros));
	assert_int_equal(session.rotated_at, 0);
	assert_int_equal(session.refresh_expires_at, 500);
	assert_int_equal(session.role, USER_ROLE_ADMIN);
	assert_false(session.user_disabled);
	assert_int_equal(
	    store_session_find(w->reader, w->arena, "x", &session, &w->err),
	    STORE_NONE);
	assert_ok(store_session_touch(w->db, "s", 50, &w->err), &w->err);
	/* Batches may come late; time does not go back. */
	assert_int_equal(
	    store_session_touch(w->db, "s", 40, &w->err), STORE_NONE);
	assert_ok(
	    store_session_find(w->reader, w->arena, "s", &session, &w->err),
	    &w->err);
	assert_int_equal(session.last_used_at, 50);
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
	unsigned char presented[SESSION_HASH_SIZE],
	    successor[SESSION_HASH_SIZE], client[SESSION_HASH_SIZE] = { 0 };
	struct err err;

	memset(presented, 1, sizeof(presented));
	memset(successor, 100 + racer->number, sizeof(successor));
	do
		racer->result = store_session_rotate(db, "s", presented,
		    successor, client, 1000 + racer->number, 2000, &err);
	while (racer->result == STORE_ERROR && err.code == ERR_DATABASE_BUSY);
	db_close(db);
	return NULL;
}

/* Fifty present the same token at once: one rotation. */
static void
test_rotation_race(void **state)
{
	struct world *w = *state;
	struct people people = seed_people(w);
	struct session session = seed_session(w, &people, "s", 500);
	struct racer racers[50];
	pthread_t threads[50];
	int i, winner = -1;

	db_release(w->db);
	for (i = 0; i < 50; i++) {
		racers[i] =
		    (struct racer){ .pool = w->write_pool, .number = i };
		assert_int_equal(
		    pthread_create(&threads[i], NULL, race, &racers[i]), 0);
	}
	for (i = 0; i < 50; i++) {
		pthread_join(threads[i], NULL);
		assert_int_not_equal(racers[i].result, STORE_ERROR);
		if (racers[i].result != STORE_OK)
			continue;
		assert_int_equal(winner, -1);
		winner = i;
	}
	assert_int_not_equal(winner, -1);
	assert_ok(store_session_find(w->db, w->arena, "s", &session, &w->err),
	    &w->err);
	assert_int_equal(session.refresh_counter, 1);
	assert_int_equal(session.refresh_hash[0], 100 + winner);
	assert_int_equal(session.previous_hash[0], 1);
	assert_int_equal(session.rotated_at, 1000 + winner);
	assert_int_equal(session.refresh_expires_at, 2000);
}

static void
test_revoke(void **state)
{
	struct world *w = *state;
	struct people people = seed_people(w);
	struct session session = seed_session(w, &people, "s", 500);
	unsigned char one[SESSION_HASH_SIZE], two[SESSION_HASH_SIZE];
	struct stream_key key;

	seed_key(w, &session, 7);
	assert_ok(find_key(w, 7, &key), &w->err);
	assert_int_equal(key.revoked_at, 0);
	assert_false(key.session_revoked);
	assert_ok(store_session_revoke(w->db, "s", "logout", &w->err), &w->err);
	assert_int_equal(
	    store_session_revoke(w->db, "s", "logout", &w->err), STORE_NONE);
	assert_int_equal(
	    store_session_revoke(w->db, "x", "logout", &w->err), STORE_NONE);
	assert_ok(find_key(w, 7, &key), &w->err);
	assert_int_not_equal(key.revoked_at, 0);
	assert_true(key.session_revoked);
	memset(one, 1, sizeof(one));
	memset(two, 2, sizeof(two));
	assert_int_equal(
	    store_session_rotate(w->db, "s", one, two, one, 1, 2, &w->err),
	    STORE_NONE);
}

/* The last use decides who stays, of this person and among the living alone. */
static void
test_trim(void **state)
{
	static const char *const used[] = { "c", "a", "d", "b" };
	struct world *w = *state;
	struct people people = seed_people(w);
	struct people other = { 0 };
	struct session session, *all;
	struct stream_key key;
	size_t i, n;

	seed_user(w, "b@example.org", USER_ROLE_USER, other.user);
	other.profile = seed_profile(w, other.user);
	seed_session(w, &other, "other", 500);
	session = seed_session(w, &people, "a", 500);
	seed_key(w, &session, 1);
	session = seed_session(w, &people, "b", 500);
	seed_key(w, &session, 2);
	seed_session(w, &people, "c", 500);
	seed_session(w, &people, "d", 500);
	seed_session(w, &people, "expired", 99);
	seed_session(w, &people, "revoked", 500);
	assert_ok(
	    store_session_revoke(w->db, "revoked", "logout", &w->err), &w->err);
	for (i = 0; i < COUNT_OF(used); i++)
		assert_ok(store_session_touch(
			      w->db, used[i], 10 + (int64_t)i, &w->err),
		    &w->err);
	assert_ok(db_begin(w->db, &w->err), &w->err);
	assert_ok(store_session_trim(
		      w->db, w->arena, people.user, 4, 100, &all, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 0);
	assert_ok(store_session_trim(
		      w->db, w->arena, people.user, 2, 100, &all, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 2);
	assert_string_equal(all[0].id, "a");
	assert_string_equal(all[1].id, "c");
	assert_ok(db_commit(w->db, &w->err), &w->err);
	assert_ok(store_session_list(
		      w->reader, w->arena, people.user, 100, &all, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 2);
	assert_string_equal(all[0].id, "b");
	assert_string_equal(all[1].id, "d");
	assert_ok(find_key(w, 1, &key), &w->err);
	assert_int_equal(key.revoked_at, 100);
	assert_ok(find_key(w, 2, &key), &w->err);
	assert_int_equal(key.revoked_at, 0);
	assert_ok(store_session_list(
		      w->reader, w->arena, other.user, 100, &all, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 1);
}

static void
test_sweep(void **state)
{
	struct world *w = *state;
	struct people people = seed_people(w);
	struct session with_key = seed_session(w, &people, "key", 1000);
	struct session found;
	struct stream_key key;
	int64_t n;

	seed_session(w, &people, "old", 1000);
	seed_session(w, &people, "young", 1000 + DAY);
	seed_session(w, &people, "revoked", clock_now_ms() + DAY);
	seed_key(w, &with_key, 7);
	assert_ok(store_session_sweep(w->db, 1000 + DAY, &n, &w->err), &w->err);
	assert_int_equal(n, 0);
	assert_ok(store_session_sweep(w->db, 1001 + DAY, &n, &w->err), &w->err);
	assert_int_equal(n, 1);
	assert_int_equal(
	    store_session_find(w->db, w->arena, "old", &found, &w->err),
	    STORE_NONE);
	/* What is playing goes on when its session has expired. */
	assert_ok(find_key(w, 7, &key), &w->err);
	assert_ok(
	    store_session_revoke(w->db, "revoked", "logout", &w->err), &w->err);
	assert_ok(store_session_sweep(
		      w->db, clock_now_ms() + DAY + 1000, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 2); /* young and revoked */
	assert_ok(store_stream_key_sweep(w->db, 101, 0, &n, &w->err), &w->err);
	assert_int_equal(n, 1);
	assert_ok(
	    store_session_sweep(w->db, clock_now_ms(), &n, &w->err), &w->err);
	assert_int_equal(n, 1);
}

static void
test_stream_keys(void **state)
{
	struct world *w = *state;
	struct people people = seed_people(w);
	struct session session = seed_session(w, &people, "s", 1000);
	struct stream_key key;
	int64_t n;

	seed_key(w, &session, 1);
	seed_key(w, &session, 2);
	assert_int_equal(find_key(w, 3, &key), STORE_NONE);
	assert_ok(find_key(w, 1, &key), &w->err);
	assert_string_equal(key.session_id, "s");
	assert_string_equal(key.profile_id, people.profile);
	assert_int_equal(key.episode_id, 0);
	assert_int_equal(key.hash[5], 1);
	assert_ok(
	    store_stream_key_touch(w->db, key.hash, 300, &w->err), &w->err);
	assert_int_equal(
	    store_stream_key_touch(w->db, key.hash, 200, &w->err), STORE_NONE);
	assert_ok(
	    store_stream_key_sweep(w->db, 100, 200, &n, &w->err), &w->err);
	assert_int_equal(n, 1);
	assert_ok(find_key(w, 1, &key), &w->err);
	assert_int_equal(key.last_used_at, 300);
	assert_int_equal(find_key(w, 2, &key), STORE_NONE);
	/* Another sign-in takes a key over for a new life. */
	assert_ok(find_key(w, 1, &key), &w->err);
	seed_session(w, &people, "s2", 1000);
	assert_ok(store_stream_key_renew(w->db, key.hash, "s2", 900, &w->err),
	    &w->err);
	assert_ok(store_session_revoke(w->db, "s", "logout", &w->err), &w->err);
	assert_ok(find_key(w, 1, &key), &w->err);
	assert_string_equal(key.session_id, "s2");
	assert_int_equal(key.created_at, 900);
	assert_int_equal(key.revoked_at, 0);
	assert_ok(
	    store_session_revoke(w->db, "s2", "logout", &w->err), &w->err);
	assert_int_equal(
	    store_stream_key_renew(w->db, key.hash, "s2", 901, &w->err),
	    STORE_NONE);
}

static int64_t
blocked_until(struct world *w, const unsigned char *key)
{
	int64_t until = -1;

	assert_ok(
	    store_login_blocked(w->reader, key, &until, &w->err), &w->err);
	return until;
}

static void
test_throttle(void **state)
{
	static const int64_t blocks[] = { 0, 0, 0, 1000, 2000, 4000, 5000,
		5000 };
	unsigned char key[SESSION_HASH_SIZE] = "address", other[32] = "other";
	struct world *w = *state;
	int64_t now = 1000000;
	size_t i;

	for (i = 0; i < COUNT_OF(blocks); i++) {
		assert_ok(store_login_failed(w->db, key, 3, 5000, now, &w->err),
		    &w->err);
		assert_int_equal(blocked_until(w, key),
		    blocks[i] == 0 ? 0 : now + blocks[i]);
	}
	assert_int_equal(blocked_until(w, other), 0);
	for (i = 0; i < 100; i++)
		assert_ok(store_login_failed(
			      w->db, other, 0, INT64_MAX / 4, now, &w->err),
		    &w->err);
	assert_true(blocked_until(w, other) > now);
	assert_ok(store_login_succeeded(w->db, other, &w->err), &w->err);
	assert_int_equal(blocked_until(w, other), 0);
	/* A day later it begins anew. */
	assert_ok(
	    store_login_failed(w->db, key, 3, 5000, now + DAY + 1, &w->err),
	    &w->err);
	assert_int_equal(blocked_until(w, key), 0);
	assert_ok(
	    store_login_sweep(w->db, now + 3 * (int64_t)DAY, &w->err), &w->err);
	assert_ok(
	    store_login_failed(w->db, key, 0, 5000, now, &w->err), &w->err);
	assert_int_equal(blocked_until(w, key), now + 1000);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_find),
		TEST(test_rotation_race),
		TEST(test_revoke),
		TEST(test_trim),
		TEST(test_sweep),
		TEST(test_stream_keys),
		TEST(test_throttle),
	};

	return cmocka_run_group_tests_name("store/sessions", tests, NULL, NULL);
}
