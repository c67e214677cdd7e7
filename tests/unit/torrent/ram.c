/*
 * The engine of ram.h, as torrent.h has it: what those who call it see. What
 * comes from the swarm is in ram_swarm.c.
 */
#include "lib/base/mem.h"
#include "tests/unit/helpers.h"
#include "tests/unit/torrent/ram_swarm.h"

static struct torrent *
find(const struct torrent_engine *engine, torrent_id id)
{
	struct torrent *t = engine->torrents;

	while (t != NULL && t->id != id)
		t = t->next;
	return t;
}

static void
queued_free(struct queued *q)
{
	if (q == NULL)
		return;
	free(q->bytes);
	free(q);
}

static void
torrent_free(struct torrent *t)
{
	if (t->has_meta)
		torrent_meta_free(&t->meta);
	free(t->published);
	free(t->admitted);
	free(t->own_file);
	free(t);
}

/* --- The engine --- */

static int
look_for_interface(const struct torrent_settings *settings, struct err *err)
{
	const char *name = settings->interface;

	if (name == NULL || name[0] == '\0' || fs_exists(name))
		return 0;
	return err_set(
	    err, ERR_NOT_FOUND, "There is no network interface %s.", name);
}

int
torrent_engine_new(const struct torrent_engine_options *options,
    struct torrent_engine **out, struct err *err)
{
	struct torrent_engine *engine;

	if (look_for_interface(&options->settings, err) == -1)
		return -1;
	engine = mem_calloc(1, sizeof(*engine));
	snprintf(engine->folder, sizeof(engine->folder), "%s", options->folder);
	engine->wake = options->wake;
	engine->wake_arg = options->wake_arg;
	engine->is_paused = true;
	*out = engine;
	return 0;
}

void
torrent_engine_free(struct torrent_engine *engine)
{
	if (engine == NULL)
		return;
	while (engine->torrents != NULL) {
		struct torrent *t = engine->torrents;

		engine->torrents = t->next;
		torrent_free(t);
	}
	while (engine->readers != NULL) {
		struct reader *r = engine->readers;

		engine->readers = r->next;
		free(r);
	}
	while (engine->first != NULL) {
		struct queued *q = engine->first;

		engine->first = q->next;
		queued_free(q);
	}
	queued_free(engine->given);
	free(engine);
}

int
torrent_engine_apply(struct torrent_engine *engine,
    const struct torrent_settings *settings, struct err *err)
{
	(void)engine;
	return look_for_interface(settings, err);
}

void
torrent_engine_pause(struct torrent_engine *engine, bool paused)
{
	engine->is_paused = paused;
}

int
torrent_engine_port(const struct torrent_engine *engine)
{
	(void)engine;
	return 0;
}

/* --- Torrents --- */

static int
describe(const struct torrent_add *add, struct torrent *t, struct err *err)
{
	struct torrent_meta meta;
	char *name = NULL;

	if (add->torrent == NULL) {
		if (torrent_magnet_parse(add->magnet, t->hash, &name, err) ==
		    -1)
			return -1;
		free(name);
		return 0;
	}
	if (torrent_parse(add->torrent, add->torrent_len, &meta, err) == -1)
		return -1;
	memcpy(t->hash, meta.hash, sizeof(t->hash));
	ram_take_meta(t, &meta);
	if (add->own_file != NULL)
		memset(t->published, 1, (size_t)meta.n_pieces);
	else if (add->resume_len == (size_t)meta.n_pieces)
		memcpy(t->published, add->resume, add->resume_len);
	memcpy(t->admitted, t->published, (size_t)meta.n_pieces);
	return 0;
}

int
torrent_add(struct torrent_engine *engine, const struct torrent_add *add,
    torrent_id *id, struct err *err)
{
	struct torrent *t = mem_calloc(1, sizeof(*t));
	struct torrent **end = &engine->torrents;
	char folder[RAM_PATH_SIZE + TORRENT_NAME_SIZE];

	snprintf(t->name, sizeof(t->name), "%s", add->name);
	snprintf(folder, sizeof(folder), "%s/%s", engine->folder, t->name);
	if (describe(add, t, err) == -1)
		goto err;
	for (; *end != NULL; end = &(*end)->next)
		if (memcmp((*end)->hash, t->hash, sizeof(t->hash)) == 0) {
			err_set(err, ERR_CONFLICT, "It is there already.");
			goto err;
		}
	if (fs_mkdirs(folder, 0700, err) == -1)
		goto err;
	t->own_file = add->own_file != NULL ? mem_strdup(add->own_file) : NULL;
	t->is_paused = add->is_paused;
	t->id = *id = ++engine->last_id;
	*end = t;
	ram_tell_of(engine, t->id, TORRENT_EVENT_STATE);
	return 0;
err:
	torrent_free(t);
	return -1;
}

void
torrent_remove(struct torrent_engine *engine, torrent_id id, bool erase)
{
	struct torrent **at = &engine->torrents;
	struct torrent *t;
	char folder[RAM_PATH_SIZE + TORRENT_NAME_SIZE];
	struct err err;

	while (*at != NULL && (*at)->id != id)
		at = &(*at)->next;
	t = *at;
	if (t == NULL)
		return;
	*at = t->next;
	snprintf(folder, sizeof(folder), "%s/%s", engine->folder, t->name);
	if (erase)
		assert_ok(fs_remove_tree(folder, &err), &err);
	torrent_free(t);
	ram_tell_of(engine, id, TORRENT_EVENT_REMOVED);
}

void
torrent_pause(struct torrent_engine *engine, torrent_id id, bool paused)
{
	struct torrent *t = find(engine, id);

	if (t == NULL || t->is_paused == paused)
		return;
	t->is_paused = paused;
	ram_tell_of(engine, id, TORRENT_EVENT_STATE);
}

void
torrent_limit(struct torrent_engine *engine, torrent_id id, int64_t upload,
    int64_t download)
{
	(void)engine;
	(void)id;
	(void)upload;
	(void)download;
}

void
torrent_trackers_add(
    struct torrent_engine *engine, torrent_id id, const void *bytes, size_t len)
{
	(void)engine;
	(void)id;
	(void)bytes;
	(void)len;
}

void
torrent_connect(struct torrent_engine *engine, torrent_id id, const char *peer)
{
	(void)engine;
	(void)id;
	(void)peer;
}

void
torrent_recheck(struct torrent_engine *engine, torrent_id id)
{
	if (find(engine, id) != NULL)
		ram_tell_of(engine, id, TORRENT_EVENT_STATE);
}

void
torrent_want(
    struct torrent_engine *engine, torrent_id id, const int *files, int n)
{
	(void)engine;
	(void)id;
	(void)files;
	(void)n;
}

bool
torrent_tracker_at(const struct torrent_engine *engine, torrent_id id, int nth,
    struct torrent_tracker *out)
{
	(void)engine;
	(void)id;
	(void)nth;
	(void)out;
	return false;
}

void
torrent_save(struct torrent_engine *engine, torrent_id id)
{
	const struct torrent *t = find(engine, id);
	struct torrent_event event = { .kind = TORRENT_EVENT_RESUME, .id = id };

	if (t == NULL)
		return;
	event.bytes = t->published;
	event.len = t->has_meta ? (size_t)t->meta.n_pieces : 0;
	ram_tell(engine, event);
}

void
torrent_scrape(struct torrent_engine *engine, torrent_id id)
{
	if (find(engine, id) != NULL)
		ram_tell_of(engine, id, TORRENT_EVENT_SCRAPE);
}

void
torrent_admit(struct torrent_engine *engine, torrent_id id, int first, int n)
{
	struct torrent *t = find(engine, id);

	if (t == NULL || !t->has_meta)
		return;
	for (int p = first < 0 ? 0 : first;
	     p < first + n && p < t->meta.n_pieces; p++)
		t->admitted[p] = 1;
}

/* --- Bytes --- */

int
torrent_file_path(const struct torrent_engine *engine, torrent_id id, int file,
    char *out, size_t size)
{
	const struct torrent *t = find(engine, id);
	int n;

	if (t == NULL)
		return -1;
	if (t->own_file != NULL && file == 0)
		n = snprintf(out, size, "%s", t->own_file);
	else
		n = snprintf(
		    out, size, "%s/%s/%d", engine->folder, t->name, file);
	return n < 0 || (size_t)n >= size ? -1 : 0;
}

void
torrent_evict(
    struct torrent_engine *engine, torrent_id id, const int *pieces, int n)
{
	struct torrent *t = find(engine, id);

	if (t == NULL || !t->has_meta || t->own_file != NULL)
		return;
	for (int i = 0; i < n; i++) {
		int p = pieces[i];

		if (p < 0 || p >= t->meta.n_pieces)
			continue;
		t->admitted[p] = 0;
		if (t->published[p]) {
			t->published[p] = 0;
			ram_put(engine, t, p, NULL);
		}
	}
	t->n_freed++;
	ram_tell_of(engine, id, TORRENT_EVENT_LOST);
}

/* --- Readers --- */

torrent_reader
torrent_reader_open(struct torrent_engine *engine, torrent_id id, int file)
{
	struct reader *r = mem_calloc(1, sizeof(*r));
	struct reader **end = &engine->readers;

	while (*end != NULL)
		end = &(*end)->next;
	r->id = ++engine->last_id;
	r->torrent = id;
	r->file = file;
	r->until = INT64_MAX;
	*end = r;
	return r->id;
}

void
torrent_reader_move(
    struct torrent_engine *engine, torrent_reader reader, int64_t offset)
{
	for (struct reader *r = engine->readers; r != NULL; r = r->next)
		if (r->id == reader)
			r->offset = offset;
}

void
torrent_reader_until(
    struct torrent_engine *engine, torrent_reader reader, int64_t end)
{
	for (struct reader *r = engine->readers; r != NULL; r = r->next)
		if (r->id == reader)
			r->until = end;
}

void
torrent_reader_close(struct torrent_engine *engine, torrent_reader reader)
{
	struct reader **at = &engine->readers;
	struct reader *r;

	while (*at != NULL && (*at)->id != reader)
		at = &(*at)->next;
	r = *at;
	if (r == NULL)
		return;
	*at = r->next;
	free(r);
}

/* --- What is there --- */

int64_t
torrent_published(const struct torrent_engine *engine, torrent_id id, int file,
    int64_t offset)
{
	const struct torrent *t = find(engine, id);
	const struct torrent_file *f;
	int64_t at, end;

	if (t == NULL || !t->has_meta || file < 0 || file >= t->meta.n_files)
		return 0;
	f = &t->meta.files[file];
	if (offset < 0 || offset >= f->size)
		return 0;
	at = f->offset + offset;
	end = f->offset + f->size;
	while (at < end && t->published[at / t->meta.piece_size])
		at = (at / t->meta.piece_size + 1) * t->meta.piece_size;
	return (at < end ? at : end) - f->offset - offset;
}

bool
torrent_piece_is_published(
    const struct torrent_engine *engine, torrent_id id, int piece)
{
	const struct torrent *t = find(engine, id);

	return t != NULL && t->has_meta && piece >= 0 &&
	    piece < t->meta.n_pieces && t->published[piece];
}

const struct torrent_meta *
torrent_meta(const struct torrent_engine *engine, torrent_id id)
{
	const struct torrent *t = find(engine, id);

	return t != NULL && t->has_meta ? &t->meta : NULL;
}

bool
torrent_status(const struct torrent_engine *engine, torrent_id id,
    struct torrent_status *out)
{
	const struct torrent *t = find(engine, id);
	const struct ram_offer *offer;

	if (t == NULL)
		return false;
	offer = ram_offer_of(engine, t);
	memset(out, 0, sizeof(*out));
	out->state = engine->is_paused || t->is_paused ? TORRENT_PAUSED
	    : !t->has_meta                             ? TORRENT_METADATA
	    : ram_is_complete(t)                       ? TORRENT_SEEDING
						       : TORRENT_DOWNLOADING;
	out->downloaded = t->downloaded;
	out->wasted = t->wasted;
	out->n_peers = out->n_seeds = offer != NULL ? offer->n_peers : 0;
	out->n_known_seeds = out->n_known_peers = -1;
	for (int p = 0; t->has_meta && p < t->meta.n_pieces; p++) {
		out->published += t->published[p] * ram_piece_len(&t->meta, p);
		out->admitted += t->admitted[p] * ram_piece_len(&t->meta, p);
	}
	return true;
}

bool
torrent_next(struct torrent_engine *engine, struct torrent_event *event)
{
	queued_free(engine->given);
	engine->given = engine->first;
	if (engine->given == NULL)
		return false;
	engine->first = engine->given->next;
	*event = engine->given->event;
	return true;
}
