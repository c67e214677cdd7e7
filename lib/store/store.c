/* What store files share: the list of them, cursors, small steps. */
#include "lib/store/store.h"

#include <string.h>

#include "lib/base/encode.h"
#include "lib/base/buf.h"
#include "lib/base/str.h"
#include "lib/store/api_keys.h"
#include "lib/store/audit.h"
#include "lib/store/codes.h"
#include "lib/store/key_proof.h"
#include "lib/store/fetched_subtitles.h"
#include "lib/store/library.h"
#include "lib/store/media_index.h"
#include "lib/store/notes.h"
#include "lib/store/personal.h"
#include "lib/store/profiles.h"
#include "lib/store/progress.h"
#include "lib/store/rows.h"
#include "lib/store/sealed.h"
#include "lib/store/segments.h"
#include "lib/store/passkeys.h"
#include "lib/store/device_codes.h"
#include "lib/store/sessions.h"
#include "lib/store/sources.h"
#include "lib/store/stream_keys.h"
#include "lib/store/thumbnails.h"
#include "lib/store/titles.h"
#include "lib/store/torrents.h"
#include "lib/store/users.h"

enum { CURSOR_MAX = 8192, FIRST_ROWS = 16 };

const struct store_sql *const store_tables[] = {
	&store_users_sql,
	&store_user_edits_sql,
	&store_profiles_sql,
	&store_codes_sql,
	&store_sessions_sql,
	&store_api_keys_sql,
	&store_stream_keys_sql,
	&store_passkeys_sql,
	&store_device_codes_sql,
	&store_titles_sql,
	&store_title_edits_sql,
	&store_episodes_sql,
	&store_sources_sql,
	&store_library_sql,
	&store_library_files_sql,
	&store_fetched_subtitles_sql,
	&store_media_index_sql,
	&store_thumbnails_sql,
	&store_torrents_sql,
	&store_progress_sql,
	&store_segments_sql,
	&store_notes_sql,
	&store_audit_sql,
	&store_personal_sql,
	&store_key_proof_sql,
	&store_sealed_sql,
	NULL,
};

/* "n<number> <id>" or "t<id> <text>", as base64url. */
char *
store_cursor_encode(struct arena *arena, const struct store_cursor *at)
{
	char *plain, *out;
	size_t len;

	if (at->is_text)
		plain = arena_printf(
		    arena, "t%lld %s", (long long)at->id, at->text);
	else
		plain = arena_printf(
		    arena, "n%.17g %lld", at->number, (long long)at->id);
	len = strlen(plain);
	out = arena_alloc(arena, ENCODE_B64_SIZE(len), 1);
	encode_base64url(plain, len, out);
	return out;
}

static bool
parse_cursor(char *plain, struct store_cursor *at)
{
	char *space = strchr(plain, ' ');
	const char *id;

	if (space == NULL)
		return false;
	*space++ = '\0';
	at->is_text = plain[0] == 't';
	at->text = at->is_text ? space : NULL;
	id = at->is_text ? plain + 1 : space;
	if (!at->is_text &&
	    (plain[0] != 'n' ||
		!str_to_double(plain + 1, -1e300, 1e300, &at->number)))
		return false;
	return str_to_int64(id, 0, INT64_MAX, &at->id);
}

enum store_result
store_cursor_decode(struct arena *arena, const char *text,
    struct store_cursor *at, struct err *err)
{
	size_t text_len;
	char *plain;
	long len = -1;

	*at = (struct store_cursor){ 0 };
	if (text == NULL)
		return STORE_NONE;
	text_len = strnlen(text, CURSOR_MAX + 1);
	plain = arena_alloc(arena, CURSOR_MAX + 1, 1);
	if (text_len <= CURSOR_MAX)
		len = decode_base64url(text, text_len, plain, CURSOR_MAX);
	if (len < 0 || strlen(plain) != (size_t)len ||
	    !str_is_utf8(plain, (size_t)len) || !parse_cursor(plain, at)) {
		err_set(err, ERR_INVALID_FIELDS,
		    "The cursor was not made by this list.");
		return STORE_ERROR;
	}
	return STORE_OK;
}

enum store_result
store_run(struct db *db, const char *sql, const struct db_value *args,
    struct err *err)
{
	return db_run(db, sql, args, err) == -1 ? STORE_ERROR : STORE_OK;
}

enum store_result
store_run_one(struct db *db, const char *sql, const struct db_value *args,
    struct err *err)
{
	int64_t n = db_run(db, sql, args, err);

	if (n == -1)
		return STORE_ERROR;
	return n == 0 ? STORE_NONE : STORE_OK;
}

enum store_result
store_get(struct db *db, const char *sql, const struct db_value *args,
    struct db_rows *rows, struct err *err)
{
	int got;

	if (db_query(db, sql, args, rows, err) == -1)
		return STORE_ERROR;
	got = db_next(rows, err);
	if (got == -1)
		return STORE_ERROR;
	return got == 0 ? STORE_NONE : STORE_OK;
}

enum store_result
store_get_int(struct db *db, const char *sql, const struct db_value *args,
    int64_t *out, struct err *err)
{
	int got = db_get_int(db, sql, args, out, err);

	if (got == -1)
		return STORE_ERROR;
	return got == 0 ? STORE_NONE : STORE_OK;
}

enum store_result
store_end(struct db *db, enum store_result result, struct err *err)
{
	if (result == STORE_OK && db_commit(db, err) == -1)
		result = STORE_ERROR;
	if (result != STORE_OK)
		db_rollback(db);
	return result;
}

char *
store_id_list(
    struct arena *arena, const int64_t *first, size_t n, size_t stride)
{
	const char *at = (const char *)first;
	struct buf list;
	char *copy;
	size_t i;

	buf_init(&list, 24 * n + 2);
	for (i = 0; i < n; i++, at += stride)
		buf_printf(&list, "%c%lld", i == 0 ? '[' : ',',
		    (long long)*(const int64_t *)at);
	buf_puts(&list, n == 0 ? "[]" : "]");
	copy = arena_strdup(arena, list.data);
	buf_fini(&list);
	return copy;
}

char *
store_file_path(struct arena *arena, const char *folder, const char *path)
{
	return arena_printf(
	    arena, str_ends(folder, "/") ? "%s%s" : "%s/%s", folder, path);
}

enum store_result
store_collect(struct db *db, struct arena *arena, const char *sql,
    const struct db_value *args, size_t size, store_read_fn read,
    void **elements, size_t *n, struct err *err)
{
	struct db_rows rows;
	char *array = NULL;
	size_t cap = 0, have = 0;
	int got;

	*elements = NULL;
	*n = 0;
	if (db_query(db, sql, args, &rows, err) == -1)
		return STORE_ERROR;
	while ((got = db_next(&rows, err)) == 1) {
		if (have == cap) {
			cap = cap == 0 ? FIRST_ROWS : cap * 2;
			array = arena_grow(arena, array, have, cap, size);
		}
		read(&rows, arena, array + have * size);
		have++;
	}
	if (got == -1)
		return STORE_ERROR;
	*elements = array;
	*n = have;
	return STORE_OK;
}
