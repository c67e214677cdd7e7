/* Find the next title, draw, remember the name, and again. */
#include "daemon/miaud/placards.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/media/picture.h"
#include "daemon/miaud/miaud.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/store/titles.h"

enum { ARENA_MAX = 256 * 1024, NAME_MAX_BYTES = 512, LATER_MS = 2000 };

struct placards {
	struct miaud *miaud;
	uv_timer_t later;
	bool is_busy;
	bool is_woken; /* while busy */
	int64_t id;    /* of the title being drawn; the next has a higher one */
	int64_t year;
	char name[NAME_MAX_BYTES];
	char poster[PICTURE_NAME_SIZE];
};

static void find_next(struct placards *placards);

struct placards *
placards_new(struct miaud *miaud)
{
	struct placards *placards = mem_calloc(1, sizeof(*placards));

	placards->miaud = miaud;
	uv_timer_init(&miaud->loop, &placards->later);
	placards->later.data = placards;
	return placards;
}

void
placards_free(struct placards *placards)
{
	free(placards);
}

static void
rest(struct placards *placards)
{
	placards->is_busy = false;
	if (placards->is_woken)
		placards_wake(placards);
}

static int
store_job(struct db *db, void *arg, struct err *err)
{
	struct placards *placards = arg;
	struct arena *arena = arena_new(ARENA_MAX);
	enum store_result result;
	struct title title;

	/* STORE_NONE: the title has gone meanwhile; or a scan found its film
	 * and drew a poster from that. */
	result = store_title_find_id(
	    db, arena, &store_unlimited, placards->id, &title, err);
	if (result == STORE_OK && title.poster == NULL)
		result = store_title_set_poster(
		    db, placards->id, placards->poster, NULL, err);
	arena_free(arena);
	return result == STORE_ERROR ? -1 : 0;
}

static void
stored(void *arg, const struct err *err)
{
	struct placards *placards = arg;

	if (err->code != ERR_NONE)
		log_warn("placard.stored", "%s", err->text);
	find_next(placards);
}

static void
drawn(void *arg, const struct picture_result *result)
{
	struct placards *placards = arg;
	struct err err;

	if (result->err.code != ERR_NONE) {
		if (result->err.code != ERR_CANCELLED)
			log_warn("placard.drawn", "%s", result->err.text);
		find_next(placards);
		return;
	}
	memcpy(placards->poster, result->poster, sizeof(placards->poster));
	if (dbthread_submit(placards->miaud->dbthread, DBJOB_BATCHED, store_job,
		stored, placards, &err) == -1)
		rest(placards);
}

static int
find_job(struct db *db, void *arg, struct err *err)
{
	struct placards *placards = arg;
	struct arena *arena = arena_new(ARENA_MAX);
	struct title title;
	enum store_result found;

	found = store_title_find_bare(db, arena, placards->id, &title, err);
	if (found == STORE_OK) {
		placards->id = title.id;
		placards->year = title.year;
		snprintf(
		    placards->name, sizeof(placards->name), "%s", title.name);
	} else {
		placards->id = 0;
	}
	arena_free(arena);
	return found == STORE_ERROR ? -1 : 0;
}

static void
found(void *arg, const struct err *err)
{
	struct placards *placards = arg;
	struct picture_spec spec = { .kind = PICTURE_PLACARD,
		.input = { .fd = -1 },
		.title = placards->name,
		.year = placards->year,
		.done = drawn,
		.arg = placards };
	struct err why;

	if (err->code != ERR_NONE || placards->id == 0 ||
	    placards->miaud->is_stopping) {
		rest(placards);
		return;
	}
	if (picture_make(placards->miaud->children, &placards->miaud->paths,
		&spec, &why) == NULL) {
		log_warn("placard.begun", "%s", why.text);
		rest(placards);
	}
}

static void
find_next(struct placards *placards)
{
	struct err err;

	if (placards->miaud->is_stopping ||
	    dbthread_submit(placards->miaud->dbthread, DBJOB_ALONE, find_job,
		found, placards, &err) == -1)
		placards->is_busy = false;
}

void
placards_wake(struct placards *placards)
{
	if (placards->is_busy) {
		placards->is_woken = true;
		return;
	}
	placards->is_busy = true;
	placards->is_woken = false;
	placards->id = 0;
	find_next(placards);
}

static void
on_later(uv_timer_t *timer)
{
	placards_wake(timer->data);
}

void
placards_wake_later(struct placards *placards)
{
	if (!placards->miaud->is_stopping)
		uv_timer_start(&placards->later, on_later, LATER_MS, 0);
}

void
placards_close(struct placards *placards)
{
	if (!uv_is_closing((uv_handle_t *)&placards->later))
		uv_close((uv_handle_t *)&placards->later, NULL);
}
