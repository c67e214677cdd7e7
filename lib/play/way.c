/* Direct, remux, sound or transcode, and why. */
#include "lib/play/way.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/json.h"

enum {
	FAMILY_SIZE = 16,
	LINES_MAX = 100000,
	ARENA_MAX = 4 * 1024 * 1024,
};

/* What every browser decodes of a file. */
static const char *const common[] = { "avc1", "vp8", "vp09", "av01", "mp4a.40",
	"mp3", "opus", "vorbis", "flac" };
/* What browsers open as a file. */
static const char *const opened[] = { "mp4", "webm", "matroska" };
/* Pictures here have no time of their own to be shown at, which a copy needs. */
static const char *const timeless[] = { "avi", "ogg" };
/* What fragmented MP4 can hold. */
static const char *const held[] = { "avc1", "hvc1", "av01", "vp09", "mp4a.40",
	"mp4a.6b", "opus", "flac", "ac-3", "ec-3", "alac" };

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

/* Profiles of H.264 with more than 8 bits, or finer colours than 4:2:0. */
static const char *const deep_avc[] = { "6E", "7A", "F4", "2C" };

/* A codec string, read: who decodes a profile of a picture decodes lesser ones, and
 * sound only of its own kind. */
struct codec_id {
	char family[FAMILY_SIZE]; /* "avc1", "mp4a.40" */
	int profile;
};

static bool
is_listed(const char *word, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcasecmp(word, list[i]) == 0)
			return true;
	return false;
}

/* The number that a text begins with, 0 without one. */
static int
number_of(const char *text)
{
	int n = 0;

	while (*text >= '0' && *text <= '9' && n < 1000)
		n = 10 * n + (*text++ - '0');
	return n;
}

/* Of what stands behind the family; "" says nothing of it. */
static int
profile_of(const char *family, const char *rest)
{
	int object;

	if (strcmp(family, "avc1") == 0) {
		for (size_t i = 0; i < COUNT_OF(deep_avc); i++)
			if (strncasecmp(rest, deep_avc[i], 2) == 0)
				return 1;
		return 0;
	}
	if (strcmp(family, "mp4a.40") == 0) {
		object = number_of(rest);
		/* AAC as it is common, and two ways of making it smaller. */
		return object == 2 || object == 5 || object == 29 ? 0 : object;
	}
	if (*rest == '\0')
		return INT_MAX;
	while (*rest >= 'A' && *rest <= 'C')
		rest++;
	return number_of(rest);
}

static void
read_codec(const char *codec, struct codec_id *out)
{
	size_t len = strcspn(codec, "."), i;
	const char *rest;

	if (strncasecmp(codec, "mp4a.", 5) == 0)
		len = 5 + strcspn(codec + 5, ".");
	rest = codec[len] == '.' ? codec + len + 1 : "";
	if (len >= FAMILY_SIZE)
		len = FAMILY_SIZE - 1;
	for (i = 0; i < len; i++)
		out->family[i] = codec[i] >= 'A' && codec[i] <= 'Z'
		    ? codec[i] | 0x20
		    : codec[i];
	out->family[len] = '\0';
	for (i = 0; i < COUNT_OF(aliases); i++)
		if (strcmp(out->family, aliases[i][0]) == 0)
			memcpy(out->family, aliases[i][1],
			    strlen(aliases[i][1]) + 1);
	out->profile = profile_of(out->family, rest);
}

static bool
is_decoded(const char *codec, const char *const *list, size_t n)
{
	struct codec_id wanted, able;

	if (codec == NULL)
		return false;
	read_codec(codec, &wanted);
	if (wanted.profile == INT_MAX)
		wanted.profile = 0;
	for (size_t i = 0; i < n; i++) {
		read_codec(list[i], &able);
		if (strcmp(wanted.family, able.family) != 0)
			continue;
		if (strcmp(wanted.family, "mp4a.40") == 0
			? wanted.profile == able.profile
			: wanted.profile <= able.profile)
			return true;
	}
	return false;
}

/* HEVC of which the parameters stand among the pictures ("hev1") is not played by all
 * who play HEVC; a copy is always "hvc1". */
static bool
is_hev1(const char *codec)
{
	return strncasecmp(codec, "hev1", 4) == 0;
}

/* Whether it decodes the codec, however the file calls it. */
static bool
is_known(const struct play_device *device, const char *codec)
{
	if (device->files == NULL)
		return is_decoded(codec, common, COUNT_OF(common));
	return is_decoded(codec, device->files, device->n_files);
}

static bool
in_file(const struct play_device *device, const char *codec)
{
	if (device->files == NULL || codec == NULL || !is_hev1(codec))
		return is_known(device, codec);
	for (size_t i = 0; i < device->n_files; i++)
		if (is_hev1(device->files[i]) &&
		    is_decoded(codec, &device->files[i], 1))
			return true;
	return false;
}

static bool
in_segments(const struct play_device *device, const char *codec)
{
	struct codec_id id;

	if (codec == NULL)
		return false;
	read_codec(codec, &id);
	if (!is_listed(id.family, held, COUNT_OF(held)))
		return false;
	if (device->segments == NULL)
		return is_known(device, codec);
	return is_decoded(codec, device->segments, device->n_segments);
}

/* The sound that plays unasked: the one marked so, else the first. */
static const struct media_audio *
main_sound(const struct media *media)
{
	for (size_t i = 0; i < media->n_audio; i++)
		if (media->audio[i].is_default)
			return &media->audio[i];
	return media->n_audio == 0 ? NULL : &media->audio[0];
}

/* What of the picture this device does not show however it comes: a code, or NULL. */
static const char *
picture_limit(const struct media *media, const struct play_device *device)
{
	int lines = media->width < media->height ? media->width : media->height;

	if (device->has_no_hdr && media->hdr != NULL)
		return "hdr";
	if (device->max_lines > 0 && lines > device->max_lines)
		return "size";
	return NULL;
}

/* Why a picture has to be encoded, when nothing but its codec is in the way. */
static const char *
codec_limit(const char *codec)
{
	struct codec_id id;

	if (codec == NULL)
		return "picture";
	read_codec(codec, &id);
	return strcmp(id.family, "avc1") == 0 && id.profile > 0 ? "depth"
								: "picture";
}

static const char *
sentence_of(struct arena *arena, const char *code, const struct media *media)
{
	const struct media_audio *sound = main_sound(media);
	const char *picture = media->video_codec;

	if (strcmp(code, "plays") == 0)
		return "This device plays the file as it is.";
	if (strcmp(code, "container") == 0)
		return "Picture and sound are sent as they are, in another "
		       "container: this device does not open this one.";
	if (strcmp(code, "sound") == 0)
		return arena_printf(arena,
		    "The sound is converted: this device cannot play %s.",
		    sound == NULL ? "it" : sound->codec);
	if (strcmp(code, "depth") == 0)
		return "The picture is converted: this device cannot show "
		       "H.264 of more than 8 bits.";
	if (strcmp(code, "hdr") == 0)
		return "The picture is converted: this screen shows no HDR.";
	if (strcmp(code, "size") == 0)
		return "The picture is converted: it is larger than this "
		       "device can show.";
	return arena_printf(arena,
	    "The picture is converted: this device cannot show %s.",
	    picture == NULL ? "it" : picture);
}

static void
decide(const struct media *media, const struct play_device *device,
    struct play_way *way)
{
	const struct media_audio *sound = main_sound(media);
	const char *limit = picture_limit(media, device);
	const char *codec = media->video_codec_string;
	bool sounds = sound == NULL || in_file(device, sound->codec_string);

	if (limit == NULL && sounds && in_file(device, codec) &&
	    is_listed(media->container, opened, COUNT_OF(opened))) {
		way->method = PLAY_DIRECT;
		way->code = "plays";
	} else if (!way->copies_picture) {
		way->method = PLAY_TRANSCODE;
		way->code = limit != NULL ? limit
		    : in_file(device, codec) || in_segments(device, codec)
		    ? "container"
		    : codec_limit(codec);
	} else if (sound != NULL &&
	    (way->copies_sound & 1U << (sound - media->audio)) == 0) {
		way->method = PLAY_SOUND;
		way->code = "sound";
	} else {
		way->method = PLAY_REMUX;
		way->code = sounds ? "container" : "sound";
	}
}

void
play_way(struct arena *arena, const struct media *media,
    const struct play_device *device, struct play_way *way)
{
	memset(way, 0, sizeof(*way));
	if (media == NULL) {
		way->method = PLAY_DIRECT;
		way->code = "unknown";
		way->sentence =
		    "Nobody has looked into the file yet: it is tried as it "
		    "is.";
		return;
	}
	way->copies_picture = picture_limit(media, device) == NULL &&
	    in_segments(device, media->video_codec_string) &&
	    !is_listed(media->container, timeless, COUNT_OF(timeless));
	for (size_t i = 0; i < media->n_audio; i++)
		if (in_segments(device, media->audio[i].codec_string))
			way->copies_sound |= 1U << i;
	way->has_hls = media->duration > 0 && media->video_codec != NULL;
	decide(media, device, way);
	way->sentence = sentence_of(arena, way->code, media);
}

void
play_way_of_source(struct arena *arena, const struct source *source,
    const struct play_device *device, struct play_way *way)
{
	struct arena *inside = arena_new(ARENA_MAX);
	struct media media;
	struct err err;
	bool is_known = source->probe != NULL &&
	    library_media_read(inside, source->probe, &media, &err) == 0;

	play_way(inside, is_known ? &media : NULL, device, way);
	way->sentence = arena_strdup(arena, way->sentence);
	arena_free(inside);
}

/* --- What a device says ---------------------------------------------------- */

static bool
read_codecs(
    struct arena *arena, struct json_object *list, const char ***out, size_t *n)
{
	struct json_object *item;
	size_t i;

	*n = 0;
	if (!json_object_is_type(list, json_type_array) ||
	    json_object_array_length(list) > PLAY_CODECS_MAX)
		return false;
	*n = json_object_array_length(list);
	*out = arena_alloc(arena, *n + 1, sizeof(**out));
	for (i = 0; i < *n; i++) {
		item = json_object_array_get_idx(list, i);
		if (!json_object_is_type(item, json_type_string) ||
		    json_object_get_string_len(item) < 1 ||
		    json_object_get_string_len(item) > PLAY_CODEC_MAX)
			return false;
		(*out)[i] = arena_strndup(arena, json_object_get_string(item),
		    (size_t)json_object_get_string_len(item));
	}
	return true;
}

static bool
read_hls(
    struct arena *arena, struct json_object *hls, struct play_device *device)
{
	int64_t lines;

	if (!json_object_is_type(hls, json_type_object))
		return false;
	json_object_object_foreach(hls, key, value)
	{
		if (strcmp(key, "codecs") == 0) {
			if (!read_codecs(arena, value, &device->segments,
				&device->n_segments))
				return false;
		} else if (strcmp(key, "maxHeight") == 0) {
			lines = json_object_get_int64(value);
			if (!json_object_is_type(value, json_type_int) ||
			    lines < 1 || lines > LINES_MAX)
				return false;
			device->max_lines = (int)lines;
		} else if (strcmp(key, "hdr") != 0 &&
		    strcmp(key, "native") != 0) {
			return false;
		} else if (!json_object_is_type(value, json_type_boolean)) {
			return false;
		}
	}
	device->has_no_hdr = !json_get_bool(hls, "hdr", true);
	device->is_native = json_get_bool(hls, "native", false);
	return true;
}

int
play_device_read(struct arena *arena, struct json_object *json,
    struct play_device *device, const char **wrong, const char **problem)
{
	struct json_object *value;

	memset(device, 0, sizeof(*device));
	if (json == NULL)
		return 0;
	*wrong = "codecs";
	*problem = "must be a list of at most 64 codec strings";
	if (json_object_object_get_ex(json, "codecs", &value) &&
	    !read_codecs(arena, value, &device->files, &device->n_files))
		return -1;
	*wrong = "hls";
	*problem = "must hold codecs, maxHeight, hdr or native";
	if (json_object_object_get_ex(json, "hls", &value) &&
	    !read_hls(arena, value, device))
		return -1;
	return 0;
}

static void
add_codecs(struct json_object *obj, const char **list, size_t n)
{
	struct json_object *codecs = json_object_new_array();

	for (size_t i = 0; i < n; i++)
		json_object_array_add(codecs, json_object_new_string(list[i]));
	json_add(obj, "codecs", codecs);
}

struct json_object *
play_device_json(const struct play_device *device)
{
	struct json_object *obj = json_object_new_object();
	struct json_object *hls = json_object_new_object();

	if (device->files != NULL)
		add_codecs(obj, device->files, device->n_files);
	if (device->segments != NULL)
		add_codecs(hls, device->segments, device->n_segments);
	if (device->max_lines > 0)
		json_add_int(hls, "maxHeight", device->max_lines);
	json_add_bool(hls, "hdr", !device->has_no_hdr);
	json_add_bool(hls, "native", device->is_native);
	json_add(obj, "hls", hls);
	return obj;
}

int
play_way_of_key(struct arena *arena, const struct stream_key *key,
    const struct media *media, struct play_way *way, struct err *err)
{
	struct play_device device = { 0 };
	const char *wrong, *problem;
	struct json_object *json;
	int result;

	if (key->device == NULL || *key->device == '\0') {
		play_way(arena, media, &device, way);
		return 0;
	}
	json = json_parse(key->device, strlen(key->device), err);
	if (json == NULL)
		return err_set(err, ERR_CORRUPT,
		    "What a device decodes was kept damaged.");
	result = play_device_read(arena, json, &device, &wrong, &problem);
	json_object_put(json);
	if (result == -1)
		return err_set(err, ERR_CORRUPT,
		    "What a device decodes was kept damaged.");
	play_way(arena, media, &device, way);
	return 0;
}

const char *
play_method_name(enum play_method method)
{
	static const char *const names[] = {
		[PLAY_DIRECT] = "direct",
		[PLAY_REMUX] = "remux",
		[PLAY_SOUND] = "sound",
		[PLAY_TRANSCODE] = "transcode",
	};

	return names[method];
}
