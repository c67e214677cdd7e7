/*
 * Subtitles of words as renditions: those beside the film, those fetched for it, and
 * those inside, which miaud takes out.
 */
#include <math.h>
#include <string.h>

#include "cgi/hls/film.h"
#include "cgi/inner.h"
#include "lib/hls/text.h"

enum {
	SEGMENT_MAX = 4 * 1024 * 1024,
	/* A player waits for the segment, and goes on without it. */
	EXTRACT_MS = 3000,
};

static const char type_vtt[] = "text/vtt; charset=utf-8";

static struct hls_track
track_of(const struct view_track *from)
{
	if (from->side == NULL)
		return (struct hls_track){ .kind = HLS_SUBTITLES,
			.index = from->own->index };
	return (struct hls_track){ .kind = HLS_SUBTITLES,
		.file = (int)from->side->id,
		.is_fetched = from->side->is_fetched };
}

/* Pictures are none, nor what no name can tell. */
static bool
is_rendition(const struct view_track *from)
{
	return from->side == NULL ? !from->is_picture
				  : from->side->id <= HLS_TRACK_FILE_MAX;
}

static const char *
label_of(struct request *req, const char *title, const char *language,
    const struct hls_rendition *rendition, size_t place)
{
	if (title != NULL && *title != '\0')
		return title;
	if (language == NULL)
		return arena_printf(req->arena, "%zu", place + 1);
	return arena_printf(req->arena, "%s%s%s", language,
	    rendition->is_forced ? " (forced)" : "",
	    rendition->describes ? " (SDH)" : "");
}

static struct hls_rendition
rendition_of(struct request *req, const struct view_track *from, size_t place)
{
	const struct subtitle *side = from->side;
	const struct media_subtitle *own = from->own;
	const struct hls_track track = track_of(from);
	struct hls_rendition out = {
		.kind = HLS_SUBTITLES,
		.name = hls_film_name(req, &track),
		.language = side != NULL ? side->language : own->language,
		.is_forced = side != NULL ? side->is_forced : own->is_forced,
		.describes = side != NULL ? side->is_sdh : own->is_sdh,
	};

	out.label = label_of(req, side != NULL ? side->title : own->title,
	    out.language, &out, place);
	return out;
}

int
hls_text_list(struct request *req, const struct film *film,
    struct hls_rendition **list, size_t *n, struct err *err)
{
	struct view_track *tracks;
	size_t n_tracks;

	*n = 0;
	if (inner_list(req, &film->source, &tracks, &n_tracks, err) == -1)
		return -1;
	*list = arena_alloc(req->arena, n_tracks + 1, sizeof(**list));
	for (size_t i = 0; i < n_tracks; i++)
		if (is_rendition(&tracks[i]))
			(*list)[(*n)++] = rendition_of(req, &tracks[i], i);
	return 0;
}

static bool
is_same(const struct hls_track *a, const struct hls_track *b)
{
	return a->index == b->index && a->file == b->file &&
	    a->is_fetched == b->is_fetched;
}

static bool
find(struct request *req, const struct film *film,
    const struct hls_track *track, struct view_track *found)
{
	struct view_track *tracks;
	struct hls_track one;
	struct err err;
	size_t n;

	if (inner_list(req, &film->source, &tracks, &n, &err) == -1)
		return false;
	for (size_t i = 0; i < n; i++) {
		one = track_of(&tracks[i]);
		if (is_rendition(&tracks[i]) && is_same(&one, track)) {
			*found = tracks[i];
			return true;
		}
	}
	return false;
}

bool
hls_text_has(
    struct request *req, const struct film *film, const struct hls_track *track)
{
	struct view_track found;

	return find(req, film, track, &found);
}

/* The whole of a track as WebVTT. ERR_BUSY: it is not here yet. */
static int
read_track(struct request *req, const struct film *film,
    const struct view_track *from, struct buf *vtt, struct err *err)
{
	const struct subtitle *side = from->side;
	int64_t size, changed_ms;
	const char *path;

	if (side == NULL) {
		path = inner_find(
		    req, &film->source, from->own->index, EXTRACT_MS, err);
		return path == NULL
		    ? -1
		    : inner_convert(path, "ass", from->own->language, vtt, err);
	}
	path = inner_side(req, side, &size, &changed_ms);
	if (path == NULL)
		return err_set(err, ERR_SUBTITLE_NOT_FOUND,
		    "There is no such subtitle track.");
	return inner_convert(path, side->format, side->language, vtt, err);
}

/* Subtitles count from when the file begins, segments from its first picture; and they
 * are shown later by what somebody has set. */
static int64_t
shift_of(const struct film *film)
{
	double begins = film->media.start;

	if (film->has_index && film->index.den > 0)
		begins = hls_index_start(&film->index);
	return film->source.subtitle_delay_ms +
	    llround((film->media.start - begins) * 1000);
}

static int64_t
to_ms(int64_t clock)
{
	return clock * 1000 / HLS_CLOCK;
}

struct reply
hls_text_send(struct request *req, const struct film *film,
    const struct hls_track *track, const struct hls_cuts *cuts, size_t number)
{
	struct view_track from;
	struct reply reply;
	struct buf vtt, out;
	struct err err;

	if (!find(req, film, track, &from))
		return reply_error(
		    ERR_NOT_FOUND, "This film has no such track.");
	buf_init(&vtt, INNER_VTT_MAX);
	buf_init(&out, SEGMENT_MAX);
	/* What is not here yet is a segment without cues for now: players go on,
	 * and may ask again. */
	if ((read_track(req, film, &from, &vtt, &err) == -1 &&
		err.code != ERR_BUSY && err.code != ERR_DAEMON_DOWN) ||
	    hls_vtt_segment(&out, vtt.data, vtt.len, shift_of(film),
		to_ms(cuts->at[number]), to_ms(cuts->at[number + 1]),
		&err) == -1)
		reply = reply_err(&err);
	else
		reply =
		    reply_text(type_vtt, arena_strdup(req->arena, out.data));
	reply.cache_control = "private, no-store";
	buf_fini(&out);
	buf_fini(&vtt);
	return reply;
}
