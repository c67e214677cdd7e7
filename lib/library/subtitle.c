/*
 * Subtitles to WebVTT: the way through the parts.
 */
#include "lib/library/subtitle.h"

#include <stdlib.h>
#include <string.h>

#include "lib/library/subtitle_part.h"

enum {
	TEXT_MAX = 4 * SUBTITLE_FILE_MAX,
	CUES_TEXT_MAX = 6 * SUBTITLE_FILE_MAX
};

static void
init_cues(struct cues *cues)
{
	memset(cues, 0, sizeof(*cues));
	buf_init(&cues->text, CUES_TEXT_MAX);
}

static void
fini_cues(struct cues *cues)
{
	free(cues->items);
	buf_fini(&cues->text);
}

static int
by_start(const void *a, const void *b)
{
	const struct cue *one = a, *other = b;

	if (one->start_ms != other->start_ms)
		return one->start_ms < other->start_ms ? -1 : 1;
	return one->order < other->order ? -1 : 1;
}

static void
write_time(struct buf *out, int64_t ms)
{
	buf_printf(out, "%02d:%02d:%02d.%03d", (int)(ms / 3600000),
	    (int)(ms / 60000 % 60), (int)(ms / 1000 % 60), (int)(ms % 1000));
}

/* Typesetters write a line several times over, for its shadow and its edge. */
static bool
is_same(const struct cues *cues, const struct cue *a, const struct cue *b)
{
	return a->start_ms == b->start_ms && a->end_ms == b->end_ms &&
	    memcmp(&a->place, &b->place, sizeof(a->place)) == 0 &&
	    a->len == b->len &&
	    memcmp(cues->text.data + a->at, cues->text.data + b->at, a->len) ==
	    0;
}

/* All of them, the earliest first, behind the head of a WebVTT file. */
static void
write_cues(struct cues *cues, struct buf *out)
{
	const struct cue *at;
	size_t i;

	if (cues->n > 1)
		qsort(cues->items, cues->n, sizeof(*cues->items), by_start);
	buf_puts(out, "WEBVTT\n\n");
	for (i = 0; i < cues->n; i++) {
		at = &cues->items[i];
		if (i > 0 && is_same(cues, at - 1, at))
			continue;
		write_time(out, at->start_ms);
		buf_puts(out, " --> ");
		write_time(out, at->end_ms);
		subtitle_write_place(out, &at->place, at->lines);
		buf_puts(out, "\n");
		buf_append(out, cues->text.data + at->at, at->len);
		buf_puts(out, "\n\n");
	}
}

int
library_subtitle_convert(const char *bytes, size_t len, const char *format,
    const char *language, struct buf *out, struct err *err)
{
	struct buf text;
	struct cues cues;
	bool failed;

	if (len > SUBTITLE_FILE_MAX)
		return err_set(err, ERR_MEDIA_REFUSED,
		    "Subtitles of more than 8 MiB are refused.");
	buf_init(&text, TEXT_MAX);
	init_cues(&cues);
	subtitle_decode(bytes, len, language, &text);
	if (strcmp(format, "ass") == 0)
		subtitle_read_ass(text.data, &cues);
	else
		subtitle_read_blocks(
		    text.data, strcmp(format, "vtt") == 0, &cues);
	write_cues(&cues, out);
	failed = buf_failed(&text) || buf_failed(&cues.text) || buf_failed(out);
	fini_cues(&cues);
	buf_fini(&text);
	if (failed)
		return err_set(err, ERR_MEDIA_REFUSED,
		    "These subtitles are too large to be converted.");
	return 0;
}
