/*
 * Beginning and end. The order of the start is that of need: nothing listens
 * before it can answer. The end drains in the reverse order: no new work, the
 * children, what waits to be written, the answers under way.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/miaud/children.h"
#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/downloads/ahead.h"
#include "daemon/miaud/downloads/downloads.h"
#include "daemon/miaud/downloads/inspect.h"
#include "daemon/miaud/encoders/encoders.h"
#include "daemon/miaud/events.h"
#include "daemon/miaud/intents.h"
#include "daemon/miaud/media/sandbox.h"
#include "daemon/miaud/media/texts.h"
#include "daemon/miaud/miaud.h"
#include "daemon/miaud/notify.h"
#include "daemon/miaud/placards.h"
#include "daemon/miaud/rpc.h"
#include "daemon/miaud/scan/scanner.h"
#include "daemon/miaud/streams/streams.h"
#include "daemon/miaud/streams/warm.h"
#include "daemon/miaud/scheduler.h"
#include "daemon/miaud/touches.h"
#include "daemon/miaud/upstreams/subtitles.h"
#include "lib/auth/audit.h"
#include "lib/auth/key_proof.h"
#include "lib/auth/stored_settings.h"
#include "lib/base/clock.h"
#include "lib/base/encode.h"
#include "lib/base/fs.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/random.h"
#include "lib/base/site.h"
#include "lib/db/admin.h"
#include "lib/library/roots.h"
#include "lib/net/net.h"

enum {
	DRAIN_TICK_MS = 20,
	DRAIN_MAX_MS = 8000, /* for children to end */
	OVERDUE_MS = 12000,  /* for everything */
	CHILDREN_SPARE = 3,  /* besides probes: posters, thumbnails and such */
	BOOT_BYTES = 6,
};

struct life {
	uv_signal_t terminated;
	uv_signal_t interrupted;
	uv_signal_t hung_up;
	uv_timer_t watchdog;
	uv_timer_t drain;
	uv_timer_t overdue;
	int64_t stopping_since; /* monotonic ms */
	bool is_written;        /* the database thread has ended */
};

/* A set of settings being read on the database thread. */
struct load {
	struct miaud *miaud;
	const struct auth_keys *keys;
	struct settings *settings;
	struct rpc_call *call;
};

static int
load_job(struct db *db, void *arg, struct err *err)
{
	struct load *load = arg;

	load->settings = settings_load(err);
	if (load->settings == NULL)
		return -1;
	return auth_settings_apply(load->settings, db, load->keys, err);
}

/* Puts new settings in the place of the old and tells who made something of
 * them. */
static void
use_settings(struct miaud *miaud, struct settings *settings)
{
	settings_free(miaud->settings);
	miaud->settings = settings;
	if (miaud->children != NULL)
		children_set_max(miaud->children,
		    (int)settings_int(settings, SETTING_LIBRARY_PROBES) +
			CHILDREN_SPARE);
	if (miaud->scheduler != NULL)
		scheduler_reconsider(miaud->scheduler);
	if (miaud->downloads != NULL)
		downloads_reload(miaud->downloads);
	if (miaud->subtitles != NULL)
		subtitles_reload(miaud->subtitles);
}

static void
load_done(void *arg, const struct err *err)
{
	struct load *load = arg;

	if (err->code == ERR_NONE && !load->miaud->is_stopping) {
		use_settings(load->miaud, load->settings);
		log_info("settings.loaded", "The settings were read again.");
	} else {
		if (err->code != ERR_NONE)
			log_error("settings.refused", "%s", err->text);
		settings_free(load->settings);
	}
	if (load->call != NULL && err->code == ERR_NONE)
		rpc_done(load->call);
	else if (load->call != NULL)
		rpc_fail(load->call, err);
	free(load);
}

void
miaud_reload(struct miaud *miaud, struct rpc_call *call)
{
	struct load *load = mem_calloc(1, sizeof(*load));
	struct err err;

	load->miaud = miaud;
	load->call = call;
	load->keys = miaud->keys;
	if (dbthread_submit(miaud->dbthread, DBJOB_ALONE, load_job, load_done,
		load, &err) == -1)
		load_done(load, &err);
}

/* The lock names its holder, for people who look. */
static int
take_lock(struct miaud *miaud, struct err *err)
{
	char path[PATHS_MAX + 16];

	snprintf(path, sizeof(path), "%s/miaud.lock", miaud->paths.run);
	miaud->lock_fd = fs_lock(path, err);
	if (miaud->lock_fd == -1) {
		if (err->code == ERR_ALREADY_RUNNING)
			err_set(err, ERR_ALREADY_RUNNING,
			    "Another miaud runs already on the state folder %s.",
			    miaud->paths.state);
		return -1;
	}
	if (ftruncate(miaud->lock_fd, 0) == -1 ||
	    dprintf(miaud->lock_fd, "%d\n", (int)getpid()) < 0)
		return err_errno(err, ERR_IO, "Cannot write %s", path);
	return 0;
}

static int
roots_job(struct db *db, void *arg, struct err *err)
{
	return library_roots_write(db, arg, err);
}

/* What the web server serves, when it does so under a path. */
static void
lay_out(struct miaud *miaud)
{
	char programs[PATHS_MAX];
	struct err err;

	if (paths_programs(programs, sizeof(programs), &err) == -1 ||
	    site_write(&miaud->paths, miaud->settings, programs, &err) == -1)
		log_error("site", "%s", err.text);
}

/* The keys first: with others than the database's nothing is written. */
static int
keys_job(struct db *db, void *arg, struct err *err)
{
	struct miaud *miaud = arg;

	miaud->keys = auth_keys_open(miaud->paths.keys, db, err);
	if (miaud->keys == NULL || auth_keys_prove(db, miaud->keys, err) == -1)
		return -1;
	return audit_begin(db, miaud->keys, err);
}

static int
open_database(struct miaud *miaud, struct err *err)
{
	struct load load = { .miaud = miaud };
	int applied = 0;

	if (db_migrate(miaud->paths.database, miaud->paths.backups, &applied,
		err) == -1)
		return -1;
	miaud->read_pool =
	    db_pool_new(miaud->paths.database, DB_READ, 1, true, err);
	if (miaud->read_pool == NULL)
		return -1;
	miaud->db = db_open(miaud->read_pool);
	miaud->dbthread =
	    dbthread_new(&miaud->loop, miaud->paths.database, err);
	if (miaud->dbthread == NULL)
		return -1;
	if (dbthread_call(miaud->dbthread, DBJOB_ALONE, keys_job, miaud, err) ==
	    -1)
		return -1;
	load.keys = miaud->keys;
	if (dbthread_call(miaud->dbthread, DBJOB_ALONE, load_job, &load, err) ==
	    -1) {
		settings_free(load.settings);
		return -1;
	}
	use_settings(miaud, load.settings);
	return dbthread_call(
	    miaud->dbthread, DBJOB_ALONE, roots_job, &miaud->paths, err);
}

static void
on_terminated(uv_signal_t *handle, int number)
{
	log_info("stopping", "Ending after the signal %d.", number);
	miaud_stop(handle->data);
}

static void
on_hung_up(uv_signal_t *handle, int number)
{
	(void)number;
	miaud_reload(handle->data, NULL);
}

static void
on_watchdog(uv_timer_t *timer)
{
	(void)timer;
	notify_send("WATCHDOG=1");
}

static void
add_signal(
    struct miaud *miaud, uv_signal_t *handle, int number, uv_signal_cb callback)
{
	uv_signal_init(&miaud->loop, handle);
	handle->data = miaud;
	if (uv_signal_start(handle, callback, number) != 0)
		die("the signal %d cannot be watched", number);
}

static void
add_timer(struct miaud *miaud, uv_timer_t *timer)
{
	uv_timer_init(&miaud->loop, timer);
	timer->data = miaud;
}

static void
open_life(struct miaud *miaud)
{
	struct life *life = mem_calloc(1, sizeof(*life));
	uint64_t watchdog = (uint64_t)notify_watchdog_ms();

	miaud->life = life;
	add_signal(miaud, &life->terminated, SIGTERM, on_terminated);
	add_signal(miaud, &life->interrupted, SIGINT, on_terminated);
	add_signal(miaud, &life->hung_up, SIGHUP, on_hung_up);
	add_timer(miaud, &life->watchdog);
	add_timer(miaud, &life->drain);
	add_timer(miaud, &life->overdue);
	if (watchdog > 0)
		uv_timer_start(
		    &life->watchdog, on_watchdog, watchdog, watchdog);
}

/* The parts that live in memory. */
static void
make_parts(struct miaud *miaud)
{
	unsigned char random[BOOT_BYTES];
	char boot[ENCODE_HEX_SIZE(BOOT_BYTES)];

	random_bytes(random, sizeof(random));
	encode_hex(random, sizeof(random), boot);
	miaud->events = events_new(boot);
	miaud->intents = intents_new();
	miaud->net = net_new(&miaud->loop);
	miaud->subtitles = subtitles_new(miaud);
	miaud->touches = touches_new(miaud);
	miaud->placards = placards_new(miaud);
	miaud->inspector = inspector_new(miaud);
	miaud->sandbox_lacks = sandbox_lacks();
	miaud->texts = texts_new(miaud);
	miaud->children = children_new(&miaud->loop,
	    (int)settings_int(miaud->settings, SETTING_LIBRARY_PROBES) +
		CHILDREN_SPARE);
}

int
miaud_open(struct miaud *miaud, struct err *err)
{
	miaud->started_at = clock_now_ms();
	miaud->started_mono_ms = clock_mono_ms();
	signal(SIGPIPE, SIG_IGN);
	if (paths_make(&miaud->paths, err) == -1 || take_lock(miaud, err) == -1)
		return -1;
	if (uv_loop_init(&miaud->loop) != 0)
		die("the loop cannot be made");
	if (open_database(miaud, err) == -1)
		return -1;
	lay_out(miaud);
	make_parts(miaud);
	open_life(miaud);
	if (scheduler_start(miaud, err) == -1 ||
	    scanner_start(miaud, err) == -1 ||
	    downloads_start(miaud, err) == -1)
		return -1;
	miaud->streams = streams_new(miaud);
	miaud->encoders = encoders_new(miaud);
	miaud->warms = warms_new(miaud);
	miaud->ahead = ahead_new(miaud);
	placards_wake(miaud->placards);
	miaud->rpc = rpc_new(miaud, rpc_methods, err);
	return miaud->rpc == NULL ? -1 : 0;
}

static void
close_life(struct life *life)
{
	uv_close((uv_handle_t *)&life->terminated, NULL);
	uv_close((uv_handle_t *)&life->interrupted, NULL);
	uv_close((uv_handle_t *)&life->hung_up, NULL);
	uv_close((uv_handle_t *)&life->watchdog, NULL);
	uv_close((uv_handle_t *)&life->drain, NULL);
}

/* A tick of the end: the children first, then what they had to say is
 * written, then the last answers leave. */
static void
on_drain(uv_timer_t *timer)
{
	struct miaud *miaud = timer->data;
	struct life *life = miaud->life;
	int n_waiting, n_running;

	n_running = children_count(miaud->children, &n_waiting);
	if (n_running + n_waiting > 0 &&
	    clock_mono_ms() < life->stopping_since + DRAIN_MAX_MS)
		return;
	if (!downloads_is_drained(miaud->downloads) ||
	    !encoders_is_drained(miaud->encoders))
		return;
	if (!life->is_written) {
		life->is_written = true;
		encoders_close(miaud->encoders);
		streams_close(miaud->streams);
		warms_close(miaud->warms);
		ahead_close(miaud->ahead);
		downloads_close(miaud->downloads);
		touches_close(miaud->touches);
		placards_close(miaud->placards);
		dbthread_close(miaud->dbthread);
		return;
	}
	rpc_close(miaud->rpc);
	close_life(life);
}

/* Only a file system that hangs gets us here; all is written by now. */
static void
on_overdue(uv_timer_t *timer)
{
	(void)timer;
	log_warn("stopped", "Ended although something still hangs.");
	_exit(EXIT_SUCCESS);
}

void
miaud_stop(struct miaud *miaud)
{
	struct life *life = miaud->life;

	if (miaud->is_stopping)
		return;
	miaud->is_stopping = true;
	notify_send("STOPPING=1");
	life->stopping_since = clock_mono_ms();
	rpc_stop_listening(miaud->rpc);
	scheduler_close(miaud);
	scanner_stop(miaud);
	downloads_stop(miaud->downloads);
	encoders_stop(miaud->encoders);
	net_close(miaud->net);
	children_close(miaud->children);
	uv_timer_start(&life->drain, on_drain, DRAIN_TICK_MS, DRAIN_TICK_MS);
	uv_timer_start(&life->overdue, on_overdue, OVERDUE_MS, 0);
	uv_unref((uv_handle_t *)&life->overdue);
}

static void
miaud_free(struct miaud *miaud)
{
	rpc_free(miaud->rpc);
	scheduler_free(miaud->scheduler);
	children_free(miaud->children);
	touches_free(miaud->touches);
	placards_free(miaud->placards);
	intents_free(miaud->intents);
	encoders_free(miaud->encoders);
	subtitles_free(miaud->subtitles);
	net_free(miaud->net);
	streams_free(miaud->streams);
	warms_free(miaud->warms);
	ahead_free(miaud->ahead);
	inspector_free(miaud->inspector);
	texts_free(miaud->texts);
	downloads_free(miaud->downloads);
	events_free(miaud->events);
	dbthread_free(miaud->dbthread);
	db_close(miaud->db);
	db_pool_free(miaud->read_pool);
	settings_free(miaud->settings);
	auth_keys_free(miaud->keys);
	free(miaud->life);
	close(miaud->lock_fd);
}

void
miaud_run(struct miaud *miaud)
{
	notify_send("READY=1");
	log_info("ready", "miaud " MIAU_VERSION " runs on %s (pid %d).",
	    miaud->paths.state, (int)getpid());
	uv_run(&miaud->loop, UV_RUN_DEFAULT);
	uv_close((uv_handle_t *)&miaud->life->overdue, NULL);
	uv_run(&miaud->loop, UV_RUN_DEFAULT);
	if (uv_loop_close(&miaud->loop) != 0)
		log_warn("stopped", "The loop ended with open handles.");
	miaud_free(miaud);
	log_info("stopped", "miaud has ended.");
}
