/*
 * A handler's main. Under FastCGI a few threads wait in accept at the listening
 * socket, and the kernel wakes one of them for each connection: nobody stands
 * between a connection and the thread that answers it. The main thread starts
 * and joins them and decides when to leave; nobody accepts then, and what was
 * accepted is answered. The socket itself belongs to the supervisor and stays
 * open with all who wait in it.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "lib/base/clock.h"
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
	KICK_MS = 10,
	KICK_SIGNAL = SIGUSR1,
	/* A request's connection, its line to miaud, what it sends, a lock. */
	THREAD_FILES = 4,
	OTHER_FILES = 128, /* databases, events, the log */
	EXIT_USAGE = 64,
};

#if defined(__SANITIZE_ADDRESS__)
enum { STACK_SIZE = 1024 * 1024 };
#else
enum { STACK_SIZE = 128 * 1024 };
#endif

enum thread_state { THREAD_NONE, THREAD_RUNS, THREAD_ENDED };

struct thread {
	struct crew *crew;
	pthread_t id;
	enum thread_state state;
	atomic_bool waits; /* in accept, or about to be */
};

struct crew {
	struct http_server *server;
	int max_threads;
	int idle_ms; /* -1: for ever */
	int signal_fd;
	int ended_fd; /* an eventfd: a thread has ended */

	atomic_llong left;    /* requests that may still be accepted */
	atomic_llong last_ms; /* end of the last request */
	atomic_int n_waiting;
	atomic_int n_busy;
	atomic_bool is_leaving;

	pthread_mutex_t lock; /* for what follows */
	int n_threads;
	struct thread *thread; /* max_threads of them */
};

static void start_thread(struct crew *crew);

enum accepted {
	NO_CONNECTION = -1, /* after all */
	NOBODY_CAME = -2,   /* for THREAD_IDLE_S */
	NO_SOCKET = -3,     /* it is of no more use */
};

/* A connection, or one of the above. */
static int
try_accept(void)
{
	int fd = accept4(LISTEN_FD, NULL, NULL, SOCK_CLOEXEC);

	if (fd != -1)
		return fd;
	switch (errno) {
	case EAGAIN:
		return NOBODY_CAME;
	case EINTR:
	case ECONNABORTED:
		return NO_CONNECTION;
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		log_warn("accept.failed", "%s", strerror(errno));
		poll(NULL, 0, RETRY_MS);
		return NO_CONNECTION;
	default:
		log_error("accept.failed", "%s", strerror(errno));
		return NO_SOCKET;
	}
}

/* The last that waits stays, however long nobody comes. */
static bool
may_go(struct crew *crew)
{
	int n = atomic_load(&crew->n_waiting);

	while (n > 1)
		if (atomic_compare_exchange_weak(&crew->n_waiting, &n, n - 1))
			return true;
	return false;
}

/* Waits for a connection; -1 when this thread is to end. Whoever is taken away
 * as the last that waits sees to it that somebody waits. */
static int
next_connection(struct thread *me)
{
	struct crew *crew = me->crew;
	int fd = NO_CONNECTION;

	atomic_fetch_add(&crew->n_waiting, 1);
	atomic_store(&me->waits, true);
	while ((fd == NO_CONNECTION || fd == NOBODY_CAME) &&
	    !atomic_load(&crew->is_leaving)) {
		fd = try_accept();
		if (fd == NOBODY_CAME && may_go(crew)) {
			atomic_store(&me->waits, false);
			return -1;
		}
	}
	atomic_store(&me->waits, false);
	if (fd >= 0)
		atomic_fetch_add(&crew->n_busy, 1);
	if (atomic_fetch_sub(&crew->n_waiting, 1) == 1 && fd >= 0)
		start_thread(crew);
	return fd < 0 ? -1 : fd;
}

static void
work(struct thread *me, struct http_worker *worker)
{
	struct crew *crew = me->crew;
	int fd;

	while (!atomic_load(&crew->is_leaving) &&
	    atomic_fetch_sub(&crew->left, 1) > 0) {
		fd = next_connection(me);
		if (fd == -1) {
			atomic_fetch_add(&crew->left, 1);
			return;
		}
		if (http_io_begin(worker->io, fd))
			http_answer(worker);
		atomic_store(&crew->last_ms, clock_mono_ms());
		atomic_fetch_sub(&crew->n_busy, 1);
	}
}

static void *
run_thread(void *arg)
{
	struct thread *me = arg;
	struct crew *crew = me->crew;
	struct http_worker worker = {
		.server = crew->server,
		.io = http_io_new(NULL),
		.arena = arena_new(HTTP_ARENA_MAX),
	};

	work(me, &worker);
	wire_close(worker.wire);
	arena_free(worker.arena);
	http_io_free(worker.io);
	pthread_mutex_lock(&crew->lock);
	me->state = THREAD_ENDED;
	pthread_mutex_unlock(&crew->lock);
	eventfd_write(crew->ended_fd, 1);
	return NULL;
}

static struct thread *
free_place(struct crew *crew)
{
	int i;

	for (i = 0; i < crew->max_threads; i++)
		if (crew->thread[i].state == THREAD_NONE)
			return &crew->thread[i];
	return NULL;
}

/* If there is room. A refusal is no harm while there is another thread. */
static void
start_thread(struct crew *crew)
{
	struct thread *thread;
	pthread_attr_t attr;
	int error;

	pthread_mutex_lock(&crew->lock);
	thread = free_place(crew);
	if (thread == NULL || atomic_load(&crew->is_leaving))
		goto out;
	thread->crew = crew;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	error = pthread_create(&thread->id, &attr, run_thread, thread);
	pthread_attr_destroy(&attr);
	if (error != 0) {
		log_warn("thread.failed", "%s", strerror(error));
		goto out;
	}
	thread->state = THREAD_RUNS;
	crew->n_threads++;
out:
	pthread_mutex_unlock(&crew->lock);
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
on_kick(int number UNUSED)
{
	/* The signal is sent to end a wait, and that is all. */
}

/* Signals of the outside are read by the main thread alone. */
static void
init_signals(struct crew *crew)
{
	struct sigaction kick = { .sa_handler = on_kick };
	sigset_t ending;

	sigaction(KICK_SIGNAL, &kick, NULL);
	sigemptyset(&ending);
	sigaddset(&ending, SIGTERM);
	sigaddset(&ending, SIGINT);
	pthread_sigmask(SIG_BLOCK, &ending, NULL);
	crew->signal_fd = signalfd(-1, &ending, SFD_CLOEXEC);
	crew->ended_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (crew->signal_fd == -1 || crew->ended_fd == -1)
		die("signalfd, eventfd: %s", strerror(errno));
}

static void
init_crew(struct crew *crew, struct http_server *server)
{
	const struct settings *settings = server->settings->settings;

	memset(crew, 0, sizeof(*crew));
	crew->server = server;
	crew->max_threads = threads_of(server->handler);
	crew->thread =
	    mem_calloc((size_t)crew->max_threads, sizeof(*crew->thread));
	crew->idle_ms = -1;
	atomic_init(&crew->left, INT64_MAX);
	atomic_init(&crew->last_ms, clock_mono_ms());
	if (!server->handler->is_resident) {
		crew->idle_ms =
		    (int)settings_int(settings, SETTING_HANDLER_IDLE) * 1000;
		atomic_init(&crew->left,
		    settings_int(settings, SETTING_HANDLER_REQUESTS));
	}
	pthread_mutex_init(&crew->lock, NULL);
	init_signals(crew);
}

static void
fini_crew(struct crew *crew)
{
	close(crew->signal_fd);
	close(crew->ended_fd);
	pthread_mutex_destroy(&crew->lock);
	free(crew->thread);
}

/* Joins who has ended and, when leaving, wakes who waits; how many are left. A
 * thread may be on its way into accept, so it is woken until it has ended. One
 * that has just come out of it bears the signal, see http_io_begin. */
static int
tend_threads(struct crew *crew)
{
	bool kicks = atomic_load(&crew->is_leaving);
	struct thread *thread;
	int i, n;

	pthread_mutex_lock(&crew->lock);
	for (i = 0; i < crew->max_threads; i++) {
		thread = &crew->thread[i];
		if (thread->state == THREAD_ENDED) {
			pthread_join(thread->id, NULL);
			thread->state = THREAD_NONE;
			crew->n_threads--;
		} else if (thread->state == THREAD_RUNS && kicks &&
		    atomic_load(&thread->waits)) {
			pthread_kill(thread->id, KICK_SIGNAL);
		}
	}
	n = crew->n_threads;
	pthread_mutex_unlock(&crew->lock);
	return n;
}

/* How long the main thread may sleep; leaving begins when nothing was asked for
 * long enough. */
static int
sleep_ms(struct crew *crew)
{
	int64_t rest;

	/* Who begins to wait from now on sees that it is too late. */
	if (atomic_load(&crew->is_leaving))
		return atomic_load(&crew->n_waiting) > 0 ? KICK_MS : -1;
	if (crew->idle_ms == -1)
		return -1;
	if (atomic_load(&crew->n_busy) > 0)
		return crew->idle_ms;
	rest = atomic_load(&crew->last_ms) + crew->idle_ms - clock_mono_ms();
	if (rest > 0)
		return (int)rest;
	atomic_store(&crew->is_leaving, true);
	return 0;
}

static void
lead(struct crew *crew)
{
	struct pollfd waits[] = {
		{ .fd = crew->ended_fd, .events = POLLIN },
		{ .fd = crew->signal_fd, .events = POLLIN },
	};
	nfds_t n = COUNT_OF(waits);
	eventfd_t ended;

	while (tend_threads(crew) > 0) {
		if (poll(waits, n, sleep_ms(crew)) <= 0)
			continue;
		if (waits[0].revents != 0)
			eventfd_read(crew->ended_fd, &ended);
		if (n > 1 && waits[1].revents != 0) {
			atomic_store(&crew->is_leaving, true);
			n = 1; /* it stays readable */
		}
	}
}

/* What is given by itself may be less than what so many threads have open. */
static void
allow_files(const struct crew *crew)
{
	rlim_t wanted = (rlim_t)crew->max_threads * THREAD_FILES + OTHER_FILES;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1 || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) == -1)
		log_warn("start", "The limit of open files stays as it is.");
}

/* Waits in it end from time to time, for threads that are not needed. */
static void
set_up_socket(void)
{
	struct timeval wait = { .tv_sec = THREAD_IDLE_S };
	int flags = fcntl(LISTEN_FD, F_GETFL);

	if (flags == -1 ||
	    fcntl(LISTEN_FD, F_SETFL, flags & ~O_NONBLOCK) == -1 ||
	    setsockopt(
		LISTEN_FD, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) == -1)
		die("listening socket: %s", strerror(errno));
}

static int
serve_fastcgi(struct http_server *server)
{
	struct crew crew;
	int result;

	set_up_socket();
	http_io_init();
	init_crew(&crew, server);
	allow_files(&crew);
	if (server->handler->has_events)
		server->events = http_events_start(server);
	start_thread(&crew);
	pthread_mutex_lock(&crew.lock);
	result = crew.n_threads == 0;
	pthread_mutex_unlock(&crew.lock);
	lead(&crew);
	http_events_stop(server->events);
	fini_crew(&crew);
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
	db_init();
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
