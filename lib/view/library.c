/*
 * The household's folders and files as the contract shows them.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/base/json.h"
#include "lib/base/str.h"
#include "lib/library/media.h"
#include "lib/view/view.h"

enum { ARENA_MAX = 4 * 1024 * 1024 };

/* A path fit to show: its bytes need not be UTF-8. */
static void
add_path(struct json_object *obj, const char *key, const char *path)
{
	char *shown = str_to_display(path, strlen(path));

	json_add_text(obj, key, shown);
	free(shown);
}

static const char *
folder_state(const char *state)
{
	if (strcmp(state, "gone") == 0)
		return "missing";
	return strcmp(state, "unreadable") == 0 ? "unreadable" : "ok";
}

struct json_object *
view_folder(
    const struct library_folder *folder, const char *reason, bool is_direct)
{
	struct json_object *obj = json_object_new_object();

	json_add_int(obj, "id", folder->id);
	add_path(obj, "path", folder->path);
	json_add_text(obj, "state", folder_state(folder->state));
	json_add_text(obj, "reason", reason);
	json_add_int(obj, "files", folder->n_files - folder->n_refused);
	json_add_int(obj, "refused", folder->n_refused);
	json_add_bool(obj, "direct", is_direct);
	json_add_time(obj, "addedAt", folder->created_at);
	json_add_time(obj, "scannedAt", folder->scanned_at);
	return obj;
}

static const char *
file_state(const char *state)
{
	if (strcmp(state, "ok") == 0)
		return "ready";
	if (strcmp(state, "refused") == 0)
		return "refused";
	return strcmp(state, "gone") == 0 ? "missing" : "pending";
}

static struct json_object *
make_reason(const struct library_file *file)
{
	struct json_object *obj;

	if (file->reason_code == NULL || file->reason == NULL)
		return NULL;
	obj = json_object_new_object();
	json_add_text(obj, "code", file->reason_code);
	json_add_text(obj, "message", file->reason);
	return obj;
}

/* What the picture and the sound are made of, null when unknown. */
static void
add_codecs(struct json_object *obj, const char *probe)
{
	struct arena *arena = arena_new(ARENA_MAX);
	struct media media;
	const char *video = NULL, *audio = NULL;
	struct err err;

	if (probe != NULL &&
	    library_media_read(arena, probe, &media, &err) == 0) {
		video = media.video_codec;
		audio = media.n_audio > 0 ? media.audio[0].codec : NULL;
	}
	json_add_text(obj, "videoCodec", video);
	json_add_text(obj, "audioCodec", audio);
	arena_free(arena);
}

struct json_object *
view_file(const struct library_file *file)
{
	struct json_object *obj = json_object_new_object();

	json_add_int(obj, "id", file->id);
	json_add_int(obj, "folder", file->folder_id);
	json_add_text(obj, "path", file->display);
	json_add_int(obj, "size", file->size);
	json_add_time(obj, "modifiedAt", file->modified_at);
	json_add_text(obj, "state", file_state(file->state));
	json_add(obj, "reason", make_reason(file));
	json_add_text(obj, "titleId", file->title_public_id);
	json_add_text(obj, "titleName", file->title_name);
	json_add(obj, "season",
	    file->is_episode ? json_object_new_int64(file->season) : NULL);
	json_add(obj, "episode",
	    file->is_episode ? json_object_new_int64(file->episode) : NULL);
	add_codecs(obj, file->probe);
	json_add(obj, "duration",
	    file->duration > 0 ? json_real(file->duration) : NULL);
	return obj;
}

struct json_object *
view_scan_idle(void)
{
	struct json_object *obj = json_object_new_object();

	json_add_text(obj, "state", "idle");
	json_add(obj, "folder", NULL);
	json_add_int(obj, "found", 0);
	json_add_int(obj, "done", 0);
	json_add_int(obj, "refused", 0);
	json_add(obj, "current", NULL);
	json_add(obj, "startedAt", NULL);
	json_add(obj, "finishedAt", NULL);
	return obj;
}
