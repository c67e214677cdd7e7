/* The list of downloads, its beginning and its end. */
#include "daemon/miaud/downloads/downloads.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/downloads/part.h"
#include "daemon/miaud/downloads/room.h"
#include "lib/auth/seal.h"
#include "lib/base/clock.h"
#include "lib/base/fs.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"

enum { BOOT_ID_SIZE = 64, ENGINE_RETRY_MS = 5000 };

struct download *
download_find(const struct downloads *downloads, int64_t id)
{
	struct download *download;

	for (download = downloads->list; download != NULL;
	     download = download->next)
		if (download->row.id == id)
			return download;
	return NULL;
}

struct download *
download_of(const struct downloads *downloads, torrent_id torrent)
{
	struct download *download;

	for (download = downloads->list; download != NULL;
	     download = download->next)
		if (torrent != 0 && download->torrent == torrent)
			return download;
	return NULL;
}

int64_t
download_piece_bytes(const struct download *download, int piece)
{
	int64_t from = (int64_t)piece * download->row.piece_size;
	int64_t left = download->row.size - from;

	return left < download->row.piece_size ? left
					       : download->row.piece_size;
}

static char *
own(const char *text)
{
	return text == NULL ? NULL : mem_strdup(text);
}

struct download *
download_new(struct downloads *downloads, const struct torrent_row *row)
{
	struct download *download = mem_calloc(1, sizeof(*download));

	download->all = downloads;
	download->row = *row;
	download->row.name = own(row->name);
	download->row.label = own(row->label);
	download->row.own_path = own(row->own_path);
	download->row.added_by = own(row->added_by);
	download->row.title = own(row->title);
	download->row.title_public_id = own(row->title_public_id);
	download->problem = problem_of(row->problem);
	download->row.problem = NULL;
	download->first = 0;
	download->last = -1;
	/* Before this process began. */
	if (row->admitted > 0 &&
	    (row->finished_at != 0 || row->file_index == STORE_FILE_SEVERAL))
		download_offered(download);
	download->next = downloads->list;
	downloads->list = download;
	return download;
}

void
download_drop(struct download *download)
{
	struct download **at = &download->all->list;

	while (*at != download)
		at = &(*at)->next;
	*at = download->next;
	download_orphan_readers(download);
	free(download->row.name);
	free(download->row.label);
	free(download->row.own_path);
	free(download->row.added_by);
	free(download->row.title);
	free(download->row.title_public_id);
	free(download->chosen);
	free(download->episodes);
	free(download->choice_code);
	free(download->choice_sentence);
	free(download->admitted);
	free(download->evicting);
	free(download->wanted);
	free(download->told);
	free(download);
}

bool
download_is_allowed(const struct download *download)
{
	return download->row.own_path != NULL ||
	    settings_bool(download->all->miaud->settings, SETTING_NET_CONSENT);
}

/* --- The engine ---------------------------------------------------------- */

/* Any thread. */
static void
wake(void *arg)
{
	struct downloads *downloads = arg;

	uv_async_send(&downloads->wake);
}

static void
on_wake(uv_async_t *async)
{
	downloads_take_news(async->data);
}

static void
on_tick(uv_timer_t *timer)
{
	downloads_tick(timer->data);
}

static void
fill_settings(const struct settings *from, struct torrent_settings *to)
{
	const char *encryption = settings_text(from, SETTING_NET_ENCRYPTION);

	*to = (struct torrent_settings){
		.listen = settings_text(from, SETTING_NET_LISTEN),
		.interface = settings_text(from, SETTING_NET_INTERFACE),
		.user_agent = "Miauflix/" MIAU_VERSION,
		.has_dht = settings_bool(from, SETTING_NET_DHT),
		.has_lsd = settings_bool(from, SETTING_NET_LSD),
		.has_upnp = settings_bool(from, SETTING_NET_UPNP),
		.has_utp = settings_bool(from, SETTING_NET_UTP),
		.no_trackers =
		    !settings_bool(from, SETTING_NET_TORRENT_TRACKERS),
		.upload_limit = settings_int(from, SETTING_NET_UPLOAD_LIMIT),
		.download_limit =
		    settings_int(from, SETTING_NET_DOWNLOAD_LIMIT),
		.max_connections =
		    (int)settings_int(from, SETTING_NET_CONNECTIONS),
	};
	if (strcmp(encryption, "require") == 0)
		to->encryption = TORRENT_REQUIRE;
	else if (strcmp(encryption, "plain") == 0)
		to->encryption = TORRENT_PLAIN;
	else
		to->encryption = TORRENT_ALLOW;
}

static void
read_boot_id(char out[BOOT_ID_SIZE])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t len = fd == -1 ? -1 : read(fd, out, BOOT_ID_SIZE - 1);

	if (fd != -1)
		close(fd);
	out[len > 0 ? len : 0] = '\0';
	out[strcspn(out, "\n")] = '\0';
}

static bool
may_retry(const struct downloads *downloads)
{
	return clock_mono_ms() - downloads->engine_tried_at >= ENGINE_RETRY_MS;
}

/* Said once, not at each new attempt. */
static int
engine_failed(struct downloads *downloads, const struct err *err)
{
	if (strcmp(downloads->engine_error.text, err->text) != 0 ||
	    downloads->engine_error.code == ERR_NONE)
		log_warn("torrent.engine", "%s", err->text);
	downloads->engine_tried_at = clock_mono_ms();
	downloads->engine_error = *err;
	return -1;
}

/* One whose interface is not there has no traffic at all. */
static int
apply_settings(struct downloads *downloads, struct err *err)
{
	struct torrent_settings settings;

	fill_settings(downloads->miaud->settings, &settings);
	downloads->engine_tried_at = clock_mono_ms();
	if (torrent_engine_apply(downloads->engine, &settings, err) == -1) {
		torrent_engine_pause(downloads->engine, true);
		return engine_failed(downloads, err);
	}
	downloads->engine_error.code = ERR_NONE;
	torrent_engine_pause(downloads->engine, false);
	return 0;
}

int
downloads_engine_make(struct downloads *downloads, struct err *err)
{
	char boot_id[BOOT_ID_SIZE];
	struct torrent_engine_options options = {
		.folder = downloads->miaud->paths.torrents,
		.boot_id = boot_id,
		.wake = wake,
		.wake_arg = downloads,
	};

	if (downloads->engine_error.code == ERR_NONE &&
	    downloads->engine != NULL)
		return 0;
	if (downloads->engine_error.code != ERR_NONE && !may_retry(downloads)) {
		*err = downloads->engine_error;
		return -1;
	}
	if (downloads->engine != NULL)
		return apply_settings(downloads, err);
	read_boot_id(boot_id);
	fill_settings(downloads->miaud->settings, &options.settings);
	if (torrent_engine_new(&options, &downloads->engine, err) == -1) {
		downloads->engine = NULL;
		return engine_failed(downloads, err);
	}
	downloads->engine_error.code = ERR_NONE;
	torrent_engine_pause(downloads->engine, false);
	return 0;
}

/* An interface comes and goes without telling. */
void
downloads_engine_retry(struct downloads *downloads)
{
	bool is_bound = settings_text(downloads->miaud->settings,
			    SETTING_NET_INTERFACE)[0] != '\0';
	struct err err;

	if (downloads->engine != NULL && may_retry(downloads) &&
	    (is_bound || downloads->engine_error.code != ERR_NONE))
		(void)!apply_settings(downloads, &err);
}

void
downloads_reload(struct downloads *downloads)
{
	struct download *download;
	struct err err;

	if (downloads->is_stopping)
		return;
	/* Tried at once, as what was wrong may have been mended. */
	downloads->engine_tried_at = clock_mono_ms() - ENGINE_RETRY_MS;
	if (downloads->engine != NULL)
		(void)!apply_settings(downloads, &err);
	for (download = downloads->list; download != NULL;
	     download = download->next)
		if (download->stage == DOWNLOAD_RUNNING)
			download_apply(download);
	downloads->needs_room = true;
	downloads_begin(downloads);
	downloads_admit(downloads);
}

/* --- Beginning and end ----------------------------------------------------- */

struct starting {
	struct downloads *downloads;
	struct arena *arena;
};

/* "" when it cannot be opened: it is a name only. */
static char *
open_label(const struct auth_keys *keys, struct arena *arena,
    const struct torrent_row *row)
{
	const struct seal_place place = {
		.table = "torrent", .column = "label", .row = row->name
	};
	struct err err;
	char *plain, *copy;
	size_t len;

	if (row->label[0] == '\0')
		return row->label;
	plain = seal_open(keys, &place, row->label, &len, &err);
	copy = arena_strdup(arena, plain == NULL ? "" : plain);
	free(plain);
	return copy;
}

/* While the loop does not run. */
static int
start_job(struct db *db, void *arg, struct err *err)
{
	struct starting *starting = arg;
	struct downloads *downloads = starting->downloads;
	struct download *download;
	struct torrent_row *rows;
	struct identity identity;
	size_t n;

	if (store_torrent_list(db, starting->arena, &rows, &n, err) ==
	    STORE_ERROR)
		return -1;
	while (n-- > 0) {
		rows[n].label = open_label(
		    downloads->miaud->keys, starting->arena, &rows[n]);
		download = download_new(downloads, &rows[n]);
		if (identify_read(
			db, starting->arena, rows[n].id, &identity, err) == -1)
			return -1;
		download_identified(download, &identity);
		if (identity.given_up != NULL)
			download_given_remember(download, identity.given_up);
	}
	return 0;
}

int
downloads_start(struct miaud *miaud, struct err *err)
{
	struct downloads *downloads = mem_calloc(1, sizeof(*downloads));
	struct starting starting = { downloads, arena_new(DOWNLOADS_ARENA) };
	int result;

	downloads->miaud = miaud;
	miaud->downloads = downloads;
	downloads->saved_at = clock_mono_ms();
	if (uv_async_init(&miaud->loop, &downloads->wake, on_wake) != 0)
		die("the downloads cannot be watched");
	downloads->wake.data = downloads;
	uv_timer_init(&miaud->loop, &downloads->timer);
	downloads->timer.data = downloads;
	result = dbthread_call(
	    miaud->dbthread, DBJOB_ALONE, start_job, &starting, err);
	arena_free(starting.arena);
	if (result == -1)
		return -1;
	uv_timer_start(
	    &downloads->timer, on_tick, DOWNLOADS_TICK_MS, DOWNLOADS_TICK_MS);
	downloads_begin(downloads);
	return 0;
}

void
downloads_stop(struct downloads *downloads)
{
	struct download *download;

	downloads->is_stopping = true;
	downloads->stopping_since = clock_mono_ms();
	for (download = downloads->list; download != NULL;
	     download = download->next) {
		if (download->stage != DOWNLOAD_RUNNING)
			continue;
		download->is_saving = true;
		torrent_save(downloads->engine, download->torrent);
	}
}

bool
downloads_is_drained(const struct downloads *downloads)
{
	const struct download *download;

	if (clock_mono_ms() - downloads->stopping_since > DOWNLOADS_END_MS)
		return true;
	for (download = downloads->list; download != NULL;
	     download = download->next)
		if (download->is_saving)
			return false;
	return true;
}

void
downloads_close(struct downloads *downloads)
{
	struct download *download;

	if (downloads->is_closed)
		return;
	downloads->is_closed = true;
	for (download = downloads->list; download != NULL;
	     download = download->next)
		if (download->stage == DOWNLOAD_RUNNING) {
			download_look(download);
			download_write(download);
		}
	torrent_engine_free(downloads->engine);
	downloads->engine = NULL;
	uv_close((uv_handle_t *)&downloads->wake, NULL);
	uv_close((uv_handle_t *)&downloads->timer, NULL);
}

void
downloads_free(struct downloads *downloads)
{
	if (downloads == NULL)
		return;
	while (downloads->list != NULL)
		download_drop(downloads->list);
	free(downloads);
}

/* --- For others ---------------------------------------------------------- */

struct torrent_engine *
downloads_engine(const struct downloads *downloads)
{
	return downloads->engine;
}

torrent_id
downloads_torrent(const struct downloads *downloads, int64_t id)
{
	const struct download *download = download_find(downloads, id);

	return download == NULL ? 0 : download->torrent;
}

const char *
downloads_state(const struct downloads *downloads, int64_t id)
{
	const struct download *download = download_find(downloads, id);

	return download == NULL ? NULL : download_state_word(download);
}

bool
downloads_is_paused(const struct downloads *downloads, int64_t id)
{
	const struct download *download = download_find(downloads, id);
	struct torrent_status status;

	return download != NULL && download->row.is_paused &&
	    download->stage == DOWNLOAD_RUNNING && !download->is_evicting &&
	    torrent_status(downloads->engine, download->torrent, &status) &&
	    status.state != TORRENT_CHECKING;
}

const char *
downloads_problem(
    const struct downloads *downloads, int64_t id, const char **sentence)
{
	const struct download *download = download_find(downloads, id);

	*sentence = download == NULL ? NULL : download_sentence(download);
	if (download == NULL || download->problem == NULL)
		return NULL;
	return download->problem->code;
}

struct downloads_watch *
downloads_watch(
    struct downloads *downloads, downloads_watch_fn changed, void *arg)
{
	struct downloads_watch *watch = mem_calloc(1, sizeof(*watch));

	watch->downloads = downloads;
	watch->changed = changed;
	watch->arg = arg;
	watch->next = downloads->watches;
	downloads->watches = watch;
	return watch;
}

void
downloads_unwatch(struct downloads_watch *watch)
{
	struct downloads_watch **at = &watch->downloads->watches;

	while (*at != watch)
		at = &(*at)->next;
	*at = watch->next;
	free(watch);
}

void
downloads_changed(struct download *download)
{
	struct downloads_watch *watch, *next;
	int64_t id = download->row.id;

	for (watch = download->all->watches; watch != NULL; watch = next) {
		next = watch->next;
		watch->changed(watch->arg, id);
	}
}
