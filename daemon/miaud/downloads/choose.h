/*
 * Which file of a torrent plays: the film among samples and extras, the
 * episodes of a pack. Decided from names read together, from sizes that stand
 * out, from the order of running numbers and from how long the film is known to
 * be. What is not sure is not guessed: then a person chooses.
 */
#ifndef DAEMON_MIAUD_DOWNLOADS_CHOOSE_H
#define DAEMON_MIAUD_DOWNLOADS_CHOOSE_H

#include "daemon/miaud/downloads/videos.h"
#include "daemon/torrent/describe.h"
#include "lib/base/arena.h"
#include "lib/store/titles.h"

/* What is known of the title that it is said to be. */
struct choose_hint {
	enum title_kind kind; /* TITLE_ANY: nothing */
	const char *name;     /* or NULL */
	int64_t year;         /* 0: unknown */
	int64_t runtime;      /* minutes, 0: unknown */
};

/* A file of two episodes is here twice. */
struct choose_file {
	int index;
	bool is_episode;
	int season, episode;
};

struct choice {
	const char *code;     /* "file_chosen", "pack_chosen", "unsure" */
	const char *sentence; /* names nothing of the torrent */
	double confidence;    /* 0…1 */
	int n_videos;
	int n_left; /* that could be episodes, but not surely: left out */
	struct choose_file *files; /* in the arena; none when unsure */
	size_t n;
};

/* Decides over the files of `meta`; what it tells lies in the arena. */
void choose_files(struct arena *arena, const struct torrent_meta *meta,
    const struct choose_hint *hint, struct choice *choice) NONNULL;

/* Adds a video to what is chosen; episode -1: as the film. */
void choose_add(struct arena *arena, struct choice *choice,
    const struct video *video, int episode) NONNULL;

/* Whether a video of `seconds` can be what is known to last `minutes`: a
 * sentence when it cannot, else NULL. Either may be 0: unknown. */
const char *choose_doubt_length(double seconds, int64_t minutes) MUST_CHECK;

#endif
