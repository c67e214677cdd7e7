/*
 * Codes by which a device waits to be signed in. The rules stand in
 * lib/auth/device_code.h; here are rows, and the one question that is atomic.
 */
#ifndef LIB_STORE_DEVICE_CODES_H
#define LIB_STORE_DEVICE_CODES_H

#include "lib/store/store.h"

enum { DEVICE_CODE_HASH_SIZE = 32 };

struct device_code {
	unsigned char hash[DEVICE_CODE_HASH_SIZE];
	unsigned char user_code_hash[DEVICE_CODE_HASH_SIZE];
	char *device;
	char *address;
	char *network; /* of the address; not read */
	int64_t interval_s;
	int64_t created_at;
	int64_t expires_at;
};

/* How many codes may wait. */
struct device_code_limits {
	int64_t all;         /* beyond it the oldest goes, those that were
				approved last of all */
	int64_t per_network; /* beyond it a network loses its oldest */
};

enum device_poll {
	DEVICE_POLL_UNKNOWN, /* never there, expired, or used */
	DEVICE_POLL_WAITING,
	DEVICE_POLL_TOO_SOON, /* the interval is longer from now on */
	DEVICE_POLL_DENIED,
	DEVICE_POLL_APPROVED, /* told once */
};

extern const struct store_sql store_device_codes_sql;

/* Removes what has expired or is one too many, and adds a code. */
enum store_result store_device_code_add(struct db *db,
    const struct device_code *code, const struct device_code_limits *limits,
    struct err *err) NONNULL MUST_CHECK;

/* One that waits, by what people type. Hashes are left out. */
enum store_result store_device_code_find(struct db *db, struct arena *arena,
    const unsigned char user_code_hash[DEVICE_CODE_HASH_SIZE], int64_t now,
    struct device_code *code, struct err *err) NONNULL MUST_CHECK;

/* Answers one that waits, as a profile of a person; STORE_NONE when none does. */
enum store_result store_device_code_answer(struct db *db,
    const unsigned char user_code_hash[DEVICE_CODE_HASH_SIZE],
    const char *user_id, const char *profile_id, bool is_approved, int64_t now,
    struct err *err) NONNULL MUST_CHECK;

/* The device asks. APPROVED fills both ids and removes the row in the same
 * transaction, so that of several who ask at once one is told. Who asks before
 * the interval has gone by, less slack_ms, waits growth_s longer from then on. */
enum store_result store_device_code_poll(struct db *db, struct arena *arena,
    const unsigned char hash[DEVICE_CODE_HASH_SIZE], int64_t slack_ms,
    int64_t growth_s, int64_t now, enum device_poll *poll, char **user_id,
    char **profile_id, struct err *err) NONNULL MUST_CHECK;

/* Removes those to which a person has said yes. */
enum store_result store_device_code_forget(
    struct db *db, const char *user_id, struct err *err) NONNULL MUST_CHECK;

/* Removes what has expired. */
enum store_result store_device_code_sweep(
    struct db *db, int64_t now, struct err *err) NONNULL MUST_CHECK;

/* Removes all. */
enum store_result store_device_code_clear(
    struct db *db, struct err *err) NONNULL MUST_CHECK;

#endif
