/* Keeps the certificates of an installation. */
#include "daemon/miauctl/tls.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/miauctl/trust.h"
#include "lib/base/address.h"
#include "lib/base/clock.h"
#include "lib/base/fs.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

#define DAY_MS (24 * 3600 * 1000LL)

void
tls_find(
    const struct paths *paths, const struct settings *settings, struct tls *tls)
{
	const char *given = settings_text(settings, SETTING_TLS_CERTIFICATE);
	const char *key = settings_text(settings, SETTING_TLS_KEY);

	snprintf(tls->authority, sizeof(tls->authority), "%s/tls/authority.pem",
	    paths->state);
	snprintf(tls->trust, sizeof(tls->trust), "%s/trust", paths->state);
	snprintf(tls->certificate, sizeof(tls->certificate),
	    "%s/" ADDRESS_TLS_FILE, paths->state);
	snprintf(tls->key, sizeof(tls->key), "%s", tls->certificate);
	tls->kind = fs_exists(tls->certificate) ? TLS_MADE : TLS_OFF;
	if (given[0] == '\0')
		return;
	tls->kind = TLS_GIVEN;
	snprintf(tls->certificate, sizeof(tls->certificate), "%s", given);
	snprintf(
	    tls->key, sizeof(tls->key), "%s", key[0] != '\0' ? key : given);
}

/* --- names ---------------------------------------------------------------- */

static void
add_host(struct cert_names *names)
{
	char host[CERT_NAME_MAX], local[CERT_NAME_MAX + 8];
	char *at;

	if (gethostname(host, sizeof(host)) == -1)
		return;
	host[sizeof(host) - 1] = '\0';
	for (at = host; *at != '\0'; at++) {
		*at = (char)tolower((unsigned char)*at);
		if (!isalnum((unsigned char)*at) && strchr(".-_", *at) == NULL)
			return;
	}
	cert_names_add(names, host);
	snprintf(
	    local, sizeof(local), "%.*s.local", (int)strcspn(host, "."), host);
	cert_names_add(names, local);
}

/* The names and addresses by which this machine is reached, its own first. */
static void
find_names(const struct settings *settings, struct cert_names *names)
{
	struct address_list *list = mem_calloc(1, sizeof(*list));
	size_t i;

	names->n = 0;
	add_host(names);
	cert_names_add(names, "localhost");
	cert_names_add(names, ADDRESS_LOCAL_NAME);
	cert_names_add(names, "127.0.0.1");
	cert_names_add(names, "::1");
	address_find(settings, list);
	for (i = 0; i < list->n; i++)
		cert_names_add(names, list->at[i].host);
	free(list);
}

bool
tls_is_due(const struct cert_facts *facts, const struct cert_names *wanted,
    int64_t authority_ends_ms, int64_t now_ms)
{
	bool is_last = facts->ends_ms >= authority_ends_ms;
	int i;

	if (facts->ends_ms - now_ms < TLS_RENEW_DAYS * DAY_MS &&
	    (!is_last || now_ms >= authority_ends_ms))
		return true;
	for (i = 0; i < wanted->n; i++)
		if (!cert_names_have(&facts->names, wanted->name[i]))
			return true;
	return false;
}

/* --- making --------------------------------------------------------------- */

static int
make_folder(
    const struct paths *paths, const char *name, mode_t mode, struct err *err)
{
	char path[PATHS_MAX + 32];

	snprintf(path, sizeof(path), "%s/%s", paths->state, name);
	if (fs_mkdirs(path, mode, err) == -1)
		return -1;
	if (chmod(path, mode) == -1)
		return err_errno(
		    err, ERR_INTERNAL, "Cannot change the mode of %s", path);
	return 0;
}

/* Installed, the web server is another user, of the group to which the state
 * folder was given. */
static bool
has_group(const struct paths *paths, gid_t *group)
{
	struct stat st;

	if (!paths_are_installed() || stat(paths->state, &st) == -1 ||
	    st.st_gid == getegid())
		return false;
	*group = st.st_gid;
	return true;
}

/* What is made in the folder belongs to the web server's group, then, and the
 * server's file may be read by it; the authority's stays 0600. *mode is the
 * server's. */
static int
give_to_group(const struct paths *paths, mode_t *mode, struct err *err)
{
	char path[PATHS_MAX + 8];
	struct stat st;
	gid_t group;

	*mode = 0600;
	if (!has_group(paths, &group))
		return 0;
	*mode = 0640;
	snprintf(path, sizeof(path), "%s/tls", paths->state);
	if (stat(path, &st) == 0 && st.st_gid == group &&
	    (st.st_mode & 07777) == TLS_SHARED)
		return 0;
	if (chown(path, (uid_t)-1, group) == -1 ||
	    chmod(path, TLS_SHARED) == -1)
		return err_errno(err, ERR_INTERNAL,
		    "Cannot give %s to the web server's group", path);
	return 0;
}

int
tls_renew(
    const struct paths *paths, const struct settings *settings, struct err *err)
{
	struct cert_names *names = mem_calloc(1, sizeof(*names));
	char server[PATHS_MAX + 32];
	struct tls *tls = mem_calloc(1, sizeof(*tls));
	mode_t mode;
	int result;

	tls_find(paths, settings, tls);
	find_names(settings, names);
	snprintf(server, sizeof(server), "%s/" ADDRESS_TLS_FILE, paths->state);
	result = give_to_group(paths, &mode, err);
	if (result == 0)
		result =
		    cert_make_server(server, mode, tls->authority, names, err);
	/* The page tells addresses. */
	if (result == 0)
		result = trust_write(paths, settings, err);
	free(tls);
	free(names);
	return result;
}

int
tls_begin(
    const struct paths *paths, const struct settings *settings, struct err *err)
{
	struct cert_names *names = mem_calloc(1, sizeof(*names));
	char public_path[PATHS_MAX + 64];
	struct tls *tls = mem_calloc(1, sizeof(*tls));
	int result = -1;

	tls_find(paths, settings, tls);
	find_names(settings, names);
	snprintf(public_path, sizeof(public_path), "%s/" TRUST_CERTIFICATE,
	    tls->trust);
	if (make_folder(paths, "tls", 0700, err) == 0 &&
	    make_folder(paths, "trust", 0755, err) == 0 &&
	    cert_make_authority(tls->authority, public_path, names, err) == 0)
		result = tls_renew(paths, settings, err);
	free(tls);
	free(names);
	return result;
}

int
tls_look(const struct paths *paths, const struct settings *settings,
    bool *is_due, struct err *err)
{
	struct cert_names *wanted = mem_calloc(1, sizeof(*wanted));
	struct cert_facts *facts = mem_calloc(1, sizeof(*facts));
	struct cert_facts *authority = mem_calloc(1, sizeof(*authority));
	struct tls *tls = mem_calloc(1, sizeof(*tls));
	int result = 0;

	*is_due = false;
	tls_find(paths, settings, tls);
	if (tls->kind != TLS_MADE)
		goto out;
	find_names(settings, wanted);
	result = cert_keep_vouched(tls->authority, wanted, err);
	if (result == 0)
		result = cert_read(tls->authority, authority, err);
	if (result == -1)
		goto out;
	/* One that cannot be read is made anew. */
	*is_due = cert_read(tls->certificate, facts, err) == -1 ||
	    tls_is_due(facts, wanted, authority->ends_ms, clock_now_ms());
out:
	free(tls);
	free(authority);
	free(facts);
	free(wanted);
	return result;
}

int
tls_keep(const struct paths *paths, const struct settings *settings,
    bool *is_new, struct err *err)
{
	int result = tls_look(paths, settings, is_new, err);

	if (result == 0 && *is_new)
		result = tls_renew(paths, settings, err);
	if (result == -1)
		*is_new = false;
	return result;
}

/* --- looking -------------------------------------------------------------- */

int
tls_check(const struct tls *tls, struct err *err)
{
	struct cert_facts *facts;
	int64_t now_ms = clock_now_ms();
	int result;

	if (tls->kind == TLS_OFF)
		return 0;
	facts = mem_calloc(1, sizeof(*facts));
	result = cert_read(tls->certificate, facts, err);
	if (result == 0)
		result = cert_check_key(tls->certificate, tls->key, err);
	if (result == 0 && facts->ends_ms <= now_ms)
		result = err_set(err, ERR_SETTING_INVALID,
		    "The certificate %s has ended%s", tls->certificate,
		    tls->kind == TLS_MADE ? ": `miauctl tls renew`." : ".");
	else if (result == 0 && facts->begins_ms > now_ms)
		result = err_set(err, ERR_SETTING_INVALID,
		    "The certificate %s has not begun yet, or this machine's "
		    "clock is late.",
		    tls->certificate);
	free(facts);
	return result;
}

static bool
has_word_for(const struct cert_names *names, const char *name)
{
	const char *dot = strchr(name, '.');
	char wild[CERT_NAME_MAX + 2];

	if (cert_names_have(names, name))
		return true;
	snprintf(wild, sizeof(wild), "*%s", dot == NULL ? "" : dot);
	return dot != NULL && cert_names_have(names, wild);
}

int
tls_missing(const struct tls *tls, const struct settings *settings,
    struct cert_names *missing, struct err *err)
{
	struct cert_names *wanted = mem_calloc(1, sizeof(*wanted));
	struct cert_facts *facts = mem_calloc(1, sizeof(*facts));
	int result = cert_read(tls->certificate, facts, err), i;

	missing->n = 0;
	find_names(settings, wanted);
	for (i = 0; result == 0 && i < wanted->n; i++)
		if (!has_word_for(&facts->names, wanted->name[i]))
			cert_names_add(missing, wanted->name[i]);
	free(facts);
	free(wanted);
	return result;
}
