/*
 * Chapters and segments of what plays: from what is stored about its file and
 * what people have marked.
 */
#ifndef LIB_VIEW_SEGMENTS_H
#define LIB_VIEW_SEGMENTS_H

#include <json-c/json.h>

#include "lib/base/attr.h"
#include "lib/library/segments.h"
#include "lib/view/watch.h"

/* Schema Chapter: an array, from a Media object (view_media_object) or NULL. */
struct json_object *view_chapters(
    struct json_object *media) RETURNS_NONNULL MUST_CHECK;

/* Schema Segment: an array in the film's order, put by the caller; NULL on
 * error. media: as above. */
struct json_object *view_segments(const struct watch *watch,
    const struct segment_place *place, struct json_object *media,
    struct err *err) NONNULL_ARGS(1, 2, 4) MUST_CHECK;

/* Where a film's (NULL) or an episode's marks are kept. */
struct segment_place view_segment_place(
    int64_t title_id, const struct episode *episode) MUST_CHECK;

#endif
