/*
 * What handlers share around playing: the wish of whoever asks, the key that
 * answers it, and a place that is kept.
 */
#ifndef CGI_PLAYING_H
#define CGI_PLAYING_H

#include "cgi/common.h"
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
		.profile_id = req->caller.profile_id,
		.quality = quality,
	};
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
