/*
 * What the two files of the scripted engine share; tests include ram.h.
 */
#ifndef TESTS_UNIT_TORRENT_RAM_SWARM_H
#define TESTS_UNIT_TORRENT_RAM_SWARM_H

#include "tests/unit/torrent/ram.h"

enum { RAM_PATH_SIZE = 1024 };

struct torrent {
	torrent_id id;
	char name[TORRENT_NAME_SIZE];
	char *own_file;
	unsigned char hash[TORRENT_HASH_SIZE];
	struct torrent_meta meta;
	bool has_meta, is_paused;
	unsigned char *published, *admitted; /* a byte for each piece */
	int64_t credit; /* bytes that came and make no whole piece yet */
	int64_t downloaded, wasted;
	int steps;
	int turn;    /* whose reader is served next */
	int n_freed; /* evictions to tell of */
	struct torrent *next;
};

struct reader {
	torrent_reader id;
	torrent_id torrent;
	int file;
	int64_t offset;
	int64_t until;
	struct reader *next;
};

struct queued {
	struct torrent_event event;
	void *bytes;
	struct queued *next;
};

struct torrent_engine {
	char folder[RAM_PATH_SIZE];
	void (*wake)(void *);
	void *wake_arg;
	bool is_paused;
	uint64_t last_id;
	struct torrent *torrents; /* in the order they were added */
	struct reader *readers;   /* in the order they were opened */
	struct ram_offer *offers;
	struct queued *first, *given;
};

void ram_tell(
    struct torrent_engine *engine, struct torrent_event event) NONNULL;
void ram_tell_of(struct torrent_engine *engine, torrent_id id,
    enum torrent_event_kind kind) NONNULL;
int64_t ram_piece_len(const struct torrent_meta *meta, int piece) NONNULL;
bool ram_is_complete(const struct torrent *t) NONNULL;
/* Takes over what `meta` holds. */
void ram_take_meta(struct torrent *t, struct torrent_meta *meta) NONNULL;
/* Writes what a piece holds of each file; NULL: makes a hole of it. */
void ram_put(const struct torrent_engine *engine, const struct torrent *t,
    int piece, const unsigned char *content) NONNULL_ARGS(1, 2);
/* NULL: the swarm has it not. */
const struct ram_offer *ram_offer_of(
    const struct torrent_engine *engine, const struct torrent *t) NONNULL;

#endif
