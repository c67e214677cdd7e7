/*
 * A name in one line, only what was read: for tables of cases.
 */
#ifndef TESTS_UNIT_LIBRARY_DESCRIBE_H
#define TESTS_UNIT_LIBRARY_DESCRIBE_H

#include <stdio.h>

#include "lib/base/buf.h"
#include "lib/library/name.h"

static inline void
describe_episode(const struct name *name, struct buf *buf)
{
	if (!name->is_episode)
		return;
	buf_puts(buf, " |");
	if (name->season >= 0)
		buf_printf(buf, " S%d", name->season);
	if (name->season_last > name->season)
		buf_printf(buf, "-S%d", name->season_last);
	for (int i = 0; i < name->n_episodes; i++)
		buf_printf(buf, " E%d", name->episodes[i]);
	if (name->absolute >= 0)
		buf_printf(buf, " #%d", name->absolute);
	if (name->date[0] != '\0')
		buf_printf(buf, " %s", name->date);
	if (name->episode_title != NULL)
		buf_printf(buf, " \"%s\"", name->episode_title);
}

static inline void
describe_release(const struct name *name, struct buf *buf)
{
	const char *const texts[] = { name->quality, name->video_codec,
		name->audio, name->hdr, name->network, name->edition };

	if (name->source != NAME_SOURCE_UNKNOWN)
		buf_printf(buf, " %s", library_name_source_word(name->source));
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (texts[i] != NULL)
			buf_printf(buf, " %s", texts[i]);
	if (name->channels > 0)
		buf_printf(buf, " %dch", name->channels);
	if (name->bit_depth > 0)
		buf_printf(buf, " %dbit", name->bit_depth);
	if (name->fps > 0)
		buf_printf(buf, " %dfps", name->fps);
	for (int i = 0; i < name->n_languages; i++)
		buf_printf(buf, " <%s>", name->languages[i]);
}

static inline void
describe_rest(const struct name *name, struct buf *buf)
{
	if (name->is_3d)
		buf_puts(buf, " 3d");
	if (name->is_multi)
		buf_puts(buf, " multi");
	if (name->is_proper)
		buf_puts(buf, " proper");
	if (name->is_repack)
		buf_puts(buf, " repack");
	if (name->is_hardcoded)
		buf_puts(buf, " hardcoded");
	if (name->group != NULL)
		buf_printf(buf, " @%s", name->group);
	if (name->part > 0)
		buf_printf(buf, " part%d", name->part);
	if (name->extra != NAME_EXTRA_NONE)
		buf_printf(
		    buf, " extra:%s", library_name_extra_word(name->extra));
	if (name->tmdb_id != 0)
		buf_printf(buf, " tmdb:%ld", (long)name->tmdb_id);
	if (name->tvdb_id != 0)
		buf_printf(buf, " tvdb:%ld", (long)name->tvdb_id);
	if (name->imdb_id != NULL)
		buf_printf(buf, " %s", name->imdb_id);
}

static inline void
describe(const struct name *name, char *out, size_t size)
{
	struct buf buf;

	buf_init(&buf, 8192);
	buf_puts(&buf, name->title);
	if (name->year != 0)
		buf_printf(&buf, " (%d)", name->year);
	describe_episode(name, &buf);
	buf_puts(&buf, " |");
	describe_release(name, &buf);
	describe_rest(name, &buf);
	snprintf(out, size, "%s", buf.data);
	buf_fini(&buf);
}

#endif
