/*
 * What a file holds and what a device decodes make one way of playing, with its
 * reason; what a device says of itself is read without trust.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/json.h"
#include "lib/play/way.h"

#define AAC "mp4a.40.2"
#define AVC "avc1.640028"
#define CHROMIUM                                                               \
	"{\"codecs\":[\"avc1.640028\",\"av01.0.08M.08\",\"vp09.02.41.10\","    \
	"\"vp8\",\"mp4a.40.2\",\"mp3\",\"opus\",\"vorbis\",\"flac\"],"         \
	"\"hls\":{\"codecs\":[\"avc1.640028\",\"av01.0.08M.08\","              \
	"\"vp09.02.41.10\",\"mp4a.40.2\",\"opus\",\"flac\"],\"hdr\":false,"    \
	"\"maxHeight\":1080}}"
#define SAFARI                                                                 \
	"{\"codecs\":[\"avc1.640028\",\"hvc1.2.4.L153.B0\",\"mp4a.40.2\","     \
	"\"ac-3\",\"ec-3\",\"alac\"],\"hls\":{\"native\":true,\"hdr\":true}}"

static const struct row {
	const char *device; /* JSON; NULL: it said nothing */
	const char *container, *picture;
	const char *sounds[3];
	const char *hdr;
	int lines;
	int first; /* the sound marked as default */
	const char *method, *code;
	unsigned copies; /* sounds, as bits */
	bool copies_picture;
} rows[] = {
	/* Nothing said: what every browser does. */
	{ NULL, "mp4", AVC, { AAC }, NULL, 720, 0, "direct", "plays", 1, true },
	{ NULL, "mp4", AVC, { NULL }, NULL, 720, 0, "direct", "plays", 0,
	    true },
	{ NULL, "webm", "vp09.00.10.08", { "opus" }, NULL, 720, 0, "direct",
	    "plays", 1, true },
	{ NULL, "webm", "vp8", { "vorbis" }, NULL, 720, 0, "direct", "plays", 0,
	    false },
	{ NULL, "matroska", AVC, { AAC }, NULL, 720, 0, "direct", "plays", 1,
	    true },
	{ NULL, "matroska", AVC, { "ac-3" }, NULL, 720, 0, "sound", "sound", 0,
	    true },
	{ NULL, "mpegts", AVC, { AAC }, NULL, 720, 0, "remux", "container", 1,
	    true },
	{ NULL, "mpegts", AVC, { "ac-3" }, NULL, 720, 0, "sound", "sound", 0,
	    true },
	{ NULL, "flv", AVC, { "mp3" }, NULL, 720, 0, "remux", "container", 1,
	    true },
	{ NULL, "mp4", "hvc1.1.6.L120.B0", { AAC }, NULL, 720, 0, "transcode",
	    "picture", 1, false },
	{ NULL, "mp4", "avc1.6E0028", { AAC }, NULL, 720, 0, "transcode",
	    "depth", 1, false },
	{ NULL, "mp4", NULL, { AAC }, NULL, 720, 0, "transcode", "picture", 1,
	    false },
	{ NULL, "mp4", AVC, { "dtsc" }, NULL, 720, 0, "sound", "sound", 0,
	    true },
	{ NULL, "avi", "mp4v.20.9", { "mp3" }, NULL, 720, 0, "transcode",
	    "picture", 1, false },
	{ NULL, "avi", AVC, { "mp3" }, NULL, 720, 0, "transcode", "container",
	    1, false },
	/* The main sound counts, and each is told apart. */
	{ NULL, "mp4", AVC, { "ac-3", AAC }, NULL, 720, 1, "direct", "plays", 2,
	    true },
	{ NULL, "mp4", AVC, { AAC, "dtsc", "opus" }, NULL, 720, 1, "sound",
	    "sound", 5, true },
	/* A browser that says what it does. */
	{ CHROMIUM, "matroska", AVC, { "flac" }, NULL, 1080, 0, "direct",
	    "plays", 1, true },
	{ CHROMIUM, "matroska", AVC, { "ec-3" }, NULL, 1080, 0, "sound",
	    "sound", 0, true },
	{ CHROMIUM, "matroska", AVC, { "mp3" }, NULL, 1080, 0, "direct",
	    "plays", 0, true },
	{ CHROMIUM, "mpegts", AVC, { "mp3" }, NULL, 1080, 0, "sound", "sound",
	    0, true },
	{ CHROMIUM, "matroska", "vp09.02.51.10", { "opus" }, "HDR10", 1080, 0,
	    "transcode", "hdr", 1, false },
	{ CHROMIUM, "mp4", AVC, { AAC }, NULL, 2160, 0, "transcode", "size", 1,
	    false },
	{ CHROMIUM, "mp4", "hvc1.2.4.L150.B0", { AAC }, NULL, 1080, 0,
	    "transcode", "picture", 1, false },
	/* One that decodes HEVC and Dolby's sound. */
	{ SAFARI, "mp4", "hvc1.1.6.L93.B0", { "ec-3" }, NULL, 2160, 0, "direct",
	    "plays", 1, true },
	/* … but not where its parameters stand among the pictures. */
	{ SAFARI, "mp4", "hev1.1.6.L93.B0", { "ec-3" }, NULL, 2160, 0, "remux",
	    "container", 1, true },
	{ CHROMIUM, "mp4", "hev1.1.6.L93.B0", { AAC }, NULL, 1080, 0,
	    "transcode", "picture", 1, false },
	{ SAFARI, "mpegts", "hvc1.2.4.L150.B0", { "ac-3" }, "HDR10", 2160, 0,
	    "remux", "container", 1, true },
	{ SAFARI, "mp4", "hvc1.4.10.L150.B0", { "ac-3" }, NULL, 1080, 0,
	    "transcode", "picture", 1, false },
	{ SAFARI, "webm", "vp09.00.10.08", { "opus" }, NULL, 720, 0,
	    "transcode", "picture", 0, false },
	/* Lists of old, without profiles, and of codecs that are named twice. */
	{ "{\"codecs\":[\"avc3\",\"mp4a.40.5\"]}", "mp4", AVC, { AAC }, NULL,
	    720, 0, "direct", "plays", 1, true },
	{ "{\"codecs\":[\"avc1\",\"mp4a.6B\"]}", "mp4", AVC, { "mp3" }, NULL,
	    720, 0, "direct", "plays", 1, true },
	{ "{\"codecs\":[\"avc1\"]}", "mp4", "avc1.6E0028", { NULL }, NULL, 720,
	    0, "transcode", "depth", 0, false },
	{ "{\"codecs\":[\"hev1\",\"AC-3\"]}", "mp4", "hev1.2.4.L150",
	    { "ac-3" }, NULL, 720, 0, "direct", "plays", 1, true },
	{ "{\"codecs\":[\"vp08.00.41.08\",\"vorbis\"]}", "webm", "vp8",
	    { "vorbis" }, NULL, 720, 0, "direct", "plays", 0, false },
	{ "{\"codecs\":[\"avc1\",\"mp4a.6B\"]}", "mp4", AVC, { AAC }, NULL, 720,
	    0, "sound", "sound", 0, true },
	{ "{\"codecs\":[\"avc1\",\"mp4a.40.2\"]}", "mp4", AVC, { "mp4a.40.1" },
	    NULL, 720, 0, "sound", "sound", 0, true },
	{ "{\"codecs\":[]}", "mp4", AVC, { AAC }, NULL, 720, 0, "transcode",
	    "picture", 0, false },
	/* Sound that segments hold and files do not. */
	{ "{\"codecs\":[\"avc1\",\"mp4a.40.2\"],\"hls\":{\"codecs\":["
	  "\"avc1\",\"ac-3\"]}}",
	    "matroska", AVC, { "ac-3" }, NULL, 720, 0, "remux", "sound", 1,
	    true },
};

static struct arena *arena;

static int
read_device(const char *text, struct play_device *device, const char **wrong)
{
	const char *problem;
	struct err err;
	struct json_object *json =
	    text == NULL ? NULL : json_parse(text, strlen(text), &err);
	int result = play_device_read(arena, json, device, wrong, &problem);

	json_object_put(json);
	return result;
}

static struct media
media_of(const struct row *row)
{
	struct media media = { .container = row->container,
		.video_codec = "X-PICTURE",
		.video_codec_string = row->picture,
		.hdr = row->hdr,
		.width = row->lines * 16 / 9,
		.height = row->lines,
		.duration = 60 };
	size_t i;

	for (i = 0; i < COUNT_OF(row->sounds) && row->sounds[i] != NULL; i++)
		media.audio[i] = (struct media_audio){ .index = (int)i,
			.codec = "X-SOUND",
			.codec_string = row->sounds[i],
			.is_default = (int)i == row->first };
	media.n_audio = i;
	return media;
}

static void
every_row(void **state)
{
	struct play_device device;
	struct play_way way;
	struct media media;
	const char *wrong;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(rows); i++) {
		media = media_of(&rows[i]);
		assert_int_equal(
		    read_device(rows[i].device, &device, &wrong), 0);
		play_way(arena, &media, &device, &way);
		if (strcmp(play_method_name(way.method), rows[i].method) != 0 ||
		    strcmp(way.code, rows[i].code) != 0)
			fail_msg("row %zu: %s because of %s", i,
			    play_method_name(way.method), way.code);
		if (way.copies_sound != rows[i].copies ||
		    way.copies_picture != rows[i].copies_picture)
			fail_msg("row %zu copies %d and sounds %x", i,
			    way.copies_picture, (unsigned)way.copies_sound);
		assert_true(way.has_hls);
		if (strcmp(way.code, "sound") == 0)
			assert_non_null(strstr(way.sentence, "X-SOUND"));
		if (strcmp(way.code, "picture") == 0)
			assert_non_null(strstr(way.sentence, "X-PICTURE"));
	}
}

static void
what_nobody_looked_into_is_tried(void **state)
{
	struct play_device device = { 0 };
	struct play_way way;
	struct media media = media_of(&rows[0]);

	(void)state;
	play_way(arena, NULL, &device, &way);
	assert_int_equal(way.method, PLAY_DIRECT);
	assert_string_equal(way.code, "unknown");
	assert_false(way.has_hls);
	media.duration = 0;
	play_way(arena, &media, &device, &way);
	assert_false(way.has_hls);
}

/* A picture that stands upright is as large as it is broad. */
static void
upright_pictures_have_their_lines(void **state)
{
	struct play_device device = { .max_lines = 1080 };
	struct play_way way;
	struct media media = media_of(&rows[0]);

	(void)state;
	media.width = 1080;
	media.height = 1920;
	play_way(arena, &media, &device, &way);
	assert_string_equal(way.code, "plays");
	media.width = 1081;
	play_way(arena, &media, &device, &way);
	assert_string_equal(way.code, "size");
}

static void
what_is_said_wrongly_is_refused(void **state)
{
	static const char *const wrongs[][2] = {
		{ "{\"codecs\":\"avc1\"}", "codecs" },
		{ "{\"codecs\":[1]}", "codecs" },
		{ "{\"codecs\":[\"\"]}", "codecs" },
		{ "{\"hls\":[]}", "hls" },
		{ "{\"hls\":{\"codecs\":{}}}", "hls" },
		{ "{\"hls\":{\"maxHeight\":0}}", "hls" },
		{ "{\"hls\":{\"maxHeight\":1.5}}", "hls" },
		{ "{\"hls\":{\"maxHeight\":\"1\"}}", "hls" },
		{ "{\"hls\":{\"hdr\":1}}", "hls" },
		{ "{\"hls\":{\"native\":null}}", "hls" },
		{ "{\"hls\":{\"more\":true}}", "hls" },
	};
	struct play_device device;
	const char *wrong;
	struct json_object *many = json_object_new_object();
	struct json_object *list = json_object_new_array();
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(wrongs); i++) {
		if (read_device(wrongs[i][0], &device, &wrong) != -1)
			fail_msg("%s is taken", wrongs[i][0]);
		assert_string_equal(wrong, wrongs[i][1]);
	}
	for (i = 0; i <= PLAY_CODECS_MAX; i++)
		json_object_array_add(list, json_object_new_string("a"));
	json_add(many, "codecs", list);
	assert_int_equal(
	    play_device_read(arena, many, &device, &wrong, &wrong), -1);
	json_object_put(many);
}

static int
set_up(void **state)
{
	(void)state;
	arena = arena_new(1 << 20);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row),
		cmocka_unit_test(what_nobody_looked_into_is_tried),
		cmocka_unit_test(upright_pictures_have_their_lines),
		cmocka_unit_test(what_is_said_wrongly_is_refused),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
