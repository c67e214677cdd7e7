/* The line of those for whom no slot is free. */
#include "daemon/miaud/encoders/part.h"
#include "daemon/miaud/miaud.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"

/* A handler asks in steps, a player anew after a while. */
enum { GONE_MS = 15000 };

static bool
is_in_line(const struct encoder_track *track, int64_t now)
{
	return track->in_line != 0 && now - track->in_line_at < GONE_MS;
}

void
encoder_queue_join(struct encoder_track *track)
{
	int64_t now = clock_mono_ms();

	if (!is_in_line(track, now))
		track->in_line = ++track->film->all->n_in_line;
	track->in_line_at = now;
}

void
encoder_queue_leave(struct encoder_track *track)
{
	track->in_line = 0;
}

int
encoder_queue_before(const struct encoder_track *track)
{
	const struct encoder_film *film;
	const struct encoder_track *other;
	int64_t now = clock_mono_ms();
	int n = 0;

	for (film = track->film->all->films; film != NULL; film = film->next)
		for (other = film->tracks; other != NULL; other = other->next)
			if (is_in_line(other, now) &&
			    other->in_line < track->in_line)
				n++;
	return n;
}

/* The best place of a film, 1: the next; 0: it is not in line. */
static int
place_of(const struct encoders *encoders, int64_t source_id)
{
	const struct encoder_film *film;
	const struct encoder_track *track;
	int64_t now = clock_mono_ms();
	int place, best = 0;

	for (film = encoders->films; film != NULL; film = film->next)
		for (track = film->tracks; track != NULL; track = track->next) {
			if (film->source_id != source_id ||
			    !is_in_line(track, now))
				continue;
			place = encoder_queue_before(track) + 1;
			if (best == 0 || place < best)
				best = place;
		}
	return best;
}

void
encoders_queue(struct rpc_call *call)
{
	struct json_object *obj = json_object_new_object();
	int place = place_of(rpc_miaud(call)->encoders,
	    json_get_int(rpc_params(call), "sourceId", 0));

	if (place == 0)
		json_add(obj, "place", NULL);
	else
		json_add_int(obj, "place", place);
	rpc_reply(call, obj);
}
