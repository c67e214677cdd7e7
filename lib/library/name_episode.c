/*
 * Season and episode in a name: S01E02, 1x02, "Season 1 Episode 2", "- 07",
 * dailies, packs, and bare numbers where a show's folder gives them a meaning.
 */
#include <string.h>

#include "lib/library/name_part.h"

enum { EPISODE_MAX = 9999, RANGE_MAX = NAME_EPISODES_MAX };

static const char *const season_words[] = { "season", "seasons", "series",
	"staffel", "saison", "temporada", "stagione", "sezon", "sesong",
	"seizoen", "kausi" };
static const char *const episode_words[] = { "episode", "ep", "folge", "e",
	"episodio", "chapter" };
static const char *const special_words[] = { "specials", "special",
	"season 0" };

static bool
is_one_of(const char *word, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(word, list[i]) == 0)
			return true;
	return false;
}

/* Reads up to max digits; returns how many, 0 for none or more. */
static size_t
read_digits(const char *s, size_t max, int *out)
{
	int number = 0;
	size_t n;

	for (n = 0; s[n] >= '0' && s[n] <= '9'; n++) {
		if (n == max)
			return 0;
		number = number * 10 + (s[n] - '0');
	}
	if (n > 0)
		*out = number;
	return n;
}

static void
add_episode(struct name *got, int number)
{
	if (got->n_episodes < NAME_EPISODES_MAX && number <= EPISODE_MAX)
		got->episodes[got->n_episodes++] = number;
}

/* All numbers behind the last one up to `last`. */
static void
add_range(struct name *got, int last)
{
	int first = got->episodes[got->n_episodes - 1];

	if (last <= first || last - first >= RANGE_MAX) {
		if (last != first)
			add_episode(got, last);
		return;
	}
	for (int i = first + 1; i <= last; i++)
		add_episode(got, i);
}

/* The end of a word, or a version as in "07v2". */
static bool
is_word_end(const char *s, struct name *got)
{
	if (*s == 'v' && s[1] >= '1' && s[1] <= '9' && s[2] == '\0') {
		got->is_repack = s[1] > '1';
		return true;
	}
	return *s == '\0';
}

/* "e02", "ep02", "e02e03": episodes of one word from `s` on. */
static bool
read_e(const char *s, struct name *got, size_t min)
{
	size_t had = (size_t)got->n_episodes, n;
	int number;

	while (*s == 'e') {
		s += s[1] == 'p' ? 2 : 1;
		if ((n = read_digits(s, 4, &number)) < min || n == 0)
			break;
		add_episode(got, number);
		s += n;
	}
	if (is_word_end(s, got) && (size_t)got->n_episodes > had)
		return true;
	got->n_episodes = (int)had;
	return false;
}

/* Words behind an episode that go on with it: "-E03", "-03", "E04", "x05". */
static size_t
read_more(struct name_part *part, size_t at)
{
	struct name *got = &part->got;
	struct name_word *word;
	int number, first;

	for (; at < part->n; at++) {
		word = &part->words[at];
		if (word->bracket != part->words[at - 1].bracket)
			break;
		first = got->n_episodes;
		if (read_e(word->lower, got, 2)) {
			number = got->episodes[first];
			if (word->before != '-' || got->n_episodes > first + 1)
				continue;
			got->n_episodes = first;
			add_range(got, number);
			continue;
		}
		number = name_word_number(word, 2, 3);
		if (number == -1 || word->before != '-' ||
		    word->start != part->words[at - 1].end + 1 ||
		    number <= got->episodes[got->n_episodes - 1])
			break;
		add_range(got, number);
	}
	return at;
}

/* S01E02 and S01 E02; S01 alone and S01-S06 are packs. */
static bool
read_s(struct name_part *part, size_t at)
{
	struct name *got = &part->got;
	const char *s = part->words[at].lower;
	size_t n, next = at + 1;
	int season, last = 0;

	if (*s != 's' || (n = read_digits(s + 1, 4, &season)) == 0)
		return false;
	s += 1 + n;
	if (*s != '\0' && !read_e(s, got, 1))
		return false;
	if (*s == '\0' && n < 2 && !part->is_in_series)
		return false;
	got->season = got->season_last = season;
	if (got->n_episodes == 0 && next < part->n &&
	    read_e(part->words[next].lower, got, 1))
		next++;
	if (got->n_episodes > 0) {
		next = read_more(part, next);
		part->marker = next;
		name_part_mark(part, at, next - at);
		return true;
	}
	while (next < part->n && part->words[next].lower[0] == 's' &&
	    read_digits(part->words[next].lower + 1, 3, &last) ==
		strlen(part->words[next].lower) - 1) {
		got->season_last = last;
		next++;
	}
	part->is_pack = true;
	part->marker = next;
	name_part_mark(part, at, next - at);
	return true;
}

/* 1x02, 01x02-03, 1x02x03. */
static bool
read_x(struct name_part *part, size_t at)
{
	struct name *got = &part->got;
	const char *s = part->words[at].lower;
	int season, number;
	size_t n;

	if ((n = read_digits(s, 2, &season)) == 0 || s[n] != 'x')
		return false;
	s += n;
	while (*s == 'x' && (n = read_digits(s + 1, 3, &number)) >= 2) {
		add_episode(got, number);
		s += n + 1;
	}
	if (!is_word_end(s, got) || got->n_episodes == 0) {
		got->n_episodes = 0;
		return false;
	}
	got->season = got->season_last = season;
	part->marker = read_more(part, at + 1);
	name_part_mark(part, at, part->marker - at);
	return true;
}

/* "Season 1", "Seasons 1-6", "Series 10", with or without "Episode 2". */
static bool
read_season_words(struct name_part *part, size_t at)
{
	struct name *got = &part->got;
	size_t next = at + 1;
	int number;

	if (!is_one_of(
		part->words[at].lower, season_words, COUNT_OF(season_words)) ||
	    next >= part->n)
		return false;
	number = name_word_number(&part->words[next], 1, 2);
	if (number == -1)
		return false;
	got->season = got->season_last = number;
	next++;
	if (next < part->n && part->words[next].before == '-' &&
	    (number = name_word_number(&part->words[next], 1, 2)) >
		got->season &&
	    part->words[next].start == part->words[next - 1].end + 1) {
		got->season_last = number;
		next++;
	}
	if (next + 1 < part->n &&
	    is_one_of(part->words[next].lower, episode_words,
		COUNT_OF(episode_words)) &&
	    (number = name_word_number(&part->words[next + 1], 1, 4)) != -1) {
		add_episode(got, number);
		next = read_more(part, next + 2);
	} else if (next < part->n && read_e(part->words[next].lower, got, 1)) {
		next = read_more(part, next + 1);
	}
	part->is_pack = got->n_episodes == 0;
	part->marker = next;
	name_part_mark(part, at, next - at);
	return true;
}

/* "E05", "ep05", and "Episode 5" inside a show's folder. */
static bool
read_episode_words(struct name_part *part, size_t at)
{
	struct name *got = &part->got;
	const char *word = part->words[at].lower;
	size_t n = 1;
	int number;

	if (read_e(word, got, part->is_in_series ? 1 : 2)) {
		n = 1;
	} else if (part->is_in_series && at + 1 < part->n &&
	    is_one_of(word, episode_words, COUNT_OF(episode_words)) &&
	    (number = name_word_number(&part->words[at + 1], 1, 4)) != -1) {
		add_episode(got, number);
		n = 2;
	} else {
		return false;
	}
	part->marker = read_more(part, at + n);
	name_part_mark(part, at, part->marker - at);
	return true;
}

/* 2024.05.17 and 17.05.2024, one separator throughout. */
static bool
read_date(struct name_part *part, size_t at)
{
	int a, b, c, year, day;
	struct name_word *w = &part->words[at];

	if (at + 2 >= part->n || w[0].after != w[1].after ||
	    w[1].end + 1 != w[2].start || w[0].end + 1 != w[1].start)
		return false;
	a = name_word_number(&w[0], 2, 4);
	b = name_word_number(&w[1], 2, 2);
	c = name_word_number(&w[2], 2, 4);
	year = a > 31 ? a : c;
	day = a > 31 ? c : a;
	if (!name_is_year(year) || b < 1 || b > 12 || day < 1 || day > 31)
		return false;
	part->got.date[0] = (char)('0' + year / 1000);
	part->got.date[1] = (char)('0' + year / 100 % 10);
	part->got.date[2] = (char)('0' + year / 10 % 10);
	part->got.date[3] = (char)('0' + year % 10);
	part->got.date[4] = part->got.date[7] = '-';
	part->got.date[5] = (char)('0' + b / 10);
	part->got.date[6] = (char)('0' + b % 10);
	part->got.date[8] = (char)('0' + day / 10);
	part->got.date[9] = (char)('0' + day % 10);
	part->marker = at + 3;
	name_part_mark(part, at, 3);
	return true;
}

/* "Show S2 - 05": the season in front of the dash. */
static void
read_season_before(struct name_part *part, size_t at)
{
	const char *s = part->words[at].lower;
	int number;
	size_t n;

	if (at == 0 || *s != 's' || (n = read_digits(s + 1, 2, &number)) == 0 ||
	    s[1 + n] != '\0')
		return;
	part->got.season = part->got.season_last = number;
	part->got.absolute = -1;
	name_part_mark(part, at, 1);
}

/* Whether " - " or "_-_" stands in front of a word. */
static bool
is_behind_dash(const struct name_part *part, size_t at)
{
	const char *s;

	if (at == 0 || part->words[at].start < 3)
		return false;
	s = part->text + part->words[at].start;
	return s[-2] == '-' && strchr(" _", s[-1]) != NULL &&
	    strchr(" _", s[-3]) != NULL;
}

/* " - 07" behind a title: an anime's count, or an episode of its folder. */
static bool
read_dash(struct name_part *part, size_t at)
{
	const char *word = part->words[at].lower;
	struct name *got = &part->got;
	int number;
	size_t n;

	if (!is_behind_dash(part, at))
		return false;
	n = read_digits(word, 4, &number);
	if (n == 0 || (n == 1 && !part->is_in_series) ||
	    (n == 4 && name_is_year(number)) || !is_word_end(word + n, got) ||
	    number == 0)
		return false;
	add_episode(got, number);
	got->absolute = number;
	part->marker = read_more(part, at + 1);
	name_part_mark(part, at, part->marker - at);
	read_season_before(part, at - 1);
	return true;
}

typedef bool (*read_fn)(struct name_part *part, size_t at);

/* A bare number in a show's folder: 103 is season 1, episode 3; in a season's
 * folder "05 Title" is its fifth. */
static bool
read_bare(struct name_part *part, size_t at)
{
	struct name *got = &part->got;
	int number = name_word_number(&part->words[at], 1, 3);
	int season = part->folder_season;

	if (!part->is_in_series || number < 1 || part->words[at].bracket)
		return false;
	if (number >= 100 && number % 100 != 0 &&
	    (season == -1 || season == number / 100)) {
		got->season = got->season_last = number / 100;
		add_episode(got, number % 100);
	} else if (season != -1 &&
	    (at == 0 || at + 1 == part->n || part->words[at + 1].is_marked)) {
		add_episode(got, number);
	} else {
		return false;
	}
	part->marker = at + 1;
	name_part_mark(part, at, 1);
	return true;
}

void
name_part_episode(struct name_part *part)
{
	static const read_fn order[] = { read_date, read_s, read_x,
		read_season_words, read_episode_words, read_dash, read_bare };

	for (size_t rule = 0; rule < COUNT_OF(order); rule++)
		for (size_t at = 0; at < part->n; at++) {
			if (part->words[at].is_marked)
				continue;
			if (!order[rule](part, at))
				continue;
			part->got.is_episode = true;
			/* "S01 - 05": the pattern named only the season */
			if (!part->is_pack)
				return;
			for (size_t i = part->marker; i < part->n; i++)
				if (read_dash(part, i)) {
					part->is_pack = false;
					part->got.absolute = -1;
					return;
				}
			return;
		}
}

/* The number of "s01", or of "season 1" without its word. */
static int
folder_number(const char *lower)
{
	size_t n;
	int number;

	if (lower[0] == 's' && (n = read_digits(lower + 1, 4, &number)) > 0 &&
	    lower[1 + n] == '\0')
		return number;
	for (size_t i = 0; i < COUNT_OF(season_words); i++) {
		n = strlen(season_words[i]);
		if (strncmp(lower, season_words[i], n) != 0)
			continue;
		lower += n;
		lower += strspn(lower, " ._-");
		n = read_digits(lower, 4, &number);
		/* "Season 1 - The Beginning", "Season 01 [1080p]" */
		if (n > 0 &&
		    (lower[n] == '\0' || strchr(" -_([{", lower[n]) != NULL))
			return number;
		return -1;
	}
	return -1;
}

int
name_season_folder(const char *bytes)
{
	char lower[128] = "";
	size_t len = strlen(bytes);

	if (len >= sizeof(lower))
		return -1;
	for (size_t i = 0; i <= len; i++)
		lower[i] = bytes[i] >= 'A' && bytes[i] <= 'Z'
		    ? (char)(bytes[i] - 'A' + 'a')
		    : bytes[i];
	for (size_t i = 0; i < COUNT_OF(special_words); i++)
		if (strcmp(lower, special_words[i]) == 0)
			return 0;
	return folder_number(lower);
}
