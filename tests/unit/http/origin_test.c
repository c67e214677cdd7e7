/* Hosts, origins, proxies. */
#include "lib/http/origin.h"

#include "tests/unit/helpers.h"

/* Settings with some values as if the database held them. */
static struct settings *
settings_with(struct world *w, const char *hosts, const char *proxies,
    const char *origins)
{
	struct settings *settings;

	setenv("MIAU_STATE_DIR", w->dir, 1);
	settings = settings_load(&w->err);
	if (settings == NULL)
		fail_msg("%s", w->err.text);
	assert_ok(
	    settings_set_stored(settings, SETTING_HTTP_HOSTS, hosts, &w->err),
	    &w->err);
	assert_ok(settings_set_stored(
		      settings, SETTING_HTTP_TRUSTED_PROXIES, proxies, &w->err),
	    &w->err);
	assert_ok(settings_set_stored(
		      settings, SETTING_CORS_ORIGINS, origins, &w->err),
	    &w->err);
	return settings;
}

static void
test_names(void **state UNUSED)
{
	char name[ORIGIN_HOST_MAX];

	assert_true(origin_host_name("Films.Example.ORG:8080", name));
	assert_string_equal(name, "films.example.org");
	assert_true(origin_host_name("[::1]:80", name));
	assert_string_equal(name, "::1");
	assert_true(origin_host_name("localhost.", name));
	assert_string_equal(name, "localhost");
	assert_false(origin_host_name("", name));
	assert_false(origin_host_name(":80", name));
	assert_false(origin_host_name("a:b", name));
	assert_false(origin_host_name("a:99999", name));
	assert_false(origin_host_name("[::1", name));
	assert_false(origin_host_name("a b", name));
	assert_false(origin_host_name("user@host", name));
	assert_false(origin_host_name("a/b", name));
	assert_true(origin_is_loopback_name("localhost"));
	assert_true(origin_is_loopback_name("127.9.8.7"));
	assert_true(origin_is_loopback_name("::1"));
	assert_true(origin_is_loopback("::ffff:127.0.0.1"));
	assert_false(origin_is_loopback("localhost"));
	assert_false(origin_is_loopback("128.0.0.1"));
	assert_false(origin_is_loopback_name("localhost.example.org"));
	assert_false(origin_is_loopback_name("127.0.0.1.example.org"));
}

static void
test_hosts(void **state)
{
	struct world *w = *state;
	struct settings *s =
	    settings_with(w, "films.example.org,other:8443", NULL, NULL);

	assert_true(origin_knows_host(s, "localhost:8080", NULL));
	assert_true(origin_knows_host(s, "127.0.0.1", NULL));
	assert_true(origin_knows_host(s, "[::1]:8080", NULL));
	assert_true(origin_knows_host(s, "FILMS.example.org", NULL));
	assert_true(origin_knows_host(s, "films.example.org:9", NULL));
	assert_true(origin_knows_host(s, "other:8443", NULL));
	assert_true(origin_knows_host(s, "192.0.2.9:80", "192.0.2.9"));
	assert_false(origin_knows_host(s, "192.0.2.9:80", "192.0.2.8"));
	assert_false(origin_knows_host(s, "evil.example.org", "192.0.2.9"));
	assert_false(origin_knows_host(s, "films.example.org.evil", NULL));
	assert_false(origin_knows_host(s, "", NULL));
	settings_free(s);
	setenv("MIAU_PUBLIC_URL", "https://public.example.org:444/x", 1);
	s = settings_with(w, NULL, NULL, NULL);
	assert_true(origin_knows_host(s, "public.example.org:444", NULL));
	assert_false(origin_knows_host(s, "films.example.org", NULL));
	assert_true(origin_is_own(s, "https://public.example.org:444", NULL));
	assert_false(origin_is_own(s, "http://public.example.org:444", NULL));
	assert_false(origin_is_own(s, "https://public.example.org", NULL));
	unsetenv("MIAU_PUBLIC_URL");
	settings_free(s);
}

static void
test_change(void **state)
{
	struct world *w = *state;
	struct settings *s = settings_with(
	    w, "films.example.org", NULL, "https://tv.example.org");

	assert_true(origin_may_change(s, NULL, "same-origin", NULL));
	assert_true(
	    origin_may_change(s, "http://whatever", "same-origin", NULL));
	assert_true(
	    origin_may_change(s, "https://tv.example.org", "cross-site", NULL));
	assert_true(origin_may_change(s, "https://tv.example.org", NULL, NULL));
	assert_true(origin_may_change(s, "http://localhost:8080", NULL, NULL));
	assert_true(
	    origin_may_change(s, "https://films.example.org", NULL, NULL));
	assert_true(
	    origin_may_change(s, "http://192.0.2.9:8080", NULL, "192.0.2.9"));
	assert_false(origin_may_change(s, NULL, NULL, NULL));
	assert_false(origin_may_change(s, "null", NULL, NULL));
	assert_false(origin_may_change(s, "", NULL, NULL));
	assert_false(origin_may_change(s, NULL, "none", NULL));
	assert_false(
	    origin_may_change(s, "http://localhost:8080", "same-site", NULL));
	assert_false(
	    origin_may_change(s, "http://localhost:8080", "cross-site", NULL));
	/* Another program on this machine. */
	assert_false(origin_may_change(s, "http://localhost:3000", NULL, NULL));
	assert_false(
	    origin_may_change(s, "https://evil.example.org", NULL, NULL));
	assert_false(
	    origin_may_change(s, "https://tv.example.org.evil", NULL, NULL));
	assert_false(origin_may_change(s, "http://tv.example.org", NULL, NULL));
	settings_free(s);
}

static const char *
client(struct settings *s, const char *peer, const char *forwarded)
{
	static _Thread_local char out[64];

	origin_client(s, peer, forwarded, out, sizeof(out));
	return out;
}

static void
test_proxies(void **state)
{
	struct world *w = *state;
	struct settings *s =
	    settings_with(w, NULL, "192.0.2.1, 10.0.0.0/8,2001:db8::/32", NULL);

	assert_true(origin_is_trusted_proxy(s, "192.0.2.1"));
	assert_true(origin_is_trusted_proxy(s, "::ffff:192.0.2.1"));
	assert_true(origin_is_trusted_proxy(s, "10.200.3.4"));
	assert_true(origin_is_trusted_proxy(s, "2001:db8:1::5"));
	assert_false(origin_is_trusted_proxy(s, "192.0.2.2"));
	assert_false(origin_is_trusted_proxy(s, "11.0.0.1"));
	assert_false(origin_is_trusted_proxy(s, "127.0.0.1"));
	assert_false(origin_is_trusted_proxy(s, ""));
	assert_string_equal(
	    client(s, "192.0.2.1", "203.0.113.5"), "203.0.113.5");
	assert_string_equal(
	    client(s, "192.0.2.1", "1.2.3.4, 203.0.113.5, 10.1.1.1"),
	    "203.0.113.5");
	assert_string_equal(
	    client(s, "192.0.2.1", "203.0.113.5:4711"), "203.0.113.5");
	assert_string_equal(
	    client(s, "192.0.2.1", "[2001:db9::7]:80"), "2001:db9::7");
	assert_string_equal(
	    client(s, "192.0.2.1", "203.0.113.5, junk"), "192.0.2.1");
	assert_string_equal(client(s, "192.0.2.1", ""), "192.0.2.1");
	assert_string_equal(client(s, "192.0.2.1", NULL), "192.0.2.1");
	/* Anybody can write the header. */
	assert_string_equal(
	    client(s, "203.0.113.9", "127.0.0.1"), "203.0.113.9");
	settings_free(s);
}

static void
test_networks(void **state UNUSED)
{
	char out[64];

	origin_network("192.0.2.7", out, sizeof(out));
	assert_string_equal(out, "192.0.2.7");
	origin_network("2001:db8:1:2:3:4:5:6", out, sizeof(out));
	assert_string_equal(out, "2001:db8:1:2::");
	origin_network("::ffff:192.0.2.7", out, sizeof(out));
	assert_string_equal(out, "::ffff:192.0.2.7");
	origin_network("junk", out, sizeof(out));
	assert_string_equal(out, "junk");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test_setup_teardown(
		    test_hosts, folder_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_change, folder_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_proxies, folder_setup, world_teardown),
		cmocka_unit_test(test_networks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
