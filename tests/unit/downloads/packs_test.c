/* Which files of real-shaped torrents play: the right ones, or a person is
 * asked; never a wrong one. */
#include "tests/unit/helpers.h"

#include "daemon/miaud/downloads/choose.h"

enum { FILES_MAX = 16, TEXT_MAX = 2048, EXPECTED_MAX = 32 };

struct pack {
	const char *what;
	const char *folder; /* the torrent's name */
	struct choose_hint hint;
	const char *lines;
};

/* clang-format off */
#define NONE { .kind = TITLE_ANY }
#define SHOW(title) { .kind = TITLE_SHOW, .name = title }
#define FILM(title, in, minutes) \
	{ .kind = TITLE_MOVIE, .name = title, .year = in, .runtime = minutes }
static const struct pack packs[] = {
#include "tests/unit/downloads/packs.def"
};
/* clang-format on */

struct content {
	struct torrent_file files[FILES_MAX];
	int n;
	struct choose_file expected[EXPECTED_MAX];
	size_t n_expected;
};

static int64_t
read_size(const char **at)
{
	char *end;
	double number = strtod(*at, &end);

	*at = end + 2;
	if (*end == 'G')
		return (int64_t)(number * 1e9);
	return (int64_t)(number * (*end == 'M' ? 1e6 : 1e3));
}

/* "film", "1x1,1x2" */
static void
read_expected(struct content *content, const char *text)
{
	struct choose_file *file;
	char *at;

	if (strcmp(text, "film") == 0) {
		content->expected[content->n_expected++] =
		    (struct choose_file){ .index = content->n, .episode = -1 };
		return;
	}
	while (*text != '\0') {
		file = &content->expected[content->n_expected++];
		file->index = content->n;
		file->is_episode = true;
		file->season = (int)strtol(text, &at, 10);
		assert_true(*at == 'x');
		file->episode = (int)strtol(at + 1, &at, 10);
		text = *at == ',' ? at + 1 : at;
	}
}

static void
read_lines(struct arena *arena, const char *lines, struct content *content)
{
	const char *at = lines, *end;
	char *line, *arrow;

	memset(content, 0, sizeof(*content));
	for (; (end = strchr(at, '\n')) != NULL; at = end + 1) {
		line = arena_strndup(arena, at, (size_t)(end - at));
		at = line;
		content->files[content->n].size = read_size(&at);
		arrow = strstr(line, " => ");
		if (arrow != NULL) {
			*arrow = '\0';
			read_expected(content, arrow + 4);
		}
		content->files[content->n++].path = (char *)at;
	}
}

static bool
is_expected(const struct content *content, const struct choose_file *file)
{
	const struct choose_file *one;
	size_t i;

	for (i = 0; i < content->n_expected; i++) {
		one = &content->expected[i];
		if (one->index == file->index &&
		    one->is_episode == file->is_episode &&
		    (!one->is_episode ||
			(one->season == file->season &&
			    one->episode == file->episode)))
			return true;
	}
	return false;
}

static void
check(struct arena *arena, const struct pack *pack)
{
	struct torrent_meta meta = { 0 };
	struct content content;
	struct choice choice;
	size_t i;

	read_lines(arena, pack->lines, &content);
	meta.name = arena_strdup(arena, pack->folder);
	meta.files = content.files;
	meta.n_files = content.n;
	choose_files(arena, &meta, &pack->hint, &choice);
	for (i = 0; i < choice.n; i++)
		if (!is_expected(&content, &choice.files[i]))
			fail_msg("%s: file %d as %dx%d is wrong", pack->what,
			    choice.files[i].index, choice.files[i].season,
			    choice.files[i].episode);
	if (choice.n != content.n_expected)
		fail_msg("%s: %zu instead of %zu are chosen: %s", pack->what,
		    choice.n, content.n_expected, choice.sentence);
	assert_true((choice.n == 0) == (choice.confidence == 0));
	assert_true((choice.n == 0) == (strcmp(choice.code, "unsure") == 0));
	assert_non_null(choice.sentence);
}

static void
test_packs(void **state)
{
	struct world *w = *state;
	size_t i;

	assert_true(COUNT_OF(packs) > 50);
	for (i = 0; i < COUNT_OF(packs); i++)
		check(w->arena, &packs[i]);
}

/* The order of files in a torrent means nothing. */
static void
test_order_of_files(void **state)
{
	struct world *w = *state;
	struct torrent_file turned[FILES_MAX];
	struct torrent_meta meta = { .files = turned };
	struct content content;
	struct choice choice;
	size_t i, j;
	int k;

	for (i = 0; i < COUNT_OF(packs); i++) {
		read_lines(w->arena, packs[i].lines, &content);
		for (k = 0; k < content.n; k++)
			turned[k] = content.files[content.n - 1 - k];
		meta.name = arena_strdup(w->arena, packs[i].folder);
		meta.n_files = content.n;
		choose_files(w->arena, &meta, &packs[i].hint, &choice);
		assert_int_equal(choice.n, content.n_expected);
		for (j = 0; j < choice.n; j++) {
			choice.files[j].index =
			    content.n - 1 - choice.files[j].index;
			assert_true(is_expected(&content, &choice.files[j]));
		}
	}
}

static void
test_length(void **state)
{
	(void)state;
	assert_null(choose_doubt_length(0, 100));
	assert_null(choose_doubt_length(6000, 0));
	assert_null(choose_doubt_length(5400, 100));
	assert_null(choose_doubt_length(7200, 100));
	assert_non_null(choose_doubt_length(600, 100));
	assert_non_null(choose_doubt_length(20000, 100));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_packs, folder_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_order_of_files, folder_setup, world_teardown),
		cmocka_unit_test(test_length),
	};

	return cmocka_run_group_tests_name(
	    "downloads/packs", tests, NULL, NULL);
}
