/*
 * Subtitles inside a film.
 */
#include "lib/play/text.h"

#include <string.h>

/* As library_codec_label names them. */
static const char *const words[] = { "SubRip", "ASS", "SSA", "WebVTT",
	"MP4 text", "TEXT" };
static const char *const pictures[] = { "PGS", "VobSub", "DVB" };

static bool
is_among(const char *codec, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(codec, list[i]) == 0)
			return true;
	return false;
}

size_t
play_text_list(
    struct arena *arena, const struct source *source, struct play_text **texts)
{
	struct media *media = arena_alloc(arena, 1, sizeof(*media));
	size_t n = 0, n_words = 0;
	bool is_word, is_picture;
	struct err err;

	*texts = NULL;
	if (source->probe == NULL ||
	    library_media_read(arena, source->probe, media, &err) == -1)
		return 0;
	*texts = arena_alloc(arena, media->n_subtitles + 1, sizeof(**texts));
	for (size_t i = 0; i < media->n_subtitles; i++) {
		const char *codec = media->subtitles[i].codec;

		is_word = is_among(codec, words, COUNT_OF(words));
		is_picture = is_among(codec, pictures, COUNT_OF(pictures));
		if (!is_picture && (!is_word || n_words == PLAY_TEXTS_MAX))
			continue;
		n_words += is_word;
		(*texts)[n++] =
		    (struct play_text){ &media->subtitles[i], is_picture };
	}
	return n;
}

char *
play_text_folder(
    struct arena *arena, const struct paths *paths, const struct source *source)
{
	if (source->torrent_id != 0)
		return arena_printf(arena, "%s/t%lld-%lld-%lld-%lld",
		    paths->texts, (long long)source->torrent_id,
		    (long long)source->file_index, (long long)source->id,
		    (long long)source->size);
	return arena_printf(arena, "%s/f%lld-%lld-%lld", paths->texts,
	    (long long)source->library_file_id, (long long)source->size,
	    (long long)source->modified_at);
}

char *
play_text_file(struct arena *arena, const char *folder, int index)
{
	return arena_printf(arena, "%s/%d.ass", folder, index);
}
