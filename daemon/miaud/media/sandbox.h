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

enum { SANDBOX_ARGS_MAX = 120 };

struct sandbox_spec {
	const char *file;        /* absolute path of the program */
	const char *const *args; /* behind argv[0], NULL-terminated */
	const char *folder;      /* the one it may write to; NULL: none */
	const int *fds;          /* become 3, 4 … */
	size_t n_fds;
	int cpu_s;
	int memory_mb; /* of address space */
	int file_mb;   /* of each file it writes */
	size_t out_max;
	int deadline_ms;
	child_done_fn done;
	void *arg;
};

/* Status of a child that could not be confined: the program was not started. */
enum { SANDBOX_NOT_CONFINED = 125 };

/* How far such a program is confined on this machine. */
enum sandbox_strength {
	SANDBOX_NONE,    /* miau-confine is missing: nothing is started */
	SANDBOX_REDUCED, /* no Landlock: may read what its user may read */
	SANDBOX_FULL,
};
enum sandbox_strength sandbox_strength(void);

/* As children_run. */
struct child *sandbox_run(struct children *children,
    const struct sandbox_spec *spec, struct err *err) NONNULL MUST_CHECK;

#endif
