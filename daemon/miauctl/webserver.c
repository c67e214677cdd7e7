/* What differs between web servers. */
#include "daemon/miauctl/webserver.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/miauctl/template.h"
#include "lib/base/fs.h"
#include "lib/base/log.h"

enum { STATUS_MAX = 64 * 1024 };

/* What is answered over http all the same, behind the base path. */
#define STAYS_PLAIN "(health$|api/(v1/)?(health|ready)$|trust(/|$))"

/* ":8443", nothing for the usual port. */
static const char *
port_part(int port, char out[16])
{
	snprintf(out, 16, port == 443 ? "" : ":%d", port);
	return out;
}

/* --- lighttpd -------------------------------------------------------------- */

/* One `"prefix" => (( … ))` of fastcgi.server. */
static void
lighttpd_handler(struct buf *out, const struct webserver_handler *handler)
{
	buf_printf(out,
	    "\t\"%s\" => ( (\n"
	    "\t\t\"socket\" => \"%s\",\n"
	    "\t\t\"check-local\" => \"disable\",\n"
	    "\t\t\"disable-time\" => 0,\n"
	    "\t\t\"tcp-fin-propagate\" => \"enable\"",
	    handler->prefix, handler->socket);
	if (handler->roots != NULL)
		buf_printf(out,
		    ",\n\t\t\"x-sendfile\" => \"enable\",\n"
		    "\t\t\"x-sendfile-docroot\" => ( \"%s/\" )",
		    handler->roots);
	buf_puts(out, "\n\t) ),\n");
}

static void
lighttpd_header(struct buf *out, const char *name, const char *value)
{
	buf_printf(out, "\t\t\"%s\" => \"%s\",\n", name, value);
}

/* The document root, where nothing is, answers the rest. */
static void
lighttpd_outside(struct buf *out, const char *base, const char *base_regex)
{
	int len = (int)strlen(base_regex) - 1;

	buf_printf(out,
	    "url.redirect = ( \"^%.*s(\\?|$)\" => \"%s\" )\n"
	    "url.redirect-code = 308\n",
	    len, base_regex, base);
}

static void
lighttpd_listen(struct buf *out, const struct webserver_listen *listen)
{
	buf_printf(out, "$SERVER[\"socket\"] == \"%s\" {\n%s}\n", listen->at,
	    listen->is_tls ? "\tssl.engine = \"enable\"\n" : "");
}

static void
lighttpd_tls(struct buf *out, const struct webserver_tls *tls)
{
	char port[16];

	buf_printf(out,
	    "ssl.pemfile = \"%s\"\n"
	    "ssl.privkey = \"%s\"\n"
	    "ssl.openssl.ssl-conf-cmd = ( \"MinProtocol\" => \"TLSv1.2\" )\n"
	    "$HTTP[\"scheme\"] == \"http\" {\n"
	    "\t$HTTP[\"url\"] !~ \"^%s" STAYS_PLAIN "\" {\n"
	    "\t\t$HTTP[\"host\"] =~ "
	    "\"^(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+)(:[0-9]+)?$\" {\n"
	    "\t\t\turl.redirect = "
	    "( \"\" => \"https://%%1%s${url.path}${qsa}\" )\n"
	    "\t\t\turl.redirect-code = 308\n"
	    "\t\t}\n"
	    "\t}\n"
	    "}\n",
	    tls->certificate, tls->key, tls->base_regex,
	    port_part(tls->port, port));
}

static const struct webserver lighttpd = {
	.name = "lighttpd",
	.template = "lighttpd",
	.program = "lighttpd",
	.packages = "lighttpd lighttpd-mod-deflate lighttpd-mod-openssl",
	.run = { "-D", "-f", WEBSERVER_CONF },
	.check = { "-tt", "-f", WEBSERVER_CONF },
	.reload = SIGUSR1,
	.put_handler = lighttpd_handler,
	.put_header = lighttpd_header,
	.put_outside = lighttpd_outside,
	.put_listen = lighttpd_listen,
	.tls_modules = "\t\"mod_openssl\",\n",
	.put_tls = lighttpd_tls,
};

/* --- nginx ----------------------------------------------------------------- */

/* nginx takes the longest prefix that fits, in whatever order they stand. An
 * error line would repeat the key in an address; a paused player reads nothing
 * for a long time. */
static void
nginx_handler(struct buf *out, const struct webserver_handler *handler)
{
	buf_printf(out, "\t\tlocation %s {\n", handler->prefix);
	if (handler->has_keys)
		buf_puts(out, "\t\t\terror_log /dev/null;\n");
	if (handler->is_stream)
		buf_puts(out, "\t\t\tsend_timeout 2h;\n");
	if (handler->roots == NULL)
		buf_puts(
		    out, "\t\t\tfastcgi_ignore_headers X-Accel-Redirect;\n");
	buf_printf(out,
	    "\t\t\tfastcgi_pass \"unix:%s\";\n"
	    "\t\t}\n",
	    handler->socket);
}

static void
nginx_header(struct buf *out, const char *name, const char *value)
{
	buf_printf(out, "\t\t\tadd_header %s \"%s\" always;\n", name, value);
}

static void
nginx_outside(struct buf *out, const char *base, const char *base_regex)
{
	(void)base_regex;
	buf_printf(out,
	    "\t\tlocation / {\n"
	    "\t\t\treturn 404;\n"
	    "\t\t}\n"
	    "\t\tlocation = %.*s {\n"
	    "\t\t\treturn 308 %s;\n"
	    "\t\t}\n",
	    (int)strlen(base) - 1, base, base);
}

static void
nginx_listen(struct buf *out, const struct webserver_listen *listen)
{
	buf_printf(out, "\t\tlisten %s%s backlog=1024%s;\n", listen->at,
	    listen->is_tls ? " ssl http2" : "",
	    listen->is_ipv6 ? " ipv6only=on" : "");
}

static void
nginx_tls(struct buf *out, const struct webserver_tls *tls)
{
	char port[16];

	buf_printf(out,
	    "\t\tssl_certificate \"%s\";\n"
	    "\t\tssl_certificate_key \"%s\";\n"
	    "\t\tssl_protocols TLSv1.2 TLSv1.3;\n"
	    "\t\tssl_session_cache shared:tls:1m;\n"
	    "\t\tset $asked \"$scheme:$uri\";\n"
	    "\t\tif ($asked ~ \"^http:(?!%s" STAYS_PLAIN ")\") {\n"
	    "\t\t\treturn 308 https://$host%s$request_uri;\n"
	    "\t\t}\n",
	    tls->certificate, tls->key, tls->base_regex,
	    port_part(tls->port, port));
	if (tls->trust != NULL)
		buf_printf(out,
		    "\t\tlocation %strust/ {\n"
		    "\t\t\talias \"%s/\";\n"
		    "\t\t\tindex index.html;\n"
		    "\t\t\tadd_header Cache-Control no-cache;\n"
		    "%s\t\t}\n",
		    tls->base, tls->trust, tls->headers);
}

static const struct webserver nginx = {
	.name = "nginx",
	.template = "nginx",
	.program = "nginx",
	.packages = "nginx-light",
	.run = { "-e", "stderr", "-c", WEBSERVER_CONF },
	.check = { "-t", "-q", "-e", "stderr", "-c", WEBSERVER_CONF },
	.reload = SIGHUP,
	.put_handler = nginx_handler,
	.put_header = nginx_header,
	.put_outside = nginx_outside,
	.put_listen = nginx_listen,
	.tls_modules = "",
	.put_tls = nginx_tls,
};

/* --- Apache ---------------------------------------------------------------- */

static void
apache_roots(struct buf *out, const struct webserver_handler *handler)
{
	buf_printf(out,
	    "<Location \"%s\">\n"
	    "\tXSendFile on\n"
	    "\tXSendFilePath \"%s\"\n"
	    "</Location>\n",
	    handler->prefix, handler->roots);
}

/* The name behind "fcgi://" is never looked up; each socket has one of its
 * own, since Apache shares the settings of those that are called the same. */
static void
apache_handler(struct buf *out, const struct webserver_handler *handler)
{
	buf_printf(out,
	    "ProxyPass \"%s\" \"unix:%s|fcgi://miauflix%s\" "
	    "nocanon flushpackets=on disablereuse=on retry=0\n",
	    handler->prefix, handler->socket, handler->prefix);
	if (handler->has_keys)
		buf_printf(out,
		    "<Location \"%s\">\n"
		    "\tLogLevel emerg\n"
		    "</Location>\n",
		    handler->prefix);
	if (handler->roots != NULL)
		apache_roots(out, handler);
}

/* Whatever follows the prefix is the handler's affair, as with FastCGI. */
static void
cgi_handler(struct buf *out, const struct webserver_handler *handler)
{
	buf_puts(out, "ScriptAliasMatch \"^");
	template_put_regex(out, handler->prefix);
	buf_printf(out, "\" \"%s\"\n", handler->file);
	if (handler->roots != NULL)
		apache_roots(out, handler);
}

static void
apache_header(struct buf *out, const char *name, const char *value)
{
	buf_printf(out, "\tHeader always set %s \"%s\"\n", name, value);
}

/* Apache would say the name and scheme that it heard, which are not those of a
 * proxy in front. */
static void
apache_outside(struct buf *out, const char *base, const char *base_regex)
{
	int len = (int)strlen(base_regex) - 1;

	buf_printf(out,
	    "RedirectMatch 308 \"^%.*s$\" \"%s\"\n"
	    "RedirectMatch 404 \"^(?!%.*s(/|$))\"\n"
	    "<LocationMatch \"^%.*s$\">\n"
	    "\tHeader always set Location \"%s\"\n"
	    "</LocationMatch>\n",
	    len, base_regex, base, len, base_regex, len, base_regex, base);
}

static void
apache_listen(struct buf *out, const struct webserver_listen *listen)
{
	buf_printf(out, "Listen %s %s\n", listen->at,
	    listen->is_tls ? "https" : "http");
}

/* The address as it was asked is in the request's line alone: what Apache shows
 * elsewhere is decoded. */
static void
apache_tls(struct buf *out, const struct webserver_tls *tls)
{
	char port[16];

	buf_printf(out,
	    "Protocols h2 http/1.1\n"
	    "SSLProtocol -all +TLSv1.2 +TLSv1.3\n"
	    "<VirtualHost *:%d>\n"
	    "\tSSLEngine on\n"
	    "\tSSLCertificateFile \"%s\"\n"
	    "\tSSLCertificateKeyFile \"%s\"\n"
	    "</VirtualHost>\n"
	    "RewriteEngine on\n"
	    "RewriteCond %%{REQUEST_URI} \"!^%s" STAYS_PLAIN "\"\n"
	    "RewriteCond \"%%{HTTP_HOST} %%{THE_REQUEST}\" "
	    "\"^(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+)(?::[0-9]+)? "
	    "\\S+ (/[^ ?]*)\"\n"
	    "RewriteRule ^ \"https://%%1%s%%2\" [R=308,NE,L]\n",
	    tls->port, tls->certificate, tls->key, tls->base_regex,
	    port_part(tls->port, port));
	if (tls->trust != NULL)
		buf_printf(out,
		    "Alias \"%strust/\" \"%s/\"\n"
		    "<Directory \"%s\">\n"
		    "\tRequire all granted\n"
		    "\tOptions -Indexes\n"
		    "\tDirectoryIndex index.html\n"
		    "\tHeader set Cache-Control no-cache\n"
		    "%s</Directory>\n",
		    tls->base, tls->trust, tls->trust, tls->headers);
}

#define APACHE_MODULE(name)                                                    \
	"LoadModule " name "_module " WEBSERVER_APACHE_MODULES "/mod_" name    \
	".so\n"

/* What both ways of running the handlers have in common. */
#define APACHE                                                                 \
	.template = "apache", .program = "apache2",                            \
	.packages = "apache2-bin libapache2-mod-xsendfile",                    \
	.run = { "-D", "FOREGROUND", "-f", WEBSERVER_CONF },                   \
	.check = { "-t", "-f", WEBSERVER_CONF }, .reload = SIGUSR1,            \
	.refuses_root = true, .put_header = apache_header,                     \
	.put_outside = apache_outside, .put_listen = apache_listen,            \
	.tls_modules = APACHE_MODULE("http2") APACHE_MODULE("ssl"),            \
	.put_tls = apache_tls

static const struct webserver apache = {
	APACHE,
	.name = "apache",
	.put_handler = apache_handler,
};

static const struct webserver cgi = {
	APACHE,
	.name = "cgi",
	.is_cgi = true,
	.put_handler = cgi_handler,
};

/* --- all ------------------------------------------------------------------- */

const struct webserver *const webservers[] = { &lighttpd, &nginx, &apache,
	NULL };

const struct webserver *
webserver_find(const char *name)
{
	size_t i;

	for (i = 0; webservers[i] != NULL; i++)
		if (strcmp(webservers[i]->name, name) == 0)
			return webservers[i];
	return strcmp(name, cgi.name) == 0 ? &cgi : NULL;
}

const struct webserver *
webserver_of(const struct settings *settings)
{
	const char *name = settings_text(settings, SETTING_HTTP_WEBSERVER);
	const struct webserver *found = webserver_find(name);

	if (found == NULL)
		die("http.webserver admits %s, which is unknown", name);
	return found;
}

bool
webserver_hears(const struct webserver *server, pid_t pid)
{
	static const char mark[] = "\nSigCgt:\t"; /* in hex, proc(5) */
	unsigned long long caught = 0;
	struct err ignored;
	struct buf text;
	const char *at;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	buf_init(&text, STATUS_MAX);
	if (fs_read(path, &text, &ignored) == 0 &&
	    (at = strstr(text.data, mark)) != NULL)
		caught = strtoull(at + sizeof(mark) - 1, NULL, 16);
	buf_fini(&text);
	return (caught >> (server->reload - 1)) & 1;
}

void
webserver_argv(const char *program, const char *const *args, const char *conf,
    const char **argv)
{
	size_t i;

	argv[0] = program;
	for (i = 0; i < WEBSERVER_ARGS_MAX && args[i] != NULL; i++)
		argv[i + 1] =
		    strcmp(args[i], WEBSERVER_CONF) == 0 ? conf : args[i];
	argv[i + 1] = NULL;
}
