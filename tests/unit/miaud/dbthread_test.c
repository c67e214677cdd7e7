/* The database thread: order, shared transactions, failures, the end. */
#include "tests/unit/helpers.h"

#include <pthread.h>
#include <stdatomic.h>

#include "daemon/miaud/dbthread.h"
#include "lib/store/notes.h"

/* A job that writes a setting, or fails after having written it. */
struct job {
	char name[32];
	bool must_fail;
	int n_runs;
	int n_done;
	enum err_code code;
	atomic_bool *gate; /* waits until it opens */
	atomic_bool is_taken;
};

static int
put_job(struct db *db, void *arg, struct err *err)
{
	struct job *job = arg;

	atomic_store(&job->is_taken, true);
	while (job->gate != NULL && !atomic_load(job->gate))
		usleep(1000);
	job->n_runs++;
	if (store_setting_put(db, job->name, "x", NULL, err) != STORE_OK)
		return -1;
	if (job->must_fail)
		return err_set(err, ERR_CONFLICT, "Not this one.");
	return 0;
}

static void
put_done(void *arg, const struct err *err)
{
	struct job *job = arg;

	job->n_done++;
	job->code = err->code;
}

static size_t
count_settings(struct world *w)
{
	struct stored_setting *settings;
	size_t n;

	assert_int_equal(
	    store_setting_list(w->reader, w->arena, &settings, &n, &w->err),
	    STORE_OK);
	return n;
}

static struct dbthread *
begin(struct world *w, uv_loop_t *loop)
{
	struct dbthread *dbthread;

	assert_int_equal(uv_loop_init(loop), 0);
	dbthread = dbthread_new(loop, w->database, &w->err);
	assert_non_null(dbthread);
	return dbthread;
}

static void
end(struct dbthread *dbthread, uv_loop_t *loop)
{
	dbthread_close(dbthread);
	uv_run(loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(loop), 0);
	dbthread_free(dbthread);
}

/* One failing job among neighbours takes only itself back. */
static void
test_batch_with_failure(void **state)
{
	struct world *w = *state;
	struct dbthread *dbthread;
	struct job jobs[20] = { 0 };
	atomic_bool gate = false;
	uv_loop_t loop;
	size_t i;

	dbthread = begin(w, &loop);
	jobs[0].gate = &gate;
	jobs[7].must_fail = true;
	for (i = 0; i < COUNT_OF(jobs); i++) {
		snprintf(jobs[i].name, sizeof(jobs[i].name), "s%zu", i);
		assert_ok(dbthread_submit(dbthread, DBJOB_BATCHED, put_job,
			      put_done, &jobs[i], &w->err),
		    &w->err);
	}
	atomic_store(&gate, true);
	end(dbthread, &loop);
	for (i = 0; i < COUNT_OF(jobs); i++) {
		assert_int_equal(jobs[i].n_done, 1);
		assert_int_equal(
		    jobs[i].code, i == 7 ? ERR_CONFLICT : ERR_NONE);
		assert_in_range(jobs[i].n_runs, 1, 2);
	}
	assert_int_equal(count_settings(w), COUNT_OF(jobs) - 1);
}

static int
transaction_job(struct db *db, void *arg, struct err *err)
{
	bool *ok = arg;

	*ok = db_begin(db, err) == 0 &&
	    store_setting_put(db, "own", "x", NULL, err) == STORE_OK &&
	    db_commit(db, err) == 0;
	return *ok ? 0 : -1;
}

static int
forgetful_job(struct db *db, void *arg, struct err *err)
{
	(void)arg;
	if (db_begin(db, err) == -1 ||
	    store_setting_put(db, "half", "x", NULL, err) != STORE_OK)
		return -1;
	return err_set(err, ERR_IO, "Failed in the middle.");
}

static int
silent_job(struct db *db, void *arg, struct err *err)
{
	(void)db;
	(void)arg;
	(void)err;
	return -1;
}

static void
test_call(void **state)
{
	struct world *w = *state;
	struct dbthread *dbthread;
	bool ok = false;
	uv_loop_t loop;

	dbthread = begin(w, &loop);
	assert_ok(
	    dbthread_call(dbthread, DBJOB_ALONE, transaction_job, &ok, &w->err),
	    &w->err);
	assert_true(ok);
	assert_err(
	    dbthread_call(dbthread, DBJOB_ALONE, forgetful_job, NULL, &w->err),
	    &w->err, ERR_IO);
	/* The half transaction was taken back, the thread goes on. */
	assert_ok(
	    dbthread_call(dbthread, DBJOB_ALONE, transaction_job, &ok, &w->err),
	    &w->err);
	assert_err(
	    dbthread_call(dbthread, DBJOB_BATCHED, silent_job, NULL, &w->err),
	    &w->err, ERR_INTERNAL);
	end(dbthread, &loop);
	assert_int_equal(count_settings(w), 1);
}

/* The queue is bounded; what was taken is done even when closing follows at
 * once. */
static void
test_bound_and_drain(void **state)
{
	struct world *w = *state;
	struct dbthread *dbthread;
	static struct job jobs[DBTHREAD_QUEUE_MAX + 2];
	atomic_bool gate = false;
	uv_loop_t loop;
	size_t i, n = 0;

	memset(jobs, 0, sizeof(jobs));
	dbthread = begin(w, &loop);
	jobs[0].gate = &gate;
	for (i = 0; i < COUNT_OF(jobs); i++) {
		snprintf(jobs[i].name, sizeof(jobs[i].name), "s%zu", i);
		if (dbthread_submit(dbthread, DBJOB_BATCHED, put_job, put_done,
			&jobs[i], &w->err) == 0)
			n++;
		else
			assert_int_equal(w->err.code, ERR_BUSY);
		while (i == 0 && !atomic_load(&jobs[0].is_taken))
			usleep(1000);
	}
	assert_int_equal(n, DBTHREAD_QUEUE_MAX + 1);
	atomic_store(&gate, true);
	dbthread_close(dbthread);
	assert_err(dbthread_submit(dbthread, DBJOB_BATCHED, put_job, put_done,
		       &jobs[0], &w->err),
	    &w->err, ERR_CANCELLED);
	assert_err(
	    dbthread_call(dbthread, DBJOB_BATCHED, put_job, &jobs[0], &w->err),
	    &w->err, ERR_CANCELLED);
	uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
	dbthread_free(dbthread);
	for (i = 0; i < n; i++)
		assert_int_equal(jobs[i].n_done, 1);
	assert_int_equal(jobs[n].n_done, 0);
	assert_int_equal(count_settings(w), n);
}

struct caller {
	struct dbthread *dbthread;
	int number;
	int n_failed;
};

static void *
call_often(void *arg)
{
	struct caller *caller = arg;
	struct job job;
	struct err err;
	int i;

	for (i = 0; i < 100; i++) {
		memset(&job, 0, sizeof(job));
		snprintf(
		    job.name, sizeof(job.name), "t%d.%d", caller->number, i);
		if (dbthread_call(caller->dbthread, DBJOB_BATCHED, put_job,
			&job, &err) == -1)
			caller->n_failed++;
	}
	return NULL;
}

static void
test_many_callers(void **state)
{
	struct world *w = *state;
	struct caller callers[4];
	pthread_t threads[4];
	struct dbthread *dbthread;
	uv_loop_t loop;
	int i;

	dbthread = begin(w, &loop);
	for (i = 0; i < 4; i++) {
		callers[i] = (struct caller){ dbthread, i, 0 };
		assert_int_equal(
		    pthread_create(&threads[i], NULL, call_often, &callers[i]),
		    0);
	}
	for (i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(callers[i].n_failed, 0);
	}
	end(dbthread, &loop);
	assert_int_equal(count_settings(w), 400);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_batch_with_failure),
		TEST(test_call),
		TEST(test_bound_and_drain),
		TEST(test_many_callers),
	};

	return cmocka_run_group_tests_name("miaud/dbthread", tests, NULL, NULL);
}
