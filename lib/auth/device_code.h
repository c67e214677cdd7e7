/*
 * Signing in on a device without a keyboard (RFC 8628). The device gets two
 * codes: one that it alone knows and asks with, 256 random bits, of which the
 * database has the SHA-256; and one that it shows, eight letters in which none
 * is taken for another, of which the database has a keyed hash. Somebody who is
 * signed in elsewhere types the second and says yes; the device's next question
 * is answered with a session, once. What people type opens nothing by itself.
 */
#ifndef LIB_AUTH_DEVICE_CODE_H
#define LIB_AUTH_DEVICE_CODE_H

#include "lib/auth/session.h"
#include "lib/store/device_codes.h"

enum {
	DEVICE_CODE_TTL_S = 600,
	DEVICE_CODE_INTERVAL_S = 5,
	DEVICE_CODES_MAX = 1000, /* that wait at a time */
	DEVICE_CODES_PER_NETWORK = 16,
	DEVICE_CODE_SIZE = 44, /* base64url */
	USER_CODE_SIZE = 10,   /* "BCDF-GHJK" */
};

struct device_grant {
	char device_code[DEVICE_CODE_SIZE];
	char user_code[USER_CODE_SIZE];
	int64_t interval_s;
	int64_t ttl_s;
};

/* Two codes for a device that wants to sign in. device NULL: named after the
 * user agent. Of one network as of all only so many wait: the oldest goes. */
int device_code_begin(const struct auth_env *env, const char *device,
    struct device_grant *out, struct err *err) NONNULL_ARGS(1, 3, 4) MUST_CHECK;

/* Which device waits with this code; in whatever case, with or without the
 * hyphen. ERR_DEVICE_CODE_NOT_FOUND. */
int device_code_find(const struct auth_env *env, const char *user_code,
    struct device_code *out, struct err *err) NONNULL MUST_CHECK;

/* Says yes or no to it as a profile of that person, as which the device then
 * watches, and audits that. ERR_DEVICE_CODE_NOT_FOUND, also for one that was
 * answered already. */
int device_code_answer(const struct auth_env *env, const char *user_id,
    const char *profile_id, const char *user_code, bool is_approved,
    struct err *err) NONNULL MUST_CHECK;

#endif
