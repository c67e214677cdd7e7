/*
 * ffprobe's JSON → struct media. ffprobe read a hostile file, so nothing in
 * its output is trusted: numbers have ranges, texts are cut and made fit to
 * show, lists have ends.
 */
#include "lib/library/media.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/json.h"
#include "lib/base/str.h"
#include "lib/library/codec.h"
#include "lib/library/side.h"

enum {
	TEXT_MAX = 200,
	PIXELS_MAX = 65536,
	STREAMS_MAX = 1000,
	SHAPE_MAX = 10, /* of pixels */
	DURATION_MAX = 100 * 3600,
};

static const char *const mime_types[][2] = {
	{ "mp4", "video/mp4" },
	{ "webm", "video/webm" },
	{ "matroska", "video/x-matroska" },
	{ "mpegts", "video/mp2t" },
	{ "avi", "video/x-msvideo" },
	{ "flv", "video/x-flv" },
	{ "asf", "video/x-ms-asf" },
	{ "ogg", "video/ogg" },
};

/* ffprobe writes numbers as texts or as numbers. */
static double
number_of(struct json_object *obj, const char *key, double min, double max)
{
	const char *text = json_get_text(obj, key, NULL);
	double n = json_get_real(obj, key, 0);

	if (text != NULL && !str_to_double(text, min, max, &n))
		return 0;
	return isfinite(n) && n >= min && n <= max ? n : 0;
}

/* "24000/1001". */
static double
rate_of(struct json_object *obj, const char *key)
{
	const char *text = json_get_text(obj, key, "");
	char *end;
	double a, b;

	a = strtod(text, &end);
	if (*end != '/')
		return 0;
	b = strtod(end + 1, &end);
	if (*end != '\0' || !isfinite(a) || !isfinite(b) || b <= 0 || a <= 0 ||
	    a / b > 1000)
		return 0;
	return a / b;
}

/* A text fit to show, or NULL. */
static const char *
shown(struct arena *arena, const char *text)
{
	char *display, *trimmed;
	const char *out;

	if (text == NULL || *text == '\0')
		return NULL;
	display = str_to_display(text, strnlen(text, TEXT_MAX));
	trimmed = str_trim(display);
	out = *trimmed == '\0' ? NULL : arena_strdup(arena, trimmed);
	free(display);
	return out;
}

static const char *
tag(struct arena *arena, struct json_object *stream, const char *name)
{
	return shown(
	    arena, json_get_text(json_get_object(stream, "tags"), name, NULL));
}

static const char *
language_tag(struct arena *arena, struct json_object *stream)
{
	const char *text = tag(arena, stream, "language");

	return text == NULL ? NULL : library_language(arena, text);
}

static bool
disposition(struct json_object *stream, const char *name)
{
	return json_get_int(json_get_object(stream, "disposition"), name, 0) !=
	    0;
}

/* Whether a title has a word, in letters of any size. */
static bool
has_word(const char *title, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = title; at != NULL && *at != '\0'; at++) {
		bool begins = at == title || !isalnum((unsigned char)at[-1]);

		if (begins && strncasecmp(at, word, len) == 0 &&
		    !isalnum((unsigned char)at[len]))
			return true;
	}
	return false;
}

/* "yuv420p10le": 10. */
static int
depth_of(struct json_object *stream)
{
	int raw = (int)number_of(stream, "bits_per_raw_sample", 1, 16);
	const char *format = json_get_text(stream, "pix_fmt", "");

	if (raw > 0)
		return raw;
	if (strstr(format, "12le") != NULL || strstr(format, "12be") != NULL)
		return 12;
	if (strstr(format, "10le") != NULL || strstr(format, "10be") != NULL)
		return 10;
	return 8;
}

static void
read_codec(struct arena *arena, struct json_object *stream, struct codec *codec)
{
	const char *name =
	    shown(arena, json_get_text(stream, "codec_name", NULL));
	const char *profile =
	    shown(arena, json_get_text(stream, "profile", NULL));

	*codec = (struct codec){
		.name = name ? name : "",
		.tag = json_get_text(stream, "codec_tag_string", ""),
		.profile = profile ? profile : "",
		.level = (int)json_get_int(stream, "level", -1),
		.width = (int)number_of(stream, "width", 1, PIXELS_MAX),
		.height = (int)number_of(stream, "height", 1, PIXELS_MAX),
		.fps = rate_of(stream, "avg_frame_rate"),
		.bit_depth = depth_of(stream),
	};
}

/* Light beyond the ordinary, and whether the picture is turned. */
static void
read_picture_data(struct json_object *stream, struct media *media)
{
	struct json_object *list = json_get_array(stream, "side_data_list");
	const char *transfer = json_get_text(stream, "color_transfer", "");
	size_t n = list ? json_object_array_length(list) : 0;

	if (strcmp(transfer, "smpte2084") == 0)
		media->hdr = "HDR10";
	else if (strcmp(transfer, "arib-std-b67") == 0)
		media->hdr = "HLG";
	for (size_t i = 0; i < n && i < STREAMS_MAX; i++) {
		struct json_object *data = json_object_array_get_idx(list, i);
		int turned;

		if (!json_object_is_type(data, json_type_object))
			continue;
		if (strstr(json_get_text(data, "side_data_type", ""), "DOVI"))
			media->hdr = "DV";
		turned = abs((int)number_of(data, "rotation", -360, 360)) % 360;
		if (turned == 90 || turned == 270) {
			int width = media->width;

			media->width = media->height;
			media->height = width;
		}
	}
}

/* "16:11": how much wider than high its pixels are; 1 when it does not say. */
static double
pixel_shape(struct json_object *stream)
{
	const char *text = json_get_text(stream, "sample_aspect_ratio", "");
	char *end;
	double across = strtod(text, &end), down;

	if (*end != ':')
		return 1;
	down = strtod(end + 1, &end);
	if (*end != '\0' || !(across > 0) || !(down > 0) ||
	    !(across / down <= SHAPE_MAX) || !(down / across <= SHAPE_MAX))
		return 1;
	return across / down;
}

/* What it measures on square pixels. */
static void
set_size(struct json_object *stream, const struct codec *codec,
    struct media *media)
{
	double shape = pixel_shape(stream);

	media->width = (int)(codec->width * fmax(1, shape) + 0.5);
	media->height = (int)(codec->height * fmax(1, 1 / shape) + 0.5);
}

static void
read_video(struct arena *arena, struct json_object *stream, struct media *media)
{
	struct codec codec;

	if (media->video_codec != NULL || disposition(stream, "attached_pic"))
		return;
	read_codec(arena, stream, &codec);
	if (*codec.name == '\0' || codec.width == 0 || codec.height == 0)
		return;
	set_size(stream, &codec, media);
	media->fps = codec.fps;
	media->bit_depth = codec.bit_depth;
	media->video_codec = library_codec_label(arena, codec.name);
	media->video_codec_string = library_codec_video(arena, &codec);
	read_picture_data(stream, media);
}

static void
read_audio(struct arena *arena, struct json_object *stream, struct media *media)
{
	struct media_audio *audio = &media->audio[media->n_audio];
	struct codec codec;

	if (media->n_audio == MEDIA_AUDIO_MAX)
		return;
	read_codec(arena, stream, &codec);
	*audio = (struct media_audio){
		.index = (int)media->n_audio,
		.codec = library_codec_label(arena, codec.name),
		.codec_string = library_codec_audio(
		    &codec, strcmp(media->container, "mp4") == 0),
		.channels = (int)number_of(stream, "channels", 1, 64),
		.layout =
		    shown(arena, json_get_text(stream, "channel_layout", NULL)),
		.language = language_tag(arena, stream),
		.title = tag(arena, stream, "title"),
		.is_default = disposition(stream, "default"),
	};
	media->n_audio++;
}

static void
read_subtitle(
    struct arena *arena, struct json_object *stream, struct media *media)
{
	struct media_subtitle *sub = &media->subtitles[media->n_subtitles];
	const char *name =
	    shown(arena, json_get_text(stream, "codec_name", NULL));

	if (media->n_subtitles == MEDIA_SUBTITLES_MAX)
		return;
	*sub = (struct media_subtitle){
		.index = (int)media->n_subtitles,
		.codec = library_codec_label(arena, name ? name : ""),
		.language = language_tag(arena, stream),
		.title = tag(arena, stream, "title"),
		.is_default = disposition(stream, "default"),
	};
	sub->is_forced =
	    disposition(stream, "forced") || has_word(sub->title, "forced");
	sub->is_sdh = disposition(stream, "hearing_impaired") ||
	    has_word(sub->title, "SDH") || has_word(sub->title, "CC");
	sub->is_picture = library_codec_is_picture(name ? name : "");
	media->n_subtitles++;
}

static void
read_chapter(
    struct arena *arena, struct json_object *chapter, struct media *media)
{
	if (!json_object_is_type(chapter, json_type_object) ||
	    media->n_chapters == MEDIA_CHAPTERS_MAX)
		return;
	media->chapters[media->n_chapters++] = (struct media_chapter){
		.start = number_of(chapter, "start_time", 0, DURATION_MAX),
		.end = number_of(chapter, "end_time", 0, DURATION_MAX),
		.title = tag(arena, chapter, "title"),
	};
}

static void
read_stream(
    struct arena *arena, struct json_object *stream, struct media *media)
{
	const char *type;

	if (!json_object_is_type(stream, json_type_object))
		return;
	type = json_get_text(stream, "codec_type", "");
	if (strcmp(type, "video") == 0)
		read_video(arena, stream, media);
	else if (strcmp(type, "audio") == 0)
		read_audio(arena, stream, media);
	else if (strcmp(type, "subtitle") == 0)
		read_subtitle(arena, stream, media);
}

/* The codecs parameter, empty when one of its parts has no name. */
static void
set_types(struct arena *arena, struct media *media)
{
	const char *video = media->video_codec_string;
	const char *audio =
	    media->n_audio > 0 ? media->audio[0].codec_string : NULL;
	const char *mime = "application/octet-stream";

	media->codec_string = "";
	if (video != NULL && media->n_audio == 0)
		media->codec_string = video;
	else if (video != NULL && audio != NULL)
		media->codec_string =
		    arena_printf(arena, "%s, %s", video, audio);
	for (size_t i = 0; i < COUNT_OF(mime_types); i++)
		if (strcmp(mime_types[i][0], media->container) == 0)
			mime = mime_types[i][1];
	media->mime_type = *media->codec_string == '\0'
	    ? mime
	    : arena_printf(
		  arena, "%s; codecs=\"%s\"", mime, media->codec_string);
}

int
library_media_probe(struct arena *arena, const char *json, size_t len,
    const char *container, int64_t size, struct media *media, struct err *err)
{
	struct json_object *root = json_parse(json, len, err);
	struct json_object *streams, *chapters, *format;
	size_t n;

	memset(media, 0, sizeof(*media));
	if (root == NULL)
		return err_set(err, ERR_MEDIA_REFUSED,
		    "The probe gave no readable answer about this file.");
	media->container = container;
	media->size = size;
	streams = json_get_array(root, "streams");
	format = json_get_object(root, "format");
	n = streams ? json_object_array_length(streams) : 0;
	for (size_t i = 0; i < n && i < STREAMS_MAX; i++)
		read_stream(
		    arena, json_object_array_get_idx(streams, i), media);
	chapters = json_get_array(root, "chapters");
	n = chapters ? json_object_array_length(chapters) : 0;
	for (size_t i = 0; i < n && i < MEDIA_CHAPTERS_MAX; i++)
		read_chapter(
		    arena, json_object_array_get_idx(chapters, i), media);
	media->start =
	    number_of(format, "start_time", -DURATION_MAX, DURATION_MAX);
	media->duration = number_of(format, "duration", 0, DURATION_MAX);
	media->bitrate = (int64_t)number_of(format, "bit_rate", 0, 1e12);
	if (media->bitrate == 0 && media->duration >= 0.1)
		media->bitrate = (int64_t)((double)size * 8 / media->duration);
	json_object_put(root);
	if (media->video_codec == NULL)
		return err_set(err, ERR_MEDIA_REFUSED,
		    "There is no picture in this file%s.",
		    media->n_audio > 0 ? ", only sound" : "");
	set_types(arena, media);
	return 0;
}

const char *
library_media_quality(const struct media *media)
{
	static const struct {
		int width, height;
		const char *name;
	} rows[] = {
		{ 7000, 4200, "8K" },
		{ 3400, 2000, "4K" },
		{ 2300, 1300, "2K" },
		{ 1700, 1000, "FHD" },
		{ 1200, 700, "HD" },
	};
	int width = media->width, height = media->height;

	if (height > width) {
		width = media->height;
		height = media->width;
	}
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (width >= rows[i].width || height >= rows[i].height)
			return rows[i].name;
	return "SD";
}
