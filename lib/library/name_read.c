/*
 * The rest of a component: technical words by table, the year, the title in
 * front of them, the group behind them.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/base/str.h"
#include "lib/library/name_part.h"

enum { RUN_MAX = 4 };

/* Length in words of `words` (up to '|' or the end) when they stand at `at`. */
static size_t
run_matches(
    const struct name_part *part, size_t at, const char *words, size_t len)
{
	const char *s = words, *end = words + len, *space;
	size_t n = 0, word_len;

	while (s < end) {
		if (at + n >= part->n || n == RUN_MAX)
			return 0;
		space = memchr(s, ' ', (size_t)(end - s));
		word_len = (size_t)((space ? space : end) - s);
		if (strncmp(part->words[at + n].lower, s, word_len) != 0 ||
		    part->words[at + n].lower[word_len] != '\0')
			return 0;
		n++;
		s += word_len + (space ? 1 : 0);
	}
	return n;
}

/* The longest meaning at a word; *n is its length in words. */
static const struct name_meaning *
meaning_at(const struct name_part *part, size_t at, size_t *n)
{
	const struct name_meaning *best = NULL;
	size_t len, got;
	const char *s;

	*n = 0;
	for (const struct name_meaning *m = name_meanings; m->words; m++)
		for (s = m->words; *s != '\0'; s += len + (s[len] == '|')) {
			len = strcspn(s, "|");
			if (*s != part->words[at].lower[0])
				continue;
			got = run_matches(part, at, s, len);
			if (got > *n) {
				*n = got;
				best = m;
			}
		}
	return best;
}

static void
add_language(struct name *got, const char *code)
{
	for (int i = 0; i < got->n_languages; i++)
		if (strcmp(got->languages[i], code) == 0)
			return;
	if (got->n_languages < NAME_LANGUAGES_MAX)
		got->languages[got->n_languages++] = code;
}

static void
apply_flag(struct name *got, enum name_what what)
{
	got->is_3d |= what == NAME_SAYS_THREE_D;
	got->is_multi |= what == NAME_SAYS_MULTI;
	got->is_hardcoded |= what == NAME_SAYS_HARDCODED;
	got->is_proper |= what == NAME_SAYS_PROPER;
	got->is_repack |= what == NAME_SAYS_REPACK;
}

/* The first word wins; a remux is a remux whatever it was made from. */
static void
apply_source(struct name *got, int source)
{
	if (got->source == NAME_SOURCE_UNKNOWN || source == NAME_SOURCE_REMUX)
		got->source = (enum name_source)source;
}

/* "DD+" is E-AC-3; Atmos tells more than what carries it. */
static void
apply_audio(struct name *got, const char *text, char after)
{
	if (after == '+' && strcmp(text, "AC3") == 0)
		text = "EAC3";
	if (got->audio == NULL || strcmp(text, "ATMOS") == 0)
		got->audio = text;
}

static void
apply_hdr(struct name *got, const char *text, char after)
{
	if (after == '+' && strcmp(text, "HDR10") == 0)
		text = "HDR10+";
	if (got->hdr == NULL || strcmp(text, "DV") == 0)
		got->hdr = text;
}

static void
set_once(const char **field, const char *text)
{
	if (*field == NULL)
		*field = text;
}

static void
apply(struct name *got, const struct name_meaning *m, char after)
{
	switch (m->what) {
	case NAME_SAYS_QUALITY:
		set_once(&got->quality, m->text);
		break;
	case NAME_SAYS_SOURCE:
		apply_source(got, m->number);
		break;
	case NAME_SAYS_VIDEO:
		set_once(&got->video_codec, m->text);
		break;
	case NAME_SAYS_AUDIO:
		apply_audio(got, m->text, after);
		break;
	case NAME_SAYS_HDR:
		apply_hdr(got, m->text, after);
		break;
	case NAME_SAYS_BITS:
		got->bit_depth = m->number;
		break;
	case NAME_SAYS_LANGUAGE:
		add_language(got, m->text);
		break;
	case NAME_SAYS_EDITION:
		set_once(&got->edition, m->text);
		break;
	case NAME_SAYS_NETWORK:
		set_once(&got->network, m->text);
		break;
	default:
		apply_flag(got, m->what);
	}
}

static void
take(struct name_part *part, size_t at, size_t n, const struct name_meaning *m)
{
	apply(&part->got, m, part->words[at + n - 1].after);
	name_part_mark(part, at, n);
}

/* "5.1" and "5.1ch" as channels; 0 when it is none. */
static int
channels_at(const struct name_part *part, size_t at, int whole)
{
	const char *s = part->words[at].lower;

	if ((s[0] != '0' && s[0] != '1') ||
	    (s[1] != '\0' && strcmp(s + 1, "ch") != 0) || whole > 9)
		return 0;
	return whole + (s[0] - '0');
}

/* "ddp5" "1": a sound word with its channels glued to it. */
static bool
take_glued(struct name_part *part, size_t at)
{
	struct name_word *word = &part->words[at];
	size_t len = strlen(word->lower), n;
	const struct name_meaning *m;
	const char *whole = word->lower;
	int channels;

	if (len < 3 || whole[len - 1] < '1' || whole[len - 1] > '9' ||
	    at + 1 >= part->n)
		return false;
	channels = channels_at(part, at + 1, whole[len - 1] - '0');
	if (channels == 0)
		return false;
	word->lower = arena_strndup(part->arena, whole, len - 1);
	m = meaning_at(part, at, &n);
	word->lower = whole;
	if (m == NULL || m->what != NAME_SAYS_AUDIO)
		return false;
	take(part, at, 1, m);
	name_part_mark(part, at, 2);
	part->got.channels = channels;
	return true;
}

/* "5" "1" behind a sound word. */
static bool
take_channels(struct name_part *part, size_t at, int number)
{
	const struct name_word *word = &part->words[at];
	int channels;

	if (number < 1 || number > 9 || word->lower[1] != '\0' ||
	    word->after != '.' || at == 0 || at + 1 >= part->n ||
	    !part->words[at - 1].is_strong)
		return false;
	channels = channels_at(part, at + 1, number);
	if (channels == 0)
		return false;
	part->got.channels = channels;
	name_part_mark(part, at, 2);
	return true;
}

/* Numbers with a unit: "60fps", "6ch", "4gb". */
static bool
take_unit(struct name_part *part, size_t at)
{
	const char *word = part->words[at].lower;
	size_t digits = strspn(word, "0123456789");
	const char *unit = word + digits;
	int number;

	if (digits == 0 || digits > 3)
		return false;
	number = (int)strtol(word, NULL, 10);
	if (*unit == '\0')
		return take_channels(part, at, number);
	if (strcmp(unit, "fps") == 0)
		part->got.fps = number;
	else if (strcmp(unit, "ch") == 0 && number <= 12)
		part->got.channels = number;
	else if (strcmp(unit, "gb") != 0 && strcmp(unit, "mb") != 0)
		return false;
	name_part_mark(part, at, 1);
	return true;
}

/* Eight hexadecimal digits in brackets: a checksum. */
static bool
is_checksum(const struct name_word *word)
{
	return word->bracket == '[' && strlen(word->lower) == 8 &&
	    strspn(word->lower, "0123456789abcdef") == 8;
}

static bool
is_imdb(const struct name_word *word)
{
	size_t len = strlen(word->lower);

	return len >= 9 && len <= 12 && strncmp(word->lower, "tt", 2) == 0 &&
	    strspn(word->lower + 2, "0123456789") == len - 2;
}

/* Words that end a title wherever they stand. */
static void
take_strong(struct name_part *part)
{
	const struct name_meaning *m;
	size_t n;

	for (size_t at = 0; at < part->n; at++) {
		if (part->words[at].is_marked)
			continue;
		if (is_checksum(&part->words[at]))
			name_part_mark(part, at, 1);
		if (is_imdb(&part->words[at]) && part->got.imdb_id == NULL) {
			part->got.imdb_id = part->words[at].lower;
			name_part_mark(part, at, 1);
		}
		if (take_glued(part, at))
			continue;
		m = meaning_at(part, at, &n);
		if (m == NULL)
			continue;
		if (m->is_strong ||
		    (part->words[at].bracket != '\0' &&
			part->words[at].bracket != '(' && at > part->first))
			take(part, at, n, m);
	}
}

/* The others, behind the first strong word. */
static void
take_weak(struct name_part *part, size_t from)
{
	const struct name_meaning *m;
	size_t n;

	for (size_t at = from; at < part->n; at++) {
		if (part->words[at].is_marked || take_unit(part, at))
			continue;
		m = meaning_at(part, at, &n);
		if (m != NULL)
			take(part, at, n, m);
	}
}

static size_t
first_strong(const struct name_part *part, size_t from)
{
	while (from < part->n && !part->words[from].is_strong)
		from++;
	return from;
}

/* An unbracketed year among words counts when what follows says that the
 * title is over. */
static bool
ends_title(const struct name_part *part, size_t at, size_t strong)
{
	size_t n;

	if (at + 1 >= part->n || at + 1 == strong || strong < part->n)
		return true;
	return part->words[at + 1].bracket != '\0' ||
	    meaning_at(part, at + 1, &n) != NULL ||
	    strchr(part->text, ' ') == NULL;
}

static bool
is_year_at(const struct name_part *part, size_t at, size_t strong)
{
	const struct name_word *word = &part->words[at];

	if (word->is_marked || !name_is_year(name_word_number(word, 4, 4)))
		return false;
	if (word->bracket != '\0')
		return at > part->first || at + 1 < strong;
	return at > part->first && at < strong && ends_title(part, at, strong);
}

static void
find_year(struct name_part *part, size_t strong)
{
	bool is_bracketed;

	for (size_t at = part->first; at < part->n; at++) {
		if (!is_year_at(part, at, strong))
			continue;
		is_bracketed = part->words[at].bracket != '\0';
		if (part->is_year_bracketed && !is_bracketed)
			continue;
		part->year_at = at;
		part->is_year_bracketed = is_bracketed;
	}
	/* behind the technical words only when nothing was in front */
	for (size_t at = strong;
	     part->year_at == part->n && at < part->n && !part->got.is_episode;
	     at++)
		if (at > part->first && !part->words[at].is_marked &&
		    name_is_year(name_word_number(&part->words[at], 4, 4)))
			part->year_at = at;
	if (part->year_at == part->n)
		return;
	part->got.year = name_word_number(&part->words[part->year_at], 4, 4);
	name_part_mark(part, part->year_at, 1);
}

/* "[Group] Title": the group in front, unless nothing but it is there. */
static void
take_leading_group(struct name_part *part)
{
	size_t n = 0;

	if (part->n == 0 || part->words[0].bracket != '[' ||
	    part->words[0].is_marked)
		return;
	if (name_is_year(name_word_number(&part->words[0], 4, 4)))
		return;
	while (n < part->n && part->words[n].bracket == '[' &&
	    (n == 0 ||
		strchr(part->text + part->words[n - 1].end, ']') >
		    part->text + part->words[n].start))
		n++;
	if (n >= part->n || part->words[n].is_strong ||
	    part->words[n].bracket == '(')
		return;
	part->got.group = name_part_text(part, 0, n);
	part->first = n;
	for (size_t i = 0; i < n; i++)
		part->words[i].is_marked = true;
}

/* "…-GROUP" at the very end, behind technical words. */
static void
take_trailing_group(struct name_part *part)
{
	size_t at = part->n;

	if (part->got.group != NULL)
		return;
	while (at > 0 && part->words[at - 1].bracket == '[')
		at--;
	if (at-- < 2 || part->words[at].is_marked ||
	    part->words[at].before != '-' ||
	    part->words[at].start != part->words[at - 1].end + 1 ||
	    !part->words[at - 1].is_marked)
		return;
	part->got.group = name_part_text(part, at, at + 1);
	part->words[at].is_marked = true;
}

static bool
is_upper(const struct name_part *part, const struct name_word *word)
{
	for (size_t i = word->start; i < word->end; i++)
		if (part->text[i] >= 'a' && part->text[i] <= 'z')
			return false;
	return true;
}

static bool
has_lower(const struct name_part *part, size_t from, size_t to)
{
	while (from < to && is_upper(part, &part->words[from]))
		from++;
	return from < to;
}

/* "Some.Film.FRENCH.1080p", "German.DL.720p": weak words in capitals directly
 * in front of a strong one belong to it, and a language in front of those.
 * Returns where words [first, end) then end. */
static size_t
pull_back(struct name_part *part, size_t first, size_t end)
{
	const struct name_meaning *m;
	bool is_pulled = false;
	size_t n;

	if (end == part->n)
		return end;
	while (end > first) {
		m = meaning_at(part, end - 1, &n);
		if (m == NULL || n != 1)
			break;
		if (!is_upper(part, &part->words[end - 1]) &&
		    !(is_pulled && m->what == NAME_SAYS_LANGUAGE))
			break;
		end--;
		is_pulled = true;
		take(part, end, 1, m);
	}
	return end;
}

/* Where the title ends; also where weak words begin to count. */
static void
find_title(struct name_part *part)
{
	size_t from = part->first;

	if (part->year_at == from && part->is_year_bracketed)
		from = part->first = from + 1;
	part->end = first_strong(part, from);
	/* a title all in capitals has no words to spare */
	if (has_lower(part, from, part->end))
		part->end = pull_back(part, from + 1, part->end);
	while (
	    part->end > from + 1 && part->words[part->end - 1].bracket == '[')
		part->end--;
}

void
name_part_read(struct name_part *part)
{
	size_t weak_from;

	take_leading_group(part);
	take_strong(part);
	find_year(part, first_strong(part, part->first));
	find_title(part);
	weak_from = part->end;
	if (part->got.is_episode && part->marker <= part->n) {
		/* an episode's title may hold any word */
		weak_from = first_strong(part, part->marker);
		if (has_lower(part, 0, part->marker))
			weak_from = pull_back(part, part->marker, weak_from);
	}
	take_weak(part, weak_from);
	take_trailing_group(part);
	part->got.title = name_part_text(part, part->first, part->end);
	if (part->got.title == NULL && part->got.group != NULL &&
	    part->first > 0)
		part->got.title = part->got.group;
	if (part->got.is_episode && !part->is_pack && weak_from > part->marker)
		part->got.episode_title =
		    name_part_text(part, part->marker, weak_from);
}
