/*
 * ffprobe's answers become struct media, the contract's object and back;
 * hostile answers are refused or cut.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/json.h"
#include "lib/library/media.h"

#define STREAM(fields) "{\"streams\":[{" fields "}],\"format\":{}}"
#define VIDEO(name, more)                                                      \
	STREAM("\"codec_type\":\"video\",\"codec_name\":\"" name               \
	       "\",\"width\":1920,\"height\":1080" more)

struct fixture {
	struct arena *arena;
	struct media media;
	struct err err;
};

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->arena = arena_new(8 << 20);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	arena_free(f->arena);
	free(f);
	return 0;
}

static int
probe(struct fixture *f, const char *json, const char *container)
{
	return library_media_probe(f->arena, json, strlen(json), container,
	    1000000, &f->media, &f->err);
}

struct codec_case {
	const char *json;
	const char *container;
	const char *label;
	const char *string;
};

static const struct codec_case codecs[] = {
	{ VIDEO("h264", ",\"profile\":\"High\",\"level\":40"), "mp4", "H.264",
	    "avc1.640028" },
	{ VIDEO("h264",
	      ",\"profile\":\"unknown\",\"bits_per_raw_sample\":\"10\""),
	    "mp4", "H.264", "avc1.6E0028" },
	{ VIDEO("h264", ",\"profile\":\"Constrained Baseline\",\"level\":31"),
	    "mp4", "H.264", "avc1.42E01F" },
	{ VIDEO("h264", ",\"profile\":\"Main\",\"level\":30"), "matroska",
	    "H.264", "avc1.4D401E" },
	{ VIDEO("hevc", ",\"profile\":\"Main 10\",\"level\":120"), "mp4",
	    "HEVC", "hvc1.2.4.L120.B0" },
	{ VIDEO("hevc", ",\"profile\":\"Main\",\"level\":93"), "mp4", "HEVC",
	    "hvc1.1.6.L93.B0" },
	{ VIDEO("hevc",
	      ",\"profile\":\"Main\",\"level\":93,"
	      "\"codec_tag_string\":\"hev1\""),
	    "mp4", "HEVC", "hev1.1.6.L93.B0" },
	{ VIDEO("hevc", ",\"pix_fmt\":\"yuv420p10le\",\"level\":150"),
	    "matroska", "HEVC", "hvc1.2.4.L150.B0" },
	{ VIDEO("hevc", ",\"profile\":\"Rext\",\"level\":123"), "mp4", "HEVC",
	    "hvc1.4.10.L123.B0" },
	{ VIDEO("av1", ",\"profile\":\"Main\",\"level\":8"), "webm", "AV1",
	    "av01.0.08M.08" },
	{ VIDEO("av1", ",\"level\":-99,\"pix_fmt\":\"yuv420p10le\""), "mp4",
	    "AV1", "av01.0.08M.10" },
	{ VIDEO("vp9", ",\"profile\":\"Profile 0\",\"level\":-99"), "webm",
	    "VP9", "vp09.00.40.08" },
	{ VIDEO("vp9", ",\"avg_frame_rate\":\"60/1\""), "webm", "VP9",
	    "vp09.00.41.08" },
	{ VIDEO("vp8", ""), "webm", "VP8", "vp8" },
	{ VIDEO("wmv3", ""), "asf", "WMV", NULL },
	{ VIDEO("weird<b>", ""), "avi", "WEIRD-B-", NULL },
};

static void
codecs_get_their_names(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT_OF(codecs); i++) {
		assert_int_equal(
		    probe(f, codecs[i].json, codecs[i].container), 0);
		assert_string_equal(f->media.video_codec, codecs[i].label);
		if (codecs[i].string == NULL)
			assert_null(f->media.video_codec_string);
		else
			assert_string_equal(
			    f->media.video_codec_string, codecs[i].string);
	}
}

static const char whole[] =
    "{\"streams\":["
    "{\"codec_type\":\"video\",\"codec_name\":\"mjpeg\",\"width\":600,"
    "\"height\":600,\"disposition\":{\"attached_pic\":1}},"
    "{\"codec_type\":\"video\",\"codec_name\":\"h264\",\"profile\":\"High\","
    "\"level\":41,\"width\":1920,\"height\":800,"
    "\"avg_frame_rate\":\"24000/1001\",\"color_transfer\":\"smpte2084\","
    "\"pix_fmt\":\"yuv420p10le\"},"
    "{\"codec_type\":\"audio\",\"codec_name\":\"ac3\",\"channels\":6,"
    "\"channel_layout\":\"5.1(side)\","
    "\"tags\":{\"language\":\"ger\",\"title\":\"Kommentar\\n\"},"
    "\"disposition\":{\"default\":1}},"
    "{\"codec_type\":\"audio\",\"codec_name\":\"dts\",\"channels\":\"8\","
    "\"tags\":{\"language\":\"und\"}},"
    "{\"codec_type\":\"subtitle\",\"codec_name\":\"subrip\","
    "\"tags\":{\"language\":\"en\"},\"disposition\":{\"forced\":1}},"
    "{\"codec_type\":\"subtitle\",\"codec_name\":\"hdmv_pgs_subtitle\","
    "\"tags\":{\"title\":\"English (SDH)\"}},"
    "{\"codec_type\":\"subtitle\",\"codec_name\":\"ass\","
    "\"tags\":{\"title\":\"Forced signs\"},"
    "\"disposition\":{\"hearing_impaired\":1}},"
    "{\"codec_type\":\"subtitle\",\"codec_name\":\"webvtt\","
    "\"tags\":{\"title\":\"unforced accents\"}},"
    "{\"codec_type\":\"data\",\"codec_name\":\"bin_data\"}],"
    "\"chapters\":[{\"start_time\":\"0.000000\",\"end_time\":\"90.5\","
    "\"tags\":{\"title\":\"Opening\"}},7,"
    "{\"start_time\":\"90.5\",\"end_time\":\"-3\"}],"
    "\"format\":{\"start_time\":\"-0.023000\",\"duration\":\"5400.25\",\"bit_rate\":\"8000000\"}}";

/* Forced ones and those for who hears badly, by their marks or their titles. */
static void
expect_subtitles(const struct media *media)
{
	static const struct media_subtitle wanted[] = {
		{ .is_forced = true },
		{ .is_picture = true, .is_sdh = true },
		{ .is_forced = true, .is_sdh = true },
		{ .is_forced = false },
	};

	assert_int_equal(media->n_subtitles, COUNT_OF(wanted));
	for (size_t i = 0; i < COUNT_OF(wanted); i++) {
		const struct media_subtitle *sub = &media->subtitles[i];

		assert_int_equal(sub->index, i);
		assert_true(sub->is_forced == wanted[i].is_forced);
		assert_true(sub->is_sdh == wanted[i].is_sdh);
		assert_true(sub->is_picture == wanted[i].is_picture);
	}
}

static void
a_whole_answer_is_read(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(probe(f, whole, "matroska"), 0);
	assert_int_equal(f->media.width, 1920);
	assert_int_equal(f->media.height, 800);
	assert_true(f->media.duration > 5400.2 && f->media.duration < 5400.3);
	assert_int_equal(f->media.bitrate, 8000000);
	assert_string_equal(f->media.hdr, "HDR10");
	assert_string_equal(f->media.mime_type,
	    "video/x-matroska; codecs=\"avc1.640029, ac-3\"");
	assert_int_equal(f->media.n_audio, 2);
	assert_string_equal(f->media.audio[0].codec, "AC-3");
	assert_string_equal(f->media.audio[0].language, "de");
	assert_int_equal(f->media.audio[1].channels, 8);
	assert_null(f->media.audio[1].language);
	assert_true(f->media.fps > 23.97 && f->media.fps < 23.98);
	assert_int_equal(f->media.bit_depth, 10);
	assert_true(f->media.start < -0.02 && f->media.start > -0.03);
	assert_string_equal(f->media.audio[0].layout, "5.1(side)");
	assert_null(f->media.audio[1].layout);
	expect_subtitles(&f->media);
	assert_int_equal(f->media.n_chapters, 2);
	assert_string_equal(f->media.chapters[0].title, "Opening");
	assert_true(f->media.chapters[0].end == 90.5);
	assert_true(f->media.chapters[1].start == 90.5);
	assert_true(f->media.chapters[1].end == 0);
	assert_null(f->media.chapters[1].title);
	assert_string_equal(library_media_quality(&f->media), "FHD");
}

static void
what_is_stored_comes_back(void **state)
{
	struct fixture *f = *state;
	struct json_object *first, *second;
	struct media back;

	assert_int_equal(probe(f, whole, "matroska"), 0);
	first = library_media_json(&f->media);
	assert_int_equal(library_media_read(f->arena,
			     json_object_to_json_string(first), &back, &f->err),
	    0);
	second = library_media_json(&back);
	assert_string_equal(json_object_to_json_string(first),
	    json_object_to_json_string(second));
	json_object_put(first);
	json_object_put(second);
}

/* What was stored before all of it was asked. */
static void
less_is_read_back(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(library_media_read(f->arena,
			     "{\"container\":\"mp4\",\"audio\":[{\"index\":0}],"
			     "\"subtitles\":[{\"index\":0,\"forced\":true}]}",
			     &f->media, &f->err),
	    0);
	assert_null(f->media.hdr);
	assert_null(f->media.audio[0].layout);
	assert_true(f->media.subtitles[0].is_forced);
	assert_false(f->media.subtitles[0].is_picture);
	assert_int_equal(f->media.n_chapters, 0);
}

static void
turned_pictures_stand_upright(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(
	    probe(f,
		VIDEO("h264", ",\"side_data_list\":[7,{\"rotation\":-90}]"),
		"mp4"),
	    0);
	assert_int_equal(f->media.width, 1080);
	assert_int_equal(f->media.height, 1920);
	assert_string_equal(library_media_quality(&f->media), "FHD");
}

static void
nonsense_is_refused(void **state)
{
	static const char *const bad[] = { "", "{", "null", "[]", "{}",
		"{\"streams\":7}", "{\"streams\":[null,7,\"x\",[]]}",
		"{\"streams\":[{\"codec_type\":7}]}",
		STREAM("\"codec_type\":\"audio\",\"codec_name\":\"aac\""),
		STREAM("\"codec_type\":\"video\",\"codec_name\":\"h264\""),
		STREAM("\"codec_type\":\"video\",\"codec_name\":\"h264\","
		       "\"width\":-1,\"height\":99999999999"),
		STREAM("\"codec_type\":\"video\",\"codec_name\":\"\","
		       "\"width\":1,\"height\":1") };
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_int_equal(probe(f, bad[i], "mp4"), -1);
		assert_int_equal(f->err.code, ERR_MEDIA_REFUSED);
	}
}

static void
numbers_out_of_range_are_unknown(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(
	    probe(f,
		"{\"streams\":[{\"codec_type\":\"video\",\"codec_name\":\"h264\","
		"\"width\":16,\"height\":16,\"level\":99999999999,"
		"\"avg_frame_rate\":\"1/0\","
		"\"side_data_list\":[{\"rotation\":-99999999999}]}],"
		"\"format\":{\"duration\":\"1e999\",\"bit_rate\":\"-7\"}}",
		"mp4"),
	    0);
	assert_true(f->media.duration == 0);
	assert_int_equal(f->media.bitrate, 0);
	assert_true(f->media.fps == 0);
}

/* More tracks than any film has. */
static void
lists_have_ends(void **state)
{
	struct fixture *f = *state;
	struct buf buf;

	buf_init(&buf, 1 << 20);
	buf_puts(&buf,
	    "{\"streams\":[{\"codec_type\":\"video\","
	    "\"codec_name\":\"vp9\",\"width\":1,\"height\":1}");
	for (int i = 0; i < 500; i++)
		buf_puts(&buf,
		    ",{\"codec_type\":\"audio\"},"
		    "{\"codec_type\":\"subtitle\"}");
	buf_puts(&buf, "],\"chapters\":[{}");
	for (int i = 0; i < 2000; i++)
		buf_puts(&buf, ",{\"start_time\":\"1\"}");
	buf_puts(&buf, "]}");
	assert_int_equal(probe(f, buf.data, "webm"), 0);
	assert_int_equal(f->media.n_chapters, MEDIA_CHAPTERS_MAX);
	assert_int_equal(f->media.n_audio, MEDIA_AUDIO_MAX);
	assert_int_equal(f->media.n_subtitles, MEDIA_SUBTITLES_MAX);
	buf_fini(&buf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codecs_get_their_names),
		cmocka_unit_test(a_whole_answer_is_read),
		cmocka_unit_test(what_is_stored_comes_back),
		cmocka_unit_test(less_is_read_back),
		cmocka_unit_test(turned_pictures_stand_upright),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(numbers_out_of_range_are_unknown),
		cmocka_unit_test(lists_have_ends),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
