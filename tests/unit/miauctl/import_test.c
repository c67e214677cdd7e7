/* Titles from JSON: all kinds of values, and each way to be wrong. */
#include "tests/unit/helpers.h"

#include "daemon/miauctl/import.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

static int
read_one(struct world *w, const char *text, struct title *title)
{
	struct json_object *object = json_parse(text, strlen(text), &w->err);
	int result;

	if (object == NULL)
		fail_msg("%s: %s", text, w->err.text);
	result = import_title(object, w->arena, title, &w->err);
	json_object_put(object);
	return result;
}

static void
test_read(void **state)
{
	struct world *w = *state;
	struct title title;

	assert_ok(read_one(w, "{\"kind\":\"movie\",\"name\":\"N\"}", &title),
	    &w->err);
	assert_int_equal(title.kind, TITLE_MOVIE);
	assert_string_equal(title.name, "N");
	assert_string_equal(title.overview, "");
	assert_ok(read_one(w,
		      "{\"kind\":\"show\",\"name\":\"S\",\"year\":2020,"
		      "\"genres\":[\"A\",\"B\"],\"rating\":7.5,"
		      "\"popularity\":3,\"releasedOn\":\"2020-02-03\","
		      "\"runtime\":44,\"tmdbId\":9,\"imdbId\":\"tt1\","
		      "\"seasons\":[]}",
		      &title),
	    &w->err);
	assert_int_equal(title.year, 2020);
	assert_string_equal(title.genres[1], "B");
	assert_null(title.genres[2]);
	assert_true(title.rating == 7.5 && title.popularity == 3);
	assert_string_equal(title.released_on, "2020-02-03");
	assert_int_equal(title.tmdb_id, 9);
}

static void
test_refuse(void **state)
{
	static const char *const texts[] = {
		"{}",
		"[]",
		"{\"kind\":\"movie\"}",
		"{\"name\":\"N\"}",
		"{\"kind\":\"film\",\"name\":\"N\"}",
		"{\"kind\":\"movie\",\"name\":\"\"}",
		"{\"kind\":\"movie\",\"name\":7}",
		"{\"kind\":\"movie\",\"name\":\"N\",\"year\":\"2020\"}",
		"{\"kind\":\"movie\",\"name\":\"N\",\"year\":20200}",
		"{\"kind\":\"movie\",\"name\":\"N\",\"year\":2020.5}",
		"{\"kind\":\"movie\",\"name\":\"N\",\"rating\":11}",
		"{\"kind\":\"movie\",\"name\":\"N\",\"genres\":[1]}",
		"{\"kind\":\"movie\",\"name\":\"N\",\"genres\":\"A\"}",
		"{\"kind\":\"movie\",\"name\":\"N\",\"releasedOn\":\"2020\"}",
		"{\"kind\":\"movie\",\"name\":\"N\",\"tmdbId\":2000000000}",
		"{\"kind\":\"movie\",\"name\":\"N\",\"seasons\":[]}",
		"{\"kind\":\"movie\",\"name\":\"N\",\"other\":1}",
	};
	struct world *w = *state;
	struct title title;
	size_t i;

	for (i = 0; i < COUNT_OF(texts); i++)
		if (read_one(w, texts[i], &title) != -1)
			fail_msg("%s was taken", texts[i]);
}

static int
import(struct world *w, struct ctl *ctl, const char *text,
    struct import_counts *counts)
{
	char path[WORLD_PATH_MAX + 32];
	int result;

	snprintf(path, sizeof(path), "%s/titles.json", w->dir);
	assert_ok(fs_write(path, text, strlen(text), 0600, &w->err), &w->err);
	memset(ctl, 0, sizeof(*ctl));
	snprintf(ctl->paths.database, PATHS_MAX, "%s", w->database);
	ctl->arena = w->arena;
	result = import_file(ctl, path, counts, &w->err);
	db_close(ctl->db);
	db_pool_free(ctl->pool);
	return result;
}

static void
test_file(void **state)
{
	struct world *w = *state;
	struct ctl *ctl = mem_calloc(1, sizeof(*ctl));
	struct import_counts counts;
	struct episode *episodes;
	struct title title;
	size_t n;

	assert_ok(import(w, ctl,
		      "[{\"kind\":\"movie\",\"name\":\"First\"},"
		      "{\"kind\":\"show\",\"name\":\"Second\",\"seasons\":["
		      "{\"number\":1,\"episodes\":[{\"number\":1,\"name\":"
		      "\"Pilot\"},{\"number\":2}]}]}]",
		      &counts),
	    &w->err);
	assert_int_equal(counts.n_added, 2);
	assert_int_equal(store_title_find(w->db, w->arena, TITLE_SHOW,
			     2000000000, &title, &w->err),
	    STORE_OK);
	assert_int_equal(store_episode_list(w->db, w->arena, title.id, 1,
			     &episodes, &n, &w->err),
	    STORE_OK);
	assert_int_equal(n, 2);
	assert_string_equal(episodes[0].name, "Pilot");
	/* All or nothing. */
	assert_int_equal(import(w, ctl,
			     "[{\"kind\":\"movie\",\"name\":\"Third\"},"
			     "{\"kind\":\"movie\"}]",
			     &counts),
	    -1);
	assert_non_null(strstr(w->err.text, "Entry 2"));
	assert_int_equal(store_title_find(w->db, w->arena, TITLE_MOVIE,
			     2000000001, &title, &w->err),
	    STORE_NONE);
	assert_ok(import(w, ctl, "[{\"kind\":\"movie\",\"name\":\"First\"}]",
		      &counts),
	    &w->err);
	assert_int_equal(counts.n_known, 1);
	free(ctl);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_read, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_refuse, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_file, world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
