/*
 * A program that reads a film which is served to it, and was taken over by it: what it
 * may ask, what it reaches, when it ends. perl stands in for it.
 */
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#include "tests/unit/media/served.h"

/* --- A program that was taken over ------------------------------------------------ */

static const char prelude[] =
    "use Socket; $| = 1;"
    "sub way { my ($port) = @_; socket(my $s, PF_INET, SOCK_STREAM, 6) or exit 7;"
    " connect($s, sockaddr_in($port // 8080, inet_aton('127.0.0.1')))"
    " or return undef; binmode $s; $s }"
    "sub say_to { my ($s, $text) = @_; local $SIG{PIPE} = 'IGNORE';"
    " syswrite($s, $text) }"
    "sub all { my ($s) = @_; my $t = ''; while (sysread($s, my $b, 65536))"
    " { $t .= $b } $t }"
    "sub get { my ($range) = @_; my $s = way(); say_to($s,"
    " \"GET /film HTTP/1.1\\r\\nHost: x\\r\\n\" .  ($range ?"
    " \"Range: bytes=$range\\r\\n\" : '') . \"\\r\\n\"); $s }";

/* The film is 100,000 bytes that tell where they are. */
static void
begin_perl(
    struct fixture *f, struct run *run, const char *script, int deadline_ms)
{
	static char text[8192];
	const char *args[] = { "-e", text, NULL };
	char path[256], bytes[100000];
	struct err err;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)('a' + i / 1000 % 26);
	snprintf(path, sizeof(path), "%s/bytes", f->folder);
	assert_int_equal(fs_write(path, bytes, sizeof(bytes), 0600, &err), 0);
	open_slow(f, run, path);
	assert_true((size_t)snprintf(text, sizeof(text), "%s %s", prelude,
			script) < sizeof(text));
	run->child = sandbox_run(f->children,
	    &(struct sandbox_spec){ .file = "/usr/bin/perl",
		.args = args,
		.film = &run->slow.film,
		.cpu_s = 20,
		.memory_mb = 512,
		.out_max = OUT,
		.deadline_ms = deadline_ms,
		.done = on_done,
		.arg = run },
	    &err);
	if (run->child == NULL)
		fail_msg("%s", err.text);
}

static void
expect(struct fixture *f, const char *script, const char *out)
{
	struct run *run = mem_calloc(1, sizeof(*run));

	begin_perl(f, run, script, HANG_MS);
	finish(f, run);
	if (run->outcome.code != ERR_NONE || run->outcome.status != 0 ||
	    strcmp(run->outcome.out, out) != 0)
		fail_msg("%s: %d, status %d: %s%s", script, run->outcome.code,
		    run->outcome.status, run->outcome.out, run->outcome.log);
	slow_end(&run->slow);
	free(run->outcome.out);
	free(run);
}

static void
ranges_are_answered(void **state)
{
	skip_without_namespaces();
	expect(*state, "print all(get('1998-2001'))",
	    "HTTP/1.1 206 Partial Content\r\nContent-Length: 4\r\n"
	    "Content-Range: bytes 1998-2001/100000\r\nAccept-Ranges: bytes\r\n"
	    "Connection: close\r\n\r\nbbcc");
	expect(*state, "print all(get('99997-'))",
	    "HTTP/1.1 206 Partial Content\r\nContent-Length: 3\r\n"
	    "Content-Range: bytes 99997-99999/100000\r\n"
	    "Accept-Ranges: bytes\r\nConnection: close\r\n\r\nvvv");
	expect(*state, "print all(get('100000-'))",
	    "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\n"
	    "Content-Range: bytes */100000\r\nAccept-Ranges: bytes\r\n"
	    "Connection: close\r\n\r\n");
	expect(*state,
	    "my $t = all(get()); $t =~ /^HTTP.1.1 200 .*?\\r\\n\\r\\n/s;"
	    "print length($')",
	    "100000");
}

static void
what_is_no_request_is_refused(void **state)
{
	static const char *const scripts[] = {
		"my $s = way(); say_to($s, \"\\x16\\x03\\x01\\r\\n\\r\\n\");"
		"print substr(all($s), 9, 3)",
		"my $s = way(); say_to($s, \"GET /etc/passwd HTTP/1.1\\r\\n"
		"\\r\\n\"); print substr(all($s), 9, 3)",
		"my $s = way(); say_to($s, \"POST /film HTTP/1.1\\r\\n\\r\\n\");"
		"print substr(all($s), 9, 3)",
		"print substr(all(get('5-4')), 9, 3)",
		"print substr(all(get('0-1,4-5')), 9, 3)",
		/* a head that does not end */
		"my $s = way(); say_to($s, \"GET /film HTTP/1.1\\r\\n\" ."
		" \"A: b\\r\\n\" x 1000); my $t = all($s);"
		"print $t eq '' ? '400' : substr($t, 9, 3)",
	};

	skip_without_namespaces();
	for (size_t i = 0; i < COUNT_OF(scripts); i++)
		expect(*state, scripts[i], "400");
}

static void
there_is_one_connection(void **state)
{
	skip_without_namespaces();
	/* A new one ends the one before; what that was sent is true. */
	expect(*state,
	    "my $a = get('0-'); my $b = get('3000-3003');"
	    "my $t = all($b); my $u = all($a); $u =~ s/^.*?\\r\\n\\r\\n//s;"
	    "print substr($t, -4), length($u) < 100000 ? 'x' : 'whole',"
	    " $u =~ /!/ ? 'wrong' : ''",
	    "ddddx");
	expect(*state,
	    "my @s = map { way() } 1 .. 40; my $s = get('0-3');"
	    "print substr(all($s), -4)",
	    "aaaa");
	expect(*state,
	    "my $t; for (1 .. 100) { get('50000-') } my $s = get('0-3');"
	    "print substr(all($s), -4)",
	    "aaaa");
	/* whoever goes on talking is cut off */
	expect(*state,
	    "my $s = get('0-'); say_to($s, 'more'); my $t = all($s);"
	    "print length($t) < 100000 ? 'cut' : 'whole'",
	    "cut");
}

/* --- What it does not reach ---------------------------------------------------- */

static const char *const attempts[] = {
	/* another port of loopback, and another address */
	"exit(way(80) ? 9 : 0)",
	"socket(my $s, PF_INET, SOCK_STREAM, 6); exit(connect($s,"
	" sockaddr_in(80, inet_aton('192.0.2.1'))) ? 9 : 0)",
	/* names */
	"exit(gethostbyname('example.org') ? 9 : 0)",
	/* every other socket */
	"exit(socket(my $s, PF_INET, SOCK_DGRAM, 0) ? 9 : 0)",
	"exit(socket(my $s, PF_INET, SOCK_RAW, 1) ? 9 : 0)",
	"exit(socket(my $s, PF_INET, SOCK_STREAM, 132) ? 9 : 0)",
	"exit(socket(my $s, PF_INET, SOCK_STREAM, 262) ? 9 : 0)",
	"exit(socket(my $s, PF_INET6, SOCK_STREAM, 0) ? 9 : 0)",
	"exit(socket(my $s, PF_UNIX, SOCK_STREAM, 0) ? 9 : 0)",
	"exit(socket(my $s, 16, SOCK_RAW, 0) ? 9 : 0)",
	"exit(socketpair(my $a, my $b, PF_UNIX, SOCK_STREAM, 0) ? 9 : 0)",
	/* nobody can come to it */
	"socket(my $s, PF_INET, SOCK_STREAM, 0) or exit 1;"
	"exit(bind($s, sockaddr_in(9090, INADDR_ANY)) ? 9 : 0)",
	"socket(my $s, PF_INET, SOCK_STREAM, 0) or exit 1;"
	"exit(listen($s, 1) ? 9 : 0)",
	/* neither the listener nor the way it was passed by stays */
	"for (3 .. 15) { open(my $f, '<&=', $_) or next;"
	" exit 9 if defined getsockname($f) } exit 0",
	/* no right in the namespace it is in */
	"exit(open(my $f, '>', '/proc/self/uid_map') ? 9 : 0)",
	"exit(chroot('/usr') ? 9 : 0)",
	"exec '/bin/true'; exit 0",
};

static void
nothing_else_is_reached(void **state)
{
	skip_without_namespaces();
	for (size_t i = 0; i < COUNT_OF(attempts); i++)
		expect(*state, attempts[i], "");
}

/* What listens on this machine's loopback is reached by an ordinary program. */
static void
this_machine_is_not_reached(void **state)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char script[160], open[8192];
	const char *argv[] = { "/usr/bin/perl", "-e", open, NULL };

	skip_without_namespaces();
	assert_int_equal(
	    bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(
	    getsockname(fd, (struct sockaddr *)&address, &size), 0);
	snprintf(script, sizeof(script), "exit(way(%d) ? 9 : 0)",
	    ntohs(address.sin_port));
	snprintf(open, sizeof(open), "%s %s", prelude, script);
	assert_int_equal(programs_run(argv), 9);
	expect(*state, script, "");
	close(fd);
}

/* --- Time and parents ------------------------------------------------------------ */

enum { SHORT_MS = 5000, LONGER_MS = 6000 };

static void
give_late(struct run *run)
{
	run->slow.wanted = -1;
	run->wanted = NULL;
	uv_timer_start(&run->timer, on_time, LONGER_MS, 1);
	run->slow.wanted = 0;
}

/* Waiting for bytes is no fault of the program. */
static void
waiting_is_not_counted(void **state)
{
	struct fixture *f = *state;
	struct run *run = mem_calloc(1, sizeof(*run));

	skip_without_namespaces();
	begin_perl(f, run, "print substr(all(get('0-3')), -4)", SHORT_MS);
	run->wanted = give_late;
	finish(f, run);
	assert_int_equal(run->outcome.code, ERR_NONE);
	assert_string_equal(run->outcome.out, "aaaa");
	slow_end(&run->slow);
	free(run->outcome.out);
	free(run);
}

/* As a parent that is killed would leave it; *out is where it writes. */
static void
be_parent(int out)
{
	char program[PATHS_MAX], parent[32];
	int pair[2];

	snprintf(program, sizeof(program), "%s/bin/miau-confine",
	    getenv("MIAU_LIB_DIR"));
	snprintf(parent, sizeof(parent), "%d", (int)getpid());
	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == -1)
		_exit(1);
	if (fork() == 0) {
		dup2(pair[1], 3);
		dup2(out, STDOUT_FILENO);
		for (int fd = 4; fd < 64; fd++)
			close(fd);
		execl(program, program, "--served", parent, "60", "512", "1",
		    "/usr/bin/perl", "-e", "$| = 1; print 'x'; sleep 600",
		    (char *)NULL);
		_exit(1);
	}
	for (;;)
		pause();
}

static void
it_ends_with_its_parent(void **state)
{
	struct pollfd end;
	int ways[2];
	char byte;
	pid_t pid;

	(void)state;
	skip_without_namespaces();
	assert_int_equal(pipe(ways), 0);
	pid = fork();
	if (pid == 0) {
		close(ways[0]);
		be_parent(ways[1]);
	}
	close(ways[1]);
	assert_int_equal(read(ways[0], &byte, 1), 1);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	end = (struct pollfd){ .fd = ways[0], .events = POLLIN };
	assert_int_equal(poll(&end, 1, HANG_MS), 1);
	assert_int_equal(read(ways[0], &byte, 1), 0);
	close(ways[0]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_are_answered),
		cmocka_unit_test(what_is_no_request_is_refused),
		cmocka_unit_test(there_is_one_connection),
		cmocka_unit_test(nothing_else_is_reached),
		cmocka_unit_test(this_machine_is_not_reached),
		cmocka_unit_test(waiting_is_not_counted),
		cmocka_unit_test(it_ends_with_its_parent),
	};

	return cmocka_run_group_tests(tests, fixture_set_up, fixture_tear_down);
}
