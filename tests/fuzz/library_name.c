/* File names and subtitles' names: whatever bytes a disk holds, what is read
 * stays within its bounds and is fit to show. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/str.h"
#include "lib/library/name.h"
#include "lib/library/side.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_name(const struct name *name)
{
	assert(name->title != NULL);
	assert(str_is_utf8(name->title, strlen(name->title)));
	assert(name->n_episodes >= 0 && name->n_episodes <= NAME_EPISODES_MAX);
	assert(
	    name->n_languages >= 0 && name->n_languages <= NAME_LANGUAGES_MAX);
	assert(name->season >= -1 && name->season_last >= name->season);
	assert(name->year == 0 || (name->year > 1800 && name->year < 3000));
	assert(library_name_confidence(name) >= 0 &&
	    library_name_confidence(name) <= 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(4 * NAME_ARENA);
	char *path = mem_calloc(size + 1, 1);
	struct name name;
	struct side side;

	/* as a disk would give it: no NUL inside */
	memcpy(path, data, size);
	library_name_parse(arena, path, &name);
	check_name(&name);
	(void)!library_name_is_video(path);
	if (library_side_parse(arena, "Film (2010).mkv", path, &side))
		assert(side.language != NULL && side.format != NULL);
	(void)!library_language(arena, path);
	free(path);
	arena_free(arena);
	return 0;
}
