/* What is listened on and how addresses are spelled. */
#include "lib/base/address.h"

#include "tests/unit/helpers.h"

static struct settings *
settings_with(struct world *w, const char *bind, const char *port,
    const char *base, const char *public_url)
{
	struct settings *settings;

	setenv("MIAU_STATE_DIR", w->dir, 1);
	setenv("MIAU_BIND", bind, 1);
	setenv("MIAU_PORT", port, 1);
	setenv("MIAU_BASE_PATH", base, 1);
	setenv("MIAU_PUBLIC_URL", public_url, 1);
	settings = settings_load(&w->err);
	if (settings == NULL)
		fail_msg("%s", w->err.text);
	return settings;
}

static void
test_spelling(void **state)
{
	struct world *w = *state;
	struct settings *s = settings_with(w, "lan", "8080", "/films/", "");
	char url[ADDRESS_URL_MAX];

	address_url(s, "192.168.1.20", url, sizeof(url));
	assert_string_equal(url, "http://192.168.1.20:8080/films/");
	address_url(s, "fd00::2", url, sizeof(url));
	assert_string_equal(url, "http://[fd00::2]:8080/films/");
	settings_free(s);
	s = settings_with(w, "lan", "80", "/", "");
	address_url(s, "miauflix.local", url, sizeof(url));
	assert_string_equal(url, "http://miauflix.local/");
	settings_free(s);
}

static void
test_one_address(void **state)
{
	struct world *w = *state;
	struct settings *s = settings_with(w, "127.0.0.1", "8080", "/", "");
	struct address_list list;

	address_find(s, &list);
	assert_int_equal(list.n, 1);
	assert_int_equal(list.at[0].scope, ADDRESS_MACHINE);
	assert_null(address_for_others(&list));
	assert_null(address_in_house(&list));
	assert_false(address_is_dual(s));
	assert_false(address_is_announced());
	settings_free(s);

	s = settings_with(w, "192.0.2.7", "8080", "/", "");
	address_find(s, &list);
	assert_int_equal(list.n, 1);
	assert_int_equal(list.at[0].scope, ADDRESS_HOUSE);
	assert_string_equal(
	    address_for_others(&list)->url, "http://192.0.2.7:8080/");
	assert_ptr_equal(address_in_house(&list), &list.at[0]);
	assert_false(address_is_dual(s));
	settings_free(s);
}

static void
test_public(void **state)
{
	struct world *w = *state;
	struct settings *s = settings_with(
	    w, "127.0.0.1", "8080", "/", "https://films.example.org");
	struct address_list list;

	address_find(s, &list);
	assert_int_equal(list.n, 2);
	assert_int_equal(list.at[0].scope, ADDRESS_PUBLIC);
	assert_string_equal(list.at[0].url, "https://films.example.org/");
	assert_ptr_equal(address_for_others(&list), &list.at[0]);
	assert_null(address_in_house(&list));
	settings_free(s);
}

/* The public address of a server below a path. */
static void
test_public_path(void **state)
{
	static const char *const rows[][2] = {
		{ "https://films.example.org",
		    "https://films.example.org/miau/" },
		{ "https://films.example.org/",
		    "https://films.example.org/miau/" },
		{ "https://films.example.org:444/miau",
		    "https://films.example.org:444/miau/" },
		{ "https://films.example.org/a/miau/",
		    "https://films.example.org/a/miau/" },
		{ "https://", "https:///miau/" },
	};
	struct world *w = *state;
	struct address_list list;
	struct settings *s;
	size_t i;

	for (i = 0; i < COUNT_OF(rows); i++) {
		s = settings_with(w, "127.0.0.1", "8080", "/miau/", rows[i][0]);
		address_find(s, &list);
		assert_string_equal(list.at[0].url, rows[i][1]);
		settings_free(s);
	}
}

static void
test_everywhere(void **state)
{
	struct world *w = *state;
	struct settings *s = settings_with(w, "lan", "8080", "/", "");
	struct address_list list;
	size_t i;

	address_find(s, &list);
	assert_true(list.n >= 1);
	assert_string_equal(list.at[list.n - 1].url, "http://localhost:8080/");
	for (i = 0; i + 1 < list.n; i++) {
		assert_int_not_equal(list.at[i].scope, ADDRESS_MACHINE);
		assert_null(strstr(list.at[i].url, "//127."));
		assert_null(strstr(list.at[i].url, "[fe80:"));
	}
	settings_free(s);
}

static void
test_from_here(void **state UNUSED)
{
	assert_true(address_is_everywhere("::"));
	assert_false(address_is_everywhere("127.0.0.1"));
	assert_string_equal(address_from_here("0.0.0.0"), "127.0.0.1");
	assert_string_equal(address_from_here("::"), "::1");
	assert_string_equal(address_from_here("192.0.2.7"), "192.0.2.7");
}

static void
test_nonsense(void **state)
{
	struct world *w = *state;
	struct settings *s = settings_with(w, "eth0", "8080", "/", "");
	struct address_list list;

	address_find(s, &list);
	assert_int_equal(list.n, 0);
	assert_null(address_for_others(&list));
	settings_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_spelling, folder_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_one_address, folder_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_public, folder_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_public_path, folder_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_everywhere, folder_setup, world_teardown),
		cmocka_unit_test(test_from_here),
		cmocka_unit_test_setup_teardown(
		    test_nonsense, folder_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
