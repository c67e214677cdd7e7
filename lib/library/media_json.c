/*
 * struct media ↔ the contract's Media object, which is also how it is stored.
 */
#include <string.h>

#include "lib/base/json.h"
#include "lib/library/media.h"

static void
add_number(struct json_object *obj, const char *key, int64_t n)
{
	if (n > 0)
		json_add_int(obj, key, n);
	else
		json_add(obj, key, NULL);
}

static struct json_object *
audio_json(const struct media *media)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < media->n_audio; i++) {
		const struct media_audio *audio = &media->audio[i];
		struct json_object *obj = json_object_new_object();

		json_add_int(obj, "index", audio->index);
		json_add_text(obj, "language", audio->language);
		json_add_text(obj, "title", audio->title);
		json_add_text(obj, "codec", audio->codec);
		json_add_text(obj, "codecString", audio->codec_string);
		add_number(obj, "channels", audio->channels);
		json_add_text(obj, "channelLayout", audio->layout);
		json_add_bool(obj, "default", audio->is_default);
		json_object_array_add(list, obj);
	}
	return list;
}

static struct json_object *
subtitles_json(const struct media *media)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < media->n_subtitles; i++) {
		const struct media_subtitle *sub = &media->subtitles[i];
		struct json_object *obj = json_object_new_object();

		json_add_int(obj, "index", sub->index);
		json_add_text(obj, "language", sub->language);
		json_add_text(obj, "title", sub->title);
		json_add_text(obj, "codec", sub->codec);
		json_add_bool(obj, "picture", sub->is_picture);
		json_add_bool(obj, "forced", sub->is_forced);
		json_add_bool(obj, "hearingImpaired", sub->is_sdh);
		json_add_bool(obj, "default", sub->is_default);
		json_object_array_add(list, obj);
	}
	return list;
}

static struct json_object *
chapters_json(const struct media *media)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < media->n_chapters; i++) {
		const struct media_chapter *chapter = &media->chapters[i];
		struct json_object *obj = json_object_new_object();

		json_add_real(obj, "start", chapter->start);
		json_add_real(obj, "end", chapter->end);
		json_add_text(
		    obj, "title", chapter->title == NULL ? "" : chapter->title);
		json_object_array_add(list, obj);
	}
	return list;
}

static void
add_real(struct json_object *obj, const char *key, double n)
{
	if (n > 0)
		json_add_real(obj, key, n);
	else
		json_add(obj, key, NULL);
}

struct json_object *
library_media_json(const struct media *media)
{
	struct json_object *obj = json_object_new_object();

	json_add_text(obj, "container", media->container);
	json_add_text(obj, "mimeType", media->mime_type);
	json_add_text(obj, "codecString", media->codec_string);
	json_add_text(obj, "videoCodec", media->video_codec);
	json_add_text(obj, "videoCodecString", media->video_codec_string);
	add_number(obj, "width", media->width);
	add_number(obj, "height", media->height);
	json_add_text(obj, "hdr", media->hdr);
	add_real(obj, "fps", media->fps);
	add_number(obj, "bitDepth", media->bit_depth);
	json_add_real(obj, "startTime", media->start);
	add_real(obj, "duration", media->duration);
	add_number(obj, "bitrate", media->bitrate);
	json_add_int(obj, "size", media->size);
	json_add(obj, "audio", audio_json(media));
	json_add(obj, "subtitles", subtitles_json(media));
	json_add(obj, "chapters", chapters_json(media));
	return obj;
}

static const char *
text(struct arena *arena, struct json_object *obj, const char *key,
    const char *otherwise)
{
	return arena_strdup(arena, json_get_text(obj, key, otherwise));
}

static void
read_audio(struct arena *arena, struct json_object *list, struct media *media)
{
	size_t n = list ? json_object_array_length(list) : 0;

	for (size_t i = 0; i < n && i < MEDIA_AUDIO_MAX; i++) {
		struct json_object *obj = json_object_array_get_idx(list, i);

		if (!json_object_is_type(obj, json_type_object))
			continue;
		media->audio[media->n_audio++] = (struct media_audio){
			.index = (int)json_get_int(obj, "index", (int64_t)i),
			.codec = text(arena, obj, "codec", "unknown"),
			.codec_string = text(arena, obj, "codecString", NULL),
			.channels = (int)json_get_int(obj, "channels", 0),
			.layout = text(arena, obj, "channelLayout", NULL),
			.language = text(arena, obj, "language", NULL),
			.title = text(arena, obj, "title", NULL),
			.is_default = json_get_bool(obj, "default", false),
		};
	}
}

static void
read_subtitles(
    struct arena *arena, struct json_object *list, struct media *media)
{
	size_t n = list ? json_object_array_length(list) : 0;

	for (size_t i = 0; i < n && i < MEDIA_SUBTITLES_MAX; i++) {
		struct json_object *obj = json_object_array_get_idx(list, i);

		if (!json_object_is_type(obj, json_type_object))
			continue;
		media->subtitles[media->n_subtitles++] =
		    (struct media_subtitle){
			    .index =
				(int)json_get_int(obj, "index", (int64_t)i),
			    .codec = text(arena, obj, "codec", "unknown"),
			    .language = text(arena, obj, "language", NULL),
			    .title = text(arena, obj, "title", NULL),
			    .is_default = json_get_bool(obj, "default", false),
			    .is_forced = json_get_bool(obj, "forced", false),
			    .is_sdh =
				json_get_bool(obj, "hearingImpaired", false),
			    .is_picture = json_get_bool(obj, "picture", false),
		    };
	}
}

static void
read_chapters(
    struct arena *arena, struct json_object *list, struct media *media)
{
	size_t n = list ? json_object_array_length(list) : 0;

	for (size_t i = 0; i < n && i < MEDIA_CHAPTERS_MAX; i++) {
		struct json_object *obj = json_object_array_get_idx(list, i);

		if (json_object_is_type(obj, json_type_object))
			media->chapters[media->n_chapters++] =
			    (struct media_chapter){
				    .start = json_get_real(obj, "start", 0),
				    .end = json_get_real(obj, "end", 0),
				    .title = text(arena, obj, "title", NULL),
			    };
	}
}

int
library_media_read(
    struct arena *arena, const char *json, struct media *media, struct err *err)
{
	struct json_object *obj = json_parse(json, strlen(json), err);

	memset(media, 0, sizeof(*media));
	if (obj == NULL || !json_object_is_type(obj, json_type_object) ||
	    json_get_text(obj, "container", NULL) == NULL) {
		json_object_put(obj);
		return err_set(err, ERR_CORRUPT,
		    "What is stored about a file cannot be read.");
	}
	media->container = text(arena, obj, "container", "other");
	media->mime_type =
	    text(arena, obj, "mimeType", "application/octet-stream");
	media->codec_string = text(arena, obj, "codecString", "");
	media->video_codec = text(arena, obj, "videoCodec", NULL);
	media->video_codec_string = text(arena, obj, "videoCodecString", NULL);
	media->width = (int)json_get_int(obj, "width", 0);
	media->height = (int)json_get_int(obj, "height", 0);
	media->hdr = text(arena, obj, "hdr", NULL);
	media->fps = json_get_real(obj, "fps", 0);
	media->bit_depth = (int)json_get_int(obj, "bitDepth", 0);
	media->start = json_get_real(obj, "startTime", 0);
	media->duration = json_get_real(obj, "duration", 0);
	media->bitrate = json_get_int(obj, "bitrate", 0);
	media->size = json_get_int(obj, "size", 0);
	read_audio(arena, json_get_array(obj, "audio"), media);
	read_subtitles(arena, json_get_array(obj, "subtitles"), media);
	read_chapters(arena, json_get_array(obj, "chapters"), media);
	json_object_put(obj);
	return 0;
}
