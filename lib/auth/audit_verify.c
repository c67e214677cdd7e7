/*
 * Looking through the audit log for what another hand did to it.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/auth/audit.h"
#include "lib/auth/audit_part.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

struct walk {
	struct audit_report *report;
	unsigned char previous[AUDIT_HASH_SIZE];
	struct audit_tally *tallies; /* rows that blanked fields name */
	size_t n_tallies;
};

static void PRINTF_LIKE(3, 4)
    fault(struct audit_report *report, int64_t id, const char *fmt, ...)
{
	struct audit_fault *place;
	va_list ap;

	if (report->n_faults++ >= AUDIT_FAULTS_MAX)
		return;
	place = &report->faults[report->n_faults - 1];
	place->id = id;
	va_start(ap, fmt);
	vsnprintf(place->text, sizeof(place->text), fmt, ap);
	va_end(ap);
}

static struct audit_tally *
find_tally(struct walk *walk, int64_t by)
{
	size_t i;

	for (i = 0; i < walk->n_tallies; i++)
		if (walk->tallies[i].by == by)
			return &walk->tallies[i];
	walk->tallies = mem_realloc(
	    walk->tallies, walk->n_tallies + 1, sizeof(*walk->tallies));
	walk->tallies[walk->n_tallies] = (struct audit_tally){ .by = by };
	return &walk->tallies[walk->n_tallies++];
}

static bool
is_blank(const struct audit_row *row, enum audit_part part)
{
	if (part == AUDIT_WHO)
		return row->actor == NULL && row->address == NULL &&
		    row->request_id == NULL;
	return row->target == NULL && strcmp(row->detail, "{}") == 0;
}

static void
check_part(struct walk *walk, const struct audit_row *row, enum audit_part part)
{
	static const char *const names[AUDIT_PART__MAX] = { "who did it",
		"what it was done to" };
	unsigned char digest[AUDIT_HASH_SIZE];

	if (!row->part[part].has_salt && row->part[part].erased_by > row->id &&
	    is_blank(row, part)) {
		audit_tally_add(
		    find_tally(walk, row->part[part].erased_by), row->id, part);
		return;
	}
	audit_part_digest(row, part, digest);
	if (!row->part[part].has_salt ||
	    memcmp(digest, row->part[part].digest, AUDIT_HASH_SIZE) != 0)
		fault(walk->report, row->id, "%s was changed", names[part]);
}

/* Whether "audit.erased" answers for just those fields that name it. */
static void
check_erasure(struct walk *walk, const struct audit_row *row)
{
	struct audit_tally *tally = find_tally(walk, row->id);
	char hash[ENCODE_HEX_SIZE(AUDIT_HASH_SIZE)];
	struct json_object *detail;
	struct err err;

	encode_hex(tally->hash, AUDIT_HASH_SIZE, hash);
	detail = json_parse(row->detail, strlen(row->detail), &err);
	if (json_get_int(detail, "fields", -1) != tally->n ||
	    strcmp(json_get_text(detail, "hash", ""), hash) != 0)
		fault(walk->report, row->id,
		    "other fields are blank than were blanked then");
	json_object_put(detail);
	tally->by = 0;
}

static void
check_row(struct walk *walk, const struct audit_row *row)
{
	struct audit_report *report = walk->report;
	unsigned char hash[AUDIT_HASH_SIZE];
	int64_t gap = row->id - report->last_id - 1;

	audit_row_hash(walk->previous, row, hash);
	if (!row->is_chained)
		fault(report, row->id, "was put in");
	else if (memcmp(hash, row->hash, AUDIT_HASH_SIZE) == 0)
		;
	else if (gap > 0)
		fault(report, row->id, "%lld %s missing before it",
		    (long long)gap, gap == 1 ? "row is" : "rows are");
	else
		fault(report, row->id,
		    "was changed or put in, or does not follow the row before");
	check_part(walk, row, AUDIT_WHO);
	check_part(walk, row, AUDIT_WHAT);
	if (strcmp(row->event, audit_event_name(AUDIT_AUDIT_ERASED)) == 0)
		check_erasure(walk, row);
	memcpy(walk->previous, row->hash, AUDIT_HASH_SIZE);
	report->last_id = row->id;
	report->n_rows++;
}

static int
check_rows(struct walk *walk, struct db *db, struct err *err)
{
	struct audit_row *rows;
	struct arena *arena;
	size_t n = AUDIT_PAGE, i;
	int result = 0;

	while (result == 0 && n == AUDIT_PAGE) {
		arena = arena_new(AUDIT_ARENA_MAX);
		if (store_audit_walk(db, arena, walk->report->last_id,
			AUDIT_PAGE, &rows, &n, err) != STORE_OK)
			result = -1;
		for (i = 0; result == 0 && i < n; i++)
			check_row(walk, &rows[i]);
		arena_free(arena);
	}
	return result;
}

static void
check_head(struct walk *walk, const struct auth_keys *keys,
    const struct audit_head *head)
{
	struct audit_report *report = walk->report;
	unsigned char seal[AUDIT_HASH_SIZE];

	report->n_adopted =
	    head->n_adopted == AUDIT_BROKEN ? 0 : head->n_adopted;
	report->began_at = head->began_at;
	audit_head_seal(keys, head, seal);
	if (!mem_equal_secret(seal, head->seal, AUDIT_HASH_SIZE))
		fault(report, 0, "the seal is false, or of another master key");
	else if (report->n_rows < head->n_rows)
		fault(report, 0, "%lld of %lld rows are missing",
		    (long long)(head->n_rows - report->n_rows),
		    (long long)head->n_rows);
	else if (report->n_rows > head->n_rows ||
	    report->last_id != head->last_id ||
	    memcmp(walk->previous, head->hash, AUDIT_HASH_SIZE) != 0)
		fault(report, 0, "the last row is not the one that was sealed");
	if (head->n_adopted == AUDIT_BROKEN)
		fault(report, 0,
		    "its end was taken away or forged, and it was begun anew");
}

int
audit_verify(struct db *db, const struct auth_keys *keys,
    struct audit_report *report, struct err *err)
{
	struct arena *arena = arena_new(AUDIT_ARENA_MAX);
	struct walk walk = { .report = report };
	struct audit_head head;
	enum store_result found;
	int result = -1;
	size_t i;

	*report = (struct audit_report){ 0 };
	found = store_audit_head_find(db, arena, &head, err);
	arena_free(arena);
	if (found != STORE_ERROR)
		result = check_rows(&walk, db, err);
	if (result == 0 && found == STORE_OK)
		check_head(&walk, keys, &head);
	else if (result == 0)
		fault(report, 0, "the seal is missing");
	for (i = 0; i < walk.n_tallies; i++)
		if (walk.tallies[i].by != 0)
			fault(report, walk.tallies[i].by,
			    "does not say that it blanked fields");
	free(walk.tallies);
	encode_hex(walk.previous, AUDIT_HASH_SIZE, report->hash);
	return result;
}
