/*
 * What is wrong with a torrent, from what the engine says and how long it has
 * been so. Knows no clock: the times are given.
 */
#ifndef DAEMON_MIAUD_DOWNLOADS_PROBLEM_H
#define DAEMON_MIAUD_DOWNLOADS_PROBLEM_H

#include "daemon/torrent/torrent.h"
#include "lib/base/attr.h"

struct problem {
	const char *code;
	const char *sentence;
};

/* Milliseconds. */
struct problem_limits {
	int64_t metadata, peers, stall;
};

/* Since when, on the caller's clock; 0: not so. Zeroed at the beginning. */
struct problem_times {
	int64_t metadata; /* is asked for */
	int64_t peerless; /* bytes are wanted and nobody is there */
	int64_t silent;   /* bytes are wanted and none came */
	int64_t downloaded;
};

/* Looks at a status at the time `now` (> 0); NULL: nothing is wrong. */
const struct problem *problem_find(const struct torrent_status *status,
    const struct problem_limits *limits, int64_t now,
    struct problem_times *times) NONNULL MUST_CHECK;
/* The problem of a code that was stored; NULL for NULL and unknown ones. */
const struct problem *problem_of(const char *code) MUST_CHECK;

#endif
