/*
 * Segments of subtitles, word for word.
 */
#include "lib/hls/text.h"
#include "lib/library/subtitle.h"
#include "tests/unit/helpers.h"

#define HEAD "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n"
#define ONE "00:00:01.000 --> 00:00:07.000 line:0%\n<i>One</i>\nmore\n\n"
#define TWO "00:00:02.000 --> 00:00:06.000\nTwo\n\n"
#define THREE "00:00:12.000 --> 00:00:20.500\nThree\n\n"
#define LATE "01:02:03.004 --> 01:02:04.000\nLate\n\n"
#define FILM "WEBVTT\n\n" ONE TWO THREE LATE

static void
assert_shifted(const char *vtt, int64_t shift_ms, int64_t from_ms,
    int64_t to_ms, const char *wanted)
{
	struct buf out;
	struct err err;

	buf_init(&out, 4096);
	assert_ok(hls_vtt_segment(
		      &out, vtt, strlen(vtt), shift_ms, from_ms, to_ms, &err),
	    &err);
	assert_string_equal(out.data, wanted);
	buf_fini(&out);
}

static void
assert_segment(
    const char *vtt, int64_t from_ms, int64_t to_ms, const char *wanted)
{
	assert_shifted(vtt, 0, from_ms, to_ms, wanted);
}

static void
cues_that_touch_the_window(void **state UNUSED)
{
	assert_segment(FILM, 0, 6000, HEAD ONE TWO);
	/* What goes on is there again, what has just ended is not. */
	assert_segment(FILM, 6000, 12000, HEAD ONE);
	assert_segment(FILM, 7000, 12000, HEAD);
	assert_segment(FILM, 12000, 18000, HEAD THREE);
	assert_segment(FILM, 18000, 24000, HEAD THREE);
	assert_segment(FILM, 20500, 24000, HEAD);
	assert_segment(FILM, 3723000, 3729000, HEAD LATE);
	assert_segment(FILM, 5999, 6000, HEAD ONE TWO);
	assert_segment(FILM, 1000, 1001, HEAD ONE);
	assert_segment("", 0, 6000, HEAD);
	assert_segment("WEBVTT\n\n", 0, 6000, HEAD);
}

/* The window is of the film, not of the file's own times. */
static void
cues_come_later_or_sooner(void **state UNUSED)
{
	assert_shifted(FILM, 3600500, 3601000, 3603000,
	    HEAD "01:00:01.500 --> 01:00:07.500 line:0%\n<i>One</i>\nmore\n\n"
		 "01:00:02.500 --> 01:00:06.500\nTwo\n\n");
	assert_shifted(FILM, -1500, 0, 5000,
	    HEAD "00:00:00.000 --> 00:00:05.500 line:0%\n<i>One</i>\nmore\n\n"
		 "00:00:00.500 --> 00:00:04.500\nTwo\n\n");
	assert_shifted(FILM, -1500, 5000, 10500,
	    HEAD
	    "00:00:00.000 --> 00:00:05.500 line:0%\n<i>One</i>\nmore\n\n");
	/* What would be over before the film begins is not there. */
	assert_shifted(FILM, -7000, 0, 5000, HEAD);
}

static void
what_is_no_cue_is_left_out(void **state UNUSED)
{
	assert_segment("WEBVTT\n\nNOTE x\n\n"
		       "00:01.000 --> 00:02.000\nshort\n\n"
		       "00:00:02.000 --> 00:00:02.000\nnothing\n\n"
		       "0a:00:02.000 --> 00:00:03.000\nletters\n\n"
		       "00:00:02.000 -> 00:00:03.000 \narrow\n\n" TWO,
	    0, 6000, HEAD TWO);
	/* Cut off in the middle of a text and of a time. */
	assert_segment(
	    "WEBVTT\n\n00:00:02.000 --> 00:00:06.000\nTwo", 0, 6000, HEAD TWO);
	assert_segment("WEBVTT\n\n00:00:02.000 --> 00:0", 0, 6000, HEAD);
}

/* What our own conversion writes is what is read here. */
static void
of_a_converted_file(void **state UNUSED)
{
	static const char srt[] = "1\n00:00:05,000 --> 00:00:08,000\nb\n\n"
				  "2\n99:59:58,000 --> 99:59:59,000\nc\n\n"
				  "3\n00:00:01,000 --> 00:00:06,500\na\n\n";
	struct buf vtt;
	struct err err;

	buf_init(&vtt, 4096);
	assert_ok(library_subtitle_convert(
		      srt, sizeof(srt) - 1, "srt", NULL, &vtt, &err),
	    &err);
	assert_segment(vtt.data, 6000, 12000,
	    HEAD "00:00:01.000 --> 00:00:06.500\na\n\n"
		 "00:00:05.000 --> 00:00:08.000\nb\n\n");
	assert_segment(vtt.data, 359998000, 360000000,
	    HEAD "99:59:58.000 --> 99:59:59.000\nc\n\n");
	buf_fini(&vtt);
}

static void
a_full_answer_is_told(void **state UNUSED)
{
	struct buf out;
	struct err err;

	buf_init(&out, sizeof(HEAD) + 4);
	assert_err(
	    hls_vtt_segment(&out, FILM, sizeof(FILM) - 1, 0, 0, 6000, &err),
	    &err, ERR_MEDIA_REFUSED);
	buf_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cues_that_touch_the_window),
		cmocka_unit_test(cues_come_later_or_sooner),
		cmocka_unit_test(what_is_no_cue_is_left_out),
		cmocka_unit_test(of_a_converted_file),
		cmocka_unit_test(a_full_answer_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
