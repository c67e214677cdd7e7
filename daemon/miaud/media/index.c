/*
 * One run of miau-index. What it prints comes out of a hostile file.
 */
#include "daemon/miaud/media/index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/miaud/media/sandbox.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/paths.h"
#include "lib/store/media_index.h"

enum {
	OUT_MAX = 4 * 1024 * 1024,
	MEMORY_MB = 1536,
	TICKS_MAX = 1000000000, /* of a second */
	CUTS_ARENA = 8 * 1024 * 1024,
	NOT_STARTED = 127, /* of miau-confine: the program is not there */
};

/* Times beyond are no times of a film. */
#define TIME_MAX (INT64_MAX / 16)
/* What lies between two key frames has fewer bytes. */
#define BYTES_MAX (INT64_C(1) << 50)
/* No sound has as many bits in a second. */
#define SOUND_MAX (INT64_C(1) << 40)

static const struct {
	const char *word;
	int cpu_s, deadline_ms;
} limits[] = {
	[MEDIA_INDEX_CONTAINER] = { "index", 20, 60 * 1000 },
	[MEDIA_INDEX_ALL] = { "all", 600, 2 * 60 * 60 * 1000 },
};

struct run {
	media_index_fn done;
	void *arg;
};

static bool
read_time(struct json_object *value, int64_t *out)
{
	*out = json_object_get_int64(value);
	return json_object_is_type(value, json_type_int) && *out > -TIME_MAX &&
	    *out < TIME_MAX;
}

static bool
read_base(struct json_object *obj, struct hls_index *index)
{
	struct json_object *base = json_get_array(obj, "timeBase");

	if (base == NULL || json_object_array_length(base) != 2)
		return false;
	index->num = json_object_get_int64(json_object_array_get_idx(base, 0));
	index->den = json_object_get_int64(json_object_array_get_idx(base, 1));
	return index->num > 0 && index->num <= TICKS_MAX && index->den > 0 &&
	    index->den <= TICKS_MAX;
}

/* The keys, strictly rising, into a list of their own. */
static bool
read_keys(struct json_object *list, struct hls_index *index)
{
	size_t n = list == NULL ? 0 : json_object_array_length(list);
	int64_t *keys = mem_calloc(n + 1, sizeof(*keys));

	index->keys = keys;
	if (list == NULL || n > MEDIA_INDEX_KEYS_MAX)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!read_time(json_object_array_get_idx(list, i), &keys[i]) ||
		    (i > 0 && keys[i] <= keys[i - 1]))
			return false;
	index->n = n;
	return true;
}

/* "avc1.64001F", by the letters of RFC 6381. */
static bool
is_codec(const char *text)
{
	return strspn(text,
		   "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		   "0123456789.") == strlen(text);
}

static bool
read_codecs(struct json_object *list, struct hls_index *index)
{
	size_t n = list == NULL ? 0 : json_object_array_length(list), len = 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *item = json_object_array_get_idx(list, i);
		const char *text = json_object_get_string(item);

		if (!json_object_is_type(item, json_type_string) ||
		    !is_codec(text) ||
		    strlen(text) + 2 > sizeof(index->codecs) - len)
			return false;
		len += (size_t)snprintf(index->codecs + len,
		    sizeof(index->codecs) - len, "%s%s", i == 0 ? "" : ",",
		    text);
	}
	return list != NULL;
}

/* What the film has at most if it is cut at its keys; 0 where nobody knows. */
static bool
read_peak(struct json_object *obj, struct hls_index *index)
{
	struct json_object *list = json_get_array(obj, "bytes");
	int64_t sound = json_get_int(obj, "soundRate", -1);
	struct arena *arena;
	struct hls_cuts cuts;
	int64_t *bytes;
	struct err err;
	bool is_read = sound >= 0 && sound <= SOUND_MAX;

	if (list == NULL || !is_read)
		return is_read;
	if (json_object_array_length(list) != index->n)
		return false;
	arena = arena_new(CUTS_ARENA);
	bytes = arena_alloc(arena, index->n + 1, sizeof(*bytes));
	for (size_t i = 0; i < index->n && is_read; i++)
		is_read =
		    read_time(json_object_array_get_idx(list, i), &bytes[i]) &&
		    bytes[i] >= 0 && bytes[i] <= BYTES_MAX;
	if (is_read && hls_cuts_by_keys(arena, index, &cuts, &err) == 0)
		index->peak = hls_cuts_peak(&cuts, index, bytes) + sound;
	arena_free(arena);
	return is_read;
}

/* False when it is not what miau-index prints. index->keys is the caller's in any
 * case. */
static bool
read_answer(const struct child_result *result, struct hls_index *index)
{
	struct err err;
	struct json_object *obj =
	    json_parse(result->out, result->out_len, &err);
	bool is_read = obj != NULL && read_base(obj, index) &&
	    read_time(json_object_object_get(obj, "start"), &index->start) &&
	    read_time(json_object_object_get(obj, "end"), &index->end) &&
	    index->end >= index->start &&
	    read_keys(json_get_array(obj, "keys"), index) &&
	    read_codecs(json_get_array(obj, "codecs"), index) &&
	    read_peak(obj, index);

	json_object_put(obj);
	return is_read;
}

/* Time, memory and damage are the film's fault. */
static bool
is_our_fault(const struct child_result *result)
{
	if (result->err.code != ERR_NONE)
		return result->err.code != ERR_TIMEOUT &&
		    result->err.code != ERR_BODY_TOO_LARGE;
	if (result->status != SANDBOX_NOT_CONFINED &&
	    result->status != NOT_STARTED)
		return false;
	log_error("index.not_started", "%.300s", result->log);
	return true;
}

static void
on_done(void *arg, const struct child_result *result)
{
	static const struct hls_index none = { .num = 1, .den = 1 };
	struct hls_index index = none;
	struct run *run = arg;

	if (is_our_fault(result))
		run->done(run->arg, NULL);
	else if (result->err.code == ERR_NONE && result->status == 0 &&
	    read_answer(result, &index))
		run->done(run->arg, &index);
	else
		run->done(run->arg, &none);
	free((void *)index.keys);
	free(run);
}

int
media_index_make(struct children *children, const struct ffmpeg_input *input,
    enum media_index_how how, media_index_fn done, void *arg, struct err *err)
{
	const char *args[] = { input->demuxer, limits[how].word,
		input->growing != NULL ? "served" : NULL, NULL };
	struct film_reader *film = input->growing;
	char programs[PATHS_MAX], file[PATHS_MAX + 32];
	struct run *run;

	if (paths_programs(programs, sizeof(programs), err) == -1) {
		if (film != NULL)
			film->kind->close(film);
		return -1;
	}
	snprintf(file, sizeof(file), "%s/bin/miau-index", programs);
	run = mem_calloc(1, sizeof(*run));
	*run = (struct run){ .done = done, .arg = arg };
	if (sandbox_run(children,
		&(struct sandbox_spec){ .file = file,
		    .args = args,
		    .film = film,
		    .fds = &input->fd,
		    .n_fds = film == NULL ? 1 : 0,
		    .cpu_s = limits[how].cpu_s,
		    .memory_mb = MEMORY_MB,
		    .out_max = OUT_MAX,
		    .deadline_ms = limits[how].deadline_ms,
		    .done = on_done,
		    .arg = run },
		err) != NULL)
		return 0;
	free(run);
	return -1;
}

bool
media_index_is_worth_all(const struct media *media)
{
	static const char *const copied[] = { "H.264", "HEVC", "VP9", "AV1" };

	/* How long it is, is not known otherwise. */
	if (!(media->duration > 0) && media->video_codec != NULL)
		return true;
	/* AVI does not tell when a picture is shown. */
	if (strcmp(media->container, "avi") == 0 || media->video_codec == NULL)
		return false;
	for (size_t i = 0; i < COUNT_OF(copied); i++)
		if (strcmp(media->video_codec, copied[i]) == 0)
			return true;
	return false;
}

struct hls_index
media_index_copy(const struct hls_index *index)
{
	struct hls_index copy = *index;
	int64_t *keys = mem_calloc(index->n + 1, sizeof(*keys));

	for (size_t i = 0; i < index->n; i++)
		keys[i] = index->keys[i];
	copy.keys = keys;
	return copy;
}
