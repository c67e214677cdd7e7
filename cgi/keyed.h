/*
 * What handlers share whose callers hold a stream key.
 */
#ifndef CGI_KEYED_H
#define CGI_KEYED_H

#include "cgi/common.h"
#include "lib/auth/stream_key.h"
#include "lib/base/encode.h"
#include "lib/base/json.h"

enum {
	KEYED_TOUCH_MS = 60000, /* how exact "last used" is */
	KEYED_ARENA_MAX = 65536,
};

/* GET never writes: miaud notes that the key was used. */
static inline void
tell_used(struct request *req)
{
	char hash[ENCODE_HEX_SIZE(STREAM_KEY_HASH_SIZE)];
	int64_t now = clock_now_ms();
	struct json_object *params;

	if (now - req->stream_key.last_used_at < KEYED_TOUCH_MS)
		return;
	req->stream_key.last_used_at = now;
	encode_hex(req->stream_key.hash, STREAM_KEY_HASH_SIZE, hash);
	params = json_object_new_object();
	json_add_text(params, "hash", hash);
	request_notify(req, "stream_key.touch", params);
}

/* Whether the key of an answer that is under way still holds. That it would have
 * expired meanwhile does not matter: it is in use. */
static inline bool
still_holds(struct request *req)
{
	struct arena *arena = arena_new(KEYED_ARENA_MAX);
	struct stream_key key;
	enum store_result found;
	bool is_good;
	struct err err;

	found = store_stream_key_find(
	    req->db, arena, req->stream_key.hash, &key, &err);
	is_good = found == STORE_ERROR ||
	    (found == STORE_OK && key.revoked_at == 0 && !key.session_revoked);
	arena_free(arena);
	db_release(req->db);
	return is_good;
}

#endif
