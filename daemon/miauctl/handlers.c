/* Starts handlers when connections wait at their sockets. */
#include "daemon/miauctl/handlers.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/base/mem.h"

enum {
	BACKLOG = 4096,
	BATCH = 16,
	LOOK_MS = 1000, /* how often waiting connections are looked for */
	PATIENCE = 2,   /* looks until a second process is started */
};

static void
arm(struct handler_slot *slot)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = slot };

	if (slot->is_armed || slot->all->is_stopping)
		return;
	if (epoll_ctl(slot->all->epoll_fd, EPOLL_CTL_ADD, slot->listen_fd,
		&event) == 0)
		slot->is_armed = true;
}

static void
disarm(struct handler_slot *slot)
{
	if (slot->is_armed)
		epoll_ctl(
		    slot->all->epoll_fd, EPOLL_CTL_DEL, slot->listen_fd, NULL);
	slot->is_armed = false;
}

static bool
has_waiting(const struct handler_slot *slot)
{
	struct pollfd waiting = { .fd = slot->listen_fd, .events = POLLIN };

	return poll(&waiting, 1, 0) == 1;
}

/* Queues up behind all that wait, and says at once that there is no request. */
static void
queue_up(struct handler_slot *slot)
{
	slot->n_looks = 0;
	slot->turn_fd =
	    socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (slot->turn_fd == -1)
		return;
	if (connect(slot->turn_fd, (struct sockaddr *)&slot->address,
		sizeof(slot->address)) == -1 ||
	    shutdown(slot->turn_fd, SHUT_WR) == -1) {
		close(slot->turn_fd); /* the queue is full; next time */
		slot->turn_fd = -1;
	}
}

static void
leave_queue(struct handler_slot *slot)
{
	if (slot->turn_fd != -1)
		close(slot->turn_fd);
	slot->turn_fd = -1;
}

/* Whoever takes our connection closes it. */
static bool
has_had_turn(const struct handler_slot *slot)
{
	struct pollfd turn = { .fd = slot->turn_fd, .events = POLLIN };

	return poll(&turn, 1, 0) == 1;
}

static bool
is_stuck(struct handler_slot *slot)
{
	if (slot->turn_fd == -1) {
		if (has_waiting(slot))
			queue_up(slot);
		return false;
	}
	if (has_had_turn(slot)) {
		leave_queue(slot);
		return false;
	}
	if (++slot->n_looks < PATIENCE)
		return false;
	slot->n_looks = 0;
	return true;
}

static void
on_look(uv_timer_t *timer)
{
	struct handlers *handlers = timer->data;
	struct handler_slot *slot;
	size_t i, n_running = 0;

	for (i = 0; i < handlers->n; i++) {
		slot = &handlers->slot[i];
		if (!part_is_running(&slot->process[0]) &&
		    !part_is_running(&slot->process[1]))
			continue;
		n_running++;
		if (!is_stuck(slot))
			continue;
		part_start(&slot->process[0]);
		part_start(&slot->process[1]);
	}
	if (n_running == 0)
		uv_timer_stop(timer);
}

static void
start(struct handler_slot *slot, struct part *process)
{
	struct handlers *handlers = slot->all;

	disarm(slot);
	part_start(process);
	if (!uv_is_active((uv_handle_t *)&handlers->timer))
		uv_timer_start(&handlers->timer, on_look, LOOK_MS, LOOK_MS);
}

static void
on_connections(uv_poll_t *poll, int status, int events UNUSED)
{
	struct handlers *handlers = poll->data;
	struct epoll_event waiting[BATCH];
	struct handler_slot *slot;
	int i, n;

	if (status != 0)
		return;
	n = epoll_wait(handlers->epoll_fd, waiting, BATCH, 0);
	for (i = 0; i < n; i++) {
		slot = waiting[i].data.ptr;
		start(slot, &slot->process[0]);
	}
}

/* A process has ended, and its pause is over: the next connection, which may
 * wait already, starts it again. */
static void
on_ready(struct part *process)
{
	struct handler_slot *slot = process->data;
	int i;

	for (i = 0; i < HANDLER_PROCESSES; i++)
		if (part_is_running(&slot->process[i]))
			return;
	arm(slot);
}

static int
bind_socket(const char *path, struct sockaddr_un *address, struct err *err)
{
	int fd;

	address->sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(address->sun_path))
		return err_set(err, ERR_SETTING_INVALID,
		    "%s is too long for a socket.", path);
	memcpy(address->sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return err_errno(err, ERR_INTERNAL, "Cannot make a socket");
	unlink(path);
	if (bind(fd, (struct sockaddr *)address, sizeof(*address)) == -1 ||
	    chmod(path, 0660) == -1 || listen(fd, BACKLOG) == -1) {
		err_errno(err, ERR_IO, "Cannot listen at %s", path);
		close(fd);
		return -1;
	}
	return fd;
}

static int
open_slot(struct handlers *handlers, struct handler_slot *slot,
    const struct paths *paths, const char *programs, const char *name,
    struct err *err)
{
	char socket_name[WEBCONF_NAME_MAX + 16], path[PATHS_MAX];
	int i;

	slot->all = handlers;
	slot->listen_fd = slot->turn_fd = -1;
	for (i = 0; i < HANDLER_PROCESSES; i++) {
		part_init(&slot->process[i], handlers->loop, name);
		slot->process[i].argv[0] = slot->program;
		slot->process[i].pipe = &slot->pipe;
		slot->process[i].ready = on_ready;
		slot->process[i].data = slot;
	}
	if ((size_t)snprintf(slot->program, sizeof(slot->program),
		"%s/cgi/%s.fcgi", programs, name) >= sizeof(slot->program))
		return err_set(
		    err, ERR_SETTING_INVALID, "%s is too long.", programs);
	snprintf(socket_name, sizeof(socket_name), "cgi/%s.sock", name);
	if (paths_socket(paths, socket_name, path, sizeof(path), err) == -1)
		return -1;
	slot->listen_fd = bind_socket(path, &slot->address, err);
	if (slot->listen_fd == -1 ||
	    output_pipe_open(&slot->pipe, handlers->output, handlers->loop,
		slot->process[0].name, err) == -1)
		return -1;
	for (i = 0; i < HANDLER_PROCESSES; i++)
		slot->process[i].input_fd = slot->listen_fd;
	arm(slot);
	return 0;
}

int
handlers_open(struct handlers *handlers, uv_loop_t *loop, struct output *output,
    const struct paths *paths, const char *programs,
    const struct webconf_handlers *names, struct err *err)
{
	size_t i;

	memset(handlers, 0, sizeof(*handlers));
	handlers->loop = loop;
	handlers->output = output;
	handlers->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (handlers->epoll_fd == -1)
		return err_errno(err, ERR_INTERNAL, "Cannot watch sockets");
	uv_poll_init(loop, &handlers->poll, handlers->epoll_fd);
	handlers->poll.data = handlers;
	uv_timer_init(loop, &handlers->timer);
	handlers->timer.data = handlers;
	handlers->slot = mem_calloc(names->n, sizeof(*handlers->slot));
	for (i = 0; i < names->n; i++) {
		handlers->n++;
		if (open_slot(handlers, &handlers->slot[i], paths, programs,
			names->name[i], err) == -1) {
			handlers_close(handlers);
			return -1;
		}
	}
	uv_poll_start(&handlers->poll, UV_READABLE, on_connections);
	return 0;
}

/* It is nobody's successor any more: its place is free for another. */
static void
let_leave(struct handlers *handlers, struct part *process)
{
	struct handler_leaver *leaver = mem_calloc(1, sizeof(*leaver));

	leaver->pid = process->pid;
	snprintf(leaver->name, sizeof(leaver->name), "%s", process->name);
	leaver->next = handlers->leavers;
	handlers->leavers = leaver;
	kill(process->pid, SIGTERM);
	process->pid = 0;
}

size_t
handlers_renew(struct handlers *handlers)
{
	struct handler_slot *slot;
	size_t i, n = 0;
	int j;

	for (i = 0; i < handlers->n; i++) {
		slot = &handlers->slot[i];
		for (j = 0; j < HANDLER_PROCESSES; j++) {
			if (!part_is_running(&slot->process[j]))
				continue;
			let_leave(handlers, &slot->process[j]);
			n++;
		}
		leave_queue(slot);
		arm(slot);
	}
	return n;
}

/* True when it was one of those that leave. */
static bool
has_left(struct handlers *handlers, pid_t pid, int status)
{
	struct handler_leaver **at = &handlers->leavers, *gone;

	while (*at != NULL && (*at)->pid != pid)
		at = &(*at)->next;
	gone = *at;
	if (gone == NULL)
		return false;
	*at = gone->next;
	part_say_left(gone->name, handlers->output, status);
	free(gone);
	return true;
}

bool
handlers_ended(struct handlers *handlers, pid_t pid, int status)
{
	size_t i;
	int j;

	if (has_left(handlers, pid, status))
		return true;
	for (i = 0; i < handlers->n; i++)
		for (j = 0; j < HANDLER_PROCESSES; j++)
			if (handlers->slot[i].process[j].pid == pid) {
				part_ended(
				    &handlers->slot[i].process[j], status);
				return true;
			}
	return false;
}

void
handlers_stop(struct handlers *handlers, int signal)
{
	struct handler_leaver *leaver;
	size_t i;
	int j;

	handlers->is_stopping = true;
	for (leaver = handlers->leavers; leaver != NULL; leaver = leaver->next)
		kill(leaver->pid, signal);
	uv_timer_stop(&handlers->timer);
	uv_poll_stop(&handlers->poll);
	for (i = 0; i < handlers->n; i++) {
		disarm(&handlers->slot[i]);
		for (j = 0; j < HANDLER_PROCESSES; j++)
			part_stop(&handlers->slot[i].process[j], signal);
	}
}

size_t
handlers_running(const struct handlers *handlers)
{
	const struct handler_leaver *leaver;
	size_t i, n = 0;
	int j;

	for (leaver = handlers->leavers; leaver != NULL; leaver = leaver->next)
		n++;
	for (i = 0; i < handlers->n; i++)
		for (j = 0; j < HANDLER_PROCESSES; j++)
			if (part_is_running(&handlers->slot[i].process[j]))
				n++;
	return n;
}

static void
close_slot(struct handler_slot *slot)
{
	int i;

	disarm(slot);
	leave_queue(slot);
	if (slot->listen_fd != -1) {
		unlink(slot->address.sun_path);
		close(slot->listen_fd);
	}
	for (i = 0; i < HANDLER_PROCESSES; i++)
		part_close(&slot->process[i]);
	output_pipe_close(&slot->pipe);
}

void
handlers_close(struct handlers *handlers)
{
	size_t i;

	for (i = 0; i < handlers->n; i++)
		close_slot(&handlers->slot[i]);
	uv_close((uv_handle_t *)&handlers->poll, NULL);
	uv_close((uv_handle_t *)&handlers->timer, NULL);
	close(handlers->epoll_fd);
}

void
handlers_free(struct handlers *handlers)
{
	free(handlers->slot);
	handlers->slot = NULL;
	handlers->n = 0;
}
