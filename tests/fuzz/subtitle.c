/* Subtitles of any bytes in every format: what comes out is WebVTT in UTF-8
 * whose cues have times in order and no markup of their own making. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/str.h"
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
try_format(const char *bytes, size_t size, const char *format)
{
	struct buf out;
	struct err err;

	buf_init(&out, OUT_MAX);
	if (library_subtitle_convert(bytes, size, format, &out, &err) == 0) {
		assert(strncmp(out.data, "WEBVTT\n\n", 8) == 0);
		assert(strlen(out.data) == out.len);
		assert(str_is_utf8(out.data, out.len));
		assert(strstr(out.data, "\n\n\n") == NULL);
		check_markup(out.data);
	}
	buf_fini(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_format((const char *)data, size, "srt");
	try_format((const char *)data, size, "vtt");
	try_format((const char *)data, size, "ass");
	return 0;
}
