/*
 * A handler's main. Under FastCGI a few threads share the listening socket:
 * the one that leads waits for a connection, accepts it, lets another lead
 * and serves it. So there is nobody between a connection and the thread that
 * answers it, and one place where to stop: once leaving has begun nobody
 * accepts, and what was accepted is answered. The socket itself belongs to
 * the supervisor and stays open with all who wait in it.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/http/events.h"
#include "lib/http/server.h"

enum {
	LISTEN_FD = 0,
	THREADS = 4,
	THREADS_WAITING = 32,
	THREAD_IDLE_S = 60,
	RETRY_MS = 50,
	EXIT_USAGE = 64,
};

#if defined(__SANITIZE_ADDRESS__)
enum { STACK_SIZE = 1024 * 1024 };
#else
enum { STACK_SIZE = 128 * 1024 };
#endif

struct crew {
	struct http_server *server;
	int signal_fd;
	int idle_ms;  /* -1: for ever */
	int64_t left; /* requests until leaving */
	int max_threads;

	pthread_mutex_t lock;
	pthread_cond_t lead;   /* somebody may lead, or all are to end */
	pthread_cond_t ending; /* a thread has ended; main alone waits */
	int n_threads;
	pthread_t *ended; /* threads that main has to join */
	int n_ended;
	int n_idle; /* threads that wait to lead */
	int n_busy;
	bool has_leader;
	bool is_leaving;
};

static void start_thread(struct crew *crew);

/* A connection, -1 when there was none after all, -2 when the socket is of no
 * more use. */
static int
try_accept(void)
{
	int fd = accept4(LISTEN_FD, NULL, NULL, SOCK_CLOEXEC);

	if (fd != -1)
		return fd;
	switch (errno) {
	case EAGAIN: /* another process was quicker */
	case EINTR:
	case ECONNABORTED:
		return -1;
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		log_warn("accept.failed", "%s", strerror(errno));
		poll(NULL, 0, RETRY_MS);
		return -1;
	default:
		log_error("accept.failed", "%s", strerror(errno));
		return -2;
	}
}

static bool
is_quiet(struct crew *crew)
{
	bool quiet;

	pthread_mutex_lock(&crew->lock);
	quiet = crew->n_busy == 0;
	pthread_mutex_unlock(&crew->lock);
	return quiet;
}

/* The leader's work: a connection, or -1 when it is time to leave. */
static int
next_connection(struct crew *crew)
{
	struct pollfd waits[] = {
		{ .fd = LISTEN_FD, .events = POLLIN },
		{ .fd = crew->signal_fd, .events = POLLIN },
	};
	int n, fd;

	for (;;) {
		n = poll(waits, COUNT_OF(waits), crew->idle_ms);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 || waits[1].revents != 0)
			return -1;
		if (n == 0 && is_quiet(crew))
			return -1;
		if (n == 0)
			continue;
		fd = try_accept();
		if (fd != -1)
			return fd < 0 ? -1 : fd;
	}
}

/* Waits until this thread leads; false when it is to end. Locked. */
static bool
become_leader(struct crew *crew)
{
	struct timespec until;
	int result = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += THREAD_IDLE_S;
	crew->n_idle++;
	while (crew->has_leader && !crew->is_leaving && result == 0)
		result =
		    pthread_cond_timedwait(&crew->lead, &crew->lock, &until);
	crew->n_idle--;
	if (crew->is_leaving || crew->has_leader)
		return false;
	crew->has_leader = true;
	return true;
}

/* Hands the lead on. Locked. */
static void
let_lead(struct crew *crew, bool leave)
{
	crew->has_leader = false;
	if (leave) {
		crew->is_leaving = true;
		pthread_cond_broadcast(&crew->lead);
	} else if (crew->n_idle > 0) {
		pthread_cond_signal(&crew->lead);
	} else if (crew->n_threads < crew->max_threads) {
		start_thread(crew);
	}
}

static void
work(struct crew *crew, struct http_worker *worker)
{
	int fd;

	pthread_mutex_lock(&crew->lock);
	while (become_leader(crew)) {
		pthread_mutex_unlock(&crew->lock);
		fd = next_connection(crew);
		pthread_mutex_lock(&crew->lock);
		if (fd == -1) {
			let_lead(crew, true);
			break;
		}
		crew->n_busy++;
		let_lead(crew, --crew->left == 0);
		pthread_mutex_unlock(&crew->lock);
		if (http_io_begin(worker->io, fd))
			http_answer(worker);
		pthread_mutex_lock(&crew->lock);
		crew->n_busy--;
	}
	pthread_mutex_unlock(&crew->lock);
}

static void *
run_thread(void *arg)
{
	struct crew *crew = arg;
	struct http_worker worker = {
		.server = crew->server,
		.io = http_io_new(NULL),
		.arena = arena_new(HTTP_ARENA_MAX),
	};

	work(crew, &worker);
	wire_close(worker.wire);
	arena_free(worker.arena);
	http_io_free(worker.io);
	pthread_mutex_lock(&crew->lock);
	crew->ended[crew->n_ended++] = pthread_self();
	pthread_cond_signal(&crew->ending);
	pthread_mutex_unlock(&crew->lock);
	return NULL;
}

/* Locked. A refusal is no harm while there is another thread. */
static void
start_thread(struct crew *crew)
{
	pthread_attr_t attr;
	pthread_t thread;
	int error;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	error = pthread_create(&thread, &attr, run_thread, crew);
	pthread_attr_destroy(&attr);
	if (error == 0)
		crew->n_threads++;
	else
		log_warn("thread.failed", "%s", strerror(error));
}

static int
threads_of(const struct handler *handler)
{
	const struct route *row;

	if (handler->threads > 0)
		return handler->threads;
	for (row = handler->routes; row->method != NULL; row++)
		if (row->waits_ms > 0)
			return THREADS_WAITING;
	return THREADS;
}

static void
init_crew(struct crew *crew, struct http_server *server)
{
	const struct settings *settings = server->settings->settings;
	pthread_condattr_t attr;
	sigset_t ending;

	memset(crew, 0, sizeof(*crew));
	crew->server = server;
	crew->max_threads = threads_of(server->handler);
	crew->ended =
	    mem_calloc((size_t)crew->max_threads, sizeof(*crew->ended));
	crew->idle_ms = -1;
	crew->left = -1;
	if (!server->handler->is_resident) {
		crew->idle_ms =
		    (int)settings_int(settings, SETTING_HANDLER_IDLE) * 1000;
		crew->left = settings_int(settings, SETTING_HANDLER_REQUESTS);
	}
	pthread_mutex_init(&crew->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&crew->lead, &attr);
	pthread_cond_init(&crew->ending, &attr);
	pthread_condattr_destroy(&attr);
	sigemptyset(&ending);
	sigaddset(&ending, SIGTERM);
	sigaddset(&ending, SIGINT);
	pthread_sigmask(SIG_BLOCK, &ending, NULL);
	crew->signal_fd = signalfd(-1, &ending, SFD_CLOEXEC);
	if (crew->signal_fd == -1)
		die("signalfd: %s", strerror(errno));
}

/* Waits for a thread to end. A place counts as taken until it is joined, so
 * the array cannot overflow. Locked. */
static void
join_ended(struct crew *crew)
{
	pthread_t thread;

	while (crew->n_ended == 0)
		pthread_cond_wait(&crew->ending, &crew->lock);
	thread = crew->ended[--crew->n_ended];
	pthread_mutex_unlock(&crew->lock);
	pthread_join(thread, NULL);
	pthread_mutex_lock(&crew->lock);
	crew->n_threads--;
}

static int
serve_fastcgi(struct http_server *server)
{
	int flags = fcntl(LISTEN_FD, F_GETFL), result;
	struct crew crew;

	/* Another process at the same socket may take what poll announced. */
	if (flags == -1 || fcntl(LISTEN_FD, F_SETFL, flags | O_NONBLOCK) == -1)
		die("listening socket: %s", strerror(errno));
	http_io_init();
	init_crew(&crew, server);
	if (server->handler->has_events)
		server->events = http_events_start(server);
	pthread_mutex_lock(&crew.lock);
	start_thread(&crew);
	result = crew.n_threads == 0;
	while (crew.n_threads > 0)
		join_ended(&crew);
	pthread_mutex_unlock(&crew.lock);
	free(crew.ended);
	http_events_stop(server->events);
	close(crew.signal_fd);
	pthread_cond_destroy(&crew.lead);
	pthread_cond_destroy(&crew.ending);
	pthread_mutex_destroy(&crew.lock);
	return result;
}

static void
serve_cgi(struct http_server *server)
{
	struct http_worker worker = {
		.server = server,
		.io = http_io_new(environ),
		.arena = arena_new(HTTP_ARENA_MAX),
	};

	http_answer(&worker);
	wire_close(worker.wire);
	arena_free(worker.arena);
	http_io_free(worker.io);
}

static int
print_rows(const struct handler *handler)
{
	struct json_object *rows = http_rows_json(handler);

	printf("%s\n",
	    json_object_to_json_string_ext(rows,
		JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
		    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(rows);
	return fflush(stdout) == 0 ? 0 : 1;
}

static bool
is_listening(int fd)
{
	socklen_t size = sizeof(int);
	int listens = 0;

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) ==
	    0 &&
	    listens != 0;
}

int
http_serve(int argc, char **argv, const struct handler *handler)
{
	struct http_server server;
	struct err err;
	int result = 0;

	log_open(handler->name);
	http_check_routes(handler);
	if (argc == 2 && strcmp(argv[1], "--routes") == 0)
		return print_rows(handler);
	if (argc > 1 ||
	    (!is_listening(LISTEN_FD) && getenv("REQUEST_METHOD") == NULL)) {
		fprintf(stderr,
		    "usage: %s --routes\n"
		    "       REQUEST_METHOD=GET PATH_INFO=/… %s\n"
		    "       or with a listening socket as standard input\n",
		    argv[0], argv[0]);
		return EXIT_USAGE;
	}
	signal(SIGPIPE, SIG_IGN);
	if (http_server_init(&server, handler, &err) == -1) {
		log_error("start.failed", "%s", err.text);
		return 1;
	}
	if (is_listening(LISTEN_FD))
		result = serve_fastcgi(&server);
	else
		serve_cgi(&server);
	http_server_fini(&server);
	return result;
}
