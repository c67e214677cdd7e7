/*
 * Who waits for which segment, which child makes it, and when children and films
 * go.
 */
#include "daemon/miaud/encoders/encoders.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/miaud/encoders/part.h"
#include "daemon/miaud/miaud.h"
#include "lib/base/clock.h"
#include "lib/base/fs.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"

enum {
	TICK_MS = 200,
	CHILDREN_MAX = 64,
	RUNS_MAX = 4, /* of one track */
	/* How far a child may be from a segment for it to be waited for: one that
	 * copies is there sooner than a new one. */
	NEAR_COPY_S = 60,
	NEAR_ENCODED_S = 8,
};

static void on_tick(uv_timer_t *timer);

struct encoders *
encoders_new(struct miaud *miaud)
{
	struct encoders *encoders = mem_calloc(1, sizeof(*encoders));
	struct err err;

	encoders->miaud = miaud;
	encoders->children = children_new(&miaud->loop, CHILDREN_MAX);
	snprintf(
	    encoders->folder, sizeof(encoders->folder), "%s", miaud->paths.hls);
	if (fs_remove_tree(encoders->folder, &err) == -1 ||
	    fs_mkdirs(encoders->folder, 0750, &err) == -1)
		log_error("encoders.folder", "%s", err.text);
	uv_timer_init(&miaud->loop, &encoders->tick);
	encoders->tick.data = encoders;
	encoders->hardware = hardware_new(encoders);
	hardware_begin(encoders->hardware);
	return encoders;
}

/* --- Slots --------------------------------------------------------------------- */

static int
slots(const struct encoders *encoders)
{
	int64_t set =
	    settings_int(encoders->miaud->settings, SETTING_TRANSCODE_SLOTS);
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (set > 0)
		return (int)set;
	return cores < 4 ? 1 : (int)(cores / 2);
}

static bool
takes_slot(const struct encoder_track *track)
{
	return track->is.kind == HLS_PICTURE && !track->is.is_copy;
}

static bool
is_waited_for(
    const struct encoders *encoders, const struct encoder_track *track)
{
	const struct waiting *waiting;

	for (waiting = encoders->waiting; waiting != NULL;
	     waiting = waiting->next)
		if (waiting->track == track)
			return true;
	return false;
}

/* Whether there is room for it: the first who asked is the first to get one. When
 * there is none, a child that is far enough ahead for now gives way: its segments
 * stay. Nobody waits for such a child, whose pipe would be read then. */
static bool
has_slot(struct encoder_track *asks)
{
	struct encoders *encoders = asks->film->all;
	struct encoder_film *film;
	struct encoder_track *track;
	struct encoder_run *run, *idle = NULL;
	int n, n_ending = 0;

	encoder_queue_join(asks);
	n = encoder_queue_before(asks);
	for (film = encoders->films; film != NULL; film = film->next)
		for (track = film->tracks; track != NULL; track = track->next)
			for (run = track->runs; run != NULL; run = run->next) {
				if (!takes_slot(track))
					continue;
				n++;
				n_ending += run->is_cancelled;
				if (!run->is_reading)
					idle = run;
			}
	if (n < slots(encoders)) {
		encoder_queue_leave(asks);
		return true;
	}
	if (idle != NULL && n - n_ending >= slots(encoders))
		encoder_run_cancel(idle);
	return false;
}

/* --- Which child ---------------------------------------------------------------- */

/* One that makes the segment soon. */
static struct encoder_run *
find_run(struct encoder_track *track, size_t number)
{
	const struct hls_cuts *cuts = &track->cuts;
	int64_t near = (int64_t)HLS_CLOCK *
	    (track->is.is_copy || track->is.kind == HLS_SOUND ? NEAR_COPY_S
							      : NEAR_ENCODED_S);
	struct encoder_run *run;
	size_t at;

	for (run = track->runs; run != NULL; run = run->next) {
		at = hls_cutter_at(run->cutter);
		if (!run->is_cancelled && !run->has_failed && at <= number &&
		    cuts->at[number] - cuts->at[at] <= near)
			return run;
	}
	return NULL;
}

static void
note_viewer(struct encoder_run *run, size_t number, const char *viewer)
{
	run->asked_at = clock_mono_ms();
	if (number > run->wanted)
		run->wanted = number;
	run->is_shared = run->is_shared ||
	    (run->viewer[0] != '\0' && strcmp(run->viewer, viewer) != 0);
	snprintf(run->viewer, sizeof(run->viewer), "%s", viewer);
	encoder_run_pace(run);
}

/* Whoever asks keeps alive the child that works ahead of him. */
static void
note_asked(struct encoder_track *track, size_t number, const char *viewer)
{
	const struct hls_cuts *cuts = &track->cuts;
	struct encoder_run *run;
	size_t at;

	track->film->place = cuts->at[number];
	for (run = track->runs; run != NULL; run = run->next) {
		at = hls_cutter_at(run->cutter);
		if (at < number ||
		    cuts->at[at < cuts->n ? at : cuts->n - 1] -
			    cuts->at[number] >
			(int64_t)NEAR_COPY_S * HLS_CLOCK)
			continue;
		note_viewer(run, number, viewer);
	}
}

/* Whether somebody waits for what it makes soon. */
static bool
has_waiting(const struct encoder_run *run)
{
	struct encoder_track *track = run->track;
	const struct waiting *waiting;

	for (waiting = track->film->all->waiting; waiting != NULL;
	     waiting = waiting->next)
		if (waiting->track == track && waiting->number >= 0 &&
		    find_run(track, (size_t)waiting->number) == run)
			return true;
	return false;
}

/* Who asks elsewhere has left the place where he was. What works there for him alone,
 * or for nobody, would only hold up what he waits for now. */
static void
leave_behind(struct encoder_track *track, const char *viewer)
{
	struct encoder_run *run;

	for (run = track->runs; run != NULL; run = run->next)
		if (!run->is_cancelled && !run->is_shared &&
		    (run->viewer[0] == '\0' ||
			strcmp(run->viewer, viewer) == 0) &&
		    !has_waiting(run))
			encoder_run_cancel(run);
}

static int
count_runs(const struct encoder_track *track)
{
	const struct encoder_run *run;
	int n = 0;

	for (run = track->runs; run != NULL; run = run->next)
		n++;
	return n;
}

/* The child that nobody has asked for longest gives way. */
static void
drop_oldest(struct encoder_track *track)
{
	struct encoder_run *run, *oldest = NULL;

	for (run = track->runs; run != NULL; run = run->next)
		if (!run->is_cancelled &&
		    (oldest == NULL || run->asked_at < oldest->asked_at))
			oldest = run;
	if (oldest != NULL)
		encoder_run_cancel(oldest);
}

/* Sees to it that somebody makes the segment. Neither where there is no slot, nor
 * where it failed so often that waiting makes no sense. */
static void
see_to(struct encoder_track *track, int64_t asked, const char *viewer)
{
	struct encoders *encoders = track->film->all;
	size_t number = asked >= 0
	    ? (size_t)asked
	    : hls_cuts_find(&track->cuts, track->film->place);
	struct encoder_run *run = find_run(track, number);
	struct err err;

	if (asked >= 0 && track->is_written[number])
		return;
	if (run == NULL && asked < 0)
		run = track->runs;
	if (run == NULL) {
		if (encoders->is_closed || track->failures >= ENCODERS_TRIES)
			return;
		leave_behind(track, viewer);
		if (takes_slot(track) && !has_slot(track))
			return;
		if (count_runs(track) >= RUNS_MAX) {
			drop_oldest(track);
			return;
		}
		run = encoder_run_start(track, number, &err);
		if (run == NULL) {
			track->failures = ENCODERS_TRIES;
			track->why = err;
			return;
		}
		log_debug("encoder.begun", "%s of source %lld from %zu on.",
		    track->name, (long long)track->film->source_id, number);
	}
	run->asked_at = clock_mono_ms();
	if (asked >= 0)
		note_viewer(run, number, viewer);
}

/* --- Those who wait ------------------------------------------------------------- */

static bool
is_there(const struct encoder_track *track, int64_t number)
{
	return number < 0 ? track->has_init : track->is_made[number];
}

static struct json_object *
make_answer(const struct encoder_track *track, int64_t number)
{
	struct json_object *obj = json_object_new_object();
	char path[ENCODERS_PATH_SIZE];

	if (!is_there(track, number)) {
		json_add(obj, "path", NULL);
		return obj;
	}
	encoder_path(track, number, path);
	json_add_text(obj, "path", path);
	return obj;
}

/* What cannot come now: why. */
static bool
has_reason(const struct encoder_track *track, bool is_late, struct err *err)
{
	if (track->film->all->is_closed) {
		err_set(err, ERR_CANCELLED, "Miauflix is stopping.");
		return true;
	}
	if (track->failures >= ENCODERS_TRIES) {
		*err = track->why;
		return true;
	}
	if (is_late && track->runs == NULL && takes_slot(track)) {
		err_set(err, ERR_ENCODER_BUSY,
		    "All encoders of this server are in use.");
		return true;
	}
	return false;
}

/* Answers those who need not wait any longer. An answer may end a connection, so
 * each look begins at the front. */
static void
look(struct encoders *encoders)
{
	struct waiting **at = &encoders->waiting, *waiting;
	int64_t now = clock_mono_ms();
	struct err err;
	bool is_late;

	while ((waiting = *at) != NULL) {
		is_late = now >= waiting->until;
		if (is_there(waiting->track, waiting->number)) {
			*at = waiting->next;
			rpc_reply(waiting->call,
			    make_answer(waiting->track, waiting->number));
		} else if (has_reason(waiting->track, is_late, &err)) {
			*at = waiting->next;
			/* The next who asks may be luckier. */
			if (!is_waited_for(encoders, waiting->track))
				waiting->track->failures = 0;
			rpc_fail(waiting->call, &err);
		} else if (is_late) {
			*at = waiting->next;
			rpc_reply(waiting->call,
			    make_answer(waiting->track, waiting->number));
		} else {
			see_to(waiting->track, waiting->number,
			    waiting->viewer);
			at = &waiting->next;
			continue;
		}
		free(waiting);
		at = &encoders->waiting;
	}
}

void
encoders_made(struct encoder_track *track, int64_t number)
{
	if (number < 0)
		track->has_init = true;
	else
		track->is_made[number] = true;
	look(track->film->all);
}

void
encoders_ended(struct encoder_track *track)
{
	look(track->film->all);
}

static int
find_part(struct rpc_call *call, struct encoder_track **track, int64_t *number,
    struct err *err)
{
	struct json_object *params = rpc_params(call);
	struct encoders *encoders = rpc_miaud(call)->encoders;
	struct encoder_film *film;

	if (encoders->is_closed)
		return err_set(err, ERR_CANCELLED, "Miauflix is stopping.");
	film = encoder_film_find(
	    encoders, json_get_int(params, "sourceId", 0), err);
	if (film == NULL)
		return -1;
	if (!uv_is_active((uv_handle_t *)&encoders->tick))
		uv_timer_start(&encoders->tick, on_tick, TICK_MS, TICK_MS);
	*track =
	    encoder_film_track(film, json_get_text(params, "track", ""), err);
	if (*track == NULL)
		return -1;
	*number = json_get_int(params, "number", -1);
	if (*number < -1 || *number >= (int64_t)(*track)->cuts.n)
		return err_set(err, ERR_NOT_FOUND, "There is no such segment.");
	return 0;
}

void
encoders_part(struct rpc_call *call)
{
	struct json_object *params = rpc_params(call);
	struct encoder_track *track = NULL;
	struct waiting *waiting;
	const char *viewer;
	int64_t number = -1;
	struct err err;

	if (find_part(call, &track, &number, &err) == -1) {
		rpc_fail(call, &err);
		return;
	}
	viewer = json_get_text(params, "viewer", "");
	if (number >= 0)
		note_asked(track, (size_t)number, viewer);
	else if (track->film->place < 0)
		track->film->place =
		    json_get_int(params, "place", 0) * HLS_CLOCK;
	if (is_there(track, number)) {
		rpc_reply(call, make_answer(track, number));
		return;
	}
	waiting = mem_calloc(1, sizeof(*waiting));
	waiting->call = call;
	waiting->track = track;
	waiting->number = number;
	waiting->until =
	    clock_mono_ms() + json_get_int(params, "waitMs", 0);
	snprintf(waiting->viewer, sizeof(waiting->viewer), "%s", viewer);
	waiting->next = track->film->all->waiting;
	track->film->all->waiting = waiting;
	see_to(track, number, waiting->viewer);
}

/* --- Time ------------------------------------------------------------------------ */

static void
check_run(struct encoder_run *run, int64_t now)
{
	int limit;

	if (run->is_cancelled || run->child == NULL)
		return;
	/* Bytes of the film that have yet to come are nobody's fault. */
	if (children_is_held(run->child))
		run->fed_at = now;
	limit = run->use.way == NULL ? ENCODERS_HANG_MS : ENCODERS_STUCK_MS;
	if (run->is_reading && now - run->fed_at > limit) {
		run->has_failed = true;
		err_set(&run->why, ERR_MEDIA_REFUSED,
		    "The encoder wrote nothing for %d s.", limit / 1000);
		encoder_run_cancel(run);
	} else if (now - run->asked_at > ENCODERS_IDLE_MS &&
	    !is_waited_for(run->track->film->all, run->track)) {
		encoder_run_cancel(run);
	}
}

/* Whether nothing of it is in use. */
static bool
check_film(struct encoder_film *film, int64_t now)
{
	struct encoder_track *track;
	struct encoder_run *run;
	bool is_idle = now - film->asked_at > ENCODERS_KEEP_MS;

	for (track = film->tracks; track != NULL; track = track->next) {
		is_idle = is_idle && track->runs == NULL &&
		    !is_waited_for(film->all, track);
		for (run = track->runs; run != NULL; run = run->next)
			check_run(run, now);
	}
	return is_idle;
}

static void
on_tick(uv_timer_t *timer)
{
	struct encoders *encoders = timer->data;
	struct encoder_film *film, *next;
	int64_t now = clock_mono_ms();

	look(encoders);
	for (film = encoders->films; film != NULL; film = next) {
		next = film->next;
		if (check_film(film, now))
			encoder_film_free(film);
	}
	if (encoders->films == NULL)
		uv_timer_stop(timer);
}

bool
encoders_are_used(const struct encoders *encoders)
{
	return encoders->films != NULL;
}

/* --- The end --------------------------------------------------------------------- */

void
encoders_stop(struct encoders *encoders)
{
	encoders->is_closed = true;
	children_close(encoders->children);
	look(encoders);
}

bool
encoders_is_drained(const struct encoders *encoders)
{
	const struct encoder_film *film;
	const struct encoder_track *track;

	for (film = encoders->films; film != NULL; film = film->next)
		for (track = film->tracks; track != NULL; track = track->next)
			if (track->runs != NULL)
				return false;
	return encoders->n_writing == 0 && hardware_is_idle(encoders->hardware);
}

void
encoders_close(struct encoders *encoders)
{
	while (encoders->films != NULL)
		encoder_film_free(encoders->films);
	uv_close((uv_handle_t *)&encoders->tick, NULL);
}

void
encoders_free(struct encoders *encoders)
{
	if (encoders == NULL)
		return;
	children_free(encoders->children);
	hardware_free(encoders->hardware);
	free(encoders);
}

static void
add_run(struct json_object *list, const struct encoder_run *run)
{
	const struct encoder_track *track = run->track;
	struct json_object *obj = json_object_new_object();
	size_t at = hls_cutter_at(run->cutter);

	if (at > track->cuts.n - 1)
		at = track->cuts.n - 1;
	json_add_int(obj, "sourceId", track->film->source_id);
	json_add_text(obj, "track", track->name);
	json_add_real(obj, "position", (double)track->cuts.at[at] / HLS_CLOCK);
	json_add_text(obj, "state",
	    run->is_cancelled     ? "ending"
		: run->is_reading ? "running"
				  : "ahead");
	json_object_array_add(list, obj);
}

void
encoders_list(struct rpc_call *call)
{
	struct encoders *encoders = rpc_miaud(call)->encoders;
	struct json_object *list = json_object_new_array();
	struct json_object *obj = json_object_new_object();
	struct encoder_film *film;
	struct encoder_track *track;
	struct encoder_run *run;

	for (film = encoders->films; film != NULL; film = film->next)
		for (track = film->tracks; track != NULL; track = track->next)
			for (run = track->runs; run != NULL; run = run->next)
				add_run(list, run);
	json_add_int(obj, "slots", slots(encoders));
	json_add(obj, "encoders", list);
	rpc_reply(call, obj);
}
