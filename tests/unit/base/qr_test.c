/* QR codes: what is drawn is what was encoded, and can be put into a page. */
#include "tests/unit/helpers.h"

#include "lib/base/buf.h"
#include "lib/base/qr.h"

enum { ROOM = 64 * 1024, SIDE_MAX = 200 };

struct picture {
	int size;
	bool dark[SIDE_MAX][SIDE_MAX]; /* [y][x] */
};

/* Reads a path back: every part is a run of squares in a row. */
static void
read_path(const char *path, int size, struct picture *out)
{
	int x, y, run, back, taken, i;

	*out = (struct picture){ .size = size };
	while (*path != '\0') {
		assert_int_equal(sscanf(path, "M%d %dh%dv1h-%dz%n", &x, &y,
				     &run, &back, &taken),
		    4);
		assert_int_equal(run, back);
		assert_true(
		    x >= 4 && y >= 4 && x + run <= size - 4 && y < size - 4);
		for (i = 0; i < run; i++)
			out->dark[y][x + i] = true;
		path += taken;
	}
}

/* The mark in three corners by which cameras find a code. */
static void
assert_finder(const struct picture *picture, int left, int top)
{
	static const char *const rows[] = { "#######", "#     #", "# ### #",
		"# ### #", "# ### #", "#     #", "#######" };
	int x, y;

	for (y = 0; y < 7; y++)
		for (x = 0; x < 7; x++)
			assert_int_equal(picture->dark[top + y][left + x],
			    rows[y][x] == '#');
}

static void
test_path(void **state UNUSED)
{
	struct picture *picture = calloc(1, sizeof(*picture));
	struct buf path;
	int size;

	buf_init(&path, ROOM);
	size = qr_put_path("http://10.0.0.7:8080/link?code=BCDF-GHJK", &path);
	assert_int_equal(size, 29 + 8); /* version 3 and its margin */
	read_path(path.data, size, picture);
	assert_finder(picture, 4, 4);
	assert_finder(picture, size - 11, 4);
	assert_finder(picture, 4, size - 11);
	/* The timing pattern between two of them. */
	for (int i = 12; i < size - 12; i++)
		assert_int_equal(picture->dark[10][i], i % 2 == 0);
	buf_fini(&path);
	free(picture);
}

/* The same squares in the terminal: two of a column are one character. */
static void
test_terminal(void **state UNUSED)
{
	static const char full[] = "\u2588", upper[] = "\u2580",
			  lower[] = "\u2584";
	struct picture *picture = calloc(1, sizeof(*picture));
	struct buf path, lines;
	const char *at;
	int x, y, size;
	bool top, bottom;

	buf_init(&path, ROOM);
	buf_init(&lines, ROOM);
	size = qr_put_path("miauflix", &path);
	read_path(path.data, size, picture);
	assert_true(qr_put_terminal("miauflix", &lines));
	at = lines.data;
	for (y = 0; y < size; y += 2) {
		assert_memory_equal(at, "\033[40;37;1m", 10);
		at += 10;
		for (x = 0; x < size; x++) {
			top = picture->dark[y][x];
			bottom = y + 1 < size && picture->dark[y + 1][x];
			if (top && bottom) {
				assert_int_equal(*at++, ' ');
				continue;
			}
			assert_memory_equal(at,
			    top          ? lower
				: bottom ? upper
					 : full,
			    3);
			at += 3;
		}
		assert_memory_equal(at, "\033[0m\n", 5);
		at += 5;
	}
	assert_int_equal(*at, '\0');
	buf_fini(&lines);
	buf_fini(&path);
	free(picture);
}

static void
test_svg(void **state UNUSED)
{
	struct buf svg;
	char *longest = calloc(1, 5000);

	buf_init(&svg, ROOM);
	assert_true(qr_put_svg("x", "\"<b>&", &svg));
	assert_non_null(strstr(svg.data, "aria-label=\"&quot;&lt;b>&amp;\""));
	assert_null(strstr(svg.data, "style"));
	buf_reset(&svg);
	memset(longest, 'x', 4999);
	assert_false(qr_put_svg(longest, "too long", &svg));
	assert_int_equal(svg.len, 0);
	assert_false(qr_put_terminal(longest, &svg));
	buf_fini(&svg);
	free(longest);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_path),
		cmocka_unit_test(test_terminal),
		cmocka_unit_test(test_svg),
	};

	return cmocka_run_group_tests_name("base/qr", tests, NULL, NULL);
}
