/* Handlers that leave, crash or are stuck behind the supervisor's sockets: no
 * connection is lost. The handler is this program again, under another name. */
#include "tests/unit/helpers.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <uv.h>

#include "daemon/miauctl/handlers.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

enum {
	CONNECTIONS = 200,
	LEAVES_AFTER = 5,
	GIVE_UP_S = 300, /* whoever needs longer hangs */
};

struct house {
	struct paths paths;
	struct webconf_handlers names;
	uv_loop_t loop;
	uv_signal_t on_child;
	struct output output;
	struct handlers handlers;
	FILE *log;
	pid_t client;
	int client_status;
	size_t n_ends;
};

/* --- the handler --------------------------------------------------------- */

/* Answers with its process number. "leave" ends after a few connections,
 * "crash" dies at each third, "stuck" takes one and sleeps. */
static void
be_handler(const char *kind)
{
	char text[32];
	int n, fd;

	alarm(GIVE_UP_S);
	for (n = 1;; n++) {
		fd = accept(STDIN_FILENO, NULL, NULL);
		if (fd == -1)
			_exit(2);
		snprintf(text, sizeof(text), "%d\n", (int)getpid());
		if (write(fd, text, strlen(text)) == -1)
			_exit(3);
		close(fd);
		if (strcmp(kind, "leave") == 0 && n == LEAVES_AFTER)
			_exit(0);
		if (strcmp(kind, "crash") == 0 && n == 3)
			_exit(1);
		while (strcmp(kind, "stuck") == 0)
			pause();
	}
}

/* --- the client ---------------------------------------------------------- */

static bool
ask(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char text[32];
	ssize_t n;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(address.sun_path, path, strlen(path) + 1);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == -1)
		return false;
	n = read(fd, text, sizeof(text));
	close(fd);
	return n > 1;
}

static void
start_client(struct house *house, const char *name, int connections)
{
	char path[PATHS_MAX + 64];
	int i;

	snprintf(path, sizeof(path), "%s/cgi/%s.sock", house->paths.run, name);
	house->client = fork();
	if (house->client != 0)
		return;
	alarm(GIVE_UP_S);
	for (i = 0; i < connections; i++)
		if (!ask(path))
			_exit(1);
	_exit(0);
}

/* --- the house ----------------------------------------------------------- */

static void
on_child(uv_signal_t *signal, int number)
{
	struct house *house = signal->data;
	int status;
	pid_t pid;

	(void)number;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (handlers_ended(&house->handlers, pid, status))
			house->n_ends++;
		else if (pid == house->client) {
			house->client_status = status;
			uv_stop(&house->loop);
		}
	}
}

static void
on_ended(uv_signal_t *signal, int number)
{
	struct house *house = signal->data;

	on_child(signal, number);
	if (handlers_running(&house->handlers) == 0)
		uv_stop(&house->loop);
}

static void
copy_self(struct world *w, const char *name)
{
	char path[WORLD_PATH_MAX + 64], self[WORLD_PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	assert_true(len > 0);
	self[len] = '\0';
	snprintf(path, sizeof(path), "%s/cgi/%s.fcgi", w->dir, name);
	assert_int_equal(symlink(self, path), 0);
}

static struct house *
build(struct world *w)
{
	static const char *const kinds[] = { "leave", "crash", "stuck" };
	struct house *house = mem_calloc(1, sizeof(*house));
	char path[WORLD_PATH_MAX + 32];
	size_t i;

	setenv("MIAU_STATE_DIR", w->dir, 1);
	assert_ok(paths_init(&house->paths, &w->err), &w->err);
	unsetenv("MIAU_STATE_DIR");
	snprintf(path, sizeof(path), "%s/run/cgi", w->dir);
	assert_ok(fs_mkdirs(path, 0700, &w->err), &w->err);
	snprintf(path, sizeof(path), "%s/cgi", w->dir);
	assert_ok(fs_mkdirs(path, 0700, &w->err), &w->err);
	for (i = 0; i < COUNT_OF(kinds); i++)
		copy_self(w, kinds[i]);
	assert_ok(
	    webconf_handlers_find(w->dir, &house->names, &w->err), &w->err);
	uv_loop_init(&house->loop);
	house->log = tmpfile();
	output_init(&house->output, &house->loop, fileno(house->log), false);
	uv_signal_init(&house->loop, &house->on_child);
	house->on_child.data = house;
	uv_signal_start(&house->on_child, on_child, SIGCHLD);
	assert_ok(handlers_open(&house->handlers, &house->loop, &house->output,
		      &house->paths, w->dir, &house->names, &w->err),
	    &w->err);
	return house;
}

static void
leave(struct house *house)
{
	handlers_stop(&house->handlers, SIGKILL);
	uv_signal_start(&house->on_child, on_ended, SIGCHLD);
	if (handlers_running(&house->handlers) > 0)
		uv_run(&house->loop, UV_RUN_DEFAULT);
	handlers_close(&house->handlers);
	output_close(&house->output);
	uv_close((uv_handle_t *)&house->on_child, NULL);
	uv_run(&house->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&house->loop), 0);
	handlers_free(&house->handlers);
	fclose(house->log);
	free(house);
}

static void
serve(struct house *house, const char *name, int connections)
{
	start_client(house, name, connections);
	uv_run(&house->loop, UV_RUN_DEFAULT);
	assert_true(WIFEXITED(house->client_status));
	assert_int_equal(WEXITSTATUS(house->client_status), 0);
}

/* --- the tests ----------------------------------------------------------- */

static void
test_leaves(void **state)
{
	struct house *house = build(*state);

	assert_int_equal(handlers_running(&house->handlers), 0);
	serve(house, "leave", CONNECTIONS);
	/* The last of each of both places may run, or be about to end. */
	assert_true(
	    house->n_ends >= CONNECTIONS / LEAVES_AFTER - HANDLER_PROCESSES);
	leave(house);
}

/* It is started again after its pauses, and what waits is answered. Each that ends
 * has answered some; how many run beside it is a matter of how slow they are. */
static void
test_crashes(void **state)
{
	struct house *house = build(*state);

	serve(house, "crash", 8);
	assert_in_range(house->n_ends, 1, 8);
	leave(house);
}

/* A second process helps one that takes no connections any more. */
static void
test_stuck(void **state)
{
	struct house *house = build(*state);

	serve(house, "stuck", 2);
	assert_int_equal(house->n_ends, 0);
	assert_int_equal(handlers_running(&house->handlers), 2);
	leave(house);
}

/* Sockets go with the supervisor. */
static void
test_sockets(void **state)
{
	struct world *w = *state;
	struct house *house = build(w);
	char path[WORLD_PATH_MAX + 64];

	snprintf(path, sizeof(path), "%s/run/cgi/leave.sock", w->dir);
	assert_true(fs_exists(path));
	leave(house);
	assert_false(fs_exists(path));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_leaves, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_crashes, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_stuck, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_sockets, world_setup, world_teardown),
	};
	char name[64];

	snprintf(name, sizeof(name), "%s", program_invocation_short_name);
	if (str_ends(name, ".fcgi")) {
		name[strlen(name) - strlen(".fcgi")] = '\0';
		be_handler(name);
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
