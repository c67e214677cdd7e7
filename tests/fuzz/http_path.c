/* Paths: what is taken apart holds nothing that could mean two things. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"
#include "lib/http/path.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_MAX = 1024 * 1024 };

static void
check_segment(const char *segment)
{
	if (segment[0] == '\0' || strcmp(segment, ".") == 0 ||
	    strcmp(segment, "..") == 0 || strpbrk(segment, "/\\\n") != NULL ||
	    !str_is_utf8(segment, strlen(segment)))
		die("a segment that should have been refused");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(ARENA_MAX);
	char *uri = mem_calloc(size + 1, 1);
	struct http_path path;
	int i, root;

	memcpy(uri, data, size);
	for (root = 0; root < 2; root++) {
		if (http_path_parse(arena, uri, "/", "movies", root, &path) !=
		    HTTP_PATH_OK)
			continue;
		if (path.n > HTTP_SEGMENTS_MAX)
			die("%d segments", path.n);
		for (i = 0; i < path.n; i++)
			check_segment(path.segment[i]);
	}
	free(uri);
	arena_free(arena);
	return 0;
}
