/*
 * The names of subtitle files, read from the end: format, flags, language, and
 * what is left in between is the title.
 */
#include "lib/library/side.h"

#include <string.h>

#include "lib/base/str.h"

enum { TAGS_MAX = 8, STEM_MAX = 1024 };

static const char *const endings[][2] = {
	{ ".srt", "srt" },
	{ ".vtt", "vtt" },
	{ ".webvtt", "vtt" },
	{ ".ass", "ass" },
	{ ".ssa", "ass" },
};

static const char *
format_of(const char *file)
{
	const char *dot = strrchr(file, '.');

	for (size_t i = 0; dot != NULL && i < COUNT_OF(endings); i++)
		if (str_equal_nocase(dot, endings[i][0]))
			return endings[i][1];
	return NULL;
}

bool
library_side_is_subtitle(const char *file)
{
	return format_of(file) != NULL;
}

/* Words between dots; returns how many, the last ones when there are more. */
static size_t
cut_tags(char *tags, char *out[TAGS_MAX])
{
	size_t n = 0;

	while (*tags != '\0') {
		size_t len = strcspn(tags, ".");
		char *next = tags + len + (tags[len] == '.');

		if (len > 0) {
			tags[len] = '\0';
			if (n == TAGS_MAX) {
				memmove(out, out + 1,
				    (TAGS_MAX - 1) * sizeof(*out));
				n--;
			}
			out[n++] = str_trim(tags);
		}
		tags = next;
	}
	return n;
}

static bool
take_flag(struct side *side, const char *tag)
{
	if (str_equal_nocase(tag, "default"))
		side->is_default = true;
	else if (str_equal_nocase(tag, "forced") ||
	    str_equal_nocase(tag, "foreign"))
		side->is_forced = true;
	else if (str_equal_nocase(tag, "sdh") || str_equal_nocase(tag, "cc"))
		side->is_sdh = true;
	else
		return false;
	return true;
}

/* Reads the tags; those that mean nothing form the title. */
static void
read_tags(struct arena *arena, char **tags, size_t n, struct side *side)
{
	const char *title = "", *language = NULL, *code;
	bool is_hi = false;

	for (size_t i = n; i-- > 0;) {
		if (take_flag(side, tags[i]))
			continue;
		if (str_equal_nocase(tags[i], "hi")) {
			is_hi = true;
			continue;
		}
		code =
		    language == NULL ? library_language(arena, tags[i]) : NULL;
		if (code != NULL)
			language = code;
		else if (*tags[i] != '\0')
			title = *title == '\0'
			    ? tags[i]
			    : arena_printf(arena, "%s.%s", tags[i], title);
	}
	if (is_hi && language == NULL)
		language = "hi";
	else if (is_hi)
		side->is_sdh = true;
	side->language = language == NULL ? "und" : language;
	side->title = title;
}

bool
library_side_parse(
    struct arena *arena, const char *video, const char *file, struct side *side)
{
	const char *dot = strrchr(video, '.');
	size_t stem = dot == NULL ? strlen(video) : (size_t)(dot - video);
	char *tags[TAGS_MAX], *rest;
	size_t len, n;

	*side = (struct side){ .format = format_of(file) };
	if (side->format == NULL || stem == 0 ||
	    strncmp(video, file, stem) != 0 || file[stem] != '.')
		return false;
	len = (size_t)(strrchr(file, '.') - file);
	if (len < stem || len - stem > STEM_MAX)
		return false;
	rest = arena_strndup(arena, file + stem, len - stem);
	n = cut_tags(rest, tags);
	read_tags(arena, tags, n, side);
	return true;
}
