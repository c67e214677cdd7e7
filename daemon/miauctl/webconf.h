/*
 * The web server's configuration of this installation: the template
 * conf/NAME.conf, filled from the settings and the handlers that were built.
 */
#ifndef DAEMON_MIAUCTL_WEBCONF_H
#define DAEMON_MIAUCTL_WEBCONF_H

#include <stddef.h>

#include "daemon/miauctl/webserver.h"
#include "lib/base/attr.h"
#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/base/paths.h"
#include "lib/base/settings.h"

enum { WEBCONF_HANDLERS_MAX = 64, WEBCONF_NAME_MAX = 32 };

/* The handlers of <programs>/cgi/NAME.fcgi, by name. */
struct webconf_handlers {
	size_t n;
	char name[WEBCONF_HANDLERS_MAX][WEBCONF_NAME_MAX];
};

/* Started by systemd, a web server has a folder of its own (RuntimeDirectory=)
 * and standard error is a socket, which Apache cannot open. */
#define WEBCONF_OWN "RUNTIME_DIRECTORY"

struct webconf {
	const struct webserver *server;
	const struct paths *paths;
	const struct settings *settings;
	const char *programs;
	const struct webconf_handlers *handlers;
};

/* Lists the handlers in alphabetic order. -1: no folder, none in it, too
 * many, a name with other characters than a-z, 0-9 and '_'. */
int webconf_handlers_find(const char *programs,
    struct webconf_handlers *handlers, struct err *err) NONNULL MUST_CHECK;

/* Appends the configuration to `conf`. */
int webconf_make(const struct webconf *webconf, struct buf *conf,
    struct err *err) NONNULL MUST_CHECK;

/* Where `miauctl up` writes it: <run>/NAME.conf. */
void webconf_path(const struct paths *paths, const struct webserver *server,
    char *out, size_t size) NONNULL;

/* Writes it there. */
int webconf_write(
    const struct webconf *webconf, struct err *err) NONNULL MUST_CHECK;

#endif
