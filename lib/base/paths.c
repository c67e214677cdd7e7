/* The state folder's layout. */
#include "lib/base/paths.h"

#include <dirent.h>
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/fs.h"

enum { SOCKET_PATH_MAX = 107 }; /* sun_path of unix(7) without its NUL */

static int
join(char out[PATHS_MAX], const char *folder, const char *name, struct err *err)
{
	const char *slash = strcmp(folder, "/") == 0 ? "" : "/";

	if (snprintf(out, PATHS_MAX, "%s%s%s", folder, slash, name) >=
	    PATHS_MAX)
		return err_set(err, ERR_SETTING_INVALID,
		    "The name of the state folder is too long.");
	return 0;
}

static void
cut_last(char *path)
{
	char *slash = strrchr(path, '/');

	if (slash != NULL && slash != path)
		*slash = '\0';
	else if (slash != NULL)
		slash[1] = '\0';
}

/* The folder that is `levels` above this program's own file. */
static int
above_program(int levels, char *out, size_t size, struct err *err)
{
	ssize_t len = readlink("/proc/self/exe", out, size);

	if (len == -1)
		return err_errno(err, ERR_IO, "Cannot find this program");
	if ((size_t)len >= size)
		return err_set(err, ERR_IO, "This program's path is too long.");
	out[len] = '\0';
	while (levels-- > 0)
		cut_last(out);
	return 0;
}

/* The web app lies beside the programs then. */
bool
paths_are_installed(void)
{
	char programs[PATHS_MAX], app[PATHS_MAX + 16];
	struct err ignored;

	if (above_program(2, programs, sizeof(programs), &ignored) == -1)
		return false;
	snprintf(app, sizeof(app), "%s/share/www", programs);
	return fs_exists(app);
}

/* <checkout>/build/bin/miauctl, <checkout>/build/cgi/movies.fcgi. */
static int
default_state(char out[PATHS_MAX], struct err *err)
{
	char checkout[PATHS_MAX];

	if (paths_are_installed()) {
		snprintf(out, PATHS_MAX, "%s", PATHS_INSTALLED_STATE);
		return 0;
	}
	if (above_program(3, checkout, sizeof(checkout), err) == -1)
		return -1;
	return join(out, checkout, "var", err);
}

static int
find_state(char out[PATHS_MAX], struct err *err)
{
	const char *wanted = getenv("MIAU_STATE_DIR");
	char here[PATHS_MAX];
	size_t len;

	if (wanted == NULL || wanted[0] == '\0')
		return default_state(out, err);
	while (strncmp(wanted, "./", 2) == 0)
		wanted += 2;
	if (wanted[0] != '/' && getcwd(here, sizeof(here)) == NULL)
		return err_errno(err, ERR_IO, "The current folder is gone");
	if (join(out, wanted[0] == '/' ? "/" : here,
		wanted + strspn(wanted, "/"), err) == -1)
		return -1;
	for (len = strlen(out); len > 1 && out[len - 1] == '/'; len--)
		out[len - 1] = '\0';
	return 0;
}

int
paths_init(struct paths *paths, struct err *err)
{
	const struct {
		char *out;
		const char *name;
	} places[] = {
		{ paths->database, "miauflix.db" },
		{ paths->keys, "keys" },
		{ paths->run, "run" },
		{ paths->images, "images" },
		{ paths->library, "library" },
		{ paths->torrents, "torrents" },
		{ paths->hls, "hls" },
		{ paths->resume, "resume" },
		{ paths->subtitles, "subtitles" },
		{ paths->backups, "backups" },
		{ paths->log, "log" },
		{ paths->config, "miauflix.conf" },
	};
	size_t i;

	if (find_state(paths->state, err) == -1)
		return -1;
	for (i = 0; i < COUNT_OF(places); i++)
		if (join(places[i].out, paths->state, places[i].name, err) ==
		    -1)
			return -1;
	if (strcmp(paths->state, PATHS_INSTALLED_STATE) == 0)
		snprintf(
		    paths->config, PATHS_MAX, "%s", PATHS_INSTALLED_CONFIG);
	return 0;
}

/* What makes a folder an installation: any of these in it. */
static bool
has_mark(const struct paths *paths)
{
	static const char *const marks[] = { "miauflix.db", "keys/master.key",
		"run/up.lock", "run/miaud.lock" };
	char path[PATHS_MAX + 32];
	size_t i;

	for (i = 0; i < COUNT_OF(marks); i++) {
		snprintf(path, sizeof(path), "%s/%s", paths->state, marks[i]);
		if (fs_exists(path))
			return true;
	}
	return false;
}

/* What may lie in the folder of a new installation: our own folders, a
 * configuration file, and what file systems and desktops leave. */
static bool
is_for_us(const char *name)
{
	static const char *const names[] = { "keys", "run", "images", "library",
		"torrents", "hls", "resume", "subtitles", "backups", "log",
		"tls", "trust", "miauflix.conf", "lost+found" };
