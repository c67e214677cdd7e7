/* What handlers tell in passing, and who hears of it. */
#include <stdio.h>
#include <string.h>

#include "daemon/miaud/downloads/ahead.h"
#include "daemon/miaud/events.h"
#include "daemon/miaud/intents.h"
#include "daemon/miaud/methods/methods.h"
#include "daemon/miaud/miaud.h"
#include "daemon/miaud/streams/warm.h"
#include "daemon/miaud/touches.h"
#include "lib/base/clock.h"
#include "lib/base/encode.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/store/sources.h"

enum { SOURCE_ARENA = 4 * 1024 * 1024 };

void
method_events_subscribe(struct rpc_call *call)
{
	rpc_subscribe(call, json_get_text(rpc_params(call), "since", NULL));
}

void
method_session_touch(struct rpc_call *call)
{
	touches_session(rpc_miaud(call)->touches,
	    json_get_text(rpc_params(call), "sessionId", ""), clock_now_ms());
	rpc_done(call);
}

void
method_api_key_touch(struct rpc_call *call)
{
	const char *address = rpc_address(call);

	touches_api_key(rpc_miaud(call)->touches,
	    json_get_text(rpc_params(call), "id", ""),
	    address == NULL ? "" : address, clock_now_ms());
	rpc_done(call);
}

void
method_session_ended(struct rpc_call *call)
{
	struct json_object *params = rpc_params(call);
	struct event event = { .topic = "session",
		.audience = EVENT_SESSION,
		.who = json_get_text(params, "sessionId", ""),
		.data = json_object_new_object() };

	json_add_text(
	    event.data, "reason", json_get_text(params, "reason", ""));
	events_post(rpc_miaud(call)->events, &event);
	rpc_done(call);
}

void
method_stream_key_touch(struct rpc_call *call)
{
	unsigned char hash[STREAM_KEY_HASH_SIZE];
	struct err err;

	if (!decode_hex(json_get_text(rpc_params(call), "hash", ""), hash,
		sizeof(hash))) {
		err_set(&err, ERR_INVALID_FIELDS, "hash is not hexadecimal.");
		rpc_fail(call, &err);
		return;
	}
	touches_stream_key(rpc_miaud(call)->touches, hash, clock_now_ms());
	rpc_done(call);
}

/* What may be played soon is made ready; of what is played now the index as well, by
 * which it is cut. */
static void
warm(struct miaud *miaud, int64_t source_id, double fraction, bool is_played)
{
	struct arena *arena = arena_new(SOURCE_ARENA);
	struct source source;
	struct err err;

	if (store_source_find(miaud->db, arena, &store_unlimited, source_id,
		&source, &err) == STORE_OK &&
	    source.torrent_id != 0) {
		warms_touch(miaud->warms, source.torrent_id,
		    (int)source.file_index, fraction);
		ahead_want(miaud->ahead, source_id,
		    is_played ? AHEAD_PLAYED : AHEAD_SOON);
	}
	db_release(miaud->db);
	arena_free(arena);
}

void
method_ui_intent(struct rpc_call *call)
{
	struct json_object *params = rpc_params(call);
	const char *user = rpc_user(call);
	struct intent intent = { .at = clock_now_ms() };
	int64_t source_id;

	snprintf(intent.user_id, sizeof(intent.user_id), "%s",
	    user != NULL ? user : "");
	snprintf(intent.title_id, sizeof(intent.title_id), "%s",
	    json_get_text(params, "titleId", ""));
	snprintf(intent.kind, sizeof(intent.kind), "%s",
	    json_get_text(params, "kind", ""));
	intents_add(rpc_miaud(call)->intents, &intent);
	log_debug("ui.intent", "%s %s", intent.kind, intent.title_id);
	source_id = json_get_int(params, "sourceId", 0);
	if (source_id != 0)
		warm(rpc_miaud(call), source_id,
		    json_get_real(params, "fraction", 0),
		    strcmp(intent.kind, "play") == 0);
	rpc_done(call);
}

void
method_ui_intents(struct rpc_call *call)
{
	struct json_object *out = json_object_new_object();

	json_add(out, "intents", intents_list(rpc_miaud(call)->intents));
	rpc_reply(call, out);
}

void
method_progress_changed(struct rpc_call *call)
{
	struct event event = { .topic = "playback",
		.audience = EVENT_PROFILE,
		.who = rpc_profile(call),
		.except = rpc_session(call) };
	struct err err;

	if (event.who == NULL) {
		err_set(&err, ERR_INVALID_FIELDS, "_actor is missing.");
		rpc_fail(call, &err);
		return;
	}
	/* The schema of the params is that of the event. */
	event.data = json_object_get(rpc_params(call));
	events_post(rpc_miaud(call)->events, &event);
	rpc_done(call);
}
