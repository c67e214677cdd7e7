/*
 * The parts of miaud that the scanner needs, on a state and a library folder
 * of their own; the loop is turned by the test.
 */
#ifndef TESTS_UNIT_SCAN_HOUSE_H
#define TESTS_UNIT_SCAN_HOUSE_H

#include "tests/unit/helpers.h"

#include <sys/stat.h>

#include "daemon/miaud/children.h"
#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/events.h"
#include "daemon/miaud/miaud.h"
#include "daemon/miaud/scan/scanner.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "tests/unit/programs.h"

/* Whoever needs longer hangs. */
enum { HOUSE_WAIT_MS = 240000 };

struct house {
	struct world *w;
	struct miaud miaud;
	char library[WORLD_PATH_MAX + 16];
	int64_t folder;
};

static inline int
house_setup(void **state)
{
	struct house *house = calloc(1, sizeof(*house));
	struct miaud *miaud = &house->miaud;
	struct err *err;

	if (world_setup(state) != 0)
		return -1;
	house->w = *state;
	err = &house->w->err;
	programs_here();
	setenv("MIAU_STATE_DIR", house->w->dir, 1);
	assert_ok(paths_init(&miaud->paths, err), err);
	assert_ok(paths_make(&miaud->paths, err), err);
	snprintf(miaud->paths.database, sizeof(miaud->paths.database), "%s",
	    house->w->database);
	snprintf(
	    house->library, sizeof(house->library), "%s/films", house->w->dir);
	assert_int_equal(mkdir(house->library, 0700), 0);
	miaud->settings = settings_load(err);
	assert_non_null(miaud->settings);
	uv_loop_init(&miaud->loop);
	miaud->read_pool = house->w->read_pool;
	miaud->db = db_open(house->w->read_pool);
	miaud->events = events_new("boot");
	miaud->children = children_new(&miaud->loop, 4);
	db_release(house->w->db);
	miaud->dbthread = dbthread_new(&miaud->loop, house->w->database, err);
	assert_non_null(miaud->dbthread);
	assert_ok(scanner_start(miaud, err), err);
	assert_int_equal(
	    store_folder_add(house->w->db, house->library, &house->folder, err),
	    STORE_OK);
	db_release(house->w->db);
	*state = house;
	return 0;
}

static inline int
house_teardown(void **state)
{
	struct house *house = *state;
	struct miaud *miaud = &house->miaud;
	int64_t until = clock_mono_ms() + HOUSE_WAIT_MS;
	void *world = house->w;
	int waiting;

	scanner_stop(miaud);
	children_close(miaud->children);
	/* as the daemon does: children first, then what they had to say */
	while ((children_count(miaud->children, &waiting) > 0 || waiting > 0) &&
	    clock_mono_ms() < until) {
		uv_run(&miaud->loop, UV_RUN_NOWAIT);
		usleep(5000);
	}
	dbthread_close(miaud->dbthread);
	uv_run(&miaud->loop, UV_RUN_DEFAULT);
	assert_null(miaud->scanner);
	assert_int_equal(uv_loop_close(&miaud->loop), 0);
	children_free(miaud->children);
	dbthread_free(miaud->dbthread);
	events_free(miaud->events);
	db_close(miaud->db);
	settings_free(miaud->settings);
	free(house);
	return world_teardown(&world);
}

static inline void
house_turn(struct house *house)
{
	uv_run(&house->miaud.loop, UV_RUN_NOWAIT);
	usleep(2000);
}

static inline void
house_on_idle(void *arg, const struct err *err)
{
	(void)err;
	*(bool *)arg = true;
}

/* A whole scan, to its end. */
static inline void
house_scan(struct house *house)
{
	int64_t until = clock_mono_ms() + HOUSE_WAIT_MS;
	bool done = false;

	scanner_scan(&house->miaud, house->folder);
	scanner_when_idle(&house->miaud, house_on_idle, &done);
	assert_false(done);
	while (!done && clock_mono_ms() < until)
		house_turn(house);
	assert_true(done);
}

static inline void
house_begin(struct house *house)
{
	scanner_folder_added(&house->miaud, house->folder);
	house_scan(house);
}

/* Turns the loop until a query of one number gives `wanted`. */
static inline void
house_wait(struct house *house, const char *sql, int64_t wanted)
{
	int64_t until = clock_mono_ms() + HOUSE_WAIT_MS, got = -1;

	while (clock_mono_ms() < until) {
		struct err *err = &house->w->err;

		house_turn(house);
		assert_int_not_equal(
		    db_get_int(house->w->reader, sql, DB_NONE, &got, err), -1);
		db_release(house->w->reader);
		if (got == wanted)
			return;
	}
	fail_msg(
	    "%s: %lld instead of %lld", sql, (long long)got, (long long)wanted);
}

static inline int64_t
house_count(struct house *house, const char *sql)
{
	int64_t n = -1;

	assert_int_equal(
	    db_get_int(house->w->reader, sql, DB_NONE, &n, &house->w->err), 1);
	db_release(house->w->reader);
	return n;
}

#endif
