/*
 * Subtitles in segments.
 */
#include "lib/hls/text.h"

#include <stdbool.h>
#include <string.h>

#define TIME "00:00:00.000"
#define ARROW " --> "

enum { TIME_LEN = sizeof(TIME) - 1, ARROW_LEN = sizeof(ARROW) - 1 };

/* "01:02:03.004" and nothing else; -1 when it is none. */
static int64_t
read_time(const char *p)
{
	static const int weights[] = { 36000000, 3600000, 0, 600000, 60000, 0,
		10000, 1000, 0, 100, 10, 1 };
	int64_t ms = 0;

	for (int i = 0; i < TIME_LEN; i++) {
		bool is_digit = p[i] >= '0' && p[i] <= '9';

		if (TIME[i] == '0' ? !is_digit : p[i] != TIME[i])
			return -1;
		if (is_digit)
			ms += (int64_t)weights[i] * (p[i] - '0');
	}
	return ms;
}

static bool
read_cue_times(const char *line, size_t len, int64_t *start, int64_t *end)
{
	if (len < 2 * TIME_LEN + ARROW_LEN ||
	    memcmp(line + TIME_LEN, ARROW, ARROW_LEN) != 0)
		return false;
	*start = read_time(line);
	*end = read_time(line + TIME_LEN + ARROW_LEN);
	return *start >= 0 && *end > *start;
}

static void
put_time(struct buf *out, int64_t ms)
{
	buf_printf(out, "%02lld:%02lld:%02lld.%03lld", (long long)ms / 3600000,
	    (long long)ms / 60000 % 60, (long long)ms / 1000 % 60,
	    (long long)ms % 1000);
}

static void
put_cue(struct buf *out, const char *cue, size_t len, int64_t start_ms,
    int64_t end_ms)
{
	const size_t times = 2 * TIME_LEN + ARROW_LEN;

	put_time(out, start_ms < 0 ? 0 : start_ms);
	buf_puts(out, ARROW);
	put_time(out, end_ms);
	buf_append(out, cue + times, len - times);
	buf_puts(out, "\n\n");
}

int
hls_vtt_segment(struct buf *out, const char *vtt, size_t len, int64_t shift_ms,
    int64_t from_ms, int64_t to_ms, struct err *err)
{
	const char *p = vtt, *limit = vtt + len, *end;
	int64_t start_ms, end_ms;

	/* Time 0 of the film is 0 of the clock that its segments count by. */
	buf_puts(
	    out, "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n");
	for (; p < limit; p = end + 2) {
		end = memmem(p, (size_t)(limit - p), "\n\n", 2);
		if (end == NULL)
			end = limit;
		if (!read_cue_times(p, (size_t)(end - p), &start_ms, &end_ms))
			continue;
		start_ms += shift_ms;
		end_ms += shift_ms;
		if (start_ms >= to_ms)
			break;
		if (end_ms > from_ms && end_ms > 0)
			put_cue(out, p, (size_t)(end - p), start_ms, end_ms);
	}
	return buf_failed(out)
	    ? err_set(err, ERR_MEDIA_REFUSED,
		  "These subtitles are too large for a segment.")
	    : 0;
}
