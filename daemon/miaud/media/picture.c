/*
 * Making one picture: look at a few frames until one is good, then cut, draw
 * and scale it in one run. Works in a folder of its own below run/, which is
 * the only place ffmpeg may write to; what is done is renamed into the image
 * store.
 */
#include "daemon/miaud/media/picture.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/miaud/media/draw.h"
#include "daemon/miaud/media/sandbox.h"
#include "lib/base/fs.h"
#include "lib/base/encode.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/random.h"
#include "lib/base/str.h"

enum {
	RANDOM_BYTES = 8,
	STATS_MAX = 65536,
	ARGS_MAX = 64,
	PATH_SIZE = PATHS_MAX + 96,
	OUTPUTS_MAX = 6,
};

static const char folder_prefix[] = "media-";

/* Where good frames tend to be: behind the opening, before the end. */
static const double places[] = { 0.22, 0.38, 0.52, 0.30, 0.66, 0.80 };
/* Seconds to look at when the length is unknown. */
static const double places_s[] = { 60, 240, 600, 20, 5, 0 };

/* A file that the last run makes, and where it goes. */
struct output {
	const char *label, *kind, *size;
};

static const struct output outputs[][OUTPUTS_MAX + 1] = {
	[PICTURE_POSTER] = { { "[p0]", "poster", "600" },
	    { "[p1]", "poster", "400" }, { "[p2]", "poster", "200" },
	    { "[b0]", "backdrop", "1920" }, { "[b1]", "backdrop", "1280" },
	    { "[b2]", "backdrop", "640" }, { NULL, NULL, NULL } },
	[PICTURE_STILL] = { { "[s0]", "still", "600" },
	    { "[s1]", "still", "300" }, { NULL, NULL, NULL } },
	[PICTURE_PLACARD] = { { "[p0]", "poster", "600" },
	    { "[p1]", "poster", "400" }, { "[p2]", "poster", "200" },
	    { NULL, NULL, NULL } },
};

struct picture {
	struct children *children;
	const struct paths *paths;
	enum picture_kind kind;
	struct ffmpeg_input input;
	double duration;
	bool is_hdr;
	char title[DRAW_TITLE_MAX + 1];
	int64_t year;
	picture_done_fn done;
	void *arg;
	char folder[PATH_SIZE];
	size_t place;      /* of the frame being looked at */
	double best_score; /* -1: none yet */
	int best;          /* its number */
	bool is_drawn;     /* a ground instead of a frame */
};

static void
finish(struct picture *picture, const struct picture_result *result)
{
	struct err ignored;

	picture->done(picture->arg, result);
	if (picture->input.fd != -1)
		close(picture->input.fd);
	if (fs_remove_tree(picture->folder, &ignored) == -1)
		log_warn("picture.folder", "%s", ignored.text);
	free(picture);
}

static void
fail(struct picture *picture, const struct err *err)
{
	struct picture_result result = { .err = *err };

	finish(picture, &result);
}

static void
file_in(const struct picture *picture, const char *name, char out[PATH_SIZE])
{
	snprintf(
	    out, PATH_SIZE, "%.*s/%s", PATHS_MAX + 48, picture->folder, name);
}

static int
write_text(const struct picture *picture, const char *name, const char *text,
    struct err *err)
{
	char path[PATH_SIZE];
	size_t len = strlen(text);
	ssize_t wrote;
	int fd;

	file_in(picture, name, path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd == -1)
		return err_errno(err, ERR_IO, "A text for a picture");
	wrote = write(fd, text, len);
	if (close(fd) == -1 || wrote != (ssize_t)len)
		return err_errno(err, ERR_IO, "A text for a picture");
	return 0;
}

/* Moves one finished file into the image store. */
static int
store(struct picture *picture, const struct output *output, const char *name,
    struct err *err)
{
	char from[PATH_SIZE], to[PATH_SIZE], file[32];
	struct stat st;

	snprintf(file, sizeof(file), "%s%s.jpg", output->kind, output->size);
	file_in(picture, file, from);
	if (stat(from, &st) == -1 || st.st_size == 0)
		return err_set(err, ERR_IO, "A picture was not made.");
	snprintf(to, sizeof(to), "%.*s/%s/%s", PATHS_MAX,
	    picture->paths->images, output->kind, output->size);
	/* the web server's group may read pictures */
	if (fs_mkdirs(to, 0750, err) == -1)
		return -1;
	snprintf(to, sizeof(to), "%.*s/%s/%s/%s", PATHS_MAX - 1,
	    picture->paths->images, output->kind, output->size, name);
	if (chmod(from, 0640) == -1 || rename(from, to) == -1)
		return err_errno(err, ERR_IO, "A picture");
	return 0;
}

static void
new_name(const struct picture *picture, char out[PICTURE_NAME_SIZE])
{
	unsigned char bytes[RANDOM_BYTES];
	char hex[ENCODE_HEX_SIZE(RANDOM_BYTES)];

	random_bytes(bytes, sizeof(bytes));
	encode_hex(bytes, sizeof(bytes), hex);
	snprintf(out, PICTURE_NAME_SIZE, "%s%s.jpg",
	    picture->kind == PICTURE_PLACARD ? PICTURE_PLACARD_PREFIX : "",
	    hex);
}

bool
picture_is_ours(const char *name)
{
	const char *rest = str_after(name, PICTURE_PLACARD_PREFIX);

	if (rest == NULL)
		rest = name;
	return strspn(rest, "0123456789abcdef") == RANDOM_BYTES * 2 &&
	    strcmp(rest + RANDOM_BYTES * 2, ".jpg") == 0;
}

static char *
name_for(const struct picture *picture, struct picture_result *result,
    const char *kind)
{
	char *name = strcmp(kind, "poster") == 0 ? result->poster
	    : strcmp(kind, "backdrop") == 0      ? result->backdrop
						 : result->still;

	if (*name == '\0')
		new_name(picture, name);
	return name;
}

static const struct output *
outputs_of(const struct picture *picture)
{
	return outputs[picture->is_drawn && picture->kind != PICTURE_STILL
		? PICTURE_PLACARD
		: picture->kind];
}

static void
store_all(struct picture *picture)
{
	struct picture_result result = { .err = { .code = ERR_NONE } };

	for (const struct output *o = outputs_of(picture); o->label; o++)
		if (store(picture, o, name_for(picture, &result, o->kind),
			&result.err) == -1)
			break;
	finish(picture, &result);
}

static int
child_error(const struct child_result *result, struct err *err)
{
	if (result->err.code != ERR_NONE) {
		*err = result->err;
		return -1;
	}
	if (result->status == 0)
		return 0;
	return err_set(err, ERR_IO, "ffmpeg could not make a picture: %.200s",
	    result->log_len > 0 ? result->log : "no reason given.");
}

static void
on_drawn(void *arg, const struct child_result *result)
{
	struct picture *picture = arg;
	struct err err;

	if (child_error(result, &err) == -1)
		fail(picture, &err);
	else
		store_all(picture);
}

/* The options of the last run: a graph and one output for each label. */
static struct child *
run_graph(
    struct picture *picture, int frame, const char *graph, struct err *err)
{
	const char *args[ARGS_MAX];
	char files[OUTPUTS_MAX][32];
	size_t n = 0, i = 0;

	args[n++] = "-filter_complex";
	args[n++] = graph;
	for (const struct output *o = outputs_of(picture); o->label; o++, i++) {
		snprintf(files[i], sizeof(files[i]), "file:%s%s.jpg", o->kind,
		    o->size);
		args[n++] = "-map";
		args[n++] = o->label;
		args[n++] = "-frames:v";
		args[n++] = "1";
		args[n++] = "-q:v";
		args[n++] = "3";
		args[n++] = "-f";
		args[n++] = "mjpeg";
		args[n++] = files[i];
	}
	args[n] = NULL;
	return ffmpeg_run(picture->children,
	    &(struct ffmpeg_spec){ .tool = FFMPEG_CONVERT,
		.input = { .fd = frame, .demuxer = "mjpeg" },
		.after = args,
		.folder = picture->folder,
		.done = on_drawn,
		.arg = picture },
	    err);
}

static uint32_t
seed_of(const char *title)
{
	uint32_t hash = 2166136261U; /* FNV-1a */

	for (; *title != '\0'; title++)
		hash = (hash ^ (unsigned char)*title) * 16777619U;
	return hash;
}

static int
write_texts(
    struct picture *picture, const struct draw_text *text, struct err *err)
{
	char note[64] = "";

	if (picture->kind == PICTURE_PLACARD && picture->year != 0)
		snprintf(note, sizeof(note), "%d", (int)picture->year);
	if (write_text(picture, "title.txt", text->lines, err) == -1 ||
	    write_text(picture, "initial.txt", text->initial, err) == -1)
		return -1;
	/* drawtext refuses an empty file */
	return write_text(picture, "note.txt", *note == '\0' ? " " : note, err);
}

/* The graph of the last run, and the frame it is made from (or -1). */
static int
make_graph(struct picture *picture, const struct draw_text *text,
    struct buf *graph, int *frame, struct err *err)
{
	const char *font =
	    *text->lines != '\0' ? draw_font(picture->title) : NULL;
	char path[PATH_SIZE], name[24];

	*frame = -1;
	if (picture->is_drawn) {
		draw_placard(graph, text, font, seed_of(picture->title));
		return 0;
	}
	if (picture->kind == PICTURE_STILL)
		draw_still(graph);
	else
		draw_poster(graph, text, font);
	snprintf(name, sizeof(name), "frame%d.jpg", picture->best);
	file_in(picture, name, path);
	*frame = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	return *frame == -1 ? err_errno(err, ERR_IO, "A frame") : 0;
}

static int
draw(struct picture *picture, struct err *err)
{
	struct draw_text text;
	struct buf graph;
	int frame, result = -1;

	draw_break(picture->title,
	    picture->is_drawn ? DRAW_PLACARD_ROOM : DRAW_POSTER_ROOM, &text);
	buf_init(&graph, DRAW_GRAPH_MAX);
	if (make_graph(picture, &text, &graph, &frame, err) == 0 &&
	    write_texts(picture, &text, err) == 0 &&
	    run_graph(picture, frame, graph.data, err) != NULL)
		result = 0;
	buf_fini(&graph);
	if (frame != -1)
		close(frame);
	return result;
}

static int look_at(struct picture *picture, struct err *err);

/* No frame will do: a still stays away, a poster is drawn. */
static void
end_search(struct picture *picture)
{
	struct err err;

	if (picture->best_score < 0 && picture->kind == PICTURE_STILL) {
		err_set(&err, ERR_NOT_FOUND,
		    "No frame of the film shows anything.");
		fail(picture, &err);
		return;
	}
	picture->is_drawn = picture->best_score < 0;
	if (draw(picture, &err) == -1)
		fail(picture, &err);
}

/* Beyond the end there are figures of frames, but no frame. */
static bool
has_frame(const struct picture *picture)
{
	char name[24], path[PATH_SIZE];
	struct stat st;

	snprintf(name, sizeof(name), "frame%d.jpg", (int)picture->place);
	file_in(picture, name, path);
	return stat(path, &st) == 0 && st.st_size > 0;
}

static void
read_score(struct picture *picture)
{
	char path[PATH_SIZE];
	struct buf stats;
	struct err err;
	double score;

	if (!has_frame(picture))
		return;
	file_in(picture, "stats.txt", path);
	buf_init(&stats, STATS_MAX);
	if (fs_read(path, &stats, &err) == 0) {
		score = draw_score(stats.data);
		if (score > picture->best_score) {
			picture->best_score = score;
			picture->best = (int)picture->place;
		}
	}
	buf_fini(&stats);
	(void)unlink(path);
}

static void
on_frame(void *arg, const struct child_result *result)
{
	struct picture *picture = arg;
	struct err err;

	if (result->err.code == ERR_CANCELLED ||
	    result->status == SANDBOX_NOT_CONFINED) {
		(void)child_error(result, &err);
		fail(picture, &err);
		return;
	}
	if (result->err.code == ERR_NONE && result->status == 0)
		read_score(picture);
	picture->place++;
	if (picture->best_score >= 1 || picture->place == COUNT_OF(places)) {
		end_search(picture);
		return;
	}
	if (look_at(picture, &err) == -1)
		fail(picture, &err);
}

/* One key frame near a place, with its figures. */
static int
look_at(struct picture *picture, struct err *err)
{
	char at[32], frame[32];
	const char *before[] = { "-ss", at, "-noaccurate_seek", "-threads", "2",
		NULL };
	const char *after[] = { "-an", "-sn", "-dn", "-vf", NULL, "-frames:v",
		"1", "-q:v", "2", "-f", "mjpeg", frame, NULL };
	struct buf graph;
	int result;

	snprintf(at, sizeof(at), "%.3f",
	    picture->duration > 0 ? places[picture->place] * picture->duration
				  : places_s[picture->place]);
	snprintf(frame, sizeof(frame), "file:frame%d.jpg", (int)picture->place);
	buf_init(&graph, DRAW_GRAPH_MAX);
	draw_candidate(&graph, picture->is_hdr);
	after[4] = graph.data;
	result = ffmpeg_run(picture->children,
		     &(struct ffmpeg_spec){ .tool = FFMPEG_CONVERT,
			 .input = picture->input,
			 .before = before,
			 .after = after,
			 .folder = picture->folder,
			 .done = on_frame,
			 .arg = picture },
		     err) == NULL
	    ? -1
	    : 0;
	buf_fini(&graph);
	return result;
}

static int
make_folder(struct picture *picture, struct err *err)
{
	unsigned char bytes[RANDOM_BYTES];
	char hex[ENCODE_HEX_SIZE(RANDOM_BYTES)];

	random_bytes(bytes, sizeof(bytes));
	encode_hex(bytes, sizeof(bytes), hex);
	snprintf(picture->folder, sizeof(picture->folder), "%.*s/%s%s",
	    PATHS_MAX, picture->paths->run, folder_prefix, hex);
	if (mkdir(picture->folder, 0700) == -1)
		return err_errno(err, ERR_IO, "A folder for a picture");
	return 0;
}

static int
begin(struct picture *picture, struct err *err)
{
	if (picture->kind != PICTURE_PLACARD)
		return look_at(picture, err);
	picture->is_drawn = true;
	return draw(picture, err);
}

struct picture *
picture_make(struct children *children, const struct paths *paths,
    const struct picture_spec *spec, struct err *err)
{
	struct picture *picture = mem_calloc(1, sizeof(*picture));

	*picture = (struct picture){ .children = children,
		.paths = paths,
		.kind = spec->kind,
		.input = { .fd = -1, .demuxer = spec->input.demuxer },
		.duration = spec->duration,
		.is_hdr = spec->is_hdr,
		.year = spec->year,
		.done = spec->done,
		.arg = spec->arg,
		.best_score = -1 };
	snprintf(picture->title, sizeof(picture->title), "%s",
	    spec->title == NULL ? "" : spec->title);
	if (spec->input.fd != -1 &&
	    (picture->input.fd = fcntl(spec->input.fd, F_DUPFD_CLOEXEC, 3)) ==
		-1) {
		err_errno(err, ERR_IO, "A file for a picture");
		free(picture);
		return NULL;
	}
	if (make_folder(picture, err) == 0) {
		struct err ignored;

		if (begin(picture, err) == 0)
			return picture;
		if (fs_remove_tree(picture->folder, &ignored) == -1)
			log_warn("picture.folder", "%s", ignored.text);
	}
	if (picture->input.fd != -1)
		close(picture->input.fd);
	free(picture);
	return NULL;
}

void
picture_sweep(const struct paths *paths)
{
	DIR *dir = opendir(paths->run);
	char path[PATH_SIZE + 256];
	struct dirent *entry;
	struct err err;

	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL) {
		if (!str_starts(entry->d_name, folder_prefix))
			continue;
		snprintf(path, sizeof(path), "%.*s/%s", PATHS_MAX, paths->run,
		    entry->d_name);
		if (fs_remove_tree(path, &err) == -1)
			log_warn("picture.sweep", "%s", err.text);
	}
	closedir(dir);
}
