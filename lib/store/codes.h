/*
 * One-time codes of people: invitations and codes for a new password, stored as
 * the SHA-256 of the code (lib/auth/code.h). A code is used by deleting its row
 * in the transaction that does what it is for, so it works once, whoever races.
 */
#ifndef LIB_STORE_CODES_H
#define LIB_STORE_CODES_H

#include "lib/store/users.h"

enum { CODE_HASH_SIZE = 32 };

struct invitation {
	char *id;
	enum user_role role;
	char *created_by; /* user id; NULL: from the terminal */
	int64_t created_at;
	int64_t expires_at;
};

/* Somebody who comes by a code; the names as of store_user_add. */
struct newcomer {
	const char *email;
	const char *display_name;
	const char *password_hash;
};

extern const struct store_sql store_codes_sql;

/* `in` has all but the id, which is made. */
enum store_result store_invitation_add(struct db *db,
    const unsigned char hash[CODE_HASH_SIZE], const struct invitation *in,
    char out[UUID_SIZE], struct err *err) NONNULL MUST_CHECK;
/* Those that can still be used, newest first. */
enum store_result store_invitation_list(struct db *db, struct arena *arena,
    int64_t now, struct invitation **out, size_t *n,
    struct err *err) NONNULL MUST_CHECK;
enum store_result store_invitation_remove(
    struct db *db, const char *id, struct err *err) NONNULL MUST_CHECK;
/* Whether a code could be used now. */
enum store_result store_invitation_check(struct db *db,
    const unsigned char hash[CODE_HASH_SIZE], int64_t now,
    struct err *err) NONNULL MUST_CHECK;
/* Makes the account that an invitation is for and takes the invitation away.
 * STORE_NONE: it is wrong, used or expired. */
enum store_result store_invitation_use(struct db *db,
    const unsigned char hash[CODE_HASH_SIZE], int64_t now,
    const struct newcomer *newcomer, char out[UUID_SIZE], enum user_role *role,
    struct err *err) NONNULL MUST_CHECK;

/* The one code of a person, by another (NULL: from the terminal), with whose
 * rights it ends. STORE_NONE: nobody of this id. */
enum store_result store_reset_put(struct db *db, const char *user_id,
    const unsigned char hash[CODE_HASH_SIZE], const char *created_by,
    int64_t now, int64_t expires_at, struct err *err)
    NONNULL_ARGS(1, 2, 3, 7) MUST_CHECK;
enum store_result store_reset_check(struct db *db,
    const unsigned char hash[CODE_HASH_SIZE], int64_t now,
    struct err *err) NONNULL MUST_CHECK;
/* Sets the new password, which ends all sessions, and takes the code away.
 * *user_id in the arena. STORE_NONE as above. */
enum store_result store_reset_use(struct db *db, struct arena *arena,
    const unsigned char hash[CODE_HASH_SIZE], int64_t now,
    const char *password_hash, char **user_id, struct ended_sessions *ended,
    struct err *err) NONNULL MUST_CHECK;

/* Takes away what has expired. */
enum store_result store_code_sweep(
    struct db *db, int64_t now, struct err *err) NONNULL MUST_CHECK;

#endif
