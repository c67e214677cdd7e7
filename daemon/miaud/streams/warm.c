/* Readers that fetch a little of what somebody may play next. */
#include "daemon/miaud/streams/warm.h"

#include <stdlib.h>
#include <uv.h>

#include "daemon/miaud/downloads/downloads.h"
#include "daemon/miaud/miaud.h"
#include "lib/base/clock.h"
#include "lib/base/mem.h"

enum { PARTS = 3, LOOK_MS = 5000 };

struct warm {
	struct warm *next;
	int64_t download_id;
	torrent_id torrent; /* that its readers read */
	int file;
	double fraction;
	int64_t until;                           /* monotonic */
	struct downloads_reader *readers[PARTS]; /* NULL: all is here */
	int64_t from[PARTS], until_byte[PARTS];
	bool is_open;
};

struct warms {
	struct miaud *miaud;
	struct downloads_watch *watch;
	struct warm *list; /* touched last first */
	uv_timer_t timer;
	bool is_closed;
};

/* --- One ------------------------------------------------------------------ */

static void
cool(struct warm *warm)
{
	int i;

	for (i = 0; i < PARTS; i++)
		if (warm->readers[i] != NULL)
			downloads_reader_close(warm->readers[i]);
	free(warm);
}

static void
cool_all(struct warm **from)
{
	struct warm *warm;

	while ((warm = *from) != NULL) {
		*from = warm->next;
		cool(warm);
	}
}

static void
open_part(struct warms *warms, struct warm *warm, int part, int64_t from,
    int64_t until)
{
	struct err err;

	warm->from[part] = from;
	warm->until_byte[part] = until;
	warm->readers[part] =
	    downloads_reader_open_part(warms->miaud->downloads,
		warm->download_id, warm->file, from, until, &err);
}

/* What is here needs nobody any more. */
static void
close_done(struct warms *warms, struct warm *warm)
{
	struct torrent_engine *engine =
	    downloads_engine(warms->miaud->downloads);
	int i;

	for (i = 0; i < PARTS && engine != NULL && warm->torrent != 0; i++) {
		if (warm->readers[i] == NULL ||
		    torrent_published(engine, warm->torrent, warm->file,
			warm->from[i]) < warm->until_byte[i] - warm->from[i])
			continue;
		downloads_reader_close(warm->readers[i]);
		warm->readers[i] = NULL;
	}
}

static int64_t
at_most(int64_t value, int64_t most)
{
	return value < most ? value : most;
}

/* When its files are known. */
static void
heat(struct warms *warms, struct warm *warm)
{
	struct downloads *downloads = warms->miaud->downloads;
	int64_t size =
	    downloads_file_size(downloads, warm->download_id, warm->file);
	int64_t place;

	warm->torrent = downloads_torrent(downloads, warm->download_id);
	if (size <= 0)
		return;
	if (!warm->is_open) {
		warm->is_open = true;
		place = (int64_t)((double)size * warm->fraction);
		open_part(warms, warm, 0, 0, at_most(WARM_HEAD, size));
		if (place > 0)
			open_part(warms, warm, 1,
			    place > WARM_BEFORE ? place - WARM_BEFORE : 0,
			    at_most(place + WARM_AFTER, size));
		open_part(warms, warm, 2,
		    size > WARM_TAIL ? size - WARM_TAIL : 0, size);
	}
	close_done(warms, warm);
}

/* --- All ------------------------------------------------------------------ */

/* Those whose time is over stand at the end. */
static void
look(struct warms *warms)
{
	struct warm **at = &warms->list;
	int64_t now = clock_mono_ms();
	int n = 0;

	while (*at != NULL && n < WARM_MAX && (*at)->until > now) {
		at = &(*at)->next;
		n++;
	}
	cool_all(at);
	if (warms->list == NULL)
		uv_timer_stop(&warms->timer);
}

static void
on_timer(uv_timer_t *timer)
{
	look(timer->data);
}

/* Whether its download was removed. */
static bool
is_stale(const struct warms *warms, const struct warm *warm)
{
	return warm->torrent != 0 &&
	    warm->torrent !=
	    downloads_torrent(warms->miaud->downloads, warm->download_id);
}

static void
on_changed(void *arg, int64_t id)
{
	struct warms *warms = arg;
	struct warm **at = &warms->list, *warm;

	while ((warm = *at) != NULL) {
		if (warm->download_id == id && is_stale(warms, warm)) {
			*at = warm->next;
			cool(warm);
			continue;
		}
		if (warm->download_id == id)
			heat(warms, warm);
		at = &warm->next;
	}
}

/* Takes it out of the list, or makes it. At another place it begins anew. */
static struct warm *
take(struct warms *warms, int64_t download_id, int file, double fraction)
{
	struct warm **at = &warms->list, *warm;

	while (*at != NULL &&
	    ((*at)->download_id != download_id || (*at)->file != file))
		at = &(*at)->next;
	warm = *at;
	if (warm != NULL) {
		*at = warm->next;
		if (warm->fraction >= fraction && warm->fraction <= fraction &&
		    !is_stale(warms, warm))
			return warm;
		cool(warm);
	}
	warm = mem_calloc(1, sizeof(*warm));
	warm->download_id = download_id;
	warm->file = file;
	warm->fraction = fraction;
	return warm;
}

void
warms_touch(struct warms *warms, int64_t download_id, int file, double fraction)
{
	struct warm *warm;

	if (warms->is_closed || file < 0 ||
	    downloads_state(warms->miaud->downloads, download_id) == NULL)
		return;
	fraction = fraction > 0 ? fraction < 1 ? fraction : 1 : 0;
	warm = take(warms, download_id, file, fraction);
	warm->until = clock_mono_ms() + WARM_MS;
	warm->next = warms->list;
	warms->list = warm;
	heat(warms, warm);
	look(warms);
	if (!uv_is_active((uv_handle_t *)&warms->timer))
		uv_timer_start(&warms->timer, on_timer, LOOK_MS, LOOK_MS);
}

struct warms *
warms_new(struct miaud *miaud)
{
	struct warms *warms = mem_calloc(1, sizeof(*warms));

	warms->miaud = miaud;
	uv_timer_init(&miaud->loop, &warms->timer);
	warms->timer.data = warms;
	warms->watch = downloads_watch(miaud->downloads, on_changed, warms);
	return warms;
}

void
warms_close(struct warms *warms)
{
	if (warms->is_closed)
		return;
	warms->is_closed = true;
	downloads_unwatch(warms->watch);
	cool_all(&warms->list);
	uv_close((uv_handle_t *)&warms->timer, NULL);
}

void
warms_free(struct warms *warms)
{
	free(warms);
}
