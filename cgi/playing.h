/*
 * What handlers share around playing: the wish of whoever asks, the key that
 * answers it, and a place that is kept.
 */
#ifndef CGI_PLAYING_H
#define CGI_PLAYING_H

#include "cgi/common.h"
#include "lib/base/json.h"
#include "lib/play/play.h"
#include "lib/play/position.h"

/* The caller's wish for a quality; the title is still to be named. */
static inline struct play_wish
wish_of(const struct request *req, const char *quality)
{
	return (struct play_wish){
		.db = req->db,
		.arena = req->arena,
		.settings = req->context->settings,
		.user_id = req->caller.user_id,
		.session_id = req->caller.session_id,
		.viewer = &req->caller.viewer,
		.quality = quality,
	};
}

/* Tells miaud what is about to be played, and from where on. */
static inline void
tell_intent(struct request *req, const struct title *title, const char *kind,
    const struct source *source, const struct progress *place)
{
	struct json_object *params = json_object_new_object();
	bool goes_on = place != NULL && place->id != 0 &&
	    place->status != PROGRESS_COMPLETED;

	json_add_text(params, "titleId",
	    store_title_public_id(req->arena, title->kind, title->pid));
	json_add_text(params, "kind", kind);
	if (source != NULL && source->torrent_id != 0) {
		json_add_int(params, "sourceId", source->id);
		json_add_real(
		    params, "fraction", goes_on ? place->fraction : 0);
	}
	request_notify(req, "ui.intent", params);
}

/* A new key for what is wished. */
static inline struct reply
reply_play_key(const struct request *req, const struct play_wish *wish)
{
	const struct view view = view_of(req);
	struct json_object *key;
	struct play play;
	struct err err;

	if (play_begin(wish, &play, &err) == -1)
		return reply_err(&err);
	key = play_key_json(&view, wish->settings, &play);
	play_end(&play);
	return reply_secret(key);
}

/* Keeps the place and tells the person's other screens; the answer is empty. */
static inline struct reply
reply_position(struct request *req, const struct position *position)
{
	struct json_object *news;
	struct err err;

	if (position_save(position, &news, &err) == -1)
		return reply_err(&err);
	request_notify(req, "progress.changed", news);
	return reply_empty();
}

#endif
