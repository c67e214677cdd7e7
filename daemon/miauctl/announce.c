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
	part_start(part);
	if (fs_write(announce->note, "", 0, 0640, &err) == -1)
		output_say(output, "warn", "avahi.note", "%s", err.text);
}

void
announce_stop(struct announce *announce, int signal)
{
	if (!announce->is_open)
		return;
	unlink(announce->note);
	part_stop(&announce->part, signal);
}

void
announce_close(struct announce *announce)
{
	if (!announce->is_open)
		return;
	part_close(&announce->part);
	output_pipe_close(&announce->pipe);
}
