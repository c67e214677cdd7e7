/*
 * What was seen becomes rows. Reading, comparing and parsing names happen on
 * the walk's own thread; only the writes of a batch go to the database thread,
 * so that one batch stays far below its 50 ms.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/scan/batch.h"
#include "daemon/miaud/scan/scan.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"
#include "lib/store/media_index.h"
#include "lib/store/notes.h"
#include "lib/store/sources.h"
#include "lib/store/titles.h"

enum { SEEN_MAX = 256, SUBJECT_SIZE = 32 };

enum action {
	ACTION_SEEN, /* as it was */
	ACTION_PUT,  /* new, changed, moved or back again */
};

struct row {
	enum action action;
	struct library_file file; /* as it is to be */
	struct match match;
	const char *code, *sentence; /* refused at sight */
	struct subtitle *subtitles;
	size_t n_subtitles;
	bool subtitles_changed;
	bool keep_match; /* only its bytes changed */
	struct scan_news news;
};

struct batch {
	struct scan_walk *walk;
	struct arena *arena;
	struct row rows[SCAN_BATCH];
	size_t n;
	int64_t seen[SEEN_MAX];
	size_t n_seen;
	struct scan_counts more;
};

struct batch *
batch_new(struct scan_walk *walk)
{
	struct batch *batch = mem_calloc(1, sizeof(*batch));

	batch->walk = walk;
	batch->arena = arena_new(SCAN_ARENA);
	return batch;
}

void
batch_free(struct batch *batch)
{
	if (batch == NULL)
		return;
	arena_free(batch->arena);
	free(batch);
}

struct arena *
batch_arena(struct batch *batch)
{
	return batch->arena;
}

static char *
display_of(struct arena *arena, const char *path)
{
	char *display = str_to_display(path, strlen(path));
	char *copy = arena_strdup(arena, display);

	free(display);
	return copy;
}

static bool
is_same(const struct library_file *file, const struct seen_file *seen)
{
	return file->size == seen->size &&
	    file->modified_at == seen->modified_at &&
	    file->inode == seen->inode;
}

static bool
same_subtitles(
    const struct subtitle *a, size_t n_a, const struct subtitle *b, size_t n_b)
{
	if (n_a != n_b)
		return false;
	for (size_t i = 0; i < n_a; i++) {
		bool found = false;

		for (size_t j = 0; j < n_b && !found; j++)
			found = strcmp(a[i].path, b[j].path) == 0;
		if (!found)
			return false;
	}
	return true;
}

static int
compare_subtitles(struct batch *batch, struct row *row, struct err *err)
{
	struct subtitle *known;
	size_t n;

	if (store_subtitle_list(batch->walk->db, batch->arena, row->file.id,
		&known, &n, err) == STORE_ERROR)
		return -1;
	row->subtitles_changed =
	    !same_subtitles(known, n, row->subtitles, row->n_subtitles);
	return 0;
}

/* Nothing is left at the path of a row: the file moved away from there. */
static bool
has_left(const char *root, const char *path)
{
	int fd = scan_open(root, path, O_PATH);

	if (fd == -1)
		return errno == ENOENT || errno == ENOTDIR;
	close(fd);
	return false;
}

/* A row of the same inode and size at a path that is no more. */
static int
find_moved(struct batch *batch, const struct seen_file *seen,
    struct library_file *file, bool *is_moved, struct err *err)
{
	enum store_result found =
	    store_file_find_inode(batch->walk->db, batch->arena,
		batch->walk->folder_id, seen->inode, seen->size, file, err);

	*is_moved =
	    found == STORE_OK && has_left(batch->walk->root, file->path);
	return found == STORE_ERROR ? -1 : 0;
}

static void
set_file(struct batch *batch, struct row *row, const struct seen_file *seen)
{
	row->file.folder_id = batch->walk->folder_id;
	row->file.path = arena_strdup(batch->arena, seen->path);
	row->file.display = display_of(batch->arena, seen->path);
	row->file.size = seen->size;
	row->file.modified_at = seen->modified_at;
	row->file.inode = seen->inode;
}

/* Decides about a file that has a row at this path. */
static void
judge_known(struct arena *arena, struct row *row, const struct seen_file *seen)
{
	bool same = is_same(&row->file, seen);
	bool was_refused = strcmp(row->file.state, "refused") == 0;

	row->keep_match = true;
	if (same && seen->code == NULL &&
	    (strcmp(row->file.state, "ok") == 0 || was_refused ||
		strcmp(row->file.state, "found") == 0)) {
		row->action = ACTION_SEEN;
		return;
	}
	if (same && seen->code != NULL && was_refused) {
		row->action = ACTION_SEEN;
		return;
	}
	row->action = ACTION_PUT;
	/* back again and unchanged: what was known holds */
	row->file.state = arena_strdup(
	    arena, same && row->file.probe != NULL ? "ok" : "found");
}

/* Compares with what is known. */
static int
judge(struct batch *batch, const struct seen_file *seen, struct row *row,
    struct err *err)
{
	struct scan_walk *walk = batch->walk;
	enum store_result known;
	bool is_moved = false;

	known = store_file_find(walk->db, batch->arena, walk->folder_id,
	    seen->path, &row->file, err);
	if (known == STORE_ERROR)
		return -1;
	if (known == STORE_OK) {
		judge_known(batch->arena, row, seen);
		return 0;
	}
	row->action = ACTION_PUT;
	if (seen->code == NULL &&
	    find_moved(batch, seen, &row->file, &is_moved, err) == -1)
		return -1;
	if (!is_moved)
		memset(&row->file, 0, sizeof(row->file));
	row->file.state = arena_strdup(batch->arena,
	    is_moved && row->file.probe != NULL &&
		    row->file.modified_at == seen->modified_at
		? "ok"
		: "found");
	return 0;
}

/* What becomes of a row that is written. */
static void
read_name(struct batch *batch, struct row *row, const struct seen_file *seen)
{
	match_read(batch->arena, batch->walk->root, seen->path, &row->match);
	row->code = seen->code;
	row->sentence = seen->sentence;
	if (row->code == NULL) {
		row->code = row->match.code;
		row->sentence = row->match.sentence;
	}
	if (row->code != NULL)
		row->file.state = arena_strdup(batch->arena, "refused");
	if (strcmp(row->file.state, "ok") != 0) {
		/* nothing that was known about its inside holds */
		row->file.container = row->file.probe = NULL;
		row->file.duration = 0;
	}
}

/* An unchanged file that nobody has looked into, or not for all that is asked
 * now. */
static int
look_for_probe(struct batch *batch, struct row *row, struct err *err)
{
	bool is_known = true;

	if (strcmp(row->file.state, "ok") == 0 &&
	    store_media_index_is_known(
		batch->walk->db, row->file.id, &is_known, err) == STORE_ERROR)
		return -1;
	row->news.wants_probe =
	    !is_known || strcmp(row->file.state, "found") == 0;
	return 0;
}

/* An unchanged file whose title or episode has no picture yet: asked again. */
static int
look_for_picture(struct batch *batch, struct row *row, struct err *err)
{
	struct db *db = batch->walk->db;
	struct source source;
	struct episode episode;
	struct title title;

	if (strcmp(row->file.state, "ok") != 0 ||
	    store_source_find_file(db, row->file.id, &source, err) != STORE_OK)
		return 0;
	if (store_title_find_id(db, batch->arena, &store_unlimited,
		source.title_id, &title, err) == STORE_OK)
		row->news.wants_picture =
		    title.poster == NULL || pictures_is_placard(title.poster);
	if (source.episode_id != 0 &&
	    store_episode_find_id(db, batch->arena, &store_unlimited,
		source.episode_id, &episode, err) == STORE_OK)
		row->news.wants_picture |= episode.still == NULL;
	return 0;
}

/* What an earlier probe said, for a file that only moved or came back. */
static const struct media *
known_media(struct arena *arena, const struct library_file *file)
{
	struct media *media;
	struct err err;

	if (file->probe == NULL)
		return NULL;
	media = arena_alloc(arena, 1, sizeof(*media));
	return library_media_read(arena, file->probe, media, &err) == 0 ? media
									: NULL;
}

static int
write_row(struct db *db, struct arena *arena, struct row *row, int64_t seen_at,
    struct err *err)
{
	struct library_file file = row->file;
	char subject[SUBJECT_SIZE];
	bool is_refused = row->code != NULL;

	row->news.title_changed = false;
	if (store_file_put(db, &file, seen_at, err) != STORE_OK)
		return -1;
	row->news.file_id = file.id;
	row->news.may_orphan = is_refused || row->file.id != 0;
	row->news.wants_probe = strcmp(file.state, "found") == 0;
	snprintf(subject, sizeof(subject), "file:%lld", (long long)file.id);
	if (is_refused) {
		if (store_reason_clear(db, subject, err) == STORE_ERROR ||
		    store_reason_put(db, subject, row->code, row->sentence,
			NULL, err) == STORE_ERROR ||
		    store_source_remove_file(db, file.id, err) == STORE_ERROR)
			return -1;
		return 0;
	}
	return match_write(db, arena, &file, &row->match,
	    known_media(arena, &file), row->keep_match, &row->news, err);
}

static int
write_subtitles(struct db *db, struct row *row, struct err *err)
{
	if (!row->subtitles_changed)
		return 0;
	return store_subtitle_replace(db, row->news.file_id, row->subtitles,
		   row->n_subtitles, err) == STORE_ERROR
	    ? -1
	    : 0;
}

/* Database thread, in a transaction; may run twice. */
static int
write_batch(struct db *db, void *arg, struct err *err)
{
	struct batch *batch = arg;
	int64_t at = batch->walk->began_at;

	for (size_t i = 0; i < batch->n_seen; i++)
		if (store_file_seen(db, batch->seen[i], at, err) == STORE_ERROR)
			return -1;
	for (size_t i = 0; i < batch->n; i++) {
		struct row *row = &batch->rows[i];

		if (row->action == ACTION_PUT &&
		    write_row(db, batch->arena, row, at, err) == -1)
			return -1;
		if (write_subtitles(db, row, err) == -1)
			return -1;
	}
	return 0;
}

static void
tell(struct batch *batch)
{
	scan_tell(
	    batch->walk->scanner, &(struct scan_news){ .more = batch->more });
	memset(&batch->more, 0, sizeof(batch->more));
	for (size_t i = 0; i < batch->n; i++) {
		struct scan_news news = batch->rows[i].news;

		news.current = mem_strdup(batch->rows[i].file.display);
		scan_tell(batch->walk->scanner, &news);
	}
}

int
batch_flush(struct batch *batch, struct err *err)
{
	int result = 0;

	/* nobody waits with a connection in hand */
	db_release(batch->walk->db);
	if (batch->n + batch->n_seen > 0)
		result = dbthread_call(batch->walk->scanner->miaud->dbthread,
		    DBJOB_BATCHED, write_batch, batch, err);
	if (result == 0)
		tell(batch);
	batch->n = batch->n_seen = 0;
	arena_reset(batch->arena);
	return result;
}

/* Something has to be done or told about it, apart from being seen. */
static bool
is_of_interest(const struct row *row)
{
	return row->action == ACTION_PUT || row->subtitles_changed ||
	    row->news.wants_probe || row->news.wants_picture;
}

int
batch_add(struct batch *batch, const struct seen_file *seen, struct err *err)
{
	struct row *row = &batch->rows[batch->n];

	memset(row, 0, sizeof(*row));
	row->subtitles = seen->subtitles;
	row->n_subtitles = seen->n_subtitles;
	if (judge(batch, seen, row, err) == -1)
		return -1;
	if (row->action == ACTION_SEEN) {
		batch->seen[batch->n_seen++] = row->file.id;
		row->news.file_id = row->file.id;
		if (look_for_probe(batch, row, err) == -1 ||
		    look_for_picture(batch, row, err) == -1)
			return -1;
	} else {
		set_file(batch, row, seen);
		read_name(batch, row, seen);
	}
	row->subtitles_changed = row->n_subtitles > 0;
	if (row->file.id != 0 && compare_subtitles(batch, row, err) == -1)
		return -1;
	batch->more.found++;
	batch->more.refused += strcmp(row->file.state, "refused") == 0;
	batch->more.done +=
	    strcmp(row->file.state, "found") != 0 && !row->news.wants_probe;
	if (is_of_interest(row))
		batch->n++;
	if (batch->n == SCAN_BATCH || batch->n_seen == SEEN_MAX)
		return batch_flush(batch, err);
	return 0;
}

struct gone {
	struct scan_walk *walk;
	const char *path;
	struct arena *arena;
	struct scan_news news;
};

static int
write_gone(struct db *db, void *arg, struct err *err)
{
	struct gone *gone = arg;
	struct library_file file;
	struct source source;
	enum store_result found;

	found = store_file_find(
	    db, gone->arena, gone->walk->folder_id, gone->path, &file, err);
	if (found != STORE_OK)
		return found == STORE_NONE ? 0 : -1;
	file.state = (char[]){ "gone" };
	if (store_file_put(db, &file, gone->walk->began_at, err) != STORE_OK)
		return -1;
	if (store_source_find_file(db, file.id, &source, err) == STORE_OK) {
		gone->news.title_id = source.title_id;
		gone->news.title_changed = true;
		gone->news.may_orphan = true;
	}
	return 0;
}

int
batch_gone(struct batch *batch, const char *path, struct err *err)
{
	struct gone gone = { .walk = batch->walk, .path = path };
	int result;

	if (!has_left(batch->walk->root, path))
		return 0;
	gone.arena = arena_new(SCAN_ARENA);
	result = dbthread_call(batch->walk->scanner->miaud->dbthread,
	    DBJOB_BATCHED, write_gone, &gone, err);
	arena_free(gone.arena);
	if (result == 0 && gone.news.title_changed)
		scan_tell(batch->walk->scanner, &gone.news);
	return result;
}
