/*
 * What all of miauctl shares: the installation it works on, and its exit
 * codes.
 */
#ifndef DAEMON_MIAUCTL_CTL_H
#define DAEMON_MIAUCTL_CTL_H

#include <stdbool.h>

#include "lib/base/paths.h"
#include "lib/base/settings.h"

/* Documented in the manual page; programs depend on them. */
enum ctl_exit {
	CTL_OK = 0,
	CTL_FAILED = 1,
	CTL_USAGE = 2,
	CTL_DAEMON_DOWN = 3,
	CTL_RUNNING = 4,
	CTL_PORT_TAKEN = 5,
};

struct ctl {
	bool is_json;     /* --json */
	bool is_terminal; /* standard output is one */
	bool has_colour;  /* it is one, and NO_COLOR is not set */
	bool has_utf8;    /* it shows UTF-8 */
	struct settings *settings;
	struct paths paths;
	char programs[PATHS_MAX];
};

#endif
