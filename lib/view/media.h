/*
 * What is inside a file, from what its probe left in the database
 * (lib/library/media.h).
 */
#ifndef LIB_VIEW_MEDIA_H
#define LIB_VIEW_MEDIA_H

#include <json-c/json.h>

#include "lib/base/attr.h"
#include "lib/library/media.h"
#include "lib/store/library.h"
#include "lib/store/sources.h"
#include "lib/view/view.h"

/* Schema Media, or null without a probe; to be put into an answer, not to be
 * looked into. */
struct json_object *view_media(const struct source *source) MUST_CHECK;
/* The same to be looked into. */
struct json_object *view_media_object(const struct source *source) MUST_CHECK;
/* Schema Sources: an array. */
struct json_object *view_sources(
    const struct source *sources, size_t n) RETURNS_NONNULL MUST_CHECK;
/* A subtitle track that can be shown: one beside the file, or one inside. */
struct view_track {
	const struct subtitle *side;      /* or NULL */
	const struct media_subtitle *own; /* or NULL */
	bool is_picture;                  /* drawn letters, inside */
};

/* Schema Subtitle of each, in their order; key is the stream key's text. */
struct json_object *view_subtitles(const struct view *view, const char *key,
    const struct view_track *tracks, size_t n)
    NONNULL_ARGS(1, 2) RETURNS_NONNULL MUST_CHECK;

/* Content-Type of a file's bytes. */
const char *view_media_type(
    const struct source *source) NONNULL RETURNS_NONNULL MUST_CHECK;

#endif
