/*
 * The audit log: what happened to accounts, rights, settings, folders and
 * downloads, who did it and from where. It can be added to and nothing else.
 *
 * Each row's hash is SHA-256 over the hash of the row before, its number, time
 * and event, and two digests: of who (actor, address, request) and of what
 * (target, detail), each with a random salt. The end (number and count of
 * rows, last hash) is sealed with the master key. So a row that was changed,
 * removed or put in breaks the chain, also when whoever did it calculated the
 * hashes anew, and one that is missing at the end differs from the seal.
 * Triggers refuse UPDATE and DELETE for everybody who does not remove them.
 * A mark beside the master key says that there is a chain: where nothing is left
 * of it, none is begun as if there had been none.
 *
 * When a person is deleted, what names them is blanked together with its salt.
 * The digests stay and with them the chain, but tell nothing without the salt.
 * The row "audit.erased" holds how many fields were blanked and a hash over
 * their places, so that blanking by another hand is found as well.
 *
 * What cannot be seen from here: that the whole database was replaced by an
 * older state of itself. Compare number and hash of the last row with those
 * that were noted elsewhere.
 */
#ifndef LIB_AUTH_AUDIT_H
#define LIB_AUTH_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/auth/keys.h"
#include "lib/base/attr.h"
#include "lib/base/encode.h"
#include "lib/base/err.h"
#include "lib/db/db.h"
#include "lib/store/audit.h"

enum audit_event {
	AUDIT_UNSAID, /* a route's row that changes something must say one */
	AUDIT_NONE,   /* nothing is written, for a reason */
#define EVENT(name, text, target) AUDIT_##name,
#include "lib/auth/audit_events.def"
#undef EVENT
	AUDIT__MAX
};

struct audit_entry {
	enum audit_event event;
	const char *actor;  /* user id; NULL: the terminal or nobody */
	const char *target; /* of the event's kind */
	const char *address;
	const char *request_id;
	const char *detail; /* JSON object; NULL: {} */
};

/* "user.created"; NULL for AUDIT_UNSAID and AUDIT_NONE. */
const char *audit_event_name(enum audit_event event) MUST_CHECK;

/* Whether there is an event of that name. */
bool audit_event_is_known(const char *name) NONNULL MUST_CHECK;

/* Adds a row. Inside the transaction that makes the change, if there is one,
 * else in one of its own. */
int audit_write(struct db *db, const struct auth_keys *keys,
    const struct audit_entry *entry, struct err *err) NONNULL MUST_CHECK;

/* Begins the chain where there never was one: rows of before are taken into it
 * as they are. Whoever opens the database first calls it; audit_write does so too
 * when it finds that nobody has. */
int audit_begin(struct db *db, const struct auth_keys *keys,
    struct err *err) NONNULL MUST_CHECK;

/* Somebody with what is theirs: profiles, sessions. */
struct audit_person {
	const char *user_id;
	char *const *ids;
	size_t n;
};

/* Blanks what names this person: who did it in rows of theirs, and what was
 * done to them or to what is theirs, by whomever. `entry` says who asked for
 * it; its event and detail are set here. Call it behind the last row about
 * them, in the transaction that deletes them. */
int audit_erase(struct db *db, const struct auth_keys *keys,
    const struct audit_person *person, const struct audit_entry *entry,
    struct err *err) NONNULL MUST_CHECK;

/* Seals the end of the chain with another master key, where the seal is good:
 * one that is false stays so. Within the transaction that ends the old key. */
int audit_reseal(struct db *db, const struct auth_keys *from,
    const struct auth_keys *to, struct err *err) NONNULL MUST_CHECK;

enum { AUDIT_FAULTS_MAX = 20, AUDIT_FAULT_SIZE = 160 };

struct audit_report {
	int64_t n_rows;
	int64_t n_adopted; /* of them from before the chain began */
	int64_t began_at;
	int64_t last_id;
	char hash[ENCODE_HEX_SIZE(AUDIT_HASH_SIZE)]; /* of the last row */
	int64_t n_faults;
	struct audit_fault {
		int64_t id; /* of the row; 0: of the whole log */
		char text[AUDIT_FAULT_SIZE];
	} faults[AUDIT_FAULTS_MAX]; /* the first ones */
};

/* Looks through the whole log; db is a snapshot where others may be writing. -1
 * only when it cannot be read; what is wrong
 * with it stands in the report. */
int audit_verify(struct db *db, const struct auth_keys *keys,
    struct audit_report *report, struct err *err) NONNULL MUST_CHECK;

#endif
