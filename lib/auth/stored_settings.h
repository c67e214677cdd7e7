/*
 * Settings that people changed: their way between the database, where secrets
 * are sealed, and struct settings.
 */
#ifndef LIB_AUTH_STORED_SETTINGS_H
#define LIB_AUTH_STORED_SETTINGS_H

#include "lib/auth/keys.h"
#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/base/settings.h"
#include "lib/db/db.h"

/* Lays the database's values below file and environment. A row of an unknown
 * name, with a value that is no longer accepted, or sealed by another key is
 * logged and left out. -1 only when the database cannot be read. */
int auth_settings_apply(struct settings *settings, struct db *db,
    const struct auth_keys *keys, struct err *err) NONNULL MUST_CHECK;

/* Environment, file and database as they are at this moment; settings_free.
 * NULL when something cannot be read. */
struct settings *auth_settings_load(struct db *db, const struct auth_keys *keys,
    struct err *err) NONNULL MUST_CHECK;

/* Stores one value, sealed when it is a secret; NULL goes back to the default.
 * updated_by: a user's id or NULL. Call within a transaction. */
int auth_setting_put(struct db *db, const struct auth_keys *keys,
    enum setting_id id, const char *value, const char *updated_by,
    struct err *err) NONNULL_ARGS(1, 2, 6) MUST_CHECK;

#endif
