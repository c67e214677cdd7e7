/*
 * The row of a session as it is read, for the files that read one. Private to
 * lib/store.
 */
#ifndef LIB_STORE_SESSION_ROWS_H
#define LIB_STORE_SESSION_ROWS_H

#include "lib/store/sessions.h"

/* Of session s, its user u, its profile p, and the key k by which it lives, if
 * any. */
#define SESSION_COLUMNS                                                        \
	"s.id, s.user_id, s.profile_id, s.device, s.address, "                 \
	"s.refresh_hash, s.previous_hash, s.client_hash, "                     \
	"s.refresh_counter, s.rotated_at, s.refresh_expires_at, "              \
	"s.created_at, s.expires_at, s.last_used_at, s.revoked_at, "           \
	"u.role, u.state, k.id, k.scope, " VIEWER_COLUMNS("p") " "
#define SESSION_PEOPLE                                                         \
	"JOIN user u ON u.id = s.user_id "                                     \
	"JOIN profile p ON p.id = s.profile_id "

/* How many columns those are. */
enum { SESSION_COLUMN_COUNT = 21 };

/* Fills a struct session from the current row, which begins with them. */
void store_session_read(
    const struct db_rows *rows, struct arena *arena, void *element) NONNULL;

/* A hash of the row into out; zeros when it is NULL. */
void store_hash_read(const struct db_rows *rows, int column,
    struct arena *arena, unsigned char out[SESSION_HASH_SIZE]) NONNULL;

#endif
