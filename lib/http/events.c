/*
 * The thread that writes to all listeners. It alone touches them; request
 * threads hand theirs over through a list and a wake-up.
 */
#include "lib/http/events.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"
#include "lib/http/listeners.h"
#include "lib/http/server.h"

enum {
	KEPT = 1024,
	/* Of miaud's ring, a little less than all: it moves meanwhile. */
	WANTED = 1000,
	LISTENERS_MAX = 4000,
	FILES_MAX = 8192,
	BATCH = 64,
	TICK_MS = 1000,
	HEARTBEAT_MS = 15000,
	CALL_MS = 2000,
	BOOT_MAX = 48,
};

#define GREETING "retry: 2000\n\n"
#define HEARTBEAT ":\n\n"
#define EXPIRED "event: session\ndata: {\"reason\":\"expired\"}\n\n"
#define REVOKED "event: session\ndata: {\"reason\":\"revoked\"}\n\n"
#define RESET "event: reset\ndata: {}\n\n"

struct http_events {
	struct http_server *server;
	pthread_t thread;
	int epoll_fd;
	int wake_fd;

	atomic_bool is_stopping;
	pthread_mutex_t lock; /* for the following two */
	struct listener *fresh;
	int n_all;

	/* the thread's own */
	struct listener **listeners;
	int n_listeners;
	int64_t next_heartbeat;
	struct wire_client *wire;
	int64_t connected_at;
	char boot[BOOT_MAX];
	bool is_synced;   /* the ring holds all it should */
	int64_t sync_n;   /* what it should hold */
	int64_t oldest_n; /* first event that is known */
	int64_t newest_n;
	struct heard ring[KEPT];
};

static void
wake(struct http_events *events)
{
	uint64_t one = 1;

	if (write(events->wake_fd, &one, sizeof(one)) == -1 && errno != EAGAIN)
		die("eventfd: %s", strerror(errno));
}

static void
watch(struct http_events *events, int fd, uint32_t what, void *who)
{
	struct epoll_event event = { .events = what, .data.ptr = who };

	if (epoll_ctl(events->epoll_fd, EPOLL_CTL_ADD, fd, &event) == -1)
		log_warn("events.watch", "%s", strerror(errno));
}

/* Takes a listener out of the list, whose last takes its place. */
static void
drop(struct http_events *events, int i, bool properly)
{
	listener_free(events->listeners[i], properly);
	events->listeners[i] = events->listeners[--events->n_listeners];
	pthread_mutex_lock(&events->lock);
	events->n_all--;
	pthread_mutex_unlock(&events->lock);
}

/* The last that a listener hears. */
static void
say_goodbye(struct http_events *events, int i, const char *text)
{
	drop(events, i,
	    listener_write(events->listeners[i], text, strlen(text)));
}

static void
tell_all(struct http_events *events, const char *text)
{
	int i;

	for (i = events->n_listeners - 1; i >= 0; i--)
		if (!listener_write(events->listeners[i], text, strlen(text)))
			drop(events, i, false);
}

/* "<boot>-<n>" of this boot into *n. */
static bool
parse_id(const struct http_events *events, const char *id, int64_t *n)
{
	const char *number = str_after(id, events->boot);

	return events->boot[0] != '\0' && number != NULL && number[0] == '-' &&
	    str_to_int64(number + 1, 0, INT64_MAX, n);
}

/* What a listener missed since its id; false when it has to be dropped. */
static bool
catch_up(struct http_events *events, struct listener *listener)
{
	const struct heard *heard;
	int64_t n;

	listener->is_pending = false;
	if (listener->since[0] == '\0')
		return true;
	if (!parse_id(events, listener->since, &n) ||
	    n < events->oldest_n - 1 || n > events->newest_n)
		return listener_write(listener, RESET, sizeof(RESET) - 1);
	while (++n <= events->newest_n) {
		heard = &events->ring[n % KEPT];
		if (heard->n == n && listener_wants(listener, heard) &&
		    !listener_tell(listener, heard))
			return false;
	}
	return true;
}

static void
catch_up_all(struct http_events *events)
{
	int i;

	if (!events->is_synced)
		return;
	for (i = events->n_listeners - 1; i >= 0; i--)
		if (events->listeners[i]->is_pending &&
		    !catch_up(events, events->listeners[i]))
			drop(events, i, false);
}

static void
take_fresh(struct http_events *events)
{
	struct listener *listener, *next;
	uint64_t count;

	if (read(events->wake_fd, &count, sizeof(count)) == -1 &&
	    errno != EAGAIN)
		die("eventfd: %s", strerror(errno));
	pthread_mutex_lock(&events->lock);
	listener = events->fresh;
	events->fresh = NULL;
	pthread_mutex_unlock(&events->lock);
	for (; listener != NULL; listener = next) {
		next = listener->next;
		listener->is_pending = true;
		events->listeners[events->n_listeners++] = listener;
		watch(events, listener->fd, EPOLLRDHUP, listener);
	}
	catch_up_all(events);
}

/* An event ends what it tells the end of. */
static bool
is_end(const struct heard *heard)
{
	return heard->audience == HEARD_BY_SESSION &&
	    strcmp(heard->topic, "session") == 0;
}

static void
broadcast(struct http_events *events, const struct heard *heard)
{
	struct listener *listener;
	int i;

	for (i = events->n_listeners - 1; i >= 0; i--) {
		listener = events->listeners[i];
		if (listener->is_pending || !listener_wants(listener, heard))
			continue;
		if (!listener_tell(listener, heard))
			drop(events, i, false);
		else if (is_end(heard))
			drop(events, i, true);
	}
}

/* Keeps and passes on one notification. */
static void
hear(struct http_events *events, struct json_object *params)
{
	const char *id = json_get_text(params, "id", "");
	struct heard *heard;
	int64_t n;

	if (!parse_id(events, id, &n) || n <= events->newest_n ||
	    json_get_object(params, "data") == NULL)
		return;
	heard = &events->ring[n % KEPT];
	heard_fill(heard, n, params);
	events->newest_n = n;
	if (events->oldest_n <= n - KEPT)
		events->oldest_n = n - KEPT + 1;
	broadcast(events, heard);
}

static void
hear_all(struct http_events *events)
{
	struct json_object *params;
	struct err err = { .code = ERR_NONE };

	while ((params = wire_next(events->wire, 0, &err)) != NULL) {
		hear(events, params);
		json_object_put(params);
	}
	if (!events->is_synced && events->newest_n >= events->sync_n) {
		events->is_synced = true;
		catch_up_all(events);
	}
	if (err.code == ERR_TIMEOUT)
		return;
	log_warn("events.lost", "%s", err.text);
	/* Closing takes it out of the poll set. */
	wire_close(events->wire);
	events->wire = NULL;
}

/* One subscription; NULL when miaud is not there. */
static struct wire_client *
subscribe(struct http_events *events, const char *since, bool *reset,
    char newest[LISTENER_ID_MAX])
{
	struct json_object *params = json_object_new_object(), *result;
	struct wire_client *wire = NULL;
	char path[PATHS_MAX];
	struct err err;

	json_add_text(params, "since", since);
	if (paths_socket(&events->server->paths, WIRE_SOCKET_HANDLERS, path,
		sizeof(path), &err) == 0)
		wire = wire_open(path, CALL_MS, &err);
	if (wire == NULL) {
		json_object_put(params);
		return NULL;
	}
	if (wire_call(wire, "events.subscribe", params, CALL_MS, &result,
		&err) == -1) {
		log_warn("events.refused", "%s", err.text);
		wire_close(wire);
		return NULL;
	}
	*reset = json_get_bool(result, "reset", true);
	snprintf(
	    newest, LISTENER_ID_MAX, "%s", json_get_text(result, "newest", ""));
	json_object_put(result);
	return wire;
}

/* Everything known is of another run of miaud: begins anew behind `newest`. */
static void
begin_at(struct http_events *events, const char *newest, int64_t back)
{
	const char *dash = strrchr(newest, '-');
	int64_t n = 0;

	if (dash == NULL || dash - newest >= BOOT_MAX ||
	    !str_to_int64(dash + 1, 0, INT64_MAX, &n))
		dash = newest;
	snprintf(events->boot, sizeof(events->boot), "%.*s",
	    (int)(dash - newest), newest);
	events->sync_n = n;
	events->newest_n = n > back ? n - back : 0;
	events->oldest_n = events->newest_n + 1;
	events->is_synced = false;
}

/* The first time all that miaud still has is fetched, for listeners who come
 * back to this process from one before it: their ids are older than it. */
static void
connect_first(struct http_events *events)
{
	char newest[LISTENER_ID_MAX], since[LISTENER_ID_MAX];
	struct wire_client *wire;
	bool reset;

	wire = subscribe(events, NULL, &reset, newest);
	if (wire == NULL)
		return;
	wire_close(wire);
	begin_at(events, newest, WANTED);
	snprintf(since, sizeof(since), "%s-%" PRId64, events->boot,
	    events->newest_n);
	events->wire = subscribe(events, since, &reset, newest);
	if (events->wire != NULL && reset)
		begin_at(events, newest, 0);
}

static void
connect_again(struct http_events *events)
{
	char newest[LISTENER_ID_MAX], since[LISTENER_ID_MAX];
	bool reset;

	snprintf(since, sizeof(since), "%s-%" PRId64, events->boot,
	    events->newest_n);
	events->wire = subscribe(events, since, &reset, newest);
	if (events->wire == NULL || !reset)
		return;
	begin_at(events, newest, 0);
	tell_all(events, RESET);
}

/* Of the end of a session nobody tells while miaud is away or hangs, nor those
 * who come in the moment in which it ends: so the rows are looked at. */
static void
drop_ended(struct http_events *events)
{
	struct arena *arena;
	struct db_pool *pool;
	struct session session;
	enum store_result found;
	struct err err;
	struct db *db;
	int i;

	pool = http_server_pool(events->server, DB_READ, &err);
	if (pool == NULL || events->n_listeners == 0)
		return;
	arena = arena_new(HTTP_ARENA_MAX);
	db = db_open(pool);
	for (i = events->n_listeners - 1; i >= 0; i--) {
		found = store_session_find(db, arena,
		    events->listeners[i]->session_id, &session, &err);
		if (found == STORE_NONE ||
		    (found == STORE_OK &&
			!listener_is_still(events->listeners[i], &session)))
			say_goodbye(events, i, REVOKED);
		arena_reset(arena);
	}
	db_close(db);
	arena_free(arena);
}

static void
connect_to_miaud(struct http_events *events)
{
	bool is_first = events->boot[0] == '\0';

	events->connected_at = clock_mono_ms();
	if (is_first)
		connect_first(events);
	else
		connect_again(events);
	if (events->wire == NULL)
		return;
	if (!is_first)
		drop_ended(events);
	watch(events, wire_fd(events->wire), EPOLLIN | EPOLLRDHUP, events);
	hear_all(events);
}

/* A listener leaves, or sends what it should not. */
static void
drop_gone(struct http_events *events, const struct listener *listener)
{
	int i;

	for (i = 0; i < events->n_listeners; i++)
		if (events->listeners[i] == listener) {
			drop(events, i, true);
			return;
		}
}

static void
tick(struct http_events *events)
{
	int64_t now = clock_now_ms(), mono = clock_mono_ms();
	int i;

	if (events->wire == NULL) {
		if (mono - events->connected_at >= TICK_MS)
			connect_to_miaud(events);
	} else if (!events->is_synced &&
	    mono - events->connected_at >= TICK_MS) {
		/* The newest may be one that was too long to be sent. */
		events->is_synced = true;
		catch_up_all(events);
	}
	for (i = events->n_listeners - 1; i >= 0; i--)
		if (events->listeners[i]->expires_at <= now)
			say_goodbye(events, i, EXPIRED);
	if (mono < events->next_heartbeat)
		return;
	events->next_heartbeat = mono + HEARTBEAT_MS;
	drop_ended(events);
	tell_all(events, HEARTBEAT);
}

static void *
run(void *arg)
{
	struct http_events *events = arg;
	struct epoll_event ready[BATCH];
	int64_t next_tick = 0, left;
	int i, n;

	while (!atomic_load(&events->is_stopping)) {
		left = next_tick - clock_mono_ms();
		if (left <= 0) {
			tick(events);
			next_tick = clock_mono_ms() + TICK_MS;
			left = TICK_MS;
		}
		n = epoll_wait(events->epoll_fd, ready, BATCH, (int)left);
		for (i = 0; i < n; i++)
			if (ready[i].data.ptr == NULL)
				take_fresh(events);
			else if (ready[i].data.ptr != events)
				drop_gone(events, ready[i].data.ptr);
			else if (events->wire != NULL)
				hear_all(events);
	}
	take_fresh(events);
	while (events->n_listeners > 0)
		drop(events, events->n_listeners - 1, true);
	return NULL;
}

/* A thousand listeners are a thousand descriptors. */
static void
allow_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1 ||
	    limit.rlim_cur >= FILES_MAX)
		return;
	limit.rlim_cur = FILES_MAX;
	if (limit.rlim_cur > limit.rlim_max)
		limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

struct http_events *
http_events_start(struct http_server *server)
{
	struct http_events *events = mem_calloc(1, sizeof(*events));
	int error;

	allow_files();
	events->server = server;
	events->listeners =
	    mem_calloc(LISTENERS_MAX, sizeof(*events->listeners));
	events->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	events->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (events->epoll_fd == -1 || events->wake_fd == -1)
		die("events: %s", strerror(errno));
	pthread_mutex_init(&events->lock, NULL);
	events->connected_at = clock_mono_ms() - TICK_MS;
	events->next_heartbeat = clock_mono_ms() + HEARTBEAT_MS;
	watch(events, events->wake_fd, EPOLLIN, NULL);
	error = pthread_create(&events->thread, NULL, run, events);
	if (error != 0)
		die("events: %s", strerror(error));
	return events;
}

void
http_events_stop(struct http_events *events)
{
	int i;

	if (events == NULL)
		return;
	atomic_store(&events->is_stopping, true);
	wake(events);
	pthread_join(events->thread, NULL);
	wire_close(events->wire);
	for (i = 0; i < KEPT; i++)
		heard_clear(&events->ring[i]);
	close(events->epoll_fd);
	close(events->wake_fd);
	pthread_mutex_destroy(&events->lock);
	free(events->listeners);
	free(events);
}

/* Gives the connection to the thread. */
static void
hand_over(struct http_events *events, struct listener *listener)
{
	pthread_mutex_lock(&events->lock);
	listener->next = events->fresh;
	events->fresh = listener;
	pthread_mutex_unlock(&events->lock);
	wake(events);
}

static bool
take_place(struct http_events *events)
{
	bool free_place;

	pthread_mutex_lock(&events->lock);
	free_place = events->n_all < LISTENERS_MAX;
	events->n_all += free_place;
	pthread_mutex_unlock(&events->lock);
	return free_place;
}

static const char *
or_empty(const char *text)
{
	return text == NULL ? "" : text;
}

static struct listener *
listener_new(const struct request *req, const char *topics, const char *since)
{
	struct listener *listener = mem_calloc(1, sizeof(*listener));

	listener->is_admin = req->caller.role == USER_ROLE_ADMIN;
	listener->expires_at = req->token_expires_at;
	listener->is_limited = !req->caller.viewer.is_unlimited;
	snprintf(listener->profile_id, sizeof(listener->profile_id), "%s",
	    req->caller.viewer.profile_id);
	snprintf(listener->session_id, sizeof(listener->session_id), "%s",
	    req->caller.session_id);
	snprintf(
	    listener->topics, sizeof(listener->topics), "%s", or_empty(topics));
	if (since == NULL)
		since = request_header(req, "Last-Event-ID");
	snprintf(
	    listener->since, sizeof(listener->since), "%s", or_empty(since));
	return listener;
}

struct reply
http_events_follow(struct request *req, const char *topics, const char *since)
{
	struct http_exchange *ex = req->io;
	struct http_events *events = ex->server->events;
	struct reply reply = reply_text("text/event-stream", GREETING);
	struct listener *listener;

	reply.cache_control = "no-store";
	reply_header(&reply, "X-Accel-Buffering", "no");
	/* A process for one request has no thread to hand it to. */
	if (events == NULL || req->is_head)
		return reply;
	if (!take_place(events))
		return reply_error(
		    ERR_BUSY, "Too many listeners; try again later.");
	listener = listener_new(req, topics, since);
	if (http_send_head(ex, &reply, 200, -1) == 0 &&
	    http_io_write(ex->io, GREETING, sizeof(GREETING) - 1) == 0)
		listener->fd = http_io_take(ex->io, &listener->request_id);
	else
		listener->fd = -1;
	reply.kind = REPLY_TAKEN;
	if (listener->fd != -1) {
		hand_over(events, listener);
		return reply;
	}
	free(listener);
	http_io_end(ex->io, true);
	pthread_mutex_lock(&events->lock);
	events->n_all--;
	pthread_mutex_unlock(&events->lock);
	return reply;
}
