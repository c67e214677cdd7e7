/*
 * The master key belongs to one database: with another one nothing that is
 * sealed opens, and what is written then could not be opened afterwards. So
 * whoever has the database takes the keys here, and is refused when they are
 * missing or others.
 */
#ifndef LIB_AUTH_KEY_PROOF_H
#define LIB_AUTH_KEY_PROOF_H

#include "lib/auth/keys.h"
#include "lib/db/db.h"

/* The keys of this database (auth_keys_free). The master key is made where
 * neither there is one nor the database was ever sealed. ERR_CORRUPT: it is
 * missing, or not the one; the sentence says what to do. */
struct auth_keys *auth_keys_open(
    const char *folder, struct db *db, struct err *err) NONNULL MUST_CHECK;

/* Notes by which key this database is sealed, once. For who opens it first. */
int auth_keys_prove(struct db *db, const struct auth_keys *keys,
    struct err *err) NONNULL MUST_CHECK;

#endif
