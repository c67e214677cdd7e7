/* Makes and reads certificates by libcrypto. */
#include "daemon/miauctl/cert.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/base/buf.h"
#include "lib/base/fs.h"
#include "lib/base/mem.h"

enum { FILE_MAX = 256 * 1024, DAY_S = 86400, PATIENCE_S = 3600 };

struct pair {
	EVP_PKEY *key;
	X509 *cert;
};

static void
pair_free(struct pair *pair)
{
	EVP_PKEY_free(pair->key);
	X509_free(pair->cert);
}

static int
fail(struct err *err, const char *what)
{
	char text[256];

	ERR_error_string_n(ERR_get_error(), text, sizeof(text));
	ERR_clear_error();
	return err_set(err, ERR_CORRUPT, "%s (%s).", what, text);
}

/* --- names ---------------------------------------------------------------- */

bool
cert_names_have(const struct cert_names *names, const char *name)
{
	int i;

	for (i = 0; i < names->n; i++)
		if (strcmp(names->name[i], name) == 0)
			return true;
	return false;
}

void
cert_names_add(struct cert_names *names, const char *name)
{
	if (name[0] == '\0' || strlen(name) >= CERT_NAME_MAX ||
	    names->n == CERT_NAMES_MAX || cert_names_have(names, name))
		return;
	snprintf(names->name[names->n++], CERT_NAME_MAX, "%s", name);
}

static GENERAL_NAME *
general_name(const char *name)
{
	GENERAL_NAME *out = GENERAL_NAME_new();
	ASN1_OCTET_STRING *address = a2i_IPADDRESS(name);
	ASN1_IA5STRING *text;

	if (address != NULL) {
		GENERAL_NAME_set0_value(out, GEN_IPADD, address);
		return out;
	}
	ERR_clear_error();
	text = ASN1_IA5STRING_new();
	ASN1_STRING_set(text, name, -1);
	GENERAL_NAME_set0_value(out, GEN_DNS, text);
	return out;
}

static bool
put_names(X509 *cert, const struct cert_names *names)
{
	GENERAL_NAMES *all = sk_GENERAL_NAME_new_null();
	bool is_put;
	int i;

	for (i = 0; i < names->n; i++)
		sk_GENERAL_NAME_push(all, general_name(names->name[i]));
	is_put = X509_add1_ext_i2d(cert, NID_subject_alt_name, all, 0,
		     X509V3_ADD_REPLACE) == 1;
	sk_GENERAL_NAME_pop_free(all, GENERAL_NAME_free);
	return is_put;
}

/* An address of any other length is none. */
static void
take_address(const ASN1_STRING *value, struct cert_names *names)
{
	const unsigned char *bytes = ASN1_STRING_get0_data(value);
	int len = ASN1_STRING_length(value);
	char text[INET6_ADDRSTRLEN];

	if ((len == 4 &&
		inet_ntop(AF_INET, bytes, text, sizeof(text)) != NULL) ||
	    (len == 16 &&
		inet_ntop(AF_INET6, bytes, text, sizeof(text)) != NULL))
		cert_names_add(names, text);
}

static void
take_host(const ASN1_STRING *value, struct cert_names *names)
{
	int len = ASN1_STRING_length(value);
	char text[CERT_NAME_MAX];

	if (len >= CERT_NAME_MAX)
		return;
	snprintf(text, sizeof(text), "%.*s", len,
	    (const char *)ASN1_STRING_get0_data(value));
	cert_names_add(names, text);
}

/* Values of other types are no strings. */
static void
take_name(const GENERAL_NAME *name, struct cert_names *names)
{
	int type;
	const void *value = GENERAL_NAME_get0_value(name, &type);

	if (type == GEN_IPADD)
		take_address(value, names);
	else if (type == GEN_DNS)
		take_host(value, names);
}

/* --- constraints ---------------------------------------------------------- */

static void
permit(struct buf *out, const char *kind, const char *what)
{
	buf_printf(out, ",permitted;%s:%s", kind, what);
}

/* Of a public IPv6 address the network: the rest changes by the day. */
static void
permit_name(struct buf *out, const char *name)
{
	char network[CERT_NAME_MAX + 48], host[INET6_ADDRSTRLEN];
	struct in6_addr address;

	if (inet_pton(AF_INET, name, &address) == 1) {
		snprintf(network, sizeof(network), "%s/255.255.255.255", name);
		permit(out, "IP", network);
	} else if (inet_pton(AF_INET6, name, &address) == 1) {
		if (IN6_IS_ADDR_LOOPBACK(&address))
			return;
		memset(&address.s6_addr[8], 0, 8);
		inet_ntop(AF_INET6, &address, host, sizeof(host));
		snprintf(
		    network, sizeof(network), "%s/ffff:ffff:ffff:ffff::", host);
		permit(out, "IP", network);
	} else {
		permit(out, "DNS", name);
	}
}

/* A name without a dot is no subtree, so each is named. */
static X509_EXTENSION *
make_constraints(const struct cert_names *names)
{
	static const char *const domains[] = { "local", "lan", "home.arpa",
		"localhost", NULL };
	static const char *const networks[] = { "10.0.0.0/255.0.0.0",
		"172.16.0.0/255.240.0.0", "192.168.0.0/255.255.0.0",
		"127.0.0.0/255.0.0.0",
		"::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
		"fc00::/fe00::", NULL };
	X509_EXTENSION *extension;
	struct buf text;
	int i;

	buf_init(&text, FILE_MAX);
	buf_puts(&text, "critical");
	for (i = 0; domains[i] != NULL; i++)
		permit(&text, "DNS", domains[i]);
	for (i = 0; networks[i] != NULL; i++)
		permit(&text, "IP", networks[i]);
	for (i = 0; i < names->n; i++)
		permit_name(&text, names->name[i]);
	extension =
	    X509V3_EXT_nconf_nid(NULL, NULL, NID_name_constraints, text.data);
	buf_fini(&text);
	return extension;
}

/* --- making --------------------------------------------------------------- */

static bool
put_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509_EXTENSION *extension;
	X509V3_CTX context;
	bool is_put;

	X509V3_set_ctx(&context, issuer, cert, NULL, NULL, 0);
	extension = X509V3_EXT_nconf_nid(NULL, &context, nid, value);
	is_put = extension != NULL && X509_add_ext(cert, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return is_put;
}

/* A certificate with all but its extensions and signature. It begins an hour
 * ago, for clocks that are late. */
static bool
begin(struct pair *pair, const char *title, int days)
{
	unsigned char serial[16];
	X509_NAME *subject;
	BIGNUM *number;

	pair->key = EVP_EC_gen("P-256");
	pair->cert = X509_new();
	if (pair->key == NULL || pair->cert == NULL ||
	    RAND_bytes(serial, sizeof(serial)) != 1)
		return false;
	serial[0] &= 0x7f;
	number = BN_bin2bn(serial, sizeof(serial), NULL);
	BN_to_ASN1_INTEGER(number, X509_get_serialNumber(pair->cert));
	BN_free(number);
	subject = X509_get_subject_name(pair->cert);
	return X509_set_version(pair->cert, X509_VERSION_3) == 1 &&
	    X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_UTF8,
		(const unsigned char *)"Miauflix", -1, -1, 0) == 1 &&
	    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
		(const unsigned char *)title, -1, -1, 0) == 1 &&
	    X509_gmtime_adj(X509_getm_notBefore(pair->cert), -PATIENCE_S) !=
	    NULL &&
	    X509_time_adj_ex(X509_getm_notAfter(pair->cert), days, -PATIENCE_S,
		NULL) != NULL &&
	    X509_set_pubkey(pair->cert, pair->key) == 1;
}

static int
write_pair(const char *path, const struct pair *pair, bool with_key,
    mode_t mode, struct err *err)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *bytes;
	long len;
	int result = -1;

	if (bio == NULL ||
	    (with_key &&
		PEM_write_bio_PKCS8PrivateKey(
		    bio, pair->key, NULL, NULL, 0, NULL, NULL) != 1) ||
	    PEM_write_bio_X509(bio, pair->cert) != 1) {
		fail(err, "The certificate cannot be written");
		goto out;
	}
	len = BIO_get_mem_data(bio, &bytes);
	result = fs_write(path, bytes, (size_t)len, mode, err);
	mem_wipe(bytes, (size_t)len);
out:
	BIO_free(bio);
	return result;
}

int
cert_make_authority(const char *path, const char *public_path,
    const struct cert_names *names, struct err *err)
{
	X509_EXTENSION *constraints = NULL;
	struct pair pair = { 0 };
	char title[128];
	int result = -1;

	snprintf(title, sizeof(title), "Miauflix of %.64s",
	    names->n > 0 ? names->name[0] : "this house");
	constraints = make_constraints(names);
	if (constraints == NULL || !begin(&pair, title, CERT_AUTHORITY_DAYS) ||
	    X509_set_issuer_name(pair.cert, X509_get_subject_name(pair.cert)) !=
		1 ||
	    !put_extension(pair.cert, pair.cert, NID_basic_constraints,
		"critical,CA:TRUE,pathlen:0") ||
	    !put_extension(pair.cert, pair.cert, NID_key_usage,
		"critical,keyCertSign,cRLSign") ||
	    !put_extension(
		pair.cert, pair.cert, NID_subject_key_identifier, "hash") ||
	    X509_add_ext(pair.cert, constraints, -1) != 1 ||
	    X509_sign(pair.cert, pair.key, EVP_sha256()) == 0) {
		fail(err, "The authority cannot be made");
		goto out;
	}
	result = write_pair(path, &pair, true, 0600, err);
	if (result == 0)
		result = write_pair(public_path, &pair, false, 0644, err);
out:
	X509_EXTENSION_free(constraints);
	pair_free(&pair);
	return result;
}

/* --- reading -------------------------------------------------------------- */

static BIO *
open_file(const char *path, struct buf *text, struct err *err)
{
	BIO *bio;

	buf_init(text, FILE_MAX);
	if (fs_read(path, text, err) == -1)
		return NULL;
	bio = BIO_new_mem_buf(text->data, (int)text->len);
	if (bio == NULL)
		fail(err, "The certificate cannot be read");
	return bio;
}

static void
close_file(BIO *bio, struct buf *text)
{
	BIO_free(bio);
	if (text->len > 0)
		mem_wipe(text->data, text->len);
	buf_fini(text);
}

/* What asks for a password is nothing that a server can use. */
static int
no_password(
    char *out UNUSED, int size UNUSED, int is_new UNUSED, void *arg UNUSED)
{
	return -1;
}

static X509 *
read_cert(const char *path, struct err *err)
{
	struct buf text;
	BIO *bio = open_file(path, &text, err);
	X509 *cert = NULL;

	if (bio != NULL) {
		cert = PEM_read_bio_X509(bio, NULL, no_password, NULL);
		if (cert == NULL)
			err_set(err, ERR_CORRUPT,
			    "%s holds no certificate in PEM form.", path);
		ERR_clear_error();
	}
	close_file(bio, &text);
	return cert;
}

static EVP_PKEY *
read_key(const char *path, struct err *err)
{
	struct buf text;
	BIO *bio = open_file(path, &text, err);
	EVP_PKEY *key = NULL;

	if (bio != NULL) {
		key = PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);
		if (key == NULL)
			err_set(err, ERR_CORRUPT,
			    "%s holds no key in PEM form without a password.",
			    path);
		ERR_clear_error();
	}
	close_file(bio, &text);
	return key;
}

static int64_t
time_ms(const ASN1_TIME *at)
{
	struct tm utc;

	return ASN1_TIME_to_tm(at, &utc) == 1 ? (int64_t)timegm(&utc) * 1000
					      : 0;
}

int
cert_read(const char *path, struct cert_facts *facts, struct err *err)
{
	X509 *cert = read_cert(path, err);
	unsigned char digest[EVP_MAX_MD_SIZE];
	GENERAL_NAMES *names;
	unsigned int n = 0, i;

	if (cert == NULL)
		return -1;
	memset(facts, 0, sizeof(*facts));
	facts->begins_ms = time_ms(X509_get0_notBefore(cert));
	facts->ends_ms = time_ms(X509_get0_notAfter(cert));
	X509_digest(cert, EVP_sha256(), digest, &n);
	for (i = 0; i < n && i < 32; i++)
		snprintf(facts->fingerprint + (size_t)i * 3, 4, "%02X%s",
		    digest[i], i + 1 < n ? ":" : "");
	names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
	for (i = 0; (int)i < sk_GENERAL_NAME_num(names); i++)
		take_name(sk_GENERAL_NAME_value(names, (int)i), &facts->names);
	sk_GENERAL_NAME_pop_free(names, GENERAL_NAME_free);
	X509_free(cert);
	return 0;
}

int
cert_check_key(const char *path, const char *key_path, struct err *err)
{
	struct pair pair = { .cert = read_cert(path, err) };
	int result = -1;

	if (pair.cert == NULL)
		return -1;
	pair.key = read_key(key_path, err);
	if (pair.key != NULL) {
		result =
		    X509_check_private_key(pair.cert, pair.key) == 1 ? 0 : -1;
		if (result == -1)
			err_set(err, ERR_CORRUPT,
			    "The key %s does not belong to the certificate %s.",
			    key_path, path);
		ERR_clear_error();
	}
	pair_free(&pair);
	return result;
}

/* --- vouching ------------------------------------------------------------- */

/* By the library's own rule, as browsers will. */
static void
keep_vouched(X509 *authority, struct cert_names *names)
{
	NAME_CONSTRAINTS *constraints =
	    X509_get_ext_d2i(authority, NID_name_constraints, NULL, NULL);
	struct cert_names one = { .n = 1 }, kept = { .n = 0 };
	X509 *trial;
	int i;

	for (i = 0; constraints != NULL && i < names->n; i++) {
		trial = X509_new();
		memcpy(one.name[0], names->name[i], CERT_NAME_MAX);
		if (put_names(trial, &one)) {
			/* Reads the names back into what is checked. */
			X509_check_purpose(trial, -1, 0);
			if (NAME_CONSTRAINTS_check(trial, constraints) ==
			    X509_V_OK)
				cert_names_add(&kept, names->name[i]);
		}
		X509_free(trial);
	}
	NAME_CONSTRAINTS_free(constraints);
	ERR_clear_error();
	*names = kept;
}

int
cert_keep_vouched(
    const char *authority_path, struct cert_names *names, struct err *err)
{
	X509 *authority = read_cert(authority_path, err);

	if (authority == NULL)
		return -1;
	keep_vouched(authority, names);
	X509_free(authority);
	return 0;
}

/* No certificate outlives whoever vouches for it. */
static bool
limit_end(X509 *cert, const X509 *authority)
{
	const ASN1_TIME *last = X509_get0_notAfter(authority);

	return ASN1_TIME_compare(X509_get0_notAfter(cert), last) <= 0 ||
	    X509_set1_notAfter(cert, last) == 1;
}

static bool
sign_server(struct pair *pair, const struct pair *authority,
    const struct cert_names *names)
{
	X509 *cert;

	if (!begin(pair, names->name[0], CERT_SERVER_DAYS))
		return false;
	cert = pair->cert;
	return put_names(cert, names) && limit_end(cert, authority->cert) &&
	    X509_set_issuer_name(
		cert, X509_get_subject_name(authority->cert)) == 1 &&
	    put_extension(cert, authority->cert, NID_basic_constraints,
		"critical,CA:FALSE") &&
	    put_extension(cert, authority->cert, NID_key_usage,
		"critical,digitalSignature") &&
	    put_extension(
		cert, authority->cert, NID_ext_key_usage, "serverAuth") &&
	    put_extension(cert, authority->cert, NID_authority_key_identifier,
		"keyid:always") &&
	    X509_sign(cert, authority->key, EVP_sha256()) != 0;
}

int
cert_make_server(const char *path, mode_t mode, const char *authority_path,
    const struct cert_names *names, struct err *err)
{
	struct pair authority = { 0 }, pair = { 0 };
	struct cert_names *vouched = mem_calloc(1, sizeof(*vouched));
	int result = -1;

	*vouched = *names;
	authority.cert = read_cert(authority_path, err);
	if (authority.cert == NULL)
		goto out;
	authority.key = read_key(authority_path, err);
	if (authority.key == NULL)
		goto out;
	keep_vouched(authority.cert, vouched);
	if (X509_cmp_current_time(X509_get0_notAfter(authority.cert)) < 0 ||
	    vouched->n == 0)
		err_set(err, ERR_CORRUPT,
		    "The authority %s, so a new one is needed: "
		    "`miauctl tls init --new`.",
		    vouched->n == 0 ? "can vouch for no name of this machine"
				    : "has ended");
	else if (!sign_server(&pair, &authority, vouched))
		fail(err, "The certificate cannot be made");
	else
		result = write_pair(path, &pair, true, mode, err);
out:
	pair_free(&authority);
	pair_free(&pair);
	free(vouched);
	return result;
}
