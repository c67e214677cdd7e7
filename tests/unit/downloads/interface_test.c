/*
 * The network interface that torrents are bound to is absent, comes and goes:
 * nobody has to tell miaud. Over the engine in memory.
 */
#include "tests/unit/downloads/house.h"

#include "tests/unit/torrent/ram.h"

#include "tests/unit/torrent/ram.c"
#include "tests/unit/torrent/ram_swarm.c"

#define MAGNET "magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567"

static bool
lacks_interface(struct json_object *download)
{
	return strcmp(json_get_text(download, "problem", ""), "no_interface") ==
	    0;
}

/* Its problem has gone, and a moment later it is fetched. */
static bool
goes_on(struct json_object *download)
{
	return !lacks_interface(download) &&
	    strcmp(json_get_text(download, "state", ""), "waiting") != 0;
}

static void
test_comes_and_goes(void **state)
{
	struct house house = { 0 };
	struct json_object *out;
	char folder[WORLD_PATH_MAX], name[2 * WORLD_PATH_MAX];
	struct err err;
	int64_t id;

	(void)state;
	temp_make(folder);
	snprintf(name, sizeof(name), "%s/tun0", folder);
	setenv("MIAU_NET_CONSENT", "true", 1);
	setenv("MIAU_NET_INTERFACE", name, 1);
	house_make(&house);
	out = house_ask(&house, "download.add", "{\"magnet\":\"" MAGNET "\"}");
	id = json_get_int(out, "id", 0);
	json_object_put(out);
	out = house_wait(&house, id, lacks_interface);
	assert_string_equal(json_get_text(out, "state", ""), "waiting");
	json_object_put(out);

	assert_ok(fs_write(name, "", 0, 0600, &err), &err);
	json_object_put(house_wait(&house, id, goes_on));

	assert_int_equal(unlink(name), 0);
	out = house_wait(&house, id, lacks_interface);
	assert_string_equal(json_get_text(out, "state", ""), "waiting");
	json_object_put(out);

	assert_ok(fs_write(name, "", 0, 0600, &err), &err);
	json_object_put(house_wait(&house, id, goes_on));
	house_end(&house);
	temp_remove(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_comes_and_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
