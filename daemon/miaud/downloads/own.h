/* Whether a file of one's own that is shared is still the one that was. */
#ifndef DAEMON_MIAUD_DOWNLOADS_OWN_H
#define DAEMON_MIAUD_DOWNLOADS_OWN_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"

struct downloads;

/* What lies under a path; all 0: nothing. */
struct own_look {
	uint64_t inode;
	int64_t size, changed_ms;
};

/* Of one download; all 0 at first. */
struct own_watch {
	struct own_look known, last;
	bool is_known, is_asked;
};

/* Looks at the files of all shares, every few seconds however often it is
 * called, without waiting for the disk; hashes anew what has changed and come to
 * rest. */
void downloads_look_at_own(struct downloads *downloads) NONNULL;

/* Only what a library would take for a film is shared. -1: ERR_MEDIA_REFUSED,
 * ERR_IO. Any thread. */
int own_expect_film(const char *path, struct err *err) NONNULL MUST_CHECK;

#endif
