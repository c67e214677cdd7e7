/* Subtitle tracks from both places. */
#include "lib/play/tracks.h"

#include <string.h>

#include "lib/store/fetched_subtitles.h"

static struct subtitle
track_of(struct arena *arena, const struct paths *paths,
    const struct fetched_subtitle *fetched)
{
	return (struct subtitle){
		.id = fetched->file_id,
		.path =
		    arena_printf(arena, "%lld", (long long)fetched->file_id),
		.format = fetched->format,
		.language = fetched->language,
		.title = fetched->release,
		.is_forced = fetched->is_forced,
		.is_sdh = fetched->is_sdh,
		.is_fetched = true,
		.is_exact = fetched->is_exact,
		.folder = arena_strdup(arena, paths->subtitles),
	};
}

int
play_tracks(struct db *db, struct arena *arena, const struct paths *paths,
    const struct source *source, struct subtitle **tracks, size_t *n,
    struct err *err)
{
	struct fetched_subtitle *fetched;
	struct subtitle *beside;
	size_t n_beside, n_fetched, i;

	if (store_subtitle_list(db, arena, source->library_file_id, &beside,
		&n_beside, err) == STORE_ERROR ||
	    store_fetched_subtitle_list(db, arena, source->id, &fetched,
		&n_fetched, err) == STORE_ERROR)
		return -1;
	*n = n_beside + n_fetched;
	*tracks = arena_alloc(arena, *n + 1, sizeof(**tracks));
	if (n_beside > 0)
		memcpy(*tracks, beside, n_beside * sizeof(*beside));
	for (i = 0; i < n_fetched; i++)
		(*tracks)[n_beside + i] = track_of(arena, paths, &fetched[i]);
	return 0;
}
