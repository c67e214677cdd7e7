/*
 * Pictures: a poster from a frame, none from black, a placard from nothing;
 * texts that would be commands elsewhere.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "daemon/miaud/media/draw.h"
#include "daemon/miaud/media/picture.h"
#include "tests/unit/media/fixture.h"

struct outcome {
	int n;
	struct picture_result result;
};

static void
on_done(void *arg, const struct picture_result *result)
{
	struct outcome *outcome = arg;

	outcome->n++;
	outcome->result = *result;
}

static struct picture_result
make(struct fixture *f, const struct picture_spec *wanted)
{
	struct picture_spec spec = *wanted;
	struct outcome outcome = { 0 };
	struct err err;

	spec.done = on_done;
	spec.arg = &outcome;
	if (picture_make(f->children, &f->paths, &spec, &err) == NULL)
		fail_msg("%s", err.text);
	assert_int_equal(outcome.n, 0);
	uv_run(&f->loop, UV_RUN_DEFAULT);
	assert_int_equal(outcome.n, 1);
	return outcome.result;
}

/* A JPEG of that width and height stands in the store. */
static void
assert_picture(struct fixture *f, const char *kind, const char *size,
    const char *name, int width, int height)
{
	unsigned char head[65536];
	char path[PATHS_MAX];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "%.1024s/%s/%s/%s", f->paths.images, kind,
	    size, name);
	fd = open(path, O_RDONLY);
	if (fd == -1)
		fail_msg("%s is missing", path);
	len = read(fd, head, sizeof(head));
	close(fd);
	assert_true(len > 100);
	assert_memory_equal(head, "\xFF\xD8\xFF", 3);
	for (ssize_t i = 2; i + 9 < len;) {
		if (head[i + 1] == 0xC0 || head[i + 1] == 0xC2) {
			assert_int_equal(
			    head[i + 5] << 8 | head[i + 6], height);
			assert_int_equal(head[i + 7] << 8 | head[i + 8], width);
			return;
		}
		i += 2 + (head[i + 2] << 8 | head[i + 3]);
	}
	fail_msg("%s says no size", path);
}

static void
assert_run_is_empty(struct fixture *f)
{
	DIR *dir = opendir(f->paths.run);
	struct dirent *entry;

	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL)
		assert_true(strncmp(entry->d_name, "media-", 6) != 0);
	closedir(dir);
}

static void
a_film_gets_poster_and_backdrop(void **state)
{
	struct fixture *f = *state;
	struct picture_result result;
	char path[256];
	int fd;

	fixture_film(f, "p.mp4", "mandelbrot=s=320x180:r=10,trim=duration=2",
	    "libx264", path, sizeof(path));
	fd = open(path, O_RDONLY);
	result = make(f,
	    &(struct picture_spec){ .kind = PICTURE_POSTER,
		.input = { .fd = fd, .demuxer = "mov" },
		.duration = 2,
		.title =
		    "It's 100% %{pts}: 'quoted' \\ [x]; $(touch /tmp/x)" });
	close(fd);
	assert_int_equal(result.err.code, ERR_NONE);
	assert_picture(f, "poster", "600", result.poster, 600, 900);
	assert_picture(f, "poster", "400", result.poster, 400, 600);
	assert_picture(f, "poster", "200", result.poster, 200, 300);
	assert_picture(f, "backdrop", "1920", result.backdrop, 1920, 1080);
	assert_picture(f, "backdrop", "1280", result.backdrop, 1280, 720);
	assert_picture(f, "backdrop", "640", result.backdrop, 640, 360);
	assert_run_is_empty(f);
}

static void
black_frames_are_not_taken(void **state)
{
	struct fixture *f = *state;
	struct picture_result result;
	char path[256];
	int fd;

	fixture_film(f, "black.mp4", "color=black:s=320x180:d=2", "libx264",
	    path, sizeof(path));
	fd = open(path, O_RDONLY);
	result = make(f,
	    &(struct picture_spec){ .kind = PICTURE_STILL,
		.input = { .fd = fd, .demuxer = "mov" },
		.duration = 2 });
	assert_int_equal(result.err.code, ERR_NOT_FOUND);
	assert_string_equal(result.still, "");
	result = make(f,
	    &(struct picture_spec){ .kind = PICTURE_POSTER,
		.input = { .fd = fd, .demuxer = "mov" },
		.duration = 2,
		.title = "Night" });
	close(fd);
	assert_int_equal(result.err.code, ERR_NONE);
	assert_picture(f, "poster", "600", result.poster, 600, 900);
	assert_string_equal(result.backdrop, "");
	assert_run_is_empty(f);
}

static void
a_still_is_cut_from_an_episode(void **state)
{
	struct fixture *f = *state;
	struct picture_result result;
	char path[256];
	int fd;

	fixture_film(
	    f, "s.mkv", "testsrc=s=320x240:d=2", "libx264", path, sizeof(path));
	fd = open(path, O_RDONLY);
	result = make(f,
	    &(struct picture_spec){ .kind = PICTURE_STILL,
		.input = { .fd = fd, .demuxer = "matroska" } });
	close(fd);
	if (result.err.code != ERR_NONE)
		fail_msg("%s", result.err.text);
	assert_picture(f, "still", "600", result.still, 600, 338);
	assert_picture(f, "still", "300", result.still, 300, 170);
}

static void
placards_are_drawn(void **state)
{
	static const char *const titles[] = { "A",
		"The Longest Title That "
		"Anyone Has Ever Given To A Film In The Whole History Of Film",
		"Donaudampfschifffahrtsgesellschaftskapitaen",
		"\xE6\x9D\xB1\xE4\xBA\xAC", "Am\xC3\xA9lie", "", "%{e:1/0}" };
	struct fixture *f = *state;
	struct picture_result result;

	for (size_t i = 0; i < COUNT_OF(titles); i++) {
		result = make(f,
		    &(struct picture_spec){ .kind = PICTURE_PLACARD,
			.input = { .fd = -1 },
			.title = titles[i],
			.year = 1984 });
		if (result.err.code != ERR_NONE)
			fail_msg("%s: %s", titles[i], result.err.text);
		assert_picture(f, "poster", "600", result.poster, 600, 900);
	}
	assert_run_is_empty(f);
}

/* What is no film ends with an error, not with a hanging job. */
static void
broken_films_end(void **state)
{
	struct fixture *f = *state;
	struct picture_result result;
	int fd = open("/dev/zero", O_RDONLY);

	result = make(f,
	    &(struct picture_spec){ .kind = PICTURE_STILL,
		.input = { .fd = fd, .demuxer = "mov" },
		.duration = 100 });
	close(fd);
	assert_int_equal(result.err.code, ERR_NOT_FOUND);
	assert_run_is_empty(f);
}

static void
titles_are_broken_into_lines(void **state)
{
	struct draw_text text;

	(void)state;
	draw_break("Night", DRAW_PLACARD_ROOM, &text);
	assert_string_equal(text.lines, "Night");
	assert_string_equal(text.initial, "N");
	draw_break("The Quick Brown Fox Jumps", DRAW_PLACARD_ROOM, &text);
	assert_non_null(strchr(text.lines, '\n'));
	assert_string_equal(text.initial, "Q");
	draw_break("A", DRAW_PLACARD_ROOM, &text);
	assert_string_equal(text.initial, "A");
	draw_break("\xC3\x89tat", DRAW_PLACARD_ROOM, &text);
	assert_string_equal(text.initial, "\xC3\x89");
	draw_break("", DRAW_PLACARD_ROOM, &text);
	assert_string_equal(text.lines, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_film_gets_poster_and_backdrop),
		cmocka_unit_test(black_frames_are_not_taken),
		cmocka_unit_test(a_still_is_cut_from_an_episode),
		cmocka_unit_test(placards_are_drawn),
		cmocka_unit_test(broken_films_end),
		cmocka_unit_test(titles_are_broken_into_lines),
	};

	return cmocka_run_group_tests(tests, fixture_set_up, fixture_tear_down);
}
