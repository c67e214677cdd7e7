/*
 * How the audit log is chained: what writing and verifying share. Private to
 * lib/auth.
 */
#ifndef LIB_AUTH_AUDIT_PART_H
#define LIB_AUTH_AUDIT_PART_H

#include "lib/auth/audit.h"

enum { AUDIT_PAGE = 256, AUDIT_ARENA_MAX = 16 * 1024 * 1024 };

/* Instead of how many rows were adopted: it was begun anew behind a break. */
enum { AUDIT_BROKEN = -1 };

/* Of salt and fields as they stand in the row. */
void audit_part_digest(const struct audit_row *row, enum audit_part part,
    unsigned char out[AUDIT_HASH_SIZE]) NONNULL;
/* Of the row, behind one with the hash `previous` (zeros: the first). */
void audit_row_hash(const unsigned char previous[AUDIT_HASH_SIZE],
    const struct audit_row *row, unsigned char out[AUDIT_HASH_SIZE]) NONNULL;
void audit_head_seal(const struct auth_keys *keys,
    const struct audit_head *head, unsigned char out[AUDIT_HASH_SIZE]) NONNULL;

/* Blanked fields that one "audit.erased" answers for: their number and a hash
 * over their places, in the order of the rows. */
struct audit_tally {
	int64_t by; /* that row */
	int64_t n;
	unsigned char hash[AUDIT_HASH_SIZE];
};
void audit_tally_add(
    struct audit_tally *tally, int64_t id, enum audit_part part) NONNULL;

/* Whether its target, or what its detail tells, is of a person. */
bool audit_event_is_personal(const char *name) NONNULL MUST_CHECK;
/* Blanks what names a person, and counts it. */
int audit_erase_rows(struct db *db, const struct audit_person *person,
    struct audit_tally *tally, struct err *err) NONNULL MUST_CHECK;

#endif
