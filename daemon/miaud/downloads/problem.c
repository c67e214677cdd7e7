/* Each condition has its own beginning; one that ends is forgotten. */
#include "daemon/miaud/downloads/problem.h"

#include <string.h>

enum {
	NO_PEERS,
	METADATA_TIMEOUT,
	TRACKER_ERROR,
	STALLED,
	DISK_FULL,
	CORRUPT,
	PROBLEM__MAX
};

static const struct problem problems[PROBLEM__MAX] = {
	[NO_PEERS] = { "no_peers", "Nobody who shares it was found." },
	[METADATA_TIMEOUT] = { "metadata_timeout",
	    "Nobody tells what is in it." },
	[TRACKER_ERROR] = { "tracker_error",
	    "No tracker answers, and nobody who shares it was found." },
	[STALLED] = { "stalled", "Those who share it send nothing." },
	[DISK_FULL] = { "disk_full",
	    "The disk is full; it goes on when there is room." },
	[CORRUPT] = { "corrupt", "Its bytes on this disk are damaged." },
};

const struct problem *
problem_of(const char *code)
{
	int i;

	for (i = 0; code != NULL && i < PROBLEM__MAX; i++)
		if (strcmp(problems[i].code, code) == 0)
			return &problems[i];
	return NULL;
}

/* Since when a condition holds. */
static void
keep_since(int64_t *since, bool holds, int64_t now)
{
	if (!holds)
		*since = 0;
	else if (*since == 0)
		*since = now;
}

static bool
is_over(int64_t since, int64_t limit, int64_t now)
{
	return since != 0 && now - since >= limit;
}

const struct problem *
problem_find(const struct torrent_status *status,
    const struct problem_limits *limits, int64_t now,
    struct problem_times *times)
{
	bool asks = status->state == TORRENT_METADATA;
	bool wants = asks ||
	    (status->state == TORRENT_DOWNLOADING &&
		status->admitted > status->published);
	bool came = status->downloaded != times->downloaded;

	times->downloaded = status->downloaded;
	keep_since(&times->metadata, asks, now);
	keep_since(&times->peerless, wants && status->n_peers == 0, now);
	keep_since(&times->silent, wants && !asks && !came, now);
	if (status->error == ERR_DISK_FULL)
		return &problems[DISK_FULL];
	if (status->error == ERR_CORRUPT)
		return &problems[CORRUPT];
	if (is_over(times->peerless, limits->peers, now))
		return &problems[status->tracker_failed ? TRACKER_ERROR
							: NO_PEERS];
	if (is_over(times->metadata, limits->metadata, now))
		return &problems[METADATA_TIMEOUT];
	if (is_over(times->silent, limits->stall, now))
		return &problems[STALLED];
	return NULL;
}
