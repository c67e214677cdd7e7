/*
 * Two daemons: one shares a film, the other fetches it; it stays over a
 * restart, goes when it is to go, and nothing on the disk tells what it was.
 */
#include "tests/unit/downloads/house.h"

#include <ctype.h>

#include "lib/base/encode.h"
#include "lib/base/random.h"
#include "lib/base/str.h"
#include "lib/store/torrents.h"

#define LABEL "Quiet.Harbour.Lights.2011.1080p.x264-NONAME"

enum { FILM_BYTES = 3 * 1024 * 1024 + 777, HASH_HEX = 41 };

struct street {
	struct house here, there;
	char film[2 * WORLD_PATH_MAX];
	char *bytes;
	char hash[HASH_HEX];
	char *magnet; /* with the address of `there` */
	char *torrent;
	int64_t id; /* of the share */
};

static void
make_film(struct street *street)
{
	struct err err;
	char folder[2 * WORLD_PATH_MAX];

	snprintf(folder, sizeof(folder), "%.500s/films", street->there.dir);
	assert_int_equal(mkdir(folder, 0755), 0);
	snprintf(street->film, sizeof(street->film), "%.500s/films/%s.mkv",
	    street->there.dir, LABEL);
	street->bytes = malloc(FILM_BYTES);
	assert_non_null(street->bytes);
	/* As an MP4 begins: what is no film is not shared. */
	random_bytes(street->bytes, FILM_BYTES);
	memcpy(street->bytes,
	    "\0\0\0\x18"
	    "ftypisom",
	    12);
	assert_ok(fs_write(street->film, street->bytes, FILM_BYTES, 0644, &err),
	    &err);
}

static bool
is_shared(struct json_object *download)
{
	return strcmp(json_get_text(download, "state", ""), "seeding") == 0;
}

static bool
is_whole(struct json_object *download)
{
	return json_get_int(download, "done", 0) == FILM_BYTES &&
	    strcmp(json_get_text(download, "state", ""), "seeding") == 0;
}

static void
share(struct street *street)
{
	struct json_object *out;
	char params[3 * WORLD_PATH_MAX], *at;
	const char *magnet;
	int port;

	snprintf(params, sizeof(params), "{\"path\":\"%s\"}", street->film);
	out = house_ask(&street->there, "download.share", params);
	street->id = json_get_int(out, "id", 0);
	json_object_put(out);
	json_object_put(house_wait(&street->there, street->id, is_shared));
	port = torrent_engine_port(
	    downloads_engine(street->there.miaud->downloads));
	assert_true(port > 0);
	snprintf(
	    params, sizeof(params), "{\"id\":%lld}", (long long)street->id);
	out = house_ask(&street->there, "download.export", params);
	magnet = json_get_text(out, "magnet", "");
	street->torrent = strdup(json_get_text(out, "torrent", ""));
	street->magnet = calloc(1, strlen(magnet) + 64);
	snprintf(street->magnet, strlen(magnet) + 64, "%s&x.pe=127.0.0.1:%d",
	    magnet, port);
	at = strstr(street->magnet, "btih:");
	assert_non_null(at);
	snprintf(street->hash, sizeof(street->hash), "%.40s", at + 5);
	json_object_put(out);
}

static int
setup(void **state)
{
	struct street *street = calloc(1, sizeof(*street));

	if (street == NULL)
		return -1;
	unsetenv("MIAU_NET_CONSENT");
	unsetenv("MIAU_STORAGE_LIMIT");
	house_make(&street->there);
	make_film(street);
	share(street);
	*state = street;
	return 0;
}

static int
teardown(void **state)
{
	struct street *street = *state;

	if (street->here.dir[0] != '\0')
		house_end(&street->here);
	house_end(&street->there);
	free(street->bytes);
	free(street->magnet);
	free(street->torrent);
	free(street);
	return 0;
}

static char *
add_params(struct street *street, const char *more)
{
	static char params[4096];

	snprintf(params, sizeof(params), "{\"magnet\":\"%s\"%s}",
	    street->magnet, more);
	return params;
}

static int64_t
add(struct street *street, const char *more, bool known)
{
	struct json_object *out =
	    house_ask(&street->here, "download.add", add_params(street, more));
	int64_t id = json_get_int(out, "id", 0);

	assert_int_equal(json_get_bool(out, "known", !known), known);
	json_object_put(out);
	return id;
}

/* --- What is on the disk ------------------------------------------------- */

static bool
is_payload(const char *path)
{
	const char *slash = strrchr(path, '/');

	return strstr(path, "/torrents/") != NULL && isdigit(slash[1]) &&
	    strspn(slash + 1, "0123456789") == strlen(slash + 1);
}

static void
look_into(const char *path, const char *hash)
{
	unsigned char raw[20];
	char upper[HASH_HEX];
	struct buf bytes;
	struct err err;
	size_t i;

	assert_true(decode_hex(hash, raw, sizeof(raw)));
	for (i = 0; i < HASH_HEX; i++)
		upper[i] = (char)toupper((unsigned char)hash[i]);
	buf_init(&bytes, 64 * 1024 * 1024);
	assert_ok(fs_read(path, &bytes, &err), &err);
	if (memmem(bytes.data, bytes.len, hash, 40) != NULL ||
	    memmem(bytes.data, bytes.len, upper, 40) != NULL ||
	    memmem(bytes.data, bytes.len, raw, sizeof(raw)) != NULL ||
	    memmem(bytes.data, bytes.len, "magnet:?", 8) != NULL ||
	    memmem(bytes.data, bytes.len, LABEL, strlen(LABEL)) != NULL)
		fail_msg("%s tells of the torrent", path);
	buf_fini(&bytes);
}

/* Every regular file below a folder but the payload; returns how many. */
static int
look_through(const char *folder, const char *hash)
{
	char path[PATHS_MAX];
	struct dirent *entry;
	struct stat st;
	DIR *dir = opendir(folder);
	int n = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		assert_null(strstr(path, hash));
		assert_null(strstr(path, LABEL));
		assert_int_equal(lstat(path, &st), 0);
		if (S_ISDIR(st.st_mode)) {
			n += look_through(path, hash);
		} else if (S_ISREG(st.st_mode) && !is_payload(path)) {
			look_into(path, hash);
			n++;
		}
	}
	closedir(dir);
	return n;
}

/* --- The tests -------------------------------------------------------------- */

/* Nobody agreed: only own files are shared. */
static void
test_consent(void **state)
{
	struct street *street = *state;

	house_make(&street->here);
	assert_int_equal(house_refusal(&street->here, "download.add",
			     add_params(street, "")),
	    ERR_CONSENT_NEEDED);
	assert_null(downloads_engine(street->here.miaud->downloads));
	assert_int_equal(house_refusal(&street->here, "download.add", "{}"),
	    ERR_INVALID_FIELDS);
	assert_int_equal(
	    house_refusal(&street->here, "download.show", "{\"id\":9}"),
	    ERR_DOWNLOAD_NOT_FOUND);
	assert_int_equal(
	    house_refusal(&street->here, "storage.evict", "{\"downloadId\":9}"),
	    ERR_DOWNLOAD_NOT_FOUND);
	assert_int_equal(house_refusal(&street->there, "download.share",
			     "{\"path\":\"/etc/no-such\"}"),
	    ERR_FILE_GONE);
}

static void
assert_payload(struct street *street)
{
	struct downloads *downloads = street->here.miaud->downloads;
	char path[PATHS_MAX];
	struct buf bytes;
	struct err err;

	assert_int_equal(
	    torrent_file_path(downloads_engine(downloads),
		downloads_torrent(downloads, 1), 0, path, sizeof(path)),
	    0);
	buf_init(&bytes, FILM_BYTES + 1);
	assert_ok(fs_read(path, &bytes, &err), &err);
	assert_int_equal(bytes.len, FILM_BYTES);
	assert_memory_equal(bytes.data, street->bytes, FILM_BYTES);
	buf_fini(&bytes);
}

/* The title that its name tells can be played. */
static void
assert_source(struct street *street)
{
	struct db_pool *pool;
	struct arena *arena = arena_new(WORLD_ARENA_MAX);
	struct torrent_row row;
	struct source *sources;
	struct err err;
	struct db *db;
	size_t n;

	pool = db_pool_new(
	    street->here.miaud->paths.database, DB_READ, 1, true, &err);
	assert_non_null(pool);
	db = db_open(pool);
	assert_ok(store_torrent_find(db, arena, 1, &row, &err), &err);
	assert_string_equal(row.title, "Quiet Harbour Lights");
	assert_true(str_starts(row.label, "v1:"));
	assert_ok(store_source_list(db, arena, &store_unlimited, row.title_id,
		      0, &sources, &n, &err),
	    &err);
	assert_int_equal(n, 1);
	assert_int_equal(sources[0].torrent_id, 1);
	assert_int_equal(sources[0].size, FILM_BYTES);
	assert_string_equal(sources[0].quality, "FHD");
	assert_string_equal(sources[0].video_codec, "H264");
	db_close(db);
	db_pool_free(pool);
	arena_free(arena);
}

static void
test_fetch(void **state)
{
	struct street *street = *state;
	struct json_object *out;
	int64_t id;

	setenv("MIAU_NET_CONSENT", "true", 1);
	house_make(&street->here);
	id = add(street, "", false);
	assert_int_equal(add(street, "", true), id);
	out = house_wait(&street->here, id, is_whole);
	assert_string_equal(
	    json_get_text(out, "title", ""), "Quiet Harbour Lights");
	assert_string_equal(json_get_text(out, "hash", ""), street->hash);
	assert_true(json_get_int(out, "admitted", 0) >= FILM_BYTES);
	assert_non_null(json_get_text(out, "finishedAt", NULL));
	json_object_put(out);
	assert_payload(street);
	assert_source(street);
	/* Again, from what was kept. */
	house_stop(&street->here);
	assert_true(look_through(street->here.state, street->hash) > 4);
	house_start(&street->here);
	json_object_put(house_wait(&street->here, id, is_whole));
	assert_payload(street);
	assert_true(look_through(street->here.state, street->hash) > 4);
}

static bool
is_paused(struct json_object *download)
{
	return strcmp(json_get_text(download, "state", ""), "paused") == 0;
}

static int64_t
used(struct house *house)
{
	struct json_object *out = house_ask(house, "storage.status", NULL);
	int64_t bytes = json_get_int(out, "used", -1);

	json_object_put(out);
	return bytes;
}

static void
test_change(void **state)
{
	struct street *street = *state;
	struct json_object *out;
	int64_t id;

	setenv("MIAU_NET_CONSENT", "true", 1);
	house_make(&street->here);
	id =
	    add(street, ",\"paused\":true,\"title\":\"My Film (1999)\"", false);
	json_object_put(house_wait(&street->here, id, is_paused));
	out = house_ask(&street->here, "download.change",
	    "{\"id\":1,\"paused\":false,\"pinned\":true,\"upLimit\":5000,"
	    "\"downLimit\":0,\"ratioLimit\":2.5}");
	assert_true(json_get_bool(out, "isPinned", false));
	assert_true(json_get_real(out, "ratioLimit", 0) == 2.5);
	json_object_put(out);
	out = house_wait(&street->here, id, is_whole);
	assert_string_equal(json_get_text(out, "title", ""), "My Film");
	json_object_put(out);
	assert_true(used(&street->here) >= FILM_BYTES);
	assert_int_equal(
	    house_refusal(&street->here, "storage.evict", "{\"downloadId\":1}"),
	    ERR_CONFLICT);
	house_tell(&street->here, "download.change",
	    "{\"id\":1,\"pinned\":false,\"fileIndex\":0}");
	assert_int_equal(house_refusal(&street->here, "download.change",
			     "{\"id\":1,\"fileIndex\":1}"),
	    ERR_INVALID_FIELDS);
	out = house_ask(&street->here, "storage.evict", "{\"downloadId\":1}");
	assert_int_equal(json_get_int(out, "freed", 0), FILM_BYTES);
	json_object_put(out);
	assert_true(used(&street->here) < FILM_BYTES / 2);
	house_tell(
	    &street->here, "download.remove", "{\"id\":1,\"erase\":true}");
	assert_int_equal(used(&street->here), 0);
	assert_int_equal(
	    house_refusal(&street->here, "download.show", "{\"id\":1}"),
	    ERR_DOWNLOAD_NOT_FOUND);
	house_tell(&street->there, "download.remove", "{\"id\":1}");
	assert_true(fs_exists(street->film));
}

/* More than the limit is never admitted. */
static void
test_limit(void **state)
{
	struct street *street = *state;
	struct json_object *out;
	char params[8192 + 64];
	int64_t id;

	setenv("MIAU_NET_CONSENT", "true", 1);
	setenv("MIAU_STORAGE_LIMIT", "1000000", 1);
	house_make(&street->here);
	snprintf(params, sizeof(params), "%.8000s", street->magnet);
	id = add(street, "", false);
	out = house_ask(&street->here, "storage.status", NULL);
	assert_int_equal(json_get_int(out, "limit", 0), 1000000);
	json_object_put(out);
	do {
		snprintf(
		    params, sizeof(params), "{\"id\":%lld}", (long long)id);
		out = house_ask(&street->here, "download.show", params);
		assert_true(json_get_int(out, "admitted", 0) <= 1000000);
		assert_true(json_get_int(out, "done", 0) <= 1000000);
		if (json_get_text(out, "sentence", NULL) != NULL &&
		    strcmp(json_get_text(out, "state", ""), "waiting") == 0 &&
		    json_get_int(out, "done", 0) > 500000)
			break;
		json_object_put(out);
		usleep(POLL_US);
	} while (true);
	json_object_put(out);
	assert_true(used(&street->here) <= 1000000 + 65536);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_consent, setup, teardown),
		cmocka_unit_test_setup_teardown(test_fetch, setup, teardown),
		cmocka_unit_test_setup_teardown(test_change, setup, teardown),
		cmocka_unit_test_setup_teardown(test_limit, setup, teardown),
	};

	return cmocka_run_group_tests_name(
	    "downloads/downloads", tests, NULL, NULL);
}
