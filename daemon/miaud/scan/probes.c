/*
 * Files that wait to be looked into: a bounded number at a time, each opened
 * and sniffed on the pool, probed and indexed in confined children, written on
 * the database thread. One that still grows waits until it is left alone.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/media/index.h"
#include "daemon/miaud/media/probe.h"
#include "daemon/miaud/scan/batch.h"
#include "daemon/miaud/scan/scan.h"
#include "daemon/miaud/tasks/tasks.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/store/media_index.h"
#include "lib/store/notes.h"
#include "lib/store/sources.h"

enum { SUBJECT_SIZE = 32, RESULT_ARENA = 4 * 1024 * 1024 };

/* What a look at a file came to, on its way to the database. */
struct outcome {
	struct scanner *scanner;
	int64_t file_id;
	int64_t size, modified_at, inode; /* what was looked at */
	char *probe;                      /* JSON, NULL: refused */
	char *container;
	double duration;
	bool is_hdr;
	bool is_known;   /* looked into again: stays what it is */
	bool is_growing; /* only size and time are written */
	int fd;          /* -1: none */
	const char *demuxer;
	bool has_index;
	bool is_read; /* all that can be known of its index is */
	struct hls_index index;
	char *code, *sentence;
	struct scan_news news;
	bool is_outdated; /* the row changed meanwhile */
};

static void
open_on_pool(uv_work_t *work)
{
	struct scan_file *open = work->data;
	unsigned char head[SNIFF_SIZE];
	struct stat st;
	ssize_t len;

	open->fd = scan_open(open->root, open->path, O_RDONLY | O_NONBLOCK);
	if (open->fd == -1 || fstat(open->fd, &st) == -1) {
		open->error = errno;
		return;
	}
	open->size = st.st_size;
	open->inode = (int64_t)st.st_ino;
	open->modified_at =
	    (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
	len = S_ISREG(st.st_mode) ? pread(open->fd, head, sizeof(head), 0) : -1;
	if (len < 0) {
		open->error = errno != 0 ? errno : EIO;
		close(open->fd);
		open->fd = -1;
		return;
	}
	media_sniff(head, (size_t)len, st.st_size, &open->sniff);
}

static void
opened(uv_work_t *work, int status)
{
	struct scan_file *open = work->data;

	(void)status;
	open->then(open);
}

void
scan_file_free(struct scan_file *open)
{
	if (open->fd != -1)
		close(open->fd);
	free(open->root);
	free(open->path);
	free(open);
}

bool
scan_file_open(struct scanner *scanner, int64_t file_id,
    void (*then)(struct scan_file *open), bool is_hdr)
{
	struct arena *arena = arena_new(RESULT_ARENA);
	struct scan_folder *folder = NULL;
	struct library_file file;
	struct scan_file *open;
	struct err err;

	if (store_file_find_id(
		scanner->miaud->db, arena, file_id, &file, &err) == STORE_OK)
		folder = scan_folder_find(scanner, file.folder_id);
	db_release(scanner->miaud->db);
	if (folder == NULL || strcmp(file.state, "gone") == 0 ||
	    strcmp(file.state, "refused") == 0) {
		arena_free(arena);
		return false;
	}
	open = mem_calloc(1, sizeof(*open));
	open->scanner = scanner;
	open->file = file;
	open->root = mem_strdup(folder->path);
	open->path = mem_strdup(file.path);
	/* the rest lived in the arena */
	open->file.path = open->path;
	open->file.display = open->file.state = open->file.container =
	    open->file.probe = NULL;
	open->is_hdr = is_hdr;
	open->is_known = strcmp(file.state, "ok") == 0;
	open->then = then;
	open->fd = -1;
	open->work.data = open;
	arena_free(arena);
	uv_queue_work(&scanner->miaud->loop, &open->work, open_on_pool, opened);
	return true;
}

static void
count_done(struct scanner *scanner)
{
	scan_count(scanner, &(struct scan_counts){ .done = 1 });
}

static void
outcome_free(struct outcome *outcome)
{
	if (outcome->fd != -1)
		close(outcome->fd);
	free((void *)outcome->index.keys);
	free(outcome->probe);
	free(outcome->container);
	free(outcome->code);
	free(outcome->sentence);
	free(outcome);
}

static void
one_less(struct scanner *scanner)
{
	scanner->n_probing--;
	scan_settle(scanner);
	scan_unref(scanner);
}

static int
write_refusal(struct db *db, const struct outcome *outcome, struct err *err)
{
	char subject[SUBJECT_SIZE];

	snprintf(
	    subject, sizeof(subject), "file:%lld", (long long)outcome->file_id);
	if (store_reason_clear(db, subject, err) == STORE_ERROR ||
	    store_reason_put(db, subject, outcome->code, outcome->sentence,
		NULL, err) == STORE_ERROR)
		return -1;
	return store_source_remove_file(db, outcome->file_id, err) ==
		STORE_ERROR
	    ? -1
	    : 0;
}

/* Of the source that the file has become. */
static int
write_index(struct db *db, const struct outcome *outcome, struct err *err)
{
	struct source source;
	enum store_result found;

	if (!outcome->has_index)
		return 0;
	found = store_source_find_file(db, outcome->file_id, &source, err);
	if (found == STORE_OK)
		found = store_media_index_set(
		    db, source.id, &outcome->index, outcome->is_read, err);
	return found == STORE_ERROR ? -1 : 0;
}

static int
write_media(struct db *db, struct arena *arena, struct library_file *file,
    struct outcome *outcome, struct err *err)
{
	struct media *media = arena_alloc(arena, 1, sizeof(*media));
	struct library_folder row;
	struct match match;

	if (library_media_read(arena, outcome->probe, media, err) == -1)
		return -1;
	if (store_folder_find(db, arena, file->folder_id, &row, err) !=
	    STORE_OK)
		return -1;
	match_read(arena, row.path, file->path, &match);
	if (match_write(db, arena, file, &match, media, true, &outcome->news,
		err) == -1)
		return -1;
	return write_index(db, outcome, err);
}

static int
write_in_arena(struct db *db, struct arena *arena, struct outcome *outcome,
    struct err *err)
{
	struct library_file file;
	enum store_result found;

	found = store_file_find_id(db, arena, outcome->file_id, &file, err);
	if (found == STORE_ERROR)
		return -1;
	outcome->is_outdated = found == STORE_NONE ||
	    strcmp(file.state, outcome->is_known ? "ok" : "found") != 0 ||
	    (!outcome->is_growing &&
		(file.size != outcome->size ||
		    file.modified_at != outcome->modified_at));
	if (outcome->is_outdated)
		return 0;
	if (outcome->is_known && outcome->code != NULL) {
		/* it plays, whatever was not seen this time */
		outcome->is_outdated = true;
		return write_index(db, outcome, err);
	}
	file.size = outcome->size;
	file.modified_at = outcome->modified_at;
	file.inode = outcome->inode;
	file.container = outcome->container;
	file.duration = outcome->duration;
	file.probe = outcome->probe;
	if (!outcome->is_growing)
		file.state = arena_strdup(
		    arena, outcome->code != NULL ? "refused" : "ok");
	if (store_file_put(db, &file, clock_now_ms(), err) != STORE_OK)
		return -1;
	if (outcome->is_growing)
		return 0;
	if (outcome->code != NULL)
		return write_refusal(db, outcome, err);
	return write_media(db, arena, &file, outcome, err);
}

/* Database thread, in a transaction; may run twice. */
static int
write_outcome(struct db *db, void *arg, struct err *err)
{
	struct outcome *outcome = arg;
	struct arena *arena = arena_new(RESULT_ARENA);
	int result;

	memset(&outcome->news, 0, sizeof(outcome->news));
	result = write_in_arena(db, arena, outcome, err);
	arena_free(arena);
	return result;
}

static void
look_again(struct scanner *scanner, int64_t file_id)
{
	id_queue_add(&scanner->waiting, file_id);
	id_queue_add(&scanner->waiting_until, clock_mono_ms() + SCAN_STILL_MS);
}

static void
written(void *arg, const struct err *err)
{
	struct outcome *outcome = arg;
	struct scanner *scanner = outcome->scanner;

	if (err->code != ERR_NONE) {
		log_warn("scan.write", "%s", err->text);
	} else if (outcome->is_growing) {
		if (!outcome->is_outdated)
			look_again(scanner, outcome->file_id);
	} else if (!outcome->is_outdated) {
		scan_count(scanner,
		    &(struct scan_counts){ .refused = outcome->code != NULL });
		scanner->needs_sweep |= outcome->code != NULL;
		if (outcome->has_index && !outcome->is_read &&
		    scanner->miaud->scheduler != NULL)
			scheduler_wake(
			    scanner->miaud->scheduler, TASK_FILM_INDEX);
		if (scanner->miaud->scheduler != NULL)
			scheduler_wake(
			    scanner->miaud->scheduler, TASK_THUMBNAILS);
		if (outcome->news.title_changed)
			scan_title_changed(scanner, outcome->news.title_id);
		if (outcome->news.wants_picture)
			pictures_add(
			    scanner, outcome->file_id, outcome->is_hdr);
	}
	if (!outcome->is_growing)
		count_done(scanner);
	outcome_free(outcome);
	one_less(scanner);
}

static void
submit(struct outcome *outcome)
{
	struct scanner *scanner = outcome->scanner;
	struct err err;

	if (dbthread_submit(scanner->miaud->dbthread, DBJOB_BATCHED,
		write_outcome, written, outcome, &err) == 0)
		return;
	/* full: the file stays 'found' and is asked again in a moment */
	if (err.code == ERR_BUSY)
		look_again(scanner, outcome->file_id);
	outcome_free(outcome);
	one_less(scanner);
}

static struct outcome *
outcome_of(const struct scan_file *open)
{
	struct outcome *outcome = mem_calloc(1, sizeof(*outcome));

	outcome->scanner = open->scanner;
	outcome->file_id = open->file.id;
	outcome->size = open->size;
	outcome->modified_at = open->modified_at;
	outcome->inode = open->inode;
	outcome->is_known = open->is_known;
	outcome->fd = -1;
	outcome->index = (struct hls_index){ .num = 1, .den = 1 };
	return outcome;
}

static void
refuse(struct outcome *outcome, const char *code, const char *sentence)
{
	outcome->code = mem_strdup(code);
	outcome->sentence = mem_strdup(sentence);
	submit(outcome);
}

static void
indexed(void *arg, const struct hls_index *index)
{
	struct outcome *outcome = arg;

	outcome->has_index = index != NULL;
	if (index != NULL) {
		outcome->index = media_index_copy(index);
		outcome->is_read |= index->n > 0;
	}
	submit(outcome);
}

/* Where there is no answer the file is asked again at the next scan. */
static void
ask_index(struct outcome *outcome)
{
	const struct ffmpeg_input input = { .fd = outcome->fd,
		.demuxer = outcome->demuxer };
	struct err err;

	if (media_index_make(outcome->scanner->miaud->children, &input,
		MEDIA_INDEX_CONTAINER, indexed, outcome, &err) == 0)
		return;
	log_warn("scan.index", "%s", err.text);
	submit(outcome);
}

static void
give_up(struct outcome *outcome)
{
	struct scanner *scanner = outcome->scanner;

	count_done(scanner);
	outcome_free(outcome);
	one_less(scanner);
}

static void
answered(void *arg, const struct media_answer *answer)
{
	struct outcome *outcome = arg;
	struct json_object *json;

	if (answer->is_our_fault) {
		give_up(outcome);
		return;
	}
	if (answer->media == NULL) {
		outcome->has_index = outcome->is_read = true;
		refuse(outcome, answer->code, answer->sentence);
		return;
	}
	json = library_media_json(answer->media);
	outcome->probe = mem_strdup(
	    json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN));
	json_object_put(json);
	outcome->container = mem_strdup(answer->media->container);
	outcome->duration = answer->media->duration;
	outcome->is_hdr = answer->media->hdr != NULL;
	outcome->is_read = !media_index_is_worth_all(answer->media);
	ask_index(outcome);
}

/* Written to a moment ago, or not the size it had when it was found. */
static bool
is_growing(const struct scan_file *open)
{
	int64_t age = clock_now_ms() - open->modified_at;

	return (age > -SCAN_STILL_MS && age < SCAN_STILL_MS) ||
	    open->size != open->file.size ||
	    open->modified_at != open->file.modified_at;
}

static void
probe(struct outcome *outcome, const struct sniff *sniff)
{
	struct err err;

	if (media_probe(outcome->scanner->miaud->children, outcome->fd, sniff,
		outcome->size, answered, outcome, &err) == 0)
		return;
	log_warn("scan.probe", "%s", err.text);
	give_up(outcome);
}

static void
looked(struct scan_file *open)
{
	struct scanner *scanner = open->scanner;
	struct outcome *outcome = outcome_of(open);

	if (scanner->is_stopping || (open->fd == -1 && open->error == ENOENT)) {
		give_up(outcome);
	} else if (open->fd == -1) {
		outcome->size = open->file.size;
		outcome->modified_at = open->file.modified_at;
		outcome->inode = open->file.inode;
		refuse(outcome, "unreadable",
		    open->error == EACCES || open->error == EPERM
			? "The server's user may not read this file."
			: "This file cannot be read; the disk may fail.");
	} else if (is_growing(open) && outcome->is_known) {
		/* the walk that sees it makes it a new one */
		give_up(outcome);
	} else if (is_growing(open)) {
		outcome->is_growing = true;
		submit(outcome);
	} else if (open->sniff.demuxer == NULL) {
		refuse(outcome, open->sniff.code, open->sniff.sentence);
	} else {
		outcome->fd = open->fd;
		outcome->demuxer = open->sniff.demuxer;
		open->fd = -1;
		probe(outcome, &open->sniff);
	}
	scan_file_free(open);
}

void
probes_add(struct scanner *scanner, int64_t file_id)
{
	id_queue_add(&scanner->to_probe, file_id);
}

/* Those that waited long enough come to the front door again. */
static void
wake(struct scanner *scanner)
{
	int64_t now = clock_mono_ms(), id, until;

	while (id_queue_peek(&scanner->waiting_until, &until) && until <= now)
		if (id_queue_take(&scanner->waiting_until, &until) &&
		    id_queue_take(&scanner->waiting, &id))
			probes_add(scanner, id);
}

void
probes_start(struct scanner *scanner)
{
	int64_t max =
	    settings_int(scanner->miaud->settings, SETTING_LIBRARY_PROBES);
	int64_t id;

	wake(scanner);
	while (!scanner->is_stopping && scanner->n_probing < max &&
	    id_queue_take(&scanner->to_probe, &id)) {
		if (!scan_file_open(scanner, id, looked, false)) {
			count_done(scanner);
			continue;
		}
		scanner->n_probing++;
		scan_ref(scanner);
	}
}

bool
probes_are_done(const struct scanner *scanner)
{
	bool is_patient =
	    clock_now_ms() < scanner->started_at + SCAN_PATIENCE_MS;

	if (id_queue_count(&scanner->waiting) > 0 && is_patient)
		return false;
	return scanner->n_probing == 0 &&
	    id_queue_count(&scanner->to_probe) == 0;
}
