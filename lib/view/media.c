/*
 * What is inside a file as the contract shows it, and whether a browser plays
 * it.
 */
#include "lib/view/media.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/base/json.h"
#include "lib/base/str.h"

struct container {
	const char *name; /* as the contract has it */
	const char *type; /* media type, for canPlayType */
	const char *sent; /* Content-Type of the bytes */
	bool is_web;      /* browsers open it */
};

/* What is not in the contract's list of content types is sent as bytes: no
 * browser would play it, players look at the bytes themselves. */
#define BYTES "application/octet-stream"

/* The last one stands for all others. */
static const struct container containers[] = {
	{ "mp4", "video/mp4", "video/mp4", true },
	{ "webm", "video/webm", "video/webm", true },
	{ "matroska", "video/x-matroska", "video/x-matroska", true },
	{ "mpegts", "video/mp2t", BYTES, false },
	{ "avi", "video/x-msvideo", BYTES, false },
	{ "flv", "video/x-flv", BYTES, false },
	{ "asf", "video/x-ms-asf", BYTES, false },
	{ "ogg", "video/ogg", BYTES, false },
	{ "other", BYTES, BYTES, false },
};

static const struct container *
find_container(const char *name)
{
	size_t i;

	for (i = 0; i + 1 < COUNT_OF(containers); i++)
		if (name != NULL && strcmp(containers[i].name, name) == 0)
			break;
	return &containers[i];
}

const char *
view_media_type(const struct source *source)
{
	return find_container(source->container)->sent;
}

/* A text that is null when missing or empty. */
static void
copy_text(struct json_object *to, struct json_object *from, const char *key)
{
	const char *text = json_get_text(from, key, "");

	json_add_text(to, key, *text == '\0' ? NULL : text);
}

/* An integer that is null when missing or less than min. */
static void
copy_int(struct json_object *to, struct json_object *from, const char *key,
    int64_t min)
{
	int64_t n = json_get_int(from, key, min - 1);

	json_add(to, key, n < min ? NULL : json_object_new_int64(n));
}

static struct json_object *
make_sound(struct json_object *from, int64_t index)
{
	struct json_object *obj = json_object_new_object();

	json_add_int(obj, "index", json_get_int(from, "index", index));
	copy_text(obj, from, "language");
	copy_text(obj, from, "title");
	json_add_text(obj, "codec", json_get_text(from, "codec", "unknown"));
	copy_text(obj, from, "codecString");
	copy_int(obj, from, "channels", 1);
	json_add_bool(obj, "default", json_get_bool(from, "default", false));
	return obj;
}

static struct json_object *
make_inner_subtitle(struct json_object *from, int64_t index)
{
	struct json_object *obj = json_object_new_object();

	json_add_int(obj, "index", json_get_int(from, "index", index));
	copy_text(obj, from, "language");
	copy_text(obj, from, "title");
	json_add_text(obj, "codec", json_get_text(from, "codec", "unknown"));
	json_add_bool(obj, "forced", json_get_bool(from, "forced", false));
	json_add_bool(obj, "default", json_get_bool(from, "default", false));
	return obj;
}

static void
copy_tracks(struct json_object *to, struct json_object *from, const char *key,
    struct json_object *(*make)(struct json_object *, int64_t))
{
	struct json_object *tracks = json_get_array(from, key);
	struct json_object *array = json_object_new_array();
	size_t i, n = tracks == NULL ? 0 : json_object_array_length(tracks);

	for (i = 0; i < n; i++)
		json_object_array_add(array,
		    make(json_object_array_get_idx(tracks, i), (int64_t)i));
	json_add(to, key, array);
}

static void
add_types(struct json_object *obj, struct json_object *probe,
    const struct container *container)
{
	const char *codecs = json_get_text(probe, "codecString", "");
	char type[256];

	if (*codecs == '\0')
		snprintf(type, sizeof(type), "%s", container->type);
	else
		snprintf(type, sizeof(type), "%s; codecs=\"%s\"",
		    container->type, codecs);
	json_add_text(obj, "container", container->name);
	json_add_text(obj, "mimeType", json_get_text(probe, "mimeType", type));
	json_add_text(obj, "codecString", codecs);
}

static struct json_object *
parse_probe(const char *text)
{
	struct err err;

	return text == NULL ? NULL : json_parse(text, strlen(text), &err);
}

struct json_object *
view_media(const struct source *source)
{
	struct json_object *probe, *obj;
	double duration;

	probe = source == NULL ? NULL : parse_probe(source->probe);
	if (probe == NULL)
		return NULL;
	obj = json_object_new_object();
	add_types(obj, probe,
	    find_container(
		json_get_text(probe, "container", source->container)));
	copy_text(obj, probe, "videoCodec");
	copy_text(obj, probe, "videoCodecString");
	copy_int(obj, probe, "width", 1);
	copy_int(obj, probe, "height", 1);
	duration = json_get_real(probe, "duration", source->duration);
	json_add(obj, "duration",
	    duration > 0 ? json_object_new_double(duration) : NULL);
	copy_int(obj, probe, "bitrate", 0);
	json_add_int(obj, "size", source->size);
	copy_tracks(obj, probe, "audio", make_sound);
	copy_tracks(obj, probe, "subtitles", make_inner_subtitle);
	json_object_put(probe);
	return obj;
}

struct json_object *
view_sources(const struct source *sources, size_t n)
{
	struct json_object *array = json_object_new_array(), *obj;
	size_t i;

	for (i = 0; i < n; i++) {
		obj = json_object_new_object();
		json_add_int(obj, "id", sources[i].id);
		json_add_text(obj, "quality", sources[i].quality);
		json_add_int(obj, "size", sources[i].size);
		json_add_text(obj, "videoCodec",
		    *sources[i].video_codec == '\0' ? NULL
						    : sources[i].video_codec);
		json_add_int(obj, "broadcasters", 1);
		json_add_int(obj, "watchers", 0);
		json_add_text(obj, "source", "file");
		json_add_bool(obj, "hasDataFile", sources[i].is_present);
		json_object_array_add(array, obj);
	}
	return array;
}

struct json_object *
view_subtitles(const struct view *view, const char *key,
    const struct subtitle *subtitles, size_t n)
{
	struct json_object *array = json_object_new_array(), *obj;
	const struct subtitle *at;
	size_t i;

	for (i = 0; i < n; i++) {
		at = &subtitles[i];
		obj = json_object_new_object();
		json_add_int(obj, "index", (int64_t)i);
		json_add_text(obj, "url",
		    arena_printf(view->arena, "%sapi/subtitles/%s/%zu.vtt",
			view->base_path, key, i));
		json_add_text(obj, "language",
		    strcmp(at->language, "und") == 0 ? NULL : at->language);
		json_add_text(
		    obj, "title", *at->title == '\0' ? NULL : at->title);
		json_add_text(obj, "format", at->format);
		json_add_bool(obj, "forced", at->is_forced);
		json_add_bool(obj, "hearingImpaired", at->is_sdh);
		json_add_bool(obj, "default", at->is_default);
		json_object_array_add(array, obj);
	}
	return array;
}

const char *
view_probe_video(struct json_object *probe)
{
	return json_get_text(probe, "videoCodec", NULL);
}

/* The track that plays unasked: the one marked so, else the first. */
static struct json_object *
main_sound(struct json_object *media)
{
	struct json_object *tracks = json_get_array(media, "audio"), *track;
	size_t i, n = tracks == NULL ? 0 : json_object_array_length(tracks);

	for (i = 0; i < n; i++) {
		track = json_object_array_get_idx(tracks, i);
		if (json_get_bool(track, "default", false))
			return track;
	}
	return n == 0 ? NULL : json_object_array_get_idx(tracks, 0);
}

const char *
view_probe_audio(struct json_object *probe)
{
	return json_get_text(main_sound(probe), "codec", NULL);
}

/* The same codec under two names. */
static const char *const aliases[][2] = {
	{ "avc3", "avc1" },
	{ "hev1", "hvc1" },
	{ "vp9", "vp09" },
	{ "vp8", "vp08" },
	{ "mp3", "mp4a.6b" },
	{ "mp4a.69", "mp4a.6b" },
	{ "dvhe", "dvh1" },
};

/* The part of a codec string that names the codec and not its profile, in lower
 * case: "avc1", "vp09"; of MPEG-4 audio also the object type ("mp4a.40"). */
static void
codec_family(const char *codec, char out[16])
{
	size_t len = strcspn(codec, "."), i;

	if (strncasecmp(codec, "mp4a.", 5) == 0)
		len = 5 + strcspn(codec + 5, ".");
	if (len > 15)
		len = 15;
	for (i = 0; i < len; i++)
		out[i] = codec[i] >= 'A' && codec[i] <= 'Z' ? codec[i] | 0x20
							    : codec[i];
	out[len] = '\0';
	for (i = 0; i < COUNT_OF(aliases); i++)
		if (strcmp(out, aliases[i][0]) == 0)
			memcpy(out, aliases[i][1], strlen(aliases[i][1]) + 1);
}

static bool
is_common(const char *family)
{
	static const char *const common[] = { "avc1", "vp08", "vp09", "av01",
		"mp4a.40", "mp4a.6b", "opus", "vorbis", "flac" };
	size_t i;

	for (i = 0; i < COUNT_OF(common); i++)
		if (strcmp(family, common[i]) == 0)
			return true;
	return false;
}

static bool
is_decoded(const char *codec, struct json_object *codecs)
{
	char family[16], other[16];
	size_t i, n;

	if (codec == NULL)
		return false;
	codec_family(codec, family);
	if (codecs == NULL)
		return is_common(family);
	n = json_object_array_length(codecs);
	for (i = 0; i < n; i++) {
		codec_family(json_object_get_string(
				 json_object_array_get_idx(codecs, i)),
		    other);
		if (strcmp(family, other) == 0)
			return true;
	}
	return false;
}

bool
view_plays_directly(struct json_object *media, struct json_object *codecs)
{
	const char *name = json_get_text(media, "container", NULL);
	struct json_object *sound = main_sound(media);

	if (!find_container(name)->is_web ||
	    !is_decoded(json_get_text(media, "videoCodecString", NULL), codecs))
		return false;
	return sound == NULL ||
	    is_decoded(json_get_text(sound, "codecString", NULL), codecs);
}
