/*
 * The subtitles of a source: beside it, and inside it, which miaud takes out.
 */
#ifndef CGI_INNER_H
#define CGI_INNER_H

#include <sys/stat.h>

#include "cgi/common.h"
#include "lib/base/fs.h"
#include "lib/base/json.h"
#include "lib/library/subtitle.h"
#include "lib/play/play.h"
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

/* Where a file beside a film, or one that was fetched for it, lies; NULL: it is
 * gone. */
static inline const char *
inner_side(struct request *req, const struct subtitle *side, int64_t *size,
    int64_t *changed_ms)
{
	struct err err;

	return play_file_resolve(req->arena, side->folder,
	    arena_printf(req->arena, "%s/%s", side->folder, side->path), size,
	    changed_ms, &err);
}

enum { INNER_VTT_MAX = 64 * 1024 * 1024 };

/* Whether a file can be converted. Where it lies is nobody's business. */
static inline int
inner_check(const char *path, struct err *err)
{
	struct stat st;

	if (stat(path, &st) == -1)
		return err_set(err, ERR_SUBTITLE_NOT_FOUND,
		    "These subtitles cannot be read.");
	if (st.st_size > SUBTITLE_FILE_MAX)
		return err_set(err, ERR_MEDIA_REFUSED,
		    "Subtitles of more than 8 MiB are refused.");
	return 0;
}

/* Appends a file as WebVTT; `vtt` has room for INNER_VTT_MAX. */
static inline int
inner_convert(const char *path, const char *format, const char *language,
    struct buf *vtt, struct err *err)
{
	struct buf file;
	int result = inner_check(path, err);

	if (result == -1)
		return -1;
	buf_init(&file, SUBTITLE_FILE_MAX);
	result = fs_read(path, &file, err);
	if (result == -1)
		err_set(err, ERR_SUBTITLE_NOT_FOUND,
		    "These subtitles cannot be read.");
	else
		result = library_subtitle_convert(
		    file.data, file.len, format, language, vtt, err);
	buf_fini(&file);
	return result;
}

enum { INNER_WAIT_MS = 15000 };

/* Where a track inside lies, when it has to be made after at most wait_ms (the row
 * says so: waits_ms); NULL and the reason when it takes longer (ERR_BUSY), or there is
 * none. The database is released meanwhile. */
static inline const char *
inner_find(struct request *req, const struct source *source, int track,
    int wait_ms, struct err *err)
{
	const char *folder =
	    play_text_folder(req->arena, req->context->paths, source);
	const char *file = play_text_file(req->arena, folder, track);
	struct json_object *params, *result;

	if (!fs_exists(folder)) {
		params = json_object_new_object();
		json_add_int(params, "sourceId", source->id);
		if (request_call(req, "subtitle.extract", params, wait_ms,
			&result, err) == -1) {
			if (err->code == ERR_TIMEOUT)
				err_set(err, ERR_BUSY,
				    "The subtitles are still being read out "
				    "of the film; try again soon.");
			return NULL;
		}
		json_object_put(result);
	}
	if (fs_exists(file))
		return file;
	err_set(err, ERR_SUBTITLE_NOT_FOUND,
	    "This track of the film cannot be read.");
	return NULL;
}

#endif
