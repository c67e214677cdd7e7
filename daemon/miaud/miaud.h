/*
 * The daemon as a whole: what its parts share. One libuv loop owns
 * everything here; another thread (libuv's pool, the database thread) touches
 * none of it except through the functions that say so.
 */
#ifndef DAEMON_MIAUD_MIAUD_H
#define DAEMON_MIAUD_MIAUD_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "lib/auth/keys.h"
#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/base/paths.h"
#include "lib/base/settings.h"
#include "lib/db/db.h"

struct dbthread;
struct events;
struct scheduler;
struct children;
struct rpc;
struct touches;
struct intents;
struct scanner;

struct miaud {
	uv_loop_t loop;
	struct paths paths;
	struct settings *settings; /* replaced by a reload: do not keep it */
	struct auth_keys *keys;
	struct db_pool *read_pool;
	struct db *db; /* loop thread's: single rows by key, nothing else */
	struct dbthread *dbthread;
	struct events *events;
	struct scheduler *scheduler;
	struct children *children;
	struct touches *touches;
	struct intents *intents;
	struct scanner *scanner;
	struct rpc *rpc;
	int64_t started_at;      /* wall clock, ms */
	int64_t started_mono_ms; /* monotonic */
	int lock_fd;             /* <run>/miaud.lock, held until the end */
	bool is_stopping;
};

/* Begins the orderly end; the loop returns when all is drained. May be called
 * more than once. Loop thread. */
void miaud_stop(struct miaud *miaud) NONNULL;

/* Reads environment, file and stored settings again and tells everybody who
 * keeps something made from them. What is wrong is logged and the old values
 * stay. Loop thread. */
void miaud_reload(struct miaud *miaud) NONNULL;

#endif
