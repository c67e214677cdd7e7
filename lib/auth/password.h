/*
 * Passwords: argon2id, 64 MiB, 3 passes, one lane. At most three are computed
 * at a time on the machine: slots are files <run>/argon2.0…2 taken by flock, so
 * that a flood of sign-ins cannot exhaust memory and a killed process frees its
 * slot.
 */
#ifndef LIB_AUTH_PASSWORD_H
#define LIB_AUTH_PASSWORD_H

#include <stdbool.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"

enum { PASSWORD_MIN = 8, PASSWORD_MAX = 1024, PASSWORD_HASH_SIZE = 128 };

/* Hashes into out. ERR_INVALID_FIELDS for a length outside the limits,
 * ERR_BUSY when no slot came free in 10 s. */
int password_hash(const char *run, const char *password,
    char out[PASSWORD_HASH_SIZE], struct err *err) NONNULL MUST_CHECK;

/* The same for what is as short as it is: a PIN (lib/auth/profile.h), a password
 * that another program took. */
int password_hash_any(const char *run, const char *password,
    char out[PASSWORD_HASH_SIZE], struct err *err) NONNULL MUST_CHECK;

/* 1 right, 0 wrong, -1 error. hash NULL (an unknown user) computes as long as
 * for a known one and returns 0. */
int password_check(const char *run, const char *password, const char *hash,
    struct err *err) NONNULL_ARGS(1, 2, 4) MUST_CHECK;

/* Whether another program made this hash (lib/auth/foreign_hash.h): who signs in
 * by it once has one of ours from then on. */
bool password_is_foreign(const char *hash) NONNULL MUST_CHECK;

#endif
