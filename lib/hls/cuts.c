/* Cutting a film into segments. */
#include "lib/hls/cuts.h"

#include <string.h>

#define SECONDS(n) ((int64_t)(n)*HLS_CLOCK)

static int
refuse(struct err *err, const char *why)
{
	return err_set(
	    err, ERR_MEDIA_REFUSED, "The film cannot be cut: %s.", why);
}

/* Rounds to the nearest; both clocks are finer than a picture. */
static int64_t
to_clock(const struct hls_index *index, int64_t time)
{
	__extension__ typedef __int128 wide;
	wide ticks = (wide)(time - index->start) * index->num * HLS_CLOCK;

	return (int64_t)((2 * ticks + index->den) / (2 * index->den));
}

/* How long segment i has to be at least. */
static int64_t
least(size_t i)
{
	static const int seconds[] = { 1, 3 };

	return SECONDS(i < COUNT_OF(seconds) ? seconds[i] : HLS_SEGMENT_S);
}

int
hls_cuts_by_keys(struct arena *arena, const struct hls_index *index,
    struct hls_cuts *out, struct err *err)
{
	int64_t at, before, end = to_clock(index, index->end);
	size_t i;

	if (index->n < 2 || index->n > INT32_MAX)
		return refuse(err, "it has no index");
	out->at = arena_alloc(arena, index->n + 2, sizeof(*out->at));
	out->n = 0;
	before = out->at[0] = to_clock(index, index->keys[0]);
	/* Players cannot begin before 0, and pictures that are never shown
	 * cannot be left out of what is copied. */
	if (before < -HLS_CLOSE)
		return refuse(err, "it begins in the middle of other pictures");
	for (i = 1; i < index->n; i++) {
		at = to_clock(index, index->keys[i]);
		if (at - before > SECONDS(HLS_LONGEST_S))
			return refuse(err, "its key frames lie too far apart");
		before = at;
		if (at >= end)
			break;
		if (at - out->at[out->n] < least(out->n))
			continue;
		if (out->n + 1 == HLS_CUTS_MAX)
			return refuse(err, "it is too long");
		out->at[++out->n] = at;
	}
	if (end - before > SECONDS(HLS_LONGEST_S))
		return refuse(err, "its key frames lie too far apart");
	if (end <= out->at[out->n])
		return refuse(err, "it ends before its last key frame");
	out->at[++out->n] = end;
	return 0;
}

int
hls_cuts_by_clock(struct arena *arena, int64_t duration, int64_t step,
    struct hls_cuts *out, struct err *err)
{
	size_t i;

	if (duration <= 0 || duration / step >= HLS_CUTS_MAX)
		return refuse(err, "its length is unknown or too great");
	out->n = (size_t)((duration + step / 2) / step);
	if (out->n == 0)
		out->n = 1;
	out->at = arena_alloc(arena, out->n + 1, sizeof(*out->at));
	for (i = 0; i < out->n; i++)
		out->at[i] = (int64_t)i * step;
	out->at[out->n] = duration;
	return 0;
}

/* How long a playlist says that its segments are at most. */
static int64_t
target_of(const struct hls_cuts *cuts)
{
	int64_t longest = 0;

	for (size_t i = 0; i < cuts->n; i++)
		if (cuts->at[i + 1] - cuts->at[i] > longest)
			longest = cuts->at[i + 1] - cuts->at[i];
	return (longest + HLS_CLOCK - 1) / HLS_CLOCK * HLS_CLOCK;
}

/* The first key at or behind a cut, from one on. */
static size_t
key_at(const struct hls_index *index, size_t from, int64_t at)
{
	while (from < index->n && to_clock(index, index->keys[from]) < at)
		from++;
	return from;
}

int64_t
hls_cuts_peak(const struct hls_cuts *cuts, const struct hls_index *index,
    const int64_t *bytes)
{
	int64_t target = target_of(cuts), peak = 0;
	size_t first = 0;

	for (size_t i = 0; i < cuts->n; i++) {
		int64_t sum = 0;
		size_t key;

		first = key = key_at(index, first, cuts->at[i]);
		for (size_t j = i; j < cuts->n; j++) {
			int64_t lasts = cuts->at[j + 1] - cuts->at[i], rate;
			size_t end = j + 1 == cuts->n
			    ? index->n
			    : key_at(index, key, cuts->at[j + 1]);

			if (lasts > target * 3 / 2)
				break;
			while (key < end)
				sum += bytes[key++];
			rate = (int64_t)((double)sum * 8 * HLS_CLOCK /
			    (double)lasts);
			if (lasts >= target / 2 && rate > peak)
				peak = rate;
		}
	}
	return peak;
}

const char *
hls_index_codec(
    struct arena *arena, const struct hls_index *index, size_t track)
{
	const char *at = index->codecs;
	size_t len;

	for (; track > 0; track--) {
		at += strcspn(at, ",");
		if (*at == '\0')
			return NULL;
		at++;
	}
	len = strcspn(at, ",");
	return len == 0 ? NULL : arena_strndup(arena, at, len);
}

double
hls_index_start(const struct hls_index *index)
{
	return (double)index->start * (double)index->num / (double)index->den;
}

size_t
hls_cuts_find(const struct hls_cuts *cuts, int64_t at)
{
	size_t low = 0, high = cuts->n, middle;

	while (high - low > 1) {
		middle = low + (high - low) / 2;
		if (cuts->at[middle] <= at)
			low = middle;
		else
			high = middle;
	}
	return low;
}
