/*
 * What is inside a file, from the JSON that its probe left in the database.
 * That JSON has the keys of the contract's schema Media; each is checked again
 * on its way out, so that an old or damaged probe never breaks the contract.
 */
#ifndef LIB_VIEW_MEDIA_H
#define LIB_VIEW_MEDIA_H

#include <json-c/json.h>
#include <stdbool.h>

#include "lib/base/attr.h"
#include "lib/store/library.h"
#include "lib/store/sources.h"
#include "lib/view/view.h"

/* Schema Media, or null without a probe. */
struct json_object *view_media(const struct source *source) MUST_CHECK;
/* Schema Sources: an array. */
struct json_object *view_sources(const struct source *sources, size_t n)
    RETURNS_NONNULL MUST_CHECK;
/* Schema Subtitle of those beside the file, in their order; key is the stream
 * key's text. */
struct json_object *view_subtitles(const struct view *view, const char *key,
    const struct subtitle *subtitles, size_t n)
    NONNULL_ARGS(1, 2) RETURNS_NONNULL MUST_CHECK;

/* Content-Type of a file's bytes. */
const char *view_media_type(const struct source *source)
    NONNULL RETURNS_NONNULL MUST_CHECK;

/* Whether a browser plays the file as it is. media: from view_media (may be
 * NULL: unknown, false). codecs: an array of RFC 6381 strings that it decodes,
 * or NULL for those that every browser does. */
bool view_plays_directly(struct json_object *media, struct json_object *codecs)
    MUST_CHECK;

/* "H.264" of the picture and "AAC" of the first sound, borrowed from the parsed
 * probe; NULL when unknown. */
const char *view_probe_video(struct json_object *probe) MUST_CHECK;
const char *view_probe_audio(struct json_object *probe) MUST_CHECK;

#endif
