/*
 * What choosing a film and choosing the episodes of a pack share; nobody else
 * includes this.
 */
#ifndef DAEMON_MIAUD_DOWNLOADS_CHOOSE_PART_H
#define DAEMON_MIAUD_DOWNLOADS_CHOOSE_PART_H

#include "daemon/miaud/downloads/choose.h"

enum { CHOOSE_OUTLIER = 3 /* bigger by so much: by far */ };

/* What is looked at, and what comes of it. */
struct choosing {
	struct arena *arena;
	const struct choose_hint *hint;
	const char *key; /* of the title that it is said to be, or "" */
	struct videos videos;
	struct choice *choice;
};

/* choose.c */
void choose_decide(struct choosing *it, const char *code, double confidence,
    const char *sentence) NONNULL;
/* Nothing is taken. */
void choose_be_unsure(struct choosing *it, const char *sentence) NONNULL;

/* choose_pack.c */
/* The video as each of its episodes. */
void choose_take_episodes(
    struct choosing *it, const struct video *video) NONNULL;
/* Several videos, of which some are episodes by their names. */
void choose_pack(struct choosing *it) NONNULL;
/* Videos of a show whose names tell no episodes. */
void choose_by_order(struct choosing *it) NONNULL;

#endif
