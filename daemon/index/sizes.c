#include "daemon/index/sizes.h"

#include <stdbool.h>

enum { WINDOW_S = 2 }; /* the shortest segment of sound: half of a usual one */

/* Beyond are no sizes of a film. */
#define SIZE_MAX_BYTES (INT64_C(1) << 50)

static int64_t
share(int64_t bytes, int64_t part, int64_t whole)
{
	return part > 0 && part <= whole
	    ? (int64_t)((double)bytes * (double)part / (double)whole)
	    : 0;
}

int
sizes_make(
    const int64_t *keys, int64_t *places, size_t n, int64_t time, int64_t place)
{
	size_t i, next;

	for (i = 0; i < n; i = next) {
		int64_t here = places[i], bytes, until;

		for (next = i + 1; next < n && places[next] == here; next++)
			;
		bytes = (next < n ? places[next] : place) - here;
		until = next < n ? keys[next] : time;
		if (here < 0 || bytes < 0 || bytes > SIZE_MAX_BYTES)
			return -1;
		if (next == i + 1) {
			places[i] = bytes;
			continue;
		}
		for (size_t j = i; j < next; j++)
			places[j] = share(bytes,
			    (j + 1 < next ? keys[j + 1] : until) - keys[j],
			    until - keys[i]);
	}
	return 0;
}

/* The most bits in a second, over any WINDOW_S. */
static int64_t
peak_of(AVStream *stream)
{
	int n = avformat_index_get_entries_count(stream), first = 0;
	int64_t window =
	    av_rescale(WINDOW_S, stream->time_base.den, stream->time_base.num);
	int64_t bytes = 0, most = 0;

	for (int i = 0; i < n; i++) {
		const AVIndexEntry *entry = avformat_index_get_entry(stream, i);

		bytes += entry->size;
		while (first < i &&
		    entry->timestamp -
			    avformat_index_get_entry(stream, first)
				->timestamp >=
			window)
			bytes -=
			    avformat_index_get_entry(stream, first++)->size;
		if (bytes > most)
			most = bytes;
	}
	return most * 8 / WINDOW_S;
}

int64_t
sizes_sound(AVFormatContext *context)
{
	int64_t most = 0;

	for (unsigned i = 0; i < context->nb_streams; i++) {
		AVStream *stream = context->streams[i];
		int64_t peak;

		if (stream->codecpar->codec_type != AVMEDIA_TYPE_AUDIO ||
		    stream->time_base.num <= 0)
			continue;
		peak = peak_of(stream);
		if (peak > most)
			most = peak;
	}
	return most;
}
