/*
 * The videos of a torrent as their names and sizes tell them, read together:
 * without samples, trailers and what else comes with a film or a season.
 */
#ifndef DAEMON_MIAUD_DOWNLOADS_VIDEOS_H
#define DAEMON_MIAUD_DOWNLOADS_VIDEOS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/torrent/describe.h"
#include "lib/base/arena.h"
#include "lib/base/attr.h"
#include "lib/library/name.h"

enum { VIDEOS_MAX = 2000 };

struct video {
	int index; /* in the torrent */
	int64_t size;
	const char *path;    /* with the torrent's own folder in front */
	const char *key;     /* of the title in its name */
	const char *words;   /* of its own name, as a key */
	const char *quality; /* or "" */
	int year;
	int part;   /* "cd2": 2 */
	int season; /* -1: none */
	int episodes[NAME_EPISODES_MAX];
	int n_episodes;
	bool is_plain;   /* its name spells season and episode out */
	bool is_bare;    /* "103": season 1, episode 3, or the 103rd */
	bool is_special; /* an extra episode by its words: "OVA 2" */
	bool is_disc;    /* of a copied DVD or Blu-ray */
	bool is_proper;  /* corrects another */
};

struct videos {
	struct video *at;
	size_t n;
	int64_t biggest;
	bool are_too_many;
};

/* The path of a file with the torrent's own folder in front, which often says
 * what the file's name does not. In the arena. */
char *video_path(struct arena *arena, const struct torrent_meta *meta,
    int index) NONNULL RETURNS_NONNULL MUST_CHECK;

/* Reads one file, whatever it is; `title` as below. */
void video_read(struct arena *arena, const struct torrent_meta *meta, int index,
    const char *title, struct video *video) NONNULL_ARGS(1, 2, 5);

/* Reads all videos. title: what the torrent is said to be, whose words mean
 * nothing else in it ("Trailer Park"); or NULL. */
void videos_read(struct arena *arena, const struct torrent_meta *meta,
    const char *title, struct videos *videos) NONNULL_ARGS(1, 2, 4);

/* Keeps those that `keep` says. */
typedef bool (*video_keep_fn)(const struct video *video, const void *arg);
void videos_filter(struct videos *videos, video_keep_fn keep, const void *arg)
    NONNULL_ARGS(1, 2);

/* The key of a title (lib/base/str.h), in the arena; "" for NULL. */
const char *video_key(struct arena *arena, const char *title)
    NONNULL_ARGS(1) MUST_CHECK;

#endif
