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
	struct title title;               /* id 0: not known yet */
	const struct identify_wish *wish; /* or NULL */
	struct choice choice;
	bool is_added; /* to what was chosen before */
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
			    ? store_title_find_imdb(db, arena, &store_unlimited,
				  imdb_id, &title, err)
			    : store_title_find(db, arena, &store_unlimited,
				  kind, pid, &title, err);
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

/* Whether a title is nothing but a name that a person typed: then its kind is
 * a guess, which the files or the person correct. */
static int
look_at_title(struct identifying *it, bool *is_bare)
{
	struct source *sources;
	size_t i, n;

	*is_bare = it->title.kind == TITLE_MOVIE && it->title.id != 0 &&
	    it->title.tmdb_id == 0 && it->title.imdb_id == NULL &&
	    !it->title.is_locked;
	if (!*is_bare)
		return 0;
	if (store_source_list(it->db, it->arena, &store_unlimited, it->title.id,
		-1, &sources, &n, it->err) == STORE_ERROR)
		return -1;
	for (i = 0; i < n; i++)
		*is_bare &= sources[i].torrent_id == it->id;
	return 0;
}

/* The show of the same name takes the place of the film. */
static int
become_show(struct identifying *it)
{
	struct title show = { .kind = TITLE_SHOW,
		.name = it->title.name,
		.year = it->title.year };
	bool added;

	return store_title_merge(it->db, &show, "file", &added, it->err) ==
		    STORE_OK &&
		store_title_find_id(it->db, it->arena, &store_unlimited,
		    show.id, &it->title, it->err) == STORE_OK
	    ? 0
	    : -1;
}

/* Episodes of what was taken for a film by its name alone. */
static int
try_show(struct identifying *it)
{
	struct choose_hint hint = hint_of(&it->title);
	struct choice choice;
	bool is_bare;

	if (look_at_title(it, &is_bare) == -1)
		return -1;
	if (!is_bare || it->choice.n > 0)
		return 0;
	hint.kind = TITLE_SHOW;
	choose_files(it->arena, it->meta, &hint, &choice);
	if (choice.n == 0)
		return 0;
	it->choice = choice;
	return become_show(it);
}

static void
add_wished(struct identifying *it, struct video *video)
{
	int i;

	it->choice = (struct choice){ .code = "file_chosen",
		.sentence = "A person chose the file.",
		.confidence = 1,
		.n_videos = 1 };
	if (!it->is_added)
		choose_add(it->arena, &it->choice, video, -1);
	for (i = 0; it->is_added && i < video->n_episodes; i++)
		choose_add(it->arena, &it->choice, video, video->episodes[i]);
}

/* A person's choice. -1: it makes no sense. */
static int
take_wish(struct identifying *it)
{
	const struct identify_wish *wish = it->wish;
	struct video video;
	bool is_bare;

	if (wish->file >= it->meta->n_files)
		return err_set(it->err, ERR_INVALID_FIELDS,
		    "It has no file %d.", wish->file);
	if (look_at_title(it, &is_bare) == -1 ||
	    (is_bare && wish->episode >= 0 && become_show(it) == -1))
		return -1;
	video_read(it->arena, it->meta, wish->file, it->title.name, &video);
	if (wish->episode >= 0) {
		video.season = wish->season >= 0 ? wish->season : 1;
		video.episodes[0] = wish->episode;
		video.n_episodes = 1;
	}
	it->is_added = video.n_episodes > 0;
	if (it->title.id != 0 && it->title.kind == TITLE_MOVIE) {
		if (wish->episode >= 0)
			return err_set(it->err, ERR_INVALID_FIELDS,
			    "It is a film, which has no episodes.");
		it->is_added = false;
	} else if (it->title.id != 0 && !it->is_added) {
		return err_set(it->err, ERR_INVALID_FIELDS,
		    "Its name tells no episode: say which one it is.");
	}
	add_wished(it, &video);
	return 0;
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
	return store_title_find_id(it->db, it->arena, &store_unlimited,
		   it->title.id, &it->title, it->err) == STORE_OK
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
put_source(
    struct identifying *it, const struct choose_file *file, bool is_first)
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
	if (it->is_added &&
	    store_source_clear_torrent(it->db, it->id,
		is_first ? file->index : STORE_FILE_NONE, source.title_id,
		source.episode_id, it->err) == STORE_ERROR)
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
	json_add_int(inputs, "left", it->choice.n_left);
	if (store_reason_clear(it->db, subject, it->err) != STORE_ERROR &&
	    store_reason_put(it->db, subject, it->choice.code,
		it->choice.sentence,
		json_object_to_json_string_ext(inputs, JSON_C_TO_STRING_PLAIN),
		it->err) != STORE_ERROR)
		result = 0;
	json_object_put(inputs);
	return result;
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
	    store_title_find_id(it->db, it->arena, &store_unlimited,
		row.title_id, &it->title, it->err) != STORE_OK)
		return -1;
	return 0;
}

static int
choose_alone(struct identifying *it)
{
	const struct choose_hint hint = hint_of(&it->title);

	choose_files(it->arena, it->meta, &hint, &it->choice);
	return try_show(it);
}

/* Decides, and forgets what was decided before. */
static int
decide(struct identifying *it)
{
	int64_t keep = STORE_FILE_SEVERAL;

	if ((it->wish != NULL ? take_wish(it) : choose_alone(it)) == -1)
		return -1;
	if (it->is_added)
		return 0;
	if (it->choice.n == 1 && !it->choice.files[0].is_episode) {
		keep = it->choice.files[0].index;
		if (store_source_know_file(it->db, it->id, it->title.id, keep,
			it->err) == STORE_ERROR)
			return -1;
	}
	return store_source_remove_torrent(it->db, it->id, keep, it->err) ==
		STORE_OK
	    ? 0
	    : -1;
}

/* The file that plays, or how many do. */
static int
read_index(struct identifying *it, int64_t *index)
{
	struct source *sources;
	size_t i, n;

	*index = STORE_FILE_NONE;
	if (store_source_list_torrent(it->db, it->arena, it->id, &sources, &n,
		it->err) == STORE_ERROR)
		return -1;
	for (i = 0; i < n; i++)
		if (sources[i].file_index == STORE_FILE_NONE)
			continue;
		else if (*index == STORE_FILE_NONE)
			*index = sources[i].file_index;
		else if (*index != sources[i].file_index)
			*index = STORE_FILE_SEVERAL;
	return 0;
}

int
identify_torrent(struct db *db, struct arena *arena, int64_t id,
    const struct torrent_meta *meta, const struct identify_wish *wish,
    struct identity *out, struct err *err)
{
	struct identifying it = { .db = db,
		.arena = arena,
		.meta = meta,
		.id = id,
		.wish = wish,
		.err = err };
	int64_t file_index;
	size_t i;

	memset(out, 0, sizeof(*out));
	err_set(err, ERR_DOWNLOAD_NOT_FOUND, "The torrent was removed.");
	if (read_title(&it) == -1 || decide(&it) == -1)
		return -1;
	for (i = 0; i < it.choice.n; i++)
		if (put_source(&it, &it.choice.files[i], i == 0) == -1)
			return -1;
	if (read_index(&it, &file_index) == -1 ||
	    store_torrent_set_match(db, id, it.title.id, file_index, err) !=
		STORE_OK ||
	    note(&it) == -1)
		return -1;
	return identify_read(db, arena, id, out, err);
}

int
identify_expect(struct db *db, struct arena *arena, int64_t id,
    const char *label, struct err *err)
{
	struct identifying it = {
		.db = db, .arena = arena, .id = id, .err = err
	};
	struct source source = { .torrent_id = id,
		.file_index = STORE_FILE_NONE,
		.quality = arena_strdup(arena, "SD") };
	struct name name;

	err_set(err, ERR_DOWNLOAD_NOT_FOUND, "The torrent was removed.");
	if (read_title(&it) == -1)
		return -1;
	if (it.title.id == 0 || it.title.kind != TITLE_MOVIE)
		return 0;
	source.title_id = it.title.id;
	if (label != NULL) {
		library_name_parse(arena, label, &name);
		if (name.quality != NULL)
			source.quality = arena_strdup(arena, name.quality);
	}
	return store_source_put_torrent(db, &source, err) == STORE_OK ? 0 : -1;
}

/* Why these files play; and why bytes were given up. */
static int
read_reasons(struct db *db, struct arena *arena, int64_t id,
    struct identity *out, struct err *err)
{
	char subject[SUBJECT_SIZE];
	struct json_object *inputs;
	struct reason *reasons;
	size_t i, n;

	snprintf(subject, sizeof(subject), "torrent:%lld", (long long)id);
	if (store_reason_list(db, arena, subject, &reasons, &n, err) ==
	    STORE_ERROR)
		return -1;
	for (i = 0; i < n; i++) {
		if (strcmp(reasons[i].code, IDENTITY_GIVEN_UP) == 0) {
			out->given_up = &reasons[i];
		} else if (out->code == NULL) {
			out->code = reasons[i].code;
			out->sentence = reasons[i].sentence;
			inputs = json_tokener_parse(reasons[i].inputs);
			out->confidence =
			    json_get_real(inputs, "confidence", 0);
			json_object_put(inputs);
		}
	}
	return 0;
}

/* -1: it has gone. */
static int
read_episode(struct db *db, struct arena *arena, int64_t id,
    struct identity_episode *out, struct err *err)
{
	struct episode episode;

	*out = (struct identity_episode){ .season = -1 };
	if (id == 0)
		return 0;
	if (store_episode_find_id(
		db, arena, &store_unlimited, id, &episode, err) != STORE_OK)
		return -1;
	out->season = (int)episode.season;
	out->number = (int)episode.number;
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
		STORE_ERROR ||
	    read_reasons(db, arena, id, out, err) == -1)
		return -1;
	out->title_id = row.title_id;
	out->file_index = row.file_index;
	out->title = row.title;
	out->title_public_id = row.title_public_id;
	out->files = arena_alloc(arena, n + 1, sizeof(*out->files));
	out->episodes = arena_alloc(arena, n + 1, sizeof(*out->episodes));
	for (i = 0; i < n; i++)
		if (sources[i].file_index != STORE_FILE_NONE &&
		    read_episode(db, arena, sources[i].episode_id,
			&out->episodes[out->n_files], err) == 0)
			out->files[out->n_files++] = (int)sources[i].file_index;
	return 0;
}
