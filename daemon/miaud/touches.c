/* Collected times of last use. */
#include "daemon/miaud/touches.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/miaud.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/store/api_keys.h"
#include "lib/store/sessions.h"

enum { ADDRESS_MAX = 64 };

struct touch {
	enum { TOUCHED_SESSION, TOUCHED_API_KEY, TOUCHED_STREAM_KEY } what;
	int64_t at;
	char address[ADDRESS_MAX]; /* of an API key's use */
	union {
		char uuid[UUID_SIZE];
		unsigned char hash[STREAM_KEY_HASH_SIZE];
	} id;
};

/* What one job writes. */
struct batch {
	size_t n;
	struct touch touches[TOUCHES_MAX];
};

struct touches {
	struct miaud *miaud;
	uv_timer_t timer;    /* runs only while something is collected */
	struct batch *batch; /* NULL: nothing */
};

struct touches *
touches_new(struct miaud *miaud)
{
	struct touches *touches = mem_calloc(1, sizeof(*touches));

	touches->miaud = miaud;
	uv_timer_init(&miaud->loop, &touches->timer);
	touches->timer.data = touches;
	return touches;
}

static enum store_result
write_one(struct db *db, const struct touch *touch, struct err *err)
{
	switch (touch->what) {
	case TOUCHED_API_KEY:
		return store_api_key_touch(
		    db, touch->id.uuid, touch->at, touch->address, err);
	case TOUCHED_STREAM_KEY:
		return store_stream_key_touch(
		    db, touch->id.hash, touch->at, err);
	case TOUCHED_SESSION:
		break;
	}
	return store_session_touch(db, touch->id.uuid, touch->at, err);
}

static int
write_job(struct db *db, void *arg, struct err *err)
{
	const struct batch *batch = arg;
	size_t i;

	for (i = 0; i < batch->n; i++)
		if (write_one(db, &batch->touches[i], err) == STORE_ERROR)
			return -1;
	return 0;
}

static void
write_done(void *arg, const struct err *err)
{
	if (err->code != ERR_NONE)
		log_warn("touches.lost", "%s", err->text);
	free(arg);
}

/* Hands what was collected to the database thread. */
static void
flush(struct touches *touches)
{
	struct batch *batch = touches->batch;
	struct err err;

	uv_timer_stop(&touches->timer);
	touches->batch = NULL;
	if (batch == NULL)
		return;
	if (dbthread_submit(touches->miaud->dbthread, DBJOB_BATCHED, write_job,
		write_done, batch, &err) == -1)
		write_done(batch, &err);
}

static void
on_timer(uv_timer_t *timer)
{
	flush(timer->data);
}

/* One entry for each session and key: the newest time counts. */
static void
collect(struct touches *touches, const struct touch *touch)
{
	struct batch *batch = touches->batch;
	size_t i;

	if (batch == NULL) {
		batch = mem_calloc(1, sizeof(*batch));
		touches->batch = batch;
		uv_timer_start(&touches->timer, on_timer, TOUCHES_FLUSH_MS, 0);
	}
	for (i = 0; i < batch->n; i++) {
		if (batch->touches[i].what != touch->what ||
		    memcmp(&batch->touches[i].id, &touch->id,
			sizeof(touch->id)) != 0)
			continue;
		if (batch->touches[i].at < touch->at)
			batch->touches[i] = *touch;
		return;
	}
	batch->touches[batch->n++] = *touch;
	if (batch->n == TOUCHES_MAX)
		flush(touches);
}

void
touches_session(struct touches *touches, const char *id, int64_t at)
{
	struct touch touch;

	if (strlen(id) >= sizeof(touch.id.uuid))
		return;
	memset(&touch, 0, sizeof(touch));
	touch.at = at;
	memcpy(touch.id.uuid, id, strlen(id));
	collect(touches, &touch);
}

void
touches_api_key(
    struct touches *touches, const char *id, const char *address, int64_t at)
{
	struct touch touch;

	if (strlen(id) >= sizeof(touch.id.uuid))
		return;
	memset(&touch, 0, sizeof(touch));
	touch.what = TOUCHED_API_KEY;
	touch.at = at;
	memcpy(touch.id.uuid, id, strlen(id));
	snprintf(touch.address, sizeof(touch.address), "%s", address);
	collect(touches, &touch);
}

void
touches_stream_key(struct touches *touches,
    const unsigned char hash[STREAM_KEY_HASH_SIZE], int64_t at)
{
	struct touch touch;

	memset(&touch, 0, sizeof(touch));
	touch.what = TOUCHED_STREAM_KEY;
	touch.at = at;
	memcpy(touch.id.hash, hash, STREAM_KEY_HASH_SIZE);
	collect(touches, &touch);
}

void
touches_close(struct touches *touches)
{
	flush(touches);
	uv_close((uv_handle_t *)&touches->timer, NULL);
}

void
touches_free(struct touches *touches)
{
	free(touches);
}
