/*
 * The list of a torrent's published pieces: a small file beside the payload, to
 * which a record is appended for each piece published or given up. It is never
 * synced for a record: a killed process loses nothing (the page cache is the
 * kernel's), and after a power cut nothing of it is believed. Therefore the head
 * holds the kernel's boot id: under another one every piece is only *claimed*
 * and must be hashed before it counts again.
 *
 * A record cut off at the end (killed while appending) is ignored: what it
 * announced had not happened yet. A list with a damaged record in the middle
 * only claims. One thread at a time per list.
 */
#ifndef DAEMON_TORRENT_PIECES_H
#define DAEMON_TORRENT_PIECES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"

#ifdef __cplusplus
extern "C" {
#endif

enum pieces_kind {
	PIECES_NONE,
	PIECES_PUBLISHED,
	PIECES_CLAIMED, /* was published before the machine started anew */
};

enum {
	PIECES_BOOT_SIZE = 37, /* "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx" */
	PIECES_HEAD_SIZE = 64,
	PIECES_RECORD_SIZE = 8,
	PIECES_MAX = 1 << 18,
	/* Records more than four per piece and this: written anew. */
	PIECES_SLACK = 1024,
};

/* What a list must be about to be believed. */
struct pieces_key {
	uint32_t n;          /* pieces of the torrent, 1 … PIECES_MAX */
	uint32_t piece_size; /* bytes */
	char boot_id[PIECES_BOOT_SIZE];
};

struct pieces {
	struct pieces_key key;
	char *path;
	uint8_t *kinds; /* enum pieces_kind of each piece */
	size_t n_records;
	int fd;
};

struct pieces_found {
	size_t n_records; /* whole and right ones */
	bool is_ours;     /* the head fits the key but for the boot id */
	bool is_current; /* same boot, nothing damaged: append to it as it is */
};

/* Reads bytes of a list; hostile ones do no harm. kinds[key->n] is filled. */
struct pieces_found pieces_parse(const void *bytes, size_t len,
    const struct pieces_key *key, uint8_t *kinds) NONNULL_ARGS(3, 4) MUST_CHECK;

/* Opens the list at `path`, making it when there is none and anew when it is
 * another torrent's, damaged or of another boot. -1: ERR_IO, ERR_DISK_FULL. */
int pieces_open(const char *path, const struct pieces_key *key,
    struct pieces *list, struct err *err) NONNULL MUST_CHECK;
void pieces_close(struct pieces *list) NONNULL;

/* Notes a piece. When that fails (-1: ERR_IO, ERR_DISK_FULL) `kinds` has
 * changed all the same and the file still says what it said. */
int pieces_set(struct pieces *list, uint32_t piece, enum pieces_kind kind,
    struct err *err) NONNULL MUST_CHECK;
/* Writes the list anew from `kinds`. */
int pieces_compact(struct pieces *list, struct err *err) NONNULL MUST_CHECK;
/* Removes the file, which cannot fail for want of space: whoever reads next
 * finds nothing published. pieces_compact makes it again. */
void pieces_forget(struct pieces *list) NONNULL;

#ifdef __cplusplus
}
#endif

#endif
