/*
 * Choosing a source and making its key.
 */
#include "lib/play/play.h"

#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/view/media.h"

/* From the best down; "auto" is none of them. */
static const char *const qualities[] = { "8K", "4K", "2K", "FHD", "HD", "SD" };

/* Place in the list, 0 being the best; "auto" and unknown ones count as 0. */
static size_t
quality_rank(const char *quality)
{
	size_t i;

	for (i = 0; i < COUNT_OF(qualities); i++)
		if (strcmp(qualities[i], quality) == 0)
			return i;
	return 0;
}

/* Sources come best first. */
static const struct source *
choose(const struct play_wish *wish, const struct source *sources, size_t n)
{
	const struct source *best = NULL;
	size_t i, wanted = quality_rank(wish->quality);

	for (i = 0; i < n; i++) {
		if (quality_rank(sources[i].quality) < wanted)
			continue;
		if (best == NULL)
			best = &sources[i];
		if (strcmp(wish->quality, "auto") != 0)
			break;
		if (view_plays_directly(&sources[i], wish->codecs))
			return &sources[i];
	}
	return best;
}

int
play_begin(const struct play_wish *wish, struct play *play, struct err *err)
{
	struct source *sources;
	const struct source *chosen;
	size_t n;

	memset(play, 0, sizeof(*play));
	if (store_source_list(wish->db, wish->arena, wish->title_id,
		wish->episode_id, &sources, &n, err) == STORE_ERROR)
		return -1;
	chosen = choose(wish, sources, n);
	if (chosen == NULL)
		return err_set(err, ERR_SOURCE_NOT_FOUND,
		    n == 0 ? "There is no source for this title yet."
			   : "There is no source at or below this quality.");
	play->source = *chosen;
	stream_key_make(play->text, &play->key);
	play->key.user_id = (char *)wish->user_id;
	play->key.session_id = (char *)wish->session_id;
	play->key.profile_id = (char *)wish->profile_id;
	play->key.title_id = wish->title_id;
	play->key.episode_id = wish->episode_id;
	play->key.source_id = chosen->id;
	play->key.quality = chosen->quality;
	play->key.created_at = clock_now_ms();
	play->key.last_used_at = play->key.created_at;
	if (store_stream_key_add(wish->db, &play->key, err) != STORE_OK)
		return -1;
	play->media = view_media_object(chosen);
	play->is_direct = view_plays_directly(chosen, wish->codecs);
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
	struct json_object *obj = json_object_new_object();
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
	json_add(obj, "hlsUrl", NULL);
	json_add_bool(obj, "directPlay", play->is_direct);
	return obj;
}

enum store_result
play_title_find(struct db *db, struct arena *arena, const char *text,
    struct title *title, struct err *err)
{
	enum title_kind kind;
	const char *imdb_id = NULL;
	int64_t pid;

	if (!store_title_parse_id(text, &kind, &pid, &imdb_id))
		return STORE_NONE;
	if (imdb_id != NULL)
		return store_title_find_imdb(db, arena, imdb_id, title, err);
	return store_title_find(db, arena, kind, pid, title, err);
}
