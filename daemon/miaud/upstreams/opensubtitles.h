/*
 * The API of OpenSubtitles (v1): the addresses that are asked and what the
 * answers say. Answers are hostile: what does not fit is left out.
 */
#ifndef DAEMON_MIAUD_UPSTREAMS_OPENSUBTITLES_H
#define DAEMON_MIAUD_UPSTREAMS_OPENSUBTITLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/net/net.h"
#include "lib/store/fetched_subtitles.h"

#define OPENSUBTITLES "OpenSubtitles"

enum {
	OPENSUBTITLES_FOUND_MAX = 50,
	OPENSUBTITLES_RELEASE = 200,
	OPENSUBTITLES_LANGUAGE = 16,
	OPENSUBTITLES_LINK = 4096,
};

/* What is looked for. */
struct opensubtitles_wish {
	const char *language; /* BCP 47 */
	const char *hash;     /* "" : unknown */
	const char *imdb_id; /* "tt…", of the film or the show; "": unknown */
	int64_t tmdb_id;     /* the same; 0: unknown */
	const char *name;
	int64_t year;   /* 0: unknown */
	int64_t season; /* -1: a film */
	int64_t episode;
};

/* By what it is looked for, best first. */
enum opensubtitles_way {
	OPENSUBTITLES_BY_HASH,
	OPENSUBTITLES_BY_ID,
	OPENSUBTITLES_BY_NAME,
	OPENSUBTITLES__MAX
};

struct opensubtitles_found {
	int64_t file_id;
	char language[OPENSUBTITLES_LANGUAGE];
	char release[OPENSUBTITLES_RELEASE];
	int64_t n_downloads;
	bool is_exact;
	bool is_forced;
	bool is_sdh;
	bool is_machine; /* translated by a program */
};

/* What a wish for a file was answered with. */
struct opensubtitles_link {
	char link[OPENSUBTITLES_LINK];
	const char *format; /* "srt" unless its name says another */
	struct service_quota quota;
	bool has_quota;
};

/* The address of a search below `base` (free()), its parameters in the order of
 * the alphabet and in small letters; NULL when the wish says nothing that this
 * way needs. */
char *opensubtitles_search_url(const char *base,
    const struct opensubtitles_wish *wish,
    enum opensubtitles_way way) NONNULL MUST_CHECK;

/* Reads what was found, at most OPENSUBTITLES_FOUND_MAX, exact ones first, those
 * translated by a program last, then by how often they were fetched. -1: ERR_UPSTREAM_*. */
int opensubtitles_read_found(const struct net_answer *answer,
    struct opensubtitles_found found[OPENSUBTITLES_FOUND_MAX], size_t *n,
    struct err *err) NONNULL MUST_CHECK;
/* Reads where a file lies. -1: ERR_UPSTREAM_*; has_quota may be true even so. */
int opensubtitles_read_link(const struct net_answer *answer,
    struct opensubtitles_link *link, struct err *err) NONNULL MUST_CHECK;
/* Reads the token of a sign-in (free()); NULL: ERR_UPSTREAM_*. */
char *opensubtitles_read_token(
    const struct net_answer *answer, struct err *err) NONNULL MUST_CHECK;

/* The sentence about a quota that is used up. */
int opensubtitles_say_empty(
    const struct service_quota *quota, struct err *err) NONNULL;

#endif
