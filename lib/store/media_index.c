/*
 * Indexes of films. Keys are stored as the differences between each and the one in
 * front of it, the first one from 0: zigzag, seven bits a byte, lowest first, all but
 * the last byte with the high bit.
 */
#include "lib/store/media_index.h"

#include <stdio.h>

#include "lib/base/buf.h"
#include "lib/store/rows.h"

enum {
	STMT_FIND,
	STMT_IS_KNOWN,
	STMT_NEXT_UNREAD,
	STMT_REMOVE,
	STMT_ADD,
	STMT_LENGTH_OF_FILE,
	STMT_LENGTH_OF_SOURCE,
	STMT__MAX
};

enum { DIGIT_BITS = 7, DIGIT = 0x7F, MORE = 0x80, NUMBER_MAX = 10 };

#define TRUE_OF_FILE                                                           \
	"i.library_file_id = f.id AND i.size = f.size "                        \
	"AND i.modified_at = f.modified_at "
#define FIND(join)                                                             \
	"SELECT i.tick_num, i.tick_den, i.begins, i.ends, i.keys, "            \
	"i.codecs, i.peak FROM source s " join "WHERE s.id = ?1 "
#define OF_FILE                                                                \
	"JOIN library_file f ON f.id = s.library_file_id "                     \
	"JOIN media_index i ON " TRUE_OF_FILE
#define OF_TORRENT                                                             \
	"JOIN media_index i ON i.torrent_id = s.torrent_id "                   \
	"AND i.file_index = s.file_index "

/* In the row and in what the probe found. */
#define SET_LENGTH                                                             \
	" SET duration = ?2, probe = json_set(probe, '$.duration', ?2) "       \
	"WHERE COALESCE(duration, 0) = 0 AND probe IS NOT NULL AND "

static const char *const sql[STMT__MAX] = {
	[STMT_FIND] = FIND(OF_FILE) "UNION ALL " FIND(OF_TORRENT),
	[STMT_IS_KNOWN] = "SELECT 1 FROM library_file f JOIN media_index i "
			  "ON " TRUE_OF_FILE "WHERE f.id = ?1",
	[STMT_NEXT_UNREAD] =
	    "SELECT MIN(s.id) FROM media_index i JOIN source s "
	    "ON s.library_file_id = i.library_file_id "
	    "OR (s.torrent_id = i.torrent_id AND s.file_index = i.file_index) "
	    "LEFT JOIN library_file f ON f.id = s.library_file_id "
	    "WHERE i.is_read = 0 AND s.id > ?1 "
	    "AND (s.torrent_id IS NOT NULL OR f.state = 'ok')",
	[STMT_REMOVE] =
	    "DELETE FROM media_index WHERE id IN (SELECT i.id FROM source s "
	    "JOIN media_index i ON i.library_file_id = s.library_file_id "
	    "WHERE s.id = ?1 UNION ALL SELECT i.id FROM source s " OF_TORRENT
	    "WHERE s.id = ?1)",
	[STMT_ADD] =
	    "INSERT INTO media_index (library_file_id, torrent_id, file_index, "
	    "size, modified_at, is_read, tick_num, tick_den, begins, ends, "
	    "keys, codecs, peak) SELECT s.library_file_id, s.torrent_id, s.file_index, "
	    "COALESCE(f.size, s.size), COALESCE(f.modified_at, 0), "
	    "?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM source s "
	    "LEFT JOIN library_file f ON f.id = s.library_file_id "
	    "WHERE s.id = ?1 AND (s.library_file_id IS NOT NULL "
	    "OR s.file_index >= 0)",
	[STMT_LENGTH_OF_FILE] =
	    "UPDATE library_file" SET_LENGTH
	    "id = (SELECT library_file_id FROM source WHERE id = ?1)",
	[STMT_LENGTH_OF_SOURCE] =
	    "UPDATE source" SET_LENGTH
	    "id IN (SELECT o.id FROM source s JOIN source o "
	    "ON o.torrent_id = s.torrent_id AND o.file_index = s.file_index "
	    "WHERE s.id = ?1)",
};

const struct store_sql store_media_index_sql = { "media_index", sql, STMT__MAX,
	NULL };

static void
put_number(struct buf *buf, int64_t n)
{
	uint64_t rest = ((uint64_t)n << 1) ^ (uint64_t)(n >> 63);
	unsigned char bytes[NUMBER_MAX];
	size_t len = 0;

	for (; rest > DIGIT; rest >>= DIGIT_BITS)
		bytes[len++] = (unsigned char)((rest & DIGIT) | MORE);
	bytes[len++] = (unsigned char)rest;
	buf_append(buf, bytes, len);
}

static bool
take_number(const unsigned char **at, const unsigned char *end, int64_t *out)
{
	uint64_t n = 0;
	int shift;

	for (shift = 0; *at < end && shift < NUMBER_MAX * DIGIT_BITS;
	     shift += DIGIT_BITS) {
		unsigned char byte = *(*at)++;

		n |= (uint64_t)(byte & DIGIT) << shift;
		if ((byte & MORE) != 0)
			continue;
		*out = (int64_t)(n >> 1) ^ -(int64_t)(n & 1);
		return true;
	}
	return false;
}

/* False when the bytes are not what put_number wrote. */
static bool
read_keys(struct arena *arena, const unsigned char *bytes, size_t len,
    struct hls_index *index)
{
	const unsigned char *at = bytes, *end = len == 0 ? bytes : bytes + len;
	size_t max = len < MEDIA_INDEX_KEYS_MAX ? len : MEDIA_INDEX_KEYS_MAX;
	int64_t *keys = arena_alloc(arena, max + 1, sizeof(*keys));
	int64_t step, last = 0;

	for (index->n = 0; at < end; keys[index->n++] = last)
		if (index->n == max || !take_number(&at, end, &step) ||
		    __builtin_add_overflow(last, step, &last))
			return false;
	index->keys = keys;
	return true;
}

enum store_result
store_media_index_find(struct db *db, struct arena *arena, int64_t source_id,
    struct hls_index *index, struct err *err)
{
	struct db_rows rows;
	enum store_result result = store_get(
	    db, sql[STMT_FIND], DB_ARGS(DB_INT(source_id)), &rows, err);

	*index = (struct hls_index){ .num = 1, .den = 1 };
	if (result == STORE_OK) {
		const unsigned char *bytes;
		size_t len;

		index->num = db_int(&rows, 0);
		index->den = db_int(&rows, 1);
		index->start = db_int(&rows, 2);
		index->end = db_int(&rows, 3);
		bytes = db_blob(&rows, 4, arena, &len);
		snprintf(index->codecs, sizeof(index->codecs), "%s",
		    db_text(&rows, 5, arena));
		index->peak = db_int(&rows, 6);
		if (!read_keys(arena, bytes, len, index)) {
			err_set(err, ERR_CORRUPT,
			    "The stored index of a film cannot be read.");
			result = STORE_ERROR;
		}
	}
	db_done(&rows);
	return result;
}

/* Some containers do not say how long the film is: who read all of it knows. */
static enum store_result
set_length(struct db *db, int64_t source_id, const struct hls_index *index,
    struct err *err)
{
	double length = (double)(index->end - index->start) *
	    (double)index->num / (double)index->den;
	enum store_result result;

	if (!(length > 0))
		return STORE_OK;
	result = store_run(db, sql[STMT_LENGTH_OF_FILE],
	    DB_ARGS(DB_INT(source_id), DB_REAL(length)), err);
	return result == STORE_OK
	    ? store_run(db, sql[STMT_LENGTH_OF_SOURCE],
		  DB_ARGS(DB_INT(source_id), DB_REAL(length)), err)
	    : result;
}

enum store_result
store_media_index_set(struct db *db, int64_t source_id,
    const struct hls_index *index, bool is_read, struct err *err)
{
	enum store_result result;
	int64_t last = 0;
	struct buf keys;

	buf_init(&keys, (size_t)MEDIA_INDEX_KEYS_MAX * NUMBER_MAX);
	for (size_t i = 0; i < index->n && i < MEDIA_INDEX_KEYS_MAX; i++) {
		put_number(&keys, index->keys[i] - last);
		last = index->keys[i];
	}
	result =
	    store_run(db, sql[STMT_REMOVE], DB_ARGS(DB_INT(source_id)), err);
	if (result == STORE_OK)
		result = store_run_one(db, sql[STMT_ADD],
		    DB_ARGS(DB_INT(source_id), DB_INT(is_read),
			DB_INT(index->num), DB_INT(index->den),
			DB_INT(index->start), DB_INT(index->end),
			DB_BLOB(keys.data, keys.len), DB_TEXT(index->codecs),
			DB_INT(index->peak)),
		    err);
	if (result == STORE_OK)
		result = set_length(db, source_id, index, err);
	buf_fini(&keys);
	return result;
}

enum store_result
store_media_index_is_known(
    struct db *db, int64_t file_id, bool *is_known, struct err *err)
{
	int64_t one;
	enum store_result result = store_get_int(
	    db, sql[STMT_IS_KNOWN], DB_ARGS(DB_INT(file_id)), &one, err);

	*is_known = result == STORE_OK;
	return result == STORE_ERROR ? STORE_ERROR : STORE_OK;
}

enum store_result
store_media_index_next_unread(
    struct db *db, int64_t after, int64_t *source_id, struct err *err)
{
	enum store_result result = store_get_int(
	    db, sql[STMT_NEXT_UNREAD], DB_ARGS(DB_INT(after)), source_id, err);

	return result == STORE_OK && *source_id == 0 ? STORE_NONE : result;
}
