/*
 * Titles that wait for a poster and episodes that wait for a still: one at a
 * time, behind the probes, so that what can be played comes first.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/media/picture.h"
#include "daemon/miaud/scan/scan.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"
#include "lib/store/notes.h"
#include "lib/store/sources.h"
#include "lib/store/titles.h"

enum { DRAWING_MAX = 1, PICTURE_ARENA = 4 * 1024 * 1024, SUBJECT_SIZE = 32 };

static const char no_frame[] = "no_frame";

struct drawing {
	struct scanner *scanner;
	int64_t file_id, title_id, episode_id;
	enum picture_kind kind;
	char *title;
	double duration;
	bool is_hdr;
	bool is_more; /* the episode's still comes after the show's poster */
	struct picture_result result;
};

bool
pictures_is_placard(const char *poster)
{
	return poster != NULL && str_starts(poster, PICTURE_PLACARD_PREFIX);
}

void
pictures_add(struct scanner *scanner, int64_t file_id, bool is_hdr)
{
	id_queue_add(&scanner->to_draw, file_id * 2 + is_hdr);
}

static void
drawing_end(struct drawing *drawing)
{
	struct scanner *scanner = drawing->scanner;

	scanner->n_drawing--;
	free(drawing->title);
	free(drawing);
	scan_settle(scanner);
	scan_unref(scanner);
}

/* An earlier look found nothing to show in this file. */
static bool
is_hopeless(struct db *db, struct arena *arena, int64_t file_id)
{
	char subject[SUBJECT_SIZE];
	struct reason *reasons;
	struct err err;
	size_t n;

	snprintf(subject, sizeof(subject), "file:%lld", (long long)file_id);
	if (store_reason_list(db, arena, subject, &reasons, &n, &err) !=
	    STORE_OK)
		return false;
	for (size_t i = 0; i < n; i++)
		if (strcmp(reasons[i].code, no_frame) == 0)
			return true;
	return false;
}

/* What is missing: a few rows by their keys. False when nothing is. */
static bool
choose(struct drawing *drawing, struct db *db, struct arena *arena)
{
	struct episode episode = { 0 };
	struct source source;
	struct title title;
	struct err err;
	bool wants_still;

	if (store_source_find_file(db, drawing->file_id, &source, &err) !=
		STORE_OK ||
	    store_title_find_id(db, arena, &store_unlimited, source.title_id,
		&title, &err) != STORE_OK)
		return false;
	if (source.episode_id != 0 &&
	    store_episode_find_id(db, arena, &store_unlimited,
		source.episode_id, &episode, &err) != STORE_OK)
		return false;
	drawing->title_id = source.title_id;
	drawing->episode_id = source.episode_id;
	drawing->title = mem_strdup(title.name);
	wants_still = source.episode_id != 0 && episode.still == NULL &&
	    !is_hopeless(db, arena, drawing->file_id);
	if (title.poster == NULL || pictures_is_placard(title.poster)) {
		drawing->kind = PICTURE_POSTER;
		drawing->is_more = wants_still;
		return true;
	}
	drawing->kind = PICTURE_STILL;
	return wants_still;
}

/* Database thread, in a transaction; may run twice. */
static int
write_picture(struct db *db, void *arg, struct err *err)
{
	struct drawing *drawing = arg;
	const struct picture_result *made = &drawing->result;
	enum store_result result;
	char subject[SUBJECT_SIZE];

	if (made->err.code == ERR_NOT_FOUND) {
		snprintf(subject, sizeof(subject), "file:%lld",
		    (long long)drawing->file_id);
		result = store_reason_put(
		    db, subject, no_frame, made->err.text, NULL, err);
	} else if (drawing->kind == PICTURE_STILL) {
		result = store_episode_set_still(
		    db, drawing->episode_id, made->still, err);
	} else {
		result = store_title_set_poster(db, drawing->title_id,
		    made->poster, *made->backdrop ? made->backdrop : NULL, err);
	}
	return result == STORE_ERROR ? -1 : 0;
}

static void
written(void *arg, const struct err *err)
{
	struct drawing *drawing = arg;

	if (err->code != ERR_NONE)
		log_warn("scan.picture", "%s", err->text);
	else
		scan_title_changed(drawing->scanner, drawing->title_id);
	if (drawing->is_more && err->code == ERR_NONE)
		pictures_add(
		    drawing->scanner, drawing->file_id, drawing->is_hdr);
	drawing_end(drawing);
}

static void
made(void *arg, const struct picture_result *result)
{
	struct drawing *drawing = arg;
	struct err err;

	drawing->result = *result;
	if (result->err.code != ERR_NONE && result->err.code != ERR_NOT_FOUND) {
		if (result->err.code != ERR_CANCELLED)
			log_warn("scan.picture", "%s: %s", drawing->title,
			    result->err.text);
		drawing_end(drawing);
	} else if (dbthread_submit(drawing->scanner->miaud->dbthread,
		       DBJOB_BATCHED, write_picture, written, drawing,
		       &err) == -1) {
		drawing_end(drawing);
	}
}

static struct drawing *
drawing_of(const struct scan_file *file)
{
	struct drawing *drawing = mem_calloc(1, sizeof(*drawing));
	struct arena *arena = arena_new(PICTURE_ARENA);
	struct db *db = file->scanner->miaud->db;

	drawing->scanner = file->scanner;
	drawing->file_id = file->file.id;
	drawing->duration = file->file.duration;
	drawing->is_hdr = file->is_hdr;
	if (!choose(drawing, db, arena)) {
		free(drawing->title);
		free(drawing);
		drawing = NULL;
	}
	db_release(db);
	arena_free(arena);
	return drawing;
}

static void
nothing_to_draw(struct scanner *scanner)
{
	scanner->n_drawing--;
	scan_settle(scanner);
	scan_unref(scanner);
}

static void
looked(struct scan_file *file)
{
	struct scanner *scanner = file->scanner;
	struct drawing *drawing = NULL;
	struct err err;

	if (!scanner->is_stopping && file->fd != -1 &&
	    file->sniff.demuxer != NULL)
		drawing = drawing_of(file);
	if (drawing == NULL) {
		nothing_to_draw(scanner);
	} else if (picture_make(scanner->miaud->children,
		       &scanner->miaud->paths,
		       &(struct picture_spec){ .kind = drawing->kind,
			   .input = { .fd = file->fd,
			       .demuxer = file->sniff.demuxer },
			   .duration = drawing->duration,
			   .is_hdr = drawing->is_hdr,
			   .title = drawing->title,
			   .done = made,
			   .arg = drawing },
		       &err) == NULL) {
		log_warn("scan.picture", "%s", err.text);
		drawing_end(drawing);
	}
	scan_file_free(file);
}

void
pictures_start(struct scanner *scanner)
{
	int64_t item;

	while (!scanner->is_stopping && scanner->n_drawing < DRAWING_MAX &&
	    id_queue_take(&scanner->to_draw, &item)) {
		if (!scan_file_open(scanner, item / 2, looked, item % 2 != 0))
			continue;
		scanner->n_drawing++;
		scan_ref(scanner);
	}
}
