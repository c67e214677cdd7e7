/*
 * The master key belongs to one database: with another one nothing that is
 * sealed opens, and what is written then could not be opened afterwards. So
 * whoever has the database takes the keys here, and is refused when they are
 * missing or others, and while one takes over from another (rotation.h).
 */
#ifndef LIB_AUTH_KEY_PROOF_H
#define LIB_AUTH_KEY_PROOF_H

#include "lib/auth/keys.h"
#include "lib/base/paths.h"
#include "lib/db/db.h"
#include "lib/store/key_proof.h"

/* The keys of this database (auth_keys_free). The master key is made where
 * neither there is one nor the database was ever sealed. ERR_CORRUPT: it is
 * missing, or not the one, or its replacement was interrupted; the sentence says
 * what to do. */
struct auth_keys *auth_keys_open(
    const char *folder, struct db *db, struct err *err) NONNULL MUST_CHECK;

/* The same for who only looks: also in the middle of a replacement, when the
 * keys are still those of the key before. */
struct auth_keys *auth_keys_open_reading(
    const char *folder, struct db *db, struct err *err) NONNULL MUST_CHECK;

/* Notes by which key this database is sealed, once. For who opens it first. */
int auth_keys_prove(struct db *db, const struct auth_keys *keys,
    struct err *err) NONNULL MUST_CHECK;

/* Refuses (ERR_CORRUPT) a database file, a backup for example, that is sealed by
 * another key than the present one. One from before that was noted passes. */
int auth_keys_fit(const char *folder, const char *database,
    struct err *err) NONNULL MUST_CHECK;

/* <folder>/<name>, of the files by which a key takes over: "previous.key" is
 * there for as long as that lasts. */
int auth_keys_file(const char *folder, const char *name, char out[PATHS_MAX],
    struct err *err) NONNULL MUST_CHECK;

/* The parts of it, for rotation.c. */
bool auth_proof_opens(
    const struct auth_keys *keys, const char *sealed) NONNULL MUST_CHECK;
char *auth_proof_seal(
    const struct auth_keys *keys) NONNULL RETURNS_NONNULL MUST_CHECK;
char *auth_proof_seal_index(const struct auth_keys *keys,
    const unsigned char index[AUTH_KEY_SIZE]) NONNULL RETURNS_NONNULL
    MUST_CHECK;
/* Gives the keys the blind index's key of the proof, if it has one. */
int auth_proof_take_index(struct auth_keys *keys, const struct key_proof *proof,
    struct err *err) NONNULL MUST_CHECK;

#endif
