/* What differs between web servers. */
#include "daemon/miauctl/webserver.h"

#include <signal.h>
#include <string.h>

#include "lib/base/log.h"

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

static void
lighttpd_listen(struct buf *out, const struct webserver_listen *listen)
{
	buf_printf(out, "$SERVER[\"socket\"] == \"%s\" {\n}\n", listen->at);
}

static const struct webserver lighttpd = {
	.name = "lighttpd",
	.program = "lighttpd",
	.packages = "lighttpd lighttpd-mod-deflate",
	.run = { "-D", "-f", WEBSERVER_CONF },
	.check = { "-tt", "-f", WEBSERVER_CONF },
	.reload = SIGUSR1,
	.put_handler = lighttpd_handler,
	.put_header = lighttpd_header,
	.put_listen = lighttpd_listen,
};

/* --- nginx ----------------------------------------------------------------- */

/* nginx takes the longest prefix that fits, in whatever order they stand. A
 * stream's address holds its key, which an error line would repeat; a paused
 * player reads nothing for a long time. */
static void
nginx_handler(struct buf *out, const struct webserver_handler *handler)
{
	buf_printf(out, "\t\tlocation %s {\n", handler->prefix);
	if (handler->is_stream)
		buf_puts(out,
		    "\t\t\terror_log /dev/null;\n"
		    "\t\t\tsend_timeout 2h;\n");
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
nginx_listen(struct buf *out, const struct webserver_listen *listen)
{
	buf_printf(out, "\t\tlisten %s backlog=1024%s;\n", listen->at,
	    listen->is_ipv6 ? " ipv6only=on" : "");
}

static const struct webserver nginx = {
	.name = "nginx",
	.program = "nginx",
	.packages = "nginx-light",
	.run = { "-e", "stderr", "-c", WEBSERVER_CONF },
	.check = { "-t", "-q", "-e", "stderr", "-c", WEBSERVER_CONF },
	.reload = SIGHUP,
	.put_handler = nginx_handler,
	.put_header = nginx_header,
	.put_listen = nginx_listen,
};

/* --- Apache ---------------------------------------------------------------- */

/* The name behind "fcgi://" is never looked up; each socket has one of its
 * own, since Apache shares the settings of those that are called the same. */
static void
apache_handler(struct buf *out, const struct webserver_handler *handler)
{
	buf_printf(out,
	    "ProxyPass \"%s\" \"unix:%s|fcgi://miauflix%s\" "
	    "nocanon flushpackets=on disablereuse=on retry=0\n",
	    handler->prefix, handler->socket, handler->prefix);
	if (handler->is_stream)
		buf_printf(out,
		    "<Location \"%s\">\n"
		    "\tLogLevel debug\n"
		    "</Location>\n",
		    handler->prefix);
	if (handler->roots != NULL)
		buf_printf(out,
		    "<Location \"%s\">\n"
		    "\tXSendFile on\n"
		    "\tXSendFilePath \"%s\"\n"
		    "</Location>\n",
		    handler->prefix, handler->roots);
}

static void
apache_header(struct buf *out, const char *name, const char *value)
{
	buf_printf(out, "\tHeader always set %s \"%s\"\n", name, value);
}

static void
apache_listen(struct buf *out, const struct webserver_listen *listen)
{
	buf_printf(out, "Listen %s http\n", listen->at);
}

static const struct webserver apache = {
	.name = "apache",
	.program = "apache2",
	.packages = "apache2-bin libapache2-mod-xsendfile",
	.run = { "-D", "FOREGROUND", "-f", WEBSERVER_CONF },
	.check = { "-t", "-f", WEBSERVER_CONF },
	.reload = SIGUSR1,
	.refuses_root = true,
	.put_handler = apache_handler,
	.put_header = apache_header,
	.put_listen = apache_listen,
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
	return NULL;
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
