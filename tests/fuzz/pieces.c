/*
 * Lists of published pieces as they may lie on a disk: the first two bytes say
 * how many pieces the torrent has, the rest is the file.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/torrent/pieces.h"
#include "lib/base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pieces_key key = { .piece_size = 16384, .boot_id = "boot" };
	struct pieces_found found;
	uint8_t *kinds;
	size_t n_held = 0;

	if (size < 2)
		return 0;
	key.n = 1 + (data[0] | (uint32_t)data[1] << 8);
	kinds = mem_calloc(key.n, 1);
	found = pieces_parse(data + 2, size - 2, &key, kinds);
	for (uint32_t i = 0; i < key.n; i++) {
		if (kinds[i] > PIECES_CLAIMED)
			abort();
		if (kinds[i] == PIECES_PUBLISHED && !found.is_current)
			abort();
		n_held += kinds[i] != PIECES_NONE;
	}
	if (n_held > found.n_records || (n_held > 0 && !found.is_ours))
		abort();
	free(kinds);
	return 0;
}
