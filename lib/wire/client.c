/*
 * The calling side of the socket protocol: blocking calls with deadlines, for
 * handlers and miauctl.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/wire/line.h"
#include "lib/wire/wire.h"

enum { CONNECT_S = 2, KEPT_MAX = 1024 };

struct wire_client {
	int fd;
	int64_t last_id;
	struct wire_lines lines;
	struct json_object *kept; /* array: notifications not yet asked for */
	bool is_broken;
};

static int
daemon_down(struct err *err, const char *how)
{
	return err_set(
	    err, ERR_DAEMON_DOWN, "The media service is not there: %s.", how);
}

int
wire_connect(const char *path, struct err *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct timeval wait = { .tv_sec = CONNECT_S };
	int fd;

	if (strlen(path) >= sizeof(address.sun_path))
		return daemon_down(err, "the socket's path is too long");
	memcpy(address.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return daemon_down(err, strerror(errno));
	/* Bounds the wait for a place in the backlog of a hanging miaud. */
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	daemon_down(
	    err, errno == EAGAIN ? "it does not answer" : strerror(errno));
	close(fd);
	return -1;
}

/* Waits for events until the deadline (monotonic ms, -1: for ever). */
static int
wait_for(
    struct wire_client *client, short events, int64_t deadline, struct err *err)
{
	struct pollfd poll_fd = { .fd = client->fd, .events = events };
	int64_t left = -1;
	int n;

	for (;;) {
		if (deadline != -1) {
			left = deadline - clock_mono_ms();
			if (left < 0)
				left = 0;
		}
		n = poll(&poll_fd, 1, left > INT_MAX ? INT_MAX : (int)left);
		if (n > 0)
			return 0;
		if (n == 0)
			return err_set(err, ERR_TIMEOUT,
			    "The media service did not answer in time.");
		if (errno != EINTR)
			return daemon_down(err, strerror(errno));
	}
}

/* Marks the connection as of no more use. */
static int
broken(struct wire_client *client, struct err *err, const char *how)
{
	client->is_broken = true;
	return daemon_down(err, how);
}

static int
send_all(struct wire_client *client, const struct buf *buf, int64_t deadline,
    struct err *err)
{
	size_t sent = 0;
	ssize_t n;

	while (sent < buf->len) {
		n = send(client->fd, buf->data + sent, buf->len - sent,
		    MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n >= 0) {
			sent += (size_t)n;
			continue;
		}
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN)
			return broken(client, err, strerror(errno));
		if (wait_for(client, POLLOUT, deadline, err) == -1) {
			/* Half a line was sent: nothing can follow it. */
			client->is_broken = client->is_broken || sent > 0;
			return -1;
		}
	}
	return 0;
}

/* Reads some bytes into the lines. */
static int
receive(struct wire_client *client, int64_t deadline, struct err *err)
{
	size_t room;
	ssize_t n;
	char *at;

	for (;;) {
		if (wait_for(client, POLLIN, deadline, err) == -1)
			return -1;
		at = wire_lines_room(&client->lines, &room);
		n = recv(client->fd, at, room, MSG_DONTWAIT);
		if (n > 0) {
			wire_lines_added(&client->lines, (size_t)n);
			return 0;
		}
		if (n == 0)
			return broken(client, err, "it closed the connection");
		if (errno != EINTR && errno != EAGAIN)
			return broken(client, err, strerror(errno));
	}
}

/* The next message, waiting for it. */
static int
next_message(struct wire_client *client, int64_t deadline,
    struct wire_message *message, struct err *err)
{
	const char *line;
	size_t len;
	int got;

	while ((got = wire_lines_next(&client->lines, &line, &len)) == 0)
		if (receive(client, deadline, err) == -1)
			return -1;
	if (got == -1) {
		client->is_broken = true;
		return err_set(err, ERR_PROTOCOL,
		    "The media service sent a line that is too long.");
	}
	if (wire_message_parse(line, len, message, err) == 0)
		return 0;
	wire_message_free(message);
	client->is_broken = true;
	err->code = ERR_PROTOCOL;
	return -1;
}

struct wire_client *
wire_open(const char *path, int timeout_ms, struct err *err)
{
	struct wire_client *client;
	struct json_object *hello, *answer = NULL;
	int fd;

	fd = wire_connect(path, err);
	if (fd == -1)
		return NULL;
	client = mem_calloc(1, sizeof(*client));
	client->fd = fd;
	client->kept = json_object_new_array();
	wire_lines_init(&client->lines);
	hello = json_object_new_object();
	json_add_text(hello, "version", MIAU_VERSION);
	json_add_int(hello, "protocol", WIRE_VERSION);
	if (wire_call(client, "hello", hello, timeout_ms, &answer, err) == -1)
		goto err;
	if (json_get_int(answer, "protocol", 0) != WIRE_VERSION) {
		err_set(err, ERR_VERSION_MISMATCH,
		    "This program is of version %s, the media service of "
		    "version %s; start both anew.",
		    MIAU_VERSION, json_get_text(answer, "version", "?"));
		goto err;
	}
	json_object_put(answer);
	return client;
err:
	json_object_put(answer);
	wire_close(client);
	return NULL;
}

void
wire_close(struct wire_client *client)
{
	if (client == NULL)
		return;
	close(client->fd);
	wire_lines_fini(&client->lines);
	json_object_put(client->kept);
	free(client);
}

int
wire_fd(const struct wire_client *client)
{
	return client->fd;
}

/* Keeps a notification for wire_next. */
static int
keep(struct wire_client *client, const struct wire_message *message,
    struct err *err)
{
	if (json_object_array_length(client->kept) >= KEPT_MAX)
		return broken(client, err, "its news were not read");
	if (strcmp(message->method, "event") == 0)
		json_object_array_add(
		    client->kept, json_object_get(message->params));
	return 0;
}

/* Sends a request (id > 0) or a notification. params is taken. */
static int
send_request(struct wire_client *client, int64_t id, const char *method,
    struct json_object *params, int64_t deadline, struct err *err)
{
	struct buf buf;
	int result;

	buf_init(&buf, WIRE_LINE_MAX + 1);
	if (client->is_broken)
		result = daemon_down(err, "the connection is broken");
	else if (wire_put_request(&buf, id, method, params) == -1)
		result = err_set(
		    err, ERR_BODY_TOO_LARGE, "The request is too large.");
	else
		result = send_all(client, &buf, deadline, err);
	json_object_put(params);
	buf_fini(&buf);
	return result;
}

/* What a response to our request says; result is given to the caller. */
static int
take_result(const struct wire_message *message, struct json_object **result,
    struct err *err)
{
	if (message->error != NULL)
		return wire_error_read(message->error, err);
	*result = json_object_get(message->result);
	return 0;
}

int
wire_call(struct wire_client *client, const char *method,
    struct json_object *params, int timeout_ms, struct json_object **result,
    struct err *err)
{
	int64_t deadline = clock_mono_ms() + timeout_ms;
	int64_t id = ++client->last_id;
	struct wire_message message;
	int outcome;

	*result = NULL;
	if (send_request(client, id, method, params, deadline, err) == -1)
		return -1;
	for (;;) {
		if (next_message(client, deadline, &message, err) == -1)
			return -1;
		outcome = 0;
		if (message.kind == WIRE_NOTIFICATION)
			outcome = keep(client, &message, err);
		else if (message.kind == WIRE_RESPONSE &&
		    (message.id == NULL ||
			json_object_get_int64(message.id) == id)) {
			outcome = take_result(&message, result, err);
			wire_message_free(&message);
			return outcome;
		}
		/* Else the late answer to a call that timed out. */
		wire_message_free(&message);
		if (outcome == -1)
			return -1;
	}
}

int
wire_notify(struct wire_client *client, const char *method,
    struct json_object *params, struct err *err)
{
	return send_request(
	    client, 0, method, params, clock_mono_ms() + CONNECT_S * 1000, err);
}

/* The oldest of the kept ones, or NULL. */
static struct json_object *
take_kept(struct wire_client *client)
{
	struct json_object *first;

	if (json_object_array_length(client->kept) == 0)
		return NULL;
	first = json_object_get(json_object_array_get_idx(client->kept, 0));
	json_object_array_del_idx(client->kept, 0, 1);
	return first;
}

struct json_object *
wire_next(struct wire_client *client, int timeout_ms, struct err *err)
{
	int64_t deadline = timeout_ms == -1 ? -1 : clock_mono_ms() + timeout_ms;
	struct json_object *first;
	struct wire_message message;
	int outcome;

	while ((first = take_kept(client)) == NULL) {
		if (client->is_broken) {
			daemon_down(err, "the connection is broken");
			return NULL;
		}
		if (next_message(client, deadline, &message, err) == -1)
			return NULL;
		outcome = 0;
		if (message.kind == WIRE_NOTIFICATION)
			outcome = keep(client, &message, err);
		wire_message_free(&message);
		if (outcome == -1)
			return NULL;
	}
	return first;
}

int
wire_call_once(const char *path, const char *method, struct json_object *params,
    int timeout_ms, struct json_object **result, struct err *err)
{
	struct wire_client *client;
	int outcome;

	*result = NULL;
	client = wire_open(path, timeout_ms, err);
	if (client == NULL) {
		json_object_put(params);
		return -1;
	}
	outcome = wire_call(client, method, params, timeout_ms, result, err);
	wire_close(client);
	return outcome;
}

void
wire_add_actor(struct json_object *params, const struct wire_actor *actor)
{
	struct json_object *object = json_object_new_object();

	json_add_text(object, "userId", actor->user_id);
	json_add_text(object, "sessionId", actor->session_id);
	json_add_text(object, "profileId", actor->profile_id);
	json_add_text(object, "role", actor->role);
	json_add_text(object, "requestId", actor->request_id);
	json_add_text(object, "address", actor->address);
	json_add(params, "_actor", object);
}
