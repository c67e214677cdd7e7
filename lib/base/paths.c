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
		{ paths->thumbnails, "thumbnails" },
		{ paths->resume, "resume" },
		{ paths->subtitles, "subtitles" },
		{ paths->texts, "texts" },
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
		"torrents", "hls", "thumbnails", "resume", "subtitles", "texts",
		"backups", "log", "tls", "trust", "miauflix.conf",
		"lost+found" };
	size_t i;

	if (name[0] == '.')
		return true;
	for (i = 0; i < COUNT_OF(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

enum paths_owner
paths_owner(const struct paths *paths)
{
	enum paths_owner owner = PATHS_NEW;
	const struct dirent *entry;
	DIR *dir;

	if (has_mark(paths))
		return PATHS_OURS;
	dir = opendir(paths->state);
	if (dir == NULL && errno == ENOENT)
		return PATHS_NEW;
	if (dir == NULL)
		return errno == ENOTDIR ? PATHS_FOREIGN : PATHS_OURS;
	while (owner == PATHS_NEW && (entry = readdir(dir)) != NULL)
		if (!is_for_us(entry->d_name))
			owner = PATHS_FOREIGN;
	closedir(dir);
	return owner;
}

int
paths_refuse_foreign(const struct paths *paths, struct err *err)
{
	if (paths_owner(paths) != PATHS_FOREIGN)
		return 0;
	return err_set(err, ERR_NOT_FOUND,
	    "There is no installation in %s, and other things lie there. Set "
	    "MIAU_STATE_DIR to the folder of one, or to a new folder.",
	    paths->state);
}

static int
say_stranger(const struct paths *paths, uid_t owner, struct err *err)
{
	char text[4096];
	struct passwd entry, *found = NULL;
	char name[64];

	snprintf(name, sizeof(name), "number %u", (unsigned)owner);
	if (getpwuid_r(owner, &entry, text, sizeof(text), &found) == 0 &&
	    found != NULL)
		snprintf(name, sizeof(name), "%s", entry.pw_name);
	return err_set(err, ERR_FORBIDDEN,
	    "Keys and database in %s belong to the user %s, and this program "
	    "runs as the user number %u. Start it as %s.",
	    paths->state, name, (unsigned)geteuid(), name);
}

int
paths_refuse_stranger(const struct paths *paths, struct err *err)
{
	struct stat st;

	/* Whoever may not look at the keys is told by the folder's owner. */
	if (stat(paths->keys, &st) == -1 &&
	    (errno != EACCES || stat(paths->state, &st) == -1)) {
		if (errno != EACCES)
			return 0;
		return err_set(err, ERR_FORBIDDEN,
		    "The user number %u may not look into %s. Start this "
		    "program as the user to whom that folder belongs.",
		    (unsigned)geteuid(), paths->state);
	}
	if (st.st_uid == geteuid())
		return 0;
	return say_stranger(paths, st.st_uid, err);
}

int
paths_make(const struct paths *paths, struct err *err)
{
	/* The web server's user reads images, torrents, segments, thumbnails and the library through
	 * its group; nobody else reads keys, backups and logs. */
	const struct {
		const char *path;
		mode_t mode;
	} places[] = {
		{ paths->state, 0750 },
		{ paths->keys, 0700 },
		{ paths->run, 0750 },
		{ paths->images, 0750 },
		{ paths->library, 0750 },
		{ paths->torrents, 0750 },
		{ paths->hls, 0750 },
		{ paths->thumbnails, 0750 },
		{ paths->resume, 0700 },
		{ paths->subtitles, 0700 },
		{ paths->texts, 0700 },
		{ paths->backups, 0700 },
		{ paths->log, 0700 },
	};
	size_t i;

	for (i = 0; i < COUNT_OF(places); i++)
		if (fs_mkdirs(places[i].path, places[i].mode, err) == -1)
			return -1;
	return 0;
}

int
paths_socket(const struct paths *paths, const char *name, char *out,
    size_t size, struct err *err)
{
	int len = snprintf(out, size, "%s/%s", paths->run, name);

	if (len < 0 || len > SOCKET_PATH_MAX || (size_t)len >= size)
		return err_set(err, ERR_SETTING_INVALID,
		    "The state folder's name is too long for a socket: "
		    "%s/%s has more than %d bytes.",
		    paths->run, name, SOCKET_PATH_MAX);
	return 0;
}

int
paths_programs(char *out, size_t size, struct err *err)
{
	const char *given = getenv("MIAU_LIB_DIR");

	if (given != NULL && given[0] != '\0') {
		if ((size_t)snprintf(out, size, "%s", given) >= size)
			return err_set(err, ERR_SETTING_INVALID,
			    "MIAU_LIB_DIR is too long.");
		return 0;
	}
	return above_program(2, out, size, err);
}
