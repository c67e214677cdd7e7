/*
 * Cutting one component of a path into words.
 *
 * What is not text for eyes (control characters, broken UTF-8) is made so
 * first; ids in brackets and the names of web sites are taken out, so that
 * what follows sees words only.
 */
#include "lib/library/name_part.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/str.h"

enum { COMPONENT_MAX = 1024, YEAR_MS_DIVISOR = 31556952 };

static const char separators[] = " ._-,+()[]{}~;/|";

static bool
is_separator(char c)
{
	return c == '\0' || strchr(separators, c) != NULL;
}

bool
name_is_year(int number)
{
	int next = (int)(clock_now_ms() / 1000 / YEAR_MS_DIVISOR) + 1971;

	return number >= 1888 && number <= next;
}

int
name_word_number(const struct name_word *word, size_t min, size_t max)
{
	size_t len = strlen(word->lower);
	int64_t n;

	if (len < min || len > max || len > 9)
		return -1;
	if (strspn(word->lower, "0123456789") != len ||
	    !str_to_int64(word->lower, 0, 999999999, &n))
		return -1;
	return (int)n;
}

void
name_part_mark(struct name_part *part, size_t at, size_t n)
{
	for (size_t i = at; i < at + n && i < part->n; i++) {
		part->words[i].is_marked = true;
		part->words[i].is_strong = true;
	}
}

/* Control characters and what is no text became U+FFFD: a space here. */
static void
drop_replacements(char *text)
{
	char *at;

	while ((at = strstr(text, "\xEF\xBF\xBD")) != NULL) {
		*at = ' ';
		memmove(at + 1, at + 3, strlen(at + 3) + 1);
	}
}

/* "tt" and seven to ten digits. */
static bool
is_imdb(const char *s)
{
	size_t len = strlen(s);

	return len >= 9 && len <= 12 && strncmp(s, "tt", 2) == 0 &&
	    strspn(s + 2, "0123456789") == len - 2;
}

/* The value behind "tmdbid-" and the like; false for another word. */
static bool
id_value(const char *s, size_t len, const char *kind, char *out, size_t size)
{
	size_t at = strlen(kind);

	if (len < at + 2 || strncasecmp(s, kind, at) != 0)
		return false;
	if (strncasecmp(s + at, "id", 2) == 0)
		at += 2;
	if (at >= len || strchr("-=: ", s[at]) == NULL)
		return false;
	at++;
	if (len == at || len - at >= size)
		return false;
	memcpy(out, s + at, len - at);
	out[len - at] = '\0';
	return true;
}

/* Reads "tmdbid-603", "imdb-tt0133093" and the like. */
static bool
read_id(struct name_part *part, const char *s, size_t len)
{
	char value[24];

	if (id_value(s, len, "tmdb", value, sizeof(value)))
		return str_to_int64(value, 1, INT32_MAX, &part->got.tmdb_id);
	if (id_value(s, len, "tvdb", value, sizeof(value)))
		return str_to_int64(value, 1, INT32_MAX, &part->got.tvdb_id);
	if (!id_value(s, len, "imdb", value, sizeof(value)) || !is_imdb(value))
		return false;
	part->got.imdb_id = arena_strdup(part->arena, value);
	return true;
}

/* [tmdbid-1], {imdb-tt0000001}, (tvdb-3): read and blanked. */
static void
take_ids(struct name_part *part)
{
	char *open = part->text, *close;

	while ((open = strpbrk(open, "[{(")) != NULL) {
		close = strpbrk(open + 1, "]})");
		if (close == NULL)
			return;
		if (read_id(part, open + 1, (size_t)(close - open - 1)))
			memset(open, ' ', (size_t)(close - open + 1));
		open++;
	}
}

/* "www.site.com - Title", "[ www.site.com ] Title". */
static void
take_site(struct name_part *part)
{
	char *s = part->text + strspn(part->text, " [");
	char *end;

	if (strncasecmp(s, "www.", 4) != 0)
		return;
	if (s > part->text && s[-1] != '\0' && strchr(part->text, '[') < s &&
	    strchr(part->text, '[') != NULL)
		end = strchr(s, ']');
	else
		end = strstr(s, " - ");
	if (end == NULL && (end = strchr(s, ' ')) == NULL)
		return;
	end += strcspn(end, " ]") == 0 ? 1 : 0;
	end += strspn(end, " -");
	if (*end == '\0')
		return;
	memmove(part->text, end, strlen(end) + 1);
}

static void
add_word(struct name_part *part, size_t start, size_t end, char bracket)
{
	struct name_word *word = &part->words[part->n];
	char *lower;

	lower = arena_strndup(part->arena, part->text + start, end - start);
	for (char *c = lower; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	*word = (struct name_word){
		.lower = lower,
		.start = start,
		.end = end,
		.before = start > 0 ? part->text[start - 1] : '\0',
		.after = part->text[end],
		.bracket = bracket,
	};
	part->n++;
}

static char
next_bracket(char c, char now)
{
	if (strchr("([{", c) != NULL)
		return c;
	if (strchr(")]}", c) != NULL)
		return '\0';
	return now;
}

static void
cut_words(struct name_part *part)
{
	size_t at = 0, start;
	char bracket = '\0';

	while (part->text[at] != '\0' && part->n < NAME_WORDS_MAX) {
		if (is_separator(part->text[at])) {
			bracket = next_bracket(part->text[at], bracket);
			at++;
			continue;
		}
		start = at;
		while (!is_separator(part->text[at]))
			at++;
		add_word(part, start, at, bracket);
	}
}

void
name_part_init(
    struct name_part *part, struct arena *arena, const char *bytes, size_t len)
{
	char *display;

	memset(part, 0, sizeof(*part));
	part->arena = arena;
	part->folder_season = -1;
	part->got.season = part->got.season_last = part->got.absolute = -1;
	if (len > COMPONENT_MAX)
		len = COMPONENT_MAX;
	display = str_to_display(bytes, len);
	part->text = arena_strdup(arena, display);
	free(display);
	drop_replacements(part->text);
	take_ids(part);
	take_site(part);
	cut_words(part);
	part->end = part->marker = part->year_at = part->n;
}

/* "S.W.A.T": a dot between single letters stays. */
static bool
is_initial_dot(const char *s, size_t at, size_t len)
{
	if (at < 1 || at + 1 >= len || !isalpha((unsigned char)s[at - 1]) ||
	    !isalpha((unsigned char)s[at + 1]))
		return false;
	return (at < 2 || s[at - 2] == '.') &&
	    (at + 2 >= len || s[at + 2] == '.');
}

static bool
is_space(const char *s, size_t at, size_t len, bool has_spaces)
{
	if (s[at] == '_' || s[at] == ' ')
		return true;
	return s[at] == '.' && !has_spaces && !is_initial_dot(s, at, len);
}

const char *
name_part_text(const struct name_part *part, size_t from, size_t to)
{
	const char *s = part->text + part->words[from].start;
	bool has_spaces = strchr(part->text, ' ') != NULL;
	size_t len, n = 0;
	char *out;

	if (from >= to || to > part->n)
		return NULL;
	len = part->words[to - 1].end - part->words[from].start;
	if (strchr(")!?", part->words[to - 1].after) != NULL &&
	    part->words[to - 1].after != '\0' && memchr(s, '(', len) != NULL)
		len++;
	out = arena_alloc(part->arena, len + 1, 1);
	for (size_t i = 0; i < len; i++) {
		if (!is_space(s, i, len, has_spaces))
			out[n++] = s[i];
		else if (n > 0 && out[n - 1] != ' ')
			out[n++] = ' ';
	}
	while (n > 0 && strchr(" -,_([{", out[n - 1]) != NULL)
		n--;
	out[n] = '\0';
	return n > 0 ? out : NULL;
}
