/*
 * What a file's name says about it.
 *
 * The path below its folder is read as people and programs write such paths:
 * "Movies/Name (Year) [tmdbid-1]/Name (Year) - 2160p.mkv", "Show (Year)/Season
 * 01/Show S01E02 Title.mkv", "Some.Film.2019.1080p.BluRay.x264-GROUP.mkv".
 * Parents help where the name itself is silent. Nothing here touches the disk;
 * bytes are hostile and need not be UTF-8.
 */
#ifndef LIB_LIBRARY_NAME_H
#define LIB_LIBRARY_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/attr.h"

enum { NAME_EPISODES_MAX = 32, NAME_LANGUAGES_MAX = 4, NAME_ARENA = 262144 };

/* Where a release was made from, best last; the first three are never chosen
 * by themselves. */
enum name_source {
	NAME_SOURCE_UNKNOWN,
	NAME_SOURCE_CAM,
	NAME_SOURCE_TELESYNC,
	NAME_SOURCE_TELECINE,
	NAME_SOURCE_SCREENER,
	NAME_SOURCE_DVD,
	NAME_SOURCE_HDTV,
	NAME_SOURCE_WEBRIP,
	NAME_SOURCE_WEB,
	NAME_SOURCE_BLURAY,
	NAME_SOURCE_REMUX,
	NAME_SOURCE__MAX
};

enum name_extra {
	NAME_EXTRA_NONE,
	NAME_EXTRA_TRAILER,
	NAME_EXTRA_SAMPLE,
	NAME_EXTRA_BEHIND_THE_SCENES,
	NAME_EXTRA_DELETED_SCENE,
	NAME_EXTRA_FEATURETTE,
	NAME_EXTRA_INTERVIEW,
	NAME_EXTRA_SCENE,
	NAME_EXTRA_SHORT,
	NAME_EXTRA_CLIP,
	NAME_EXTRA_OTHER,
	NAME_EXTRA__MAX
};

/* Everything that was read. Texts live in the arena or are constants; NULL, 0
 * or -1 (season, absolute) where the name is silent. */
struct name {
	bool is_episode;   /* belongs to a show */
	const char *title; /* of the film or show; "" when nothing was left */
	int year;
	int season;      /* 0: specials, -1: unknown */
	int season_last; /* of a pack "S01-S06", else season */
	int episodes[NAME_EPISODES_MAX];
	int n_episodes;
	int absolute;  /* "- 07": counted through all seasons */
	char date[11]; /* of a daily, "2024-05-17", or "" */
	const char *episode_title;
	int part;            /* cd2, part2: 2 */
	const char *quality; /* "8K" "4K" "2K" "FHD" "HD" "SD" */
	enum name_source source;
	const char *video_codec; /* "X264" "X265" "AV1" "VP9" "XVID" … */
	const char *audio; /* "ATMOS" "TRUEHD" "DTS-HD" "EAC3" "AAC" … */
	int channels;      /* "5.1": 6 */
	const char *hdr;   /* "DV" "HDR10+" "HDR10" "HDR" "HLG" */
	int bit_depth;
	int fps;
	bool is_3d;
	bool is_multi; /* several languages */
	bool is_proper;
	bool is_repack;
	bool is_hardcoded; /* subtitles in the picture */
	const char *languages[NAME_LANGUAGES_MAX]; /* ISO 639-1 */
	int n_languages;
	const char *network; /* "AMZN", "NF" … */
	const char *edition; /* "Extended", "Director's Cut" … */
	const char *group;
	enum name_extra extra;
	int64_t tmdb_id;
	int64_t tvdb_id;
	const char *imdb_id; /* "tt0133093" */
	bool by_folder;      /* title and year are the folder's */
};

/* Reads a path relative to its library folder. */
void library_name_parse(
    struct arena *arena, const char *path, struct name *name) NONNULL;

/* The same with the library folder's own name in front where that says
 * something: "Show (2010)" added as a folder, "TV Shows", or a path that names
 * no title at all. folder: its last component. */
void library_name_parse_below(struct arena *arena, const char *folder,
    const char *path, struct name *name) NONNULL;

/* True when the last component ends as video files do (.mkv, .mp4 …). */
bool library_name_is_video(const char *path) NONNULL MUST_CHECK;

/* How sure the title is, 0…1: an id, a year, a folder that agrees. */
double library_name_confidence(const struct name *name) NONNULL MUST_CHECK;

/* "bluray" and the like; "unknown" for 0. */
const char *library_name_source_word(enum name_source source) RETURNS_NONNULL;
const char *library_name_extra_word(enum name_extra extra) RETURNS_NONNULL;

#endif
