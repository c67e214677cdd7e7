/* Certificates: what an authority vouches for, when one is made anew. */
#include "daemon/miauctl/tls.h"

#include "tests/unit/helpers.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#define DAY_MS (24 * 3600 * 1000LL)

struct house {
	char authority[WORLD_PATH_MAX + 32], shown[WORLD_PATH_MAX + 32];
	char server[WORLD_PATH_MAX + 32], other[WORLD_PATH_MAX + 32];
};

static void
lay(struct world *w, struct house *house)
{
	snprintf(
	    house->authority, sizeof(house->authority), "%s/a.pem", w->dir);
	snprintf(house->shown, sizeof(house->shown), "%s/a.crt", w->dir);
	snprintf(house->server, sizeof(house->server), "%s/s.pem", w->dir);
	snprintf(house->other, sizeof(house->other), "%s/o.pem", w->dir);
}

static void
name_all(struct cert_names *names, const char *const *list)
{
	names->n = 0;
	for (; *list != NULL; list++)
		cert_names_add(names, *list);
}

static X509 *
load(const char *path)
{
	FILE *file = fopen(path, "re");
	X509 *cert;

	assert_non_null(file);
	cert = PEM_read_X509(file, NULL, NULL, NULL);
	fclose(file);
	assert_non_null(cert);
	return cert;
}

/* Verifies as a client does that trusts the authority alone. */
static int
verify(const struct house *house, const char *host)
{
	X509 *authority = load(house->shown), *cert = load(house->server);
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *context = X509_STORE_CTX_new();
	X509_VERIFY_PARAM *param;
	int result;

	X509_STORE_add_cert(store, authority);
	X509_STORE_CTX_init(context, store, cert, NULL);
	param = X509_STORE_CTX_get0_param(context);
	X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SSL_SERVER);
	if (X509_VERIFY_PARAM_set1_ip_asc(param, host) != 1)
		X509_VERIFY_PARAM_set1_host(param, host, 0);
	result = X509_verify_cert(context) == 1
	    ? X509_V_OK
	    : X509_STORE_CTX_get_error(context);
	X509_STORE_CTX_free(context);
	X509_STORE_free(store);
	X509_free(cert);
	X509_free(authority);
	return result;
}

static void
test_vouching(void **state)
{
	static const char *const own[] = { "box", "203.0.113.5",
		"2001:db8:1:2::7", NULL };
	static const char *const all[] = { "box", "box.local", "miauflix.local",
		"192.168.1.20", "fd00::2", "127.0.0.1", "203.0.113.5",
		"2001:db8:1:2:9::1", "films.example.org", "203.0.113.6",
		"2001:db8:1:3::7", "8.8.8.8", NULL };
	struct world *w = *state;
	struct cert_names names;
	struct cert_facts facts;
	struct house house;
	int i;

	lay(w, &house);
	name_all(&names, own);
	assert_ok(
	    cert_make_authority(house.authority, house.shown, &names, &w->err),
	    &w->err);
	name_all(&names, all);
	assert_ok(cert_make_server(
		      house.server, 0600, house.authority, &names, &w->err),
	    &w->err);
	assert_ok(cert_read(house.server, &facts, &w->err), &w->err);
	assert_int_equal(facts.names.n, 8);
	for (i = 0; i < 8; i++) {
		assert_true(cert_names_have(&facts.names, all[i]));
		assert_int_equal(verify(&house, all[i]), X509_V_OK);
	}
	assert_int_equal(
	    verify(&house, "films.example.org"), X509_V_ERR_HOSTNAME_MISMATCH);
	assert_true(
	    facts.ends_ms - facts.begins_ms <= CERT_SERVER_DAYS * DAY_MS);
	assert_true(facts.ends_ms - facts.begins_ms >= 300 * DAY_MS);
	assert_int_equal(strlen(facts.fingerprint), 32 * 3 - 1);
}

/* What anybody who took the authority's key could still not make. */
static void
test_constraints(void **state)
{
	static const char *const own[] = { "box", NULL };
	static const char *const foreign[] = { "films.example.org", NULL };
	struct world *w = *state;
	struct cert_names names;
	struct house house;

	lay(w, &house);
	name_all(&names, own);
	assert_ok(
	    cert_make_authority(house.authority, house.shown, &names, &w->err),
	    &w->err);
	name_all(&names, foreign);
	assert_int_equal(cert_make_server(house.server, 0600, house.authority,
			     &names, &w->err),
	    -1);
	assert_int_equal(w->err.code, ERR_CORRUPT);
	assert_false(fs_exists(house.server));
}

static void
test_keys(void **state)
{
	static const char *const own[] = { "box", NULL };
	struct world *w = *state;
	struct cert_names names;
	struct cert_facts facts;
	struct house house;

	lay(w, &house);
	name_all(&names, own);
	assert_ok(
	    cert_make_authority(house.authority, house.shown, &names, &w->err),
	    &w->err);
	assert_ok(cert_make_server(
		      house.server, 0600, house.authority, &names, &w->err),
	    &w->err);
	assert_ok(cert_make_server(
		      house.other, 0600, house.authority, &names, &w->err),
	    &w->err);
	assert_ok(cert_check_key(house.server, house.server, &w->err), &w->err);
	assert_int_equal(
	    cert_check_key(house.server, house.other, &w->err), -1);
	assert_non_null(strstr(w->err.text, "does not belong"));
	assert_int_equal(
	    cert_check_key(house.server, house.shown, &w->err), -1);
	assert_int_equal(cert_read(w->dir, &facts, &w->err), -1);
}

/* Signs what has these names alone, and keeps it. */
static void
put_odd(const char *path, GENERAL_NAMES *names)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = X509_new();
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	X509_gmtime_adj(X509_getm_notBefore(cert), 0);
	X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
	assert_int_equal(X509_set_pubkey(cert, key), 1);
	assert_int_equal(
	    X509_add1_ext_i2d(cert, NID_subject_alt_name, names, 0, 0), 1);
	assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
	assert_int_equal(PEM_write_X509(file, cert), 1);
	assert_int_equal(fclose(file), 0);
	X509_free(cert);
	EVP_PKEY_free(key);
}

/* An address of five bytes and the name of a directory are no names of hosts. */
static void
test_odd_names(void **state)
{
	static const unsigned char five[] = { 10, 0, 0, 1, 2 };
	struct world *w = *state;
	GENERAL_NAMES *names = sk_GENERAL_NAME_new_null();
	GENERAL_NAME *address = GENERAL_NAME_new();
	GENERAL_NAME *directory = GENERAL_NAME_new();
	ASN1_OCTET_STRING *bytes = ASN1_OCTET_STRING_new();
	struct cert_facts facts;
	struct house house;

	lay(w, &house);
	assert_int_equal(ASN1_OCTET_STRING_set(bytes, five, sizeof(five)), 1);
	GENERAL_NAME_set0_value(address, GEN_IPADD, bytes);
	GENERAL_NAME_set0_value(directory, GEN_DIRNAME, X509_NAME_new());
	assert_int_equal(sk_GENERAL_NAME_push(names, address), 1);
	assert_int_equal(sk_GENERAL_NAME_push(names, directory), 2);
	put_odd(house.server, names);
	sk_GENERAL_NAME_pop_free(names, GENERAL_NAME_free);
	assert_ok(cert_read(house.server, &facts, &w->err), &w->err);
	assert_int_equal(facts.names.n, 0);
}

static void
test_due(void **state UNUSED)
{
	static const char *const both[] = { "box", "192.168.1.20", NULL };
	static const char *const one[] = { "box", NULL };
	static const char *const moved[] = { "box", "192.168.1.21", NULL };
	struct cert_facts facts = { .begins_ms = 0, .ends_ms = 397 * DAY_MS };
	const int64_t edge_ms = (397 - TLS_RENEW_DAYS) * DAY_MS;
	const int64_t far_ms = 3652 * DAY_MS;
	struct cert_names wanted;

	name_all(&facts.names, both);
	name_all(&wanted, both);
	assert_false(tls_is_due(&facts, &wanted, far_ms, DAY_MS));
	assert_false(tls_is_due(&facts, &wanted, far_ms, edge_ms));
	assert_true(tls_is_due(&facts, &wanted, far_ms, edge_ms + 1));
	assert_true(tls_is_due(&facts, &wanted, far_ms, 500 * DAY_MS));
	/* Its authority ends with it: no other could be made for longer. */
	assert_false(
	    tls_is_due(&facts, &wanted, facts.ends_ms, facts.ends_ms - 1));
	assert_true(tls_is_due(&facts, &wanted, facts.ends_ms, facts.ends_ms));
	name_all(&wanted, one);
	assert_false(tls_is_due(&facts, &wanted, far_ms, DAY_MS));
	name_all(&wanted, moved);
	assert_true(tls_is_due(&facts, &wanted, far_ms, DAY_MS));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_vouching, folder_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_constraints, folder_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_keys, folder_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_odd_names, folder_setup, world_teardown),
		cmocka_unit_test(test_due),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
