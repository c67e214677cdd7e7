/* Runs avahi-publish. */
#include "daemon/miauctl/announce.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/miauctl/prepare.h"
#include "lib/base/fs.h"
#include "lib/base/mem.h"

#define AVAHI_SOCKET "/run/avahi-daemon/socket"

/* avahi-publish ends sooner than this when it is refused. */
enum { ACCEPTED_MS = 1000 };

/* What others reach best; false when nobody is let in on all addresses. */
static bool
find_address(const struct settings *settings, char out[ADDRESS_HOST_MAX])
{
	struct address_list *list;
	const struct address *best;
	char bind[ADDRESS_HOST_MAX];
	struct err ignored;

	if (address_bind(settings, bind, NULL, NULL, &ignored) == -1 ||
	    !address_is_everywhere(bind))
		return false;
	list = mem_calloc(1, sizeof(*list));
	address_find(settings, list);
	best = address_in_house(list);
	if (best != NULL)
		snprintf(out, ADDRESS_HOST_MAX, "%s", best->host);
	free(list);
	return best != NULL;
}

static void
on_lived(uv_timer_t *timer)
{
	struct announce *announce = timer->data;
	struct err err;

	if (part_is_running(&announce->part) &&
	    fs_write(announce->note, "", 0, 0640, &err) == -1)
		output_say(announce->pipe.output, "warn", "avahi.note", "%s",
		    err.text);
}

/* What is not announced is not said to be. */
static void
start(struct part *part)
{
	struct announce *announce = part->data;

	unlink(announce->note);
	part_start(part);
	uv_timer_start(&announce->timer, on_lived, ACCEPTED_MS, 0);
}

void
announce_open(struct announce *announce, const struct ctl *ctl, uv_loop_t *loop,
    struct output *output)
{
	struct part *part = &announce->part;
	struct err err;

	snprintf(announce->note, sizeof(announce->note), "%s/" ADDRESS_NOTE,
	    ctl->paths.state);
	unlink(announce->note);
	if (access(AVAHI_SOCKET, F_OK) == -1 ||
	    !find_address(ctl->settings, announce->address) ||
	    prepare_find_program("avahi-publish", "avahi-utils",
		announce->program, sizeof(announce->program), &err) == -1 ||
	    output_pipe_open(&announce->pipe, output, loop, "avahi", &err) ==
		-1)
		return;
	announce->is_open = true;
	part_init(part, loop, "avahi");
	part->death_signal = SIGTERM;
	part->pipe = &announce->pipe;
	part->argv[0] = announce->program;
	part->argv[1] = "-a";
	part->argv[2] = "-R";
	part->argv[3] = ADDRESS_LOCAL_NAME;
	part->argv[4] = announce->address;
	part->ready = start;
	part->data = announce;
	uv_timer_init(loop, &announce->timer);
	announce->timer.data = announce;
	start(part);
}

void
announce_stop(struct announce *announce, int signal)
{
	if (!announce->is_open)
		return;
	uv_timer_stop(&announce->timer);
	unlink(announce->note);
	part_stop(&announce->part, signal);
}

void
announce_close(struct announce *announce)
{
	if (!announce->is_open)
		return;
	uv_close((uv_handle_t *)&announce->timer, NULL);
	part_close(&announce->part);
	output_pipe_close(&announce->pipe);
}
