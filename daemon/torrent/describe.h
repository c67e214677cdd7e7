/*
 * What describes a torrent: .torrent files and magnet links, read under limits
 * and made. Any thread may call these.
 */
#ifndef DAEMON_TORRENT_DESCRIBE_H
#define DAEMON_TORRENT_DESCRIBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/attr.h"
#include "lib/base/buf.h"
#include "lib/base/err.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
	TORRENT_HASH_SIZE = 20, /* info-hash, BEP 3 (v2: truncated, BEP 52) */
	/* What is refused beyond. */
	TORRENT_BYTES_MAX = 10 * 1024 * 1024, /* of a .torrent */
	TORRENT_FILES_MAX = 10000,
	TORRENT_PIECES_MAX = 1 << 18,
	TORRENT_PIECE_MAX = 64 * 1024 * 1024,
	TORRENT_DEPTH_MAX = 32, /* components of a path */
	TORRENT_MAGNET_MAX = 8192,
};

struct torrent_file {
	char *path; /* as the torrent says, checked, UTF-8, for people only */
	int64_t size;
	int64_t offset; /* in the torrent */
};

struct torrent_meta {
	unsigned char hash[TORRENT_HASH_SIZE];
	char *name;
	int64_t size;
	int64_t piece_size;
	int n_pieces;
	int n_files;
	struct torrent_file *files;
	bool is_private;
};

/* Reads a .torrent (bencoding, BEP 3/52) under the limits above. -1:
 * ERR_TORRENT_INVALID with a sentence (paths that lead out, links, no pieces,
 * too much of something …). torrent_meta_free after success. */
int torrent_parse(const void *bytes, size_t len, struct torrent_meta *meta,
    struct err *err) NONNULL MUST_CHECK;
void torrent_meta_free(struct torrent_meta *meta) NONNULL;
/* The info-hash of a magnet link (BEP 9), or of 40 hex / 32 base32 digits.
 * *name (free it) is its dn or NULL. */
int torrent_magnet_parse(const char *magnet,
    unsigned char hash[TORRENT_HASH_SIZE], char **name,
    struct err *err) NONNULL MUST_CHECK;
/* Writes the magnet link of a .torrent into an empty `out`: its hash, its name
 * and, as far as they fit into TORRENT_MAGNET_MAX, the trackers it names.
 * ERR_TORRENT_INVALID. */
int torrent_magnet_make(const void *bytes, size_t len, struct buf *out,
    struct err *err) NONNULL MUST_CHECK;

/* The trackers of two descriptions of one torrent, each a .torrent or a magnet
 * link (with a NUL behind): writes `have` with those of `more` that it lacks into
 * an empty `out`, which stays empty when there are none and for a private
 * torrent. ERR_TORRENT_INVALID. */
int torrent_trackers_join(const void *have, size_t have_len, const void *more,
    size_t more_len, struct buf *out, struct err *err) NONNULL MUST_CHECK;

struct torrent_make {
	const char *path;            /* of one file */
	const char *name;            /* under which it is shared */
	const char *const *trackers; /* NULL at the end */
	const char *const *web_seeds;
	/* Asked now and then with bytes done; false cancels. May be NULL. */
	bool (*go_on)(void *arg, int64_t done, int64_t total);
	void *arg;
};
/* Hashes a file and appends its .torrent to `out`. Takes long. ERR_IO,
 * ERR_CANCELLED. */
int torrent_make(const struct torrent_make *make, struct buf *out,
    struct err *err) NONNULL MUST_CHECK;

#ifdef __cplusplus
}
#endif

#endif
