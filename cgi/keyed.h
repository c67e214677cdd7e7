/*
 * What handlers share whose callers hold a stream key.
 */
#ifndef CGI_KEYED_H
#define CGI_KEYED_H

#include "cgi/common.h"
#include "lib/auth/stream_key.h"
#include "lib/base/encode.h"
#include "lib/base/json.h"

enum { KEYED_TOUCH_MS = 60000 }; /* how exact "last used" is */

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

#endif
