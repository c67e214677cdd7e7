#include "lib/play/made.h"

bool
play_track_is_made(const struct media *media, const struct hls_track *track)
{
	size_t index = (size_t)track->index;

	switch (track->kind) {
	case HLS_PICTURE:
		return !track->draws ||
		    (index < media->n_subtitles &&
			media->subtitles[index].is_picture);
	case HLS_SOUND:
		return index < media->n_audio;
	case HLS_SUBTITLES:
		return false;
	}
	return false;
}
