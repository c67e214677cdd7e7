/*
 * The one thread that writes to the database, with a bounded queue of jobs.
 *
 * A job runs on the database thread with the writing handle; afterwards its
 * completion runs on the loop thread, exactly once, also when the job failed
 * or miaud is stopping. `arg` is the job's alone in between.
 *
 *	static int
 *	mark_job(struct db *db, void *arg, struct err *err)
 *	{
 *		struct mark *mark = arg;
 *
 *		if (store_file_seen(db, mark->id, mark->at, err) != STORE_OK)
 *			return -1;
 *		return 0;
 *	}
 *
 *	dbthread_submit(miaud->dbthread, DBJOB_BATCHED, mark_job, mark_done,
 *	    mark, &err);
 */
#ifndef DAEMON_MIAUD_DBTHREAD_H
#define DAEMON_MIAUD_DBTHREAD_H

#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/db/db.h"

enum { DBTHREAD_QUEUE_MAX = 1024, DBTHREAD_BATCH_MS = 50 };

enum dbjob_kind {
	/* Runs alone and without a transaction: may begin its own (and must
	 * end it), may read at length. */
	DBJOB_ALONE,
	/* Runs inside a transaction that neighbours in the queue share, for at
	 * most DBTHREAD_BATCH_MS; begins none itself. When one of a batch
	 * fails the batch is rolled back and each runs once more in a
	 * transaction of its own, so a job sets its outputs anew each time. */
	DBJOB_BATCHED,
};

/* 0, or -1 with err filled. */
typedef int (*dbjob_fn)(struct db *db, void *arg, struct err *err);
/* err->code is ERR_NONE when the job succeeded. */
typedef void (*dbjob_done_fn)(void *arg, const struct err *err);

struct dbthread;

/* Starts the thread on the writing pool of `path` (opened here, so that a
 * wrong schema or a damaged file shows at once). */
struct dbthread *dbthread_new(
    uv_loop_t *loop, const char *path, struct err *err) NONNULL MUST_CHECK;

/* Any thread. done may be NULL. ERR_BUSY when the queue is full, ERR_CANCELLED
 * after dbthread_close; then neither run nor done is called and arg stays the
 * caller's. */
int dbthread_submit(struct dbthread *dbthread, enum dbjob_kind kind,
    dbjob_fn run, dbjob_done_fn done, void *arg, struct err *err)
    NONNULL_ARGS(1, 3, 6) MUST_CHECK;

/* Any thread but the loop's (also that one while the loop does not run): runs
 * a job and waits for it, for room in the queue too. */
int dbthread_call(struct dbthread *dbthread, enum dbjob_kind kind, dbjob_fn run,
    void *arg, struct err *err) NONNULL_ARGS(1, 3, 5) MUST_CHECK;

/* Takes no more jobs, ends those queued, joins the thread and closes its
 * connection. Waits; completions still come while the loop runs on. Loop
 * thread, once. */
void dbthread_close(struct dbthread *dbthread) NONNULL;

/* After the loop has ended. */
void dbthread_free(struct dbthread *dbthread);

#endif
