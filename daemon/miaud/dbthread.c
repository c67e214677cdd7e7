/*
 * The database thread: a ring of jobs under a mutex, filled by any thread,
 * emptied by one. Small writes that stand next to each other share a
 * transaction, because a commit costs a sync and many of ours are a row.
 * Completions go to the loop thread in a list that an async handle announces.
 */
#include "daemon/miaud/dbthread.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"

enum { BATCH_MAX = 256 };

struct job {
	struct job *next;
	enum dbjob_kind kind;
	dbjob_fn run;
	dbjob_done_fn done;
	void *arg;
	struct err err;
	bool *is_over; /* of dbthread_call, under the mutex */
	struct err *call_err;
};

struct list {
	struct job *first;
	struct job **last;
	int n;
};

struct dbthread {
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t has_jobs;
	pthread_cond_t has_room;
	pthread_cond_t call_over;
	struct list queue;
	struct list finished; /* wait for the loop thread */
	bool is_closing;
	bool is_joined;
	struct db_pool *pool;
	struct db *db; /* the thread's */
	uv_async_t async;
};

static void
list_init(struct list *list)
{
	list->first = NULL;
	list->last = &list->first;
	list->n = 0;
}

static void
list_add(struct list *list, struct job *job)
{
	job->next = NULL;
	*list->last = job;
	list->last = &job->next;
	list->n++;
}

static struct job *
list_take(struct list *list)
{
	struct job *job = list->first;

	if (job == NULL)
		return NULL;
	list->first = job->next;
	if (list->first == NULL)
		list->last = &list->first;
	list->n--;
	return job;
}

/* Runs the job's function; a failure always carries a code. */
static bool
succeeds(struct db *db, struct job *job)
{
	job->err = (struct err){ .code = ERR_NONE };
	if (job->run(db, job->arg, &job->err) != -1) {
		job->err.code = ERR_NONE;
		return true;
	}
	if (job->err.code == ERR_NONE)
		err_set(&job->err, ERR_INTERNAL, "A job failed silently.");
	return false;
}

/* Runs a job that is not in a batch. */
static void
run_alone(struct db *db, struct job *job)
{
	if (job->kind == DBJOB_ALONE) {
		if (!succeeds(db, job))
			db_rollback(db);
		return;
	}
	if (db_begin(db, &job->err) == -1)
		return;
	if (!succeeds(db, job) || db_commit(db, &job->err) == -1)
		db_rollback(db);
}

/* The next job of a batch under way: batched, in time, there already. */
static struct job *
take_neighbour(struct dbthread *dbthread, int64_t until)
{
	struct job *job = NULL;

	pthread_mutex_lock(&dbthread->mutex);
	if (dbthread->queue.first != NULL &&
	    dbthread->queue.first->kind == DBJOB_BATCHED &&
	    clock_mono_ms() < until) {
		job = list_take(&dbthread->queue);
		pthread_cond_broadcast(&dbthread->has_room);
	}
	pthread_mutex_unlock(&dbthread->mutex);
	return job;
}

/* Runs a job and its neighbours in one transaction; false when one failed and
 * nothing was kept. The jobs are in `batch` in both cases. */
static bool
run_together(struct dbthread *dbthread, struct job *job, struct list *batch)
{
	int64_t until = clock_mono_ms() + DBTHREAD_BATCH_MS;
	struct db *db = dbthread->db;
	struct err err;
	bool ok;

	ok = db_begin(db, &err) == 0;
	while (job != NULL) {
		list_add(batch, job);
		ok = ok && succeeds(db, job);
		if (!ok || batch->n == BATCH_MAX)
			break;
		job = take_neighbour(dbthread, until);
	}
	if (ok && db_commit(db, &err) == 0)
		return true;
	db_rollback(db);
	return false;
}

/* Gives ended jobs back to those who wait for them. */
static void
hand_back(struct dbthread *dbthread, struct list *batch)
{
	struct job *job;
	bool for_loop = false;

	pthread_mutex_lock(&dbthread->mutex);
	while ((job = list_take(batch)) != NULL) {
		if (job->is_over != NULL) {
			*job->call_err = job->err;
			*job->is_over = true;
			pthread_cond_broadcast(&dbthread->call_over);
			free(job);
		} else if (job->done == NULL) {
			if (job->err.code != ERR_NONE)
				log_warn("db.job_failed", "%s", job->err.text);
			free(job);
		} else {
			list_add(&dbthread->finished, job);
			for_loop = true;
		}
	}
	pthread_mutex_unlock(&dbthread->mutex);
	if (for_loop)
		uv_async_send(&dbthread->async);
}

static void
run_job(struct dbthread *dbthread, struct job *job)
{
	struct list batch, again;

	list_init(&batch);
	if (job->kind == DBJOB_ALONE) {
		run_alone(dbthread->db, job);
		list_add(&batch, job);
	} else if (!run_together(dbthread, job, &batch)) {
		list_init(&again);
		while ((job = list_take(&batch)) != NULL) {
			run_alone(dbthread->db, job);
			list_add(&again, job);
		}
		hand_back(dbthread, &again);
		return;
	}
	hand_back(dbthread, &batch);
}

static void *
thread_main(void *arg)
{
	struct dbthread *dbthread = arg;
	struct job *job;

	for (;;) {
		pthread_mutex_lock(&dbthread->mutex);
		while ((job = list_take(&dbthread->queue)) == NULL &&
		    !dbthread->is_closing)
			pthread_cond_wait(
			    &dbthread->has_jobs, &dbthread->mutex);
		pthread_cond_broadcast(&dbthread->has_room);
		pthread_mutex_unlock(&dbthread->mutex);
		if (job == NULL)
			return NULL;
		run_job(dbthread, job);
	}
}

/* Loop thread: completions. */
static void
on_async(uv_async_t *async)
{
	struct dbthread *dbthread = async->data;
	struct job *job;

	for (;;) {
		pthread_mutex_lock(&dbthread->mutex);
		job = list_take(&dbthread->finished);
		pthread_mutex_unlock(&dbthread->mutex);
		if (job == NULL)
			break;
		job->done(job->arg, &job->err);
		free(job);
	}
	if (dbthread->is_joined && !uv_is_closing((uv_handle_t *)async))
		uv_close((uv_handle_t *)async, NULL);
}

/* The thread takes no signals: they are the loop's. */
static int
start_thread(struct dbthread *dbthread)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&dbthread->thread, NULL, thread_main, dbthread);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

struct dbthread *
dbthread_new(uv_loop_t *loop, const char *path, struct err *err)
{
	struct dbthread *dbthread;
	struct db_pool *pool;

	pool = db_pool_new(path, DB_WRITE, 1, true, err);
	if (pool == NULL)
		return NULL;
	dbthread = mem_calloc(1, sizeof(*dbthread));
	dbthread->pool = pool;
	dbthread->db = db_open(pool);
	list_init(&dbthread->queue);
	list_init(&dbthread->finished);
	pthread_mutex_init(&dbthread->mutex, NULL);
	pthread_cond_init(&dbthread->has_jobs, NULL);
	pthread_cond_init(&dbthread->has_room, NULL);
	pthread_cond_init(&dbthread->call_over, NULL);
	if (uv_async_init(loop, &dbthread->async, on_async) != 0 ||
	    start_thread(dbthread) != 0)
		die("the database thread cannot be started");
	dbthread->async.data = dbthread;
	return dbthread;
}

/* With the mutex held. */
static void
enqueue(struct dbthread *dbthread, const struct job *job)
{
	struct job *copy = mem_calloc(1, sizeof(*copy));

	*copy = *job;
	list_add(&dbthread->queue, copy);
	pthread_cond_signal(&dbthread->has_jobs);
}

static int
refuse_closing(struct err *err)
{
	return err_set(err, ERR_CANCELLED, "The media service is ending.");
}

int
dbthread_submit(struct dbthread *dbthread, enum dbjob_kind kind, dbjob_fn run,
    dbjob_done_fn done, void *arg, struct err *err)
{
	struct job job = { .kind = kind, .run = run, .done = done, .arg = arg };
	int result = 0;

	pthread_mutex_lock(&dbthread->mutex);
	if (dbthread->is_closing)
		result = refuse_closing(err);
	else if (dbthread->queue.n >= DBTHREAD_QUEUE_MAX)
		result = err_set(
		    err, ERR_BUSY, "Too much waits to be written; try again.");
	else
		enqueue(dbthread, &job);
	pthread_mutex_unlock(&dbthread->mutex);
	return result;
}

int
dbthread_call(struct dbthread *dbthread, enum dbjob_kind kind, dbjob_fn run,
    void *arg, struct err *err)
{
	struct err outcome = { .code = ERR_NONE };
	bool is_over = false;
	struct job job = { .kind = kind,
		.run = run,
		.arg = arg,
		.is_over = &is_over,
		.call_err = &outcome };

	pthread_mutex_lock(&dbthread->mutex);
	while (!dbthread->is_closing && dbthread->queue.n >= DBTHREAD_QUEUE_MAX)
		pthread_cond_wait(&dbthread->has_room, &dbthread->mutex);
	if (dbthread->is_closing)
		refuse_closing(&outcome);
	else {
		enqueue(dbthread, &job);
		while (!is_over)
			pthread_cond_wait(
			    &dbthread->call_over, &dbthread->mutex);
	}
	pthread_mutex_unlock(&dbthread->mutex);
	if (outcome.code == ERR_NONE)
		return 0;
	*err = outcome;
	return -1;
}

void
dbthread_close(struct dbthread *dbthread)
{
	pthread_mutex_lock(&dbthread->mutex);
	dbthread->is_closing = true;
	pthread_cond_broadcast(&dbthread->has_jobs);
	pthread_cond_broadcast(&dbthread->has_room);
	pthread_mutex_unlock(&dbthread->mutex);
	pthread_join(dbthread->thread, NULL);
	dbthread->is_joined = true;
	db_close(dbthread->db);
	dbthread->db = NULL;
	/* What is left to complete, then the handle's end. */
	uv_async_send(&dbthread->async);
}

void
dbthread_free(struct dbthread *dbthread)
{
	if (dbthread == NULL)
		return;
	pthread_mutex_destroy(&dbthread->mutex);
	pthread_cond_destroy(&dbthread->has_jobs);
	pthread_cond_destroy(&dbthread->has_room);
	pthread_cond_destroy(&dbthread->call_over);
	db_pool_free(dbthread->pool);
	free(dbthread);
}
