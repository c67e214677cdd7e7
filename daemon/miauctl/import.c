/* Reads titles from JSON. */
#include "daemon/miauctl/import.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/fs.h"
#include "lib/base/json.h"
#include "lib/base/str.h"

enum { FILE_MAX = 64 * 1024 * 1024, TEXT_MAX = 4000, GENRES_MAX = 20 };

enum key_type { KEY_TEXT, KEY_DATE, KEY_INT, KEY_REAL, KEY_GENRES, KEY_KIND };

struct key {
	const char *name;
	enum key_type type;
	size_t offset; /* in struct title */
	double min, max;
};

#define AT(field) offsetof(struct title, field)

static const struct key keys[] = {
	{ "kind", KEY_KIND, AT(kind), 0, 0 },
	{ "name", KEY_TEXT, AT(name), 0, 300 },
	{ "year", KEY_INT, AT(year), 1870, 2200 },
	{ "genres", KEY_GENRES, AT(genres), 0, 0 },
	{ "overview", KEY_TEXT, AT(overview), 0, TEXT_MAX },
	{ "tagline", KEY_TEXT, AT(tagline), 0, 500 },
	{ "rating", KEY_REAL, AT(rating), 0, 10 },
	{ "popularity", KEY_REAL, AT(popularity), 0, 1e9 },
	{ "releasedOn", KEY_DATE, AT(released_on), 0, 0 },
	{ "lastAiredOn", KEY_DATE, AT(last_aired_on), 0, 0 },
	{ "runtime", KEY_INT, AT(runtime), 1, 100000 },
	{ "tmdbId", KEY_INT, AT(tmdb_id), 1, 1999999999 },
	{ "imdbId", KEY_TEXT, AT(imdb_id), 0, 20 },
};

static bool
is_date(const char *text)
{
	static const char form[] = "dddd-dd-dd";
	size_t i;

	if (strlen(text) != sizeof(form) - 1)
		return false;
	for (i = 0; form[i] != '\0'; i++)
		if (form[i] == 'd' ? text[i] < '0' || text[i] > '9'
				   : text[i] != '-')
			return false;
	return true;
}

static int
bad(const char *name, struct err *err)
{
	return err_set(err, ERR_INVALID_FIELDS,
	    "The value of \"%s\" is not of the right kind.", name);
}

static int
read_genres(struct json_object *value, struct arena *arena, char ***out)
{
	struct json_object *item;
	size_t i, n;

	if (!json_object_is_type(value, json_type_array))
		return -1;
	n = json_object_array_length(value);
	if (n > GENRES_MAX)
		return -1;
	*out = arena_alloc(arena, n + 1, sizeof(**out));
	for (i = 0; i < n; i++) {
		item = json_object_array_get_idx(value, i);
		if (!json_object_is_type(item, json_type_string) ||
		    json_object_get_string_len(item) == 0 ||
		    json_object_get_string_len(item) > 100)
			return -1;
		(*out)[i] = arena_strdup(arena, json_object_get_string(item));
	}
	return 0;
}

static int
read_text(const struct key *key, struct json_object *value, struct arena *arena,
    char **out)
{
	const char *text = json_object_get_string(value);

	if (!json_object_is_type(value, json_type_string) ||
	    (key->type == KEY_DATE ? !is_date(text)
				   : strlen(text) > (size_t)key->max))
		return -1;
	*out = arena_strdup(arena, text);
	return 0;
}

static int
read_number(const struct key *key, struct json_object *value, void *at)
{
	bool is_int = json_object_is_type(value, json_type_int);
	double number = json_object_get_double(value);

	if ((!is_int &&
		(key->type == KEY_INT ||
		    !json_object_is_type(value, json_type_double))) ||
	    !(number >= key->min && number <= key->max))
		return -1;
	if (key->type == KEY_INT)
		*(int64_t *)at = json_object_get_int64(value);
	else
		*(double *)at = number;
	return 0;
}

static int
read_kind(struct json_object *value, enum title_kind *out)
{
	const char *text = json_object_get_string(value);

	if (!json_object_is_type(value, json_type_string))
		return -1;
	if (strcmp(text, "movie") == 0)
		*out = TITLE_MOVIE;
	else if (strcmp(text, "show") == 0)
		*out = TITLE_SHOW;
	else
		return -1;
	return 0;
}

static int
read_value(const struct key *key, struct json_object *value,
    struct arena *arena, struct title *title)
{
	void *at = (char *)title + key->offset;

	switch (key->type) {
	case KEY_KIND:
		return read_kind(value, at);
	case KEY_GENRES:
		return read_genres(value, arena, at);
	case KEY_INT:
	case KEY_REAL:
		return read_number(key, value, at);
	case KEY_TEXT:
	case KEY_DATE:
		break;
	}
	return read_text(key, value, arena, at);
}

static const struct key *
find_key(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT_OF(keys); i++)
		if (strcmp(keys[i].name, name) == 0)
			return &keys[i];
	return NULL;
}

int
import_title(struct json_object *object, struct arena *arena,
    struct title *title, struct err *err)
{
	struct json_object_iterator it, end;
	const struct key *key;
	const char *name;

	memset(title, 0, sizeof(*title));
	if (!json_object_is_type(object, json_type_object))
		return err_set(err, ERR_INVALID_FIELDS, "It is no object.");
	it = json_object_iter_begin(object);
	end = json_object_iter_end(object);
	for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it)) {
		name = json_object_iter_peek_name(&it);
		key = find_key(name);
		if (key == NULL)
			return err_set(err, ERR_INVALID_FIELDS,
			    "There is no key \"%.60s\".", name);
		if (read_value(key, json_object_iter_peek_value(&it), arena,
			title) == -1)
			return bad(key->name, err);
	}
	if (title->kind == TITLE_ANY)
		return bad("kind", err);
	if (title->name == NULL || title->name[0] == '\0')
		return bad("name", err);
	if (title->overview == NULL)
		title->overview = arena_strdup(arena, "");
	if (title->tagline == NULL)
		title->tagline = arena_strdup(arena, "");
	return 0;
}

static int
read_stdin(struct buf *text, struct err *err)
{
	ssize_t n;
	char *room;

	while ((room = buf_reserve(text, 65536)) != NULL) {
		n = read(STDIN_FILENO, room, 65536);
		if (n == -1)
			return err_errno(err, ERR_IO, "Cannot read");
		if (n == 0)
			return 0;
		buf_wrote(text, (size_t)n);
	}
	return err_set(err, ERR_BODY_TOO_LARGE, "The file is too large.");
}

static struct json_object *
read_array(const char *file, struct err *err)
{
	struct json_object *array = NULL;
	struct buf text;
	int result;

	buf_init(&text, FILE_MAX);
	result = strcmp(file, "-") == 0 ? read_stdin(&text, err)
					: fs_read(file, &text, err);
	if (result == 0)
		array = json_parse(text.data, text.len, err);
	if (array != NULL && !json_object_is_type(array, json_type_array)) {
		err_set(err, ERR_INVALID_JSON, "The file holds no array.");
		json_object_put(array);
		array = NULL;
	}
	buf_fini(&text);
	return array;
}

static int
merge_all(struct ctl *ctl, struct json_object *array,
    struct import_counts *counts, struct err *err)
{
	struct title title;
	struct err why;
	bool added;
	size_t i, n = json_object_array_length(array);

	for (i = 0; i < n; i++) {
		if (import_title(json_object_array_get_idx(array, i),
			ctl->arena, &title, &why) == -1)
			return err_set(
			    err, why.code, "Entry %zu: %s", i + 1, why.text);
		if (store_title_merge(
			ctl->db, &title, "catalogue", &added, &why) != STORE_OK)
			return err_set(err, why.code, "Entry %zu (%.100s): %s",
			    i + 1, title.name, why.text);
		if (added)
			counts->n_added++;
		else
			counts->n_known++;
	}
	return 0;
}

int
import_file(struct ctl *ctl, const char *file, struct import_counts *counts,
    struct err *err)
{
	struct json_object *array = read_array(file, err);
	int result = -1;

	memset(counts, 0, sizeof(*counts));
	if (array == NULL)
		return -1;
	if (ctl_database(ctl, DB_WRITE, err) == 0 &&
	    db_begin(ctl->db, err) == 0 &&
	    merge_all(ctl, array, counts, err) == 0 &&
	    db_commit(ctl->db, err) == 0)
		result = 0;
	if (ctl->db != NULL)
		db_rollback(ctl->db);
	json_object_put(array);
	return result;
}
