/*
 * The process: threads at one socket, leaving without losing anybody. The
 * test is supervisor and web server: it owns the listening socket, starts the
 * handler on it, and speaks FastCGI.
 */
#include "tests/unit/helpers.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/http/http.h"
#include "tests/unit/http/fcgi.h"
#include "tests/unit/http/gate.h"

/* Whoever needs longer hangs. A handler that keeps its idle time of
 * one minute must not be taken for one that left early. */
enum { LEAVE_WITHIN_MS = 240 * 1000 };

enum {
	AT_ONCE = 4, /* threads of a handler */
	LARGE = 1024 * 1024,
};

static struct reply
show_pid(struct request *req)
{
	return reply_text(
	    "text/plain", arena_printf(req->arena, "%d", (int)getpid()));
}

static struct reply
show_held(struct request *req)
{
	gate_hold();
	return show_pid(req);
}

static int
write_much(struct http_writer *out, void *arg UNUSED)
{
	static const char block[4096];
	int i;

	for (i = 0; i < LARGE / 4096; i++)
		if (http_write(out, block, sizeof(block)) == -1)
			return -1;
	return 0;
}

static struct reply
show_much(struct request *req UNUSED)
{
	return reply_writer("text/plain", write_much, NULL);
}

static int
wait_for_leaving(struct http_writer *out, void *arg UNUSED)
{
	if (http_write(out, "x", 1) == -1)
		return -1;
	while (!http_client_gone(out))
		poll(NULL, 0, 10);
	return -1;
}

static struct reply
show_silence(struct request *req UNUSED)
{
	return reply_writer("text/plain", wait_for_leaving, NULL);
}

#define OPEN .access = ACCESS_PUBLIC, .no_database = true
static const struct route rows[] = {
	{ .method = "GET", .path = "/", .run = show_pid, OPEN },
	{ .method = "GET", .path = "/held", .run = show_held, OPEN },
	{ .method = "GET", .path = "/much", .run = show_much, OPEN },
	{ .method = "GET", .path = "/silence", .run = show_silence, OPEN },
	{ 0 },
};

static int
listen_at(struct world *w, struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	snprintf(
	    address->sun_path, sizeof(address->sun_path), "%.90s/s", w->dir);
	assert_int_equal(
	    bind(fd, (struct sockaddr *)address, sizeof(*address)), 0);
	assert_int_equal(listen(fd, 512), 0);
	return fd;
}

/* The handler is this program, started anew: a copy of a process with threads
 * may do nothing but that. */
static pid_t
start(struct world *w, int listen_fd)
{
	pid_t pid;

	setenv("MIAU_STATE_DIR", w->dir, 1);
	setenv("MIAU_LOG_LEVEL", "error", 1);
	setenv("MIAU_TEST_HANDLER", "1", 1);
	pid = fork();
	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		dup2(listen_fd, STDIN_FILENO);
		execl("/proc/self/exe", "things", (char *)NULL);
		_exit(127);
	}
	return pid;
}

static int
run_handler(void)
{
	char name[] = "things";
	char *argv[] = { name, NULL };

	return http_serve(
	    1, argv, &(struct handler){ .name = "things", .routes = rows });
}

static void
assert_left(pid_t pid)
{
	int64_t until = clock_mono_ms() + LEAVE_WITHIN_MS;
	int status;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (clock_mono_ms() > until) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			fail_msg("the handler stays");
		}
		poll(NULL, 0, 5);
	}
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

struct client {
	const struct sockaddr_un *address;
	const char *uri;
	int n_requests;
	int n_answered;
	pthread_t thread;
};

static void *
run_client(void *arg)
{
	struct client *client = arg;
	int i;

	for (i = 0; i < client->n_requests; i++)
		client->n_answered += ask_pid(client->address, client->uri) > 0;
	return NULL;
}

static void
start_clients(struct client *clients, int n, const struct sockaddr_un *address,
    const char *uri, int n_requests)
{
	int i;

	for (i = 0; i < n; i++) {
		clients[i] = (struct client){
			.address = address, .uri = uri, .n_requests = n_requests
		};
		assert_int_equal(pthread_create(&clients[i].thread, NULL,
				     run_client, &clients[i]),
		    0);
	}
}

/* Handlers leave after 50 requests each; 1,200 requests are all answered. */
static void
test_leave_by_number(void **state)
{
	enum { CLIENTS = 6, EACH = 200 };
	struct client clients[CLIENTS];
	struct sockaddr_un address;
	struct world *w = *state;
	int listen_fd = listen_at(w, &address), i, n_starts = 0, status;
	int64_t n_answered = 0;
	pid_t pid;

	setenv("MIAU_HANDLER_REQUESTS", "50", 1);
	start_clients(clients, CLIENTS, &address, "/api/things", EACH);
	for (n_starts = 0; n_starts < CLIENTS * EACH / 50; n_starts++) {
		pid = start(w, listen_fd);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
	for (i = 0; i < CLIENTS; i++) {
		pthread_join(clients[i].thread, NULL);
		n_answered += clients[i].n_answered;
	}
	assert_int_equal(n_answered, CLIENTS * EACH);
	unsetenv("MIAU_HANDLER_REQUESTS");
	close(listen_fd);
}

static void
test_leave_idle(void **state)
{
	struct sockaddr_un address;
	struct world *w = *state;
	int listen_fd = listen_at(w, &address), fd, i;
	pid_t pid;

	setenv("MIAU_HANDLER_IDLE", "1", 1);
	/* Whoever comes when the first has left waits for the next one. */
	for (i = 0; i < 2; i++) {
		fd = send_request(&address, "/api/things");
		assert_int_not_equal(fd, -1);
		pid = start(w, listen_fd);
		assert_int_equal(read_pid(fd), pid);
		assert_left(pid);
	}
	unsetenv("MIAU_HANDLER_IDLE");
	close(listen_fd);
}

/* Waits until a process has that many threads. */
static void
await_threads(pid_t pid, int wanted)
{
	int64_t until = clock_mono_ms() + LEAVE_WITHIN_MS;
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	for (;;) {
		assert_int_equal(stat(path, &st), 0);
		if ((int)st.st_nlink == wanted + 2)
			return;
		if (clock_mono_ms() > until)
			fail_msg(
			    "%d threads, not %d", (int)st.st_nlink - 2, wanted);
		poll(NULL, 0, 5);
	}
}

/* What was accepted is answered; what comes when nobody accepts any more is
 * left to the next one. */
static void
test_drain(void **state)
{
	struct sockaddr_un address;
	struct world *w = *state;
	int listen_fd = listen_at(w, &address), held, later;
	struct gate gate;
	pid_t pid;

	gate_make(&gate);
	pid = start(w, listen_fd);
	held = send_request(&address, "/api/things/held");
	gate_expect(&gate, "i");
	kill(pid, SIGTERM);
	await_threads(pid, 2); /* main, and the one that answers */
	later = send_request(&address, "/api/things");
	gate_let_pass(&gate, 1);
	assert_int_equal(read_pid(held), pid);
	assert_left(pid);
	pid = start(w, listen_fd);
	assert_int_equal(read_pid(later), pid);
	kill(pid, SIGTERM);
	assert_left(pid);
	gate_close(&gate);
	close(listen_fd);
}

/* More requests than one process holds at once: both take some. */
static void
occupy(const struct sockaddr_un *address, const struct gate *gate, pid_t one,
    pid_t two)
{
	int fds[AT_ONCE + 1], i, n_one = 0;
	pid_t pid;

	for (i = 0; i <= AT_ONCE; i++)
		fds[i] = send_request(address, "/api/things/held");
	gate_expect(gate, "iiiii");
	gate_let_pass(gate, AT_ONCE + 1);
	for (i = 0; i <= AT_ONCE; i++) {
		pid = read_pid(fds[i]);
		assert_true(pid == one || pid == two);
		n_one += pid == one;
	}
	assert_in_range(n_one, 1, AT_ONCE);
}

/* Two processes at one socket: what one takes the other must not wait for. */
static void
test_two_processes(void **state)
{
	enum { CLIENTS = 4, EACH = 100 };
	struct client clients[CLIENTS];
	struct sockaddr_un address;
	struct world *w = *state;
	int listen_fd = listen_at(w, &address), i;
	struct gate gate;
	pid_t one, two;

	gate_make(&gate);
	one = start(w, listen_fd);
	two = start(w, listen_fd);
	occupy(&address, &gate, one, two);
	start_clients(clients, CLIENTS, &address, "/api/things", EACH);
	for (i = 0; i < CLIENTS; i++) {
		pthread_join(clients[i].thread, NULL);
		assert_int_equal(clients[i].n_answered, EACH);
	}
	kill(one, SIGTERM);
	kill(two, SIGTERM);
	assert_left(one);
	assert_left(two);
	gate_close(&gate);
	close(listen_fd);
}

/* Four are answered together; each of the others goes in when one has come
 * out, and not before. */
static void
test_threads(void **state)
{
	enum { REQUESTS = 2 * AT_ONCE, OVERLOOK_MS = 300 };
	struct sockaddr_un address;
	struct world *w = *state;
	int listen_fd = listen_at(w, &address), fds[REQUESTS], i;
	struct pollfd step = { .events = POLLIN };
	struct gate gate;
	pid_t pid;

	gate_make(&gate);
	step.fd = gate.entered;
	pid = start(w, listen_fd);
	for (i = 0; i < REQUESTS; i++)
		fds[i] = send_request(&address, "/api/things/held");
	gate_expect(&gate, "iiii");
	/* A slow machine may make us overlook a fifth, never see one. */
	assert_int_equal(poll(&step, 1, OVERLOOK_MS), 0);
	for (i = AT_ONCE; i < REQUESTS; i++) {
		gate_let_pass(&gate, 1);
		gate_expect(&gate, "oi");
	}
	gate_let_pass(&gate, AT_ONCE);
	gate_expect(&gate, "oooo");
	for (i = 0; i < REQUESTS; i++)
		assert_int_equal(read_pid(fds[i]), pid);
	kill(pid, SIGTERM);
	assert_left(pid);
	gate_close(&gate);
	close(listen_fd);
}

/* What does not speak FastCGI, or stops speaking, takes nothing along. */
static void
test_broken(void **state)
{
	static const char *const junk[] = { "", "GET / HTTP/1.1\r\n\r\n",
		"\x01", "\x01\x01\x00\x01\xff\xff\x00\x00", "\x09\x09\x09" };
	struct sockaddr_un address;
	struct world *w = *state;
	int listen_fd = listen_at(w, &address), fd;
	pid_t pid = start(w, listen_fd);
	char first;
	size_t i;

	for (i = 0; i < COUNT_OF(junk) * 4; i++) {
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		assert_int_equal(
		    connect(fd, (struct sockaddr *)&address, sizeof(address)),
		    0);
		send(fd, junk[i / 4], strlen(junk[i / 4]), MSG_NOSIGNAL);
		close(fd);
	}
	/* One that goes when a long answer has begun. */
	fd = send_request(&address, "/api/things/much");
	assert_true(read_exactly(fd, &first, 1));
	close(fd);
	assert_int_equal(ask_pid(&address, "/api/things"), pid);
	kill(pid, SIGTERM);
	assert_left(pid);
	close(listen_fd);
}

/* A handler that writes nothing notices that its client has gone. */
static void
test_gone(void **state)
{
	struct sockaddr_un address;
	struct world *w = *state;
	int listen_fd = listen_at(w, &address), fd, half;
	pid_t pid = start(w, listen_fd);
	char first;

	fd = send_request(&address, "/api/things/silence");
	half = send_request(&address, "/api/things/silence");
	assert_int_equal(recv(half, &first, 1, 0), 1);
	/* The web server passes a client's FIN on. */
	shutdown(half, SHUT_WR);
	close(fd);
	kill(pid, SIGTERM);
	assert_left(pid);
	close(half);
	close(listen_fd);
}

static void
test_large(void **state)
{
	struct sockaddr_un address;
	struct world *w = *state;
	int listen_fd = listen_at(w, &address), fd;
	pid_t pid = start(w, listen_fd);
	struct buf answer;

	buf_init(&answer, ANSWER_MAX);
	fd = send_request(&address, "/api/things/much");
	assert_true(read_records(fd, &answer));
	assert_true(answer.len > LARGE);
	buf_fini(&answer);
	close(fd);
	kill(pid, SIGTERM);
	assert_left(pid);
	close(listen_fd);
}

/* Heads around the size of libfcgi's buffer: what is left unread when the
 * connection is closed takes nothing of the answer along. */
static void
test_long_head(void **state)
{
	struct sockaddr_un address;
	struct world *w = *state;
	int listen_fd = listen_at(w, &address);
	pid_t pid = start(w, listen_fd);
	size_t len;

	for (len = 8192 - 256; len < 8192 + 64; len += 4)
		assert_int_equal(
		    read_pid(send_with_cookie(&address, "/api/things", len)),
		    pid);
	assert_int_equal(
	    read_pid(send_with_cookie(&address, "/api/things", 40000)), pid);
	kill(pid, SIGTERM);
	assert_left(pid);
	close(listen_fd);
}

int
main(void)
{
#define FOLDER(test)                                                           \
	cmocka_unit_test_setup_teardown(test, folder_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		FOLDER(test_leave_by_number),
		FOLDER(test_leave_idle),
		FOLDER(test_drain),
		FOLDER(test_two_processes),
		FOLDER(test_threads),
		FOLDER(test_broken),
		FOLDER(test_gone),
		FOLDER(test_long_head),
		FOLDER(test_large),
	};

	if (getenv("MIAU_TEST_HANDLER") != NULL)
		return run_handler();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
