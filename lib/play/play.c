/* A source and its key. */
#include "lib/play/play.h"

#include <string.h>

#include "lib/auth/digest.h"
#include "lib/base/clock.h"
#include "lib/base/encode.h"
#include "lib/base/json.h"
#include "lib/play/source.h"
#include "lib/view/media.h"

enum { SAME_KEY_MS = 12 * 3600 * 1000 };

int
play_choose(
    const struct play_wish *wish, struct source *source, struct err *err)
{
	const struct source *chosen;
	struct source *sources;
	struct play_skip *skipped;
	size_t n, n_skipped;

	if (store_source_list(wish->db, wish->arena, wish->viewer,
		wish->title_id, wish->episode_id, &sources, &n,
		err) == STORE_ERROR)
		return -1;
	chosen =
	    play_source_choose(wish, sources, n, &skipped, &n_skipped, err);
	if (chosen == NULL)
		return -1;
	*source = *chosen;
	return 0;
}

/* What the key keeps of the device. */
static char *
device_text(const struct play_wish *wish)
{
	struct json_object *json = play_device_json(&wish->device);
	char *text = arena_strdup(wish->arena,
	    json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN));

	json_object_put(json);
	return text;
}

/* The key that the seed stands for now. Who does not know the seed does not know it;
 * it is another one for each source. */
static void
derive_key(const struct play_wish *wish, struct play *play)
{
	unsigned char seed[DIGEST_SIZE], bytes[DIGEST_SIZE];
	const char *what = arena_printf(wish->arena, "stream %lld %lld",
	    (long long)play->key.source_id,
	    (long long)(play->key.created_at / SAME_KEY_MS));

	digest_sha256(wish->seed, strlen(wish->seed), seed);
	digest_hmac(seed, DIGEST_PARTS(DIGEST_TEXT(what)), bytes);
	encode_base64url(bytes, sizeof(bytes), play->text);
	stream_key_hash(play->text, play->key.hash);
}

static int
add_key(const struct play_wish *wish, struct play *play, struct err *err)
{
	struct stream_key known;

	if (wish->seed != NULL) {
		derive_key(wish, play);
		if (stream_key_check(wish->db, wish->arena, wish->settings,
			play->text, play->key.created_at, &known, err) == 0)
			return 0;
		if (err->code != ERR_STREAM_KEY_INVALID)
			return -1;
		if (store_stream_key_add(wish->db, &play->key, err) == STORE_OK)
			return 0;
	}
	/* One that has ended stays so. */
	stream_key_make(play->text, &play->key);
	return store_stream_key_add(wish->db, &play->key, err) == STORE_OK ? 0
									   : -1;
}

int
play_begin(const struct play_wish *wish, struct play *play, struct err *err)
{
	struct source *sources;
	const struct source *chosen;
	size_t n;

	memset(play, 0, sizeof(*play));
	if (store_source_list(wish->db, wish->arena, wish->viewer,
		wish->title_id, wish->episode_id, &sources, &n,
		err) == STORE_ERROR)
		return -1;
	chosen = play_source_choose(
	    wish, sources, n, &play->skipped, &play->n_skipped, err);
	if (chosen == NULL)
		return -1;
	play_way_of_source(wish->arena, chosen, &wish->device, &play->way);
	if (play_source_note(wish, chosen, &play->way, sources, n, err) == -1)
		return -1;
	play->source = *chosen;
	play->key.user_id = (char *)wish->user_id;
	play->key.session_id = (char *)wish->session_id;
	play->key.profile_id = (char *)wish->viewer->profile_id;
	play->key.title_id = wish->title_id;
	play->key.episode_id = wish->episode_id;
	play->key.source_id = chosen->id;
	play->key.quality = chosen->quality;
	play->key.method = (char *)play_method_name(play->way.method);
	play->key.reason = (char *)play->way.code;
	play->key.device = device_text(wish);
	play->key.created_at = clock_now_ms();
	play->key.last_used_at = play->key.created_at;
	if (add_key(wish, play, err) == -1)
		return -1;
	play->media = view_media_object(chosen);
	return 0;
}

void
play_end(struct play *play)
{
	json_object_put(play->media);
	play->media = NULL;
}

struct json_object *
play_key_json(const struct view *view, const struct settings *settings,
    const struct play *play)
{
	struct json_object *obj = json_object_new_object(), *reason;
	const struct source *source = &play->source;

	json_add_text(obj, "streamingKey", play->text);
	json_add_text(obj, "quality", source->quality);
	json_add_int(obj, "size", source->size);
	json_add_text(obj, "videoCodec",
	    *source->video_codec == '\0' ? NULL : source->video_codec);
	json_add_int(obj, "broadcasters", 1);
	json_add_int(obj, "watchers", 0);
	json_add_time(
	    obj, "expiresAt", stream_key_expires(settings, &play->key));
	json_add_text(obj, "url",
	    view_url(
		view, arena_printf(view->arena, "api/stream/%s", play->text)));
	json_add_text(obj, "hlsUrl",
	    play->way.has_hls ? view_url(view,
				    arena_printf(view->arena,
					"api/hls/%s/master.m3u8", play->text))
			      : NULL);
	json_add_bool(obj, "directPlay",
	    play->way.method == PLAY_DIRECT && play->media != NULL);
	json_add_text(obj, "method", play_method_name(play->way.method));
	reason = json_object_new_object();
	json_add_text(reason, "code", play->way.code);
	json_add_text(reason, "sentence", play->way.sentence);
	json_add(obj, "reason", reason);
	return obj;
}

enum store_result
play_title_find(struct db *db, struct arena *arena, const struct viewer *viewer,
    const char *text, struct title *title, struct err *err)
{
	enum title_kind kind;
	const char *imdb_id = NULL;
	int64_t pid;

	if (!store_title_parse_id(text, &kind, &pid, &imdb_id))
		return STORE_NONE;
	if (imdb_id != NULL)
		return store_title_find_imdb(
		    db, arena, viewer, imdb_id, title, err);
	return store_title_find(db, arena, viewer, kind, pid, title, err);
}
