/*
 * Whole daemons on loopback, each in a state folder of its own, asked over
 * their sockets.
 */
#ifndef TESTS_UNIT_DOWNLOADS_HOUSE_H
#define TESTS_UNIT_DOWNLOADS_HOUSE_H

#include "tests/unit/helpers.h"

#include <dirent.h>
#include <pthread.h>
#include <sys/stat.h>

#include "daemon/miaud/downloads/downloads.h"
#include "daemon/miaud/miaud.h"
#include "lib/base/json.h"
#include "lib/wire/schema.h"
#include "lib/wire/wire.h"

/* Whoever needs longer hangs. */
enum { WAIT_MS = 120000, POLL_US = 20000 };

struct house {
	char dir[WORLD_PATH_MAX];
	char state[2 * WORLD_PATH_MAX];
	char socket[3 * WORLD_PATH_MAX];
	struct miaud *miaud;
	pthread_t thread;
};

static UNUSED void *
house_run(void *arg)
{
	miaud_run(arg);
	return NULL;
}

static UNUSED void
house_start(struct house *house)
{
	struct miaud *miaud = calloc(1, sizeof(*miaud));
	struct err err;

	assert_non_null(miaud);
	miaud->lock_fd = -1;
	setenv("MIAU_STATE_DIR", house->state, 1);
	setenv("MIAU_NET_LISTEN", "127.0.0.1:0", 1);
	setenv("MIAU_NET_DHT", "false", 1);
	setenv("MIAU_NET_LSD", "false", 1);
	setenv("MIAU_NET_UTP", "false", 1);
	setenv("MIAU_NET_UPLOADLIMIT", "0", 1);
	setenv("MIAU_NET_UPLOAD_LIMIT", "0", 1);
	assert_ok(paths_init(&miaud->paths, &err), &err);
	assert_ok(miaud_open(miaud, &err), &err);
	house->miaud = miaud;
	assert_int_equal(
	    pthread_create(&house->thread, NULL, house_run, miaud), 0);
}

static UNUSED void
house_make(struct house *house)
{
	temp_make(house->dir);
	snprintf(house->state, sizeof(house->state), "%s/state", house->dir);
	snprintf(house->socket, sizeof(house->socket), "%s/run/%s",
	    house->state, WIRE_SOCKET_ADMIN);
	house_start(house);
}

/* Calls and checks the answer against the row's schema. */
static UNUSED struct json_object *
house_ask(struct house *house, const char *method, const char *params)
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
	assert_non_null(schema);
	if (wire_schema_check(schema, result, &err) == -1)
		fail_msg("%s answers %s: %s", method,
		    json_object_to_json_string(result), err.text);
	json_object_put(schema);
	return result;
}

static UNUSED void
house_tell(struct house *house, const char *method, const char *params)
{
	json_object_put(house_ask(house, method, params));
}

static UNUSED enum err_code
house_refusal(struct house *house, const char *method, const char *params)
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

static UNUSED void
house_stop(struct house *house)
{
	if (house->miaud == NULL)
		return;
	house_tell(house, "shutdown", NULL);
	pthread_join(house->thread, NULL);
	free(house->miaud);
	house->miaud = NULL;
}

static UNUSED void
house_end(struct house *house)
{
	house_stop(house);
	temp_remove(house->dir);
}

/* Asks for a download until `is` says that it is so. */
static UNUSED struct json_object *
house_wait(
    struct house *house, int64_t id, bool (*is)(struct json_object *download))
{
	struct json_object *download;
	char params[64];
	int i;

	snprintf(params, sizeof(params), "{\"id\":%lld}", (long long)id);
	for (i = 0; i < WAIT_MS * 1000 / POLL_US; i++) {
		download = house_ask(house, "download.show", params);
		if (is(download))
			return download;
		if (i == WAIT_MS * 1000 / POLL_US - 1)
			print_message(
			    "%s\n", json_object_to_json_string(download));
		json_object_put(download);
		usleep(POLL_US);
	}
	fail_msg("download %lld does not come to it", (long long)id);
	return NULL;
}

#endif
