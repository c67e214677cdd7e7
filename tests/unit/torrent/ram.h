/*
 * A torrent engine that follows a script: the functions of
 * daemon/torrent/torrent.h over a swarm in memory, for tests that must come out
 * the same each time. It knows no clock, thread or socket: things happen in
 * ram_step alone. The one source of a test includes ram.c and ram_swarm.c too, so
 * that their functions stand in front of the archive's and nothing of the real
 * engine is linked.
 *
 * What differs from the real one: a network interface is there while a file of
 * its name is, pieces come whole and in a fixed order (each
 * reader's next in turn, then the lowest), those of an earlier run are known
 * from the resume data, trackers and limits mean nothing.
 */
#ifndef TESTS_UNIT_TORRENT_RAM_H
#define TESTS_UNIT_TORRENT_RAM_H

#include "daemon/torrent/torrent.h"

/* One torrent as the swarm has it. The test owns it, keeps it longer than the
 * engine, and may change the numbers between steps. */
struct ram_offer {
	const void *torrent; /* the .torrent */
	size_t torrent_len;
	const unsigned char *content; /* all files in a row */
	int64_t speed;                /* bytes a step; 0: a stall */
	int metadata_steps; /* until a magnet's metadata comes; -1: never */
	int n_peers;
	/* How often each piece comes with a wrong byte before it comes right;
	 * counted down. NULL: never. One element for each piece. */
	int *bad;
	/* Used by the engine. */
	unsigned char hash[TORRENT_HASH_SIZE];
	struct ram_offer *next;
};

/* From now on the swarm has this one. Fails the test that runs if the .torrent
 * cannot be read. */
void ram_offer(struct torrent_engine *engine, struct ram_offer *offer) NONNULL;

/* Lets one step pass for every torrent, in the order they were added. */
void ram_step(struct torrent_engine *engine) NONNULL;

#endif
