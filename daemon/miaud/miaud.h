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
struct rpc_call;
struct touches;
struct intents;
struct net;
struct subtitles;
struct life;
struct placards;
struct scanner;
struct streams;
struct encoders;
struct warms;
struct downloads;
struct inspector;
struct ahead;
struct texts;

struct miaud {
	uv_loop_t loop;
	struct paths paths;
	struct settings *settings; /* replaced by a reload: do not keep it */
	struct auth_keys *keys;
	struct db_pool *read_pool;
	struct db *db; /* loop thread's: single rows by key, nothing else */
	struct dbthread *dbthread;
	struct events *events;
	struct scheduler *scheduler; /* with its timer */
	uv_timer_t task_timer;
	struct children *children;
	unsigned sandbox_lacks; /* at the start; daemon/miaud/media/sandbox.h */
	struct touches *touches;
	struct intents *intents;
	struct net *net; /* for all that lies outside */
	struct subtitles *subtitles;
	struct placards *placards;
	struct scanner *scanner;
	struct streams *streams;
	struct encoders *encoders;
	struct warms *warms;
	struct downloads *downloads;
	struct inspector *inspector;
	struct ahead *ahead;
	struct texts *texts;
	struct rpc *rpc;
	struct life *life;       /* signals and timers of life.c */
	int64_t started_at;      /* wall clock, ms */
	int64_t started_mono_ms; /* monotonic */
	int lock_fd;             /* <run>/miaud.lock, held until the end */
	bool is_stopping;
};

/* Everything up to listening: folders, lock, keys, migrations, database,
 * settings, tasks, scanner, sockets. `miaud` is zeroed but for paths. On -1
 * the program ends without miaud_close: ERR_ALREADY_RUNNING when another
 * miaud holds the state folder. */
int miaud_open(struct miaud *miaud, struct err *err) NONNULL MUST_CHECK;
/* Runs until miaud_stop has drained everything, then frees it. */
void miaud_run(struct miaud *miaud) NONNULL;

/* Begins the orderly end; the loop returns when all is drained. May be called
 * more than once. Loop thread. */
void miaud_stop(struct miaud *miaud) NONNULL;

/* Reads environment, file and stored settings again and tells everybody who
 * keeps something made from them; call, which may be NULL, is answered once they
 * hold. What is wrong is logged and the old values stay. Loop thread. */
void miaud_reload(struct miaud *miaud, struct rpc_call *call) NONNULL_ARGS(1);

#endif
