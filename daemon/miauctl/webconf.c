/* Makes the web server's configuration. */
#include "daemon/miauctl/webconf.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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
	    "\t\"%s\" => ( (\n"
	    "\t\t\"socket\" => \"%s\",\n"
	    "\t\t\"check-local\" => \"disable\",\n"
	    "\t\t\"disable-time\" => 0,\n"
	    "\t\t\"tcp-fin-propagate\" => \"enable\"",
	    prefix, socket);
	if (roots != NULL)
		buf_printf(out,
		    ",\n\t\t\"x-sendfile\" => \"enable\",\n"
		    "\t\t\"x-sendfile-docroot\" => ( \"%s/\" )",
		    roots);
	buf_puts(out, "\n\t) )");
}

static int
put_handler(const struct webconf *webconf, const char *name, const char *base,
    struct buf *out, struct err *err)
{
	char file[WEBCONF_NAME_MAX + 16], socket[PATHS_MAX];
	char prefix[PATHS_MAX], roots[PATHS_MAX + 16];
	const char *sent = may_send_files(name) ? roots : NULL;

	snprintf(file, sizeof(file), "cgi/%s.sock", name);
	if (paths_socket(webconf->paths, file, socket, sizeof(socket), err) ==
	    -1)
		return -1;
	snprintf(roots, sizeof(roots), "%s/roots", webconf->paths->run);
	snprintf(prefix, sizeof(prefix), "%sapi/%s", base, name);
	put_server(out, prefix, socket, sent);
	buf_puts(out, ",\n");
	snprintf(prefix, sizeof(prefix), "%sapi/v1/%s", base, name);
	put_server(out, prefix, socket, sent);
	buf_puts(out, ",\n");
	return 0;
}

/* `health` also answers without "api/" before it, and for every address that
 * belongs to nobody. */
static int
put_fallback(const struct webconf *webconf, const char *base, struct buf *out,
    struct err *err)
{
	char socket[PATHS_MAX], prefix[PATHS_MAX];

	if (paths_socket(webconf->paths, "cgi/health.sock", socket,
		sizeof(socket), err) == -1)
		return -1;
	snprintf(prefix, sizeof(prefix), "%shealth", base);
	put_server(out, prefix, socket, NULL);
	buf_puts(out, ",\n");
	snprintf(prefix, sizeof(prefix), "%sapi", base);
	put_server(out, prefix, socket, NULL);
	buf_puts(out, "\n");
	return 0;
}

/* The first prefix that fits is taken, so a longer name has to come before
 * one that begins it ("playlists", "play"). One table costs a request less
 * than a condition for each handler; a prefix also takes "/api/moviestar",
 * which the handler's own router refuses like any other stranger. */
static int
put_handlers(const struct webconf *webconf, const char *base, struct buf *out,
    struct err *err)
{
	const struct webconf_handlers *handlers = webconf->handlers;
	size_t i;

	for (i = handlers->n; i-- > 0;)
		if (put_handler(webconf, handlers->name[i], base, out, err) ==
		    -1)
			return -1;
	return put_fallback(webconf, base, out, err);
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

/* Memory, for what the web server cannot put on a full disk. It does not start
 * with a folder that is not there. */
static const char *
spare_folder(void)
{
	struct stat st;

	return stat("/dev/shm", &st) == 0 && S_ISDIR(st.st_mode)
	    ? ", \"/dev/shm\""
	    : "";
}

static int
fill(const struct webconf *webconf, const char *template, struct buf *conf,
    struct err *err)
{
	char bind[64], port[16], www[PATHS_MAX], alias[PATHS_MAX * 2];
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
	if (put_handlers(webconf, base, &handlers, err) == -1)
		goto out;
	result = template_fill(template,
	    (const struct template_value[]){
		{ "BIND", bind },
		{ "PORT", port },
		{ "WWW", www },
		{ "RUN", webconf->paths->run },
		{ "SPARE", spare_folder() },
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
