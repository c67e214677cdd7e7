/* Read, slice, send. What a title may hold is checked by miaud's table of
 * methods (lib/wire/methods.c). */
#include "daemon/miauctl/import.h"

#include <string.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/fs.h"
#include "lib/base/json.h"

enum {
	FILE_MAX = 64 * 1024 * 1024,
	READ_SIZE = 64 * 1024,
	IMPORT_SLICE = 100,
	SLICE_MS = 30000,
};

static int
read_stdin(struct buf *text, struct err *err)
{
	ssize_t n;
	char *room;

	while ((room = buf_reserve(text, READ_SIZE)) != NULL) {
		n = read(STDIN_FILENO, room, READ_SIZE);
		if (n == -1)
			return err_errno(err, ERR_IO, "Cannot read");
		if (n == 0)
			return 0;
		buf_wrote(text, (size_t)n);
	}
	return err_set(err, ERR_BODY_TOO_LARGE, "The file is too large.");
}

static struct json_object *
read_array(const char *file, struct err *err)
{
	struct json_object *array = NULL;
	struct buf text;
	int result;

	buf_init(&text, FILE_MAX);
	result = strcmp(file, "-") == 0 ? read_stdin(&text, err)
					: fs_read(file, &text, err);
	if (result == 0)
		array = json_parse(text.data, text.len, err);
	if (array != NULL && !json_object_is_type(array, json_type_array)) {
		err_set(err, ERR_INVALID_JSON, "The file holds no array.");
		json_object_put(array);
		array = NULL;
	}
	buf_fini(&text);
	return array;
}

static int
send_slice(struct ctl *ctl, struct json_object *array, size_t from,
    struct import_counts *counts, struct err *err)
{
	struct json_object *params = json_object_new_object();
	struct json_object *titles = json_object_new_array(), *result;
	size_t n = json_object_array_length(array), i;
	struct err why;

	for (i = from; i < n && i < from + IMPORT_SLICE; i++)
		json_object_array_add(titles,
		    json_object_get(json_object_array_get_idx(array, i)));
	json_add(params, "titles", titles);
	if (ctl_call(ctl, "catalogue.import", params, SLICE_MS, &result,
		&why) == -1) {
		if (why.code != ERR_INVALID_FIELDS)
			return err_set(err, why.code, "%s", why.text);
		return err_set(err, why.code, "Counted from title %zu: %s",
		    from + 1, why.text);
	}
	counts->n_added += json_get_int(result, "added", 0);
	counts->n_known += json_get_int(result, "known", 0);
	json_object_put(result);
	return 0;
}

int
import_file(struct ctl *ctl, const char *file, struct import_counts *counts,
    struct err *err)
{
	struct json_object *array = read_array(file, err);
	size_t from;
	int result = 0;

	memset(counts, 0, sizeof(*counts));
	if (array == NULL)
		return -1;
	for (from = 0; result == 0 && from < json_object_array_length(array);
	     from += IMPORT_SLICE)
		result = send_slice(ctl, array, from, counts, err);
	json_object_put(array);
	return result;
}
