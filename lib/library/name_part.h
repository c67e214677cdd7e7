/*
 * One component of a path (a folder's or a file's name without its ending) cut
 * into words, and what the words mean. Shared by the name_*.c files only.
 */
#ifndef LIB_LIBRARY_NAME_PART_H
#define LIB_LIBRARY_NAME_PART_H

#include "lib/library/name.h"

enum { NAME_WORDS_MAX = 256 };

struct name_word {
	const char *lower; /* ASCII letters lower-cased */
	size_t start, end; /* in the text */
	char before;       /* separator in front, 0 at the beginning */
	char after;        /* behind it, 0 at the end */
	char bracket;      /* '(' '[' '{' that encloses it, else 0 */
	bool is_marked;    /* means something other than a title */
	bool is_strong;    /* and ends the title wherever it stands */
};

struct name_part {
	struct arena *arena;
	char *text; /* UTF-8 fit to show */
	struct name_word words[NAME_WORDS_MAX];
	size_t n;
	size_t first;  /* of the title's words */
	size_t end;    /* behind the title's last word */
	size_t marker; /* behind the words of the season and episode; n: none */
	size_t year_at; /* word of the year; n: none */
	bool is_year_bracketed;
	bool is_in_series; /* stands in a show's folder */
	int folder_season; /* of the season folder it is in, -1: none */
	bool is_pack;      /* the words name a season, not an episode */
	struct name got;
};

/* What a word or a run of words says. */
enum name_what {
	NAME_SAYS_QUALITY,
	NAME_SAYS_SOURCE,
	NAME_SAYS_VIDEO,
	NAME_SAYS_AUDIO,
	NAME_SAYS_HDR,
	NAME_SAYS_BITS,
	NAME_SAYS_THREE_D,
	NAME_SAYS_LANGUAGE,
	NAME_SAYS_MULTI,
	NAME_SAYS_SUBTITLES,
	NAME_SAYS_HARDCODED,
	NAME_SAYS_EDITION,
	NAME_SAYS_PROPER,
	NAME_SAYS_REPACK,
	NAME_SAYS_NETWORK,
	NAME_SAYS_REGION,
	NAME_SAYS_NOISE, /* container names, "internal", "complete" … */
};

struct name_meaning {
	const char *words; /* lower case, a space between words */
	enum name_what what;
	bool is_strong; /* never a word of a title */
	const char *text;
	int number;
};

/* Longest match first is the caller's task; ended by a row without words. */
extern const struct name_meaning name_meanings[];

/* Cuts a text into words; strips site prefixes and ids in brackets. The bytes
 * need not be UTF-8. */
void name_part_init(struct name_part *part, struct arena *arena,
    const char *bytes, size_t len) NONNULL;
/* Marks season, episode, date and fills them in; name_episode.c. */
void name_part_episode(struct name_part *part) NONNULL;
/* All of the rest: technical words, year, title, group. */
void name_part_read(struct name_part *part) NONNULL;

/* Marks words [at, at + n) as strong. */
void name_part_mark(struct name_part *part, size_t at, size_t n) NONNULL;
/* The text of words [from, to) as a person would write it, or NULL. */
const char *name_part_text(
    const struct name_part *part, size_t from, size_t to) NONNULL MUST_CHECK;

/* Whole word of digits with min to max digits: its number, else -1. */
int name_word_number(
    const struct name_word *word, size_t min, size_t max) NONNULL MUST_CHECK;
/* A year that a film can have: 1888 until next year. */
bool name_is_year(int number) MUST_CHECK;

/* "season 1", "s01", "specials": the season of a folder's name, -1 when it is
 * no season folder. */
int name_season_folder(const char *bytes) NONNULL MUST_CHECK;
/* Extras folders and file suffixes. */
enum name_extra name_extra_folder(const char *bytes) NONNULL MUST_CHECK;
enum name_extra name_extra_suffix(char *stem) NONNULL MUST_CHECK;
/* "TV Shows", "Movies" …: folders that sort and name nothing. */
bool name_is_shelf(const char *bytes, bool *is_series) NONNULL MUST_CHECK;

#endif
