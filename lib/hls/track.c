/* Names of tracks, and how each kind is cut. */
#include "lib/hls/track.h"

#include <stdio.h>
#include <string.h>

const struct hls_quality hls_qualities[HLS_QUALITIES] = {
	{ 1080, 1920, 6000000, "4.2", "avc1.64002a" },
	{ 720, 1280, 3000000, "3.2", "avc1.640020" },
	{ 480, 854, 1400000, "3.1", "avc1.64001f" },
	{ 360, 640, 700000, "3.0", "avc1.64001e" },
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
hls_track_name(const struct hls_track *track, char name[HLS_TRACK_NAME_SIZE])
{
	switch (track->kind) {
	case HLS_PICTURE:
		if (track->is_copy)
			snprintf(name, HLS_TRACK_NAME_SIZE, "v-copy");
		else
			snprintf(
			    name, HLS_TRACK_NAME_SIZE, "v-%d", track->height);
		return;
	case HLS_SOUND:
		snprintf(name, HLS_TRACK_NAME_SIZE, "a-%d-%s", track->index,
		    track->is_copy ? "copy" : "aac");
		return;
	case HLS_SUBTITLES:
		snprintf(name, HLS_TRACK_NAME_SIZE, "s-%d", track->index);
		return;
	}
}

/* Takes what looks like a name; hls_track_read compares with what it would be. */
static bool
guess(const char *name, struct hls_track *track)
{
	char how[8] = "";

	memset(track, 0, sizeof(*track));
	switch (name[0]) {
	case 'v':
		track->kind = HLS_PICTURE;
		track->is_copy = strcmp(name, "v-copy") == 0;
		return track->is_copy ||
		    (sscanf(name, "v-%4d", &track->height) == 1 &&
			hls_quality_find(track->height) != NULL);
	case 'a':
		track->kind = HLS_SOUND;
		if (sscanf(name, "a-%3d-%4s", &track->index, how) != 2)
			return false;
		track->is_copy = strcmp(how, "copy") == 0;
		return true;
	case 's':
		track->kind = HLS_SUBTITLES;
		return sscanf(name, "s-%3d", &track->index) == 1;
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
	int64_t step = track->kind == HLS_PICTURE ? HLS_QUICK_S : HLS_SOUND_S;

	if (track->kind == HLS_PICTURE && track->is_copy) {
		if (index == NULL)
			return err_set(err, ERR_MEDIA_REFUSED,
			    "The film cannot be cut: its index is not known.");
		return hls_cuts_by_keys(arena, index, out, err);
	}
	return hls_cuts_by_clock(
	    arena, length_of(index, duration), step * HLS_CLOCK, out, err);
}
