/* Subtitles of any bytes in every format and language: what comes out is WebVTT in
 * UTF-8 whose cues have times in order and no markup of their own making, and
 * segments of it are the same. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/str.h"
#include "lib/hls/text.h"
#include "lib/library/subtitle.h"

enum { OUT_MAX = 64 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Only <i>, <b>, <u>, each closed where it was opened, and references. */
static void
check_markup(const char *p)
{
	char open[8];
	size_t n = 0;

	for (; *p != '\0'; p++) {
		if (*p != '<')
			continue;
		if (p[1] == '/') {
			assert(n > 0 && open[n - 1] == p[2] && p[3] == '>');
			n--;
		} else {
			assert(strchr("ibu", p[1]) != NULL && p[2] == '>');
			assert(n < sizeof(open));
			open[n++] = p[1];
		}
	}
	assert(n == 0);
}

static void
check_text(const struct buf *out)
{
	assert(strlen(out->data) == out->len);
	assert(str_is_utf8(out->data, out->len));
	assert(strstr(out->data, "\n\n\n") == NULL);
	check_markup(out->data);
}

static void
try_format(
    const char *bytes, size_t size, const char *format, const char *language)
{
	struct buf out, segment;
	struct err err;

	buf_init(&out, OUT_MAX);
	buf_init(&segment, OUT_MAX);
	if (library_subtitle_convert(
		bytes, size, format, language, &out, &err) == 0) {
		assert(strncmp(out.data, "WEBVTT\n\n", 8) == 0);
		check_text(&out);
		if (hls_vtt_segment(&segment, out.data, out.len, -1250, 1000,
			7000, &err) == 0)
			check_text(&segment);
	}
	buf_fini(&segment);
	buf_fini(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const languages[] = { "ja", "zh", "ko", "ru", "vi",
		"th", "he", "de" };
	const char *language =
	    size > 0 ? languages[data[size - 1] % COUNT_OF(languages)] : NULL;

	try_format((const char *)data, size, "srt", language);
	try_format((const char *)data, size, "vtt", NULL);
	try_format((const char *)data, size, "ass", language);
	return 0;
}
