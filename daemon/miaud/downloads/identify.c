/* Choosing is choose.c's; this writes it. */
#include "daemon/miaud/downloads/identify.h"

#include <stdio.h>
#include <string.h>

#include "daemon/miaud/downloads/choose.h"
#include "daemon/miaud/downloads/videos.h"
#include "lib/base/json.h"
#include "lib/base/str.h"
#include "lib/library/name.h"
#include "lib/library/title.h"
#include "lib/store/notes.h"
#include "lib/store/sources.h"
#include "lib/store/torrents.h"

enum { SUBJECT_SIZE = 40 };

/* What is under way. */
struct identifying {
	struct db *db;
	struct arena *arena;
	const struct torrent_meta *meta;
	int64_t id;
	struct title title; /* id 0: not known yet */
	struct choice choice;
	struct err *err;
};

int
identify_title(struct db *db, struct arena *arena, const char *title_id,
    const char *text, int64_t *id, struct err *err)
{
	enum store_result result = STORE_NONE;
	enum title_kind kind;
	const char *imdb_id;
	struct title title;
	struct name name;
	int64_t pid;
	bool added;

	*id = 0;
	if (title_id != NULL) {
		if (store_title_parse_id(title_id, &kind, &pid, &imdb_id))
			result = imdb_id != NULL
			    ? store_title_find_imdb(
				  db, arena, imdb_id, &title, err)
			    : store_title_find(
				  db, arena, kind, pid, &title, err);
		if (result == STORE_NONE)
			return err_set(err, ERR_TITLE_NOT_FOUND,
			    "There is no title %s.", title_id);
	} else if (text != NULL) {
		library_name_parse(
		    arena, arena_printf(arena, "%s.mkv", text), &name);
		library_title_of(arena, text, &name, &title);
		result = store_title_merge(db, &title, "file", &added, err);
	} else {
		return 0;
	}
	if (result != STORE_OK)
		return -1;
	*id = title.id;
	return 0;
}

static struct choose_hint
hint_of(const struct title *title)
{
	if (title->id == 0)
		return (struct choose_hint){ .kind = TITLE_ANY };
	return (struct choose_hint){ .kind = title->kind,
		.name = title->name,
		.year = title->year,
		.runtime = title->runtime };
}

/* A person's choice. */
static void
take_chosen(struct identifying *it, int file)
{
	struct choose_file *chosen = arena_alloc(it->arena, 1, sizeof(*chosen));
	struct name name;

	library_name_parse(
	    it->arena, video_path(it->arena, it->meta, file), &name);
	*chosen = (struct choose_file){ .index = file };
	if (name.is_episode && name.n_episodes > 0 &&
	    (it->title.id == 0 || it->title.kind == TITLE_SHOW)) {
		chosen->is_episode = true;
		chosen->season = name.season >= 0 ? name.season : 1;
		chosen->episode = name.episodes[0];
	}
	it->choice = (struct choice){ .code = "file_chosen",
		.sentence = "A person chose the file.",
		.confidence = 1,
		.n_videos = 1,
		.files = chosen,
		.n = 1 };
}

static const char *
container_of_path(const char *path)
{
	static const struct {
		const char *end;
		const char *container;
	} known[] = {
		{ "mp4", "mp4" },
		{ "m4v", "mp4" },
		{ "mov", "mov" },
		{ "mkv", "matroska" },
		{ "webm", "webm" },
		{ "avi", "avi" },
		{ "ts", "mpegts" },
		{ "m2ts", "mpegts" },
	};
	const char *dot = strrchr(path, '.');
	size_t i;

	for (i = 0; dot != NULL && i < COUNT_OF(known); i++)
		if (str_equal_nocase(dot + 1, known[i].end))
			return known[i].container;
	return NULL;
}

static const char *
codec_of_name(const struct name *name)
{
	if (name->video_codec == NULL)
		return "";
	if (strcmp(name->video_codec, "X264") == 0)
		return "H264";
	if (strcmp(name->video_codec, "X265") == 0)
		return "HEVC";
	return name->video_codec;
}

/* The title that a file's name tells, unless it is known. */
static int
find_title(struct identifying *it, const char *path, struct name *name,
    bool is_episode)
{
	bool added;

	if (it->title.id != 0)
		return 0;
	library_title_of(it->arena, path, name, &it->title);
	it->title.kind = is_episode ? TITLE_SHOW : TITLE_MOVIE;
	if (store_title_merge(it->db, &it->title, "file", &added, it->err) !=
	    STORE_OK)
		return -1;
	return store_title_find_id(it->db, it->arena, it->title.id, &it->title,
		   it->err) == STORE_OK
	    ? 0
	    : -1;
}

static int
find_episode(struct identifying *it, const struct choose_file *file,
    struct name *name, int64_t *id)
{
	struct episode episode;

	if (name->n_episodes > 0 || name->date[0] == '\0') {
		name->n_episodes = 1;
		name->episodes[0] = file->episode;
	}
	name->season = file->season;
	library_episode_of(it->arena, name, it->title.id, &episode);
	if (store_episode_merge(it->db, &episode, it->err) != STORE_OK)
		return -1;
	*id = episode.id;
	return 0;
}

static int
put_source(struct identifying *it, const struct choose_file *file)
{
	const struct torrent_file *of = &it->meta->files[file->index];
	const char *path = video_path(it->arena, it->meta, file->index);
	struct source source = { .torrent_id = it->id,
		.file_index = file->index,
		.size = of->size,
		.match_confidence = it->choice.confidence };
	struct name name;

	library_name_parse(it->arena, path, &name);
	if (find_title(it, path, &name, file->is_episode) == -1)
		return -1;
	source.title_id = it->title.id;
	if (file->is_episode &&
	    find_episode(it, file, &name, &source.episode_id) == -1)
		return -1;
	source.quality =
	    arena_strdup(it->arena, name.quality ? name.quality : "SD");
	source.video_codec =
	    library_codec_word(it->arena, codec_of_name(&name));
	source.container = arena_strdup(it->arena, container_of_path(of->path));
	return store_source_put_torrent(it->db, &source, it->err) == STORE_OK
	    ? 0
	    : -1;
}

/* A show needs an episode; what a person chose without one plays nowhere. */
static void
look_at_kind(struct identifying *it)
{
	struct choice *choice = &it->choice;

	if (choice->n > 0 && it->title.id != 0 &&
	    it->title.kind == TITLE_SHOW && !choice->files[0].is_episode) {
		choice->n = 0;
		choice->code = "unsure";
		choice->confidence = 0;
		choice->sentence = "The file's name tells no episode.";
	}
}

static int
note(struct identifying *it)
{
	struct json_object *inputs = json_object_new_object();
	char subject[SUBJECT_SIZE];
	int result = -1;

	snprintf(subject, sizeof(subject), "torrent:%lld", (long long)it->id);
	json_add_real(inputs, "confidence", it->choice.confidence);
	json_add_int(inputs, "videos", it->choice.n_videos);
	json_add_int(inputs, "chosen", (int64_t)it->choice.n);
	if (store_reason_clear(it->db, subject, it->err) != STORE_ERROR &&
	    store_reason_put(it->db, subject, it->choice.code,
		it->choice.sentence,
		json_object_to_json_string_ext(inputs, JSON_C_TO_STRING_PLAIN),
		it->err) != STORE_ERROR)
		result = 0;
	json_object_put(inputs);
	return result;
}

static void
tell(const struct identifying *it, int64_t file_index, struct identity *out)
{
	size_t i;

	out->title_id = it->title.id;
	out->file_index = file_index;
	if (it->title.id != 0) {
		out->title = it->title.name;
		out->title_public_id = store_title_public_id(
		    it->arena, it->title.kind, it->title.pid);
	}
	out->n_files = it->choice.n;
	out->files =
	    arena_alloc(it->arena, it->choice.n + 1, sizeof(*out->files));
	for (i = 0; i < it->choice.n; i++)
		out->files[i] = it->choice.files[i].index;
}

/* The title that the row names, if it does. */
static int
read_title(struct identifying *it)
{
	struct torrent_row row;

	if (store_torrent_find(it->db, it->arena, it->id, &row, it->err) !=
	    STORE_OK)
		return -1;
	if (row.title_id != 0 &&
	    store_title_find_id(it->db, it->arena, row.title_id, &it->title,
		it->err) != STORE_OK)
		return -1;
	return 0;
}

int
identify_torrent(struct db *db, struct arena *arena, int64_t id,
    const struct torrent_meta *meta, int file, struct identity *out,
    struct err *err)
{
	struct identifying it = {
		.db = db, .arena = arena, .meta = meta, .id = id, .err = err
	};
	int64_t file_index = STORE_FILE_NONE;
	struct choose_hint hint;
	size_t i;

	memset(out, 0, sizeof(*out));
	err_set(err, ERR_DOWNLOAD_NOT_FOUND, "The torrent was removed.");
	if (read_title(&it) == -1)
		return -1;
	hint = hint_of(&it.title);
	if (file >= 0)
		take_chosen(&it, file);
	else
		choose_files(arena, meta, &hint, &it.choice);
	look_at_kind(&it);
	if (store_source_remove_torrent(db, id, STORE_FILE_NONE, err) !=
	    STORE_OK)
		return -1;
	for (i = 0; i < it.choice.n; i++)
		if (put_source(&it, &it.choice.files[i]) == -1)
			return -1;
	if (it.choice.n == 1)
		file_index = it.choice.files[0].index;
	else if (it.choice.n > 1)
		file_index = STORE_FILE_SEVERAL;
	if (store_torrent_set_match(db, id, it.title.id, file_index, err) !=
		STORE_OK ||
	    note(&it) == -1)
		return -1;
	tell(&it, file_index, out);
	return 0;
}

int
identify_read(struct db *db, struct arena *arena, int64_t id,
    struct identity *out, struct err *err)
{
	struct torrent_row row;
	struct source *sources;
	size_t i, n;

	memset(out, 0, sizeof(*out));
	err_set(err, ERR_DOWNLOAD_NOT_FOUND, "The torrent was removed.");
	if (store_torrent_find(db, arena, id, &row, err) != STORE_OK ||
	    store_source_list_torrent(db, arena, id, &sources, &n, err) ==
		STORE_ERROR)
		return -1;
	out->title_id = row.title_id;
	out->file_index = row.file_index;
	out->title = row.title;
	out->title_public_id = row.title_public_id;
	out->files = arena_alloc(arena, n + 1, sizeof(*out->files));
	for (i = 0; i < n; i++)
		out->files[out->n_files++] = (int)sources[i].file_index;
	return 0;
}
