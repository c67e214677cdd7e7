/* One run of ffmpeg, and a look at what it wrote. */
#include "daemon/miaud/media/sheets.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/miaud/media/sandbox.h"
#include "lib/base/encode.h"
#include "lib/base/fs.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/random.h"

enum {
	RANDOM_BYTES = (SHEETS_NAME_SIZE - 1) / 2,
	STEP_S = 10,
	SHEETS_MAX = 10,
	CPU_KEYS_S = 1800,
	CPU_ALL_S = 4 * 3600,
	DEADLINE_MS = 12 * 3600 * 1000,
	NOT_STARTED = 127, /* of miau-confine: the program is not there */
	FREE_MIB = 256,    /* of the disk, stays free */
	HEAD_SIZE = 1024,
	PATH_SIZE = PATHS_MAX + 64,
	FILTER_SIZE = 1024,
};

struct sheets {
	struct children *children;
	const struct paths *paths;
	uv_loop_t *loop;
	uv_work_t work;
	struct child *child; /* NULL: has ended */
	bool rests;
	int n_sheets;
	char name[SHEETS_NAME_SIZE];
	struct sheets_result result;
	sheets_done_fn done;
	void *arg;
};

/* Seconds from one picture to the next: a short film has all of its pictures in one
 * sheet, a long one not more than ten. */
static int
step_of(double duration)
{
	if (duration <= (double)STEP_S * THUMBNAILS_A_SHEET)
		return (int)fmax(1, ceil(duration / THUMBNAILS_A_SHEET));
	return (int)fmax(
	    STEP_S, ceil(duration / (SHEETS_MAX * THUMBNAILS_A_SHEET)));
}

/* Whether the key frames alone show each place to within a step: its picture is that of
 * the last of them up to half a step behind it. */
static bool
keys_suffice(const struct hls_index *index, int step)
{
	double tick = (double)index->num / (double)index->den;
	int64_t last = index->start;

	for (size_t i = 0; i < index->n; i++) {
		if ((double)(index->keys[i] - last) * tick > step * 1.5)
			return false;
		last = index->keys[i];
	}
	return index->n > 0 && (double)(index->end - last) * tick <= step * 1.5;
}

bool
sheets_is_ours(const char *name, bool *is_half)
{
	*is_half = name[0] == '.';
	name += *is_half ? 1 : 0;
	return strspn(name, "0123456789abcdef") == SHEETS_NAME_SIZE - 1 &&
	    name[SHEETS_NAME_SIZE - 1] == '\0';
}

static void
folder_of(const struct sheets *sheets, bool is_half, char out[PATH_SIZE])
{
	snprintf(out, PATH_SIZE, "%.*s/%s%s", PATHS_MAX,
	    sheets->paths->thumbnails, is_half ? "." : "", sheets->name);
}

/* --- What was made ------------------------------------------------------------------ */

/* The size of a picture out of the head of a JPEG. */
static bool
read_size(
    const unsigned char *head, size_t len, int64_t *width, int64_t *height)
{
	size_t at = 2;

	while (at + 9 < len && head[at] == 0xFF) {
		if (head[at + 1] >= 0xC0 && head[at + 1] <= 0xC2) {
			*height = head[at + 5] << 8 | head[at + 6];
			*width = head[at + 7] << 8 | head[at + 8];
			return *height > 0 && *width > 0;
		}
		at += 2 + (size_t)(head[at + 2] << 8 | head[at + 3]);
	}
	return false;
}

/* A sheet is whole when its last two bytes end a JPEG, and stays so when they are on
 * the disk. */
static int
check_sheet(struct sheets *sheets, int fd, int number, struct err *err)
{
	struct thumbnails *made = &sheets->result.made;
	unsigned char head[HEAD_SIZE], end[2];
	int64_t width = 0, height = 0;
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) == -1 ||
	    (n = pread(fd, head, sizeof(head), 0)) < 4 ||
	    pread(fd, end, 2, st.st_size - 2) != 2 || end[0] != 0xFF ||
	    end[1] != 0xD9 || !read_size(head, (size_t)n, &width, &height))
		return err_set(err, ERR_IO, "A sheet was not written whole.");
	if (fchmod(fd, 0640) == -1 || fsync(fd) == -1)
		return err_errno(err, ERR_IO, "A sheet of thumbnails");
	if (number == 0) {
		made->width = width / THUMBNAILS_COLUMNS;
		made->height = height / THUMBNAILS_ROWS;
	} else if (width != made->width * THUMBNAILS_COLUMNS ||
	    height != made->height * THUMBNAILS_ROWS) {
		return err_set(
		    err, ERR_MEDIA_REFUSED, "Its pictures change their size.");
	}
	made->bytes += st.st_size;
	return 0;
}

static int
check_sheets(struct sheets *sheets, const char *folder, struct err *err)
{
	char path[PATH_SIZE + 16];
	int fd, result;

	for (int i = 0; i < sheets->n_sheets; i++) {
		snprintf(path, sizeof(path), "%s/%d.jpg", folder, i);
		fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
		if (fd == -1)
			return err_set(err, ERR_MEDIA_REFUSED,
			    "No pictures came out of the film.");
		result = check_sheet(sheets, fd, i, err);
		close(fd);
		if (result == -1)
			return -1;
	}
	return 0;
}

/* Pool thread. */
static void
settle(uv_work_t *work)
{
	struct sheets *sheets = work->data;
	char half[PATH_SIZE], whole[PATH_SIZE];
	struct err *err = &sheets->result.err, ignored;

	folder_of(sheets, true, half);
	folder_of(sheets, false, whole);
	if (err->code == ERR_NONE && check_sheets(sheets, half, err) == 0 &&
	    fs_sync_folder(half, err) == 0 &&
	    (chmod(half, 0750) == -1 || rename(half, whole) == -1))
		(void)err_errno(err, ERR_IO, "The folder of thumbnails");
	if (err->code != ERR_NONE && fs_remove_tree(half, &ignored) == -1)
		log_warn("thumbnails.folder", "%s", ignored.text);
}

static void
settled(uv_work_t *work, int status)
{
	struct sheets *sheets = work->data;
	struct sheets_result *result = &sheets->result;

	(void)status;
	if (result->err.code != ERR_NONE)
		result->made.bytes = 0;
	sheets->done(sheets->arg, result);
	free(sheets);
}

/* --- ffmpeg ------------------------------------------------------------------------- */

static bool
has_room(const struct paths *paths)
{
	int64_t free_bytes, total;
	struct err ignored;

	return fs_space(paths->thumbnails, &free_bytes, &total, &ignored) ==
	    0 &&
	    free_bytes >= (int64_t)FREE_MIB * 1024 * 1024;
}

static int
no_room(struct err *err)
{
	return err_set(
	    err, ERR_DISK_FULL, "There is no room on the disk for thumbnails.");
}

static void
explain(const struct child_result *child, const struct paths *paths,
    struct err *err)
{
	if (child->err.code != ERR_NONE && child->err.code != ERR_TIMEOUT)
		*err = child->err;
	else if (child->err.code == ERR_NONE && child->status == 0)
		return;
	else if (child->status == SANDBOX_NOT_CONFINED ||
	    child->status == NOT_STARTED)
		err_set(err, ERR_IO, "%.200s", child->log);
	else if (!has_room(paths) ||
	    strstr(child->log, "No space left") != NULL)
		(void)no_room(err);
	else if (child->err.code == ERR_TIMEOUT || child->log_len == 0)
		err_set(err, ERR_MEDIA_REFUSED, "It took too long.");
	else
		err_set(err, ERR_MEDIA_REFUSED, "%.200s", child->log);
}

static void
on_drawn(void *arg, const struct child_result *child)
{
	struct sheets *sheets = arg;

	sheets->child = NULL;
	explain(child, sheets->paths, &sheets->result.err);
	sheets->work.data = sheets;
	if (uv_queue_work(sheets->loop, &sheets->work, settle, settled) != 0)
		die("thumbnails cannot be looked at");
}

/* Each picture is the last one that is shown up to half a step behind its place; the
 * first and the last stand for what is not there. */
static void
make_filter(char out[FILTER_SIZE], const struct thumbnails *made, bool is_hdr)
{
	snprintf(out, FILTER_SIZE,
	    "scale=iw*sar:ih,setsar=1,scale=320:180:"
	    "force_original_aspect_ratio=decrease:force_divisible_by=2,%s"
	    "format=yuvj420p,fps=1/%d:start_time=0:round=near,"
	    "tpad=stop=-1:stop_mode=clone,trim=end_frame=%d,tile=%dx%d",
	    is_hdr ? FFMPEG_ORDINARY_LIGHT : "", (int)made->step,
	    (int)made->count, THUMBNAILS_COLUMNS, THUMBNAILS_ROWS);
}

static int
run_ffmpeg(struct sheets *sheets, const struct sheets_spec *spec,
    const char *folder, struct err *err)
{
	bool by_keys = spec->index != NULL &&
	    keys_suffice(spec->index, (int)sheets->result.made.step);
	const char *before[] = { "-threads", "1", "-skip_frame",
		by_keys ? "nokey" : "default", NULL };
	char filter[FILTER_SIZE], number[16];
	const char *after[] = { "-map", "0:V:0", "-filter_threads", "1", "-vf",
		filter, "-vsync", "0", "-frames:v", number, "-q:v", "5", "-f",
		"image2", "-start_number", "0", "file:%d.jpg", NULL };

	make_filter(filter, &sheets->result.made, spec->is_hdr);
	snprintf(number, sizeof(number), "%d", sheets->n_sheets);
	sheets->child = ffmpeg_run(sheets->children,
	    &(struct ffmpeg_spec){ .tool = FFMPEG_CONVERT,
		.input = spec->input,
		.before = before,
		.after = after,
		.folder = folder,
		.is_idle = true,
		.cpu_s = by_keys ? CPU_KEYS_S : CPU_ALL_S,
		.deadline_ms = DEADLINE_MS,
		.done = on_drawn,
		.arg = sheets },
	    err);
	return sheets->child == NULL ? -1 : 0;
}

static int
begin(struct sheets *sheets, const struct sheets_spec *spec, struct err *err)
{
	char folder[PATH_SIZE];
	struct err ignored;

	if (!has_room(sheets->paths))
		return no_room(err);
	folder_of(sheets, true, folder);
	if (mkdir(folder, 0700) == -1)
		return err_errno(err, ERR_IO, "A folder for thumbnails");
	if (run_ffmpeg(sheets, spec, folder, err) == 0)
		return 0;
	if (fs_remove_tree(folder, &ignored) == -1)
		log_warn("thumbnails.folder", "%s", ignored.text);
	return -1;
}

struct sheets *
sheets_make(uv_loop_t *loop, struct children *children,
    const struct paths *paths, const struct sheets_spec *spec, struct err *err)
{
	struct sheets *sheets = mem_calloc(1, sizeof(*sheets));
	struct thumbnails *made = &sheets->result.made;
	unsigned char bytes[RANDOM_BYTES];

	sheets->children = children;
	sheets->paths = paths;
	sheets->loop = loop;
	sheets->done = spec->done;
	sheets->arg = spec->arg;
	random_bytes(bytes, sizeof(bytes));
	encode_hex(bytes, sizeof(bytes), sheets->name);
	made->folder = sheets->name;
	made->step = step_of(spec->duration);
	made->count =
	    (int64_t)fmax(1, ceil(spec->duration / (double)made->step));
	sheets->n_sheets =
	    (int)((made->count + THUMBNAILS_A_SHEET - 1) / THUMBNAILS_A_SHEET);
	if (begin(sheets, spec, err) == 0)
		return sheets;
	free(sheets);
	return NULL;
}

void
sheets_rest(struct sheets *sheets, bool rests)
{
	if (sheets->child == NULL || sheets->rests == rests)
		return;
	sheets->rests = rests;
	if (rests)
		children_stop(sheets->child);
	else
		children_continue(sheets->child);
}
