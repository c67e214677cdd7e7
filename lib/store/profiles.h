/*
 * Profiles: who is watching. Progress, history and what is seen of the titles
 * belong to one; a person has at least one, and through the API always one
 * without a limit. A PIN arrives here already hashed (lib/auth/password.h).
 */
#ifndef LIB_STORE_PROFILES_H
#define LIB_STORE_PROFILES_H

#include "lib/store/maturity.h"
#include "lib/store/store.h"

enum { PROFILES_MAX = 10 };

struct profile {
	char *id;
	char *user_id;
	char *name;
	char *language;
	char *preferences; /* JSON object */
	char *avatar;      /* the name of a drawing */
	char *colour;
	char *pin_hash; /* NULL: none */
	struct viewer viewer;
};

extern const struct store_sql store_profiles_sql;

enum store_result store_profile_find(struct db *db, struct arena *arena,
    const char *id, struct profile *profile,
    struct err *err) NONNULL MUST_CHECK;
/* The first profile of a user. */
enum store_result store_profile_default(struct db *db, struct arena *arena,
    const char *user_id, struct profile *profile,
    struct err *err) NONNULL MUST_CHECK;
/* Those of a user, oldest first. */
enum store_result store_profile_list(struct db *db, struct arena *arena,
    const char *user_id, struct profile **profiles, size_t *n,
    struct err *err) NONNULL MUST_CHECK;
/* NULL fields stay. */
enum store_result store_profile_update(struct db *db, const char *id,
    const char *language, const char *preferences, struct err *err)
    NONNULL_ARGS(1, 2, 5) MUST_CHECK;

/* Adds one of all fields but id and preferences; sets profile->id in the arena.
 * STORE_NONE: the user has PROFILES_MAX. */
enum store_result store_profile_add(struct db *db, struct arena *arena,
    struct profile *profile, struct err *err) NONNULL MUST_CHECK;
/* Writes all fields but user_id and preferences of a profile that is there.
 * When it may see other titles than before, its stream keys end. STORE_NONE:
 * the user would have none without a limit, and `is_last_fine` is false. Runs
 * in a transaction of its own. */
enum store_result store_profile_put(struct db *db,
    const struct profile *profile, bool is_last_fine,
    struct err *err) NONNULL MUST_CHECK;
/* Whether its PIN and what it sees are still as they were read; ask in the
 * transaction that goes by it. STORE_NONE: they are not, or it has gone. */
enum store_result store_profile_is_same(struct db *db, struct arena *arena,
    const struct profile *read, struct err *err) NONNULL MUST_CHECK;
/* Removes it with its progress, history, sessions and keys. STORE_NONE: the
 * user would have none without a limit. */
enum store_result store_profile_remove(
    struct db *db, const char *id, struct err *err) NONNULL MUST_CHECK;

/* The sessions in which it is in use. */
enum store_result store_profile_sessions(struct db *db, struct arena *arena,
    const char *id, char ***sessions, size_t *n,
    struct err *err) NONNULL MUST_CHECK;
/* Another profile of the same user watches in a session from now on; keys that
 * the session made for others end. STORE_NONE: no such session of the profile's
 * user. Runs in a transaction of its own. */
enum store_result store_profile_use(struct db *db, const char *id,
    const char *session_id, struct err *err) NONNULL MUST_CHECK;

#endif
