/*
 * The whole daemon in a folder of its own: started, asked everything that it
 * offers, ended, started again.
 */
#include "tests/unit/helpers.h"

#include <pthread.h>
#include <sys/stat.h>

#include "daemon/miaud/miaud.h"
#include "daemon/miaud/rpc.h"
#include "lib/auth/keys.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/store/sessions.h"
#include "lib/wire/schema.h"
#include "lib/wire/wire.h"

/* Whoever needs longer hangs. */
enum { WAIT_MS = 120000, END_MS = 60000 };

struct house {
	char dir[WORLD_PATH_MAX];
	char films[WORLD_PATH_MAX];
	char socket[2 * WORLD_PATH_MAX];
	struct miaud *miaud;
	pthread_t thread;
};

static void *
run(void *arg)
{
	miaud_run(arg);
	return NULL;
}

static void
start(struct house *house)
{
	struct miaud *miaud = calloc(1, sizeof(*miaud));
	struct err err;

	assert_non_null(miaud);
	miaud->lock_fd = -1;
	assert_ok(paths_init(&miaud->paths, &err), &err);
	assert_ok(miaud_open(miaud, &err), &err);
	house->miaud = miaud;
	assert_int_equal(pthread_create(&house->thread, NULL, run, miaud), 0);
}

static void
wait_end(struct house *house)
{
	pthread_join(house->thread, NULL);
	free(house->miaud);
	house->miaud = NULL;
}

/* Calls and checks the answer against the row's schema. */
static struct json_object *
ask(struct house *house, const char *method, const char *params)
{
	const struct wire_method *row = wire_method_find(method);
	struct json_object *given = NULL, *result, *schema;
	struct err err;

	if (params != NULL) {
		given = json_parse(params, strlen(params), &err);
		assert_non_null(given);
	}
	if (wire_call_once(
		house->socket, method, given, WAIT_MS, &result, &err) == -1)
		fail_msg("%s: %s", method, err.text);
	schema = json_parse(row->result, strlen(row->result), &err);
	if (wire_schema_check(schema, result, &err) == -1)
		fail_msg("%s answers %s: %s", method,
		    json_object_to_json_string(result), err.text);
	json_object_put(schema);
	return result;
}

static void
tell(struct house *house, const char *method, const char *params)
{
	json_object_put(ask(house, method, params));
}

static enum err_code
refusal(struct house *house, const char *method, const char *params)
{
	struct json_object *given, *result;
	struct err err;

	given = json_parse(params, strlen(params), &err);
	assert_non_null(given);
	if (wire_call_once(
		house->socket, method, given, WAIT_MS, &result, &err) == 0) {
		json_object_put(result);
		return ERR_NONE;
	}
	return err.code;
}

static int
setup(void **state)
{
	struct house *house = calloc(1, sizeof(*house));
	char path[WORLD_PATH_MAX + 32];

	if (house == NULL)
		return -1;
	temp_make(house->dir);
	snprintf(path, sizeof(path), "%s/state", house->dir);
	setenv("MIAU_STATE_DIR", path, 1);
	snprintf(house->socket, sizeof(house->socket), "%s/run/%s", path,
	    WIRE_SOCKET_ADMIN);
	snprintf(
	    house->films, sizeof(house->films), "%.400s/films", house->dir);
	assert_int_equal(mkdir(house->films, 0755), 0);
	start(house);
	*state = house;
	return 0;
}

static int
teardown(void **state)
{
	struct house *house = *state;

	if (house->miaud != NULL) {
		tell(house, "shutdown", NULL);
		wait_end(house);
	}
	temp_remove(house->dir);
	free(house);
	return 0;
}

/* Both tables have the same rows. */
static void
test_tables_agree(void **state)
{
	const struct wire_method *row;
	size_t n_rows = 0, n_methods = 0, i;

	(void)state;
	for (row = wire_methods; row->name != NULL; row++)
		n_rows++;
	for (; rpc_methods[n_methods].name != NULL; n_methods++) {
		if (wire_method_find(rpc_methods[n_methods].name) == NULL)
			fail_msg(
			    "%s is in no table", rpc_methods[n_methods].name);
		for (i = 0; i < n_methods; i++)
			assert_string_not_equal(
			    rpc_methods[i].name, rpc_methods[n_methods].name);
	}
	assert_int_equal(n_rows, n_methods);
}

/* Every answer fits its schema. */
static void
test_answers(void **state)
{
	struct house *house = *state;
	struct json_object *out;
	char params[WORLD_PATH_MAX + 64];

	tell(house, "hello", "{\"version\":\"1\",\"protocol\":1}");
	tell(house, "status", NULL);
	tell(house, "events.subscribe", "{\"since\":null}");
	tell(house, "session.touch", "{\"sessionId\":\"no-such\"}");
	tell(house, "session.ended",
	    "{\"sessionId\":\"x\",\"reason\":\"revoked\"}");
	snprintf(params, sizeof(params), "{\"hash\":\"%064d\"}", 0);
	tell(house, "stream_key.touch", params);
	tell(house, "ui.intent", "{\"titleId\":\"movie-7\",\"kind\":\"open\"}");
	out = ask(house, "ui.intents", NULL);
	assert_int_equal(
	    json_object_array_length(json_get_array(out, "intents")), 1);
	json_object_put(out);
	tell(house, "tasks.list", NULL);
	tell(house, "tasks.pause", "{\"name\":\"backup\"}");
	tell(house, "tasks.resume", "{\"name\":\"backup\"}");
	assert_int_equal(refusal(house, "tasks.run", "{\"name\":\"no\"}"),
	    ERR_TASK_NOT_FOUND);
	assert_int_equal(
	    refusal(house, "reason.list", "{\"subject\":\"file:99\"}"),
	    ERR_REASON_NOT_FOUND);
	tell(house, "progress.changed",
	    "{\"_actor\":{\"userId\":\"u\",\"profileId\":\"p\"},"
	    "\"titleId\":\"movie-7\","
	    "\"season\":null,\"episode\":null,\"progress\":{\"position\":1,"
	    "\"duration\":null,\"progress\":0.5,\"status\":\"watching\","
	    "\"updatedAt\":\"2026-01-31T23:59:59.999Z\"}}");
	tell(house, "title.changed", "{\"titleId\":\"movie-7\"}");
	tell(house, "settings.changed", NULL);
	tell(house, "log.level", "{\"level\":\"error\"}");
	tell(house, "library.status", NULL);
	tell(house, "library.scan", NULL);
	assert_int_equal(refusal(house, "library.scan", "{\"folder\":77}"),
	    ERR_FOLDER_NOT_FOUND);
}

static void
touch(const char *folder, const char *name)
{
	char path[2 * WORLD_PATH_MAX];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fclose(file);
}

static void
make_folder(const char *folder, const char *name)
{
	char path[2 * WORLD_PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(mkdir(path, 0755), 0);
}

/* {"path":"<folder>/<name>"} */
static char *
path_params(struct house *house, const char *name)
{
	static char params[2 * WORLD_PATH_MAX];

	snprintf(
	    params, sizeof(params), "{\"path\":\"%s%s\"}", house->dir, name);
	return params;
}

static void
test_browse(void **state)
{
	struct house *house = *state;
	struct json_object *out, *entries, *entry;
	int i;

	make_folder(house->films, "b");
	make_folder(house->films, "A");
	make_folder(house->films, ".hidden");
	make_folder(house->films, "\xff\xfe broken");
	touch(house->films, "film.mkv");
	touch(house->films, "secret.txt");
	out = ask(house, "library.browse", path_params(house, "/films"));
	assert_int_equal(json_get_int(out, "videos", 0), 1);
	assert_true(json_get_bool(out, "readable", false));
	assert_null(strstr(json_object_to_json_string(out), "secret"));
	assert_null(strstr(json_object_to_json_string(out), "hidden"));
	entries = json_get_array(out, "entries");
	assert_int_equal(json_object_array_length(entries), 3);
	entry = json_object_array_get_idx(entries, 0);
	assert_string_equal(json_get_text(entry, "name", ""), "A");
	entry = json_object_array_get_idx(entries, 2);
	assert_false(json_get_bool(entry, "readable", true));
	assert_non_null(strstr(json_get_text(entry, "reason", ""), "UTF-8"));
	json_object_put(out);
	tell(house, "library.browse", NULL);
	tell(house, "library.browse", "{\"path\":\"/\"}");
	tell(house, "library.browse", "{\"path\":\"/proc\"}");
	assert_int_equal(
	    refusal(house, "library.browse", path_params(house, "/nothing")),
	    ERR_NOT_FOUND);
	assert_int_equal(refusal(house, "library.browse",
			     path_params(house, "/films/film.mkv")),
	    ERR_NOT_FOUND);
	assert_int_equal(
	    refusal(house, "library.browse", "{\"path\":\"films\"}"),
	    ERR_INVALID_FIELDS);
	for (i = 0; i < 1005; i++) {
		char name[16];

		snprintf(name, sizeof(name), "d%d", i);
		make_folder(house->films, name);
	}
	out = ask(house, "library.browse", path_params(house, "/films"));
	assert_true(json_get_bool(out, "truncated", false));
	json_object_put(out);
}

static void
test_folders(void **state)
{
	struct house *house = *state;
	struct json_object *out;
	char params[64];
	int64_t id;

	make_folder(house->films, "inner");
	touch(house->films, "file.txt");
	out = ask(house, "library.add", path_params(house, "/films/inner/.."));
	id = json_get_int(out, "id", 0);
	assert_string_equal(json_get_text(out, "path", ""), house->films);
	json_object_put(out);
	assert_int_equal(
	    refusal(house, "library.add", path_params(house, "/films")),
	    ERR_FOLDER_TAKEN);
	assert_int_equal(
	    refusal(house, "library.add", path_params(house, "/films/inner")),
	    ERR_FOLDER_TAKEN);
	assert_int_equal(
	    refusal(house, "library.add", path_params(house, "/nothing")),
	    ERR_FOLDER_UNREADABLE);
	assert_int_equal(refusal(house, "library.add",
			     path_params(house, "/films/file.txt")),
	    ERR_FOLDER_UNREADABLE);
	assert_int_equal(
	    refusal(house, "library.add", path_params(house, "/state/keys")),
	    ERR_CONFLICT);
	assert_int_equal(refusal(house, "library.add", path_params(house, "")),
	    ERR_CONFLICT);
	assert_int_equal(refusal(house, "library.add", "{\"path\":\"/\"}"),
	    ERR_FOLDER_UNREADABLE);
	assert_int_equal(refusal(house, "library.add", "{\"path\":\"/proc\"}"),
	    ERR_FOLDER_UNREADABLE);
	assert_int_equal(refusal(house, "library.add", "{\"path\":\"films\"}"),
	    ERR_INVALID_FIELDS);
	snprintf(params, sizeof(params), "{\"id\":%lld}", (long long)id);
	tell(house, "library.remove", params);
	assert_int_equal(
	    refusal(house, "library.remove", params), ERR_FOLDER_NOT_FOUND);
	/* Our own library folder is inside the state folder. */
	tell(house, "library.add", path_params(house, "/state/library"));
}

/* One state folder, one miaud. */
static void
test_second_refuses(void **state)
{
	struct house *house = *state;
	struct miaud *second = calloc(1, sizeof(*second));
	struct err err;

	assert_non_null(second);
	second->paths = house->miaud->paths;
	assert_err(miaud_open(second, &err), &err, ERR_ALREADY_RUNNING);
	free(second);
	tell(house, "hello", NULL);
}

static int64_t
last_used(struct house *house, const char *id)
{
	struct arena *arena = arena_new(65536);
	struct db_pool *pool;
	struct session session;
	struct err err;
	struct db *db;
	char path[WORLD_PATH_MAX + 32];

	snprintf(path, sizeof(path), "%s/state/miauflix.db", house->dir);
	pool = db_pool_new(path, DB_READ, 1, true, &err);
	assert_non_null(pool);
	db = db_open(pool);
	assert_int_equal(
	    store_session_find(db, arena, id, &session, &err), STORE_OK);
	db_close(db);
	db_pool_free(pool);
	arena_free(arena);
	return session.last_used_at;
}

static void
add_session(struct house *house, const char *id)
{
	struct arena *arena = arena_new(65536);
	char user[UUID_SIZE], path[WORLD_PATH_MAX + 32];
	struct session session = { .id = (char *)id,
		.device = (char *)"test",
		.address = (char *)"::1",
		.created_at = 1,
		.last_used_at = 1 };
	struct profile profile;
	struct db_pool *pool;
	struct err err;
	struct db *db;

	snprintf(path, sizeof(path), "%s/state/miauflix.db", house->dir);
	pool = db_pool_new(path, DB_WRITE, 1, true, &err);
	assert_non_null(pool);
	db = db_open(pool);
	assert_ok(store_user_add(db, "a@example.org", NULL, "A", "$hash",
		      USER_ROLE_ADMIN, user, &err),
	    &err);
	assert_ok(store_profile_default(db, arena, user, &profile, &err), &err);
	session.user_id = user;
	session.profile_id = profile.id;
	session.expires_at = clock_now_ms() + 3600000;
	session.refresh_expires_at = session.expires_at;
	assert_ok(store_session_add(db, &session, &err), &err);
	db_close(db);
	db_pool_free(pool);
	arena_free(arena);
}

/* What was told last is written before the end; what a person set for a task
 * is remembered. */
static void
test_end_and_start(void **state)
{
	static const char id[] = "00000000-0000-4000-8000-000000000001";
	struct house *house = *state;
	struct json_object *out, *task;
	char params[64];
	struct stat st;
	int64_t from;
	size_t i;

	add_session(house, id);
	snprintf(params, sizeof(params), "{\"sessionId\":\"%s\"}", id);
	tell(house, "session.touch", params);
	tell(house, "tasks.pause", "{\"name\":\"sweep\"}");
	from = clock_mono_ms();
	tell(house, "shutdown", NULL);
	wait_end(house);
	assert_true(clock_mono_ms() - from < END_MS);
	assert_int_equal(stat(house->socket, &st), -1);
	assert_true(last_used(house, id) > 1);
	start(house);
	out = ask(house, "tasks.list", NULL);
	for (i = 0; i < json_object_array_length(json_get_array(out, "tasks"));
	     i++) {
		task =
		    json_object_array_get_idx(json_get_array(out, "tasks"), i);
		if (strcmp(json_get_text(task, "name", ""), "sweep") == 0)
			assert_string_equal(
			    json_get_text(task, "state", ""), "paused");
	}
	json_object_put(out);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables_agree),
		TEST(test_answers),
		TEST(test_browse),
		TEST(test_folders),
		TEST(test_second_refuses),
		TEST(test_end_and_start),
	};

	return cmocka_run_group_tests_name("miaud/life", tests, NULL, NULL);
}
