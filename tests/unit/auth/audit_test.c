/* The audit log: what another hand does to it is found. */
#include "tests/unit/helpers.h"

#include <sys/wait.h>

#include "lib/auth/audit.h"
#include "lib/auth/audit_part.h"

enum { ROWS = 5, WRITERS = 8, WRITES = 25, ERASED_ROWS = 10 };

static struct auth_keys *
keys_of(struct world *w)
{
	struct auth_keys *keys = auth_keys_load(w->dir, 1, &w->err);

	assert_non_null(keys);
	return keys;
}

static void
write_one(struct world *w, enum audit_event event, const char *actor,
    const char *target)
{
	struct auth_keys *keys = keys_of(w);

	assert_ok(audit_write(w->db, keys,
		      &(struct audit_entry){ .event = event,
			  .actor = actor,
			  .target = target,
			  .address = "192.0.2.7",
			  .request_id = "r1",
			  .detail = "{\"a\":1}" },
		      &w->err),
	    &w->err);
	auth_keys_free(keys);
}

static void
write_rows(struct world *w)
{
	int i;

	for (i = 0; i < ROWS; i++)
		write_one(w, AUDIT_SETTING_CHANGED, "ann", "net.consent");
}

static int64_t
faults(struct world *w, struct audit_report *report)
{
	struct auth_keys *keys = keys_of(w);

	assert_ok(audit_verify(w->reader, keys, report, &w->err), &w->err);
	auth_keys_free(keys);
	return report->n_faults;
}

static void
assert_whole(struct world *w, int64_t n_rows)
{
	struct audit_report report;

	if (faults(w, &report) != 0)
		fail_msg("row %lld %s", (long long)report.faults[0].id,
		    report.faults[0].text);
	assert_int_equal(report.n_rows, n_rows);
}

static void
run(struct world *w, const char *sql)
{
	if (db_run(w->db, sql, DB_NONE, &w->err) == -1)
		fail_msg("%s: %s", sql, w->err.text);
}

static void
test_written(void **state)
{
	struct world *w = *state;
	struct audit_report report;
	int64_t n;

	write_rows(w);
	assert_whole(w, ROWS);
	assert_int_equal(faults(w, &report), 0);
	assert_int_equal(report.last_id, ROWS);
	assert_int_equal(report.n_adopted, 0);
	assert_int_equal(strlen(report.hash), 64);
	assert_int_equal(
	    db_get_int(w->reader,
		"SELECT COUNT(*) FROM audit_log WHERE actor = 'ann' AND event "
		"= 'setting.changed' AND target = 'net.consent' AND address = "
		"'192.0.2.7' AND request_id = 'r1' AND detail = '{\"a\":1}'",
		DB_NONE, &n, &w->err),
	    1);
	assert_int_equal(n, ROWS);
}

static void
test_triggers(void **state)
{
	static const char *const refused[] = {
		"DELETE FROM audit_log WHERE id = 2",
		"UPDATE audit_log SET actor = 'bob' WHERE id = 2",
		"UPDATE audit_log SET actor = NULL WHERE id = 2",
		"UPDATE audit_log SET at = 1 WHERE id = 2",
		"UPDATE audit_log SET event = 'x' WHERE id = 2",
		"UPDATE audit_log SET target = 'x' WHERE id = 2",
		"UPDATE audit_log SET detail = '{}' WHERE id = 2",
		"UPDATE audit_log SET hash = NULL WHERE id = 2",
		"UPDATE audit_log SET who_digest = X'00' WHERE id = 2",
		"UPDATE audit_log SET what_salt = X'00' WHERE id = 2",
		"UPDATE audit_log SET id = 99 WHERE id = 2",
	};
	struct world *w = *state;
	size_t i;

	write_rows(w);
	for (i = 0; i < COUNT_OF(refused); i++) {
		w->err.code = ERR_NONE;
		if (db_run(w->db, refused[i], DB_NONE, &w->err) != -1)
			fail_msg("%s was let through", refused[i]);
		assert_non_null(strstr(w->err.text, "append-only"));
	}
	assert_whole(w, ROWS);
}

/* Whoever has the file can remove the triggers first. */
static void
test_tampering(void **state)
{
	static const char *const deeds[] = {
		"UPDATE audit_log SET actor = 'bob' WHERE id = 2",
		"UPDATE audit_log SET actor = NULL WHERE id = 2",
		"UPDATE audit_log SET address = '192.0.2.8' WHERE id = 1",
		"UPDATE audit_log SET request_id = 'r2' WHERE id = 5",
		"UPDATE audit_log SET target = 'net.vpn' WHERE id = 3",
		"UPDATE audit_log SET detail = '{}' WHERE id = 3",
		"UPDATE audit_log SET at = at + 1 WHERE id = 4",
		"UPDATE audit_log SET event = 'user.created' WHERE id = 4",
		"UPDATE audit_log SET hash = X'00' WHERE id = 5",
		"UPDATE audit_log SET hash = NULL WHERE id = 5",
		"UPDATE audit_log SET id = 9 WHERE id = 5",
		"UPDATE audit_log SET actor = NULL, address = NULL, "
		"request_id = NULL, who_salt = NULL, who_erased_by = 4 "
		"WHERE id = 2",
		"UPDATE audit_log SET target = NULL, detail = '{}', "
		"what_salt = NULL, what_erased_by = 99 WHERE id = 2",
		"DELETE FROM audit_log WHERE id = 1",
		"DELETE FROM audit_log WHERE id = 3",
		"DELETE FROM audit_log WHERE id = 5",
		"DELETE FROM audit_log",
		"INSERT INTO audit_log (at, event) VALUES (1, 'user.created')",
		"INSERT INTO audit_log SELECT 6, at, actor, event, target, "
		"address, request_id, detail, who_salt, who_digest, "
		"what_salt, what_digest, NULL, NULL, hash FROM audit_log "
		"WHERE id = 5",
		"UPDATE audit_log SET id = id + 10 WHERE id >= 4",
		"DELETE FROM audit_head",
		"UPDATE audit_head SET n_rows = 4",
		"UPDATE audit_head SET last_id = 4, n_rows = 4, hash = "
		"(SELECT hash FROM audit_log WHERE id = 4)",
		"UPDATE audit_head SET seal = X'00'",
	};
	struct world *w;
	struct audit_report report;
	size_t i;

	for (i = 0; i < COUNT_OF(deeds); i++) {
		assert_int_equal(world_setup(state), 0);
		w = *state;
		write_rows(w);
		run(w, "DROP TRIGGER audit_log_stays");
		run(w, "DROP TRIGGER audit_log_holds");
		run(w, deeds[i]);
		if (faults(w, &report) == 0)
			fail_msg("not found: %s", deeds[i]);
		/* Nor does it go away by what comes later. */
		write_one(w, AUDIT_USER_CREATED, NULL, "bob");
		if (faults(w, &report) == 0)
			fail_msg("covered up: %s", deeds[i]);
		world_teardown(state);
	}
}

/* Nothing is left by which it could be told that there was a chain. */
static void
test_reset(void **state)
{
	static const char *const deeds[][2] = {
		{ "UPDATE audit_log SET actor = 'bob', hash = NULL",
		    "DELETE FROM audit_head" },
		{ "DELETE FROM audit_log", "DELETE FROM audit_head" },
		{ "DELETE FROM audit_log",
		    "UPDATE audit_head SET seal = X'00'" },
	};
	struct world *w;
	struct auth_keys *keys;
	struct audit_report report;
	size_t i;

	for (i = 0; i < COUNT_OF(deeds); i++) {
		assert_int_equal(world_setup(state), 0);
		w = *state;
		keys = keys_of(w);
		assert_ok(audit_begin(w->db, keys, &w->err), &w->err);
		write_rows(w);
		assert_whole(w, ROWS);
		run(w, "DROP TRIGGER audit_log_stays");
		run(w, "DROP TRIGGER audit_log_holds");
		run(w, deeds[i][0]);
		run(w, deeds[i][1]);
		write_one(w, AUDIT_USER_CREATED, NULL, "bob");
		assert_true(faults(w, &report) > 0);
		/* Nor by the next start. */
		assert_ok(audit_begin(w->db, keys, &w->err), &w->err);
		write_rows(w);
		assert_true(faults(w, &report) > 0);
		assert_int_equal(report.n_adopted, 0);
		assert_non_null(strstr(
		    report.faults[report.n_faults - 1].text, "begun anew"));
		auth_keys_free(keys);
		world_teardown(state);
	}
}

/* The next start, before anything is written. */
static void
test_reset_before_start(void **state)
{
	struct world *w = *state;
	struct auth_keys *keys = keys_of(w);
	struct audit_report report;

	assert_ok(audit_begin(w->db, keys, &w->err), &w->err);
	write_rows(w);
	run(w, "DROP TRIGGER audit_log_stays");
	run(w, "DELETE FROM audit_log");
	run(w, "DELETE FROM audit_head");
	assert_ok(audit_begin(w->db, keys, &w->err), &w->err);
	assert_int_equal(faults(w, &report), 1);
	assert_non_null(strstr(report.faults[0].text, "begun anew"));
	auth_keys_free(keys);
}

/* By somebody who knows how a row is chained, but has not the key. */
static void
test_calculated_anew(void **state)
{
	struct world *w = *state;
	struct audit_row *rows;
	struct audit_head head;
	struct audit_report report;
	unsigned char previous[AUDIT_HASH_SIZE] = { 0 };
	size_t n, i;

	write_rows(w);
	run(w, "DROP TRIGGER audit_log_holds");
	assert_ok(
	    store_audit_walk(w->db, w->arena, 0, ROWS, &rows, &n, &w->err),
	    &w->err);
	rows[2].actor = (char[]){ "bob" };
	run(w, "UPDATE audit_log SET actor = 'bob' WHERE id = 3");
	for (i = 0; i < n; i++) {
		audit_part_digest(
		    &rows[i], AUDIT_WHO, rows[i].part[AUDIT_WHO].digest);
		audit_row_hash(previous, &rows[i], rows[i].hash);
		memcpy(previous, rows[i].hash, sizeof(previous));
		assert_ok(store_audit_chain(w->db, &rows[i], &w->err), &w->err);
	}
	assert_int_equal(faults(w, &report), 1);
	assert_non_null(strstr(report.faults[0].text, "sealed"));
	assert_ok(
	    store_audit_head_find(w->db, w->arena, &head, &w->err), &w->err);
	memcpy(head.hash, previous, sizeof(previous));
	assert_ok(store_audit_head_put(w->db, &head, &w->err), &w->err);
	assert_int_equal(faults(w, &report), 1);
	assert_non_null(strstr(report.faults[0].text, "seal is false"));
}

static void
test_other_key(void **state)
{
	struct world *w = *state;
	struct audit_report report;
	char folder[WORLD_PATH_MAX + 32];
	struct auth_keys *keys;

	write_rows(w);
	snprintf(folder, sizeof(folder), "%s/other", w->dir);
	keys = auth_keys_load(folder, 1, &w->err);
	assert_non_null(keys);
	assert_ok(audit_verify(w->reader, keys, &report, &w->err), &w->err);
	assert_int_equal(report.n_faults, 1);
	auth_keys_free(keys);
}

/* What is rolled back leaves no gap. */
static void
test_transaction(void **state)
{
	struct world *w = *state;

	write_rows(w);
	assert_ok(db_begin(w->db, &w->err), &w->err);
	write_one(w, AUDIT_USER_CREATED, NULL, "bob");
	db_rollback(w->db);
	assert_whole(w, ROWS);
	assert_ok(db_begin(w->db, &w->err), &w->err);
	write_one(w, AUDIT_USER_CREATED, NULL, "bob");
	write_one(w, AUDIT_USER_PASSWORD, NULL, "bob");
	assert_ok(db_commit(w->db, &w->err), &w->err);
	assert_whole(w, ROWS + 2);
}

static void
add_old(struct world *w, int n)
{
	while (n-- > 0)
		run(w,
		    "INSERT INTO audit_log (at, actor, event, target) "
		    "VALUES (1, 'ann', 'session.started', 's1')");
}

static void
test_adopted(void **state)
{
	struct world *w = *state;
	struct audit_report report;
	struct auth_keys *keys = keys_of(w);

	add_old(w, AUDIT_PAGE + 7);
	assert_int_equal(faults(w, &report) > 0, 1);
	assert_ok(audit_begin(w->db, keys, &w->err), &w->err);
	assert_whole(w, AUDIT_PAGE + 7);
	write_rows(w);
	assert_ok(audit_begin(w->db, keys, &w->err), &w->err);
	assert_int_equal(faults(w, &report), 0);
	assert_int_equal(report.n_adopted, AUDIT_PAGE + 7);
	run(w, "DROP TRIGGER audit_log_holds");
	run(w, "UPDATE audit_log SET actor = 'bob' WHERE id = 3");
	assert_int_equal(faults(w, &report), 1);
	auth_keys_free(keys);
}

/* Whoever writes first begins it, too. */
static void
test_adopted_late(void **state)
{
	struct world *w = *state;
	struct audit_report report;

	add_old(w, 3);
	write_rows(w);
	assert_int_equal(faults(w, &report), 0);
	assert_int_equal(report.n_adopted, 3);
	assert_int_equal(report.n_rows, 3 + ROWS);
}

static int64_t
count(struct world *w, const char *sql)
{
	int64_t n = -1;

	assert_int_equal(db_get_int(w->reader, sql, DB_NONE, &n, &w->err), 1);
	return n;
}

#define MENTIONS                                                               \
	"SELECT COUNT(*) FROM audit_log WHERE actor = 'ann' OR target IN "     \
	"('ann', 's1', 's2', 'p1') OR (event = 'device.approved' AND "         \
	"detail <> '{}')"

static void
test_erased(void **state)
{
	static char *const ids[] = { "s2", "p1" };
	struct world *w = *state;
	struct auth_keys *keys = keys_of(w);
	struct audit_report report;

	write_one(w, AUDIT_USER_CREATED, "bob", "ann");
	write_one(w, AUDIT_SESSION_STARTED, "ann", "s1");
	write_one(w, AUDIT_SETTING_CHANGED, "ann", "net.consent");
	write_one(w, AUDIT_USER_CREATED, "bob", "eve");
	/* By others, to what is hers: s1 is known by her own rows alone. */
	write_one(w, AUDIT_SESSION_ENDED, NULL, "s1");
	write_one(w, AUDIT_PROFILE_CHANGED, NULL, "p1");
	write_one(w, AUDIT_DEVICE_APPROVED, "ann", NULL);
	write_one(w, AUDIT_SESSION_ENDED, "bob", "s2");
	write_one(w, AUDIT_SESSION_ENDED, NULL, "s9");
	assert_ok(audit_erase(w->db, keys,
		      &(struct audit_person){ "ann", ids, COUNT_OF(ids) },
		      &(struct audit_entry){ .actor = "bob" }, &w->err),
	    &w->err);
	assert_whole(w, ERASED_ROWS);
	assert_int_equal(
	    count(w, "SELECT COUNT(*) FROM audit_log WHERE target = 's9'"), 1);
	assert_int_equal(count(w, MENTIONS), 0);
	/* What she did stays, and what others did. */
	assert_int_equal(count(w,
			     "SELECT COUNT(*) FROM audit_log WHERE "
			     "target = 'net.consent' AND actor IS NULL AND "
			     "address IS NULL AND who_salt IS NULL"),
	    1);
	assert_int_equal(
	    count(w, "SELECT COUNT(*) FROM audit_log WHERE actor = 'bob'"), 4);
	assert_int_equal(
	    count(w, "SELECT COUNT(*) FROM audit_log WHERE target = 'eve'"), 1);
	write_rows(w);
	assert_whole(w, ERASED_ROWS + ROWS);
	/* Nobody else blanks in its name. */
	run(w,
	    "UPDATE audit_log SET target = NULL, detail = '{}', what_salt = "
	    "NULL, what_erased_by = 10 WHERE id = 4");
	assert_int_equal(faults(w, &report), 1);
	assert_int_equal(report.faults[0].id, ERASED_ROWS);
	auth_keys_free(keys);
}

static void
write_many(const char *database, const char *dir)
{
	struct err err;
	struct db_pool *pool = db_pool_new(database, DB_WRITE, 1, true, &err);
	struct auth_keys *keys = auth_keys_load(dir, 1, &err);
	struct db *db;
	int i;

	if (pool == NULL || keys == NULL)
		_exit(1);
	db = db_open(pool);
	for (i = 0; i < WRITES; i++)
		if (audit_write(db, keys,
			&(struct audit_entry){ .event = AUDIT_USER_CREATED },
			&err) == -1) {
			fprintf(stderr, "%s\n", err.text);
			_exit(1);
		}
	_exit(0);
}

static void
test_processes(void **state)
{
	struct world *w = *state;
	pid_t children[WRITERS];
	int i, status;

	auth_keys_free(keys_of(w));
	/* SQLite's connections may not be carried over a fork. */
	db_close(w->db);
	db_close(w->reader);
	db_pool_free(w->write_pool);
	db_pool_free(w->read_pool);
	w->db = NULL;
	w->write_pool = NULL;
	for (i = 0; i < WRITERS; i++) {
		children[i] = fork();
		assert_int_not_equal(children[i], -1);
		if (children[i] == 0)
			write_many(w->database, w->dir);
	}
	for (i = 0; i < WRITERS; i++) {
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	w->read_pool = db_pool_new(w->database, DB_READ, 8, true, &w->err);
	assert_non_null(w->read_pool);
	w->reader = db_open(w->read_pool);
	assert_whole(w, WRITERS * WRITES);
}

static void
test_events(void **state)
{
	int i, j;

	(void)state;
	assert_null(audit_event_name(AUDIT_NONE));
	for (i = AUDIT_NONE + 1; i < AUDIT__MAX; i++)
		for (j = AUDIT_NONE + 1; j < i; j++)
			assert_string_not_equal(
			    audit_event_name((enum audit_event)i),
			    audit_event_name((enum audit_event)j));
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_written),
		TEST(test_triggers),
		cmocka_unit_test(test_tampering),
		cmocka_unit_test(test_reset),
		TEST(test_reset_before_start),
		TEST(test_calculated_anew),
		TEST(test_other_key),
		TEST(test_transaction),
		TEST(test_adopted),
		TEST(test_adopted_late),
		TEST(test_erased),
		TEST(test_processes),
		cmocka_unit_test(test_events),
	};

	return cmocka_run_group_tests_name("auth/audit", tests, NULL, NULL);
}
