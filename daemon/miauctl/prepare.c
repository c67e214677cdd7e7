/* The supervisor's preparations. */
#include "daemon/miauctl/prepare.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/miauctl/tls.h"
#include "daemon/miauctl/webconf.h"
#include "lib/base/address.h"
#include "lib/base/buf.h"
#include "lib/base/fs.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

enum { START_TIME_FIELD = 22, STAT_MAX = 4096 };

int
prepare_folders(const struct ctl *ctl, struct err *err)
{
	static const char *const names[] = { "cgi", "upload", "deflate" };
	char path[PATHS_MAX + 16], socket[PATHS_MAX];
	size_t i;

	/* The longest name decides; saying it now is kinder than a socket
	 * that cannot be reached later. */
	if (paths_socket(&ctl->paths, "cgi/subtitles.sock", socket,
		sizeof(socket), err) == -1)
		return err_set(err, ERR_SETTING_INVALID,
		    "The state folder's name is too long (%zu bytes): sockets "
		    "in it may have 107 bytes. Choose a shorter MIAU_STATE_DIR, "
		    "or a short symbolic link to it.",
		    strlen(ctl->paths.state));
	if (paths_refuse_foreign(&ctl->paths, err) == -1 ||
	    paths_make(&ctl->paths, err) == -1)
		return -1;
	for (i = 0; i < COUNT_OF(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", ctl->paths.run, names[i]);
		if (fs_mkdirs(path, 0750, err) == -1)
			return -1;
	}
	return 0;
}

static int
make_address(const char *bind, int port, struct sockaddr_storage *out)
{
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)out;
	struct sockaddr_in *four = (struct sockaddr_in *)out;

	memset(out, 0, sizeof(*out));
	if (strchr(bind, ':') != NULL) {
		six->sin6_family = AF_INET6;
		six->sin6_port = htons((uint16_t)port);
		return inet_pton(AF_INET6, bind, &six->sin6_addr);
	}
	four->sin_family = AF_INET;
	four->sin_port = htons((uint16_t)port);
	return inet_pton(AF_INET, bind, &four->sin_addr);
}

static int
say_bind(const char *bind, int port, struct err *err)
{
	if (errno == EADDRINUSE)
		return err_set(err, ERR_ALREADY_RUNNING,
		    "Port %d on %s is in use by another program. End that one, "
		    "or choose another port: MIAU_PORT=%d.",
		    port, bind, port < 65535 ? port + 1 : 8080);
	if (errno == EACCES)
		return err_set(err, ERR_SETTING_INVALID,
		    "Port %d may only be used by root. Choose one above 1023: "
		    "MIAU_PORT=8080.",
		    port);
	if (errno == EADDRNOTAVAIL)
		return err_set(err, ERR_SETTING_INVALID,
		    "This machine has no address %s (MIAU_BIND).", bind);
	return err_errno(
	    err, ERR_IO, "Cannot listen on %s, port %d", bind, port);
}

int
prepare_port(const char *bind_to, int port, struct err *err)
{
	struct sockaddr_storage address;
	int fd, on = 1, result = 0;

	if (make_address(bind_to, port, &address) != 1)
		return err_set(
		    err, ERR_SETTING_INVALID, "%s is no address.", bind_to);
	fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return err_errno(err, ERR_IO, "Cannot use the network");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&address,
		address.ss_family == AF_INET6
		    ? sizeof(struct sockaddr_in6)
		    : sizeof(struct sockaddr_in)) == -1 ||
	    listen(fd, 1) == -1)
		result = say_bind(bind_to, port, err);
	close(fd);
	return result;
}

/* What children read: absolute folders, and who sends files. */
static int
prepare_environment(const struct ctl *ctl, struct err *err)
{
	const char *config = getenv("MIAU_CONFIG");
	char real[PATHS_MAX];

	if (setenv("MIAU_STATE_DIR", ctl->paths.state, 1) == -1 ||
	    setenv("MIAU_LIB_DIR", ctl->programs, 1) == -1 ||
	    setenv("MIAU_SENDFILE", webserver_of(ctl->settings)->name, 1) == -1)
		return err_errno(err, ERR_INTERNAL, "No environment");
	if (config != NULL && config[0] != '\0' && config[0] != '/' &&
	    realpath(config, real) != NULL &&
	    setenv("MIAU_CONFIG", real, 1) == -1)
		return err_errno(err, ERR_INTERNAL, "No environment");
	return 0;
}

int
prepare_find_program(const char *name, const char *packages, char *out,
    size_t size, struct err *err)
{
	static const char sbin[] = "/usr/local/sbin:/usr/sbin:/sbin";
	const char *path = getenv("PATH");
	const char *lists[] = { path == NULL ? "" : path, sbin };
	const char *at;
	size_t i, len;

	for (i = 0; i < COUNT_OF(lists); i++)
		for (at = lists[i]; *at != '\0'; at += len + (at[len] == ':')) {
			len = strcspn(at, ":");
			if (len == 0 || at[0] != '/' ||
			    (size_t)snprintf(out, size, "%.*s/%s", (int)len, at,
				name) >= size)
				continue;
			if (access(out, X_OK) == 0)
				return 0;
		}
	return err_set(err, ERR_NOT_FOUND,
	    "%s is not installed (Debian: apt install %s).", name, packages);
}

/* Field 22 of /proc/PID/stat: a later process with the same number differs in
 * it. The name in field 2 may hold spaces and parentheses. */
static bool
start_time(pid_t pid, char out[32])
{
	char path[64];
	struct buf text;
	struct err ignored;
	char *at, *save = NULL;
	int field;
	bool found = false;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	buf_init(&text, STAT_MAX);
	if (fs_read(path, &text, &ignored) == -1)
		goto out;
	at = strrchr(text.data, ')');
	if (at == NULL)
		goto out;
	at = strtok_r(at + 1, " ", &save);
	for (field = 3; at != NULL && field < START_TIME_FIELD; field++)
		at = strtok_r(NULL, " ", &save);
	found = at != NULL && strlen(at) < 32;
	if (found)
		snprintf(out, 32, "%s", at);
out:
	buf_fini(&text);
	return found;
}

static void
pid_path(const struct ctl *ctl, char out[PATHS_MAX + 16])
{
	snprintf(out, PATHS_MAX + 16, "%s/up.pid", ctl->paths.run);
}

int
prepare_pid(const struct ctl *ctl, struct err *err)
{
	char path[PATHS_MAX + 16], began[32], text[64];
	int len;

	if (!start_time(getpid(), began))
		return err_set(err, ERR_IO, "Cannot read /proc/self/stat.");
	pid_path(ctl, path);
	len = snprintf(text, sizeof(text), "%d %s\n", (int)getpid(), began);
	return fs_write(path, text, (size_t)len, 0640, err);
}

pid_t
prepare_find_supervisor(const struct ctl *ctl)
{
	char path[PATHS_MAX + 16], began[32];
	struct buf text;
	struct err ignored;
	char *rest;
	int64_t pid = 0;

	pid_path(ctl, path);
	buf_init(&text, STAT_MAX);
	if (fs_read(path, &text, &ignored) == 0 &&
	    (rest = strchr(text.data, ' ')) != NULL) {
		*rest++ = '\0';
		if (!str_to_int64(text.data, 2, INT32_MAX, &pid) ||
		    !start_time((pid_t)pid, began) ||
		    strcmp(began, str_trim(rest)) != 0)
			pid = 0;
	}
	buf_fini(&text);
	return (pid_t)pid;
}

static int
say_running(const struct ctl *ctl, struct err *err)
{
	pid_t pid = prepare_find_supervisor(ctl);

	return err_set(err, ERR_ALREADY_RUNNING,
	    "Miauflix already runs on %s (process %d). End it with "
	    "`miauctl down`, or choose another MIAU_STATE_DIR.",
	    ctl->paths.state, (int)pid);
}

/* Takes <run>/up.lock, which is held until this process ends. */
static int
take_lock(const struct ctl *ctl, struct err *err)
{
	char path[PATHS_MAX + 16];

	snprintf(path, sizeof(path), "%s/up.lock", ctl->paths.run);
	if (fs_lock(path, err) != -1)
		return 0;
	return err->code == ERR_ALREADY_RUNNING ? say_running(ctl, err) : -1;
}

static enum ctl_exit
look_at_port(const struct ctl *ctl, struct err *err)
{
	int port = (int)settings_int(ctl->settings, SETTING_HTTP_PORT);
	char bind[64];

	if (address_bind(ctl->settings, bind, NULL, NULL, err) == -1)
		return CTL_FAILED;
	if (prepare_port(bind, port, err) == 0 &&
	    (!address_has_tls(ctl->settings) ||
		prepare_port(bind,
		    (int)settings_int(ctl->settings, SETTING_TLS_PORT),
		    err) == 0))
		return CTL_OK;
	return err->code == ERR_ALREADY_RUNNING ? CTL_PORT_TAKEN : CTL_FAILED;
}

/* What was made here is made anew when the web server starts; the operator's
 * own has to be right. */
static int
look_at_tls(const struct ctl *ctl, struct err *err)
{
	struct tls *tls = mem_calloc(1, sizeof(*tls));
	int result = 0;

	tls_find(&ctl->paths, ctl->settings, tls);
	if (tls->kind == TLS_GIVEN)
		result = tls_check(tls, err);
	free(tls);
	return result;
}

enum ctl_exit
prepare_look(const struct ctl *ctl, struct err *err)
{
	if (paths_refuse_foreign(&ctl->paths, err) == -1)
		return CTL_FAILED;
	if (prepare_find_supervisor(ctl) != 0) {
		say_running(ctl, err);
		return CTL_RUNNING;
	}
	if (look_at_tls(ctl, err) == -1)
		return CTL_FAILED;
	return look_at_port(ctl, err);
}

enum ctl_exit
prepare_start(const struct ctl *ctl, struct err *err)
{
	enum ctl_exit code;

	if (prepare_folders(ctl, err) == -1)
		return CTL_FAILED;
	if (take_lock(ctl, err) == -1)
		return err->code == ERR_ALREADY_RUNNING ? CTL_RUNNING
							: CTL_FAILED;
	if (look_at_tls(ctl, err) == -1)
		return CTL_FAILED;
	code = look_at_port(ctl, err);
	if (code == CTL_OK && prepare_environment(ctl, err) == -1)
		code = CTL_FAILED;
	return code;
}

int
prepare_refuse_running(const struct ctl *ctl, struct err *err)
{
	if (prepare_find_supervisor(ctl) == 0 && !ctl_has_daemon(ctl))
		return 0;
	return err_set(err, ERR_ALREADY_RUNNING,
	    "Miauflix runs on %s; end it with `miauctl down` first.",
	    ctl->paths.state);
}
