/*
 * The thumbnails of what a stream key plays, as players are told of them.
 */
#ifndef LIB_VIEW_THUMBNAILS_H
#define LIB_VIEW_THUMBNAILS_H

#include <json-c/json.h>

#include "lib/base/attr.h"
#include "lib/base/buf.h"
#include "lib/store/thumbnails.h"
#include "lib/view/view.h"

/* Schema Thumbnails, NULL when the source has none; key is the stream key's text. -1:
 * the database. */
int view_thumbnails(const struct view *view, struct db *db, int64_t source_id,
    const char *key, struct json_object **out,
    struct err *err) NONNULL MUST_CHECK;

/* The same as WebVTT whose cues are names of sheets and places in them. */
void view_thumbnails_vtt(
    struct buf *out, const struct thumbnails *thumbnails) NONNULL;

#endif
