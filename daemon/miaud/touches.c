/* Collected times of last use. */
#include "daemon/miaud/touches.h"

#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/miaud.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/store/sessions.h"

struct touch {
	bool is_key;
	int64_t at;
	union {
		char session[UUID_SIZE];
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

static int
write_job(struct db *db, void *arg, struct err *err)
{
	const struct batch *batch = arg;
	const struct touch *touch;
	enum store_result result;
	size_t i;

	for (i = 0; i < batch->n; i++) {
		touch = &batch->touches[i];
		result = touch->is_key
		    ? store_stream_key_touch(db, touch->id.hash, touch->at, err)
		    : store_session_touch(
			  db, touch->id.session, touch->at, err);
		if (result == STORE_ERROR)
			return -1;
	}
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
		if (batch->touches[i].is_key != touch->is_key ||
		    memcmp(&batch->touches[i].id, &touch->id,
			sizeof(touch->id)) != 0)
			continue;
		if (batch->touches[i].at < touch->at)
			batch->touches[i].at = touch->at;
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

	if (strlen(id) >= sizeof(touch.id.session))
		return;
	memset(&touch, 0, sizeof(touch));
	touch.at = at;
	memcpy(touch.id.session, id, strlen(id));
	collect(touches, &touch);
}

void
touches_stream_key(struct touches *touches,
    const unsigned char hash[STREAM_KEY_HASH_SIZE], int64_t at)
{
	struct touch touch;

	memset(&touch, 0, sizeof(touch));
	touch.is_key = true;
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
