/*
 * From a title to a source and its key; positions; files that must not leave
 * their folder.
 */
#include "tests/unit/helpers.h"

#include <sys/stat.h>

#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/play/play.h"
#include "lib/play/position.h"
#include "lib/play/source.h"
#include "lib/store/notes.h"
#include "lib/store/torrents.h"

#define PROBE(container, video, label, audio)                                  \
	"{\"container\":\"" container                                          \
	"\",\"mimeType\":\"x\",\"codecString\":\"\",\"videoCodec\":\"H.264\"," \
	"\"videoCodecString\":\"" video                                        \
	"\",\"width\":1,\"height\":1,\"duration\":100,\"bitrate\":1,"          \
	"\"size\":1,\"audio\":[{\"index\":0,\"codec\":\"" label "\","          \
	"\"codecString\":\"" audio                                             \
	"\",\"channels\":2,\"default\":true}],\"subtitles\":[]}"

struct fixture {
	struct world *w;
	struct settings *settings;
	char user[UUID_SIZE];
	struct session session;
	int64_t title;
	int64_t folder;
	struct play_wish wish;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct world *w;
	int64_t now = clock_now_ms();

	if (world_setup((void **)&f->w) == -1)
		return -1;
	w = f->w;
	f->settings = settings_load(&w->err);
	seed_user(w, "a@example.org", USER_ROLE_USER, f->user);
	f->session = (struct session){ .id = "s",
		.user_id = f->user,
		.profile_id = (char *)seed_profile(w, f->user),
		.viewer = seed_viewer(w, f->user),
		.device = "d",
		.address = "a",
		.created_at = now,
		.expires_at = now + 1000000,
		.refresh_expires_at = now + 1000000 };
	assert_ok(store_session_add(w->db, &f->session, &w->err), &w->err);
	f->title = seed_title(w, TITLE_MOVIE, "A", 2000, NULL);
	f->folder = seed_folder(w, w->dir);
	f->wish = (struct play_wish){ .db = w->db,
		.arena = w->arena,
		.settings = f->settings,
		.user_id = f->user,
		.session_id = "s",
		.viewer = &f->session.viewer,
		.title_id = f->title,
		.quality = "auto" };
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	settings_free(f->settings);
	world_teardown((void **)&f->w);
	free(f);
	return 0;
}

static void
add_source(
    struct fixture *f, const char *path, const char *quality, const char *probe)
{
	int64_t file = seed_file(f->w, f->folder, path);

	assert_int_equal(
	    db_run(f->w->db, "UPDATE library_file SET probe = ?2 WHERE id = ?1",
		DB_ARGS(DB_INT(file), DB_TEXT(probe)), &f->w->err),
	    1);
	(void)seed_source(f->w, f->title, 0, file, quality);
}

/* The quality that is played, NULL when there is no source. */
static const char *
begin(struct fixture *f, const char *quality)
{
	struct play play;

	f->wish.quality = quality;
	if (play_begin(&f->wish, &play, &f->w->err) == -1) {
		assert_int_equal(f->w->err.code, ERR_SOURCE_NOT_FOUND);
		return NULL;
	}
	play_end(&play);
	return play.source.quality;
}

static void
test_quality(void **state)
{
	struct fixture *f = *state;
	const char *ac3 = PROBE("matroska", "avc1.640028", "AC-3", "ac-3");
	const char *aac = PROBE("mp4", "avc1.640028", "AAC", "mp4a.40.2");
	const char *able[] = { "avc1.42E01E", "AC-3" };

	assert_null(begin(f, "auto"));
	add_source(f, "4k.mkv", "4K", ac3);
	add_source(f, "hd.mp4", "HD", aac);
	add_source(f, "sd.mkv", "SD", ac3);
	/* Of its own accord rather one that plays. */
	assert_string_equal(begin(f, "auto"), "HD");
	assert_string_equal(begin(f, "8K"), "4K");
	assert_string_equal(begin(f, "4K"), "4K");
	assert_string_equal(begin(f, "2K"), "HD");
	assert_string_equal(begin(f, "SD"), "SD");
	/* What the player says it can do counts. */
	f->wish.device = (struct play_device){ .files = able, .n_files = 2 };
	assert_string_equal(begin(f, "auto"), "4K");
}

/* Of several that do not play as they are, the one of which least is converted. */
static void
test_least_converted(void **state)
{
	struct fixture *f = *state;
	struct reason reason;

	add_source(
	    f, "4k.mkv", "4K", PROBE("matroska", "hvc1.1.6", "AC-3", "ac-3"));
	add_source(f, "2k.mkv", "2K", NULL);
	assert_string_equal(begin(f, "auto"), "4K");
	add_source(f, "fhd.mkv", "FHD",
	    PROBE("matroska", "avc1.640028", "AC-3", "ac-3"));
	assert_string_equal(begin(f, "auto"), "FHD");
	add_source(f, "hd.ts", "HD",
	    PROBE("mpegts", "avc1.640028", "AAC", "mp4a.40.2"));
	assert_string_equal(begin(f, "auto"), "HD");
	assert_ok(play_source_noted(f->w->db, f->w->arena, &store_unlimited,
		      f->title, 0, &reason, &f->w->err),
	    &f->w->err);
	assert_non_null(strstr(reason.inputs, "\"method\":\"remux\""));
	assert_non_null(strstr(reason.inputs, "More of it would have to be"));
	add_source(
	    f, "sd.mp4", "SD", PROBE("mp4", "avc1.640028", "AAC", "mp4a.40.2"));
	assert_string_equal(begin(f, "auto"), "SD");
	assert_string_equal(begin(f, "FHD"), "FHD");
}

static int64_t
add_torrent(struct fixture *f, const char *quality, const char *problem)
{
	struct source source = {
		.title_id = f->title, .quality = (char *)quality, .size = 1
	};
	struct torrent_row row = { .name = (char *)quality,
		.label = (char *)"",
		.problem = (char *)problem,
		.added_at = 1,
		.last_used_at = 1 };
	struct world *w = f->w;

	row.hash_index[0] = (unsigned char)quality[0];
	assert_ok(store_torrent_add(w->db, &row, &w->err), &w->err);
	source.torrent_id = row.id;
	assert_ok(store_source_put_torrent(w->db, &source, &w->err), &w->err);
	return source.id;
}

static void
agree(struct fixture *f)
{
	assert_int_equal(settings_set_stored(f->settings, SETTING_NET_CONSENT,
			     "true", &f->w->err),
	    0);
}

static void
assert_reason(struct fixture *f, const char *sentence, const char *input)
{
	struct world *w = f->w;
	struct reason *reasons;
	struct title title;
	size_t n;

	assert_ok(store_title_find_id(w->db, w->arena, &store_unlimited,
		      f->title, &title, &w->err),
	    &w->err);
	assert_ok(store_reason_list(w->db, w->arena,
		      store_title_public_id(w->arena, title.kind, title.pid),
		      &reasons, &n, &w->err),
	    &w->err);
	assert_int_equal(n, 1);
	assert_string_equal(reasons[0].code, "source_chosen");
	assert_string_equal(reasons[0].sentence, sentence);
	assert_non_null(strstr(reasons[0].inputs, input));
}

/* What does not play is passed over, said and kept. */
static void
test_next_source(void **state)
{
	struct fixture *f = *state;
	struct world *w = f->w;
	int64_t dead = add_torrent(f, "4K", "no_peers");
	int64_t other = add_torrent(f, "FHD", NULL);
	struct play play;

	add_source(f, "sd.mp4", "SD", NULL);
	/* Nobody has agreed: only what is one's own. */
	assert_string_equal(begin(f, "auto"), "SD");
	agree(f);
	assert_int_equal(play_begin(&f->wish, &play, &w->err), 0);
	assert_string_equal(play.source.quality, "FHD");
	assert_int_equal(play.n_skipped, 1);
	assert_int_equal(play.skipped[0].source->id, dead);
	assert_string_equal(play.skipped[0].code, "no_peers");
	play_end(&play);
	f->wish.except = &other;
	f->wish.n_except = 1;
	assert_int_equal(play_begin(&f->wish, &play, &w->err), 0);
	assert_string_equal(play.source.quality, "SD");
	assert_int_equal(play.n_skipped, 2);
	play_end(&play);
	assert_reason(f, "The SD file plays: better ones do not play now.",
	    "\"no_peers\"");
}

/* Of each that is not taken it is kept why, also when nothing ails it. */
static void
test_noted(void **state)
{
	struct fixture *f = *state;
	struct world *w = f->w;
	struct reason reason;

	add_source(f, "fhd.mp4", "FHD", NULL);
	add_source(f, "hd.mp4", "HD", NULL);
	add_source(f, "sd.mp4", "SD", NULL);
	assert_int_equal(play_source_noted(w->db, w->arena, &store_unlimited,
			     f->title, 0, &reason, &w->err),
	    STORE_NONE);
	assert_string_equal(begin(f, "HD"), "HD");
	assert_ok(play_source_noted(w->db, w->arena, &store_unlimited, f->title,
		      0, &reason, &w->err),
	    &w->err);
	assert_non_null(strstr(reason.inputs,
	    "\"problem\":null,\"sentence\":\"It is better than what was "
	    "asked for.\""));
	assert_non_null(strstr(reason.inputs,
	    "\"problem\":null,\"sentence\":\"What plays is as good or "
	    "better.\""));
	assert_int_equal(play_source_noted(w->db, w->arena, &store_unlimited,
			     f->title, 12345, &reason, &w->err),
	    STORE_ERROR);
}

/* When all that is left has a problem it is tried all the same, once. */
static void
test_all_dead(void **state)
{
	struct fixture *f = *state;
	struct world *w = f->w;
	struct play play;
	int64_t ids[2];

	ids[0] = add_torrent(f, "4K", "no_peers");
	ids[1] = add_torrent(f, "FHD", NULL);
	assert_int_equal(play_begin(&f->wish, &play, &w->err), -1);
	assert_int_equal(w->err.code, ERR_CONSENT_NEEDED);
	agree(f);
	f->wish.except = &ids[1];
	f->wish.n_except = 1;
	assert_int_equal(play_begin(&f->wish, &play, &w->err), 0);
	assert_string_equal(play.source.quality, "4K");
	play_end(&play);
	f->wish.except = ids;
	f->wish.n_except = 2;
	assert_int_equal(play_begin(&f->wish, &play, &w->err), -1);
	assert_int_equal(w->err.code, ERR_NO_PEERS);
	assert_non_null(strstr(w->err.text, "4K: Nobody shares this film now"));
	assert_non_null(strstr(w->err.text, "FHD: It did not play just now."));
}

static void
test_no_source_below(void **state)
{
	struct fixture *f = *state;

	add_source(f, "4k.mkv", "4K", NULL);
	assert_null(begin(f, "HD"));
	assert_string_equal(begin(f, "auto"), "4K");
}

static void
test_key(void **state)
{
	struct fixture *f = *state;
	const struct view view = { f->w->arena, "/miau/" };
	struct stream_key key;
	struct json_object *obj;
	struct play play;
	struct err *err = &f->w->err;

	add_source(
	    f, "a.mp4", "HD", PROBE("mp4", "avc1.640028", "AAC", "mp4a.40.2"));
	assert_ok(play_begin(&f->wish, &play, err), err);
	assert_ok(stream_key_check(f->w->db, f->w->arena, f->settings,
		      play.text, clock_now_ms(), &key, err),
	    err);
	assert_int_equal(key.source_id, play.source.id);
	obj = play_key_json(&view, f->settings, &play);
	assert_true(json_get_bool(obj, "directPlay", false));
	assert_string_equal(json_get_text(obj, "method", ""), "direct");
	assert_string_equal(json_get_text(obj, "hlsUrl", ""),
	    arena_printf(
		f->w->arena, "/miau/api/hls/%s/master.m3u8", play.text));
	assert_string_equal(json_get_text(obj, "url", ""),
	    arena_printf(f->w->arena, "/miau/api/stream/%s", play.text));
	json_object_put(obj);
	play_end(&play);
}

/* The key keeps what the device decodes: the way is found again from it. */
static void
test_key_keeps_device(void **state)
{
	struct fixture *f = *state;
	struct world *w = f->w;
	const char *able[] = { "avc1.42E01E", "mp4a.40.2" };
	const char *kept[] = { "avc1.42E01E", "ac-3" };
	struct stream_key key;
	struct play_way way;
	struct media media;
	struct play play;

	add_source(
	    f, "a.mkv", "HD", PROBE("matroska", "avc1.640028", "AC-3", "ac-3"));
	f->wish.device = (struct play_device){ .files = able,
		.n_files = 2,
		.segments = kept,
		.n_segments = 2,
		.max_lines = 1080,
		.has_no_hdr = true };
	assert_ok(play_begin(&f->wish, &play, &w->err), &w->err);
	assert_ok(stream_key_check(w->db, w->arena, f->settings, play.text,
		      clock_now_ms(), &key, &w->err),
	    &w->err);
	assert_string_equal(key.method, "remux");
	assert_string_equal(key.reason, "sound");
	assert_string_equal(key.device,
	    "{\"codecs\":[\"avc1.42E01E\",\"mp4a.40.2\"],\"hls\":{\"codecs\":["
	    "\"avc1.42E01E\",\"ac-3\"],\"maxHeight\":1080,\"hdr\":false,"
	    "\"native\":false}}");
	assert_int_equal(
	    library_media_read(w->arena, play.source.probe, &media, &w->err),
	    0);
	assert_int_equal(
	    play_way_of_key(w->arena, &key, &media, &way, &w->err), 0);
	assert_int_equal(way.method, PLAY_REMUX);
	assert_int_equal(way.copies_sound, 1);
	media.hdr = "HDR10";
	assert_int_equal(
	    play_way_of_key(w->arena, &key, &media, &way, &w->err), 0);
	assert_string_equal(way.code, "hdr");
	key.device = (char *)"{\"codecs\":7}";
	assert_int_equal(
	    play_way_of_key(w->arena, &key, &media, &way, &w->err), -1);
	assert_int_equal(w->err.code, ERR_CORRUPT);
	play_end(&play);
}

static void
test_position(void **state)
{
	struct fixture *f = *state;
	struct position position = { .db = f->w->db,
		.arena = f->w->arena,
		.viewer = &f->session.viewer,
		.title_id = f->title,
		.seconds = 30,
		.fraction = -1 };
	struct json_object *news;
	struct err *err = &f->w->err;

	add_source(f, "a.mp4", "HD", NULL); /* of 60 s */
	assert_ok(position_save(&position, &news, err), err);
	assert_true(json_get_real(json_get_object(news, "progress"), "progress",
			0) == 0.5);
	assert_string_equal(
	    json_get_text(news, "titleId", ""), "movie-2000000000");
	json_object_put(news);
	position.seconds = 56;
	assert_ok(position_save(&position, &news, err), err);
	assert_string_equal(
	    json_get_text(json_get_object(news, "progress"), "status", ""),
	    "completed");
	json_object_put(news);
}

static char *
resolve(struct fixture *f, const char *name)
{
	struct world *w = f->w;
	int64_t size, changed_ms;

	w->err.code = ERR_NONE;
	return play_file_resolve(w->arena,
	    arena_printf(w->arena, "%s/films", w->dir),
	    arena_printf(w->arena, "%s/films/%s", w->dir, name), &size,
	    &changed_ms, &w->err);
}

static void
put(struct fixture *f, const char *name)
{
	struct world *w = f->w;

	assert_ok(fs_write(arena_printf(w->arena, "%s/%s", w->dir, name), "x",
		      1, 0600, &w->err),
	    &w->err);
}

static void
link_to(struct fixture *f, const char *target, const char *name)
{
	assert_int_equal(
	    symlink(target,
		arena_printf(f->w->arena, "%s/films/%s", f->w->dir, name)),
	    0);
}

/* What leads out of the folder is not there. */
static void
test_files_stay_inside(void **state)
{
	struct fixture *f = *state;
	struct world *w = f->w;

	assert_ok(fs_mkdirs(arena_printf(w->arena, "%s/films/sub", w->dir),
		      0700, &w->err),
	    &w->err);
	assert_ok(fs_mkdirs(arena_printf(w->arena, "%s/filmsx", w->dir), 0700,
		      &w->err),
	    &w->err);
	put(f, "master.key");
	put(f, "filmsx/b.mp4");
	put(f, "films/a.mp4");
	link_to(f, "a.mp4", "inside.mp4");
	link_to(f, "../master.key", "outside.mp4");
	link_to(f, "../filmsx", "door");
	link_to(f, "/dev/zero", "zero.mp4");
	link_to(f, "loop.mp4", "loop.mp4");
	assert_non_null(resolve(f, "a.mp4"));
	assert_non_null(resolve(f, "inside.mp4"));
	assert_non_null(resolve(f, "sub/../a.mp4"));
	assert_null(resolve(f, "outside.mp4"));
	assert_int_equal(w->err.code, ERR_FILE_GONE);
	assert_null(resolve(f, "../master.key"));
	assert_null(resolve(f, "door/b.mp4"));
	assert_null(resolve(f, "../filmsx/b.mp4"));
	assert_null(resolve(f, "zero.mp4"));
	assert_null(resolve(f, "loop.mp4"));
	assert_null(resolve(f, "sub"));
	assert_null(resolve(f, "gone.mp4"));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_quality),
		TEST(test_least_converted),
		TEST(test_next_source),
		TEST(test_noted),
		TEST(test_all_dead),
		TEST(test_no_source_below),
		TEST(test_key),
		TEST(test_key_keeps_device),
		TEST(test_position),
		TEST(test_files_stay_inside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
