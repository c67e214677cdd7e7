/* Passkeys: options, registration and sign-in. What a browser sent is read in
 * passkey_read.c. */
#include "lib/auth/passkey.h"

#include <arpa/inet.h>
#include <fido.h>
#include <stdio.h>
#include <string.h>

#include "lib/auth/audit.h"
#include "lib/auth/digest.h"
#include "lib/auth/passkey_part.h"
#include "lib/base/encode.h"
#include "lib/base/json.h"
#include "lib/base/random.h"
#include "lib/base/str.h"

enum { CHALLENGE_SIZE = 32, CHALLENGE_MS = 5 * 60 * 1000 };

bool
passkey_site_of(
    struct arena *arena, const char *origin, struct passkey_site *site)
{
	const char *host = strstr(origin, "://");
	struct in_addr v4;
	char *name;

	if (host == NULL)
		return false;
	host += 3;
	name = arena_strndup(arena, host, strcspn(host, ":/"));
	if (*name == '\0' || *name == '[' || inet_pton(AF_INET, name, &v4) == 1)
		return false;
	site->rp_id = name;
	site->origin = arena_strdup(arena, origin);
	return true;
}

int
passkey_site_find(
    const struct auth_env *env, struct passkey_site *site, struct err *err)
{
	if (env->origin != NULL &&
	    passkey_site_of(env->arena, env->origin, site))
		return 0;
	return err_set(err, ERR_PASSKEY_REFUSED,
	    "Passkeys work on this server's own pages, opened by a name "
	    "and not by an address.");
}

/* Stores a new challenge and adds it with what both kinds of options share. */
static int
add_challenge(const struct auth_env *env, const char *user_id,
    struct json_object *options, struct err *err)
{
	unsigned char bytes[CHALLENGE_SIZE];
	unsigned char hash[PASSKEY_CHALLENGE_HASH_SIZE];
	char text[ENCODE_B64_SIZE(CHALLENGE_SIZE)];

	random_bytes(bytes, sizeof(bytes));
	encode_base64url(bytes, sizeof(bytes), text);
	digest_sha256(text, strlen(text), hash);
	if (store_challenge_add(env->db, hash, user_id, env->now_ms,
		env->now_ms + CHALLENGE_MS, err) != STORE_OK)
		return -1;
	json_add_text(options, "challenge", text);
	json_add_int(options, "timeout", CHALLENGE_MS);
	return 0;
}

static struct json_object *
make_rp(const struct passkey_site *site)
{
	struct json_object *rp = json_object_new_object();

	json_add_text(rp, "id", site->rp_id);
	json_add_text(rp, "name", "Miauflix");
	return rp;
}

/* The handle is the person's id, which is random: it names nobody. */
static struct json_object *
make_person(const struct user *user)
{
	struct json_object *person = json_object_new_object();
	char handle[ENCODE_B64_SIZE(UUID_SIZE)];

	encode_base64url(user->id, strlen(user->id), handle);
	json_add_text(person, "id", handle);
	json_add_text(person, "name", user->email);
	json_add_text(person, "displayName", user->display_name);
	return person;
}

static struct json_object *
make_algorithms(void)
{
	struct json_object *list = json_object_new_array(), *one;
	size_t i;

	for (i = 0; i < PASSKEY_ALGORITHMS; i++) {
		one = json_object_new_object();
		json_add_text(one, "type", "public-key");
		json_add_int(one, "alg", passkey_algorithms[i]);
		json_object_array_add(list, one);
	}
	return list;
}

static struct json_object *
make_transports(const char *transports)
{
	struct json_object *list = json_object_new_array();
	size_t len;

	for (; *transports != '\0'; transports += len) {
		transports += *transports == ',';
		len = strcspn(transports, ",");
		json_object_array_add(
		    list, json_object_new_string_len(transports, (int)len));
	}
	return list;
}

/* One device needs no two passkeys of the same person. */
static struct json_object *
make_excluded(const struct passkey *passkeys, size_t n)
{
	struct json_object *list = json_object_new_array(), *one;
	char id[ENCODE_B64_SIZE(PASSKEY_CREDENTIAL_MAX)];
	size_t i;

	for (i = 0; i < n; i++) {
		one = json_object_new_object();
		encode_base64url(
		    passkeys[i].credential, passkeys[i].credential_len, id);
		json_add_text(one, "type", "public-key");
		json_add_text(one, "id", id);
		json_add(
		    one, "transports", make_transports(passkeys[i].transports));
		json_object_array_add(list, one);
	}
	return list;
}

/* It asks who one is, and signs in without a name being typed. */
static struct json_object *
make_selection(void)
{
	struct json_object *selection = json_object_new_object();

	json_add_text(selection, "residentKey", "required");
	json_add_bool(selection, "requireResidentKey", true);
	json_add_text(selection, "userVerification", "required");
	return selection;
}

struct json_object *
passkey_registration_options(const struct auth_env *env,
    const struct passkey_site *site, const struct user *user, struct err *err)
{
	struct json_object *options;
	struct passkey *passkeys;
	size_t n;

	if (store_passkey_list(
		env->db, env->arena, user->id, &passkeys, &n, err) != STORE_OK)
		return NULL;
	options = json_object_new_object();
	if (add_challenge(env, user->id, options, err) == -1) {
		json_object_put(options);
		return NULL;
	}
	json_add(options, "rp", make_rp(site));
	json_add(options, "user", make_person(user));
	json_add(options, "pubKeyCredParams", make_algorithms());
	json_add(options, "excludeCredentials", make_excluded(passkeys, n));
	json_add(options, "authenticatorSelection", make_selection());
	json_add_text(options, "attestation", "none");
	return options;
}

struct json_object *
passkey_sign_in_options(const struct auth_env *env,
    const struct passkey_site *site, struct err *err)
{
	struct json_object *options = json_object_new_object();

	if (add_challenge(env, NULL, options, err) == -1) {
		json_object_put(options);
		return NULL;
	}
	json_add_text(options, "rpId", site->rp_id);
	json_add(options, "allowCredentials", json_object_new_array());
	json_add_text(options, "userVerification", "required");
	return options;
}

static int
refuse(struct err *err, const char *why)
{
	return err_set(err, ERR_PASSKEY_REFUSED, "%s", why);
}

/* Whether the challenge was given out for this: `user_id` NULL, a sign-in. */
static int
take_challenge(const struct auth_env *env, const char *challenge,
    const char *user_id, struct err *err)
{
	unsigned char hash[PASSKEY_CHALLENGE_HASH_SIZE];
	enum store_result result;
	char *owner;

	digest_sha256(challenge, strlen(challenge), hash);
	result = store_challenge_take(
	    env->db, env->arena, hash, env->now_ms, &owner, err);
	if (result == STORE_ERROR)
		return -1;
	if (result == STORE_NONE)
		return refuse(
		    err, "This took too long or was used already. Try again.");
	if ((owner == NULL) != (user_id == NULL) ||
	    (owner != NULL && strcmp(owner, user_id) != 0))
		return refuse(err, "This was asked for something else.");
	return 0;
}

static int
note(const struct auth_env *env, const char *user_id, int64_t passkey,
    enum audit_event event, struct err *err)
{
	const struct audit_entry entry = {
		.actor = user_id,
		.event = event,
		.target = user_id,
		.address = env->address,
		.request_id = env->request_id,
		.detail = arena_printf(
		    env->arena, "{\"passkey\":%lld}", (long long)passkey),
	};

	return audit_write(env->db, env->keys, &entry, err);
}

/* Ends the transaction of a change, with its row in the audit log. */
static int
end(const struct auth_env *env, enum store_result result, const char *user_id,
    int64_t passkey, enum audit_event event, struct err *err)
{
	if (result == STORE_OK && note(env, user_id, passkey, event, err) == -1)
		result = STORE_ERROR;
	return store_end(env->db, result, err) == STORE_OK ? 0 : -1;
}

static int
keep(const struct auth_env *env, struct passkey *passkey, struct err *err)
{
	enum store_result result;

	if (db_begin(env->db, err) == -1)
		return -1;
	result = store_passkey_add(env->db, passkey, &passkey->id, err);
	return end(env, result, passkey->user_id, passkey->id,
	    AUDIT_PASSKEY_ADDED, err);
}

int
passkey_register(const struct auth_env *env, const struct passkey_site *site,
    const struct user *user, const char *name, struct json_object *credential,
    struct passkey *out, struct err *err)
{
	struct passkey_reply reply;

	if (passkey_read(env->arena, credential, PASSKEY_CREATE, &reply, err) ==
		-1 ||
	    take_challenge(env, reply.challenge, user->id, err) == -1 ||
	    passkey_check_site(&reply, site, err) == -1)
		return -1;
	memset(out, 0, sizeof(*out));
	if (passkey_read_key(env->arena, &reply, out, err) == -1)
		return -1;
	out->user_id = user->id;
	out->rp_id = arena_strdup(env->arena, site->rp_id);
	out->transports = reply.transports;
	out->name = name == NULL
	    ? session_device_name(env->arena, env->user_agent)
	    : arena_strdup(env->arena, name);
	out->created_at = env->now_ms;
	return keep(env, out, err);
}

/* The person of a passkey, if they may sign in. */
static int
find_person(const struct auth_env *env, const struct passkey *passkey,
    struct user *user, struct err *err)
{
	enum store_result result =
	    store_user_find(env->db, env->arena, passkey->user_id, user, err);

	if (result == STORE_ERROR)
		return -1;
	if (result == STORE_NONE || user->is_disabled)
		return err_set(
		    err, ERR_BAD_CREDENTIALS, "This passkey may not sign in.");
	return 0;
}

int
passkey_prove(const struct auth_env *env, const struct passkey_site *site,
    struct json_object *credential, struct user *user, struct err *err)
{
	struct passkey_reply reply;
	struct passkey passkey;
	int64_t count;

	if (passkey_read(env->arena, credential, PASSKEY_GET, &reply, err) ==
		-1 ||
	    take_challenge(env, reply.challenge, NULL, err) == -1 ||
	    passkey_check_site(&reply, site, err) == -1)
		return -1;
	switch (store_passkey_find(
	    env->db, env->arena, reply.id, reply.id_len, &passkey, err)) {
	case STORE_ERROR:
		return -1;
	case STORE_NONE:
		return err_set(err, ERR_BAD_CREDENTIALS,
		    "This passkey is not known here.");
	case STORE_OK:
		break;
	}
	if (passkey_verify(&reply, site, &passkey, &count, err) == -1)
		return -1;
	switch (
	    store_passkey_use(env->db, passkey.id, count, env->now_ms, err)) {
	case STORE_ERROR:
		return -1;
	case STORE_NONE:
		if (note(env, passkey.user_id, passkey.id, AUDIT_PASSKEY_COPIED,
			err) == -1)
			return -1;
		return refuse(err,
		    "A copy of this passkey may exist. Sign in another way "
		    "and remove it.");
	case STORE_OK:
		break;
	}
	return find_person(env, &passkey, user, err);
}

int
passkey_remove(const struct auth_env *env, const char *user_id, int64_t id,
    struct err *err)
{
	enum store_result result;

	if (db_begin(env->db, err) == -1)
		return -1;
	result = store_passkey_remove(env->db, user_id, id, err);
	if (result == STORE_NONE)
		err_set(
		    err, ERR_PASSKEY_NOT_FOUND, "There is no such passkey.");
	return end(env, result, user_id, id, AUDIT_PASSKEY_REMOVED, err);
}
