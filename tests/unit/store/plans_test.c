/*
 * Every statement of the store prepares against the migrated schema, and over
 * a large database none walks a whole table unless its file says why.
 * MIAU_TEST_ROWS sets the size (100,000 titles).
 */
#include "tests/unit/helpers.h"

#include "lib/base/str.h"
#include "lib/store/store.h"

/* `?1` is the number of titles; every table of any size gets its rows. */
static const char *const fill[] = {
	"WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n "
	"WHERE i < ?1) INSERT INTO title (kind, pid, tmdb_id, name, name_key, "
	"year, popularity, origin, is_playable, created_at, updated_at) "
	"SELECT CASE WHEN i % 5 = 0 THEN 'show' ELSE 'movie' END, i, i, "
	"'Title ' || (i * 7919 % ?1), 'title ' || (i * 7919 % ?1), "
	"1950 + i % 75, i * 31 % 1000, 'file', CASE WHEN i % 100 = 0 THEN 1 "
	"ELSE 0 END, i, i FROM n",
	"INSERT INTO genre (name, slug) VALUES ('Drama', 'drama'), "
	"('Comedy', 'comedy'), ('Horror', 'horror'), ('War', 'war')",
	"INSERT INTO title_genre (title_id, genre_id, place) "
	"SELECT id, id % 4 + 1, 0 FROM title WHERE id <= ?1",
	"INSERT INTO season (title_id, number, name) "
	"SELECT id, 1, 'Season 1' FROM title WHERE kind = 'show' AND id <= ?1",
	"INSERT INTO episode (title_id, season_id, season, number, name, "
	"created_at) SELECT s.title_id, s.id, 1, 1, 'Episode 1', 1 "
	"FROM season s WHERE s.title_id <= ?1",
	"INSERT INTO library_folder (path, created_at) "
	"SELECT CAST('/' || id AS BLOB), ?1 FROM title WHERE id <= 500",
	"INSERT INTO library_file (folder_id, path, display, size, "
	"modified_at, inode, state, seen_at) SELECT 1, "
	"CAST(id || '.mkv' AS BLOB), id || '.mkv', 1, 1, id, "
	"CASE WHEN id % 50 = 0 THEN 'refused' WHEN id % 999 = 0 THEN 'found' "
	"WHEN id % 99 = 0 THEN 'gone' ELSE 'ok' END, 1 "
	"FROM title WHERE id <= ?1",
	"INSERT INTO source (title_id, episode_id, kind, library_file_id, "
	"quality, size, created_at) SELECT f.id, e.id, 'file', f.id, 'HD', 1, "
	"1 FROM library_file f LEFT JOIN episode e ON e.title_id = f.id "
	"WHERE f.id <= ?1 AND f.id % 3 > 0",
	"INSERT INTO torrent (name, hash_index, title_id, added_at, "
	"last_used_at) SELECT 't' || id, CAST(id AS BLOB), id, 1, 1 "
	"FROM title WHERE id <= ?1 AND id % 10 = 0",
	"INSERT INTO source (title_id, kind, torrent_id, file_index, quality, "
	"size, created_at) SELECT title_id, 'torrent', id, 0, 'HD', 1, 1 "
	"FROM torrent WHERE id <= ?1",
	"INSERT INTO media_index (library_file_id, size, modified_at, is_read, "
	"tick_num, tick_den, begins, ends, keys) SELECT id, size, modified_at, "
	"CASE WHEN id % 20 = 0 THEN 0 ELSE 1 END, 1, 1000, 0, 1, X'' "
	"FROM library_file WHERE id <= ?1",
	"INSERT INTO media_index (torrent_id, file_index, size, modified_at, "
	"is_read, tick_num, tick_den, begins, ends, keys) "
	"SELECT id, 0, 1, 0, 1, 1, 1000, 0, 1, X'' FROM torrent WHERE id <= ?1",
	"INSERT INTO user (id, email, email_key, name, name_key, "
	"display_name, password_hash, role, created_at, updated_at) "
	"SELECT 'u' || id, id, id, id, id, id, 'x', 'user', ?1, id "
	"FROM title WHERE id <= 1000",
	"INSERT INTO profile (id, user_id, name, created_at) "
	"SELECT 'p' || id, id, name, ?1 FROM user",
	"INSERT INTO session (id, user_id, profile_id, device, address, "
	"refresh_hash, client_hash, refresh_expires_at, created_at, "
	"expires_at, last_used_at) SELECT 's' || p.id, p.user_id, p.id, '', "
	"'', X'00', X'00', ?1, u.updated_at, 1, 1 FROM profile p "
	"JOIN user u ON u.id = p.user_id",
	"INSERT INTO stream_key (hash, user_id, session_id, profile_id, "
	"title_id, source_id, quality, created_at, last_used_at) "
	"SELECT CAST(s.id AS BLOB), s.user_id, s.id, s.profile_id, o.title_id, "
	"o.id, 'HD', ?1, 1 FROM session s JOIN source o "
	"ON o.id = s.created_at",
	"INSERT INTO progress (profile_id, title_id, position, duration, "
	"fraction, status, updated_at) SELECT 'pu' || (id % 1000 + 1), id, 1, "
	"2, 0.5, 'watching', id FROM title WHERE id <= ?1",
	"INSERT INTO history (profile_id, title_id, watched_at) "
	"SELECT profile_id, title_id, updated_at FROM progress "
	"WHERE updated_at <= ?1",
	"INSERT INTO reason (subject, code, sentence, created_at) "
	"SELECT 'file:' || id, 'x', 'x', 1 FROM library_file WHERE id <= ?1",
};

static int64_t
n_rows(void)
{
	const char *wanted = getenv("MIAU_TEST_ROWS");
	int64_t n;

	if (wanted != NULL && str_to_int64(wanted, 1000, 10000000, &n))
		return n;
	return 100000;
}

static int
large_setup(void **state)
{
	struct world *w;
	size_t i;

	if (world_setup(state) == -1)
		return -1;
	w = *state;
	assert_ok(db_begin(w->db, &w->err), &w->err);
	for (i = 0; i < COUNT_OF(fill); i++)
		if (strstr(fill[i], "?1") == NULL)
			assert_true(
			    db_run(w->db, fill[i], DB_NONE, &w->err) > 0);
		else if (db_run(w->db, fill[i], DB_ARGS(DB_INT(n_rows())),
			     &w->err) <= 0)
			fail_msg("%s: %s", fill[i], w->err.text);
	assert_ok(db_commit(w->db, &w->err), &w->err);
	return 0;
}

static bool
may_scan(const struct store_sql *table, const char *sql)
{
	size_t i;

	for (i = 0; table->scans != NULL && table->scans[i] != NULL; i++)
		if (strcmp(table->scans[i], sql) == 0)
			return true;
	return false;
}

/* "SCAN CONSTANT ROW" is no table, nor are the rows of a subquery, whose own
 * plan stands beside it. */
static bool
scans_table(const char *plan)
{
	while ((plan = strstr(plan, "SCAN ")) != NULL) {
		if (!str_starts(plan, "SCAN CONSTANT ROW") &&
		    !str_starts(plan, "SCAN (subquery"))
			return true;
		plan++;
	}
	return false;
}

static void
look_at_plans(struct world *w)
{
	const struct store_sql *table;
	const char *plan;
	size_t i, t, n = 0;

	for (t = 0; (table = store_tables[t]) != NULL; t++) {
		for (i = 0; i < table->n_sql; i++, n++) {
			if (table->sql[i] == NULL)
				fail_msg("%s: statement %zu is missing",
				    table->name, i);
			plan =
			    db_explain(w->db, table->sql[i], w->arena, &w->err);
			if (plan == NULL)
				fail_msg("%s: %s: %s", table->name,
				    table->sql[i], w->err.text);
			if (scans_table(plan) &&
			    !may_scan(table, table->sql[i]))
				fail_msg("%s: %s\n%s", table->name,
				    table->sql[i], plan);
		}
	}
	assert_true(n > 80);
}

static void
test_plans(void **state)
{
	look_at_plans(*state);
}

/* What PRAGMA optimize learns must not lead the planner astray. */
static void
test_plans_analyzed(void **state)
{
	struct world *w = *state;

	assert_int_equal(db_run(w->db, "ANALYZE", DB_NONE, &w->err), 0);
	look_at_plans(w);
}

/* A statement that is allowed to scan must be one that exists. */
static void
test_scans_are_statements(void **state)
{
	const struct store_sql *table;
	size_t i, s, t;
	bool found;

	(void)state;
	for (t = 0; (table = store_tables[t]) != NULL; t++)
		for (s = 0; table->scans != NULL && table->scans[s]; s++) {
			found = false;
			for (i = 0; i < table->n_sql; i++)
				found = found ||
				    strcmp(table->sql[i], table->scans[s]) == 0;
			if (!found)
				fail_msg("%s: no statement is %s", table->name,
				    table->scans[s]);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scans_are_statements),
		cmocka_unit_test(test_plans),
		cmocka_unit_test(test_plans_analyzed),
	};

	return cmocka_run_group_tests_name(
	    "store/plans", tests, large_setup, world_teardown);
}
