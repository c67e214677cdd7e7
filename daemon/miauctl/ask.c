/* Asks the person in front of the terminal. */
#include "daemon/miauctl/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "lib/auth/password.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

bool
ask_is_possible(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

/* Reads up to the newline; what does not fit is refused. */
static int
read_line(int fd, char out[ASK_MAX], struct err *err)
{
	size_t len = 0;
	ssize_t n;
	char c;

	for (;;) {
		n = read(fd, &c, 1);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_errno(err, ERR_IO, "Cannot read");
		if (n == 0 && len == 0)
			return err_set(
			    err, ERR_CANCELLED, "The input has ended.");
		if (n == 0 || c == '\n')
			break;
		if (c == '\0' || len == ASK_MAX - 1)
			return err_set(err, ERR_INVALID_FIELDS,
			    "The line is too long or holds a NUL.");
		out[len++] = c;
	}
	if (len > 0 && out[len - 1] == '\r')
		len--;
	out[len] = '\0';
	return 0;
}

int
ask_line(const char *question, const char *otherwise, char out[ASK_MAX],
    struct err *err)
{
	char *trimmed;

	do {
		if (otherwise != NULL && otherwise[0] != '\0')
			fprintf(stderr, "%s [%s]: ", question, otherwise);
		else
			fprintf(stderr, "%s: ", question);
		if (read_line(STDIN_FILENO, out, err) == -1)
			return -1;
		trimmed = str_trim(out);
		memmove(out, trimmed, strlen(trimmed) + 1);
		if (out[0] == '\0' && otherwise != NULL)
			snprintf(out, ASK_MAX, "%s", otherwise);
	} while (out[0] == '\0' && otherwise == NULL);
	return 0;
}

/* Waits for a line or a signal; 1 for a line, 0 for a signal. */
static int
wait_for_line(int signals)
{
	struct pollfd waiting[] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
	};

	while (poll(waiting, 2, -1) == -1)
		if (errno != EINTR)
			return 1;
	return waiting[1].revents == 0;
}

/* Without echo. A signal must not leave the terminal silent: it waits until
 * the terminal is as before and then does what it does. */
static int
ask_hidden(const char *question, char out[ASK_MAX], struct err *err)
{
	struct termios before, silent;
	sigset_t held, old;
	int signals, result = -1;

	if (tcgetattr(STDIN_FILENO, &before) == -1)
		return err_errno(err, ERR_IO, "Cannot hide the input");
	silent = before;
	silent.c_lflag &= ~(tcflag_t)ECHO;
	sigemptyset(&held);
	sigaddset(&held, SIGINT);
	sigaddset(&held, SIGTERM);
	sigaddset(&held, SIGTSTP);
	sigprocmask(SIG_BLOCK, &held, &old);
	signals = signalfd(-1, &held, SFD_CLOEXEC);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
	fprintf(stderr, "%s: ", question);
	if (wait_for_line(signals))
		result = read_line(STDIN_FILENO, out, err);
	else
		err_set(err, ERR_CANCELLED, "Cancelled.");
	fputc('\n', stderr);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
	close(signals);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return result;
}

static int
ask_new_password(char out[ASK_MAX], struct err *err)
{
	char again[ASK_MAX];
	int result;

	for (;;) {
		if (ask_hidden("Password", out, err) == -1)
			return -1;
		if (strlen(out) < PASSWORD_MIN) {
			fprintf(stderr, "At least %d characters, please.\n",
			    PASSWORD_MIN);
			continue;
		}
		if (ask_hidden("The same again", again, err) == -1)
			return -1;
		result = strcmp(out, again);
		mem_wipe(again, sizeof(again));
		if (result == 0)
			return 0;
		fprintf(stderr, "These were not the same.\n");
	}
}

int
ask_password_file(const char *file, char out[ASK_MAX], struct err *err)
{
	int fd, result;

	if (strcmp(file, "-") == 0)
		return read_line(STDIN_FILENO, out, err);
	fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd == -1)
		return err_errno(err, ERR_NOT_FOUND, "Cannot open %s", file);
	result = read_line(fd, out, err);
	close(fd);
	return result;
}

int
ask_password(const char *file, char out[ASK_MAX], struct err *err)
{
	if (file != NULL)
		return ask_password_file(file, out, err);
	if (!ask_is_possible())
		return err_set(err, ERR_INVALID_FIELDS,
		    "There is no terminal to ask for the password on; give "
		    "--password-file FILE (\"-\" is standard input).");
	return ask_new_password(out, err);
}
