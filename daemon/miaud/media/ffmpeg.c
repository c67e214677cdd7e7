/*
 * Command lines of ffmpeg and ffprobe, and their limits.
 */
#include "daemon/miaud/media/ffmpeg.h"

#include <string.h>
#include <unistd.h>

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

static void
add_input(struct args *args, const struct ffmpeg_input *input)
{
	add(args, "-f");
	add(args, input->demuxer);
	add(args, "-protocol_whitelist");
	add(args, "file");
	if (strcmp(input->demuxer, "mov") == 0) {
		add(args, "-enable_drefs");
		add(args, "0");
	}
	add(args, "-i");
	add(args, "file:/dev/fd/3");
}

struct child *
ffmpeg_run(
    struct children *children, const struct ffmpeg_spec *spec, struct err *err)
{
	const char *file = tool_path(spec->tool);
	const int fds[] = { spec->input.fd, spec->out_fd };
	struct args args = { .n = 0 };

	if (file == NULL) {
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
	if (spec->input.fd != -1)
		add_input(&args, &spec->input);
	add_all(&args, spec->after);
	args.list[args.n] = NULL;
	return sandbox_run(children,
	    &(struct sandbox_spec){ .file = file,
		.args = args.list,
		.folder = spec->folder,
		.fds = fds,
		.n_fds = spec->input.fd == -1 ? 0
		    : spec->out_fd > 0        ? 2
					      : 1,
		.cpu_s =
		    spec->cpu_s != 0 ? spec->cpu_s : tools[spec->tool].cpu_s,
		.memory_mb = tools[spec->tool].memory_mb,
		.file_mb = tools[spec->tool].file_mb,
		.out_max = spec->out_max,
		.deadline_ms = spec->deadline_ms != 0
		    ? spec->deadline_ms
		    : tools[spec->tool].deadline_ms,
		.done = spec->done,
		.arg = spec->arg },
	    err);
}
