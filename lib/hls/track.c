/* Names of tracks, and how each kind is cut. */
#include "lib/hls/track.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const struct hls_quality hls_qualities[HLS_QUALITIES] = {
	{ 1080, 1920, 6000000, "4.2", "avc1.64002A" },
	{ 720, 1280, 3000000, "3.2", "avc1.640020" },
	{ 480, 854, 1400000, "3.1", "avc1.64001F" },
	{ 360, 640, 700000, "3.0", "avc1.64001E" },
};

const struct hls_quality *
hls_quality_find(int height)
{
	for (size_t i = 0; i < HLS_QUALITIES; i++)
		if (hls_qualities[i].height == height)
			return &hls_qualities[i];
	return NULL;
}

void
hls_quality_fit(const struct hls_quality *quality, int width, int height,
    int *out_width, int *out_height)
{
	double scale;

	*out_width = quality->width;
	*out_height = quality->height;
	if (width <= 0 || height <= 0)
		return;
	scale = fmin(1,
	    fmin((double)quality->width / width,
		(double)quality->height / height));
	*out_width = (int)(width * scale + 0.5) / 2 * 2;
	*out_height = (int)(height * scale + 0.5) / 2 * 2;
}

void
hls_track_name(const struct hls_track *track, char name[HLS_TRACK_NAME_SIZE])
{
	switch (track->kind) {
	case HLS_PICTURE:
		if (track->is_copy)
			snprintf(name, HLS_TRACK_NAME_SIZE, "v-copy");
		else if (track->draws)
			snprintf(name, HLS_TRACK_NAME_SIZE, "v-%d-s%d",
			    track->height, track->index);
		else
			snprintf(
			    name, HLS_TRACK_NAME_SIZE, "v-%d", track->height);
		return;
	case HLS_SOUND:
		snprintf(name, HLS_TRACK_NAME_SIZE, "a-%d-%s", track->index,
		    track->is_copy ? "copy" : "aac");
		return;
	case HLS_SUBTITLES:
		if (track->file != 0)
			snprintf(name, HLS_TRACK_NAME_SIZE, "s-%s-%d",
			    track->is_fetched ? "fetched" : "beside",
			    track->file);
		else
			snprintf(
			    name, HLS_TRACK_NAME_SIZE, "s-%d", track->index);
		return;
	}
}

static bool
guess_picture(const char *name, struct hls_track *track)
{
	int n;

	track->kind = HLS_PICTURE;
	track->is_copy = strcmp(name, "v-copy") == 0;
	n = sscanf(name, "v-%4d-s%3d", &track->height, &track->index);
	track->draws = n == 2;
	return track->is_copy ||
	    (n >= 1 && hls_quality_find(track->height) != NULL);
}

static bool
guess_subtitles(const char *name, struct hls_track *track)
{
	track->kind = HLS_SUBTITLES;
	if (sscanf(name, "s-%3d", &track->index) == 1)
		return true;
	track->is_fetched = sscanf(name, "s-fetched-%9d", &track->file) == 1;
	return (track->is_fetched ||
		   sscanf(name, "s-beside-%9d", &track->file) == 1) &&
	    track->file > 0;
}

/* Takes what looks like a name; hls_track_read compares with what it would be. */
static bool
guess(const char *name, struct hls_track *track)
{
	char how[8] = "";

	memset(track, 0, sizeof(*track));
	switch (name[0]) {
	case 'v':
		return guess_picture(name, track);
	case 'a':
		track->kind = HLS_SOUND;
		if (sscanf(name, "a-%3d-%4s", &track->index, how) != 2)
			return false;
		track->is_copy = strcmp(how, "copy") == 0;
		return true;
	case 's':
		return guess_subtitles(name, track);
	default:
		return false;
	}
}

bool
hls_track_read(const char *name, struct hls_track *track)
{
	char right[HLS_TRACK_NAME_SIZE];

	if (!guess(name, track) || track->index < 0 ||
	    track->index > HLS_TRACK_INDEX_MAX)
		return false;
	hls_track_name(track, right);
	return strcmp(name, right) == 0;
}

static int64_t
length_of(const struct hls_index *index, double duration)
{
	if (index != NULL && index->end > index->start && index->den > 0)
		return (int64_t)((double)(index->end - index->start) *
		    (double)index->num / (double)index->den * HLS_CLOCK);
	return duration > 0 && duration < 1e6 ? (int64_t)(duration * HLS_CLOCK)
					      : 0;
}

int
hls_track_cuts(struct arena *arena, const struct hls_track *track,
    const struct hls_index *index, double duration, struct hls_cuts *out,
    struct err *err)
{
	int64_t step = track->kind == HLS_SUBTITLES ? HLS_TEXT_S : HLS_QUICK_S;

	if (track->kind == HLS_PICTURE && track->is_copy) {
		if (index == NULL)
			return err_set(err, ERR_MEDIA_REFUSED,
			    "The film cannot be cut: its index is not known.");
		return hls_cuts_by_keys(arena, index, out, err);
	}
	return hls_cuts_by_clock(
	    arena, length_of(index, duration), step * HLS_CLOCK, out, err);
}
