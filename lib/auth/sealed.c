/* Sealed files: <resume>/<name>.<kind>. */
#include "lib/auth/sealed.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/fs.h"
#include "lib/base/mem.h"

enum { FILE_MAX = 64 * 1024 * 1024 };

static const char *const kinds[SEALED__MAX] = {
	[SEALED_TORRENT] = "torrent",
	[SEALED_MAGNET] = "magnet",
	[SEALED_RESUME] = "resume",
};

static void
make_path(const struct sealed_place *place, enum sealed_kind kind,
    char out[PATHS_MAX])
{
	snprintf(out, PATHS_MAX, "%s/%s.%s", place->folder, place->name,
	    kinds[kind]);
}

static struct seal_place
bound_to(const struct sealed_place *place, enum sealed_kind kind)
{
	return (struct seal_place){
		.table = "resume", .column = kinds[kind], .row = place->name
	};
}

int
sealed_write(const struct sealed_place *place, enum sealed_kind kind,
    const void *bytes, size_t len, struct err *err)
{
	struct seal_place bound = bound_to(place, kind);
	char path[PATHS_MAX], *text;
	int result;

	make_path(place, kind, path);
	text = seal_text(place->keys, &bound, len == 0 ? "" : bytes, len);
	result = fs_write(path, text, strlen(text), 0600, err);
	free(text);
	return result;
}

char *
sealed_read(const struct sealed_place *place, enum sealed_kind kind,
    size_t *len, struct err *err)
{
	struct seal_place bound = bound_to(place, kind);
	char path[PATHS_MAX], *plain = NULL;
	struct buf text;

	make_path(place, kind, path);
	buf_init(&text, FILE_MAX);
	if (fs_read(path, &text, err) == 0)
		plain = seal_open(place->keys, &bound, text.data, len, err);
	buf_fini(&text);
	return plain;
}

void
sealed_remove(const struct sealed_place *place, enum sealed_kind kind)
{
	char path[PATHS_MAX];

	make_path(place, kind, path);
	unlink(path);
}

void
sealed_remove_all(const struct sealed_place *place)
{
	int kind;

	for (kind = 0; kind < SEALED__MAX; kind++)
		sealed_remove(place, (enum sealed_kind)kind);
}

/* "<name>.<kind>", and "<name>.<kind>.<more>" for one that fs_write did not
 * finish. */
static bool
parse(const char *text, struct sealed_file *file, bool *is_finished)
{
	const char *dot = strchr(text, '.');
	size_t len = dot == NULL ? 0 : (size_t)(dot - text);
	int kind;

	if (len == 0 || len >= SEALED_NAME_SIZE)
		return false;
	snprintf(file->name, sizeof(file->name), "%.*s", (int)len, text);
	for (kind = 0; kind < SEALED__MAX; kind++) {
		len = strlen(kinds[kind]);
		if (strncmp(dot + 1, kinds[kind], len) != 0 ||
		    (dot[1 + len] != '\0' && dot[1 + len] != '.'))
			continue;
		file->kind = (enum sealed_kind)kind;
		*is_finished = dot[1 + len] == '\0';
		return true;
	}
	return false;
}

/* NULL without an error: there is no folder. */
static DIR *
open_folder(const char *folder, struct err *err)
{
	DIR *dir = opendir(folder);

	err->code = ERR_NONE;
	if (dir == NULL && errno != ENOENT)
		err_errno(err, ERR_IO, "Cannot read %s", folder);
	return dir;
}

int
sealed_list(
    const char *folder, struct sealed_file **files, size_t *n, struct err *err)
{
	DIR *dir = open_folder(folder, err);
	struct sealed_file file;
	struct dirent *entry;
	bool is_finished;

	*files = NULL;
	*n = 0;
	if (dir == NULL)
		return err->code == ERR_NONE ? 0 : -1;
	while ((entry = readdir(dir)) != NULL) {
		if (!parse(entry->d_name, &file, &is_finished) || !is_finished)
			continue;
		*files = mem_realloc(*files, *n + 1, sizeof(**files));
		(*files)[(*n)++] = file;
	}
	closedir(dir);
	return 0;
}

int
sealed_tidy(const char *folder, struct err *err)
{
	DIR *dir = open_folder(folder, err);
	struct sealed_file file;
	struct dirent *entry;
	bool is_finished;
	int result = 0;

	if (dir == NULL)
		return err->code == ERR_NONE ? 0 : -1;
	while (result == 0 && (entry = readdir(dir)) != NULL)
		if (parse(entry->d_name, &file, &is_finished) && !is_finished &&
		    unlinkat(dirfd(dir), entry->d_name, 0) == -1)
			result = err_errno(err, ERR_IO, "Cannot remove %s/%s",
			    folder, entry->d_name);
	closedir(dir);
	return result;
}

int
sealed_key_id(const struct sealed_place *place, enum sealed_kind kind,
    char id[SEAL_ID_SIZE], struct err *err)
{
	char path[PATHS_MAX];
	struct buf text;
	int result;

	make_path(place, kind, path);
	buf_init(&text, FILE_MAX);
	result = fs_read(path, &text, err);
	if (result == 0 && (text.len == 0 || !seal_read_id(text.data, id)))
		id[0] = '\0';
	buf_fini(&text);
	return result;
}

int
sealed_again(const struct sealed_place *place, enum sealed_kind kind,
    const struct auth_keys *to, struct err *err)
{
	struct sealed_place there = *place;
	size_t len = 0;
	char *plain = sealed_read(place, kind, &len, err);
	int result;

	if (plain == NULL)
		return -1;
	there.keys = to;
	result = sealed_write(&there, kind, plain, len, err);
	mem_wipe(plain, len);
	free(plain);
	return result;
}
