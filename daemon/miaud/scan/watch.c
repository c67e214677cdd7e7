/*
 * Following changes by inotify. Every folder that a walk reads gets a watch;
 * which watch is which folder stands in a table that the walk's thread fills
 * and the loop reads. When the system has no watches left, the interval of the
 * scan remains, and that is said once.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "daemon/miaud/scan/scan.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/library/side.h"

enum { READ_BYTES = 64 * 1024, ROUNDS_MAX = 16 };

#define WATCHED                                                                \
	(IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO |            \
	    IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR |           \
	    IN_DONT_FOLLOW | IN_EXCL_UNLINK)

struct place {
	int64_t folder_id; /* 0: none */
	char *path;
};

struct watcher {
	struct scanner *scanner;
	int fd;
	uv_poll_t poll;
	pthread_mutex_t lock;
	struct place *places; /* by watch descriptor */
	size_t n_places;
	bool is_exhausted;
};

static void
set_place(struct watcher *watcher, int wd, int64_t folder_id, const char *path)
{
	size_t want = (size_t)wd + 1;

	if (want > watcher->n_places) {
		size_t room = want < 64 ? 64 : want * 3 / 2;

		watcher->places = mem_realloc(
		    watcher->places, room, sizeof(*watcher->places));
		memset(watcher->places + watcher->n_places, 0,
		    (room - watcher->n_places) * sizeof(*watcher->places));
		watcher->n_places = room;
	}
	free(watcher->places[wd].path);
	watcher->places[wd].path = path == NULL ? NULL : mem_strdup(path);
	watcher->places[wd].folder_id = folder_id;
}

bool
watcher_add(struct watcher *watcher, int64_t folder_id, const char *root,
    const char *path)
{
	char whole[PATHS_MAX + 4096];
	bool is_first = false;
	int wd;

	if (watcher == NULL)
		return false;
	snprintf(whole, sizeof(whole), "%s/%s", root, path);
	pthread_mutex_lock(&watcher->lock);
	wd = watcher->is_exhausted
	    ? -1
	    : inotify_add_watch(watcher->fd, whole, WATCHED);
	if (wd >= 0) {
		set_place(watcher, wd, folder_id, path);
	} else if (errno == ENOSPC || errno == ENOMEM) {
		is_first = !watcher->is_exhausted;
		watcher->is_exhausted = true;
	}
	pthread_mutex_unlock(&watcher->lock);
	if (is_first)
		log_warn("scan.watches",
		    "The system has no more inotify watches "
		    "(fs.inotify.max_user_watches): further changes are seen "
		    "at the next full scan only.");
	return wd >= 0;
}

bool
watcher_is_exhausted(struct watcher *watcher)
{
	bool is;

	pthread_mutex_lock(&watcher->lock);
	is = watcher->is_exhausted;
	pthread_mutex_unlock(&watcher->lock);
	return is;
}

void
watcher_forget(struct watcher *watcher, int64_t folder_id)
{
	pthread_mutex_lock(&watcher->lock);
	for (size_t wd = 0; wd < watcher->n_places; wd++)
		if (watcher->places[wd].folder_id == folder_id) {
			(void)inotify_rm_watch(watcher->fd, (int)wd);
			set_place(watcher, (int)wd, 0, NULL);
			watcher->is_exhausted = false;
		}
	pthread_mutex_unlock(&watcher->lock);
}

/* The place of a watch, its path copied; false when there is none. */
static bool
find_place(struct watcher *watcher, int wd, struct place *out)
{
	bool found = false;

	pthread_mutex_lock(&watcher->lock);
	if (wd >= 0 && (size_t)wd < watcher->n_places &&
	    watcher->places[wd].folder_id != 0) {
		out->folder_id = watcher->places[wd].folder_id;
		out->path = mem_strdup(watcher->places[wd].path);
		found = true;
	}
	pthread_mutex_unlock(&watcher->lock);
	return found;
}

static char *
join(const char *path, const char *name)
{
	struct buf buf;

	buf_init(&buf, PATHS_MAX + 4096);
	if (*path != '\0')
		buf_printf(&buf, "%s/", path);
	buf_puts(&buf, name);
	return buf_take(&buf);
}

/* What an event about a name means for the scan. */
static void
on_name(struct watcher *watcher, const struct place *place,
    const struct inotify_event *event)
{
	struct scanner *scanner = watcher->scanner;
	bool is_leaving = event->mask & (IN_DELETE | IN_MOVED_FROM);
	char *path;

	if (event->name[0] == '.')
		return;
	path = join(place->path, event->name);
	if (event->mask & IN_ISDIR) {
		/* a folder that left takes all below it along */
		if (is_leaving)
			scanner_scan(scanner->miaud, place->folder_id);
		else
			scan_dirty(
			    scanner, place->folder_id, path, false, true);
	} else if (library_name_is_video(event->name)) {
		if (is_leaving)
			scan_dirty(
			    scanner, place->folder_id, path, true, false);
		else
			scan_dirty(scanner, place->folder_id, place->path,
			    false, false);
	} else if (library_side_is_subtitle(event->name)) {
		scan_dirty(
		    scanner, place->folder_id, place->path, false, false);
	}
	free(path);
}

static void
on_event(struct watcher *watcher, const struct inotify_event *event)
{
	struct place place;

	if (event->mask & IN_Q_OVERFLOW) {
		log_info("scan.overflow",
		    "Too many changes at once: all is looked through.");
		scanner_scan(watcher->scanner->miaud, 0);
		return;
	}
	if (!find_place(watcher, event->wd, &place))
		return;
	if (event->mask & IN_IGNORED) {
		pthread_mutex_lock(&watcher->lock);
		set_place(watcher, event->wd, 0, NULL);
		pthread_mutex_unlock(&watcher->lock);
	} else if (event->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT)) {
		if (*place.path == '\0')
			scanner_scan(watcher->scanner->miaud, place.folder_id);
	} else if (event->len > 0) {
		on_name(watcher, &place, event);
	}
	free(place.path);
}

static void
on_readable(uv_poll_t *poll, int status, int events)
{
	struct watcher *watcher = poll->data;
	_Alignas(struct inotify_event) char bytes[READ_BYTES];
	ssize_t len;

	(void)events;
	if (status < 0)
		return;
	for (int round = 0; round < ROUNDS_MAX; round++) {
		len = read(watcher->fd, bytes, sizeof(bytes));
		if (len <= 0)
			return;
		for (char *at = bytes; at < bytes + len;) {
			const struct inotify_event *event =
			    (const struct inotify_event *)at;

			on_event(watcher, event);
			at += sizeof(*event) + event->len;
		}
	}
}

struct watcher *
watcher_new(struct scanner *scanner)
{
	struct watcher *watcher;
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	if (fd == -1) {
		log_warn("scan.inotify",
		    "inotify cannot be used (%s): changes are seen at the "
		    "next full scan only.",
		    strerror(errno));
		return NULL;
	}
	watcher = mem_calloc(1, sizeof(*watcher));
	watcher->scanner = scanner;
	watcher->fd = fd;
	pthread_mutex_init(&watcher->lock, NULL);
	uv_poll_init(&scanner->miaud->loop, &watcher->poll, fd);
	watcher->poll.data = watcher;
	uv_poll_start(&watcher->poll, UV_READABLE, on_readable);
	scan_ref(scanner);
	return watcher;
}

static void
on_closed(uv_handle_t *handle)
{
	struct watcher *watcher = handle->data;

	scan_unref(watcher->scanner);
}

void
watcher_close(struct watcher *watcher)
{
	if (watcher != NULL)
		uv_close((uv_handle_t *)&watcher->poll, on_closed);
}

void
watcher_free(struct watcher *watcher)
{
	if (watcher == NULL)
		return;
	close(watcher->fd);
	for (size_t i = 0; i < watcher->n_places; i++)
		free(watcher->places[i].path);
	free(watcher->places);
	pthread_mutex_destroy(&watcher->lock);
	free(watcher);
}
