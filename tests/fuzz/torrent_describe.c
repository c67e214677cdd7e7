/* .torrent files and magnet links: whatever comes, it is refused or keeps the
 * limits that the rest of the program relies on. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/torrent/describe.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_path(const char *path)
{
	assert(path[0] != '/' && path[0] != '\0');
	assert(str_is_utf8(path, strlen(path)));
	assert(strcmp(path, "..") != 0 && strncmp(path, "../", 3) != 0);
	assert(strstr(path, "/../") == NULL);
}

static void
check_meta(const struct torrent_meta *meta)
{
	int64_t size = 0;

	assert(meta->n_files >= 1 && meta->n_files <= 2 * TORRENT_FILES_MAX);
	assert(meta->n_pieces >= 1 && meta->n_pieces <= TORRENT_PIECES_MAX);
	assert(meta->piece_size >= 1 && meta->piece_size <= TORRENT_PIECE_MAX);
	for (int i = 0; i < meta->n_files; i++) {
		assert(meta->files[i].size >= 0);
		assert(meta->files[i].offset == size);
		size += meta->files[i].size;
		check_path(meta->files[i].path);
	}
	assert(size == meta->size && size > 0);
	assert(
	    meta->n_pieces == (size + meta->piece_size - 1) / meta->piece_size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct torrent_meta meta;
	unsigned char hash[TORRENT_HASH_SIZE];
	char *link = mem_calloc(size + 1, 1), *name = NULL;
	struct err err;

	if (torrent_parse(data, size, &meta, &err) == 0) {
		check_meta(&meta);
		torrent_meta_free(&meta);
	} else {
		assert(err.code == ERR_TORRENT_INVALID);
	}
	memcpy(link, data, size);
	if (torrent_magnet_parse(link, hash, &name, &err) == 0)
		free(name);
	else
		assert(err.code == ERR_TORRENT_INVALID);
	free(link);
	return 0;
}
