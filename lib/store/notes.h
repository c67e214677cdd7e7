/*
 * What the house remembers about itself: reasons of decisions, stored settings,
 * the scheduler's state.
 */
#ifndef LIB_STORE_NOTES_H
#define LIB_STORE_NOTES_H

#include "lib/store/store.h"

struct reason {
	char *
	    subject; /* "file:12", "folder:3", "movie-2000000001", "source:7" */
	char *code;
	char *sentence;
	char *inputs; /* JSON object */
	int64_t created_at;
};

struct task_state {
	char *name;
	bool is_paused;
	int64_t last_started_at; /* 0: never */
	int64_t last_finished_at;
	char *last_result; /* "ok", "error" or NULL */
	char *last_error;
	int64_t failures; /* in a row */
	int64_t next_at;
};

extern const struct store_sql store_notes_sql;

/* A newer reason with the same subject and code takes the place of the old. */
enum store_result store_reason_put(struct db *db, const char *subject,
    const char *code, const char *sentence, const char *inputs_json,
    struct err *err) NONNULL_ARGS(1, 2, 3, 4, 6) MUST_CHECK;
enum store_result store_reason_clear(
    struct db *db, const char *subject, struct err *err) NONNULL MUST_CHECK;
/* Newest first; STORE_NONE when there is none. */
enum store_result store_reason_list(struct db *db, struct arena *arena,
    const char *subject, struct reason **reasons, size_t *n,
    struct err *err) NONNULL MUST_CHECK;

struct stored_setting {
	char *name;
	char *value;
};
enum store_result store_setting_list(struct db *db, struct arena *arena,
    struct stored_setting **settings, size_t *n,
    struct err *err) NONNULL MUST_CHECK;
/* value NULL removes. updated_by NULL: from the terminal. */
enum store_result store_setting_put(struct db *db, const char *name,
    const char *value, const char *updated_by, struct err *err)
    NONNULL_ARGS(1, 2, 5) MUST_CHECK;

/* All rows; put inserts or replaces by name. */
enum store_result store_task_list(struct db *db, struct arena *arena,
    struct task_state **tasks, size_t *n, struct err *err) NONNULL MUST_CHECK;
enum store_result store_task_put(struct db *db, const struct task_state *task,
    struct err *err) NONNULL MUST_CHECK;

#endif
