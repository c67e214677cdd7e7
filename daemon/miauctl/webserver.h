/*
 * The web servers that can stand in front, and what differs between them: one
 * row each. Their configurations are templates (conf/NAME.conf); how a handler
 * and a header are spelled in them are functions of the row. All of them only
 * connect to the handlers' sockets.
 */
#ifndef DAEMON_MIAUCTL_WEBSERVER_H
#define DAEMON_MIAUCTL_WEBSERVER_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/base/attr.h"
#include "lib/base/buf.h"
#include "lib/base/settings.h"

enum { WEBSERVER_ARGS_MAX = 8 };

/* Addresses that belong to a handler. */
struct webserver_handler {
	const char *prefix; /* "/api/movies" */
	const char *socket; /* path of its socket */
	const char *file;   /* path of its program */
	const char *roots;  /* from where it may have files sent; NULL: none */
	bool is_stream;     /* answers last for hours */
	bool has_keys;      /* addresses hold stream keys */
};

/* Where it listens beside the first address, which the templates name. */
struct webserver_listen {
	const char *at; /* "[::]:8080" */
	bool is_ipv6;
	bool is_tls;
};

/* What https takes. */
struct webserver_tls {
	const char *certificate; /* PEM, with its chain */
	const char *key;         /* may be the same file */
	int port;
	const char *base;       /* "/" or "/films/" */
	const char *base_regex; /* the same for a regular expression */
	const char *trust;      /* folder of the page of trust, or NULL */
	const char *headers;    /* what pages carry, as put_header wrote it */
};

struct webserver {
	const char *name;     /* in http.webserver */
	const char *template; /* share/TEMPLATE.conf */
	const char *program;  /* looked for in PATH and the sbin folders */
	const char *packages; /* what Debian calls it, for advice */
	/* Arguments; WEBSERVER_CONF stands for the configuration's path. NULL
	 * ends. */
	const char *run[WEBSERVER_ARGS_MAX];
	const char *check[WEBSERVER_ARGS_MAX];
	int reload;        /* the signal to read its configuration anew */
	bool refuses_root; /* does not serve as root */
	void (*put_handler)(
	    struct buf *out, const struct webserver_handler *handler);
	void (*put_header)(
	    struct buf *out, const char *name, const char *value);
	/* What answers outside a base path that is not "/": nothing, but that
	 * its name without the last slash leads to it. */
	void (*put_outside)(
	    struct buf *out, const char *base, const char *base_regex);
	void (*put_listen)(
	    struct buf *out, const struct webserver_listen *listen);
	/* Runs the handlers' programs itself: a process for each request. */
	bool is_cgi;
	/* Its parts for https: modules to load, and the rest. http leads to
	 * https, but for the page of trust and what probes ask. */
	const char *tls_modules;
	void (*put_tls)(struct buf *out, const struct webserver_tls *tls);
};

#define WEBSERVER_CONF "CONF"
#define WEBSERVER_APACHE_MODULES "/usr/lib/apache2/modules"

/* All of them, NULL at the end. */
extern const struct webserver *const webservers[];

/* The one that http.webserver names. */
const struct webserver *webserver_of(
    const struct settings *settings) NONNULL MUST_CHECK;

/* By its name; NULL for none. "cgi" is Apache with plain CGI, which is none of
 * `webservers`: it serves neither streams nor events. */
const struct webserver *webserver_find(const char *name) NONNULL MUST_CHECK;

/* Whether that process would take the signal to read its configuration anew. One
 * that is doing so at this moment would end by it (lighttpd). */
bool webserver_hears(
    const struct webserver *server, pid_t pid) NONNULL MUST_CHECK;

/* Fills `argv` (at least WEBSERVER_ARGS_MAX + 1) from a row's run or check. */
void webserver_argv(const char *program, const char *const *args,
    const char *conf, const char **argv) NONNULL;

#endif
