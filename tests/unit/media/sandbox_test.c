/*
 * What a confined program cannot do. perl stands in for a reader that was
 * taken over: it tries, and its exit status says what it got.
 */
#include <fcntl.h>
#include <signal.h>

#include "daemon/miaud/media/sandbox.h"
#include "tests/unit/media/fixture.h"

/* Whoever needs longer hangs. */
enum { HANG_MS = 120000 };

struct outcome {
	int n;
	enum err_code code;
	int status, signal;
	char out[4096], log[4096];
};

static void
on_done(void *arg, const struct child_result *result)
{
	struct outcome *outcome = arg;

	outcome->n++;
	outcome->code = result->err.code;
	outcome->status = result->status;
	outcome->signal = result->signal;
	snprintf(outcome->out, sizeof(outcome->out), "%s",
	    result->out ? result->out : "");
	snprintf(outcome->log, sizeof(outcome->log), "%s",
	    result->log ? result->log : "");
}

static struct outcome
run(struct fixture *f, const char *script, int fd, int deadline_ms)
{
	const char *args[] = { "-e", script, NULL };
	struct outcome outcome = { 0 };
	char folder[160];
	struct err err;

	snprintf(folder, sizeof(folder), "%s/work", f->folder);
	assert_int_equal(fs_mkdirs(folder, 0700, &err), 0);
	if (sandbox_run(f->children,
		&(struct sandbox_spec){ .file = "/usr/bin/perl",
		    .args = args,
		    .folder = folder,
		    .fds = &fd,
		    .n_fds = fd == -1 ? 0 : 1,
		    .cpu_s = 2,
		    .memory_mb = 512,
		    .file_mb = 1,
		    .out_max = 4000,
		    .deadline_ms = deadline_ms,
		    .done = on_done,
		    .arg = &outcome },
		&err) == NULL)
		fail_msg("%s", err.text);
	uv_run(&f->loop, UV_RUN_DEFAULT);
	assert_int_equal(outcome.n, 1);
	return outcome;
}

/* Each script exits 0 when it was kept from what it tried, and 9 when not. */
static const char *const attempts[] = {
	/* sockets of every family */
	"use Socket; exit(socket(my $s, PF_INET, SOCK_STREAM, 0) ? 9 : 0)",
	"use Socket; exit(socket(my $s, PF_INET, SOCK_DGRAM, 0) ? 9 : 0)",
	"use Socket; exit(socket(my $s, PF_UNIX, SOCK_STREAM, 0) ? 9 : 0)",
	"use Socket; exit(socketpair(my $a, my $b, PF_UNIX, SOCK_STREAM, 0) "
	"? 9 : 0)",
	/* processes and programs */
	"my $p = fork(); exit 0 unless defined $p; exit 9",
	"exec '/bin/true'; exit 0",
	/* nothing in the environment */
	"exit(scalar(grep { $_ ne 'PWD' && $_ ne 'SHLVL' && $_ ne '_' } "
	"keys %ENV) ? 9 : 0)",
	/* no descriptors but the three */
	"opendir(my $d, '/proc/self/fd') or exit 0; "
	"exit(scalar(grep { /^\\d+$/ && $_ > 4 } readdir $d) ? 9 : 0)",
	/* other processes */
	"exit(kill(0, getppid()) ? 9 : 0)",
#ifdef __x86_64__
	/* clone(2) without threads, ptrace(2), mount(2), unshare(2) by number */
	"exit(syscall(56, 17, 0, 0, 0, 0) == -1 ? 0 : 9)",
	"exit(syscall(101, 0, 0, 0, 0) == -1 ? 0 : 9)",
	"exit(syscall(165, 0, 0, 0, 0, 0) == -1 ? 0 : 9)",
	"exit(syscall(272, 0x10000000) == -1 ? 0 : 9)",
	/* io_uring would go around the filter */
	"exit(syscall(425, 4, 0) == -1 ? 0 : 9)",
#endif
	/* a file that grows beyond its bound */
	"open(my $f, '>', 'big') or exit 1; $SIG{XFSZ} = 'IGNORE'; "
	"my $n = 0; while ($n++ < 64) { syswrite($f, 'x' x 65536) or exit 0 } "
	"exit 9",
};

static void
rights_are_gone(void **state)
{
	struct fixture *f = *state;

	setenv("MIAU_TEST_SECRET", "hidden", 1);
	for (size_t i = 0; i < COUNT_OF(attempts); i++) {
		struct outcome outcome = run(f, attempts[i], -1, HANG_MS);

		if (outcome.code != ERR_NONE || outcome.status != 0)
			fail_msg("%s: status %d: %s", attempts[i],
			    outcome.status, outcome.log);
	}
}

static void
the_given_descriptor_can_be_opened_again(void **state)
{
	struct fixture *f = *state;
	struct outcome outcome;
	char path[160];
	struct err err;
	int fd;

	snprintf(path, sizeof(path), "%s/given", f->folder);
	assert_int_equal(fs_write(path, "given", 5, 0600, &err), 0);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	outcome = run(f,
	    "open(my $f, '<', '/dev/fd/3') or exit 1; "
	    "print <$f>; exit 0",
	    fd, HANG_MS);
	close(fd);
	assert_int_equal(outcome.status, 0);
	assert_string_equal(outcome.out, "given");
}

static void
the_working_folder_can_be_written(void **state)
{
	struct fixture *f = *state;
	struct outcome outcome;
	char path[160];

	outcome = run(f,
	    "open(my $f, '>', 'made') or exit 1; print $f 'x'; "
	    "close $f; exit 0",
	    -1, HANG_MS);
	assert_int_equal(outcome.status, 0);
	snprintf(path, sizeof(path), "%s/work/made", f->folder);
	assert_true(fs_exists(path));
}

static void
time_ends(void **state)
{
	struct fixture *f = *state;
	struct outcome outcome;

	outcome = run(f, "sleep 600", -1, 300);
	assert_int_equal(outcome.code, ERR_TIMEOUT);
	outcome = run(f, "1 while 1", -1, HANG_MS);
	assert_int_equal(outcome.code, ERR_NONE);
	assert_true(outcome.signal == SIGXCPU || outcome.signal == SIGKILL);
}

static void
memory_ends(void **state)
{
	struct fixture *f = *state;
	struct outcome outcome;

	outcome =
	    run(f, "my $x = 'x' x (1024 * 1024 * 1024); exit 9", -1, HANG_MS);
	assert_true(outcome.status != 9);
	assert_true(outcome.status != 0);
}

static void
a_missing_program_is_told(void **state)
{
	struct fixture *f = *state;
	const char *args[] = { NULL };
	struct outcome outcome = { 0 };
	struct err err;

	assert_non_null(sandbox_run(f->children,
	    &(struct sandbox_spec){ .file = "/nowhere/at/all",
		.args = args,
		.cpu_s = 1,
		.memory_mb = 256,
		.deadline_ms = HANG_MS,
		.done = on_done,
		.arg = &outcome },
	    &err));
	uv_run(&f->loop, UV_RUN_DEFAULT);
	assert_int_equal(outcome.status, 127);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rights_are_gone),
		cmocka_unit_test(the_given_descriptor_can_be_opened_again),
		cmocka_unit_test(the_working_folder_can_be_written),
		cmocka_unit_test(time_ends),
		cmocka_unit_test(memory_ends),
		cmocka_unit_test(a_missing_program_is_told),
	};

	return cmocka_run_group_tests(tests, fixture_set_up, fixture_tear_down);
}
