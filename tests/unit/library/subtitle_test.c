/*
 * Subtitles to WebVTT.
 */
#include "tests/unit/helpers.h"

#include "lib/library/subtitle.h"

enum { OUT_MAX = 64 * 1024 * 1024 };

#define T1 "00:00:01.000 --> 00:00:02.000"
#define SRT1 "1\n00:00:01,000 --> 00:00:02,000\n"

static void
assert_converts(
    const char *format, const char *bytes, size_t len, const char *wanted)
{
	struct buf out;
	struct err err;

	buf_init(&out, OUT_MAX);
	assert_ok(
	    library_subtitle_convert(bytes, len, format, NULL, &out, &err),
	    &err);
	assert_memory_equal(out.data, "WEBVTT\n\n", 8);
	assert_string_equal(out.data + 8, wanted);
	buf_fini(&out);
}

#define assert_srt(text, wanted)                                               \
	assert_converts("srt", text, sizeof(text) - 1, wanted)
#define assert_vtt(text, wanted)                                               \
	assert_converts("vtt", text, sizeof(text) - 1, wanted)
#define assert_ass(text, wanted)                                               \
	assert_converts("ass", text, sizeof(text) - 1, wanted)

static void
test_srt(void **state)
{
	(void)state;
	assert_srt(SRT1 "One\nTwo\n\n2\n00:00:03,500 --> 01:02:03,004\nX\n",
	    T1 "\nOne\nTwo\n\n00:00:03.500 --> 01:02:03.004\nX\n\n");
	assert_srt("", "");
	assert_srt("no times at all\n\n1\n\n", "");
	/* Without the last newline, without numbers, with odd spaces. */
	assert_srt("  0:0:1.0-->0:0:2,00 X1:1 X2:2\nHi", T1 "\nHi\n\n");
	/* In order whatever the file says. */
	assert_srt("00:00:03,000 --> 00:00:04,000\nb\n\n" SRT1 "a\n",
	    T1 "\na\n\n00:00:03.000 --> 00:00:04.000\nb\n\n");
}

static void
test_line_ends(void **state)
{
	(void)state;
	assert_srt("1\r\n00:00:01,000 --> 00:00:02,000\r\nOne\r\nTwo\r\n\r\n",
	    T1 "\nOne\nTwo\n\n");
	assert_srt("1\r00:00:01,000 --> 00:00:02,000\rOne\rTwo\r\r",
	    T1 "\nOne\nTwo\n\n");
	/* The blank line between two cues is missing. */
	assert_srt(SRT1 "One\n2\n00:00:03,000 --> 00:00:04,000\nTwo\n",
	    T1 "\nOne\n\n00:00:03.000 --> 00:00:04.000\nTwo\n\n");
	/* A number that is text stays. */
	assert_srt(SRT1 "1984\n", T1 "\n1984\n\n");
}

static void
test_malformed_cues_are_left_out(void **state)
{
	static const char *const bad[] = {
		"00:00:02,000 --> 00:00:02,000\nx\n\n",
		"00:00:02,000 - 00:00:03,000\nx\n\n",
		"00:00:02, --> 00:00:03,000\nx\n\n",
		"a:b:c,d --> e\nx\n\n",
		"00:00:02,000 -->\nx\n\n",
		"999:00:00,000 --> 999:00:01,000\nx\n\n",
		"00:00:02,000 --> 00:00:03,000\n\n\n",
		"00:00:02,000 --> 00:00:03,000\n<i></i>\n\n",
		"-00:00:02,000 --> -00:00:01,000\nx\n\n",
	};
	char text[256];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(bad); i++) {
		snprintf(text, sizeof(text), "%s" SRT1 "good\n", bad[i]);
		assert_converts("srt", text, strlen(text), T1 "\ngood\n\n");
	}
}

static void
test_escapes(void **state)
{
	(void)state;
	assert_srt(SRT1 "Tom & Jerry <3 x > y --> &amp;\n",
	    T1 "\nTom &amp; Jerry &lt;3 x &gt; y --&gt; &amp;amp;\n\n");
	assert_srt(SRT1 "<script>alert(1)</script>\n", T1 "\nalert(1)\n\n");
	assert_srt(SRT1 "<never closed\n", T1 "\n&lt;never closed\n\n");
	assert_srt(SRT1 "a\x01\x1b[31mb\x7f\n", T1 "\na[31mb\n\n");
}

static void
test_italics(void **state)
{
	(void)state;
	assert_srt(SRT1 "<i>One</i> <B>two</B> <u>three</u>\n",
	    T1 "\n<i>One</i> <b>two</b> <u>three</u>\n\n");
	assert_srt(
	    SRT1 "<font color=\"#f00\">red</font><br>\n", T1 "\nred\n\n");
	/* Unbalanced ones are closed; crossed ones nest. */
	assert_srt(SRT1 "<i>One\nTwo\n", T1 "\n<i>One\nTwo</i>\n\n");
	assert_srt(SRT1 "One</i>\n", T1 "\nOne\n\n");
	assert_srt(SRT1 "<i>a<b>b</i>c</b>\n",
	    T1 "\n<i>a</i><i><b>b</b></i><b>c</b>\n\n");
	assert_srt(SRT1 "{\\an8}{\\i1}Up{\\i0} {b}\n",
	    T1 " line:0%\n<i>Up</i> {b}\n\n");
}

static void
test_vtt(void **state)
{
	(void)state;
	assert_vtt("WEBVTT\n\nNOTE 00:00\n\nSTYLE\n::cue { color: red }\n\n"
		   "id\n00:01.000 --> 00:02.000 align:start line:0\n"
		   "<v Bob>Hi &amp; <i.c>all</i> & <00:00:01.500>now <b\n",
	    T1 " line:0% align:start\nHi &amp; <i>all</i> &amp; now &lt;b\n\n");
	assert_vtt("00:01.000 --> 00:02.000\n<script>x</script>&lt;&x;\n",
	    T1 "\nx&lt;&x;\n\n");
	assert_vtt("WEBVTT\n\n00:01.000 --> 00:02.000 line:90%\nlow\n",
	    T1 "\nlow\n\n");
}

#define EVENTS                                                                 \
	"[Script Info]\nDialogue: 0,0:00:01.00,0:00:02.00,,,,,,,no\n[Events]\n"
#define FORMAT                                                                 \
	"Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, "  \
	"Effect, Text\n"
#define DIALOGUE "Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,"

static void
test_ass(void **state)
{
	(void)state;
	assert_ass(EVENTS FORMAT DIALOGUE "{\\i1}One{\\i0}\\NTwo, & \\hthree\n",
	    T1 "\n<i>One</i>\nTwo, &amp;  three\n\n");
	assert_ass(
	    EVENTS DIALOGUE "Without format\n", T1 "\nWithout format\n\n");
	assert_ass(EVENTS "Format: Text, End, Start\n"
			  "Dialogue: Hi,0:00:02.00,0:00:01.00\n",
	    T1 "\nHi,0:00:02.00,0:00:01.00\n\n");
	/* A drawing is no text; positions are kept. */
	assert_ass(EVENTS FORMAT DIALOGUE "{\\p1}m 0 0 l 9 9\n" DIALOGUE
					  "{\\p1}m 0 0{\\p0}{\\an5}mid\n",
	    T1 " line:47%\nmid\n\n");
	assert_ass(EVENTS FORMAT "Comment: 0,0:00:01.00,0:00:02.00,,,,,,,no\n"
				 "Dialogue: 0,0:00:01.00\n"
				 "Dialogue: 0,x,y,Default,,0,0,0,,no\n",
	    "");
	assert_ass(EVENTS "Format: Start, End\nDialogue: 0:00:01.00,x\n", "");
	assert_ass(
	    EVENTS FORMAT DIALOGUE "\\N\\Na\\N\\N\\Nb\\N\n", T1 "\na\nb\n\n");
	assert_ass(EVENTS FORMAT DIALOGUE "{unclosed <x>\n",
	    T1 "\n{unclosed &lt;x&gt;\n\n");
}

/* The same cue in every encoding. */
static void
test_encodings(void **state)
{
	static const char wanted[] =
	    T1 "\n\xc3\x89t\xc3\xa9 \xe2\x80\x93 \xe2\x80\x9cx\xe2\x80\x9d\n\n";
	static const char ascii[] = SRT1;
	/* "Été – “x”" */
	static const unsigned short units[] = { 0xc9, 't', 0xe9, ' ', 0x2013,
		' ', 0x201c, 'x', 0x201d, '\n' };
	char le[512] = "\xff\xfe", be[512] = "\xfe\xff";
	size_t n = 2, i;

	(void)state;
	assert_srt(SRT1
	    "\xc3\x89t\xc3\xa9 \xe2\x80\x93 \xe2\x80\x9cx\xe2\x80\x9d\n",
	    wanted);
	assert_srt("\xef\xbb\xbf" SRT1 "\xc3\x89t\xc3\xa9 \xe2\x80\x93 "
		   "\xe2\x80\x9cx\xe2\x80\x9d\n",
	    wanted);
	assert_srt(SRT1 "\xc9t\xe9 \x96 \x93x\x94\n", wanted);
	for (i = 0; i < sizeof(ascii) - 1; i++, n += 2) {
		le[n] = be[n + 1] = ascii[i];
		le[n + 1] = be[n] = 0;
	}
	for (i = 0; i < COUNT_OF(units); i++, n += 2) {
		le[n] = be[n + 1] = (char)(units[i] & 0xff);
		le[n + 1] = be[n] = (char)(units[i] >> 8);
	}
	assert_converts("srt", le, n, wanted);
	assert_converts("srt", be, n, wanted);
	/* Without their marks. */
	assert_converts("srt", le + 2, n - 2, wanted);
	assert_converts("srt", be + 2, n - 2, wanted);
	/* Half a pair, a lonely surrogate, an odd byte. */
	assert_srt("\xff\xfe"
		   "\x3d\xd8",
	    "");
	/* Places of Windows-1252 that are empty. */
	assert_srt(SRT1 "\x81\x8d x\n", T1 "\n\xef\xbf\xbd\xef\xbf\xbd x\n\n");
}

static void
test_limits(void **state)
{
	enum { ENTRIES = SUBTITLE_CUES_MAX + 50 };
	char *huge = malloc(SUBTITLE_FILE_MAX + 1);
	const char *p;
	struct buf out;
	struct err err;
	size_t n = 0, i;

	(void)state;
	buf_init(&out, OUT_MAX);
	memset(huge, '&', SUBTITLE_FILE_MAX + 1);
	assert_err(library_subtitle_convert(
		       huge, SUBTITLE_FILE_MAX + 1, "srt", NULL, &out, &err),
	    &err, ERR_MEDIA_REFUSED);
	/* The worst growth still fits. */
	memcpy(huge, SRT1, strlen(SRT1));
	assert_ok(library_subtitle_convert(
		      huge, SUBTITLE_FILE_MAX, "srt", NULL, &out, &err),
	    &err);
	assert_true(out.len > 5u * (SUBTITLE_FILE_MAX - 100));
	/* More cues than anybody reads. */
	for (i = 0; i < ENTRIES; i++)
		n += (size_t)snprintf(
		    huge + n, 64, "00:00:01,000 --> 00:00:02,000\n%zu\n\n", i);
	buf_reset(&out);
	assert_ok(
	    library_subtitle_convert(huge, n, "srt", NULL, &out, &err), &err);
	for (p = out.data, i = 0; *p != '\0'; p++)
		i += *p == '>';
	assert_int_equal(i, SUBTITLE_CUES_MAX);
	buf_fini(&out);
	free(huge);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_srt),
		cmocka_unit_test(test_line_ends),
		cmocka_unit_test(test_malformed_cues_are_left_out),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_italics),
		cmocka_unit_test(test_vtt),
		cmocka_unit_test(test_ass),
		cmocka_unit_test(test_encodings),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
