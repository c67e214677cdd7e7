/*
 * Hashes of passwords that another program made, as they are let in with its
 * people (lib/auth/people_import.h). What checking one costs is written in the
 * hash itself, by whoever wrote the file: it is bounded here, before it is
 * stored.
 */
#ifndef LIB_AUTH_FOREIGN_HASH_H
#define LIB_AUTH_FOREIGN_HASH_H

#include <stdbool.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"

/* NULL when somebody can sign in by this hash, else why not, in words that
 * follow its name. Good are argon2id and argon2i of version 19 with at most
 * 64 MiB, 10 passes and 4 lanes, and bcrypt ($2a$, $2b$, $2y$) with a cost of 4
 * to 14. */
const char *foreign_hash_problem(const char *hash) NONNULL MUST_CHECK;

bool foreign_hash_is_bcrypt(const char *hash) NONNULL MUST_CHECK;
/* 1 right, 0 wrong, -1 error. Of the password bcrypt sees the first 72 bytes. */
int foreign_hash_check_bcrypt(
    const char *password, const char *hash, struct err *err) NONNULL MUST_CHECK;

#endif
