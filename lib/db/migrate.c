/*
 * Migrations. Each runs in a transaction that first looks again at what is
 * applied, so that two programs that migrate at once take turns: the second
 * finds nothing left to do.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fs.h"
#include "lib/base/log.h"
#include "lib/db/admin.h"
#include "lib/db/conn.h"

enum { MIGRATION_PATIENCE_MS = 120000 };

static const char table_sql[] = "CREATE TABLE IF NOT EXISTS migration ("
				"  number INTEGER PRIMARY KEY,"
				"  name TEXT NOT NULL,"
				"  sha256 TEXT NOT NULL,"
				"  applied_at INTEGER NOT NULL"
				") STRICT";

/* Makes the file when it is missing, readable by nobody else. */
static int
make_file(const char *path, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd == -1 && errno != EEXIST)
		return err_errno(err, ERR_IO, "Cannot make the database");
	if (fd != -1)
		close(fd);
	return 0;
}

/* The hash of an applied migration into out, "" when it is not applied. */
static int
applied_hash(
    struct db_conn *conn, int number, char *out, size_t size, struct err *err)
{
	char sql[80];

	snprintf(sql, sizeof(sql),
	    "SELECT sha256 FROM migration WHERE number = %d", number);
	return db_conn_text(conn, sql, out, size, err);
}

/* Compares what is applied with what this program holds; *next is the first
 * that is missing, or NULL. */
static int
find_next(
    struct db_conn *conn, const struct db_migration **next, struct err *err)
{
	const struct db_migration *m;
	int64_t version;
	char hash[80];

	if (db_conn_version(conn, &version, err) == -1)
		return -1;
	for (m = db_migrations; m->number != 0 && m->number <= version; m++) {
		if (applied_hash(conn, m->number, hash, sizeof(hash), err) ==
		    -1)
			return -1;
		if (strcmp(hash, m->sha256) != 0)
			return err_set(err, ERR_CORRUPT,
			    "Migration %s was applied in another form.",
			    m->name);
	}
	if (m->number == 0 && version > 0 && m[-1].number < version)
		return db_conn_newer(version, m[-1].number, err);
	*next = m->number == 0 ? NULL : m;
	return 0;
}

static int
record(struct db_conn *conn, const struct db_migration *m, struct err *err)
{
	char sql[400];

	snprintf(sql, sizeof(sql),
	    "INSERT INTO migration (number, name, sha256, applied_at) "
	    "VALUES (%d, '%s', '%s', %lld)",
	    m->number, m->name, m->sha256, (long long)clock_now_ms());
	return db_conn_exec(conn, sql, err);
}

/* Rows that point nowhere would make every later write to them fail. */
static int
check_references(
    struct db_conn *conn, const struct db_migration *m, struct err *err)
{
	char table[128];

	if (db_conn_text(conn, "PRAGMA foreign_key_check", table, sizeof(table),
		err) == -1)
		return -1;
	if (table[0] != '\0')
		return err_set(err, ERR_DATABASE_DAMAGED,
		    "Migration %s would leave table %s with references to "
		    "nothing.",
		    m->name, table);
	return 0;
}

static int
run_one(struct db_conn *conn, const struct db_migration *m, struct err *err)
{
	struct err why;

	if (db_conn_exec(conn, m->sql, &why) == -1)
		return err_set(
		    err, why.code, "Migration %s: %s", m->name, why.text);
	if (check_references(conn, m, err) == -1 || record(conn, m, err) == -1)
		return -1;
	return db_conn_exec(conn, "COMMIT", err);
}

/* Applies the next migration; 1, 0 when none is left, -1. */
static int
step(struct db_conn *conn, struct err *err)
{
	const struct db_migration *next;
	struct err ignored;
	int result;

	if (db_conn_exec(conn, "BEGIN IMMEDIATE", err) == -1)
		return -1;
	result = db_conn_exec(conn, table_sql, err);
	if (result == 0)
		result = find_next(conn, &next, err);
	if (result == 0 && next != NULL) {
		result = run_one(conn, next, err);
		if (result == 0) {
			log_info(
			    "database.migrated", "Applied %s.", next->name);
			return 1;
		}
	}
	if (db_conn_exec(conn, "ROLLBACK", &ignored) == -1 &&
	    !sqlite3_get_autocommit(conn->handle))
		die("a migration cannot be rolled back: %s", ignored.text);
	return result;
}

/* A copy before anything changes, when there is something to lose. */
static int
back_up_before(struct db_conn *conn, const char *path, const char *backups,
    struct err *err)
{
	const struct db_migration *next;
	char to[PATH_MAX], suffix[32];
	int64_t version;

	if (db_conn_version(conn, &version, err) == -1)
		return -1;
	if (version == 0)
		return 0;
	if (find_next(conn, &next, err) == -1)
		return -1;
	if (next == NULL)
		return 0;
	snprintf(suffix, sizeof(suffix), "-schema%lld", (long long)version);
	if (db_backup_name(backups, suffix, to, sizeof(to), err) == -1)
		return -1;
	if (fs_mkdirs(backups, 0700, err) == -1)
		return -1;
	return db_backup(path, to, err);
}

int
db_migrate(const char *path, const char *backups, int *applied, struct err *err)
{
	struct db_conn *conn;
	int more = -1;

	*applied = 0;
	if (make_file(path, err) == -1)
		return -1;
	conn = db_conn_open(path, DB_WRITE, err);
	if (conn == NULL)
		return -1;
	conn->patience_ms = MIGRATION_PATIENCE_MS;
	/* A migration may rebuild a table that others point to (lang_altertable
	 * §7); check_references looks before each commit. */
	if (db_conn_exec(conn, "PRAGMA foreign_keys = OFF", err) == 0 &&
	    back_up_before(conn, path, backups, err) == 0)
		while ((more = step(conn, err)) == 1)
			(*applied)++;
	db_conn_close(conn);
	return more;
}

int
db_schema_version(const char *path, int *version, struct err *err)
{
	struct db_conn *conn = db_conn_open(path, DB_READ, err);
	int64_t number;
	int result;

	if (conn == NULL)
		return -1;
	result = db_conn_version(conn, &number, err);
	if (result == 0)
		*version = (int)number;
	db_conn_close(conn);
	return result;
}
