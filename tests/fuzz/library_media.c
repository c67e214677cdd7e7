/* ffprobe's answers and what is stored of them: whatever JSON comes, the
 * result can be written and read back. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/library/media.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(64 * 1024 * 1024);
	struct media media, back;
	char *text = mem_calloc(size + 1, 1);
	struct err err;

	memcpy(text, data, size);
	if (library_media_probe(arena, text, size, "mp4", 1000, &media, &err) ==
	    0) {
		struct json_object *json = library_media_json(&media);

		assert(library_media_read(arena,
			   json_object_to_json_string(json), &back, &err) == 0);
		assert(back.n_audio == media.n_audio);
		assert(back.width == media.width);
		assert(back.n_subtitles == media.n_subtitles);
		assert(back.n_chapters == media.n_chapters);
		assert(back.bit_depth == media.bit_depth);
		json_object_put(json);
	}
	(void)!library_media_read(arena, text, &media, &err);
	free(text);
	arena_free(arena);
	return 0;
}
