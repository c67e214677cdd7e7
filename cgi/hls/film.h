/* What the files of cgi/hls share. */
#ifndef CGI_HLS_FILM_H
#define CGI_HLS_FILM_H

#include "cgi/common.h"
#include "lib/hls/track.h"
#include "lib/library/media.h"
#include "lib/store/sources.h"

enum { HLS_PLAYLIST_MAX = 8 * 1024 * 1024 };

/* What a key plays. */
struct film {
	struct source source;
	struct media media;
	struct hls_index index;
	bool has_index;
};

/* Where a track of it is cut; errors of lib/hls/track.h. */
int hls_film_cuts(struct request *req, const struct film *film,
    const struct hls_track *track, struct hls_cuts *cuts,
    struct err *err) NONNULL MUST_CHECK;
/* The name of a track, in the arena. */
char *hls_film_name(struct request *req, const struct hls_track *track)
    NONNULL RETURNS_NONNULL MUST_CHECK;
/* A playlist on its way out; `out` is finished. */
struct reply hls_playlist_reply(struct request *req, struct buf *out) NONNULL;

/* master.c: the multivariant playlist; all pictures with a subtitle track drawn into
 * them, -1: as they are. */
struct reply hls_master_send(
    struct request *req, const struct film *film, int drawn) NONNULL;

/* text.c: the renditions of subtitles; in the arena. -1 with err. */
int hls_text_list(struct request *req, const struct film *film,
    struct hls_rendition **list, size_t *n, struct err *err) NONNULL MUST_CHECK;
/* Whether there is such a track of words. */
bool hls_text_has(struct request *req, const struct film *film,
    const struct hls_track *track) NONNULL MUST_CHECK;
/* A segment of it. */
struct reply hls_text_send(struct request *req, const struct film *film,
    const struct hls_track *track, const struct hls_cuts *cuts,
    size_t number) NONNULL;

#endif
