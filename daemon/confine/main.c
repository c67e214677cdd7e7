/*
 * miau-confine: takes every right away that a reader of hostile files does not
 * need, then becomes that reader.
 *
 *	miau-confine [--served] [--idle] [--device dri|nvidia] PARENT CPU_S MEMORY_MB FILE_MB PROGRAM [ARGUMENT …]
 *	miau-confine --try
 *
 * PARENT is the process whose end must end this one. What the program then
 * cannot do: make sockets, start processes or programs, trace, mount, gain
 * privileges, use more processor time, memory or disk than given, outlive its
 * parent. Where the kernel has Landlock it also reads only that program, the system's
 * folders, its working folder and the descriptors it was given, and writes
 * only into the working folder; without Landlock the kernel's ordinary file
 * rights remain, everything else holds.
 *
 * --served: the program reads a film that is served to it. Descriptor 3 is a
 * socket to whoever serves; over it goes a listener on loopback in a network
 * namespace made for this one program, and nothing else is in that namespace.
 * The program may then make TCP connections, which reach that listener alone: no
 * other address, no name server, no socket of this machine. Making the namespace
 * takes a user namespace as well, in which the program has no right either.
 * --idle: the program gets what processor and disk have left over.
 * --device: the program encodes by hardware. It may open the nodes of render devices
 * (dri) or of NVIDIA's (nvidia), read what its driver looks up, and speak with them by
 * ioctl: only requests of those kinds of device. NVIDIA's driver maps all memory of
 * the machine and of the card, so that the address space has no limit then.
 * --try only tells, by status 0, whether that can be done here.
 *
 * RLIMIT_NPROC counts all processes of the user and would hit the innocent;
 * the filter refuses new processes altogether, threads excepted.
 *
 * Exit status 125: could not be confined, the program was not started; 127: it
 * could not be started.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/ioprio.h>
#include <linux/landlock.h>
#include <netinet/in.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "daemon/confine/device.h"
#include "daemon/confine/refuse.h"
#include "daemon/confine/served.h"
#include "lib/base/attr.h"

enum {
	EXIT_NOT_CONFINED = 125,
	EXIT_NOT_STARTED = 127,
	ARG_PARENT = 1,
	ARG_CPU,
	ARG_MEMORY,
	ARG_FILE,
	ARG_PROGRAM,
	OPEN_MAX_FDS = 64,
	INHERITED_MAX = 16,
	NICENESS = 10,
};

#define MEBIBYTE (1024L * 1024L)

/* Reading, computing, threads, time. Everything else fails with EPERM. */
static const int allowed[] = {
	SCMP_SYS(read),
	SCMP_SYS(readv),
	SCMP_SYS(pread64),
	SCMP_SYS(preadv),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	SCMP_SYS(pwrite64),
	SCMP_SYS(pwritev),
	SCMP_SYS(open),
	SCMP_SYS(openat),
	SCMP_SYS(close),
	SCMP_SYS(close_range),
	SCMP_SYS(lseek),
	SCMP_SYS(stat),
	SCMP_SYS(lstat),
	SCMP_SYS(fstat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(statx),
	SCMP_SYS(statfs),
	SCMP_SYS(fstatfs),
	SCMP_SYS(access),
	SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2),
	SCMP_SYS(readlink),
	SCMP_SYS(readlinkat),
	SCMP_SYS(getcwd),
	SCMP_SYS(getdents64),
	SCMP_SYS(ftruncate),
	SCMP_SYS(fadvise64),
	SCMP_SYS(fcntl),
	SCMP_SYS(dup),
	SCMP_SYS(dup2),
	SCMP_SYS(dup3),
	SCMP_SYS(pipe2),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(select),
	SCMP_SYS(pselect6),
	SCMP_SYS(eventfd2),
	SCMP_SYS(mmap),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(mprotect),
	SCMP_SYS(madvise),
	SCMP_SYS(brk),
	SCMP_SYS(futex),
	SCMP_SYS(sched_yield),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(sched_getparam),
	SCMP_SYS(sched_getscheduler),
	SCMP_SYS(sched_get_priority_max),
	SCMP_SYS(sched_get_priority_min),
	SCMP_SYS(getcpu),
	SCMP_SYS(set_robust_list),
	SCMP_SYS(get_robust_list),
	SCMP_SYS(rseq),
	SCMP_SYS(set_tid_address),
	SCMP_SYS(arch_prctl),
	SCMP_SYS(membarrier),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(getppid),
	SCMP_SYS(getuid),
	SCMP_SYS(geteuid),
	SCMP_SYS(getgid),
	SCMP_SYS(getegid),
	SCMP_SYS(getrusage),
	SCMP_SYS(getrlimit),
	SCMP_SYS(times),
	SCMP_SYS(sysinfo),
	SCMP_SYS(uname),
	SCMP_SYS(getrandom),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_getres),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(nanosleep),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),
	SCMP_SYS(tgkill),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

/* Beside them for a program that reads a film that is served to it. */
static const int allowed_served[] = {
	SCMP_SYS(connect),
	SCMP_SYS(getsockopt),
	SCMP_SYS(setsockopt),
	SCMP_SYS(getpeername),
	SCMP_SYS(getsockname),
	SCMP_SYS(recvfrom),
	SCMP_SYS(recvmsg),
	SCMP_SYS(sendto),
	SCMP_SYS(sendmsg),
	SCMP_SYS(shutdown),
};

/* Folders whose files every program needs to start and to draw. */
static const char *const readable[] = { "/usr", "/lib", "/lib64", "/bin",
	"/etc/ld.so.cache", "/etc/fonts", "/etc/alternatives", "/dev/null",
	"/dev/urandom", "/proc/cpuinfo", "/sys/devices/system/cpu" };

/* What a driver in the program does beside them. */
static const int allowed_device[] = {
	SCMP_SYS(memfd_create),
	SCMP_SYS(fallocate),
	SCMP_SYS(kcmp),
	SCMP_SYS(mincore),
	SCMP_SYS(sched_setaffinity),
	SCMP_SYS(sched_setscheduler),
	SCMP_SYS(get_mempolicy),
};

/* What is to be taken away, and what not. */
struct plan {
	bool is_served;
	bool is_idle;
	const struct device *device; /* or NULL */
};

static int
read_number(const char *text, int64_t *out)
{
	char *end;

	*out = strtoll(text, &end, 10);
	if (end != text && *end == '\0' && *out >= 0 && *out <= INT32_MAX)
		return 0;
	errno = EINVAL;
	return refuse(text);
}

static int
limit(int resource, int64_t value)
{
	struct rlimit limit = { .rlim_cur = (rlim_t)value,
		.rlim_max = (rlim_t)value };

	return setrlimit(resource, &limit);
}

static int
set_limits(
    const struct plan *plan, int64_t cpu_s, int64_t memory_mb, int64_t file_mb)
{
	if (limit(RLIMIT_CPU, cpu_s) == -1 ||
	    (!(plan->device != NULL && plan->device->maps_all) &&
		limit(RLIMIT_AS, memory_mb * MEBIBYTE) == -1) ||
	    limit(RLIMIT_FSIZE, file_mb * MEBIBYTE) == -1 ||
	    limit(RLIMIT_NOFILE, OPEN_MAX_FDS) == -1 ||
	    limit(RLIMIT_CORE, 0) == -1 || limit(RLIMIT_MEMLOCK, 0) == -1 ||
	    limit(RLIMIT_MSGQUEUE, 0) == -1)
		return refuse("cannot set limits");
	(void)setpriority(PRIO_PROCESS, 0, NICENESS);
	umask(077);
	return 0;
}

/* Ends with its parent, also when that has ended already. */
static int
follow_parent(int64_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return refuse("cannot give up privileges");
	if (getppid() != (pid_t)parent) {
		errno = ESRCH;
		return refuse("the parent has gone");
	}
	return 0;
}

static int
allow_path(int ruleset, int fd, uint64_t rights)
{
	struct landlock_path_beneath_attr rule = { .allowed_access = rights,
		.parent_fd = fd };
	struct stat st;

	if (fstat(fd, &st) == -1)
		return -1;
	if (!S_ISDIR(st.st_mode))
		rule.allowed_access &= LANDLOCK_ACCESS_FS_EXECUTE |
		    LANDLOCK_ACCESS_FS_READ_FILE |
		    LANDLOCK_ACCESS_FS_WRITE_FILE;
	return (int)syscall(SYS_landlock_add_rule, ruleset,
	    LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
}

static void
allow_named(int ruleset, const char *path, uint64_t rights)
{
	int fd = open(path, O_PATH | O_CLOEXEC);

	if (fd == -1)
		return;
	(void)allow_path(ruleset, fd, rights);
	close(fd);
}

static void
allow_device(int ruleset, const struct device *device)
{
	const uint64_t reading =
	    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
	glob_t found;

	for (size_t i = 0; i < COUNT_OF(device->readable); i++)
		if (device->readable[i] != NULL)
			allow_named(ruleset, device->readable[i], reading);
	for (size_t i = 0; i < COUNT_OF(device->nodes); i++) {
		if (device->nodes[i] == NULL ||
		    glob(device->nodes[i], 0, NULL, &found) != 0)
			continue;
		for (size_t j = 0; j < found.gl_pathc; j++)
			allow_named(ruleset, found.gl_pathv[j],
			    reading | LANDLOCK_ACCESS_FS_WRITE_FILE);
		globfree(&found);
	}
}

/* What may be read and where may be written. Pipes and the like take no rule,
 * which is no fault. */
static void
add_rules(int ruleset, const char *program, const struct plan *plan)
{
	const uint64_t reading = LANDLOCK_ACCESS_FS_EXECUTE |
	    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
	const uint64_t writing = LANDLOCK_ACCESS_FS_READ_FILE |
	    LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_WRITE_FILE |
	    LANDLOCK_ACCESS_FS_MAKE_REG;
	int fd;

	for (size_t i = 0; i < COUNT_OF(readable); i++)
		allow_named(ruleset, readable[i], reading);
	allow_named(ruleset, program, reading);
	if (plan->device != NULL)
		allow_device(ruleset, plan->device);
	for (fd = STDERR_FILENO + 1; fd < INHERITED_MAX; fd++)
		if (fd != ruleset && fcntl(fd, F_GETFD) != -1)
			(void)allow_path(
			    ruleset, fd, LANDLOCK_ACCESS_FS_READ_FILE);
	fd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd != -1) {
		struct stat here, root;

		/* "/" as working folder means: nowhere to write */
		if (fstat(fd, &here) == 0 && stat("/", &root) == 0 &&
		    (here.st_ino != root.st_ino || here.st_dev != root.st_dev))
			(void)allow_path(ruleset, fd, writing);
		close(fd);
	}
}

/* Landlock where the kernel has it. */
static int
confine_files(const char *program, const struct plan *plan)
{
	struct landlock_ruleset_attr attr = {
		/* all rights of the first version */
		.handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1,
	};
	int ruleset, result;

	if (syscall(SYS_landlock_create_ruleset, NULL, 0,
		LANDLOCK_CREATE_RULESET_VERSION) < 1)
		return 0;
	ruleset =
	    (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (ruleset == -1)
		return refuse("Landlock");
	add_rules(ruleset, program, plan);
	result = (int)syscall(SYS_landlock_restrict_self, ruleset, 0);
	close(ruleset);
	return result == 0 ? 0 : refuse("Landlock");
}

/* Rows whose arguments count. `program` is compared by its address, which only
 * this process knows: after exec nothing can be executed again. */
static int
add_conditional(scmp_filter_ctx filter, const char *program)
{
	int result = 0;

	result |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(execve), 1,
	    SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)(uintptr_t)program));
	result |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
	    SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
	/* its flags are behind a pointer: glibc takes clone instead */
	result |= seccomp_rule_add(
	    filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	result |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1,
	    SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME));
	/* reading one's own limits */
	result |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64),
	    2, SCMP_A0(SCMP_CMP_EQ, 0), SCMP_A2(SCMP_CMP_EQ, 0));
	return result;
}

/* None, or those of a kind of device. */
static int
add_requests(scmp_filter_ctx filter, const struct device *device)
{
	int result = 0;

	if (device == NULL)
		return seccomp_rule_add(
		    filter, SCMP_ACT_ERRNO(ENOTTY), SCMP_SYS(ioctl), 0);
	for (size_t i = 0; i < device->n_kinds; i++)
		result |=
		    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
			SCMP_A1(SCMP_CMP_MASKED_EQ, 0xff00,
			    (scmp_datum_t)device->kinds[i] << 8));
	return result;
}

static int
add_list(scmp_filter_ctx filter, const int *list, size_t n)
{
	int result = 0;

	for (size_t i = 0; i < n; i++)
		/* calls that this machine does not have are no loss */
		if (list[i] >= 0)
			result |= seccomp_rule_add(
			    filter, SCMP_ACT_ALLOW, list[i], 0);
	return result;
}

/* TCP over IPv4 as a client. Other protocols of the same kind are refused, too:
 * each is more of the kernel within reach. */
static int
add_served(scmp_filter_ctx filter)
{
	const uint32_t kind = ~(uint32_t)(SOCK_CLOEXEC | SOCK_NONBLOCK);
	static const scmp_datum_t protocols[] = { 0, IPPROTO_TCP };
	int result = add_list(filter, allowed_served, COUNT_OF(allowed_served));

	for (size_t i = 0; i < COUNT_OF(protocols); i++)
		result |= seccomp_rule_add(filter, SCMP_ACT_ALLOW,
		    SCMP_SYS(socket), 3, SCMP_A0(SCMP_CMP_EQ, AF_INET),
		    SCMP_A1(SCMP_CMP_MASKED_EQ, kind, SOCK_STREAM),
		    SCMP_A2(SCMP_CMP_EQ, protocols[i]));
	return result;
}

static int
confine_calls(const char *program, const struct plan *plan)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int result;

	if (filter == NULL)
		return refuse("seccomp");
	result = add_conditional(filter, program);
	result |= add_list(filter, allowed, COUNT_OF(allowed));
	result |= add_requests(filter, plan->device);
	if (plan->device != NULL)
		result |=
		    add_list(filter, allowed_device, COUNT_OF(allowed_device));
	if (plan->is_served)
		result |= add_served(filter);
	if (result == 0)
		result = seccomp_load(filter);
	seccomp_release(filter);
	if (result == 0)
		return 0;
	errno = EPERM;
	return refuse("seccomp");
}

/* Nobody waits for it: where that is refused it works as others do. */
static void
be_idle(void)
{
	const struct sched_param param = { .sched_priority = 0 };

	(void)sched_setscheduler(0, SCHED_IDLE, &param);
	(void)syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0,
	    IOPRIO_PRIO_VALUE(IOPRIO_CLASS_IDLE, 0));
}

/* All but becoming the program. */
static int
confine(char **argv, const struct plan *plan)
{
	int64_t number[ARG_PROGRAM];

	for (int i = ARG_PARENT; i < ARG_PROGRAM; i++)
		if (read_number(argv[i], &number[i]) == -1)
			return -1;
	if (plan->is_idle)
		be_idle();
	if (plan->is_served && served_begin() == -1)
		return -1;
	if (follow_parent(number[ARG_PARENT]) == -1 ||
	    set_limits(plan, number[ARG_CPU], number[ARG_MEMORY],
		number[ARG_FILE]) == -1)
		return -1;
	if (confine_files(argv[ARG_PROGRAM], plan) == -1)
		return -1;
	return confine_calls(argv[ARG_PROGRAM], plan);
}

static bool
take_option(int *argc, char ***argv, const char *name)
{
	if (*argc < 2 || strcmp((*argv)[1], name) != 0)
		return false;
	*argc -= 1;
	*argv += 1;
	return true;
}

/* Takes the options away. -1: one is not known. */
static int
read_options(int *argc, char ***argv, struct plan *plan)
{
	memset(plan, 0, sizeof(*plan));
	plan->is_served = take_option(argc, argv, "--served");
	plan->is_idle = take_option(argc, argv, "--idle");
	if (*argc < 3 || strcmp((*argv)[1], "--device") != 0)
		return 0;
	plan->device = device_find((*argv)[2]);
	*argc -= 2;
	*argv += 2;
	return plan->device == NULL ? -1 : 0;
}

int
main(int argc, char **argv)
{
	static char *const no_environment[] = { NULL };
	struct plan plan;

	if (argc == 2 && strcmp(argv[1], "--try") == 0)
		return served_try() == 0 ? 0 : EXIT_NOT_CONFINED;
	if (read_options(&argc, &argv, &plan) == -1 || argc <= ARG_PROGRAM) {
		dprintf(STDERR_FILENO,
		    "usage: miau-confine [--served] [--idle] "
		    "[--device dri|nvidia] PARENT CPU_S MEMORY_MB FILE_MB "
		    "PROGRAM …\n");
		return EXIT_NOT_CONFINED;
	}
	if (confine(argv, &plan) == -1)
		return EXIT_NOT_CONFINED;
	execve(argv[ARG_PROGRAM], argv + ARG_PROGRAM, no_environment);
	refuse(argv[ARG_PROGRAM]);
	return EXIT_NOT_STARTED;
}
