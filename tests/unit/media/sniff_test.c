/*
 * First bytes of files: which are read, which are refused and why.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/miaud/media/sniff.h"

struct sniff_case {
	const char *bytes;
	size_t len;
	int64_t size;
	const char *expected; /* container, or "!code" */
};

#define B(s) s, sizeof(s) - 1

static const struct sniff_case cases[] = {
	{ B(""), 0, "!empty" },
	{ B("abc"), 3, "!too_small" },
	{ B("\0\0\0\x18"
	    "ftypisom"),
	    100000, "mp4" },
	{ B("\0\0\0\x18"
	    "ftypM4V "),
	    100000, "mp4" },
	{ B("\0\0\0\x18"
	    "ftypisom"),
	    12, "!too_small" },
	{ B("\0\0\0\x18"
	    "ftypheic"),
	    100000, "!picture" },
	{ B("\0\0\0\x08"
	    "wide"),
	    100000, "mp4" },
	{ B("\0\0\0\x08"
	    "moov"),
	    100000, "mp4" },
	{ B("\x1A\x45\xDF\xA3\x9F\x42\x82\x84webm"), 100000, "webm" },
	{ B("\x1A\x45\xDF\xA3\x9F\x42\x86\x81\x01\x42\x82\x88matroska"), 100000,
	    "matroska" },
	{ B("\x1A\x45\xDF\xA3\x9F\x42\x82\x84weba"), 100000,
	    "!container_unknown" },
	{ B("\x1A\x45\xDF\xA3\x9F\x42\x82\xFFwebm"), 100000,
	    "!container_unknown" },
	{ B("\x1A\x45\xDF\xA3"), 100000, "!container_unknown" },
	{ B("RIFF\1\2\3\4AVI LIST"), 100000, "avi" },
	{ B("RIFF\1\2\3\4WAVEfmt "), 100000, "!container_unknown" },
	{ B("FLV\x01\x05"), 100000, "flv" },
	{ B("\x30\x26\xB2\x75\x8E\x66\xCF\x11\xA6"), 100000, "asf" },
	{ B("OggS\0\2"), 100000, "ogg" },
	{ B("\0\0\1\xBA\x44"), 100000, "!container_unsupported" },
	{ B("#EXTM3U\n#EXT-X-"), 100000, "!playlist" },
	{ B("ffconcat version 1.0\nfile /etc/passwd"), 100000, "!playlist" },
	{ B("PK\x03\x04"), 100000, "!archive" },
	{ B("Rar!\x1A\x07"), 100000, "!archive" },
	{ B("<!DOCTYPE html>"), 100000, "!text" },
	{ B("\x89PNG\r\n"), 100000, "!picture" },
	{ B("GIF89a"), 100000, "!picture" },
	{ B("hello, world, this is a text"), 100000, "!container_unknown" },
	{ B("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), 100000, "!incomplete" },
};

static void
signatures_are_known(void **state)
{
	struct sniff sniff;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		/* of the exact length, so that reading on is seen */
		unsigned char *copy = malloc(cases[i].len + 1);
		const char *expected = cases[i].expected;

		memcpy(copy, cases[i].bytes, cases[i].len);
		media_sniff(copy, cases[i].len, cases[i].size, &sniff);
		free(copy);
		if (*expected == '!') {
			assert_null(sniff.demuxer);
			assert_string_equal(sniff.code, expected + 1);
			assert_non_null(sniff.sentence);
		} else {
			assert_non_null(sniff.demuxer);
			assert_string_equal(sniff.container, expected);
		}
	}
}

static void
transport_streams_are_known_by_their_rhythm(void **state)
{
	unsigned char bytes[SNIFF_SIZE] = { 0 };
	struct sniff sniff;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i += 188)
		bytes[i] = 0x47;
	media_sniff(bytes, sizeof(bytes), 1000000, &sniff);
	assert_string_equal(sniff.demuxer, "mpegts");
	memset(bytes, 1, sizeof(bytes));
	for (size_t i = 4; i < sizeof(bytes); i += 192)
		bytes[i] = 0x47;
	media_sniff(bytes, sizeof(bytes), 1000000, &sniff);
	assert_string_equal(sniff.demuxer, "mpegts");
	bytes[4 + 192] = 0;
	media_sniff(bytes, sizeof(bytes), 1000000, &sniff);
	assert_null(sniff.demuxer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signatures_are_known),
		cmocka_unit_test(transport_streams_are_known_by_their_rhythm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
