/* Replacing the master key. */
#include "lib/auth/rotation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/auth/audit.h"
#include "lib/auth/key_proof.h"
#include "lib/auth/sealed.h"
#include "lib/base/clock.h"
#include "lib/base/fs.h"
#include "lib/base/mem.h"
#include "lib/db/admin.h"
#include "lib/store/device_codes.h"
#include "lib/store/sealed.h"
#include "lib/store/sessions.h"

enum { ARENA_MAX = 64 * 1024 * 1024, PAGE = 64 };

struct change {
	const struct paths *paths;
	const char *new_file; /* NULL: the keys lie in the folder */
	char master[PATHS_MAX];
	char previous[PATHS_MAX];
	char next[PATHS_MAX];
	struct auth_keys *from;
	struct auth_keys *to; /* NULL: not made, or not in its place yet */
	bool is_linked;       /* by this call */
	bool is_done;         /* but for previous.key */
	struct rotation *told;
};

/* --- The keys --------------------------------------------------------------- */

static bool
are_same(const struct auth_keys *one, const struct auth_keys *other)
{
	return memcmp(auth_key(one, KEY_SEAL), auth_key(other, KEY_SEAL),
		   AUTH_KEY_SIZE) == 0;
}

static int
read_folder(struct change *change, struct err *err)
{
	if (!fs_exists(change->previous)) {
		change->from =
		    auth_keys_read(change->master, change->paths->keys, err);
		return change->from == NULL ? -1 : 0;
	}
	change->from =
	    auth_keys_read(change->previous, change->paths->keys, err);
	change->to = auth_keys_read(change->master, change->paths->keys, err);
	if (change->from == NULL || change->to == NULL)
		return -1;
	if (are_same(change->from, change->to)) {
		auth_keys_free(change->to);
		change->to = NULL;
	}
	return 0;
}

static int
read_given(struct change *change, struct err *err)
{
	change->from = auth_keys_load(change->paths->keys, 0, err);
	change->to = auth_keys_read(change->new_file, change->paths->keys, err);
	if (change->from == NULL || change->to == NULL)
		return -1;
	if (are_same(change->from, change->to))
		return err_set(err, ERR_CONFLICT,
		    "%s holds the present master key.", change->new_file);
	return 0;
}

static int
read_keys(struct change *change, struct err *err)
{
	auth_keys_free(change->from);
	auth_keys_free(change->to);
	change->from = change->to = NULL;
	return change->new_file == NULL ? read_folder(change, err)
					: read_given(change, err);
}

/* Whether they are the keys of this database, and which of them is in use. */
static int
check_keys(
    struct change *change, const struct key_proof *proof, struct err *err)
{
	if (proof->next != NULL && change->new_file == NULL &&
	    !fs_exists(change->previous))
		return err_set(err, ERR_CORRUPT,
		    "%s is missing, by which a part of the database is still "
		    "sealed: put it back. Nothing was changed.",
		    change->previous);
	if (proof->next != NULL &&
	    (change->to == NULL || !auth_proof_opens(change->to, proof->next)))
		return err_set(err, ERR_CORRUPT,
		    "The new master key is not the one with which this began: "
		    "put the right one back. Nothing was changed.");
	if (auth_proof_opens(change->from, proof->sealed))
		return auth_proof_take_index(change->from, proof, err);
	change->is_done =
	    change->to != NULL && auth_proof_opens(change->to, proof->sealed);
	if (change->is_done)
		return 0;
	return err_set(err, ERR_CORRUPT,
	    "%s is not the key by which this database was sealed: put the "
	    "right one back. Nothing was changed.",
	    change->new_file != NULL          ? "The present master key"
		: fs_exists(change->previous) ? change->previous
					      : change->master);
}

/* A job of with_database: reads the keys and compares them with the proof, which
 * is written first where a database never had one. */
static int
take_keys(struct db *db, struct change *change, struct err *err)
{
	struct arena *arena;
	struct key_proof proof;
	enum store_result found;
	int result = -1;

	if (read_keys(change, err) == -1)
		return -1;
	if (change->to == NULL && auth_keys_prove(db, change->from, err) == -1)
		return -1;
	arena = arena_new(ARENA_MAX);
	found = store_key_proof_find(db, arena, &proof, err);
	if (found == STORE_OK)
		result = check_keys(change, &proof, err);
	else if (found == STORE_NONE)
		err_set(err, ERR_CONFLICT,
		    "This database was not opened by this version yet: start "
		    "Miauflix once.");
	arena_free(arena);
	return result;
}

/* --- Files of keys/ ----------------------------------------------------------
 */

/* Makes the new key and keeps the old one beside it. */
static int
begin_files(struct change *change, struct err *err)
{
	if (change->new_file != NULL || change->to != NULL)
		return 0;
	change->is_linked = !fs_exists(change->previous);
	if ((change->is_linked || !fs_exists(change->next)) &&
	    auth_keys_make(change->next, err) == -1)
		return -1;
	if (change->is_linked && link(change->master, change->previous) == -1)
		return err_errno(
		    err, ERR_IO, "Cannot make %s", change->previous);
	return fs_sync_folder(change->previous, err);
}

/* Before anything was changed. */
static void
undo_files(const struct change *change)
{
	if (!change->is_linked)
		return;
	unlink(change->previous);
	unlink(change->next);
}

static int
switch_files(struct change *change, struct err *err)
{
	if (change->new_file != NULL || change->to != NULL)
		return 0;
	if (rename(change->next, change->master) == -1)
		return err_errno(err, ERR_IO, "Cannot make %s", change->master);
	return fs_sync_folder(change->master, err);
}

static int
end_files(const struct change *change, struct err *err)
{
	if (change->new_file != NULL)
		return 0;
	if (unlink(change->previous) == -1)
		return err_errno(
		    err, ERR_IO, "Cannot remove %s", change->previous);
	return fs_sync_folder(change->previous, err);
}

/* --- What is sealed -----------------------------------------------------------
 */

/* One value within the transaction of its page. One that does not open is left,
 * as a damaged one is at any other time. */
static int
reseal_value(struct db *db, struct change *change, enum sealed_column column,
    const struct sealed_value *value, struct err *err)
{
	const struct seal_place place = { .table =
					      store_sealed_names[column].table,
		.column = store_sealed_names[column].column,
		.row = value->row };
	struct sealed_value fresh = { .row = value->row };
	enum store_result result;
	char id[SEAL_ID_SIZE];

	if (!seal_read_id(value->text, id) || strcmp(id, change->told->to) == 0)
		return 0;
	fresh.text =
	    seal_again(change->from, change->to, &place, value->text, err);
	if (fresh.text == NULL) {
		change->told->n_left++;
		return 0;
	}
	change->told->n_values++;
	result = store_sealed_put(db, column, &fresh, err);
	free(fresh.text);
	return result == STORE_OK ? 0 : -1;
}

static int
reseal_page(struct db *db, void *arg, enum sealed_column column,
    const struct sealed_value *values, size_t n, struct err *err)
{
	struct change *change = arg;
	size_t i;

	if (db_begin(db, err) == -1)
		return -1;
	for (i = 0; i < n; i++)
		if (reseal_value(db, change, column, &values[i], err) == -1) {
			db_rollback(db);
			return -1;
		}
	return db_commit(db, err);
}

typedef int (*page_fn)(struct db *db, void *arg, enum sealed_column column,
    const struct sealed_value *values, size_t n, struct err *err);

static int
each_page_of(struct db *db, enum sealed_column column, page_fn each, void *arg,
    struct err *err)
{
	char after[SEALED_NAME_SIZE * 4] = "";
	struct sealed_value *values;
	struct arena *arena;
	size_t n = PAGE;
	int result = 0;

	while (result == 0 && n == PAGE) {
		arena = arena_new(ARENA_MAX);
		if (store_sealed_list(db, arena, column, after, PAGE, &values,
			&n, err) != STORE_OK)
			result = -1;
		else
			result = each(db, arg, column, values, n, err);
		if (result == 0 && n > 0)
			snprintf(after, sizeof(after), "%s", values[n - 1].row);
		arena_free(arena);
	}
	return result;
}

/* Calls `each` with the pages of all columns. */
static int
each_page(struct db *db, page_fn each, void *arg, struct err *err)
{
	int column;

	for (column = 0; column < SEALED_COLUMN__MAX; column++)
		if (each_page_of(
			db, (enum sealed_column)column, each, arg, err) == -1)
			return -1;
	return 0;
}

static int
reseal_file(
    struct change *change, const struct sealed_file *file, struct err *err)
{
	const struct sealed_place place = { .folder = change->paths->resume,
		.keys = change->from,
		.name = file->name };
	char id[SEAL_ID_SIZE];

	if (sealed_key_id(&place, file->kind, id, err) == -1)
		return -1;
	if (strcmp(id, change->told->to) == 0)
		return 0;
	if (sealed_again(&place, file->kind, change->to, err) == 0) {
		change->told->n_files++;
		return 0;
	}
	if (err->code != ERR_CORRUPT)
		return -1;
	change->told->n_left++;
	return 0;
}

static int
reseal_files(struct change *change, struct err *err)
{
	struct sealed_file *files;
	size_t n, i;
	int result;

	if (sealed_tidy(change->paths->resume, err) == -1 ||
	    sealed_list(change->paths->resume, &files, &n, err) == -1)
		return -1;
	for (i = 0, result = 0; result == 0 && i < n; i++)
		result = reseal_file(change, &files[i], err);
	free(files);
	return result;
}

static int
write_event(struct db *db, const struct change *change, struct err *err)
{
	char detail[64];
	const struct audit_entry entry = { .event = AUDIT_MASTERKEY_ROTATED,
		.detail = detail };

	snprintf(detail, sizeof(detail), "{\"from\":\"%s\",\"to\":\"%s\"}",
	    change->told->from, change->told->to);
	return audit_write(db, change->to, &entry, err);
}

/* From its commit on the old key is worth nothing. */
static int
finish(struct db *db, const struct change *change, struct err *err)
{
	char *index = auth_proof_seal_index(
	    change->to, auth_key(change->from, KEY_INDEX));
	int result = db_begin(db, err);

	if (result == 0 &&
	    (store_key_proof_end(db, index, clock_now_ms(), err) != STORE_OK ||
		audit_reseal(db, change->from, change->to, err) == -1 ||
		store_session_clear(db, err) == STORE_ERROR ||
		store_device_code_clear(db, err) == STORE_ERROR ||
		write_event(db, change, err) == -1))
		result = -1;
	if (result == 0)
		result = db_commit(db, err);
	if (result == -1)
		db_rollback(db);
	free(index);
	return result;
}

/* A job of with_database, once the new key is in its place. */
static int
reseal(struct db *db, struct change *change, struct err *err)
{
	char *next;
	enum store_result begun;

	if (take_keys(db, change, err) == -1)
		return -1;
	seal_key_id(change->from, change->told->from);
	seal_key_id(change->to, change->told->to);
	if (change->is_done)
		return 0;
	next = auth_proof_seal(change->to);
	begun = store_key_proof_begin(db, next, err);
	free(next);
	if (begun != STORE_OK)
		return -1;
	if (each_page(db, reseal_page, change, err) == -1 ||
	    reseal_files(change, err) == -1)
		return -1;
	return finish(db, change, err);
}

/* --- One after the other ------------------------------------------------------
 */

static int
with_database(struct change *change,
    int (*job)(struct db *, struct change *, struct err *), struct err *err)
{
	struct db_pool *pool =
	    db_pool_new(change->paths->database, DB_WRITE, 1, true, err);
	struct db *db;
	int result;

	if (pool == NULL)
		return -1;
	db = db_open(pool);
	result = job(db, change, err);
	db_close(db);
	db_pool_free(pool);
	return result;
}

/* Settled once before, which shows that nobody has it open, and once after, so
 * that nothing that the old key sealed is left beside the database. */
static int
rotate(struct change *change, struct err *err)
{
	const char *database = change->paths->database;

	if (with_database(change, take_keys, err) == -1 ||
	    begin_files(change, err) == -1)
		return -1;
	if (db_settle(database, err) == -1) {
		undo_files(change);
		return -1;
	}
	if (switch_files(change, err) == -1 ||
	    with_database(change, reseal, err) == -1 ||
	    db_settle(database, err) == -1)
		return -1;
	return end_files(change, err);
}

int
auth_rotate(const struct paths *paths, const char *new_key_file,
    struct rotation *told, struct err *err)
{
	struct change *change = mem_calloc(1, sizeof(*change));
	int result = -1;

	*told = (struct rotation){ 0 };
	change->paths = paths;
	change->new_file = new_key_file;
	change->told = told;
	if (auth_keys_file(paths->keys, "master.key", change->master, err) ==
		0 &&
	    auth_keys_file(
		paths->keys, "previous.key", change->previous, err) == 0 &&
	    auth_keys_file(paths->keys, "next.key", change->next, err) == 0)
		result = rotate(change, err);
	auth_keys_free(change->from);
	auth_keys_free(change->to);
	free(change);
	return result;
}

/* --- How much is sealed by which key -------------------------------------------
 */

struct count {
	struct sealed_by *list;
	size_t n;
};

static struct sealed_by *
find_count(struct count *count, const char *id)
{
	struct sealed_by *by;
	size_t i;

	for (i = 0; i < count->n; i++)
		if (strcmp(count->list[i].id, id) == 0)
			return &count->list[i];
	count->list =
	    mem_realloc(count->list, count->n + 1, sizeof(*count->list));
	by = &count->list[count->n++];
	*by = (struct sealed_by){ 0 };
	snprintf(by->id, sizeof(by->id), "%s", id);
	return by;
}

static void
count_value(struct count *count, const char *sealed)
{
	char id[SEAL_ID_SIZE];

	if (sealed != NULL && seal_read_id(sealed, id))
		find_count(count, id)->n_values++;
}

static int
count_page(struct db *db, void *arg, enum sealed_column column,
    const struct sealed_value *values, size_t n, struct err *err)
{
	(void)db;
	(void)column;
	(void)err;
	while (n-- > 0)
		count_value(arg, values[n].text);
	return 0;
}

static int
count_proof(struct db *db, struct count *count, struct err *err)
{
	struct arena *arena = arena_new(ARENA_MAX);
	struct key_proof proof;
	enum store_result found = store_key_proof_find(db, arena, &proof, err);

	if (found == STORE_OK) {
		count_value(count, proof.sealed);
		count_value(count, proof.next);
		count_value(count, proof.index_key);
	}
	arena_free(arena);
	return found == STORE_ERROR ? -1 : 0;
}

/* A file may go while Miauflix runs. */
static int
count_files(const char *resume, struct count *count, struct err *err)
{
	struct sealed_file *files;
	struct sealed_place place = { .folder = resume };
	char id[SEAL_ID_SIZE];
	size_t n, i;
	int result = 0;

	if (sealed_list(resume, &files, &n, err) == -1)
		return -1;
	for (i = 0; result == 0 && i < n; i++) {
		place.name = files[i].name;
		result = sealed_key_id(&place, files[i].kind, id, err);
		if (result == 0 && id[0] != '\0')
			find_count(count, id)->n_files++;
		else if (result == -1 && err->code == ERR_NOT_FOUND)
			result = 0;
	}
	free(files);
	return result;
}

int
auth_count_sealed(struct db *db, const char *resume, struct sealed_by **list,
    size_t *n, struct err *err)
{
	struct count count = { 0 };
	int result = -1;

	if (count_proof(db, &count, err) == 0 &&
	    each_page(db, count_page, &count, err) == 0)
		result = count_files(resume, &count, err);
	if (result == -1) {
		free(count.list);
		count = (struct count){ 0 };
	}
	*list = count.list;
	*n = count.n;
	return result;
}
