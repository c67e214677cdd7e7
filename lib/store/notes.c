/* Reasons, stored settings, the scheduler's state. */
#include "lib/store/notes.h"

#include "lib/base/clock.h"
#include "lib/store/rows.h"

enum {
	STMT_REASON_PUT,
	STMT_REASON_CLEAR,
	STMT_REASON_LIST,
	STMT_SETTING_LIST,
	STMT_SETTING_PUT,
	STMT_SETTING_REMOVE,
	STMT_TASK_LIST,
	STMT_TASK_PUT,
	STMT__MAX
};

#define SETTING_LIST_SQL "SELECT name, value FROM setting ORDER BY name"
#define TASK_LIST_SQL                                                          \
	"SELECT name, is_paused, last_started_at, last_finished_at, "          \
	"last_result, last_error, failures, next_at FROM task_state "          \
	"ORDER BY name"

static const char *const sql[STMT__MAX] = {
	[STMT_REASON_PUT] =
	    "INSERT INTO reason (subject, code, sentence, inputs, created_at) "
	    "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (subject, code) "
	    "DO UPDATE SET sentence = excluded.sentence, "
	    "inputs = excluded.inputs, created_at = excluded.created_at",
	[STMT_REASON_CLEAR] = "DELETE FROM reason WHERE subject = ?1",
	[STMT_REASON_LIST] =
	    "SELECT subject, code, sentence, inputs, created_at FROM reason "
	    "WHERE subject = ?1 ORDER BY created_at DESC, id DESC",
	[STMT_SETTING_LIST] = SETTING_LIST_SQL,
	[STMT_SETTING_PUT] =
	    "INSERT INTO setting (name, value, updated_at, updated_by) "
	    "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (name) DO UPDATE "
	    "SET value = excluded.value, updated_at = excluded.updated_at, "
	    "updated_by = excluded.updated_by",
	[STMT_SETTING_REMOVE] = "DELETE FROM setting WHERE name = ?1",
	[STMT_TASK_LIST] = TASK_LIST_SQL,
	[STMT_TASK_PUT] =
	    "INSERT INTO task_state (name, is_paused, last_started_at, "
	    "last_finished_at, last_result, last_error, failures, next_at) "
	    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) "
	    "ON CONFLICT (name) DO UPDATE SET is_paused = excluded.is_paused, "
	    "last_started_at = excluded.last_started_at, "
	    "last_finished_at = excluded.last_finished_at, "
	    "last_result = excluded.last_result, "
	    "last_error = excluded.last_error, failures = excluded.failures, "
	    "next_at = excluded.next_at",
};

/* Settings and tasks are as many as the program has rows for; all are read. */
static const char *const scans[] = { SETTING_LIST_SQL, TASK_LIST_SQL, NULL };

const struct store_sql store_notes_sql = { "notes", sql, STMT__MAX, scans };

enum store_result
store_reason_put(struct db *db, const char *subject, const char *code,
    const char *sentence, const char *inputs_json, struct err *err)
{
	return store_run(db, sql[STMT_REASON_PUT],
	    DB_ARGS(DB_TEXT(subject), DB_TEXT(code), DB_TEXT(sentence),
		DB_TEXT(inputs_json == NULL ? "{}" : inputs_json),
		DB_INT(clock_now_ms())),
	    err);
}

enum store_result
store_reason_clear(struct db *db, const char *subject, struct err *err)
{
	return store_run(
	    db, sql[STMT_REASON_CLEAR], DB_ARGS(DB_TEXT(subject)), err);
}

static void
read_reason(const struct db_rows *rows, struct arena *arena, void *element)
{
	struct reason *reason = element;

	reason->subject = db_text(rows, 0, arena);
	reason->code = db_text(rows, 1, arena);
	reason->sentence = db_text(rows, 2, arena);
	reason->inputs = db_text(rows, 3, arena);
	reason->created_at = db_int(rows, 4);
}

enum store_result
store_reason_list(struct db *db, struct arena *arena, const char *subject,
    struct reason **reasons, size_t *n, struct err *err)
{
	void *elements;
	enum store_result result;

	result = store_collect(db, arena, sql[STMT_REASON_LIST],
	    DB_ARGS(DB_TEXT(subject)), sizeof(**reasons), read_reason,
	    &elements, n, err);
	*reasons = elements;
	return result == STORE_OK && *n == 0 ? STORE_NONE : result;
}

static void
read_setting(const struct db_rows *rows, struct arena *arena, void *element)
{
	struct stored_setting *setting = element;

	setting->name = db_text(rows, 0, arena);
	setting->value = db_text(rows, 1, arena);
}

enum store_result
store_setting_list(struct db *db, struct arena *arena,
    struct stored_setting **settings, size_t *n, struct err *err)
{
	void *elements;
	enum store_result result =
	    store_collect(db, arena, sql[STMT_SETTING_LIST], DB_NONE,
		sizeof(**settings), read_setting, &elements, n, err);

	*settings = elements;
	return result;
}

enum store_result
store_setting_put(struct db *db, const char *name, const char *value,
    const char *updated_by, struct err *err)
{
	if (value == NULL)
		return store_run(
		    db, sql[STMT_SETTING_REMOVE], DB_ARGS(DB_TEXT(name)), err);
	return store_run(db, sql[STMT_SETTING_PUT],
	    DB_ARGS(DB_TEXT(name), DB_TEXT(value), DB_INT(clock_now_ms()),
		DB_TEXT(updated_by)),
	    err);
}

static void
read_task(const struct db_rows *rows, struct arena *arena, void *element)
{
	struct task_state *task = element;

	task->name = db_text(rows, 0, arena);
	task->is_paused = db_int(rows, 1) != 0;
	task->last_started_at = db_int(rows, 2);
	task->last_finished_at = db_int(rows, 3);
	task->last_result = db_text(rows, 4, arena);
	task->last_error = db_text(rows, 5, arena);
	task->failures = db_int(rows, 6);
	task->next_at = db_int(rows, 7);
}

enum store_result
store_task_list(struct db *db, struct arena *arena, struct task_state **tasks,
    size_t *n, struct err *err)
{
	void *elements;
	enum store_result result = store_collect(db, arena, sql[STMT_TASK_LIST],
	    DB_NONE, sizeof(**tasks), read_task, &elements, n, err);

	*tasks = elements;
	return result;
}

enum store_result
store_task_put(struct db *db, const struct task_state *task, struct err *err)
{
	return store_run(db, sql[STMT_TASK_PUT],
	    DB_ARGS(DB_TEXT(task->name), DB_INT(task->is_paused),
		DB_REF(task->last_started_at), DB_REF(task->last_finished_at),
		DB_TEXT(task->last_result), DB_TEXT(task->last_error),
		DB_INT(task->failures), DB_INT(task->next_at)),
	    err);
}
