/* What the files of daemon/miaud/upstreams share. */
#ifndef DAEMON_MIAUD_UPSTREAMS_PART_H
#define DAEMON_MIAUD_UPSTREAMS_PART_H

#include <json-c/json.h>

#include "daemon/miaud/miaud.h"
#include "daemon/miaud/upstreams/opensubtitles.h"
#include "daemon/miaud/upstreams/subtitles.h"

enum {
	SUBTITLES_SEEN_MAX = 512,
	/* Each call of a chain; a handler waits for all of them. */
	SUBTITLES_CALL_MS = 4000,
	SUBTITLES_HEADERS = 6,
	SUBTITLES_HEADER_MAX = 4200,
};

/* Something that was found for a source. */
struct subtitles_seen {
	int64_t source_id;
	struct opensubtitles_found found;
};

struct subtitles {
	struct miaud *miaud;
	char *token; /* of the account; NULL: not signed in */
	struct service_quota quota;
	bool has_quota; /* told since the start */
	struct subtitles_seen seen[SUBTITLES_SEEN_MAX]; /* a ring */
	size_t n_seen;                                  /* ever */
};

/* subtitles.c */
/* -1 and ERR_UPSTREAM_OFF while no key is set. */
int subtitles_check_on(
    const struct subtitles *subtitles, struct err *err) NONNULL MUST_CHECK;
/* Asks OpenSubtitles; path NULL: the whole address is `url`. body NULL: GET. */
void subtitles_ask(struct subtitles *subtitles, const char *url,
    const char *body, net_done_fn done, void *arg) NONNULL_ARGS(1, 2, 4);
/* `base` without a slash at its end, with `path` behind (free()). */
char *subtitles_url(const struct subtitles *subtitles,
    const char *path) NONNULL RETURNS_NONNULL MUST_CHECK;
/* Forgets the token of the account. */
void subtitles_sign_out(struct subtitles *subtitles) NONNULL;
/* Keeps a quota, also for the next start. */
void subtitles_take_quota(
    struct subtitles *subtitles, const struct service_quota *quota) NONNULL;
/* An object, or null while nothing was told. */
struct json_object *subtitles_show_quota(
    const struct subtitles *subtitles) NONNULL MUST_CHECK;
/* Puts an account's name and password; NULL: there is none. The caller frees
 * after wiping. */
char *subtitles_sign_in_body(
    const struct subtitles *subtitles) NONNULL MUST_CHECK;

#endif
