/* The web server of the supervised group. */
#include "daemon/miauctl/front.h"

#include <signal.h>
#include <unistd.h>

#include "daemon/miauctl/output.h"
#include "daemon/miauctl/prepare.h"
#include "daemon/miauctl/tls.h"

enum { KEEP_MS = 600 * 1000, AGAIN_MS = 50 };

int
front_find(struct front *front, const struct ctl *ctl,
    const struct webconf_handlers *handlers, struct err *err)
{
	front->server = webserver_of(ctl->settings);
	front->webconf = (struct webconf){
		.server = front->server,
		.paths = &ctl->paths,
		.settings = ctl->settings,
		.programs = ctl->programs,
		.handlers = handlers,
	};
	webconf_path(
	    &ctl->paths, front->server, front->config, sizeof(front->config));
	return prepare_find_program(front->server->program,
	    front->server->packages, front->program, sizeof(front->program),
	    err);
}

int
front_write(const struct front *front, struct err *err)
{
	bool is_new;

	if (tls_keep(front->webconf.paths, front->webconf.settings, &is_new,
		err) == -1)
		return -1;
	return webconf_write(&front->webconf, err);
}

static void
on_keep(uv_timer_t *timer)
{
	struct front *front = timer->data;
	struct output *output = front->pipe.output;
	struct err err;
	bool is_new;

	if (tls_keep(front->webconf.paths, front->webconf.settings, &is_new,
		&err) == -1)
		output_say(output, "error", "tls.renew", "%s", err.text);
	else if (is_new)
		front_reload(front);
}

int
front_open(struct front *front, uv_loop_t *loop, struct output *output,
    struct err *err)
{
	uv_timer_init(loop, &front->keeper);
	front->keeper.data = front;
	uv_timer_start(&front->keeper, on_keep, KEEP_MS, KEEP_MS);
	uv_timer_init(loop, &front->again);
	front->again.data = front;
	part_init(&front->part, loop, front->server->name);
	front->part.death_signal = SIGTERM;
	front->part.pipe = &front->pipe;
	front->part.wants_files = true;
	front->part.hides_root = front->server->refuses_root && geteuid() == 0;
	webserver_argv(front->program, front->server->run, front->config,
	    front->part.argv);
	return output_pipe_open(
	    &front->pipe, output, loop, front->server->name, err);
}

static void tell(struct front *front);

static void
on_again(uv_timer_t *timer)
{
	tell(timer->data);
}

static void
tell(struct front *front)
{
	if (!part_is_running(&front->part))
		return;
	if (!webserver_hears(front->server, front->part.pid)) {
		uv_timer_start(&front->again, on_again, AGAIN_MS, 0);
		return;
	}
	output_say(front->pipe.output, "info", "web.reload",
	    "The web server reads its configuration anew.");
	kill(front->part.pid, front->server->reload);
}

void
front_reload(struct front *front)
{
	struct err err;

	if (front_write(front, &err) == -1)
		output_say(
		    front->pipe.output, "error", "web.config", "%s", err.text);
	else
		tell(front);
}

void
front_close(struct front *front)
{
	part_close(&front->part);
	uv_close((uv_handle_t *)&front->keeper, NULL);
	uv_close((uv_handle_t *)&front->again, NULL);
}
