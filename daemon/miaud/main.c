/* miaud's options; everything else is in life.c. */
#include <getopt.h>
#include <linux/close_range.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/miaud/miaud.h"
#include "lib/base/log.h"
#include "lib/db/db.h"
#include "lib/wire/wire.h"

enum { EXIT_USAGE = 2, EXIT_ALREADY_RUNNING = 3, FILES_MAX = 8192 };

static const char usage[] =
    "Usage: miaud [-d] [-n] [--version] [--help]\n"
    "\n"
    "The daemon of Miauflix: scheduler, library scanner, socket server.\n"
    "It stays in front and logs to stderr; miauctl up starts it.\n"
    "\n"
    "  -d, --foreground  stay in front (it always does)\n"
    "  -n, --check       check the configuration and exit\n"
    "  -V, --version     print the version and exit\n"
    "  -h, --help        print this and exit\n"
    "\n"
    "MIAU_STATE_DIR names the state folder (default: var in the\n"
    "checkout).\n"
    "Exit status: 0 ended in order, 1 an error, 2 wrong options, 3 another\n"
    "miaud runs on the same state folder.\n";

/* Whether the settings, the folder's name and the sockets' names are usable;
 * makes nothing. */
static int
check(const struct paths *paths, struct err *err)
{
	struct settings *settings;
	char path[PATHS_MAX];

	settings = settings_load(err);
	if (settings == NULL)
		return -1;
	settings_free(settings);
	if (paths_socket(paths, WIRE_SOCKET_ADMIN, path, sizeof(path), err) ==
	    -1)
		return -1;
	return paths_socket(
	    paths, WIRE_SOCKET_HANDLERS, path, sizeof(path), err);
}

static int
fail(const struct err *err)
{
	log_error("not_started", "%s", err->text);
	return err->code == ERR_ALREADY_RUNNING ? EXIT_ALREADY_RUNNING
						: EXIT_FAILURE;
}

/* A connection is a descriptor: as many as we may have. */
static void
raise_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return;
	limit.rlim_cur =
	    limit.rlim_max < FILES_MAX ? limit.rlim_max : FILES_MAX;
	if (setrlimit(RLIMIT_NOFILE, &limit) == -1)
		log_warn("start", "The limit of open files stays as it is.");
}

static int
serve(struct miaud *miaud)
{
	struct err err;

	raise_descriptors();
	/* Nothing that we were born with reaches our children. */
	close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
	umask(0027);
	if (miaud_open(miaud, &err) == -1)
		return fail(&err);
	miaud_run(miaud);
	return EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "foreground", no_argument, NULL, 'd' },
		{ "check", no_argument, NULL, 'n' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct miaud miaud = { .lock_fd = -1 };
	bool only_check = false;
	struct err err;
	int option;

	log_open("miaud");
	db_init();
	while (
	    (option = getopt_long(argc, argv, "dnVh", options, NULL)) != -1) {
		switch (option) {
		case 'd':
			break;
		case 'n':
			only_check = true;
			break;
		case 'V':
			puts("miaud " MIAU_VERSION);
			return EXIT_SUCCESS;
		case 'h':
			fputs(usage, stdout);
			return EXIT_SUCCESS;
		default:
			fputs(usage, stderr);
			return EXIT_USAGE;
		}
	}
	if (optind < argc) {
		fputs(usage, stderr);
		return EXIT_USAGE;
	}
	if (paths_init(&miaud.paths, &err) == -1 ||
	    check(&miaud.paths, &err) == -1)
		return fail(&err);
	if (!only_check)
		return serve(&miaud);
	printf("The configuration is valid; the state folder is %s.\n",
	    miaud.paths.state);
	return EXIT_SUCCESS;
}
