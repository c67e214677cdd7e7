/*
 * Command lines of ffmpeg and ffprobe, and their limits.
 */
#include "daemon/miaud/media/ffmpeg.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "daemon/miaud/media/ask.h"
#include "daemon/miaud/media/sandbox.h"

/* Address space, not memory: libraries alone map 400 MB. */
static const struct {
	const char *paths[2];
	int cpu_s, memory_mb, file_mb, deadline_ms;
} tools[] = {
	[FFMPEG_PROBE] = { { "/usr/bin/ffprobe", "/usr/local/bin/ffprobe" }, 20,
	    1536, 0, 30000 },
	[FFMPEG_CONVERT] = { { "/usr/bin/ffmpeg", "/usr/local/bin/ffmpeg" }, 60,
	    4096, 64, 60000 },
};

static const char *
tool_path(enum ffmpeg_tool tool)
{
	for (size_t i = 0; i < COUNT_OF(tools[tool].paths); i++)
		if (access(tools[tool].paths[i], X_OK) == 0)
			return tools[tool].paths[i];
	return NULL;
}

struct args {
	const char *list[SANDBOX_ARGS_MAX + 1];
	size_t n;
};

static void
add(struct args *args, const char *arg)
{
	/* one too many makes the sandbox refuse */
	if (args->n < SANDBOX_ARGS_MAX)
		args->list[args->n++] = arg;
}

static void
add_all(struct args *args, const char *const *list)
{
	for (size_t i = 0; list != NULL && list[i] != NULL; i++)
		add(args, list[i]);
}

/* libavformat's defaults for HTTP may change; a seek has to be a new request and
 * an end that comes too early an error. */
static const char *const served[] = { "-protocol_whitelist", "http,tcp",
	"-seekable", "1", "-multiple_requests", "0", "-reconnect", "0", "-i",
	ASK_URL, NULL };
static const char *const opened[] = { "-protocol_whitelist", "file", "-i",
	"file:/dev/fd/3", NULL };

static bool
has_input(const struct ffmpeg_input *input)
{
	return input->growing != NULL || input->fd != -1;
}

static void
add_input(struct args *args, const struct ffmpeg_input *input)
{
	if (!has_input(input))
		return;
	add(args, "-f");
	add(args, input->demuxer);
	if (strcmp(input->demuxer, "mov") == 0) {
		add(args, "-enable_drefs");
		add(args, "0");
	}
	add_all(args, input->growing != NULL ? served : opened);
}

/* Descriptors for the child; 3 belongs to a film that is served. */
static size_t
fill_fds(int fds[2], const struct ffmpeg_spec *spec)
{
	size_t n = 0;

	if (!has_input(&spec->input))
		return 0;
	if (spec->input.growing == NULL)
		fds[n++] = spec->input.fd;
	if (spec->out_fd > 0)
		fds[n++] = spec->out_fd;
	return n;
}

struct child *
ffmpeg_run(
    struct children *children, const struct ffmpeg_spec *spec, struct err *err)
{
	const char *file = tool_path(spec->tool);
	struct film_reader *film = spec->input.growing;
	struct args args = { .n = 0 };
	int fds[2];

	if (file == NULL) {
		if (film != NULL)
			film->kind->close(film);
		err_set(err, ERR_IO, "%s is not installed (package ffmpeg).",
		    spec->tool == FFMPEG_PROBE ? "ffprobe" : "ffmpeg");
		return NULL;
	}
	add(&args, "-v");
	add(&args, "error");
	if (spec->tool == FFMPEG_CONVERT) {
		add(&args, "-nostdin");
		add(&args, "-y");
	}
	add_all(&args, spec->before);
	add_input(&args, &spec->input);
	add_all(&args, spec->after);
	args.list[args.n] = NULL;
	return sandbox_run(children,
	    &(struct sandbox_spec){ .file = file,
		.args = args.list,
		.device = spec->device,
		.folder = spec->folder,
		.film = film,
		.fds = fds,
		.n_fds = fill_fds(fds, spec),
		.cpu_s =
		    spec->cpu_s != 0 ? spec->cpu_s : tools[spec->tool].cpu_s,
		.memory_mb = tools[spec->tool].memory_mb,
		.file_mb = tools[spec->tool].file_mb,
		.out_max = spec->out_max,
		.is_idle = spec->is_idle,
		.deadline_ms = spec->deadline_ms != 0
		    ? spec->deadline_ms
		    : tools[spec->tool].deadline_ms,
		.done = spec->done,
		.arg = spec->arg },
	    err);
}
