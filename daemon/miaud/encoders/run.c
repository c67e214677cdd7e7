/*
 * One child: its pipe is read into the cutter, segments go to the disk on libuv's
 * pool. The run is over when the child has gone, its pipe has ended and the last
 * segment is written.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/miaud/encoders/command.h"
#include "daemon/miaud/encoders/part.h"
#include "daemon/miaud/media/sandbox.h"
#include "daemon/miaud/miaud.h"
#include "lib/base/clock.h"
#include "lib/base/fs.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"

enum {
	AHEAD_S = 20, /* how far it goes beyond what was asked for */
	SHORT_S = 8,  /* a film may end so much earlier than it says */
	CPU_S = 48 * 3600,
	DEADLINE_MS = 24 * 3600 * 1000,
	COMMAND_ARENA = 1024 * 1024,
};

/* --- Segments go to the disk -------------------------------------------------- */

struct writing {
	uv_work_t work;
	struct encoder_run *run;
	int64_t number;
	char *bytes;
	size_t len;
	char path[ENCODERS_PATH_SIZE];
	struct err err;
};

static void
write_file(uv_work_t *work)
{
	struct writing *writing = work->data;
	char half[ENCODERS_PATH_SIZE + 8];
	struct err *err = &writing->err;
	int fd;

	snprintf(half, sizeof(half), "%s.part", writing->path);
	fd = open(half, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	if (fd == -1) {
		err_errno(err, ERR_IO, "Cannot write %s", half);
		return;
	}
	if (fs_write_all(fd, writing->bytes, writing->len) == -1 ||
	    rename(half, writing->path) == -1) {
		err_errno(err, ERR_IO, "Cannot write %s", half);
		unlink(half);
	}
	close(fd);
}

static void check_over(struct encoder_run *run);

static void
file_written(uv_work_t *work, int status)
{
	struct writing *writing = work->data;
	struct encoder_run *run = writing->run;

	(void)status;
	run->n_writing--;
	run->track->film->all->n_writing--;
	if (writing->number >= 0)
		run->track->is_written[writing->number] = false;
	if (writing->err.code == ERR_NONE) {
		run->track->failures = 0;
		encoders_made(run->track, writing->number);
	} else if (!run->has_failed) {
		run->has_failed = run->is_disk = true;
		run->why = writing->err;
		encoder_run_cancel(run);
	}
	free(writing->bytes);
	free(writing);
	check_over(run);
}

static void
begin_writing(struct encoder_run *run, int64_t number, char *bytes, size_t len)
{
	struct writing *writing = mem_calloc(1, sizeof(*writing));

	writing->work.data = writing;
	writing->run = run;
	writing->number = number;
	writing->bytes = bytes;
	writing->len = len;
	encoder_path(run->track, number, writing->path);
	run->n_writing++;
	if (number >= 0)
		run->track->is_written[number] = true;
	run->track->film->all->n_writing++;
	if (uv_queue_work(&run->track->film->all->miaud->loop, &writing->work,
		write_file, file_written) != 0)
		die("a segment cannot be written");
}

static int
on_init(void *arg, const void *bytes, size_t len, struct err *err)
{
	struct encoder_run *run = arg;
	char *copy;

	(void)err;
	if (run->track->has_init)
		return 0;
	copy = mem_calloc(len, 1);
	memcpy(copy, bytes, len);
	begin_writing(run, -1, copy, len);
	return 0;
}

static int
on_segment(void *arg, size_t number, struct buf *bytes, struct err *err)
{
	struct encoder_run *run = arg;
	size_t len = bytes->len;

	(void)err;
	if (!run->track->is_made[number] && !run->track->is_written[number] &&
	    !run->is_cancelled)
		begin_writing(run, (int64_t)number, buf_take(bytes), len);
	return 0;
}

/* --- The end ------------------------------------------------------------------ */

static void
on_closed(uv_handle_t *handle)
{
	struct encoder_run *run = handle->data;

	hls_cutter_free(run->cutter);
	free(run);
}

static void
forget(struct encoder_run *run)
{
	struct encoder_track *track = run->track;
	struct encoder_run **at = &track->runs;

	while (*at != run)
		at = &(*at)->next;
	*at = run->next;
	uv_close((uv_handle_t *)&run->pipe, on_closed);
	encoders_ended(track);
}

/* Hardware has one try: behind it the processor has all of them. A film that ends
 * too early is nobody's fault. */
static void
count_failure(struct encoder_run *run)
{
	struct encoder_track *track = run->track;

	if (run->use.way != NULL && !run->is_disk && !run->ended_well) {
		hardware_failed(
		    track->film->all->hardware, run->use.way, run->why.text);
		return;
	}
	track->failures++;
	track->why = run->why;
}

static void
check_over(struct encoder_run *run)
{
	if (run->child != NULL || run->is_piped || run->n_writing > 0 ||
	    uv_is_closing((uv_handle_t *)&run->pipe))
		return;
	if (run->has_failed) {
		count_failure(run);
		log_warn("encoder.failed", "%s of source %lld: %s",
		    run->track->name, (long long)run->track->film->source_id,
		    run->why.text);
	}
	forget(run);
}

/* Nothing more comes. What it ended with decides whether the film is whole. */
static void
end_cutting(struct encoder_run *run)
{
	const struct hls_cuts *cuts = &run->track->cuts;
	size_t at = hls_cutter_at(run->cutter);

	if (run->is_cancelled || run->has_failed || at >= cuts->n)
		return;
	if (cuts->at[cuts->n] - cuts->at[at] > (int64_t)SHORT_S * HLS_CLOCK) {
		run->has_failed = true;
		err_set(&run->why, ERR_MEDIA_REFUSED,
		    "The film ends earlier than it says, or is damaged here.");
		return;
	}
	if (hls_cutter_end(run->cutter, &run->why) == -1)
		run->has_failed = true;
}

/* What ffmpeg says tells people nothing, and where its memory lies. */
static void
refuse_film(struct encoder_run *run, const char *log)
{
	log_info("encoder.said", "%.300s", log);
	err_set(&run->why, ERR_MEDIA_REFUSED,
	    "The film cannot be converted here: it is damaged, or of a kind "
	    "that is not read.");
}

static void
explain(struct encoder_run *run, const struct child_result *result)
{
	if (run->has_failed || run->is_cancelled)
		return;
	run->has_failed = true;
	if (result->err.code != ERR_NONE)
		run->why = result->err;
	else if (result->status == SANDBOX_NOT_CONFINED)
		err_set(&run->why, ERR_MEDIA_REFUSED,
		    "The sandbox for encoders cannot be set up here.");
	else
		refuse_film(run, result->log);
}

static void
child_done(void *arg, const struct child_result *result)
{
	struct encoder_run *run = arg;

	run->child = NULL;
	run->ended_well = result->err.code == ERR_NONE && result->status == 0;
	if (!run->ended_well)
		explain(run, result);
	/* What is still in the pipe is read first. */
	encoder_run_pace(run);
	if (!run->is_piped && run->ended_well)
		end_cutting(run);
	check_over(run);
}

static void
end_pipe(struct encoder_run *run)
{
	uv_read_stop((uv_stream_t *)&run->pipe);
	run->is_piped = run->is_reading = false;
	if (run->child == NULL && run->ended_well)
		end_cutting(run);
	check_over(run);
}

static void
on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *bytes)
{
	struct encoder_run *run = handle->data;

	(void)suggested;
	*bytes = uv_buf_init(run->track->film->all->room, ENCODERS_READ_BYTES);
}

static void
on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *bytes)
{
	struct encoder_run *run = stream->data;

	if (n < 0) {
		end_pipe(run);
		return;
	}
	run->fed_at = clock_mono_ms();
	if (run->is_cancelled || run->has_failed)
		return;
	if (hls_cutter_read(run->cutter, bytes->base, (size_t)n, &run->why) ==
	    -1) {
		/* Nothing that is stored is damaged: the film is. */
		run->why.code = ERR_MEDIA_REFUSED;
		run->has_failed = true;
		encoder_run_cancel(run);
		return;
	}
	if (hls_cutter_at(run->cutter) >= run->track->cuts.n)
		encoder_run_cancel(run);
	else
		encoder_run_pace(run);
}

/* --- The beginning ------------------------------------------------------------ */

static bool
is_aac(const struct media *media, const struct hls_track *track)
{
	return track->kind == HLS_SOUND &&
	    (size_t)track->index < media->n_audio &&
	    strcmp(media->audio[track->index].codec, "AAC") == 0;
}

/* Those that look for a time by halves, and have no list of key frames. */
static bool
is_loose(const char *demuxer)
{
	return strcmp(demuxer, "mpegts") == 0 || strcmp(demuxer, "mpeg") == 0 ||
	    strcmp(demuxer, "asf") == 0;
}

/* Films that are begun with one encoder and go on with another. */
static void
choose_encoder(struct encoder_run *run)
{
	struct encoder_track *track = run->track;

	if (track->is.kind != HLS_PICTURE || track->is.is_copy)
		return;
	hardware_choose(track->film->all->hardware, &run->use);
	if (!track->is_begun)
		track->first_way = run->use.way;
	track->is_begun = true;
	track->is_mixed = track->is_mixed || track->first_way != run->use.way;
}

static void
make_command(struct arena *arena, const struct encoder_run *run, size_t first,
    struct command *command)
{
	const struct encoder_track *track = run->track;
	const struct encoder_film *film = track->film;
	const struct media *media = &film->media;

	command_make(arena,
	    &(struct command_spec){ .track = &track->is,
		.cuts = &track->cuts,
		.index = film->has_index ? &film->index : NULL,
		.first = first,
		.start = film->start,
		.is_loose = is_loose(film->demuxer),
		.use = &run->use,
		.tells_again = track->is_mixed,
		.is_hdr = media->hdr != NULL,
		.is_hevc = media->video_codec != NULL &&
		    strcmp(media->video_codec, "HEVC") == 0,
		.width = media->width,
		.height = media->height,
		.keeps_shape = track->is.draws &&
		    strcmp(media->subtitles[track->is.index].codec, "PGS") == 0,
		.is_aac = is_aac(media, &track->is) },
	    command);
}

/* fd is taken. */
static int
open_pipe(struct encoder_run *run, int fd, struct err *err)
{
	if (uv_pipe_open(&run->pipe, fd) != 0) {
		close(fd);
		return err_set(err, ERR_IO, "A pipe cannot be read.");
	}
	run->is_piped = true;
	return 0;
}

static void
run_ffmpeg(struct encoder_run *run, const struct command *command, int out,
    struct err *err)
{
	struct encoder_film *film = run->track->film;
	struct ffmpeg_input input;

	if (encoder_film_input(film, &input, err) == -1)
		return;
	run->child = ffmpeg_run(film->all->children,
	    &(struct ffmpeg_spec){ .tool = FFMPEG_CONVERT,
		.input = input,
		.before = command->before,
		.after = command->after,
		.device = run->use.way == NULL ? NULL : run->use.way->device,
		.out_fd = out,
		.cpu_s = CPU_S,
		.deadline_ms = DEADLINE_MS,
		.done = child_done,
		.arg = run },
	    err);
	if (input.fd != -1)
		close(input.fd);
}

static int
start_child(struct encoder_run *run, size_t first, struct err *err)
{
	struct arena *arena = arena_new(COMMAND_ARENA);
	struct command *command = arena_alloc(arena, 1, sizeof(*command));
	int ends[2];

	make_command(arena, run, first, command);
	run->cutter =
	    hls_cutter_new(&(struct hls_cutter_spec){ .cuts = &run->track->cuts,
		.first = first,
		.needs_key = run->track->is.kind == HLS_PICTURE,
		.num = command->num,
		.den = command->den,
		.init = on_init,
		.segment = on_segment,
		.arg = run });
	if (pipe2(ends, O_CLOEXEC) == -1) {
		err_errno(err, ERR_IO, "No pipe");
	} else {
		if (open_pipe(run, ends[0], err) == 0)
			run_ffmpeg(run, command, ends[1], err);
		close(ends[1]);
	}
	arena_free(arena);
	return run->child == NULL ? -1 : 0;
}

struct encoder_run *
encoder_run_start(struct encoder_track *track, size_t first, struct err *err)
{
	struct encoder_run *run = mem_calloc(1, sizeof(*run));

	run->track = track;
	run->wanted = first;
	run->asked_at = run->fed_at = clock_mono_ms();
	choose_encoder(run);
	uv_pipe_init(&track->film->all->miaud->loop, &run->pipe, 0);
	run->pipe.data = run;
	if (start_child(run, first, err) == -1) {
		uv_close((uv_handle_t *)&run->pipe, on_closed);
		return NULL;
	}
	run->next = track->runs;
	track->runs = run;
	encoder_run_pace(run);
	return run;
}

void
encoder_run_cancel(struct encoder_run *run)
{
	run->is_cancelled = true;
	if (run->child != NULL)
		children_cancel(run->child);
	encoder_run_pace(run);
}

void
encoder_run_pace(struct encoder_run *run)
{
	const struct hls_cuts *cuts = &run->track->cuts;
	size_t at = hls_cutter_at(run->cutter);
	size_t wanted = run->wanted < cuts->n ? run->wanted : cuts->n - 1;
	bool reads;

	if (!run->is_piped)
		return;
	reads = run->is_cancelled || run->has_failed || run->child == NULL ||
	    at <= wanted ||
	    (at < cuts->n &&
		cuts->at[at] - cuts->at[wanted + 1] <
		    (int64_t)AHEAD_S * HLS_CLOCK);
	if (reads == run->is_reading)
		return;
	run->is_reading = reads;
	run->fed_at = clock_mono_ms();
	if (!reads)
		uv_read_stop((uv_stream_t *)&run->pipe);
	else if (uv_read_start((uv_stream_t *)&run->pipe, on_alloc, on_read) !=
	    0)
		end_pipe(run);
}
