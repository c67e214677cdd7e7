/* What cgi/subtitles.c shares with its other files. */
#ifndef CGI_SUBTITLES_ONLINE_H
#define CGI_SUBTITLES_ONLINE_H

#include "cgi/common.h"
#include "lib/store/sources.h"
#include "lib/view/media.h"

/* Miaud asks three times at most, each for four seconds, and signs in once. */
enum { ONLINE_MS = 20000 };

extern const struct field subtitles_search_fields[];
extern const struct field subtitles_fetch_fields[];

/* What the key plays, and its tracks; false and the refusal. */
bool subtitles_find_tracks(struct request *req, struct source *source,
    struct view_track **tracks, size_t *n,
    struct reply *refusal) NONNULL MUST_CHECK;

/* GET /:key/search and POST /:key/fetch. */
struct reply subtitles_search_online(struct request *req) NONNULL;
struct reply subtitles_fetch_online(struct request *req) NONNULL;

#endif
