/*
 * The command line of miau-confine, and who serves a film to what it becomes.
 */
#include "daemon/miaud/media/sandbox.h"

#include <errno.h>
#include <linux/landlock.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/miaud/media/serve.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/paths.h"

enum { NUMBER_SIZE = 16, N_NUMBERS = 4, OWN_ARGS = 10, LOG_MAX = 4096 };

static int
find_confine(char *out, size_t size, struct err *err)
{
	char programs[PATHS_MAX];

	if (paths_programs(programs, sizeof(programs), err) == -1)
		return -1;
	snprintf(out, size, "%s/bin/miau-confine", programs);
	return 0;
}

/* The one way to know is to make them: a kernel may allow a user namespace and
 * nothing in it. */
static bool
try_namespaces(char *confine)
{
	char *const argv[] = { confine, (char[]){ "--try" }, NULL };
	char *const env[] = { NULL };
	int status;
	pid_t pid;

	if (posix_spawn(&pid, confine, NULL, NULL, argv, env) != 0)
		return false;
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

unsigned
sandbox_lacks(void)
{
	char confine[PATHS_MAX + 32];
	struct err err;
	unsigned lacks = 0;

	if (find_confine(confine, sizeof(confine), &err) == -1 ||
	    access(confine, X_OK) == -1)
		return SANDBOX_LACKS_PROGRAM;
	if (!try_namespaces(confine))
		lacks |= SANDBOX_LACKS_NAMESPACES;
	if (syscall(SYS_landlock_create_ruleset, NULL, 0,
		LANDLOCK_CREATE_RULESET_VERSION) < 1)
		lacks |= SANDBOX_LACKS_LANDLOCK;
	return lacks;
}

/* --- A film that is served --------------------------------------------------- */

/* One run of a program to which a film is served. */
struct served {
	struct film_server *server;
	struct child *child; /* NULL: not run yet */
	child_done_fn done;
	void *arg;
};

static void
on_waits(void *arg, bool waits)
{
	struct served *served = arg;

	if (waits)
		children_hold(served->child);
	else
		children_go_on(served->child);
}

static void
on_done(void *arg, const struct child_result *result)
{
	struct served *served = arg;
	struct child_result told = *result;

	if (told.status == SANDBOX_NOT_CONFINED)
		err_set(&told.err, ERR_IO,
		    "A film that still downloads cannot be read here: %.300s",
		    told.log != NULL ? told.log : "");
	else if (told.err.code == ERR_NONE)
		told.err = *film_server_problem(served->server);
	film_server_end(served->server);
	served->done(served->arg, &told);
	free(served);
}

static void
close_film(struct film_reader *film)
{
	if (film != NULL)
		film->kind->close(film);
}

/* Runs what `child` says, with its film. */
static struct child *
run_served(struct children *children, struct child_spec *child,
    struct film_reader *film, struct err *err)
{
	int fds[SANDBOX_FDS_MAX + 1], ways[2];
	struct served *served;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ways) == -1) {
		err_errno(err, ERR_IO, "Cannot make a pair of sockets");
		close_film(film);
		return NULL;
	}
	served = mem_calloc(1, sizeof(*served));
	served->done = child->done;
	served->arg = child->arg;
	fds[0] = ways[1];
	for (size_t i = 0; i < child->n_fds; i++)
		fds[i + 1] = child->fds[i];
	child->fds = fds;
	child->n_fds++;
	child->done = on_done;
	child->arg = served;
	served->child = children_run(children, child, err);
	close(ways[1]);
	if (served->child == NULL) {
		close(ways[0]);
		close_film(film);
		free(served);
		return NULL;
	}
	served->server = film_server_new(children_loop(children),
	    &(struct film_server_spec){ .film = film,
		.passed = ways[0],
		.waits = on_waits,
		.arg = served });
	return served->child;
}

/* --- The command line -------------------------------------------------------- */

/* Into argv; -1: there are too many arguments. */
static int
fill_argv(const struct sandbox_spec *spec, char *confine,
    char numbers[][NUMBER_SIZE], const char **argv)
{
	const int values[N_NUMBERS] = { (int)getpid(), spec->cpu_s,
		spec->memory_mb, spec->file_mb };
	size_t n = 0;

	argv[n++] = confine;
	if (spec->film != NULL)
		argv[n++] = "--served";
	if (spec->is_idle)
		argv[n++] = "--idle";
	if (spec->device != NULL) {
		argv[n++] = "--device";
		argv[n++] = spec->device;
	}
	for (size_t i = 0; i < N_NUMBERS; i++) {
		snprintf(numbers[i], NUMBER_SIZE, "%d", values[i]);
		argv[n++] = numbers[i];
	}
	argv[n++] = spec->file;
	for (size_t i = 0; spec->args[i] != NULL; i++) {
		if (i == SANDBOX_ARGS_MAX)
			return -1;
		argv[n++] = spec->args[i];
	}
	argv[n] = NULL;
	return 0;
}

struct child *
sandbox_run(
    struct children *children, const struct sandbox_spec *spec, struct err *err)
{
	char numbers[N_NUMBERS][NUMBER_SIZE], confine[PATHS_MAX + 32];
	const char *argv[OWN_ARGS + SANDBOX_ARGS_MAX + 1];
	struct child_spec child = { .file = confine,
		.argv = argv,
		.folder = spec->folder,
		.fds = spec->fds,
		.n_fds = spec->n_fds,
		.out_max = spec->out_max,
		.log_max = LOG_MAX,
		.deadline_ms = spec->deadline_ms,
		.done = spec->done,
		.arg = spec->arg };

	if (spec->n_fds > SANDBOX_FDS_MAX)
		die("a confined program is given too many descriptors");
	if (find_confine(confine, sizeof(confine), err) == -1) {
		close_film(spec->film);
		return NULL;
	}
	if (fill_argv(spec, confine, numbers, argv) == -1) {
		err_set(err, ERR_INTERNAL,
		    "Too many arguments for a confined program.");
		close_film(spec->film);
		return NULL;
	}
	if (spec->film != NULL)
		return run_served(children, &child, spec->film, err);
	return children_run(children, &child, err);
}
