/*
 * `miauctl webserver`, `completion`, `manual`, `version`: texts for other
 * programs.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "daemon/miauctl/command.h"
#include "daemon/miauctl/prepare.h"
#include "daemon/miauctl/tls.h"
#include "daemon/miauctl/webconf.h"
#include "lib/base/clock.h"
#include "lib/base/fs.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

enum {
	OUTPUT_MAX = 4 * 1024 * 1024,
	RELOAD_MS = 60 * 1000,
};

static void
print_text(struct buf *text)
{
	fwrite(text->data, 1, text->len, stdout);
	buf_fini(text);
}

/* --- webserver ------------------------------------------------------------ */

/* A web server of miauflix-web.service, which has a folder of its own. */
struct unit {
	const struct webserver *server;
	char program[PATHS_MAX], path[PATHS_MAX + 32];
};

static int
find_unit(struct unit *unit, const struct webserver *server, struct err *err)
{
	const char *own = getenv(WEBCONF_OWN);

	if (own == NULL)
		return err_set(err, ERR_BAD_REQUEST,
		    "--run and --reload are for miauflix-web.service, which "
		    "gives the web server a folder (" WEBCONF_OWN ").");
	unit->server = server;
	snprintf(
	    unit->path, sizeof(unit->path), "%s/%s.conf", own, server->name);
	return prepare_find_program(server->program, server->packages,
	    unit->program, sizeof(unit->program), err);
}

/* Writes the configuration and becomes the web server. */
static int
become_webserver(
    const struct unit *unit, const struct buf *conf, struct err *err)
{
	const char *argv[WEBSERVER_ARGS_MAX + 2];

	if (fs_write(unit->path, conf->data, conf->len, 0640, err) == -1)
		return -1;
	webserver_argv(unit->program, unit->server->run, unit->path, argv);
	execv(unit->program, (char *const *)argv);
	return err_errno(err, ERR_IO, "Cannot start %s", unit->program);
}

/* A web server that cannot read its certificate ends. One that was made here may
 * have ended, as long as nobody has made another. */
static int
check_tls(const struct ctl *ctl, struct err *err)
{
	struct tls *tls = mem_calloc(1, sizeof(*tls));
	int result = 0;

	tls_find(&ctl->paths, ctl->settings, tls);
	if (tls->kind == TLS_GIVEN)
		result = tls_check(tls, err);
	else if (tls->kind == TLS_MADE)
		result = cert_check_key(tls->certificate, tls->key, err);
	free(tls);
	return result;
}

/* Waits while it is still doing what it was told the last time. */
static int
wait_to_hear(const struct unit *unit, pid_t pid, struct err *err)
{
	const struct timespec pause = { .tv_nsec = 20 * 1000 * 1000 };
	int64_t end_ms = clock_mono_ms() + RELOAD_MS;

	while (!webserver_hears(unit->server, pid)) {
		if (clock_mono_ms() >= end_ms)
			return err_set(err, ERR_IO,
			    "%s (process %d) does not listen to signals.",
			    unit->server->name, (int)pid);
		nanosleep(&pause, NULL);
	}
	return 0;
}

/* Has the one that runs, process $MAINPID, read its configuration anew. */
static int
reload_webserver(
    const struct unit *unit, const struct buf *conf, struct err *err)
{
	const char *main_pid = getenv("MAINPID");
	int64_t pid;

	if (main_pid == NULL || !str_to_int64(main_pid, 2, INT32_MAX, &pid))
		return err_set(err, ERR_BAD_REQUEST,
		    "MAINPID must name the web server's process.");
	if (!fs_exists(unit->path))
		return err_set(err, ERR_SETTING_INVALID,
		    "Another web server than %s runs: restart it.",
		    unit->server->name);
	if (wait_to_hear(unit, (pid_t)pid, err) == -1 ||
	    fs_write(unit->path, conf->data, conf->len, 0640, err) == -1)
		return -1;
	if (kill((pid_t)pid, unit->server->reload) == -1)
		return err_errno(
		    err, ERR_IO, "Cannot tell process %s", main_pid);
	return 0;
}

static int
run_unit(struct ctl *ctl, const struct webserver *server, bool is_reload,
    const struct buf *conf)
{
	struct unit *unit = mem_calloc(1, sizeof(*unit));
	struct err err;
	int result = find_unit(unit, server, &err);

	if (result == 0)
		result = check_tls(ctl, &err);
	if (result == 0)
		result = is_reload ? reload_webserver(unit, conf, &err)
				   : become_webserver(unit, conf, &err);
	free(unit);
	return result == 0 ? CTL_OK : ctl_fail(ctl, &err);
}

static int
run_webserver(struct ctl *ctl, const struct args *args)
{
	const char *name = args->n_words > 0
	    ? args->word[0]
	    : settings_text(ctl->settings, SETTING_HTTP_WEBSERVER);
	struct webconf_handlers names;
	struct webconf webconf = {
		.server = webserver_find(name),
		.paths = &ctl->paths,
		.settings = ctl->settings,
		.programs = ctl->programs,
		.handlers = &names,
	};
	struct buf conf;
	struct err err;
	int code = CTL_OK;

	if (webconf.server == NULL)
		return ctl_refuse(ctl,
		    "There is no web server \"%s\" here: lighttpd, nginx, "
		    "apache, or cgi.",
		    name);
	if (webconf.server->is_cgi && paths_are_installed())
		return ctl_refuse(ctl,
		    "An installation has no plain CGI: the web server's user "
		    "would run the handlers, which need keys and database.");
	buf_init(&conf, OUTPUT_MAX);
	if (webconf_handlers_find(ctl->programs, &names, &err) == -1 ||
	    webconf_make(&webconf, &conf, &err) == -1)
		code = ctl_fail(ctl, &err);
	else if (args_has(args, "run") || args_has(args, "reload"))
		code = run_unit(
		    ctl, webconf.server, args_has(args, "reload"), &conf);
	else
		fwrite(conf.data, 1, conf.len, stdout);
	buf_fini(&conf);
	return code;
}

static const struct option webserver_options[] = {
	{ .name = "run",
	    .help =
		"Become the web server: what miauflix-web.service starts." },
	{ .name = "reload",
	    .help = "Have that one read its configuration anew." },
	{ 0 },
};

const struct command command_webserver = {
	.name = "webserver",
	.words = "[NAME]",
	.max_words = 1,
	.options = webserver_options,
	.complete = "lighttpd|nginx|apache|cgi",
	.summary = "Print the web server's configuration for this installation",
	.help =
	    "NAME is lighttpd, nginx or apache; without it the one of "
	    "http.webserver (MIAU_WEBSERVER). `miauctl up` writes and uses "
	    "the same by itself. cgi is Apache with plain CGI, which starts "
	    "a program for each request and has neither streams nor "
	    "events; it is for a checkout, where all is one user.",
	.run = run_webserver,
};

/* --- completion, manual, version ------------------------------------------ */

static int
run_bash(struct ctl *ctl UNUSED, const struct args *args UNUSED)
{
	struct buf text;

	buf_init(&text, OUTPUT_MAX);
	command_put_completion(&text);
	print_text(&text);
	return CTL_OK;
}

static const struct command completion_bash = {
	.name = "bash",
	.summary = "Print the completion script for bash",
	.help = "Into ~/.bashrc: eval \"$(miauctl completion bash)\"",
	.run = run_bash,
};

static const struct command *const completion_subs[] = { &completion_bash,
	NULL };

const struct command command_completion = {
	.name = "completion",
	.summary = "Completion of commands in the shell",
	.subs = completion_subs,
};

static int
run_manual(struct ctl *ctl UNUSED, const struct args *args UNUSED)
{
	struct buf text;

	buf_init(&text, OUTPUT_MAX);
	command_put_manual(&text);
	print_text(&text);
	return CTL_OK;
}

const struct command command_manual = {
	.name = "manual",
	.summary = "Print the manual page in roff",
	.help = "To read it: miauctl manual | man -l -",
	.run = run_manual,
};

static int
run_version(struct ctl *ctl, const struct args *args UNUSED)
{
	struct json_object *out;

	if (!ctl->is_json) {
		puts("miauflix " MIAU_VERSION);
		return CTL_OK;
	}
	out = json_object_new_object();
	json_add_text(out, "version", MIAU_VERSION);
	return ctl_print(ctl, out);
}

const struct command command_version = {
	.name = "version",
	.summary = "Print the version",
	.run = run_version,
};
