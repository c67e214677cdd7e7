/* API keys and app passwords: made, ended, judged. */
#include "lib/auth/api_key.h"

#include <ctype.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "lib/auth/digest.h"
#include "lib/auth/people_part.h"
#include "lib/base/encode.h"
#include "lib/base/json.h"
#include "lib/base/random.h"
#include "lib/base/str.h"

enum { KEY_BYTES = 32, LETTERS = 20, GROUP = 5, NAME_BYTES = 400 };

#define DAY_MS (24 * 3600 * INT64_C(1000))

/* 23 of them: 90 bits. Without those that look alike on a set. */
static const char letters[] = "abcdefghjkmnpqrstuvwxyz";

static void
make_key(char out[API_KEY_TEXT_SIZE], unsigned char hash[API_KEY_HASH_SIZE])
{
	unsigned char bytes[KEY_BYTES];
	char *to = stpcpy(out, API_KEY_PREFIX);

	random_bytes(bytes, sizeof(bytes));
	encode_base64url(bytes, sizeof(bytes), to);
	digest_sha256(out, strlen(out), hash);
}

static void
make_password(
    char out[API_KEY_TEXT_SIZE], unsigned char hash[API_KEY_HASH_SIZE])
{
	char plain[LETTERS], *to = out;
	int i;

	for (i = 0; i < LETTERS; i++) {
		if (i > 0 && i % GROUP == 0)
			*to++ = '-';
		plain[i] = letters[random_below(sizeof(letters) - 1)];
		*to++ = plain[i];
	}
	*to = '\0';
	digest_sha256(plain, LETTERS, hash);
}

/* The letters of a password; false when it cannot be one of ours. */
static bool
read_password(const char *typed, char plain[LETTERS])
{
	char c;
	int n = 0;

	for (; *typed != '\0'; typed++) {
		if (*typed == '-' || *typed == ' ')
			continue;
		c = (char)tolower((unsigned char)*typed);
		if (n == LETTERS || strchr(letters, c) == NULL)
			return false;
		plain[n++] = c;
	}
	return n == LETTERS;
}

static const char *
kind_word(enum api_key_kind kind)
{
	return kind == API_KEY_PASSWORD ? "password" : "key";
}

static struct json_object *
detail_of(const struct api_key *key)
{
	struct json_object *detail = json_object_new_object();

	json_add_text(detail, "key", key->id);
	json_add_text(detail, "kind", kind_word(key->kind));
	json_add_text(detail, "scope", store_scope_word(key->scope));
	return detail;
}

static char *
shown_name(const struct auth_env *env, const char *name)
{
	char *shown = str_to_display(name, strnlen(name, NAME_BYTES));
	char *copy = arena_strdup(env->arena, shown);

	free(shown);
	return copy;
}

/* Ends the transaction that it is in. */
static int
keep(const struct auth_env *env, const char *actor, const struct api_key *key,
    struct err *err)
{
	enum store_result result = store_api_key_add(env->db, key, err);

	if (result == STORE_NONE)
		err_set(err, ERR_CONFLICT,
		    "A person may have %d keys and app passwords; revoke one "
		    "first.",
		    API_KEYS_PER_USER);
	if (result == STORE_OK &&
	    people_audit(env, actor, AUDIT_KEY_CREATED, key->user_id,
		detail_of(key), err) == -1)
		result = STORE_ERROR;
	return store_end(env->db, result, err) == STORE_OK ? 0 : -1;
}

int
api_key_make(const struct auth_env *env, const char *actor, const char *user_id,
    const char *profile_id, const struct api_key_wish *wish,
    struct api_key *out, char text[API_KEY_TEXT_SIZE], struct err *err)
{
	char id[UUID_SIZE];

	random_uuid(id);
	*out = (struct api_key){
		.id = arena_strdup(env->arena, id),
		.user_id = arena_strdup(env->arena, user_id),
		.profile_id = arena_strdup(env->arena, profile_id),
		.kind = wish->kind,
		.name = shown_name(env, wish->name),
		.scope = wish->scope,
		.created_at = env->now_ms,
		.expires_at =
		    wish->days == 0 ? 0 : env->now_ms + wish->days * DAY_MS,
	};
	if (wish->kind == API_KEY_PASSWORD)
		make_password(text, out->hash);
	else
		make_key(text, out->hash);
	if (db_begin(env->db, err) == -1)
		return -1;
	return keep(env, actor, out, err);
}

/* The row before it goes; STORE_NONE when the person has none such. */
static enum store_result
find_own(const struct auth_env *env, const char *user_id, const char *id,
    struct api_key *out, struct err *err)
{
	struct api_key *keys;
	size_t i, n;

	if (store_api_key_list(env->db, env->arena, user_id, &keys, &n, err) ==
	    STORE_ERROR)
		return STORE_ERROR;
	for (i = 0; i < n; i++)
		if (strcmp(keys[i].id, id) == 0) {
			*out = keys[i];
			return STORE_OK;
		}
	return STORE_NONE;
}

int
api_key_revoke(const struct auth_env *env, const char *actor,
    const char *user_id, const char *id, struct ended_sessions *ended,
    struct err *err)
{
	struct api_key key;
	enum store_result result;

	if (db_begin(env->db, err) == -1)
		return -1;
	result = find_own(env, user_id, id, &key, err);
	if (result == STORE_OK)
		result = store_api_key_remove(
		    env->db, env->arena, user_id, id, ended, err);
	if (result == STORE_NONE)
		err_set(err, ERR_API_KEY_NOT_FOUND,
		    "There is no such key or app password.");
	if (result == STORE_OK &&
	    people_audit(env, actor, AUDIT_KEY_REVOKED, user_id,
		detail_of(&key), err) == -1)
		result = STORE_ERROR;
	return store_end(env->db, result, err) == STORE_OK ? 0 : -1;
}

bool
api_key_is(const char *token)
{
	return str_starts(token, API_KEY_PREFIX);
}

static int
refuse(struct err *err)
{
	return err_set(err, ERR_UNAUTHORIZED,
	    "This key or app password is unknown, revoked or expired.");
}

static int
find(const struct auth_env *env, const char *text, size_t len,
    enum api_key_kind kind, struct api_key_found *found, struct err *err)
{
	unsigned char hash[API_KEY_HASH_SIZE];

	digest_sha256(text, len, hash);
	switch (
	    store_api_key_find(env->db, env->arena, hash, kind, found, err)) {
	case STORE_ERROR:
		return -1;
	case STORE_NONE:
		return refuse(err);
	case STORE_OK:
		break;
	}
	if (CRYPTO_memcmp(hash, found->key.hash, sizeof(hash)) != 0 ||
	    found->session.user_disabled || found->session.revoked_at != 0 ||
	    (found->key.expires_at != 0 &&
		env->now_ms >= found->key.expires_at))
		return refuse(err);
	return 0;
}

static void
give(const struct api_key_found *found, struct session *session,
    int64_t *ends_at)
{
	*session = found->session;
	*ends_at =
	    found->key.expires_at == 0 ? INT64_MAX : found->key.expires_at;
}

int
api_key_prove(const struct auth_env *env, const char *text,
    struct session *session, int64_t *ends_at, struct err *err)
{
	struct api_key_found found;
	size_t len = strnlen(text, API_KEY_TEXT_SIZE);

	if (len != API_KEY_TEXT_SIZE - 1)
		return refuse(err);
	if (find(env, text, len, API_KEY_BEARER, &found, err) == -1)
		return -1;
	give(&found, session, ends_at);
	return 0;
}

int
api_key_prove_password(const struct auth_env *env, const char *login,
    const char *typed, struct session *session, int64_t *ends_at,
    struct err *err)
{
	struct api_key_found found;
	char plain[LETTERS], *login_key;
	bool is_theirs;

	if (!read_password(typed, plain))
		return refuse(err);
	if (find(env, plain, LETTERS, API_KEY_PASSWORD, &found, err) == -1)
		return -1;
	login_key = str_fold_email(login);
	is_theirs = strcmp(login_key, found.email_key) == 0 ||
	    strcmp(login_key, found.name_key) == 0;
	free(login_key);
	if (!is_theirs)
		return refuse(err);
	give(&found, session, ends_at);
	return 0;
}
