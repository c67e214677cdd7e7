/*
 * Writing to the audit log.
 */
#include "lib/auth/audit.h"

#include <stdio.h>
#include <string.h>

#include "lib/auth/audit_part.h"
#include "lib/auth/digest.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/fs.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/random.h"

enum { HASHED_MAX = 4 * 1024 * 1024, PATH_SIZE = 4096 };

/* What a row's target names. Those of a person are blanked with them. */
enum target {
	TARGET_NONE,
	TARGET_DOWNLOAD,
	TARGET_FOLDER,
	TARGET_INVITATION,
	TARGET_SETTING,
	TARGET_TITLE,
	TARGET_PERSONAL, /* from here on */
	TARGET_DEVICE = TARGET_PERSONAL,
	TARGET_PROFILE,
	TARGET_SESSION,
	TARGET_USER,
};

static const struct {
	const char *name;
	enum target target;
} events[AUDIT__MAX] = {
#define EVENT(name, text, target) [AUDIT_##name] = { text, TARGET_##target },
#include "lib/auth/audit_events.def"
#undef EVENT
};

const char *
audit_event_name(enum audit_event event)
{
	return events[event].name;
}

/* AUDIT_NONE for a name that is none. */
static enum audit_event
find_event(const char *name)
{
	int i;

	for (i = AUDIT_NONE + 1; i < AUDIT__MAX; i++)
		if (strcmp(events[i].name, name) == 0)
			return (enum audit_event)i;
	return AUDIT_NONE;
}

bool
audit_event_is_known(const char *name)
{
	return find_event(name) != AUDIT_NONE;
}

bool
audit_event_is_personal(const char *name)
{
	return events[find_event(name)].target >= TARGET_PERSONAL;
}

/* A text with its length before it, so that ("ab", "c") and ("a", "bc")
 * differ; one that is not there differs from an empty one. */
static void
put_text(struct buf *out, const char *text)
{
	if (text == NULL)
		buf_puts(out, "-");
	else
		buf_printf(out, "%zu:%s", strlen(text), text);
}

static void
finish(struct buf *text, unsigned char out[AUDIT_HASH_SIZE])
{
	if (buf_failed(text))
		die("A row of the audit log is too long.");
	digest_sha256(text->data, text->len, out);
	buf_fini(text);
}

void
audit_part_digest(const struct audit_row *row, enum audit_part part,
    unsigned char out[AUDIT_HASH_SIZE])
{
	struct buf text;

	buf_init(&text, HASHED_MAX);
	buf_append(&text, row->part[part].salt, AUDIT_SALT_SIZE);
	if (part == AUDIT_WHO) {
		put_text(&text, row->actor);
		put_text(&text, row->address);
		put_text(&text, row->request_id);
	} else {
		put_text(&text, row->target);
		put_text(&text, row->detail);
	}
	finish(&text, out);
}

void
audit_row_hash(const unsigned char previous[AUDIT_HASH_SIZE],
    const struct audit_row *row, unsigned char out[AUDIT_HASH_SIZE])
{
	struct buf text;

	buf_init(&text, HASHED_MAX);
	buf_append(&text, previous, AUDIT_HASH_SIZE);
	buf_printf(&text, "%lld,%lld,", (long long)row->id, (long long)row->at);
	put_text(&text, row->event);
	buf_append(&text, row->part[AUDIT_WHO].digest, AUDIT_HASH_SIZE);
	buf_append(&text, row->part[AUDIT_WHAT].digest, AUDIT_HASH_SIZE);
	finish(&text, out);
}

void
audit_head_seal(const struct auth_keys *keys, const struct audit_head *head,
    unsigned char out[AUDIT_HASH_SIZE])
{
	char numbers[128];

	snprintf(numbers, sizeof(numbers), "%lld,%lld,%lld,%lld",
	    (long long)head->last_id, (long long)head->n_rows,
	    (long long)head->began_at, (long long)head->n_adopted);
	digest_hmac(auth_key(keys, KEY_AUDIT),
	    DIGEST_PARTS(DIGEST_TEXT(numbers),
		DIGEST_BYTES(head->hash, AUDIT_HASH_SIZE)),
	    out);
}

void
audit_tally_add(struct audit_tally *tally, int64_t id, enum audit_part part)
{
	struct buf text;

	buf_init(&text, HASHED_MAX);
	buf_append(&text, tally->hash, AUDIT_HASH_SIZE);
	buf_printf(&text, "%lld,%d", (long long)id, (int)part);
	finish(&text, tally->hash);
	tally->n++;
}

/* Gives a row its salts, digests and hash, behind the end, and makes it the
 * end. */
static void
link_row(struct audit_head *head, struct audit_row *row)
{
	int part;

	for (part = 0; part < AUDIT_PART__MAX; part++) {
		random_bytes(row->part[part].salt, AUDIT_SALT_SIZE);
		audit_part_digest(
		    row, (enum audit_part)part, row->part[part].digest);
	}
	audit_row_hash(head->hash, row, row->hash);
	memcpy(head->hash, row->hash, AUDIT_HASH_SIZE);
	head->last_id = row->id;
	head->n_rows++;
}

static int
put_head(struct db *db, const struct auth_keys *keys, struct audit_head *head,
    struct err *err)
{
	audit_head_seal(keys, head, head->seal);
	return store_audit_head_put(db, head, err) == STORE_OK ? 0 : -1;
}

/* Rows of before the chain, from the first on. */
static int
adopt(struct db *db, struct audit_head *head, struct err *err)
{
	struct audit_row *rows;
	struct arena *arena;
	size_t n = AUDIT_PAGE, i;
	int result = 0;

	*head = (struct audit_head){ .began_at = clock_now_ms() };
	while (result == 0 && n == AUDIT_PAGE) {
		arena = arena_new(AUDIT_ARENA_MAX);
		if (store_audit_walk(db, arena, head->last_id, AUDIT_PAGE,
			&rows, &n, err) != STORE_OK)
			result = -1;
		for (i = 0; result == 0 && i < n; i++) {
			link_row(head, &rows[i]);
			if (store_audit_chain(db, &rows[i], err) != STORE_OK)
				result = -1;
		}
		arena_free(arena);
	}
	head->n_adopted = head->n_rows;
	return result;
}

/* Beside the master key, where who writes to the database does not reach. */
static bool
mark_path(const struct auth_keys *keys, char path[PATH_SIZE])
{
	return snprintf(path, PATH_SIZE, "%s/audit.began",
		   auth_keys_folder(keys)) < PATH_SIZE;
}

static bool
is_marked(const struct auth_keys *keys)
{
	char path[PATH_SIZE];

	return mark_path(keys, path) && fs_exists(path);
}

/* Notes that there is a chain, so that it is never begun a second time. */
static void
mark(const struct auth_keys *keys)
{
	static const char text[] = "The audit log has begun.\n";
	char path[PATH_SIZE];
	struct err err;

	if (!mark_path(keys, path) || fs_exists(path))
		return;
	if (fs_mkdirs(auth_keys_folder(keys), 0700, &err) == -1 ||
	    fs_write(path, text, strlen(text), 0600, &err) == -1)
		log_error("audit.mark", "%s", err.text);
}

/* Somebody else wrote here: life goes on, from zeros, and the seal says for
 * ever after that it did. */
static void
go_on_broken(struct audit_head *head)
{
	log_error("audit.broken",
	    "The audit log was changed by another hand; `miauctl audit "
	    "verify` says where.");
	*head = (struct audit_head){ .began_at = clock_now_ms(),
		.n_adopted = AUDIT_BROKEN };
}

/* Where neither an end nor a chained row is left. */
static int
begin_chain(struct db *db, const struct auth_keys *keys,
    struct audit_head *head, struct err *err)
{
	if (!is_marked(keys))
		return adopt(db, head, err);
	go_on_broken(head);
	return 0;
}

static bool
is_sealed(const struct auth_keys *keys, const struct audit_head *head)
{
	unsigned char seal[AUDIT_HASH_SIZE];

	audit_head_seal(keys, head, seal);
	return mem_equal_secret(seal, head->seal, AUDIT_HASH_SIZE);
}

/* The end of the chain, to which the next row is linked. */
static int
load_head(struct db *db, const struct auth_keys *keys, struct audit_head *head,
    struct err *err)
{
	struct arena *arena = arena_new(AUDIT_ARENA_MAX);
	bool is_chained = true;
	enum store_result found = store_audit_head_find(db, arena, head, err);

	arena_free(arena);
	if (found == STORE_NONE &&
	    store_audit_is_chained(db, &is_chained, err) != STORE_OK)
		return -1;
	if (found == STORE_ERROR)
		return -1;
	if (!is_chained)
		return begin_chain(db, keys, head, err);
	if (found != STORE_OK || !is_sealed(keys, head))
		go_on_broken(head);
	return 0;
}

/* The number of the next row, also behind some that are not ours. */
static int
next_id(
    struct db *db, const struct audit_head *head, int64_t *id, struct err *err)
{
	int64_t last = 0;

	if (store_audit_last(db, &last, err) != STORE_OK)
		return -1;
	*id = (last > head->last_id ? last : head->last_id) + 1;
	return 0;
}

static int
append(struct db *db, const struct auth_keys *keys, struct audit_head *head,
    const struct audit_entry *entry, struct err *err)
{
	struct audit_row row = {
		.at = clock_now_ms(),
		.actor = (char *)entry->actor,
		.event = (char *)audit_event_name(entry->event),
		.target = (char *)entry->target,
		.address = (char *)entry->address,
		.request_id = (char *)entry->request_id,
		.detail = entry->detail == NULL ? "{}" : (char *)entry->detail,
	};

	if (row.event == NULL)
		die("An entry of the audit log without an event.");
	if (next_id(db, head, &row.id, err) == -1)
		return -1;
	link_row(head, &row);
	if (store_audit_append(db, &row, err) != STORE_OK)
		return -1;
	return put_head(db, keys, head, err);
}

static int
finish_write(struct db *db, int result, struct err *err)
{
	if (result == 0)
		result = db_commit(db, err);
	if (result == -1)
		db_rollback(db);
	return result;
}

int
audit_write(struct db *db, const struct auth_keys *keys,
    const struct audit_entry *entry, struct err *err)
{
	struct audit_head head;
	int result;

	if (db_begin(db, err) == -1)
		return -1;
	result = load_head(db, keys, &head, err);
	if (result == 0)
		result = append(db, keys, &head, entry, err);
	return finish_write(db, result, err);
}

int
audit_begin(struct db *db, const struct auth_keys *keys, struct err *err)
{
	struct arena *arena = arena_new(AUDIT_ARENA_MAX);
	struct audit_head head;
	enum store_result found;
	bool is_chained = false;
	int result = 0;

	if (db_begin(db, err) == -1) {
		arena_free(arena);
		return -1;
	}
	found = store_audit_head_find(db, arena, &head, err);
	arena_free(arena);
	if (found == STORE_ERROR ||
	    store_audit_is_chained(db, &is_chained, err) != STORE_OK)
		result = -1;
	else if (found == STORE_NONE && !is_chained)
		result = begin_chain(db, keys, &head, err) == -1
		    ? -1
		    : put_head(db, keys, &head, err);
	result = finish_write(db, result, err);
	if (result == 0 && is_sealed(keys, &head))
		mark(keys);
	return result;
}

int
audit_reseal(struct db *db, const struct auth_keys *from,
    const struct auth_keys *to, struct err *err)
{
	struct arena *arena = arena_new(AUDIT_ARENA_MAX);
	struct audit_head head;
	enum store_result found = store_audit_head_find(db, arena, &head, err);

	arena_free(arena);
	if (found != STORE_OK)
		return found == STORE_NONE ? 0 : -1;
	if (!is_sealed(from, &head))
		return 0;
	return put_head(db, to, &head, err);
}

int
audit_erase(struct db *db, const struct auth_keys *keys,
    const struct audit_person *person, const struct audit_entry *entry,
    struct err *err)
{
	struct audit_entry told = *entry;
	struct audit_tally tally = { 0 };
	struct audit_head head;
	char hash[ENCODE_HEX_SIZE(AUDIT_HASH_SIZE)], detail[160];
	int result;

	if (db_begin(db, err) == -1)
		return -1;
	result = load_head(db, keys, &head, err);
	if (result == 0)
		result = next_id(db, &head, &tally.by, err);
	if (result == 0)
		result = audit_erase_rows(db, person, &tally, err);
	encode_hex(tally.hash, AUDIT_HASH_SIZE, hash);
	snprintf(detail, sizeof(detail), "{\"fields\":%lld,\"hash\":\"%s\"}",
	    (long long)tally.n, hash);
	told.event = AUDIT_AUDIT_ERASED;
	told.detail = detail;
	if (result == 0)
		result = append(db, keys, &head, &told, err);
	return finish_write(db, result, err);
}
