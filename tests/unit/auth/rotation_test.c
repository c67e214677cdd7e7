/*
 * Replacing the master key: what it sealed, what it does not touch, and what is
 * refused.
 */
#include "tests/unit/helpers.h"

#include "lib/auth/audit.h"
#include "lib/auth/key_proof.h"
#include "lib/auth/rotation.h"
#include "lib/auth/sealed.h"
#include "lib/store/sealed.h"

/* More than a page. */
enum { TORRENTS = 150 };

struct house {
	struct world *w;
	struct paths paths;
	struct rotation told;
	char old_id[SEAL_ID_SIZE];
};

static void
run(struct house *h, const char *sql, const struct db_value *args)
{
	struct world *w = h->w;

	if (db_run(w->db, sql, args, &w->err) == -1)
		fail_msg("%s: %s", sql, w->err.text);
}

static void
add_torrents(struct house *h, const struct auth_keys *keys)
{
	struct sealed_place file = { .folder = h->paths.resume, .keys = keys };
	struct seal_place place = { .table = "torrent", .column = "label" };
	char name[33], *label;
	int i;

	for (i = 0; i < TORRENTS; i++) {
		snprintf(name, sizeof(name), "%032x", i);
		place.row = file.name = name;
		label = seal_text(keys, &place, name, strlen(name));
		run(h,
		    "INSERT INTO torrent (name, hash_index, label, added_at, "
		    "last_used_at) VALUES (?1, CAST(?1 AS BLOB), ?2, 1, 1)",
		    DB_ARGS(DB_TEXT(name), DB_TEXT(label)));
		free(label);
	}
	assert_ok(sealed_write(&file, SEALED_MAGNET, "magnet:?", 8, &h->w->err),
	    &h->w->err);
	assert_ok(
	    sealed_write(&file, SEALED_RESUME, "", 0, &h->w->err), &h->w->err);
}

static void
add_setting(struct house *h, const char *name, const char *value)
{
	run(h,
	    "INSERT INTO setting (name, value, updated_at) VALUES (?1, ?2, 7)",
	    DB_ARGS(DB_TEXT(name), DB_TEXT(value)));
}

/* Nobody but this test has the database open meanwhile. */
static void
close_database(struct world *w)
{
	db_close(w->db);
	db_close(w->reader);
	db_pool_free(w->write_pool);
	db_pool_free(w->read_pool);
	w->db = w->reader = NULL;
	w->write_pool = w->read_pool = NULL;
}

static void
open_database(struct world *w)
{
	w->write_pool = db_pool_new(w->database, DB_WRITE, 2, true, &w->err);
	w->read_pool = db_pool_new(w->database, DB_READ, 2, true, &w->err);
	assert_non_null(w->write_pool);
	assert_non_null(w->read_pool);
	w->db = db_open(w->write_pool);
	w->reader = db_open(w->read_pool);
}

static struct auth_keys *
keys_of(struct house *h)
{
	struct auth_keys *keys =
	    auth_keys_open(h->paths.keys, h->w->db, &h->w->err);

	if (keys == NULL)
		fail_msg("%s", h->w->err.text);
	return keys;
}

static void
seal_all(struct house *h)
{
	const struct seal_place place = { "setting", "value", "a.secret" };
	struct auth_keys *keys = keys_of(h);
	const struct audit_entry entry = { .event = AUDIT_USER_CREATED };
	char *sealed = seal_text(keys, &place, "geheim", 6);

	assert_ok(auth_keys_prove(h->w->db, keys, &h->w->err), &h->w->err);
	seal_key_id(keys, h->old_id);
	add_setting(h, "a.secret", sealed);
	add_setting(h, "b.plain", "v1:not sealed at all");
	add_torrents(h, keys);
	assert_ok(audit_write(h->w->db, keys, &entry, &h->w->err), &h->w->err);
	free(sealed);
	auth_keys_free(keys);
}

static int
house_setup(void **state)
{
	struct house *h = calloc(1, sizeof(*h));
	struct err *err;

	if (h == NULL || world_setup((void **)&h->w) == -1)
		return -1;
	err = &h->w->err;
	setenv("MIAU_STATE_DIR", h->w->dir, 1);
	assert_ok(paths_init(&h->paths, err), err);
	assert_ok(paths_make(&h->paths, err), err);
	seal_all(h);
	*state = h;
	return 0;
}

static int
house_teardown(void **state)
{
	struct house *h = *state;

	unsetenv("MIAU_STATE_DIR");
	world_teardown((void **)&h->w);
	free(h);
	return 0;
}

static int
rotate(struct house *h)
{
	int result;

	close_database(h->w);
	result = auth_rotate(&h->paths, NULL, &h->told, &h->w->err);
	open_database(h->w);
	return result;
}

static const char *
file_in(struct house *h, const char *folder, const char *name)
{
	return arena_printf(h->w->arena, "%s/%s", folder, name);
}

/* How many values and files are sealed by a key. */
static void
assert_sealed(struct house *h, const char *id, int64_t values, int64_t files)
{
	struct sealed_by *list;
	size_t n, i;

	assert_ok(auth_count_sealed(
		      h->w->reader, h->paths.resume, &list, &n, &h->w->err),
	    &h->w->err);
	for (i = 0; i < n; i++)
		if (strcmp(list[i].id, id) == 0)
			break;
	assert_int_equal(i < n ? list[i].n_values : 0, values);
	assert_int_equal(i < n ? list[i].n_files : 0, files);
	free(list);
}

static void
assert_opens(struct house *h, const struct auth_keys *keys, const char *sql,
    const struct seal_place *place, const char *wanted)
{
	struct db_rows rows;
	char *plain;
	size_t len;

	assert_ok(db_query(h->w->reader, sql, DB_ARGS(DB_TEXT(place->row)),
		      &rows, &h->w->err),
	    &h->w->err);
	assert_int_equal(db_next(&rows, &h->w->err), 1);
	plain = seal_open(
	    keys, place, db_text(&rows, 0, h->w->arena), &len, &h->w->err);
	db_done(&rows);
	assert_non_null(plain);
	assert_string_equal(plain, wanted);
	free(plain);
}

static void
assert_whole(struct house *h, const struct auth_keys *keys)
{
	struct audit_report report;

	assert_ok(
	    audit_verify(h->w->reader, keys, &report, &h->w->err), &h->w->err);
	assert_int_equal(report.n_faults, 0);
}

static void
test_rotate(void **state)
{
	static const char last[] = "00000000000000000000000000000095";
	const struct seal_place setting = { "setting", "value", "a.secret" };
	const struct seal_place label = { "torrent", "label", last };
	struct house *h = *state;
	struct sealed_place file = { .folder = h->paths.resume, .name = last };
	struct auth_keys *keys;
	size_t len;
	char *plain;

	assert_sealed(h, h->old_id, TORRENTS + 2, 2);
	assert_ok(rotate(h), &h->w->err);
	assert_string_equal(h->told.from, h->old_id);
	assert_string_not_equal(h->told.to, h->old_id);
	assert_int_equal(h->told.n_values, TORRENTS + 1);
	assert_int_equal(h->told.n_files, 2);
	assert_int_equal(h->told.n_left, 0);
	/* The proof, and the key of the index. */
	assert_sealed(h, h->told.to, TORRENTS + 3, 2);
	assert_sealed(h, h->old_id, 0, 0);
	keys = keys_of(h);
	assert_opens(h, keys, "SELECT value FROM setting WHERE name = ?1",
	    &setting, "geheim");
	assert_opens(
	    h, keys, "SELECT label FROM torrent WHERE name = ?1", &label, last);
	file.keys = keys;
	plain = sealed_read(&file, SEALED_MAGNET, &len, &h->w->err);
	assert_string_equal(plain, "magnet:?");
	free(plain);
	assert_whole(h, keys);
	auth_keys_free(keys);
	assert_false(fs_exists(file_in(h, h->paths.keys, "previous.key")));
	assert_false(fs_exists(file_in(h, h->paths.keys, "next.key")));
}

/* Of one key after the other. */
static void
test_index_stays(void **state)
{
	struct house *h = *state;
	struct auth_keys *keys = keys_of(h);
	unsigned char before[32], after[32];
	int i;

	seal_index(keys, "abc", 3, before);
	auth_keys_free(keys);
	for (i = 0; i < 3; i++) {
		assert_ok(rotate(h), &h->w->err);
		keys = keys_of(h);
		seal_index(keys, "abc", 3, after);
		auth_keys_free(keys);
		assert_memory_equal(before, after, sizeof(before));
	}
}

/* What does not open stays as it is, and stops nothing. */
static void
test_damaged(void **state)
{
	struct house *h = *state;
	const char *odd = "v1:01234567:AAAA";
	struct sealed_place file = { .folder = h->paths.resume, .name = "odd" };
	char id[SEAL_ID_SIZE];

	run(h, "UPDATE torrent SET label = ?1 WHERE id = 7",
	    DB_ARGS(DB_TEXT(odd)));
	assert_ok(fs_write(file_in(h, h->paths.resume, "odd.torrent"), odd,
		      strlen(odd), 0600, &h->w->err),
	    &h->w->err);
	assert_ok(fs_write(file_in(h, h->paths.resume, "odd.resume"), "", 0,
		      0600, &h->w->err),
	    &h->w->err);
	assert_ok(fs_write(file_in(h, h->paths.resume, "odd.magnet.x7Yz01"),
		      odd, strlen(odd), 0600, &h->w->err),
	    &h->w->err);
	assert_ok(rotate(h), &h->w->err);
	assert_int_equal(h->told.n_left, 3);
	assert_sealed(h, "01234567", 1, 1);
	assert_ok(
	    sealed_key_id(&file, SEALED_TORRENT, id, &h->w->err), &h->w->err);
	assert_string_equal(id, "01234567");
	/* Nobody will finish that one. */
	assert_false(
	    fs_exists(file_in(h, h->paths.resume, "odd.magnet.x7Yz01")));
}

/* Somebody who could write in its midst would seal by the old key. */
static void
test_in_use(void **state)
{
	struct house *h = *state;
	struct auth_keys *keys;

	assert_err(auth_rotate(&h->paths, NULL, &h->told, &h->w->err),
	    &h->w->err, ERR_CONFLICT);
	assert_false(fs_exists(file_in(h, h->paths.keys, "previous.key")));
	keys = keys_of(h);
	assert_whole(h, keys);
	auth_keys_free(keys);
	assert_sealed(h, h->old_id, TORRENTS + 2, 2);
}

/* A log that was changed by another hand is not made good by a new key. */
static void
test_broken_log(void **state)
{
	struct house *h = *state;
	struct audit_report report;
	struct auth_keys *keys;

	run(h, "UPDATE audit_head SET seal = zeroblob(32)", DB_NONE);
	assert_ok(rotate(h), &h->w->err);
	keys = keys_of(h);
	assert_ok(
	    audit_verify(h->w->reader, keys, &report, &h->w->err), &h->w->err);
	assert_true(report.n_faults > 0);
	auth_keys_free(keys);
}

/* Nothing is left of the log but the mark beside the key. */
static void
empty_log(struct house *h)
{
	run(h, "DROP TRIGGER audit_log_stays", DB_NONE);
	run(h, "DELETE FROM audit_log", DB_NONE);
	run(h, "DELETE FROM audit_head", DB_NONE);
}

/* What a start does, and what is found after it. */
static void
assert_begun_anew(struct house *h)
{
	struct auth_keys *keys = keys_of(h);
	struct audit_report report;

	assert_ok(audit_begin(h->w->db, keys, &h->w->err), &h->w->err);
	assert_ok(
	    audit_verify(h->w->reader, keys, &report, &h->w->err), &h->w->err);
	assert_true(report.n_faults > 0);
	assert_non_null(strstr(
	    report.faults[report.n_faults - 1].text, "begun anew"));
	auth_keys_free(keys);
}

/* That there was a log is known under each key that follows. */
static void
test_log_begun(void **state)
{
	struct house *h = *state;
	struct auth_keys *keys = keys_of(h);

	assert_ok(audit_begin(h->w->db, keys, &h->w->err), &h->w->err);
	auth_keys_free(keys);
	assert_ok(rotate(h), &h->w->err);
	keys = keys_of(h);
	assert_whole(h, keys);
	auth_keys_free(keys);
	empty_log(h);
	assert_begun_anew(h);
	/* Nor does one more key make it good. */
	assert_ok(rotate(h), &h->w->err);
	assert_begun_anew(h);
}

/* The row about the new key is not the first of a new log. */
static void
test_log_emptied(void **state)
{
	struct house *h = *state;
	struct auth_keys *keys = keys_of(h);

	assert_ok(audit_begin(h->w->db, keys, &h->w->err), &h->w->err);
	auth_keys_free(keys);
	empty_log(h);
	assert_ok(rotate(h), &h->w->err);
	assert_begun_anew(h);
}

static void
add_session(
    struct house *h, const char *id, const char *user, const char *api_key)
{
	run(h,
	    "INSERT INTO session (id, user_id, profile_id, device, address, "
	    "refresh_hash, client_hash, refresh_expires_at, created_at, "
	    "expires_at, last_used_at, api_key_id) VALUES (?1, ?2, ?3, '', "
	    "'', X'00', X'00', 9e15, 1, 9e15, 1, ?4)",
	    DB_ARGS(DB_TEXT(id), DB_TEXT(user),
		DB_TEXT(seed_profile(h->w, user)), DB_TEXT(api_key)));
}

static void
add_api_key(struct house *h, const char *user)
{
	run(h,
	    "INSERT INTO api_key (id, user_id, profile_id, kind, name, scope, "
	    "hash, created_at) VALUES ('k', ?1, ?2, 'password', '', 'full', "
	    "X'00', 1)",
	    DB_ARGS(DB_TEXT(user), DB_TEXT(seed_profile(h->w, user))));
}

static int64_t
count(struct house *h, const char *sql)
{
	int64_t n = -1;

	assert_int_equal(
	    db_get_int(h->w->reader, sql, DB_NONE, &n, &h->w->err), 1);
	return n;
}

/* What a derived key made goes; a key for programs is nothing of that kind. */
static void
test_sessions_end(void **state)
{
	struct house *h = *state;
	char user[UUID_SIZE];

	seed_user(h->w, "ann@example.org", USER_ROLE_USER, user);
	add_api_key(h, user);
	add_session(h, "s", user, NULL);
	add_session(h, "k", user, "k");
	add_session(h, "by it", user, "k");
	run(h, "INSERT INTO login_failure VALUES (X'00', 1, 1, 1)", DB_NONE);
	run(h,
	    "INSERT INTO device_code (hash, user_code_hash, device, address, "
	    "interval_s, created_at, expires_at) VALUES (X'00', X'00', '', "
	    "'', 5, 1, 9e15)",
	    DB_NONE);
	assert_ok(rotate(h), &h->w->err);
	assert_int_equal(count(h, "SELECT count(*) FROM session"), 1);
	assert_int_equal(
	    count(h, "SELECT count(*) FROM session WHERE id = 'k'"), 1);
	assert_int_equal(count(h, "SELECT count(*) FROM api_key"), 1);
	assert_int_equal(count(h, "SELECT count(*) FROM login_failure"), 0);
	assert_int_equal(count(h, "SELECT count(*) FROM device_code"), 0);
}

/* A key from a variable is replaced by one from a file. */
static void
test_given(void **state)
{
	struct house *h = *state;
	const char *fresh = file_in(h, h->w->dir, "new.key");
	const char *master = file_in(h, h->paths.keys, "master.key");
	struct auth_keys *keys;
	int result;

	setenv("MIAU_MASTER_KEY_FILE", master, 1);
	assert_ok(auth_keys_make(fresh, &h->w->err), &h->w->err);
	close_database(h->w);
	result = auth_rotate(&h->paths, fresh, &h->told, &h->w->err);
	assert_ok(result, &h->w->err);
	/* Done already: that does no harm. */
	result = auth_rotate(&h->paths, fresh, &h->told, &h->w->err);
	assert_ok(result, &h->w->err);
	assert_int_equal(h->told.n_values + h->told.n_files, 0);
	assert_err(auth_rotate(&h->paths, master, &h->told, &h->w->err),
	    &h->w->err, ERR_CONFLICT);
	open_database(h->w);
	assert_null(auth_keys_open(h->paths.keys, h->w->db, &h->w->err));
	setenv("MIAU_MASTER_KEY_FILE", fresh, 1);
	keys = keys_of(h);
	assert_whole(h, keys);
	auth_keys_free(keys);
	unsetenv("MIAU_MASTER_KEY_FILE");
	assert_sealed(h, h->old_id, 0, 0);
}

/* A backup belongs to the key of its time. */
static void
test_backup(void **state)
{
	struct house *h = *state;
	const char *backup = file_in(h, h->w->dir, "copy.db");

	assert_ok(db_backup(h->w->database, backup, &h->w->err), &h->w->err);
	assert_ok(auth_keys_fit(h->paths.keys, backup, &h->w->err), &h->w->err);
	assert_ok(rotate(h), &h->w->err);
	assert_err(auth_keys_fit(h->paths.keys, backup, &h->w->err), &h->w->err,
	    ERR_CORRUPT);
	assert_ok(auth_keys_fit(h->paths.keys, h->w->database, &h->w->err),
	    &h->w->err);
}

#define ROTATION_TEST(f)                                                       \
	cmocka_unit_test_setup_teardown(f, house_setup, house_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROTATION_TEST(test_rotate),
		ROTATION_TEST(test_index_stays),
		ROTATION_TEST(test_damaged),
		ROTATION_TEST(test_in_use),
		ROTATION_TEST(test_broken_log),
		ROTATION_TEST(test_log_begun),
		ROTATION_TEST(test_log_emptied),
		ROTATION_TEST(test_sessions_end),
		ROTATION_TEST(test_given),
		ROTATION_TEST(test_backup),
	};

	return cmocka_run_group_tests_name("auth/rotation", tests, NULL, NULL);
}
