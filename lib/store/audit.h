/*
 * The rows of the audit log and of its end, as they lie in the database. Who
 * writes to it calls lib/auth/audit.h, which knows how a row is chained.
 */
#ifndef LIB_STORE_AUDIT_H
#define LIB_STORE_AUDIT_H

#include "lib/store/store.h"

enum { AUDIT_HASH_SIZE = 32, AUDIT_SALT_SIZE = 16 };

/* The two groups of fields that can be blanked. */
enum audit_part { AUDIT_WHO, AUDIT_WHAT, AUDIT_PART__MAX };

struct audit_row {
	int64_t id;
	int64_t at;
	char *actor; /* user id; NULL: the terminal, nobody, or blanked */
	char *event;
	char *target;
	char *address;
	char *request_id;
	char *detail; /* JSON object */
	struct {
		bool has_salt;
		unsigned char salt[AUDIT_SALT_SIZE];
		unsigned char digest[AUDIT_HASH_SIZE];
		int64_t erased_by; /* 0: not blanked */
	} part[AUDIT_PART__MAX];
	bool is_chained;
	unsigned char hash[AUDIT_HASH_SIZE];
	/* Of a list: what the people are called who are still here. */
	char *actor_name;
	char *target_name;
};

/* What a list is narrowed to. */
struct audit_filter {
	const char *actor; /* NULL: anybody */
	const char *event; /* NULL: any */
	int64_t from;      /* at or after */
	int64_t to;        /* before; 0: no end */
};

/* A page of the log, newest first. */
struct audit_page {
	struct audit_row *rows;
	size_t n;
	char *cursor; /* NULL at the end */
	int64_t total;
};

struct audit_head {
	int64_t last_id;
	int64_t n_rows;
	unsigned char hash[AUDIT_HASH_SIZE];
	int64_t began_at;
	int64_t n_adopted;
	unsigned char seal[AUDIT_HASH_SIZE];
};

extern const struct store_sql store_audit_sql;

/* STORE_NONE: the chain has not begun. */
enum store_result store_audit_head_find(struct db *db, struct arena *arena,
    struct audit_head *head, struct err *err) NONNULL MUST_CHECK;
enum store_result store_audit_head_put(struct db *db,
    const struct audit_head *head, struct err *err) NONNULL MUST_CHECK;

/* The largest id, 0 without rows. */
enum store_result store_audit_last(
    struct db *db, int64_t *last_id, struct err *err) NONNULL MUST_CHECK;
/* Whether any row is chained. */
enum store_result store_audit_is_chained(
    struct db *db, bool *is_chained, struct err *err) NONNULL MUST_CHECK;

/* Adds a row with the id that it has. */
enum store_result store_audit_append(struct db *db, const struct audit_row *row,
    struct err *err) NONNULL MUST_CHECK;
/* Gives a row of before its salts, digests and hash. */
enum store_result store_audit_chain(struct db *db, const struct audit_row *row,
    struct err *err) NONNULL MUST_CHECK;
/* Blanks a part of a row; `by` is the row that tells of it. */
enum store_result store_audit_erase(struct db *db, int64_t id,
    enum audit_part part, int64_t by, struct err *err) NONNULL MUST_CHECK;

enum store_result store_audit_page(struct db *db, struct arena *arena,
    const struct audit_filter *filter, const struct store_page *page,
    struct audit_page *out, struct err *err) NONNULL MUST_CHECK;
/* Up to `max` rows before an id, newest first, without a total. */
enum store_result store_audit_before(struct db *db, struct arena *arena,
    const struct audit_filter *filter, int64_t before, int max,
    struct audit_row **rows, size_t *n, struct err *err) NONNULL MUST_CHECK;

/* Up to `max` rows behind an id, oldest first. */
enum store_result store_audit_walk(struct db *db, struct arena *arena,
    int64_t after, int max, struct audit_row **rows, size_t *n,
    struct err *err) NONNULL MUST_CHECK;
/* The same of those whose actor or target is this person. */
enum store_result store_audit_walk_person(struct db *db, struct arena *arena,
    const char *user_id, int64_t after, int max, struct audit_row **rows,
    size_t *n, struct err *err) NONNULL MUST_CHECK;

#endif
