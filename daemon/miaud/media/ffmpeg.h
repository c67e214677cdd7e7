/*
 * The one function that starts ffmpeg and ffprobe.
 *
 * The demuxer is forced to what our own look at the file said, protocols are
 * cut to what is needed, references to other files are off. A whole file comes as
 * descriptor 3, opened again by its number so that several readers do not share a
 * place in it; one that still downloads is served over the sandbox's listener, and
 * its bytes are waited for. Everything else is the sandbox's.
 *
 * Loop thread only.
 */
#ifndef DAEMON_MIAUD_MEDIA_FFMPEG_H
#define DAEMON_MIAUD_MEDIA_FFMPEG_H

#include "daemon/miaud/children.h"
#include "daemon/miaud/media/film.h"

/* Filters that bring the light of HDR down to what every screen shows. */
#define FFMPEG_ORDINARY_LIGHT                                                  \
	"zscale=t=linear:npl=100,format=gbrpf32le,tonemap=hable,"              \
	"zscale=t=bt709:p=bt709:m=bt709:r=tv,"

enum ffmpeg_tool { FFMPEG_PROBE, FFMPEG_CONVERT };

/* Where bytes come from. */
struct ffmpeg_input {
	int fd; /* of a whole file, open for reading; -1: no input, the filters
		   draw */
	struct film_reader *growing; /* instead, for what is not whole; taken,
					also when nothing is run */
	const char *demuxer;         /* from media_sniff */
};

struct ffmpeg_spec {
	enum ffmpeg_tool tool;
	struct ffmpeg_input input;
	const char *const *before; /* options of the input; NULL: none */
	const char *const *after;  /* options behind it; NULL-terminated */
	const char *device; /* of what encodes by hardware: "dri", "nvidia" */
	const char *folder; /* where it may write; NULL: nowhere */
	size_t out_max;     /* bytes of its output that are kept */
	int out_fd;   /* > 0: duplicated, becomes descriptor 4; with an input */
	bool is_idle; /* gets what processor and disk have left over */
	int cpu_s;    /* processor time; 0: what the tool usually has */
	int deadline_ms; /* from its start; 0: what the tool usually has */
	child_done_fn done;
	void *arg;
};

/* As children_run; ERR_IO when the tool is not installed. Options never hold
 * anything from outside: texts to draw go through files. */
struct child *ffmpeg_run(struct children *children,
    const struct ffmpeg_spec *spec, struct err *err) NONNULL MUST_CHECK;

#endif
