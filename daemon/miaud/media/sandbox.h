/*
 * Starting a program that reads hostile files: through miau-confine (see
 * daemon/confine/main.c), which takes its rights away first. Environment
 * empty, descriptors only those given, a session of its own, a deadline for
 * the whole process group.
 *
 * Loop thread only.
 */
#ifndef DAEMON_MIAUD_MEDIA_SANDBOX_H
#define DAEMON_MIAUD_MEDIA_SANDBOX_H

#include "daemon/miaud/children.h"
#include "daemon/miaud/media/film.h"

enum { SANDBOX_ARGS_MAX = 120, SANDBOX_FDS_MAX = 3 };

/* A film that is served has descriptor 3 for itself: `fds` become 4, 5 … The
 * program finds it at ASK_URL (daemon/miaud/media/ask.h). Its deadline rests while
 * it waits for bytes. When bytes it asked for last did not come, or no film
 * can be served here, the result's err tells why. */
struct sandbox_spec {
	const char *file;        /* absolute path of the program */
	const char *const *args; /* behind argv[0], NULL-terminated */
	const char *device; /* "dri" or "nvidia": it may use that; NULL: none */
	const char *folder; /* the one it may write to; NULL: none */
	struct film_reader *film; /* that is served to it; taken, also by a
				     refusal; NULL: none */
	const int *fds;           /* become 3, 4 … */
	size_t n_fds;
	int cpu_s;
	int memory_mb; /* of address space */
	int file_mb;   /* of each file it writes */
	size_t out_max;
	bool is_idle; /* gets what processor and disk have left over */
	int deadline_ms;
	child_done_fn done;
	void *arg;
};

/* Status of a child that could not be confined: the program was not started. */
enum { SANDBOX_NOT_CONFINED = 125 };

/* What confining lacks on this machine, as bits. */
enum {
	SANDBOX_LACKS_PROGRAM = 1,    /* miau-confine: nothing is started */
	SANDBOX_LACKS_LANDLOCK = 2,   /* may read what its user may read */
	SANDBOX_LACKS_NAMESPACES = 4, /* no film is served */
};
/* Takes the time of starting a program. */
unsigned sandbox_lacks(void);

/* As children_run. */
struct child *sandbox_run(struct children *children,
    const struct sandbox_spec *spec, struct err *err) NONNULL MUST_CHECK;

#endif
