/* Sealed files: <resume>/<name>.<kind>. */
#include "daemon/miaud/downloads/sealed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/auth/seal.h"
#include "lib/base/fs.h"

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
