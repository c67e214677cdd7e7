/*
 * The command line of miau-confine.
 */
#include "daemon/miaud/media/sandbox.h"

#include <linux/landlock.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/base/paths.h"

enum { NUMBER_SIZE = 16, OWN_ARGS = 6, LOG_MAX = 4096 };

static int
find_confine(char *out, size_t size, struct err *err)
{
	char programs[PATHS_MAX];

	if (paths_programs(programs, sizeof(programs), err) == -1)
		return -1;
	snprintf(out, size, "%s/bin/miau-confine", programs);
	return 0;
}

enum sandbox_strength
sandbox_strength(void)
{
	char confine[PATHS_MAX + 32];
	struct err err;

	if (find_confine(confine, sizeof(confine), &err) == -1 ||
	    access(confine, X_OK) == -1)
		return SANDBOX_NONE;
	if (syscall(SYS_landlock_create_ruleset, NULL, 0,
		LANDLOCK_CREATE_RULESET_VERSION) < 1)
		return SANDBOX_REDUCED;
	return SANDBOX_FULL;
}

struct child *
sandbox_run(
    struct children *children, const struct sandbox_spec *spec, struct err *err)
{
	char numbers[4][NUMBER_SIZE], confine[PATHS_MAX + 32];
	const char *argv[OWN_ARGS + SANDBOX_ARGS_MAX + 1];
	size_t n = 0;

	if (find_confine(confine, sizeof(confine), err) == -1)
		return NULL;
	snprintf(numbers[0], NUMBER_SIZE, "%d", (int)getpid());
	snprintf(numbers[1], NUMBER_SIZE, "%d", spec->cpu_s);
	snprintf(numbers[2], NUMBER_SIZE, "%d", spec->memory_mb);
	snprintf(numbers[3], NUMBER_SIZE, "%d", spec->file_mb);
	argv[n++] = confine;
	for (size_t i = 0; i < COUNT_OF(numbers); i++)
		argv[n++] = numbers[i];
	argv[n++] = spec->file;
	for (size_t i = 0; spec->args[i] != NULL; i++) {
		if (i == SANDBOX_ARGS_MAX) {
			err_set(err, ERR_INTERNAL,
			    "Too many arguments for a confined program.");
			return NULL;
		}
		argv[n++] = spec->args[i];
	}
	argv[n] = NULL;
	return children_run(children,
	    &(struct child_spec){ .file = confine,
		.argv = argv,
		.folder = spec->folder,
		.fds = spec->fds,
		.n_fds = spec->n_fds,
		.out_max = spec->out_max,
		.log_max = LOG_MAX,
		.deadline_ms = spec->deadline_ms,
		.done = spec->done,
		.arg = spec->arg },
	    err);
}
