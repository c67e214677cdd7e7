/* The codes of a device that waits, and the answer to it. */
#include "lib/auth/device_code.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "lib/auth/audit.h"
#include "lib/auth/digest.h"
#include "lib/auth/session_part.h"
#include "lib/base/buf.h"
#include "lib/base/encode.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/base/random.h"

enum { SECRET_SIZE = 32, LETTERS = 8, HYPHEN_AT = 4, DETAIL_MAX = 4096 };

/* Of RFC 8628 §6.1: no vowels, hence no words; none looks like a digit. */
static const char alphabet[] = "BCDFGHJKLMNPQRSTVWXZ";

static void
hash_user_code(const struct auth_env *env, const char letters[LETTERS],
    unsigned char out[DEVICE_CODE_HASH_SIZE])
{
	digest_hmac(auth_key(env->keys, KEY_USER_CODE),
	    DIGEST_PARTS(DIGEST_BYTES(letters, LETTERS)), out);
}

/* The letters of what somebody typed; false when they are none of ours. */
static bool
read_user_code(const char *text, char letters[LETTERS])
{
	size_t n = 0;
	int c;

	for (; *text != '\0'; text++) {
		if (*text == '-' || *text == ' ')
			continue;
		c = toupper((unsigned char)*text);
		if (n == LETTERS || strchr(alphabet, c) == NULL)
			return false;
		letters[n++] = (char)c;
	}
	return n == LETTERS;
}

int
device_code_begin(const struct auth_env *env, const char *device,
    struct device_grant *out, struct err *err)
{
	static const struct device_code_limits limits = { DEVICE_CODES_MAX,
		DEVICE_CODES_PER_NETWORK };
	struct device_code code = { .interval_s = DEVICE_CODE_INTERVAL_S };
	unsigned char secret[SECRET_SIZE];
	char letters[LETTERS];
	char network[SESSION_NETWORK_SIZE];
	int i;

	random_bytes(secret, sizeof(secret));
	encode_base64url(secret, sizeof(secret), out->device_code);
	digest_sha256(out->device_code, strlen(out->device_code), code.hash);
	mem_wipe(secret, sizeof(secret));
	for (i = 0; i < LETTERS; i++)
		letters[i] = alphabet[random_below(sizeof(alphabet) - 1)];
	hash_user_code(env, letters, code.user_code_hash);
	snprintf(out->user_code, sizeof(out->user_code), "%.*s-%.*s", HYPHEN_AT,
	    letters, LETTERS - HYPHEN_AT, letters + HYPHEN_AT);
	code.device = session_name_device(env, device);
	code.address = arena_strdup(env->arena, env->address);
	session_customer(env->address, network);
	code.network = network;
	code.created_at = env->now_ms;
	code.expires_at = env->now_ms + DEVICE_CODE_TTL_S * INT64_C(1000);
	out->interval_s = code.interval_s;
	out->ttl_s = DEVICE_CODE_TTL_S;
	return store_device_code_add(env->db, &code, &limits, err) == STORE_OK
	    ? 0
	    : -1;
}

static int
refuse(struct err *err)
{
	return err_set(err, ERR_DEVICE_CODE_NOT_FOUND,
	    "No device waits with this code. Codes hold for ten minutes.");
}

static int
find(const struct auth_env *env, const char *user_code,
    unsigned char hash[DEVICE_CODE_HASH_SIZE], struct device_code *out,
    struct err *err)
{
	char letters[LETTERS];

	if (!read_user_code(user_code, letters))
		return refuse(err);
	hash_user_code(env, letters, hash);
	switch (store_device_code_find(
	    env->db, env->arena, hash, env->now_ms, out, err)) {
	case STORE_OK:
		return 0;
	case STORE_NONE:
		return refuse(err);
	case STORE_ERROR:
		break;
	}
	return -1;
}

int
device_code_find(const struct auth_env *env, const char *user_code,
    struct device_code *out, struct err *err)
{
	unsigned char hash[DEVICE_CODE_HASH_SIZE];

	return find(env, user_code, hash, out, err);
}

static int
audit(const struct auth_env *env, const char *user_id,
    const struct device_code *code, bool is_approved, struct err *err)
{
	struct json_object *obj = json_object_new_object();
	struct audit_entry entry = {
		.event =
		    is_approved ? AUDIT_DEVICE_APPROVED : AUDIT_DEVICE_DENIED,
		.actor = user_id,
		.address = env->address,
		.request_id = env->request_id,
	};
	struct buf detail;
	int result;

	json_add_text(obj, "device", code->device);
	json_add_text(obj, "address", code->address);
	buf_init(&detail, DETAIL_MAX);
	result = json_write(&detail, obj);
	entry.detail = detail.data;
	if (result == 0)
		result = audit_write(env->db, env->keys, &entry, err);
	else
		err_set(err, ERR_INTERNAL, "The device's name is too long.");
	buf_fini(&detail);
	json_object_put(obj);
	return result;
}

int
device_code_answer(const struct auth_env *env, const char *user_id,
    const char *profile_id, const char *user_code, bool is_approved,
    struct err *err)
{
	unsigned char hash[DEVICE_CODE_HASH_SIZE];
	struct device_code code;
	enum store_result answered;

	if (db_begin(env->db, err) == -1)
		return -1;
	if (find(env, user_code, hash, &code, err) == -1)
		goto err;
	answered = store_device_code_answer(
	    env->db, hash, user_id, profile_id, is_approved, env->now_ms, err);
	if (answered == STORE_NONE)
		refuse(err);
	if (answered == STORE_OK &&
	    audit(env, user_id, &code, is_approved, err) == 0 &&
	    db_commit(env->db, err) == 0)
		return 0;
err:
	db_rollback(env->db);
	return -1;
}
