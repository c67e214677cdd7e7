/*
 * What an administrator and miaud do to the whole database: migrations,
 * backup, restore, check, checkpoint.
 *
 * Migrations are sql/NNNN_name.sql, embedded at build with their SHA-256, run
 * in order, each in its own transaction, recorded in table migration. A landed
 * one never changes: another hash under a known number is refused.
 */
#ifndef LIB_DB_ADMIN_H
#define LIB_DB_ADMIN_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/db/db.h"

struct db_migration {
	int number;
	const char *name;   /* "0001_foundation" */
	const char *sha256; /* hex */
	const char *sql;
};

/* Made by the build from sql/; ends with number 0. */
extern const struct db_migration db_migrations[];

/* Brings the file to this program's schema, making it when missing (0600).
 * When it exists and is older, a backup is written to `backups` first. *applied
 * counts. -1: ERR_DATABASE_NEWER, ERR_DATABASE_DAMAGED, ERR_CORRUPT (a hash
 * differs) … */
int db_migrate(const char *path, const char *backups, int *applied,
    struct err *err) NONNULL MUST_CHECK;

/* Number of the newest applied migration; 0 for an empty file. */
int db_schema_version(
    const char *path, int *version, struct err *err) NONNULL MUST_CHECK;

/* Online backup into a new file (0600), verified by a quick_check. */
int db_backup(
    const char *path, const char *to, struct err *err) NONNULL MUST_CHECK;

/* "<folder>/miauflix-20261231-235959-123<suffix>.db" for a backup made now; -1
 * when it does not fit. */
int db_backup_name(const char *folder, const char *suffix, char *out,
    size_t size, struct err *err) NONNULL MUST_CHECK;

/* Removes all but the newest `keep` files miauflix-*.db of a folder. */
int db_backup_prune(
    const char *folder, int keep, struct err *err) NONNULL MUST_CHECK;

/* Puts a backup in the place of the database after checking it, keeps the old
 * one beside it as miauflix.db.replaced-<time>. Nothing may have it open. */
int db_restore(
    const char *backup, const char *path, struct err *err) NONNULL MUST_CHECK;

/* Folds the write-ahead log into the database, so that nothing of it is
 * beside, also after a power cut. ERR_CONFLICT when anybody has it open. */
int db_settle(const char *path, struct err *err) NONNULL MUST_CHECK;

/* integrity_check and foreign_key_check; -1 ERR_DATABASE_DAMAGED with the
 * first finding. */
int db_check(const char *path, struct err *err) NONNULL MUST_CHECK;

/* wal_checkpoint(TRUNCATE) and PRAGMA optimize. */
int db_checkpoint(struct db *db, struct err *err) NONNULL MUST_CHECK;

/* The plan of a statement as one text per line (tests look for SCAN); arena
 * owns it. */
char *db_explain(struct db *db, const char *sql, struct arena *arena,
    struct err *err) NONNULL MUST_CHECK;

#endif
