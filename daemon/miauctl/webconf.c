/* Makes the web server's configuration. */
#include "daemon/miauctl/webconf.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/miauctl/template.h"
#include "daemon/miauctl/tls.h"
#include "lib/base/address.h"
#include "lib/base/fs.h"
#include "lib/base/mem.h"
#include "lib/base/site.h"
#include "lib/base/str.h"

/* Of Accept-Encoding, as each web server's regular expressions know it. */
#define TAKES(way) "(^|[ ,])" way " *($|,|; *q=(1|0[.][0-9]*[1-9]))"
/* What the build compresses (www/vite.config.ts). */
#define PACKED "(?:js|css|svg|json|wasm)"
#define LASTING "public, max-age=31536000, immutable"

enum {
	TEMPLATE_MAX = 256 * 1024,
	PART_MAX = 1024 * 1024,
	FILES_MAX = 32768,
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

static bool
may_send_files(const char *handler)
{
	return strcmp(handler, "stream") == 0 || strcmp(handler, "hls") == 0 ||
	    strcmp(handler, "images") == 0 ||
	    strcmp(handler, "thumbnails") == 0;
}

/* Access by key, in cgi/NAME.c. */
static bool
has_keys(const char *handler)
{
	return strcmp(handler, "stream") == 0 || strcmp(handler, "hls") == 0 ||
	    strcmp(handler, "subtitles") == 0 ||
	    strcmp(handler, "thumbnails") == 0;
}

/* Who gets which addresses: both spellings, with and without the version. */
static int
put_handler(const struct webconf *webconf, const char *name,
    const char *const *prefixes, struct buf *out, struct err *err)
{
	const char *base =
	    settings_text(webconf->settings, SETTING_HTTP_BASE_PATH);
	char file[WEBCONF_NAME_MAX + 16], socket[PATHS_MAX];
	char prefix[PATHS_MAX], roots[PATHS_MAX + 16], program[PATHS_MAX + 48];
	struct webserver_handler handler = {
		.prefix = prefix,
		.socket = socket,
		.file = program,
		.roots = may_send_files(name) ? roots : NULL,
		.is_stream = strcmp(name, "stream") == 0,
		.has_keys = has_keys(name),
	};

	snprintf(file, sizeof(file), "cgi/%s.sock", name);
	if (paths_socket(webconf->paths, file, socket, sizeof(socket), err) ==
	    -1)
		return -1;
	snprintf(roots, sizeof(roots), "%s/roots", webconf->paths->run);
	snprintf(program, sizeof(program), "%s/cgi/%s.fcgi", webconf->programs,
	    name);
	for (; *prefixes != NULL; prefixes++) {
		snprintf(prefix, sizeof(prefix), "%s%s", base, *prefixes);
		webconf->server->put_handler(out, &handler);
	}
	return 0;
}

/* Where the first prefix that fits is taken, a longer name has to come before
 * one that begins it ("playlists", "play"). One table costs a request less
 * than a condition for each handler; a prefix may also take "/api/moviestar",
 * which the handler's own router refuses like any other stranger. `health` also
 * answers without "api/" before it, and for every address that belongs to
 * nobody. */
static int
put_handlers(const struct webconf *webconf, struct buf *out, struct err *err)
{
	static const char *const rest[] = { "health", "api", NULL };
	const struct webconf_handlers *handlers = webconf->handlers;
	char plain[WEBCONF_NAME_MAX + 8], v1[WEBCONF_NAME_MAX + 8];
	size_t i;

	for (i = handlers->n; i-- > 0;) {
		snprintf(plain, sizeof(plain), "api/%s", handlers->name[i]);
		snprintf(v1, sizeof(v1), "api/v1/%s", handlers->name[i]);
		if (put_handler(webconf, handlers->name[i],
			(const char *[]){ plain, v1, NULL }, out, err) == -1)
			return -1;
	}
	return put_handler(webconf, "health", rest, out, err);
}

/* What the pages and files of the web app carry, under every web server. The
 * API's answers have headers of their own (lib/http). A browser that is told to
 * use https keeps the port of an address: it would ask for https where http is
 * served, unless the ports are the usual ones. */
static void
put_headers(const struct webconf *webconf, bool has_tls, struct buf *out)
{
	static const char *const headers[][2] = {
		{ "Content-Security-Policy",
		    "default-src 'self'; img-src 'self' blob: data:; "
		    "media-src 'self' blob:; style-src 'self'; "
		    "script-src 'self'; connect-src 'self'; "
		    "worker-src 'self' blob:; frame-ancestors 'none'; "
		    "base-uri 'self'; form-action 'self'; object-src 'none'" },
		{ "X-Content-Type-Options", "nosniff" },
		{ "Referrer-Policy", "no-referrer" },
		{ "Cross-Origin-Opener-Policy", "same-origin" },
		{ "Permissions-Policy",
		    "camera=(), microphone=(), geolocation=(), payment=(), "
		    "usb=()" },
	};
	size_t i;

	for (i = 0; i < COUNT_OF(headers); i++)
		webconf->server->put_header(out, headers[i][0], headers[i][1]);
	if (has_tls && settings_int(webconf->settings, SETTING_TLS_PORT) == 443)
		webconf->server->put_header(
		    out, "Strict-Transport-Security", "max-age=31536000");
}

/* The names of the app's files with a hash in them, as a regular expression's
 * alternatives. */
static void
put_assets(const char *programs, struct buf *out)
{
	char www[PATHS_MAX], path[PATHS_MAX + 16];
	struct dirent **files;
	int i, n;

	site_built(programs, www);
	snprintf(path, sizeof(path), "%s/assets", www);
	n = scandir(path, &files, NULL, alphasort);
	for (i = 0; i < n; i++) {
		/* Neither folder nor anything that the build does not make. */
		if (strchr(files[i]->d_name, '.') > files[i]->d_name) {
			buf_puts(out, out->len == 0 ? "" : "|");
			template_put_regex(out, files[i]->d_name);
		}
		free(files[i]);
	}
	if (n >= 0)
		free(files);
	if (out->len == 0)
		buf_puts(out, "none");
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

/* How long a handler may say nothing: a stream waits for its bytes, and its own
 * patience may be changed while the web server runs. */
static int
timeout_s(void)
{
	int64_t first = setting_rows[SETTING_STREAM_STALL_LIMIT].max;
	int64_t later = setting_rows[SETTING_STREAM_MID_STALL_LIMIT].max;

	return (int)(first > later ? first : later) + 60;
}

/* How many files the web server may have open: lighttpd complains when it is told
 * more than it may. */
static int
files_max(void)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
		limit.rlim_max < FILES_MAX
	    ? (int)limit.rlim_max
	    : FILES_MAX;
}

/* The parts of a configuration that are more than a word. */
struct parts {
	char bind[ADDRESS_HOST_MAX], first[80], port[16], timeout[16];
	char files[16], connections[16];
	char www[PATHS_MAX];
	char root[PATHS_MAX + 16]; /* where addresses outside the path lead */
	struct tls tls;
	struct buf handlers, headers, regex, listen, alias, tls_text, assets,
	    cgi, outside;
};

static void
put_listener(const struct webconf *webconf, struct parts *parts,
    const char *host, bool is_tls)
{
	int port = (int)settings_int(
	    webconf->settings, is_tls ? SETTING_TLS_PORT : SETTING_HTTP_PORT);
	char at[ADDRESS_HOST_MAX + 16];
	const struct webserver_listen listen = {
		.at = at,
		.is_ipv6 = strchr(host, ':') != NULL,
		.is_tls = is_tls,
	};

	snprintf(
	    at, sizeof(at), listen.is_ipv6 ? "[%s]:%d" : "%s:%d", host, port);
	webconf->server->put_listen(&parts->listen, &listen);
}

/* Addresses of the house may be of both kinds. */
static void
put_listeners(const struct webconf *webconf, struct parts *parts)
{
	bool is_dual = address_is_dual(webconf->settings);

	if (is_dual)
		put_listener(webconf, parts, "::", false);
	if (parts->tls.kind == TLS_OFF)
		return;
	put_listener(webconf, parts, parts->bind, true);
	if (is_dual)
		put_listener(webconf, parts, "::", true);
}

static int
put_tls(const struct webconf *webconf, struct parts *parts, struct err *err)
{
	const struct webserver_tls tls = {
		.certificate = parts->tls.certificate,
		.key = parts->tls.key,
		.port = (int)settings_int(webconf->settings, SETTING_TLS_PORT),
		.base =
		    settings_text(webconf->settings, SETTING_HTTP_BASE_PATH),
		.base_regex = parts->regex.data,
		.trust = parts->tls.kind == TLS_MADE ? parts->tls.trust : NULL,
		.headers = parts->headers.data,
	};

	if (parts->tls.kind == TLS_OFF)
		return 0;
	if (check_quotable((const char *[]){ tls.certificate, tls.key,
			       parts->tls.trust, NULL },
		err) == -1)
		return -1;
	webconf->server->put_tls(&parts->tls_text, &tls);
	return 0;
}

/* lighttpd takes the first prefix that fits. */
static void
put_alias(const struct parts *parts, const char *base, struct buf *out)
{
	if (parts->tls.kind != TLS_MADE && strcmp(base, "/") == 0)
		return;
	buf_puts(out, "alias.url = (\n");
	if (parts->tls.kind == TLS_MADE)
		buf_printf(out, "\t\"%strust/\" => \"%s/\",\n", base,
		    parts->tls.trust);
	if (strcmp(base, "/") != 0)
		buf_printf(out, "\t\"%s\" => \"%s/\",\n", base, parts->www);
	buf_puts(out, ")\n");
}

static void
put_outside(
    const struct webconf *webconf, struct parts *parts, const char *base)
{
	if (strcmp(base, "/") == 0) {
		snprintf(parts->root, sizeof(parts->root), "%s", parts->www);
		return;
	}
	snprintf(parts->root, sizeof(parts->root), "%s/nothing",
	    webconf->paths->run);
	webconf->server->put_outside(&parts->outside, base, parts->regex.data);
}

/* What programs that the web server starts itself have to be told: this
 * process's settings by name, so that no secret stands in the configuration. */
static void
put_cgi(const struct webconf *webconf, struct buf *out)
{
	char **at;

	if (!webconf->server->is_cgi)
		return;
	buf_printf(out,
	    "LoadModule cgid_module " WEBSERVER_APACHE_MODULES "/mod_cgid.so\n"
	    "ScriptSock \"%s/cgid\"\n"
	    "<Directory \"%s/cgi\">\n"
	    "\tRequire all granted\n"
	    "\tOptions +ExecCGI\n"
	    "</Directory>\n",
	    webconf->paths->run, webconf->programs);
	for (at = environ; *at != NULL; at++)
		if (strncmp(*at, "MIAU_", 5) == 0)
			buf_printf(
			    out, "PassEnv %.*s\n", (int)strcspn(*at, "="), *at);
	buf_printf(
	    out, "SetEnv MIAU_STATE_DIR \"%s\"\n", webconf->paths->state);
}

static int
fill_parts(const struct webconf *webconf, struct parts *parts, struct err *err)
{
	const struct settings *settings = webconf->settings;
	const char *base = settings_text(settings, SETTING_HTTP_BASE_PATH);
	int port = (int)settings_int(settings, SETTING_HTTP_PORT);
	bool is_ipv6;

	site_path(webconf->paths, settings, webconf->programs, parts->www);
	if (address_bind(settings, parts->bind, &is_ipv6, NULL, err) == -1 ||
	    check_quotable((const char *[]){ webconf->paths->run, parts->www,
			       webconf->programs, NULL },
		err) == -1)
		return -1;
	snprintf(parts->port, sizeof(parts->port), "%d", port);
	snprintf(parts->first, sizeof(parts->first),
	    is_ipv6 ? "[%s]:%d" : "%s:%d", parts->bind, port);
	snprintf(parts->timeout, sizeof(parts->timeout), "%d", timeout_s());
	snprintf(parts->files, sizeof(parts->files), "%d", files_max());
	snprintf(parts->connections, sizeof(parts->connections), "%d",
	    files_max() / 2);
	tls_find(webconf->paths, settings, &parts->tls);
	put_alias(parts, base, &parts->alias);
	put_cgi(webconf, &parts->cgi);
	put_assets(webconf->programs, &parts->assets);
	put_listeners(webconf, parts);
	template_put_regex(&parts->regex, base);
	put_outside(webconf, parts, base);
	put_headers(webconf, parts->tls.kind != TLS_OFF, &parts->headers);
	if (put_tls(webconf, parts, err) == -1)
		return -1;
	return put_handlers(webconf, &parts->handlers, err);
}

static struct parts *
parts_new(void)
{
	struct parts *parts = mem_calloc(1, sizeof(*parts));

	buf_init(&parts->handlers, PART_MAX);
	buf_init(&parts->headers, PART_MAX);
	buf_init(&parts->listen, PATHS_MAX);
	buf_init(&parts->tls_text, PART_MAX);
	buf_init(&parts->alias, PART_MAX);
	buf_init(&parts->assets, PART_MAX);
	buf_init(&parts->cgi, PART_MAX);
	buf_init(&parts->outside, PART_MAX);
	buf_init(&parts->regex, PATHS_MAX * 2);
	return parts;
}

static void
parts_free(struct parts *parts)
{
	buf_fini(&parts->regex);
	buf_fini(&parts->outside);
	buf_fini(&parts->cgi);
	buf_fini(&parts->assets);
	buf_fini(&parts->alias);
	buf_fini(&parts->tls_text);
	buf_fini(&parts->listen);
	buf_fini(&parts->headers);
	buf_fini(&parts->handlers);
	free(parts);
}

static int
fill(const struct webconf *webconf, const char *template, struct buf *conf,
    struct err *err)
{
	const char *own = getenv(WEBCONF_OWN);
	struct parts *parts = parts_new();
	bool has_tls;
	int result;

	result = fill_parts(webconf, parts, err);
	has_tls = parts->tls.kind != TLS_OFF;
	if (result == 0)
		result = template_fill(template,
		    (const struct template_value[]){
			{ "BIND", parts->bind },
			{ "PORT", parts->port },
			{ "LISTEN", parts->first },
			{ "LISTEN_TOO", parts->listen.data },
			{ "TIMEOUT", parts->timeout },
			{ "FILES", parts->files },
			{ "CONNECTIONS", parts->connections },
			{ "USER", geteuid() == 0 ? "user root;\n" : "" },
			{ "MODULES", WEBSERVER_APACHE_MODULES },
			{ "WWW", parts->www },
			{ "ROOT", parts->root },
			{ "OUTSIDE", parts->outside.data },
			{ "RUN", webconf->paths->run },
			{ "OWN", own == NULL ? webconf->paths->run : own },
			{ "ERRORS",
			    own == NULL ? "/dev/stderr" : "syslog:daemon" },
			{ "SERVER", webconf->server->name },
			{ "SPARE", spare_folder() },
			{ "TAKES_BR", TAKES("br") },
			{ "TAKES_GZIP", TAKES("gzip") },
			{ "PACKED", PACKED },
			{ "CGI", parts->cgi.data },
			{ "ASSETS", parts->assets.data },
			{ "LASTING", LASTING },
			{ "ALIAS", parts->alias.data },
			{ "TLS", parts->tls_text.data },
			{ "TLS_MODULES",
			    has_tls ? webconf->server->tls_modules : "" },
			{ "H2", has_tls ? "enable" : "disable" },
			{ "BASE",
			    settings_text(
				webconf->settings, SETTING_HTTP_BASE_PATH) },
			{ "BASE_REGEX", parts->regex.data },
			{ "HEADERS", parts->headers.data },
			{ "HANDLERS", parts->handlers.data },
			{ NULL, NULL },
		    },
		    conf, err);
	parts_free(parts);
	return result;
}

int
webconf_make(const struct webconf *webconf, struct buf *conf, struct err *err)
{
	char path[PATHS_MAX + 32];
	struct buf template;
	int result;

	snprintf(path, sizeof(path), "%s/share/%s.conf", webconf->programs,
	    webconf->server->template);
	buf_init(&template, TEMPLATE_MAX);
	result = fs_read(path, &template, err);
	if (result == 0)
		result = fill(webconf, template.data, conf, err);
	buf_fini(&template);
	return result;
}

void
webconf_path(const struct paths *paths, const struct webserver *server,
    char *out, size_t size)
{
	snprintf(out, size, "%s/%s.conf", paths->run, server->name);
}

int
webconf_write(const struct webconf *webconf, struct err *err)
{
	char path[PATHS_MAX + 32];
	struct buf conf;
	int result;

	buf_init(&conf, 4 * PART_MAX);
	webconf_path(webconf->paths, webconf->server, path, sizeof(path));
	result = webconf_make(webconf, &conf, err);
	if (result == 0)
		result = fs_write(path, conf.data, conf.len, 0640, err);
	buf_fini(&conf);
	return result;
}
