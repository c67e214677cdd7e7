/* The file is a person's: each entry is checked before any is used. */
#include "daemon/miaud/downloads/films.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/encode.h"
#include "lib/base/fs.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/base/paths.h"
#include "lib/base/str.h"
#include "lib/store/titles.h"

enum {
	FILE_MAX = 1024 * 1024,
	NAME_MAX_LEN = 64,
	TEXT_MAX = 2000,
	TRACKERS_MAX = 16,
	TRACKER_MAX = 512,
	MAGNET_MAX = 16000,
	YEAR_MIN = 1888,
	YEAR_MAX = 2200,
	RUNTIME_MAX = 1000,
};

/* An entry that is being read. */
struct reading {
	struct arena *arena;
	struct json_object *entry;
	size_t no; /* counted from 1 */
	struct err *err;
};

static int
refuse(const struct reading *it, const char *key)
{
	return err_set(it->err, ERR_CORRUPT,
	    "Film %zu of the list of films has no right \"%s\".", it->no, key);
}

static int
read_text(const struct reading *it, const char *key, const char **out)
{
	const char *text = json_get_text(it->entry, key, NULL);

	if (text == NULL || *text == '\0' || strlen(text) > TEXT_MAX)
		return refuse(it, key);
	*out = arena_strdup(it->arena, text);
	return 0;
}

static int
read_number(const struct reading *it, const char *key, int64_t min, int64_t max,
    int64_t *out)
{
	*out = json_get_int(it->entry, key, -1);
	return *out < min || *out > max ? refuse(it, key) : 0;
}

static bool
is_web_address(const char *text)
{
	return str_starts(text, "https://") || str_starts(text, "http://");
}

static int
read_address(const struct reading *it, const char *key, const char **out)
{
	if (read_text(it, key, out) == -1)
		return -1;
	return is_web_address(*out) ? 0 : refuse(it, key);
}

static int
read_name(const struct reading *it, const char **out)
{
	if (read_text(it, "name", out) == -1)
		return -1;
	if (strlen(*out) > NAME_MAX_LEN ||
	    strspn(*out, "abcdefghijklmnopqrstuvwxyz0123456789-") !=
		strlen(*out))
		return refuse(it, "name");
	return 0;
}

static bool
is_tracker(const char *text)
{
	return strlen(text) <= TRACKER_MAX &&
	    (is_web_address(text) || str_starts(text, "udp://"));
}

static int
add_trackers(const struct reading *it, struct buf *magnet)
{
	struct json_object *list = json_get_array(it->entry, "trackers");
	const char *text;
	size_t i, n = list == NULL ? 0 : json_object_array_length(list);

	if (n > TRACKERS_MAX)
		return refuse(it, "trackers");
	for (i = 0; i < n; i++) {
		text =
		    json_object_get_string(json_object_array_get_idx(list, i));
		if (text == NULL || !is_tracker(text))
			return refuse(it, "trackers");
		buf_printf(magnet, "&tr=");
		encode_url(text, magnet);
	}
	return 0;
}

static int
read_magnet(const struct reading *it, struct film *film)
{
	const char *hash = json_get_text(it->entry, "hash", "");
	struct buf magnet;
	int result = -1;
	char *name;

	buf_init(&magnet, MAGNET_MAX);
	if (strlen(hash) != (size_t)TORRENT_HASH_SIZE * 2) {
		refuse(it, "hash");
		goto out;
	}
	buf_printf(&magnet, "magnet:?xt=urn:btih:%s&dn=", hash);
	encode_url(film->title, &magnet);
	if (add_trackers(it, &magnet) == -1)
		goto out;
	film->magnet = arena_strndup(it->arena, magnet.data, magnet.len);
	if (torrent_magnet_parse(film->magnet, film->hash, &name, it->err) ==
	    -1) {
		refuse(it, "hash");
		goto out;
	}
	free(name);
	result = 0;
out:
	buf_fini(&magnet);
	return result;
}

static int
read_film(const struct reading *it, struct film *film)
{
	if (!json_object_is_type(it->entry, json_type_object))
		return refuse(it, "name");
	return read_name(it, &film->name) == 0 &&
		read_text(it, "title", &film->title) == 0 &&
		read_number(it, "year", YEAR_MIN, YEAR_MAX, &film->year) == 0 &&
		read_number(it, "runtime", 1, RUNTIME_MAX, &film->runtime) ==
		    0 &&
		read_text(it, "overview", &film->overview) == 0 &&
		read_text(it, "licence", &film->licence) == 0 &&
		read_address(it, "licenceUrl", &film->licence_url) == 0 &&
		read_text(it, "credit", &film->credit) == 0 &&
		read_address(it, "source", &film->source) == 0 &&
		read_magnet(it, film) == 0
	    ? 0
	    : -1;
}

static int
read_list(struct arena *arena, struct json_object *list, struct film **films,
    size_t *n, struct err *err)
{
	struct reading it = { .arena = arena, .err = err };

	if (list == NULL || json_object_array_length(list) > FILMS_MAX)
		return err_set(err, ERR_CORRUPT,
		    "The list of films has no right \"films\".");
	*n = json_object_array_length(list);
	*films = arena_alloc(arena, *n + 1, sizeof(**films));
	for (it.no = 1; it.no <= *n; it.no++) {
		it.entry = json_object_array_get_idx(list, it.no - 1);
		if (read_film(&it, &(*films)[it.no - 1]) == -1)
			return -1;
	}
	return 0;
}

char *
films_path(const struct settings *settings, struct err *err)
{
	const char *path = settings_text(settings, SETTING_FILMS_LIST);
	char programs[PATHS_MAX], built_in[PATHS_MAX + 32];

	if (*path != '\0')
		return mem_strdup(path);
	if (paths_programs(programs, sizeof(programs), err) == -1)
		return NULL;
	snprintf(built_in, sizeof(built_in), "%s/share/films.json", programs);
	return mem_strdup(built_in);
}

int
films_read(struct arena *arena, const char *path, struct film **films,
    size_t *n, struct err *err)
{
	struct json_object *root = NULL;
	struct buf text;
	int result = -1;

	buf_init(&text, FILE_MAX);
	if (fs_read(path, &text, err) == 0)
		root = json_parse(text.data, text.len, err);
	if (root != NULL)
		result = read_list(
		    arena, json_get_array(root, "films"), films, n, err);
	json_object_put(root);
	buf_fini(&text);
	return result;
}

const struct film *
films_find(const struct film *films, size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(films[i].name, name) == 0)
			return &films[i];
	return NULL;
}

int
films_title(struct db *db, struct arena *arena, const struct film *film,
    int64_t *title_id, struct err *err)
{
	struct title title = { .kind = TITLE_MOVIE,
		.name = arena_strdup(arena, film->title),
		.year = film->year,
		.runtime = film->runtime,
		.overview = arena_strdup(arena, film->overview) };
	bool added;

	if (store_title_merge(db, &title, "file", &added, err) != STORE_OK)
		return -1;
	*title_id = title.id;
	return 0;
}
