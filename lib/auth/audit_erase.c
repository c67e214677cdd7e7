/*
 * Blanking what names a person in the audit log.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/auth/audit_part.h"
#include "lib/base/mem.h"

/* What is to be blanked of a row. */
struct erasure {
	int64_t id;
	bool part[AUDIT_PART__MAX];
};

struct erasing {
	struct arena *arena;
	const char *user_id;
	char **ids; /* of profiles and sessions of theirs */
	size_t n_ids;
	size_t max_ids;
	struct erasure *rows;
	size_t n_rows;
	size_t max_rows;
};

static void
add_id(struct erasing *erasing, const char *id)
{
	if (erasing->n_ids == erasing->max_ids) {
		erasing->max_ids = erasing->max_ids * 2 + 16;
		erasing->ids = mem_realloc(
		    erasing->ids, erasing->max_ids, sizeof(*erasing->ids));
	}
	erasing->ids[erasing->n_ids++] = arena_strdup(erasing->arena, id);
}

static void
add_row(struct erasing *erasing, const struct erasure *row)
{
	if (!row->part[AUDIT_WHO] && !row->part[AUDIT_WHAT])
		return;
	if (erasing->n_rows == erasing->max_rows) {
		erasing->max_rows = erasing->max_rows * 2 + 64;
		erasing->rows = mem_realloc(
		    erasing->rows, erasing->max_rows, sizeof(*erasing->rows));
	}
	erasing->rows[erasing->n_rows++] = *row;
}

/* A row by or about `id`: the person, or what is theirs. */
static void
note_row(struct erasing *erasing, const struct audit_row *row, const char *id)
{
	bool by =
	    row->actor != NULL && strcmp(row->actor, erasing->user_id) == 0;
	bool about = row->target != NULL && strcmp(row->target, id) == 0;
	struct erasure erasure = { .id = row->id };

	erasure.part[AUDIT_WHO] = by && row->part[AUDIT_WHO].erased_by == 0;
	erasure.part[AUDIT_WHAT] =
	    (about || (by && audit_event_is_personal(row->event))) &&
	    row->part[AUDIT_WHAT].erased_by == 0;
	add_row(erasing, &erasure);
	if (by && id == erasing->user_id && row->target != NULL &&
	    audit_event_is_personal(row->event))
		add_id(erasing, row->target);
}

static int
note_rows(
    struct db *db, struct erasing *erasing, const char *id, struct err *err)
{
	struct audit_row *rows;
	struct arena *arena;
	size_t n = AUDIT_PAGE, i;
	int64_t after = 0;
	int result = 0;

	while (result == 0 && n == AUDIT_PAGE) {
		arena = arena_new(AUDIT_ARENA_MAX);
		if (store_audit_walk_person(db, arena, id, after, AUDIT_PAGE,
			&rows, &n, err) != STORE_OK)
			result = -1;
		for (i = 0; result == 0 && i < n; i++) {
			note_row(erasing, &rows[i], id);
			after = rows[i].id;
		}
		arena_free(arena);
	}
	return result;
}

static int
compare_ids(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
compare_rows(const void *a, const void *b)
{
	const struct erasure *left = a, *right = b;

	return left->id < right->id ? -1 : left->id > right->id;
}

/* Of what is theirs others wrote as well: the terminal, an administrator. A
 * session that ended long ago is known by their own rows alone. */
static int
note_all(struct db *db, struct erasing *erasing,
    const struct audit_person *person, struct err *err)
{
	size_t i, n;

	for (i = 0; i < person->n; i++)
		add_id(erasing, person->ids[i]);
	if (note_rows(db, erasing, person->user_id, err) == -1)
		return -1;
	n = erasing->n_ids;
	if (n > 0)
		qsort(erasing->ids, n, sizeof(*erasing->ids), compare_ids);
	for (i = 0; i < n; i++)
		if ((i == 0 ||
			strcmp(erasing->ids[i - 1], erasing->ids[i]) != 0) &&
		    note_rows(db, erasing, erasing->ids[i], err) == -1)
			return -1;
	if (erasing->n_rows > 0)
		qsort(erasing->rows, erasing->n_rows, sizeof(*erasing->rows),
		    compare_rows);
	return 0;
}

static int
erase_row(struct db *db, const struct erasure *row, struct audit_tally *tally,
    struct err *err)
{
	int part;

	for (part = 0; part < AUDIT_PART__MAX; part++) {
		if (!row->part[part])
			continue;
		audit_tally_add(tally, row->id, (enum audit_part)part);
		if (store_audit_erase(db, row->id, (enum audit_part)part,
			tally->by, err) != STORE_OK)
			return -1;
	}
	return 0;
}

/* In the order of the log, in which the tally is made; a row that was noted
 * twice once. */
static int
erase_noted(struct db *db, const struct erasing *erasing,
    struct audit_tally *tally, struct err *err)
{
	struct erasure *row = erasing->rows, *next;
	size_t i;

	for (i = 0; i < erasing->n_rows; i++, row++) {
		next = i + 1 < erasing->n_rows ? row + 1 : NULL;
		if (next != NULL && next->id == row->id) {
			next->part[AUDIT_WHO] |= row->part[AUDIT_WHO];
			next->part[AUDIT_WHAT] |= row->part[AUDIT_WHAT];
		} else if (erase_row(db, row, tally, err) == -1) {
			return -1;
		}
	}
	return 0;
}

int
audit_erase_rows(struct db *db, const struct audit_person *person,
    struct audit_tally *tally, struct err *err)
{
	struct erasing erasing = { .arena = arena_new(AUDIT_ARENA_MAX),
		.user_id = person->user_id };
	int result = note_all(db, &erasing, person, err);

	if (result == 0)
		result = erase_noted(db, &erasing, tally, err);
	free(erasing.rows);
	free(erasing.ids);
	arena_free(erasing.arena);
	return result;
}
