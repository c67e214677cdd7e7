/*
 * Marks by hand: where a film's or an episode's opening, recap, credits and
 * preview lie, for everybody who watches it. A season's marks hold for all of
 * its episodes that have none of their own.
 */
#ifndef LIB_STORE_SEGMENTS_H
#define LIB_STORE_SEGMENTS_H

#include "lib/store/maturity.h"
#include "lib/store/store.h"

enum segment_kind {
	SEGMENT_INTRO,
	SEGMENT_RECAP,
	SEGMENT_CREDITS,
	SEGMENT_PREVIEW,
	SEGMENT__MAX
};

/* What a mark is of: a film (season -1), an episode, or with episode -1 all of
 * its season. */
struct segment_place {
	int64_t title_id;
	int64_t season;
	int64_t episode;
};

struct segment_mark {
	enum segment_kind kind;
	bool is_season;     /* read: of the season, not of the episode */
	bool is_none;       /* there is none of this kind */
	bool is_from_end;   /* both are counted back from the end */
	double start, end;  /* seconds */
	int64_t changed_at; /* ms, filled by put */
};

extern const struct store_sql store_segments_sql;

/* "intro" "recap" "credits" "preview" */
const char *store_segment_word(
    enum segment_kind kind) RETURNS_NONNULL MUST_CHECK;
/* The kind of a word; SEGMENT__MAX for another word. */
enum segment_kind store_segment_kind(const char *word) NONNULL MUST_CHECK;

/* The marks that hold at a place: its own before those of its season. */
enum store_result store_segment_list(struct db *db, struct arena *arena,
    const struct viewer *viewer, const struct segment_place *place,
    struct segment_mark **marks, size_t *n, struct err *err) NONNULL MUST_CHECK;
/* Sets the mark of its kind at a place anew; STORE_NONE: the viewer sees no
 * such title. */
enum store_result store_segment_put(struct db *db, const struct viewer *viewer,
    const struct segment_place *place, struct segment_mark *mark,
    struct err *err) NONNULL MUST_CHECK;
/* STORE_NONE: there was none, or the viewer sees no such title. */
enum store_result store_segment_remove(struct db *db,
    const struct viewer *viewer, const struct segment_place *place,
    enum segment_kind kind, struct err *err) NONNULL MUST_CHECK;

#endif
