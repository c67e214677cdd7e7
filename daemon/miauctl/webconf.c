/* Makes the web server's configuration. */
#include "daemon/miauctl/webconf.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/miauctl/template.h"
#include "lib/base/fs.h"
#include "lib/base/str.h"

enum {
	TEMPLATE_MAX = 256 * 1024,
	PART_MAX = 1024 * 1024,
};

static int
compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* "movies.fcgi" → "movies"; false for what is no handler. */
static bool
handler_name(const char *file, char out[WEBCONF_NAME_MAX])
{
	size_t len = strlen(file);

	if (!str_ends(file, ".fcgi") || len - 5 >= WEBCONF_NAME_MAX || len == 5)
		return false;
	memcpy(out, file, len - 5);
	out[len - 5] = '\0';
	return strspn(out, "abcdefghijklmnopqrstuvwxyz0123456789_") == len - 5;
}

int
webconf_handlers_find(
    const char *programs, struct webconf_handlers *handlers, struct err *err)
{
	char folder[PATHS_MAX];
	struct dirent *entry;
	DIR *dir;

	handlers->n = 0;
	snprintf(folder, sizeof(folder), "%s/cgi", programs);
	dir = opendir(folder);
	if (dir == NULL)
		return err_errno(err, ERR_NOT_FOUND,
		    "There are no handlers: cannot read %s", folder);
	while ((entry = readdir(dir)) != NULL &&
	    handlers->n < WEBCONF_HANDLERS_MAX)
		if (handler_name(entry->d_name, handlers->name[handlers->n]))
			handlers->n++;
	closedir(dir);
	if (handlers->n == 0 || handlers->n == WEBCONF_HANDLERS_MAX)
		return err_set(err, ERR_NOT_FOUND,
		    "%s holds %s handlers (NAME.fcgi).", folder,
		    handlers->n == 0 ? "no" : "too many");
	qsort(handlers->name, handlers->n, sizeof(handlers->name[0]),
	    compare_names);
	return 0;
}

int
webconf_bind(const struct settings *settings, char out[64], bool *is_ipv6,
    bool *is_loopback, struct err *err)
{
	const char *wanted = settings_text(settings, SETTING_HTTP_BIND);
	unsigned char address[16];
	bool six = false, loop;

	if (strcmp(wanted, "lan") == 0)
		wanted = "0.0.0.0";
	else if (strcmp(wanted, "localhost") == 0)
		wanted = "127.0.0.1";
	if (inet_pton(AF_INET, wanted, address) == 1) {
		loop = address[0] == 127;
	} else if (inet_pton(AF_INET6, wanted, address) == 1) {
		six = true;
		loop = memcmp(address, &in6addr_loopback, 16) == 0;
	} else {
		return err_set(err, ERR_SETTING_INVALID,
		    "http.bind (MIAU_BIND) must be an address of this machine, "
		    "such as 127.0.0.1, or \"lan\" for all of them.");
	}
	snprintf(out, 64, "%s", wanted);
	if (is_ipv6 != NULL)
		*is_ipv6 = six;
	if (is_loopback != NULL)
		*is_loopback = loop;
	return 0;
}

static bool
may_send_files(const char *handler)
{
	return strcmp(handler, "stream") == 0 || strcmp(handler, "images") == 0;
}

/* One `"prefix" => (( … ))` of fastcgi.server; `roots` is NULL for who sends no
 * files. */
static void
put_server(
    struct buf *out, const char *prefix, const char *socket, const char *roots)
{
	buf_printf(out,
	    "\t\t\"%s\" => ( (\n"
	    "\t\t\t\"socket\" => \"%s\",\n"
	    "\t\t\t\"check-local\" => \"disable\",\n"
	    "\t\t\t\"disable-time\" => 0,\n"
	    "\t\t\t\"tcp-fin-propagate\" => \"enable\"",
	    prefix, socket);
	if (roots != NULL)
		buf_printf(out,
		    ",\n\t\t\t\"x-sendfile\" => \"enable\",\n"
		    "\t\t\t\"x-sendfile-docroot\" => ( \"%s/\" )",
		    roots);
	buf_puts(out, "\n\t\t) )");
}

struct place {
	const char *base;  /* "/miau/" */
	const char *regex; /* the same for a regular expression */
	const char *roots; /* the folder of links, lib/library/roots.h */
};

static void
put_handler(struct buf *out, const struct place *place, const char *name,
    const char *socket)
{
	const char *roots = may_send_files(name) ? place->roots : NULL;
	bool is_stream = strcmp(name, "stream") == 0;
	char prefix[PATHS_MAX];

	/* The contract is the one document whose address has an ending. */
	buf_printf(out, "$HTTP[\"url\"] =~ \"^%sapi/(v1/)?%s%s(/|$)\" {\n",
	    place->regex, name, strcmp(name, "openapi") == 0 ? "\\.json" : "");
	if (is_stream)
		buf_puts(out,
		    "\t# A paused player reads nothing for a long time.\n"
		    "\tserver.max-write-idle = 7200\n");
	buf_puts(out, "\tfastcgi.server = (\n");
	snprintf(prefix, sizeof(prefix), "%sapi/v1/%s", place->base, name);
	put_server(out, prefix, socket, roots);
	buf_puts(out, ",\n");
	snprintf(prefix, sizeof(prefix), "%sapi/%s", place->base, name);
	put_server(out, prefix, socket, roots);
	buf_puts(out, "\n\t)\n}\n");
}

/* `health` also answers without "api/" before it, and for every address that
 * belongs to nobody. Later blocks win, so this one comes first. */
static void
put_fallback(struct buf *out, const struct place *place, const char *socket)
{
	char prefix[PATHS_MAX];

	buf_printf(out, "$HTTP[\"url\"] =~ \"^%s(api(/|$)|health$)\" {\n",
	    place->regex);
	buf_puts(out, "\tfastcgi.server = (\n");
	snprintf(prefix, sizeof(prefix), "%sapi", place->base);
	put_server(out, prefix, socket, NULL);
	buf_puts(out, ",\n");
	snprintf(prefix, sizeof(prefix), "%shealth", place->base);
	put_server(out, prefix, socket, NULL);
	buf_puts(out, "\n\t)\n}\n");
}

static int
put_handlers(const struct webconf *webconf, const struct place *place,
    struct buf *out, struct err *err)
{
	char name[WEBCONF_NAME_MAX + 16], socket[PATHS_MAX];
	const char *handler;
	size_t i;

	for (i = 0; i < webconf->handlers->n; i++) {
		handler = webconf->handlers->name[i];
		snprintf(name, sizeof(name), "cgi/%s.sock", handler);
		if (paths_socket(webconf->paths, name, socket, sizeof(socket),
			err) == -1)
			return -1;
		if (strcmp(handler, "health") == 0)
			put_fallback(out, place, socket);
	}
	for (i = 0; i < webconf->handlers->n; i++) {
		handler = webconf->handlers->name[i];
		snprintf(name, sizeof(name), "cgi/%s.sock", handler);
		if (paths_socket(webconf->paths, name, socket, sizeof(socket),
			err) == -1)
			return -1;
		put_handler(out, place, handler, socket);
	}
	return 0;
}

/* Beside the programs when installed, in the source tree otherwise. */
static void
find_www(const char *programs, char out[PATHS_MAX])
{
	char real[PATHS_MAX], path[PATHS_MAX + 32];

	snprintf(path, sizeof(path), "%s/share/www", programs);
	if (!fs_exists(path))
		snprintf(path, sizeof(path), "%s/../www/dist", programs);
	if (realpath(path, real) == NULL)
		snprintf(real, sizeof(real), "%.*s", PATHS_MAX - 1, path);
	snprintf(out, PATHS_MAX, "%s", real);
}

static int
check_quotable(const char *const *texts, struct err *err)
{
	for (; *texts != NULL; texts++)
		if (!template_is_quotable(*texts))
			return err_set(err, ERR_SETTING_INVALID,
			    "The name of this folder holds a quote, a "
			    "backslash or a control character, which the web "
			    "server's configuration cannot spell: %s",
			    *texts);
	return 0;
}

static int
fill(const struct webconf *webconf, const char *template, struct buf *conf,
    struct err *err)
{
	char bind[64], port[16], www[PATHS_MAX], alias[PATHS_MAX * 2];
	char roots[PATHS_MAX + 16];
	const char *base =
	    settings_text(webconf->settings, SETTING_HTTP_BASE_PATH);
	struct buf handlers, regex;
	int result = -1;

	buf_init(&handlers, PART_MAX);
	buf_init(&regex, PATHS_MAX * 2);
	find_www(webconf->programs, www);
	if (webconf_bind(webconf->settings, bind, NULL, NULL, err) == -1 ||
	    check_quotable(
		(const char *[]){ webconf->paths->run, www, NULL }, err) == -1)
		goto out;
	snprintf(port, sizeof(port), "%d",
	    (int)settings_int(webconf->settings, SETTING_HTTP_PORT));
	alias[0] = '\0';
	if (strcmp(base, "/") != 0)
		snprintf(alias, sizeof(alias),
		    "alias.url = ( \"%s\" => \"%s/\" )\n", base, www);
	template_put_regex(&regex, base);
	snprintf(roots, sizeof(roots), "%s/roots", webconf->paths->run);
	if (put_handlers(webconf, &(struct place){ base, regex.data, roots },
		&handlers, err) == -1)
		goto out;
	result = template_fill(template,
	    (const struct template_value[]){
		{ "BIND", bind },
		{ "PORT", port },
		{ "WWW", www },
		{ "RUN", webconf->paths->run },
		{ "ALIAS", alias },
		{ "BASE", base },
		{ "BASE_REGEX", regex.data },
		{ "HANDLERS", handlers.data },
		{ NULL, NULL },
	    },
	    conf, err);
out:
	buf_fini(&regex);
	buf_fini(&handlers);
	return result;
}

int
webconf_make(const struct webconf *webconf, struct buf *conf, struct err *err)
{
	char path[PATHS_MAX + 32];
	struct buf template;
	int result;

	snprintf(
	    path, sizeof(path), "%s/share/lighttpd.conf", webconf->programs);
	buf_init(&template, TEMPLATE_MAX);
	result = fs_read(path, &template, err);
	if (result == 0)
		result = fill(webconf, template.data, conf, err);
	buf_fini(&template);
	return result;
}

int
webconf_write(const struct webconf *webconf, struct err *err)
{
	char path[PATHS_MAX + 32];
	struct buf conf;
	int result;

	buf_init(&conf, 4 * PART_MAX);
	snprintf(path, sizeof(path), "%s/lighttpd.conf", webconf->paths->run);
	result = webconf_make(webconf, &conf, err);
	if (result == 0)
		result = fs_write(path, conf.data, conf.len, 0640, err);
	buf_fini(&conf);
	return result;
}
