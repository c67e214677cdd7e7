/* What is held on a person, as a zip file. */
#include "lib/view/export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "lib/base/clock.h"
#include "lib/base/encode.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/store/personal.h"

enum { ROW_MAX = 4 * 1024 * 1024, NAME_MAX_SIZE = 64 };

/* A part while it is read. */
struct part {
	struct arena *arena; /* of one row */
	struct buf text;     /* of all */
	int64_t n;
};

static const struct {
	const char *what;
	const char *why;
} left_out[] = {
	{ "passwords and PINs", "They are not stored, only what checks them." },
	{ "refresh tokens, stream keys, codes and challenges",
	    "They are not stored, only what recognises them." },
	{ "counts of failed sign-ins",
	    "They do not name anybody, and go after a day." },
};

static struct json_object *
bytes_value(const struct db_rows *rows, int column, struct arena *arena)
{
	size_t len;
	const void *bytes = db_blob(rows, column, arena, &len);
	char *text = arena_alloc(arena, ENCODE_B64_SIZE(len), 1);

	encode_base64url(bytes, len, text);
	return json_object_new_string(text);
}

/* What the store holds as JSON, or null when it is damaged. */
static struct json_object *
json_value(const struct db_rows *rows, int column, struct arena *arena)
{
	const char *text = db_text(rows, column, arena);
	struct err err;

	return json_parse(text, strlen(text), &err);
}

static struct json_object *
time_value(int64_t at_ms)
{
	char text[CLOCK_ISO_SIZE];

	clock_iso(at_ms, text);
	return json_object_new_string(text);
}

static struct json_object *
value_of(const struct db_rows *rows, int column, enum personal_type type,
    struct arena *arena)
{
	if (db_is_null(rows, column))
		return NULL;
	switch (type) {
	case PERSONAL_TEXT:
		return json_object_new_string(db_text(rows, column, arena));
	case PERSONAL_INT:
		return json_object_new_int64(db_int(rows, column));
	case PERSONAL_REAL:
		return json_real(db_real(rows, column));
	case PERSONAL_BOOL:
		return json_object_new_boolean(db_int(rows, column) != 0);
	case PERSONAL_TIME:
		return time_value(db_int(rows, column));
	case PERSONAL_JSON:
		return json_value(rows, column, arena);
	case PERSONAL_BYTES:
		return bytes_value(rows, column, arena);
	}
	return NULL;
}

static int
add_row(
    const struct personal_part *columns, const struct db_rows *rows, void *arg)
{
	struct part *part = arg;
	const struct personal_column *column = columns->columns;
	struct json_object *obj = json_object_new_object();
	int i, result;

	for (i = 0; column[i].name != NULL; i++)
		json_add(obj, column[i].name,
		    value_of(rows, i, column[i].type, part->arena));
	buf_puts(&part->text, part->n++ == 0 ? "[\n" : ",\n");
	result = json_write(&part->text, obj);
	json_object_put(obj);
	arena_reset(part->arena);
	return result;
}

static int
too_much(struct err *err)
{
	return err_set(
	    err, ERR_INTERNAL, "There is more on this person than fits.");
}

/* `text` becomes a file of the archive, and is empty then. */
static int
add_file(zip_t *zip, const char *name, struct buf *text, struct err *err)
{
	size_t len = text->len;
	char *bytes = buf_take(text);
	zip_source_t *source = zip_source_buffer(zip, bytes, len, 1);

	if (source == NULL)
		free(bytes);
	else if (zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8) != -1)
		return 0;
	zip_source_free(source);
	return err_set(err, ERR_INTERNAL, "%s", zip_strerror(zip));
}

/* Adds a table's file, and what it holds to the list of files. */
static int
add_part(zip_t *zip, struct db *db, size_t i, const char *user_id,
    struct json_object *files, struct err *err)
{
	const struct personal_part *columns = &store_personal_parts[i];
	struct part part = { .arena = arena_new(ROW_MAX) };
	struct json_object *file;
	char name[NAME_MAX_SIZE];
	enum store_result got;
	int result = -1;

	buf_init(&part.text, VIEW_EXPORT_MAX);
	snprintf(name, sizeof(name), "%s.json", columns->table);
	got = store_personal_read(db, i, user_id, add_row, &part, err);
	buf_puts(&part.text, part.n == 0 ? "[]\n" : "\n]\n");
	if (got == STORE_NONE || buf_failed(&part.text))
		too_much(err);
	else if (i == 0 && got == STORE_OK && part.n == 0)
		err_set(err, ERR_USER_NOT_FOUND, "There is no such person.");
	else if (got == STORE_OK)
		result = add_file(zip, name, &part.text, err);
	buf_fini(&part.text);
	arena_free(part.arena);
	file = json_object_new_object();
	json_add_text(file, "file", name);
	json_add_text(file, "holds", columns->holds);
	json_add_int(file, "rows", part.n);
	json_object_array_add(files, file);
	return result;
}

/* "export.json"; the list of files is taken. */
static int
add_index(
    zip_t *zip, const char *user_id, struct json_object *files, struct err *err)
{
	struct json_object *obj = json_object_new_object(), *omitted, *one;
	struct buf text;
	size_t i;
	int result;

	omitted = json_object_new_array();
	for (i = 0; i < COUNT_OF(left_out); i++) {
		one = json_object_new_object();
		json_add_text(one, "what", left_out[i].what);
		json_add_text(one, "why", left_out[i].why);
		json_object_array_add(omitted, one);
	}
	json_add_text(obj, "userId", user_id);
	json_add_time(obj, "madeAt", clock_now_ms());
	json_add_text(obj, "version", MIAU_VERSION);
	json_add(obj, "files", files);
	json_add(obj, "leftOut", omitted);
	buf_init(&text, ROW_MAX);
	result = json_write(&text, obj);
	json_object_put(obj);
	result = result == -1 ? too_much(err)
			      : add_file(zip, "export.json", &text, err);
	buf_fini(&text);
	return result;
}

static int
fill(zip_t *zip, struct db *db, const char *user_id, struct err *err)
{
	struct json_object *files = json_object_new_array();
	size_t i;

	for (i = 0; i < PERSONAL_PARTS; i++)
		if (add_part(zip, db, i, user_id, files, err) == -1) {
			json_object_put(files);
			return -1;
		}
	return add_index(zip, user_id, files, err);
}

/* Appends what the archive has become. */
static int
take_bytes(zip_source_t *target, struct buf *out, struct err *err)
{
	zip_stat_t stat;
	char *room;

	if (zip_source_stat(target, &stat) == -1 ||
	    zip_source_open(target) == -1)
		return err_set(err, ERR_INTERNAL, "%s",
		    zip_error_strerror(zip_source_error(target)));
	room = buf_reserve(out, stat.size);
	if (room == NULL)
		return too_much(err);
	if (zip_source_read(target, room, stat.size) != (zip_int64_t)stat.size)
		return err_set(err, ERR_INTERNAL, "The archive is cut short.");
	buf_wrote(out, stat.size);
	zip_source_close(target);
	return 0;
}

int
view_export(
    struct db *db, const char *user_id, struct buf *out, struct err *err)
{
	zip_source_t *target = zip_source_buffer_create(NULL, 0, 0, NULL);
	zip_t *zip;
	int result;

	if (target == NULL)
		die("There is no memory for an archive.");
	zip = zip_open_from_source(target, ZIP_TRUNCATE, NULL);
	if (zip == NULL)
		die("An empty archive cannot be made.");
	zip_source_keep(target);
	result = fill(zip, db, user_id, err);
	if (result == -1)
		zip_discard(zip);
	else if (zip_close(zip) == -1) {
		result = err_set(err, ERR_INTERNAL, "%s", zip_strerror(zip));
		zip_discard(zip);
	} else
		result = take_bytes(target, out, err);
	zip_source_free(target);
	return result;
}
