/*
 * What all of miauctl shares: the installation it works on, its exit codes,
 * the ways to miaud and to the database, and how results and failures are
 * shown.
 */
#ifndef DAEMON_MIAUCTL_CTL_H
#define DAEMON_MIAUCTL_CTL_H

#include <json-c/json.h>
#include <stdbool.h>

#include "lib/auth/audit.h"
#include "lib/auth/keys.h"
#include "lib/base/arena.h"
#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/base/paths.h"
#include "lib/base/settings.h"
#include "lib/db/db.h"

/* Documented in the manual page; programs depend on them. */
enum ctl_exit {
	CTL_OK = 0,
	CTL_FAILED = 1,
	CTL_USAGE = 2,
	CTL_DAEMON_DOWN = 3,
	CTL_RUNNING = 4,
	CTL_PORT_TAKEN = 5,
};

struct ctl {
	bool is_json;      /* --json */
	bool is_terminal;  /* standard output is one */
	bool wants_colour; /* NO_COLOR is not set */
	bool has_colour;   /* both */
	bool has_utf8;     /* it shows UTF-8 */
	struct settings *settings;
	struct paths paths;
	char programs[PATHS_MAX];
	struct arena *arena; /* lives as long as the program */
	struct db_pool *pool;
	struct db *db;          /* after ctl_database */
	struct auth_keys *keys; /* after ctl_keys */
};

enum { CTL_ADVICE_SIZE = PATHS_MAX + 128 };

/* What to do when miaud does not run; returns `out`. */
const char *ctl_put_advice(
    const struct ctl *ctl, char out[CTL_ADVICE_SIZE]) NONNULL;

/* Says on standard error what went wrong (with --json as an object) and
 * returns the exit code that belongs to it. */
int ctl_fail(const struct ctl *ctl, const struct err *err) NONNULL;

/* The same with a sentence of one's own and CTL_FAILED. */
int ctl_refuse(const struct ctl *ctl, const char *fmt, ...) NONNULL_ARGS(1, 2)
    PRINTF_LIKE(2, 3);

/* Prints an object or array, which is taken; indented on a terminal. Returns
 * CTL_OK. */
int ctl_print(const struct ctl *ctl, struct json_object *value) NONNULL_ARGS(1);

/* Calls miaud. params may be NULL and is taken; the caller puts *result. -1
 * with ERR_DAEMON_DOWN when miaud does not run. */
int ctl_call(const struct ctl *ctl, const char *method,
    struct json_object *params, int timeout_ms, struct json_object **result,
    struct err *err) NONNULL_ARGS(1, 2, 5, 6) MUST_CHECK;

/* Opens the database as ctl->db. With DB_WRITE a missing one is made first
 * unless miaud is about to. -1: ERR_NOT_FOUND (nothing was set up here yet),
 * ERR_DATABASE_UPGRADING, … */
int ctl_database(
    struct ctl *ctl, enum db_mode mode, struct err *err) NONNULL MUST_CHECK;

/* The keys, borrowed; the master key is made where neither it nor a database is.
 * ERR_CORRUPT: it is missing, or not that of the database. */
const struct auth_keys *ctl_keys(
    struct ctl *ctl, struct err *err) NONNULL MUST_CHECK;

/* Writes what was done at the terminal to the audit log, within the transaction
 * on ctl->db that does it, if there is one. */
int ctl_audit(struct ctl *ctl, enum audit_event event, const char *target,
    struct err *err) NONNULL_ARGS(1, 4) MUST_CHECK;

/* ERR_NOT_FOUND with a sentence when there is no database. */
int ctl_expect_database(
    const struct ctl *ctl, struct err *err) NONNULL MUST_CHECK;

/* True when somebody answers at miaud's socket. */
bool ctl_has_daemon(const struct ctl *ctl) NONNULL MUST_CHECK;

/* "3 days", "2 h 5 min", "12.3 GiB", "2026-01-31 12:00" into out (64). */
void ctl_duration(double seconds, char out[64]) NONNULL;
void ctl_size(int64_t bytes, char out[64]) NONNULL;
/* Local time; "never" for 0. */
void ctl_time(int64_t at_ms, char out[64]) NONNULL;

#endif
