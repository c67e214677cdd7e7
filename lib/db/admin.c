/* Backup, restore, check, checkpoint, plans. */
#include "lib/db/admin.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"
#include "lib/db/conn.h"

enum { BACKUP_PAUSE_MS = 20, PLAN_MAX = 16 * 1024 };

static int
expect_ok(struct db_conn *conn, const char *sql, struct err *err)
{
	char found[256];

	if (db_conn_text(conn, sql, found, sizeof(found), err) == -1)
		return -1;
	if (strcmp(found, "ok") != 0)
		return err_set(err, ERR_DATABASE_DAMAGED,
		    "The database is damaged (%s). `miauctl db restore FILE` "
		    "brings a backup back.",
		    found);
	return 0;
}

/* Copies all pages within one read transaction; writers go on meanwhile. */
static int
copy_pages(struct db_conn *from, struct db_conn *to, struct err *err)
{
	sqlite3_backup *backup;
	int64_t until = clock_mono_ms() + DB_PATIENCE_MS;
	int rc;

	backup = sqlite3_backup_init(to->handle, "main", from->handle, "main");
	if (backup == NULL)
		return db_conn_fail(to, sqlite3_errcode(to->handle), err);
	do {
		rc = sqlite3_backup_step(backup, -1);
		if ((rc & 0xff) == SQLITE_BUSY || rc == SQLITE_LOCKED)
			sqlite3_sleep(BACKUP_PAUSE_MS);
		else
			break;
	} while (clock_mono_ms() < until);
	sqlite3_backup_finish(backup);
	return rc == SQLITE_DONE ? 0 : db_conn_fail(to, rc, err);
}

/* Fills the new file `to` and leaves it without a journal beside it. */
static int
copy_into(const char *path, const char *to, struct err *err)
{
	struct db_conn *source = db_conn_open(path, DB_READ, err);
	struct db_conn *target = NULL;
	int result = -1;

	if (source == NULL)
		return -1;
	target = db_conn_open(to, DB_WRITE, err);
	if (target != NULL && copy_pages(source, target, err) == 0 &&
	    db_conn_exec(target, "PRAGMA journal_mode = DELETE", err) == 0 &&
	    expect_ok(target, "PRAGMA quick_check(1)", err) == 0)
		result = 0;
	db_conn_close(target);
	db_conn_close(source);
	return result;
}

static int
sync_file(const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), result = 0;

	if (fd == -1 || fsync(fd) == -1)
		result = err_errno(err, ERR_IO, "Cannot write %s", path);
	if (fd != -1)
		close(fd);
	return result;
}

int
db_backup(const char *path, const char *to, struct err *err)
{
	char part[PATH_MAX];
	int fd, result = -1;

	if (snprintf(part, sizeof(part), "%s.part", to) >= (int)sizeof(part))
		return err_set(err, ERR_IO, "The backup's name is too long.");
	if (access(to, F_OK) == 0)
		return err_set(err, ERR_CONFLICT, "%s is there already.", to);
	fd = open(part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		return err_errno(err, errno == EEXIST ? ERR_CONFLICT : ERR_IO,
		    "Cannot write %s", part);
	close(fd);
	if (copy_into(path, part, err) == -1 || sync_file(part, err) == -1)
		goto out;
	if (rename(part, to) == -1) {
		err_errno(err, ERR_IO, "Cannot write %s", to);
		goto out;
	}
	result = 0;
out:
	if (result == -1)
		unlink(part);
	return result;
}

struct backup_file {
	char name[NAME_MAX + 1];
	struct timespec at;
};

static int
newest_first(const void *a, const void *b)
{
	const struct backup_file *x = a, *y = b;

	if (x->at.tv_sec != y->at.tv_sec)
		return x->at.tv_sec < y->at.tv_sec ? 1 : -1;
	if (x->at.tv_nsec != y->at.tv_nsec)
		return x->at.tv_nsec < y->at.tv_nsec ? 1 : -1;
	return strcmp(y->name, x->name);
}

/* The backups in an open folder; the caller frees *files. */
static size_t
list_backups(DIR *dir, struct backup_file **files)
{
	struct dirent *entry;
	struct stat st;
	size_t n = 0;

	*files = NULL;
	while ((entry = readdir(dir)) != NULL) {
		if (!str_starts(entry->d_name, "miauflix-") ||
		    !str_ends(entry->d_name, ".db") ||
		    fstatat(dirfd(dir), entry->d_name, &st,
			AT_SYMLINK_NOFOLLOW) == -1 ||
		    !S_ISREG(st.st_mode))
			continue;
		*files = mem_realloc(*files, n + 1, sizeof(**files));
		snprintf((*files)[n].name, sizeof((*files)[n].name), "%s",
		    entry->d_name);
		(*files)[n++].at = st.st_mtim;
	}
	return n;
}

int
db_backup_name(const char *folder, const char *suffix, char *out, size_t size,
    struct err *err)
{
	int64_t now = clock_now_ms();
	time_t seconds = (time_t)(now / 1000);
	char stamp[32];
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", &tm);
	if (snprintf(out, size, "%s/miauflix-%s-%03d%s.db", folder, stamp,
		(int)(now % 1000), suffix) >= (int)size)
		return err_set(
		    err, ERR_IO, "The backup folder's name is too long.");
	return 0;
}

int
db_backup_prune(const char *folder, int keep, struct err *err)
{
	struct backup_file *files;
	DIR *dir = opendir(folder);
	size_t i, n;
	int result = 0;

	if (dir == NULL && errno == ENOENT)
		return 0;
	if (dir == NULL)
		return err_errno(err, ERR_IO, "Cannot read %s", folder);
	n = list_backups(dir, &files);
	if (n > 0)
		qsort(files, n, sizeof(*files), newest_first);
	for (i = keep > 0 ? (size_t)keep : 0; i < n && result == 0; i++)
		if (unlinkat(dirfd(dir), files[i].name, 0) == -1)
			result = err_errno(
			    err, ERR_IO, "Cannot remove %s", files[i].name);
	free(files);
	closedir(dir);
	return result;
}

/* What the connection says of a damaged file is about the database in use;
 * here it is the operator's file that is wrong. */
static int
blame_backup(const char *backup, struct err *err)
{
	if (err->code == ERR_DATABASE_DAMAGED)
		return err_set(err, ERR_DATABASE_DAMAGED,
		    "%s is damaged, or no database at all; nothing was "
		    "restored.",
		    backup);
	if (err->code == ERR_IO)
		return err_set(
		    err, ERR_IO, "%s cannot be opened as a database.", backup);
	return -1;
}

static int
check_backup(const char *backup, struct err *err)
{
	struct db_conn *conn;
	int64_t version = 0, newest = 0;
	int result;
	size_t i;

	for (i = 0; db_migrations[i].number != 0; i++)
		newest = db_migrations[i].number;
	if (access(backup, R_OK) == -1)
		return err_errno(err, ERR_NOT_FOUND, "Cannot read %s", backup);
	conn = db_conn_open(backup, DB_READ, err);
	if (conn == NULL)
		return blame_backup(backup, err);
	result = expect_ok(conn, "PRAGMA integrity_check(1)", err);
	if (result == 0)
		result = db_conn_version(conn, &version, err);
	db_conn_close(conn);
	if (result == 0 && version == 0)
		return err_set(err, ERR_DATABASE_DAMAGED,
		    "%s is not a database of this program.", backup);
	if (result == 0 && version > newest)
		return err_set(err, ERR_DATABASE_NEWER,
		    "%s belongs to a newer version.", backup);
	return result == 0 ? 0 : blame_backup(backup, err);
}

/* Folds the write-ahead log into the old file, which also shows whether anybody
 * has it open. A damaged one is left as it is. */
static int
close_old(const char *path, struct err *err)
{
	struct db_conn *conn;
	struct err why;
	int result = 0;

	if (access(path, F_OK) == -1)
		return 0;
	conn = db_conn_open(path, DB_WRITE, &why);
	if (conn != NULL) {
		conn->patience_ms = 0;
		result =
		    db_conn_exec(conn, "PRAGMA journal_mode = DELETE", &why);
	}
	db_conn_close(conn);
	if (result == -1 && why.code == ERR_DATABASE_BUSY)
		return err_set(err, ERR_CONFLICT,
		    "The database is in use; stop Miauflix first.");
	return 0;
}

/* Not by another journal_mode: killed in its midst, that would leave a database
 * that readers cannot open before somebody writes. */
int
db_settle(const char *path, struct err *err)
{
	static const char alone[] =
	    "PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT";
	struct db_conn *conn = db_conn_open(path, DB_WRITE, err);
	int result;

	if (conn == NULL)
		return -1;
	conn->patience_ms = 0;
	result = db_conn_exec(conn, alone, err);
	if (result == 0)
		result =
		    db_conn_exec(conn, "PRAGMA wal_checkpoint(TRUNCATE)", err);
	db_conn_close(conn);
	if (result == -1 && err->code == ERR_DATABASE_BUSY)
		return err_set(err, ERR_CONFLICT,
		    "The database is in use; stop Miauflix first.");
	return result;
}

/* Keeps the old database, with whatever journal it still has, under another
 * name. A link, so that there is a database under `path` at any time. */
static int
keep_old(const char *path, int64_t now_ms, struct err *err)
{
	static const char *const suffixes[] = { "", "-wal", "-shm" };
	char from[PATH_MAX], to[PATH_MAX];
	size_t i;

	for (i = 0; i < COUNT_OF(suffixes); i++) {
		if (snprintf(from, sizeof(from), "%s%s", path, suffixes[i]) >=
			(int)sizeof(from) ||
		    snprintf(to, sizeof(to), "%s.replaced-%lld%s", path,
			(long long)now_ms, suffixes[i]) >= (int)sizeof(to))
			return err_set(
			    err, ERR_IO, "The database's name is too long.");
		if (access(from, F_OK) == -1)
			continue;
		if (i == 0 ? link(from, to) == -1 : rename(from, to) == -1)
			return err_errno(
			    err, ERR_IO, "Cannot keep the old database");
	}
	return 0;
}

int
db_restore(const char *backup, const char *path, struct err *err)
{
	char fresh[PATH_MAX];

	if (snprintf(fresh, sizeof(fresh), "%s.restored", path) >=
	    (int)sizeof(fresh))
		return err_set(err, ERR_IO, "The database's name is too long.");
	if (check_backup(backup, err) == -1 || close_old(path, err) == -1)
		return -1;
	unlink(fresh);
	if (db_backup(backup, fresh, err) == -1)
		return -1;
	if (keep_old(path, clock_now_ms(), err) == -1) {
		unlink(fresh);
		return -1;
	}
	if (rename(fresh, path) == -1)
		return err_errno(err, ERR_IO, "Cannot put the backup in place");
	return 0;
}

int
db_check(const char *path, struct err *err)
{
	struct db_conn *conn = db_conn_open(path, DB_READ, err);
	char table[128];
	int result;

	if (conn == NULL)
		return -1;
	result = expect_ok(conn, "PRAGMA integrity_check(1)", err);
	if (result == 0)
		result = db_conn_text(conn, "PRAGMA foreign_key_check", table,
		    sizeof(table), err);
	if (result == 0 && table[0] != '\0')
		result = err_set(err, ERR_DATABASE_DAMAGED,
		    "A row of table %s refers to nothing.", table);
	db_conn_close(conn);
	return result;
}

int
db_checkpoint(struct db *db, struct err *err)
{
	static const char checkpoint[] = "PRAGMA wal_checkpoint(TRUNCATE)";
	static const char limit[] = "PRAGMA analysis_limit = 400";
	static const char optimize[] = "PRAGMA optimize";
	int64_t is_busy = 0;

	if (db_get_int(db, checkpoint, DB_NONE, &is_busy, err) == -1)
		return -1;
	if (is_busy)
		return err_set(err, ERR_DATABASE_BUSY,
		    "Readers kept the log from being folded in.");
	if (db_run(db, limit, DB_NONE, err) == -1 ||
	    db_run(db, optimize, DB_NONE, err) == -1)
		return -1;
	return 0;
}

char *
db_explain(struct db *db, const char *sql, struct arena *arena, struct err *err)
{
	struct db_conn *conn = db_attach(db, err);
	sqlite3_stmt *stmt = NULL;
	struct buf question, plan;
	char *text = NULL;
	int rc = SQLITE_TOOBIG;

	if (conn == NULL)
		return NULL;
	buf_init(&question, PLAN_MAX);
	buf_init(&plan, PLAN_MAX);
	if (buf_printf(&question, "EXPLAIN QUERY PLAN %s", sql) == 0)
		rc = sqlite3_prepare_v2(
		    conn->handle, question.data, -1, &stmt, NULL);
	if (rc == SQLITE_OK)
		while ((rc = sqlite3_step(stmt)) == SQLITE_ROW)
			buf_printf(&plan, "%s\n",
			    (const char *)sqlite3_column_text(stmt, 3));
	if (rc == SQLITE_DONE)
		text = arena_strdup(arena, plan.data);
	else
		db_conn_fail(conn, rc, err);
	sqlite3_finalize(stmt);
	buf_fini(&plan);
	buf_fini(&question);
	return text;
}
