/*
 * Shapes of the contract from the store's structs: what is unknown is null,
 * what is secret stays so, addresses know the base path.
 */
#include "tests/unit/helpers.h"

#include "lib/base/json.h"
#include "lib/view/media.h"
#include "lib/view/view.h"

static struct view
view_in(struct world *w)
{
	return (struct view){ w->arena, "/miau/" };
}

/* The compact spelling of a member, in the arena; "absent" without one. */
static const char *
member(struct world *w, struct json_object *obj, const char *key)
{
	struct json_object *value;

	if (!json_object_object_get_ex(obj, key, &value))
		return "absent";
	if (value == NULL)
		return "null";
	return arena_strdup(w->arena,
	    json_object_to_json_string_ext(value,
		JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
}

#define assert_member(obj, key, wanted)                                        \
	assert_string_equal(member(w, obj, key), wanted)

static void
test_movie(void **state)
{
	struct world *w = *state;
	const struct view view = view_in(w);
	char *genres[] = { "Drama", "War", NULL };
	struct title title = { .id = 5,
		.kind = TITLE_MOVIE,
		.pid = 603,
		.name = "Tëst \"x\"",
		.year = 1999,
		.overview = "",
		.tagline = "",
		.runtime = 90,
		.rating = 7.5,
		.poster = "p.webp",
		.genres = genres,
		.created_at = 1000 };
	struct json_object *obj = view_movie_item(&view, &title, NULL);

	assert_member(obj, "id", "603");
	assert_member(obj, "tmdbId", "null");
	assert_member(obj, "title", "\"Tëst \\\"x\\\"\"");
	assert_member(obj, "runtime", "5400");
	assert_member(obj, "genres", "[\"Drama\",\"War\"]");
	assert_member(obj, "poster", "\"/miau/api/images/poster/400/p.webp\"");
	assert_member(obj, "backdrop", "null");
	assert_member(obj, "releaseDate", "null");
	assert_member(obj, "progress", "null");
	assert_member(obj, "addedAt", "\"1970-01-01T00:00:01.000Z\"");
	json_object_put(obj);
	title.runtime = title.year = 0;
	title.rating = 0;
	obj = view_movie(&view, &title, NULL, NULL);
	assert_member(obj, "runtime", "null");
	assert_member(obj, "year", "null");
	assert_member(obj, "rating", "null");
	assert_member(obj, "tagline", "null");
	assert_member(obj, "media", "null");
	assert_member(obj, "sources", "absent");
	json_object_put(obj);
	obj = view_card(&view, &title);
	assert_member(obj, "id", "\"movie-603\"");
	assert_member(obj, "genres", "[\"Drama\",\"War\"]");
	json_object_put(obj);
}

static void
test_title_streams(void **state)
{
	struct world *w = *state;
	const struct view view = view_in(w);
	struct title title = {
		.kind = TITLE_SHOW, .pid = 7, .name = "S", .overview = "o"
	};
	struct title other = { .kind = TITLE_MOVIE, .pid = 8 };
	struct source sources[] = { { .quality = "4K" }, { .quality = "HD" },
		{ .quality = "HD" } };
	struct json_object *obj =
	    view_title(&view, &title, sources, 3, &other, 1);

	assert_member(obj, "streams",
	    "[{\"profile\":\"4K\",\"drm\":\"none\"},"
	    "{\"profile\":\"HD\",\"drm\":\"none\"}]");
	assert_member(obj, "similar", "[\"movie-8\"]");
	assert_member(obj, "genres", "[]");
	json_object_put(obj);
}

static void
test_preferences(void **state)
{
	static const char *const odd[] = { NULL, "", "null", "[]", "x",
		"{\"autoplay\":7,\"codecs\":{}}" };
	struct world *w = *state;
	struct json_object *obj;
	size_t i;

	for (i = 0; i < COUNT_OF(odd); i++) {
		obj = view_preferences(odd[i]);
		assert_member(obj, "quality", "\"auto\"");
		assert_member(obj, "codecs", "[]");
		assert_member(obj, "subtitlesLanguage", "null");
		assert_member(obj, "autoplay", "true");
		assert_member(obj, "spoilers", "true");
		json_object_put(obj);
	}
	obj = view_preferences("{\"autoplay\":false,\"codecs\":[\"avc1\"],"
			       "\"subtitlesLanguage\":\"de\"}");
	assert_member(obj, "autoplay", "false");
	assert_member(obj, "codecs", "[\"avc1\"]");
	assert_member(obj, "subtitlesLanguage", "\"de\"");
	json_object_put(obj);
}

static void
test_library(void **state)
{
	static const char *const folders[][2] = { { "new", "\"ok\"" },
		{ "scanning", "\"ok\"" }, { "ok", "\"ok\"" },
		{ "gone", "\"missing\"" }, { "unreadable", "\"unreadable\"" } };
	static const char *const files[][2] = { { "found", "\"pending\"" },
		{ "ok", "\"ready\"" }, { "refused", "\"refused\"" },
		{ "gone", "\"missing\"" } };
	struct world *w = *state;
	struct library_folder folder = { .id = 1, .path = "/a\xff" };
	struct library_file file = { .id = 1, .display = "x.mkv" };
	struct json_object *obj;
	size_t i;

	for (i = 0; i < COUNT_OF(folders); i++) {
		folder.state = (char *)folders[i][0];
		obj = view_folder(&folder, NULL, true);
		assert_member(obj, "state", folders[i][1]);
		assert_member(obj, "path", "\"/aÿ\"");
		json_object_put(obj);
	}
	for (i = 0; i < COUNT_OF(files); i++) {
		file.state = (char *)files[i][0];
		obj = view_file(&file);
		assert_member(obj, "state", files[i][1]);
		assert_member(obj, "season", "null");
		assert_member(obj, "reason", "null");
		json_object_put(obj);
	}
	file.probe = "damaged";
	file.is_episode = true;
	file.reason_code = "too_short";
	file.reason = "Too short.";
	obj = view_file(&file);
	assert_member(obj, "videoCodec", "null");
	assert_member(obj, "season", "0");
	assert_member(obj, "reason",
	    "{\"code\":\"too_short\",\"message\":\"Too short.\"}");
	json_object_put(obj);
}

/* Every row can be shown, with a value of its type. */
static void
test_settings(void **state)
{
	struct world *w = *state;
	struct settings *settings = settings_load(&w->err);
	struct json_object *obj;
	int id;

	assert_non_null(settings);
	for (id = 0; id < SETTING__MAX; id++) {
		obj = view_setting(settings, (enum setting_id)id);
		assert_string_equal(
		    json_get_text(obj, "name", ""), setting_rows[id].name);
		assert_string_equal(member(w, obj, "min"),
		    setting_rows[id].type == SETTING_INT
			? arena_printf(
			      w->arena, "%lld", (long long)setting_rows[id].min)
			: "null");
		if (setting_rows[id].flags & SETTING_SECRET)
			assert_member(obj, "value", "null");
		json_object_put(obj);
	}
	obj = view_setting(settings, SETTING_AUTH_BODY_TOKENS);
	assert_member(obj, "value", "false");
	assert_member(obj, "default", "false");
	json_object_put(obj);
	obj = view_setting(settings, SETTING_AUTH_ACCESS_TTL);
	assert_member(obj, "value", "900");
	assert_member(obj, "type", "\"integer\"");
	assert_member(obj, "label", "\"Lifetime of access tokens\"");
	assert_member(obj, "unit", "\"seconds\"");
	assert_member(obj, "zero", "null");
	json_object_put(obj);
	obj = view_setting(settings, SETTING_HTTP_WEBSERVER);
	assert_member(obj, "choices", "[\"lighttpd\",\"nginx\",\"apache\"]");
	json_object_put(obj);
	settings_free(settings);
}

static void
test_subtitles(void **state)
{
	struct world *w = *state;
	const struct view view = view_in(w);
	struct subtitle sides[] = {
		{ .language = "und", .title = "", .format = "srt" },
		{ .language = "pt-BR",
		    .title = "Director",
		    .format = "ass",
		    .is_sdh = true },
	};
	struct media_subtitle own = { .index = 3, .codec = "PGS" };
	struct view_track tracks[] = { { .side = &sides[0] },
		{ .side = &sides[1] }, { .own = &own, .is_picture = true } };
	struct json_object *array = view_subtitles(&view, "KEY", tracks, 3);
	struct json_object *obj = json_object_array_get_idx(array, 0);

	assert_member(obj, "language", "null");
	assert_member(obj, "title", "null");
	assert_member(obj, "url", "\"/miau/api/subtitles/KEY/0.vtt\"");
	obj = json_object_array_get_idx(array, 1);
	assert_member(obj, "index", "1");
	assert_member(obj, "hearingImpaired", "true");
	assert_member(obj, "language", "\"pt-BR\"");
	assert_member(obj, "inner", "null");
	assert_member(obj, "picture", "false");
	obj = json_object_array_get_idx(array, 2);
	assert_member(obj, "url", "null");
	assert_member(obj, "inner", "3");
	assert_member(obj, "picture", "true");
	json_object_put(array);
}

#define TEST(fn)                                                               \
	cmocka_unit_test_setup_teardown(fn, folder_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_movie),
		TEST(test_title_streams),
		TEST(test_preferences),
		TEST(test_library),
		TEST(test_settings),
		TEST(test_subtitles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
