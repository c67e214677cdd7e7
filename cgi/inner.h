/*
 * The subtitles of a source: beside it, and inside it, which miaud takes out.
 */
#ifndef CGI_INNER_H
#define CGI_INNER_H

#include "cgi/common.h"
#include "lib/base/fs.h"
#include "lib/base/json.h"
#include "lib/play/text.h"
#include "lib/play/tracks.h"
#include "lib/view/media.h"

/* The tracks of a source: those beside it and those fetched for it, then those
 * inside. -1 with err. */
static inline int
inner_list(struct request *req, const struct source *source,
    struct view_track **tracks, size_t *n, struct err *err)
{
	struct subtitle *sides;
	struct play_text *texts;
	size_t n_sides, n_texts;

	if (play_tracks(req->db, req->arena, req->context->paths, source,
		&sides, &n_sides, err) == -1)
		return -1;
	n_texts = play_text_list(req->arena, source, &texts);
	*n = n_sides + n_texts;
	*tracks = arena_alloc(req->arena, *n + 1, sizeof(**tracks));
	for (size_t i = 0; i < n_sides; i++)
		(*tracks)[i] = (struct view_track){ .side = &sides[i] };
	for (size_t i = 0; i < n_texts; i++)
		(*tracks)[n_sides + i] = (struct view_track){
			.own = texts[i].track,
			.is_picture = texts[i].is_picture,
		};
	return 0;
}

enum { INNER_WAIT_MS = 15000 };

/* Where it lies, when it has to be made after at most INNER_WAIT_MS (the row says
 * so: waits_ms); NULL and *refusal when it takes longer (503), or there is none. The
 * database is released meanwhile. */
static inline const char *
inner_find(struct request *req, const struct source *source, int track,
    struct reply *refusal)
{
	const char *folder =
	    play_text_folder(req->arena, req->context->paths, source);
	const char *file = play_text_file(req->arena, folder, track);
	struct json_object *params, *result;
	struct err err;

	if (!fs_exists(folder)) {
		params = json_object_new_object();
		json_add_int(params, "sourceId", source->id);
		if (request_call(req, "subtitle.extract", params, INNER_WAIT_MS,
			&result, &err) == 0) {
			json_object_put(result);
		} else {
			if (err.code == ERR_TIMEOUT)
				err_set(&err, ERR_BUSY,
				    "The subtitles are still being read out "
				    "of the film; try again soon.");
			*refusal = reply_err(&err);
			return NULL;
		}
	}
	if (fs_exists(file))
		return file;
	*refusal = reply_error(
	    ERR_SUBTITLE_NOT_FOUND, "This track of the film cannot be read.");
	return NULL;
}

#endif
