/*
 * The second migration rebuilds the table of sources: an installation with the
 * first schema keeps every row and everything that points at one.
 */
#include "tests/unit/helpers.h"

#include "lib/db/conn.h"

static const char rows[] =
    "INSERT INTO user (id, email, email_key, name, name_key, display_name, "
    "password_hash, role, created_at, updated_at) VALUES "
    "('u', 'a@b', 'a@b', 'a', 'a', 'A', 'x', 'user', 1, 1);"
    "INSERT INTO profile (id, user_id, name, created_at) VALUES "
    "('p', 'u', 'A', 1);"
    "INSERT INTO session (id, user_id, profile_id, device, address, "
    "refresh_hash, client_hash, refresh_expires_at, created_at, expires_at, "
    "last_used_at) VALUES ('s', 'u', 'p', '', '', X'00', X'00', 1, 1, 1, 1);"
    "INSERT INTO title (id, kind, pid, name, name_key, origin, is_playable, "
    "created_at, updated_at) VALUES (4, 'show', 9, 'Show', 'show', 'file', 1, "
    "1, 1), (5, 'movie', 9, 'Film', 'film', 'file', 1, 1, 1);"
    "INSERT INTO season (id, title_id, number, name) VALUES (2, 4, 1, 'S');"
    "INSERT INTO episode (id, title_id, season_id, season, number, name, "
    "is_playable, created_at) VALUES (3, 4, 2, 1, 1, 'E', 1, 1);"
    "INSERT INTO library_folder (id, path, created_at) VALUES (1, X'2F61', 1);"
    "INSERT INTO library_file (id, folder_id, path, display, size, "
    "modified_at, inode, state, seen_at, container, duration) VALUES "
    "(7, 1, X'31', '1', 10, 1, 1, 'ok', 1, 'mp4', 60), "
    "(8, 1, X'32', '2', 20, 1, 2, 'ok', 1, 'mp4', 61);"
    "INSERT INTO source (id, title_id, episode_id, kind, library_file_id, "
    "quality, video_codec, size, state, match_confidence, created_at) VALUES "
    "(40, 5, NULL, 'file', 7, 'HD', 'H264', 10, 'ok', 0.5, 11), "
    "(41, 4, 3, 'file', 8, '4K', 'AV1', 20, 'dead', 0.75, 12);"
    "INSERT INTO stream_key (hash, user_id, session_id, profile_id, title_id, "
    "source_id, quality, created_at, last_used_at) VALUES "
    "(X'AA', 'u', 's', 'p', 5, 40, 'HD', 1, 1);";

/* A database as the first schema left it. */
static void
make_old(struct world *w)
{
	struct db_conn *conn;
	char sql[400];
	FILE *file = fopen(w->database, "w");

	assert_non_null(file);
	fclose(file);
	conn = db_conn_open(w->database, DB_WRITE, &w->err);
	assert_non_null(conn);
	assert_ok(db_conn_exec(conn, db_migrations[0].sql, &w->err), &w->err);
	assert_ok(
	    db_conn_exec(conn,
		"CREATE TABLE migration (number INTEGER PRIMARY KEY, name TEXT "
		"NOT NULL, sha256 TEXT NOT NULL, applied_at INTEGER NOT NULL) "
		"STRICT",
		&w->err),
	    &w->err);
	snprintf(sql, sizeof(sql),
	    "INSERT INTO migration VALUES (1, '%s', '%s', 1)",
	    db_migrations[0].name, db_migrations[0].sha256);
	assert_ok(db_conn_exec(conn, sql, &w->err), &w->err);
	assert_ok(db_conn_exec(conn, rows, &w->err), &w->err);
	db_conn_close(conn);
}

static void
assert_text(struct db_conn *conn, const char *sql, const char *wanted)
{
	struct err err;
	char text[512];

	assert_ok(db_conn_text(conn, sql, text, sizeof(text), &err), &err);
	assert_string_equal(text, wanted);
}

static void
test_rows_stay(void **state)
{
	struct world *w = *state;
	struct db_conn *conn;
	int applied;

	make_old(w);
	assert_ok(
	    db_migrate(w->database, w->backups, &applied, &w->err), &w->err);
	assert_true(applied >= 1);
	assert_ok(db_check(w->database, &w->err), &w->err);
	conn = db_conn_open(w->database, DB_WRITE, &w->err);
	assert_non_null(conn);
	assert_text(conn,
	    "SELECT group_concat(id || '|' || title_id || '|' || "
	    "COALESCE(episode_id, '-') || '|' || kind || '|' || "
	    "library_file_id || '|' || quality || '|' || video_codec || '|' || "
	    "size || '|' || state || '|' || match_confidence || '|' || "
	    "created_at, ' ') FROM (SELECT * FROM source ORDER BY id)",
	    "40|5|-|file|7|HD|H264|10|ok|0.5|11 "
	    "41|4|3|file|8|4K|AV1|20|dead|0.75|12");
	assert_text(conn, "SELECT source_id FROM stream_key", "40");
	assert_text(conn, "SELECT sum(is_playable) FROM title", "2");
	/* What points at sources still does, and follows them. */
	assert_ok(db_conn_exec(
		      conn, "DELETE FROM library_file WHERE id = 7", &w->err),
	    &w->err);
	assert_text(conn, "SELECT count(*) FROM stream_key", "0");
	assert_text(conn, "SELECT count(*) FROM source", "1");
	assert_err(db_conn_exec(conn,
		       "INSERT INTO source (title_id, kind, torrent_id, "
		       "file_index, quality, size, created_at) VALUES (5, "
		       "'torrent', 99, 0, 'HD', 1, 1)",
		       &w->err),
	    &w->err, ERR_CONFLICT);
	db_conn_close(conn);
}

/* An old and a new database have the same tables. */
static void
test_schemas_are_equal(void **state)
{
	static const char schema[] =
	    "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema "
	    "WHERE tbl_name = 'source' AND sql IS NOT NULL ORDER BY name)";
	struct world *w = *state;
	struct db_conn *conn;
	char old[4096], fresh[4096];
	int applied;

	make_old(w);
	assert_ok(
	    db_migrate(w->database, w->backups, &applied, &w->err), &w->err);
	conn = db_conn_open(w->database, DB_READ, &w->err);
	assert_non_null(conn);
	assert_ok(
	    db_conn_text(conn, schema, old, sizeof(old), &w->err), &w->err);
	db_conn_close(conn);
	assert_int_equal(unlink(w->database), 0);
	assert_ok(
	    db_migrate(w->database, w->backups, &applied, &w->err), &w->err);
	conn = db_conn_open(w->database, DB_READ, &w->err);
	assert_non_null(conn);
	assert_ok(
	    db_conn_text(conn, schema, fresh, sizeof(fresh), &w->err), &w->err);
	db_conn_close(conn);
	assert_string_equal(old, fresh);
	assert_non_null(strstr(old, "source_by_torrent"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_rows_stay, folder_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_schemas_are_equal, folder_setup, world_teardown),
	};

	return cmocka_run_group_tests_name(
	    "db/torrents_migration", tests, NULL, NULL);
}
