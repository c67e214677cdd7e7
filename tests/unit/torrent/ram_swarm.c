/*
 * The swarm of the scripted engine: which piece comes next, whether it comes
 * right, and who is told. Payload does lie in files, as those who read it open
 * them by their path.
 */
#include <fcntl.h>

#include "lib/base/mem.h"
#include "tests/unit/helpers.h"
#include "tests/unit/torrent/ram_swarm.h"

void
ram_tell(struct torrent_engine *engine, struct torrent_event event)
{
	struct queued *q = mem_calloc(1, sizeof(*q));
	struct queued **end = &engine->first;

	q->event = event;
	if (event.len > 0) {
		q->bytes = mem_calloc(1, event.len);
		memcpy(q->bytes, event.bytes, event.len);
		q->event.bytes = q->bytes;
	}
	while (*end != NULL)
		end = &(*end)->next;
	*end = q;
	if (engine->wake != NULL)
		engine->wake(engine->wake_arg);
}

void
ram_tell_of(
    struct torrent_engine *engine, torrent_id id, enum torrent_event_kind kind)
{
	ram_tell(engine, (struct torrent_event){ .kind = kind, .id = id });
}

int64_t
ram_piece_len(const struct torrent_meta *meta, int piece)
{
	int64_t left = meta->size - piece * meta->piece_size;

	return left < meta->piece_size ? left : meta->piece_size;
}

bool
ram_is_complete(const struct torrent *t)
{
	return t->has_meta &&
	    memchr(t->published, 0, (size_t)t->meta.n_pieces) == NULL;
}

void
ram_take_meta(struct torrent *t, struct torrent_meta *meta)
{
	t->meta = *meta;
	t->has_meta = true;
	t->published = mem_calloc((size_t)meta->n_pieces + 1, 1);
	t->admitted = mem_calloc((size_t)meta->n_pieces + 1, 1);
}

void
ram_put(const struct torrent_engine *engine, const struct torrent *t, int piece,
    const unsigned char *content)
{
	int64_t begin = piece * t->meta.piece_size;
	int64_t end = begin + ram_piece_len(&t->meta, piece);

	for (int i = 0; i < t->meta.n_files; i++) {
		const struct torrent_file *f = &t->meta.files[i];
		int64_t from = begin > f->offset ? begin : f->offset;
		int64_t to =
		    end < f->offset + f->size ? end : f->offset + f->size;
		char path[RAM_PATH_SIZE];
		int fd;

		if (from >= to)
			continue;
		assert_int_equal(
		    torrent_file_path(engine, t->id, i, path, sizeof(path)), 0);
		fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		assert_true(fd != -1);
		if (content != NULL)
			assert_int_equal(
			    pwrite(fd, content + from, (size_t)(to - from),
				from - f->offset),
			    to - from);
		else
			(void)fallocate(fd,
			    FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			    from - f->offset, to - from);
		close(fd);
	}
}

const struct ram_offer *
ram_offer_of(const struct torrent_engine *engine, const struct torrent *t)
{
	const struct ram_offer *o = engine->offers;

	while (o != NULL && memcmp(o->hash, t->hash, sizeof(o->hash)) != 0)
		o = o->next;
	return o;
}

void
ram_offer(struct torrent_engine *engine, struct ram_offer *offer)
{
	struct torrent_meta meta;
	struct err err;

	assert_ok(
	    torrent_parse(offer->torrent, offer->torrent_len, &meta, &err),
	    &err);
	memcpy(offer->hash, meta.hash, sizeof(offer->hash));
	torrent_meta_free(&meta);
	offer->next = engine->offers;
	engine->offers = offer;
}

/* The first piece of [from, to) that is wanted and not here, or -1. */
static int
missing(const struct torrent *t, int64_t from, int64_t to)
{
	for (int64_t p = from / t->meta.piece_size;
	     p < t->meta.n_pieces && p * t->meta.piece_size < to; p++)
		if (t->admitted[p] && !t->published[p])
			return (int)p;
	return -1;
}

static int
pick(const struct torrent_engine *engine, const struct torrent *t, int *turn)
{
	const struct reader *of_t[64];
	int n = 0;

	for (const struct reader *r = engine->readers; r != NULL; r = r->next)
		if (r->torrent == t->id && r->file >= 0 &&
		    r->file < t->meta.n_files && n < (int)COUNT_OF(of_t))
			of_t[n++] = r;
	for (int i = 0; i < n; i++) {
		const struct reader *r = of_t[(t->turn + i) % n];
		const struct torrent_file *f = &t->meta.files[r->file];
		int64_t end = r->until < f->size ? r->until : f->size;
		int p = missing(t, f->offset + r->offset, f->offset + end);

		if (p != -1) {
			*turn = (t->turn + i + 1) % n;
			return p;
		}
	}
	return missing(t, 0, t->meta.size);
}

static void
fetch(struct torrent_engine *engine, struct torrent *t,
    const struct ram_offer *offer)
{
	t->credit += offer->speed;
	for (;;) {
		int turn = t->turn;
		int p = pick(engine, t, &turn);
		int64_t len;

		if (p == -1) {
			t->credit = 0;
			return;
		}
		len = ram_piece_len(&t->meta, p);
		if (t->credit < len)
			return;
		t->turn = turn;
		t->credit -= len;
		t->downloaded += len;
		if (offer->bad != NULL && offer->bad[p] > 0) {
			offer->bad[p]--;
			t->wasted += len;
			continue;
		}
		ram_put(engine, t, p, offer->content);
		t->published[p] = 1;
		ram_tell(engine,
		    (struct torrent_event){
			.kind = TORRENT_EVENT_PIECE, .id = t->id, .piece = p });
		if (ram_is_complete(t))
			ram_tell_of(engine, t->id, TORRENT_EVENT_STATE);
	}
}

static void
learn(struct torrent_engine *engine, struct torrent *t,
    const struct ram_offer *offer)
{
	struct torrent_meta meta;
	struct err err;

	if (offer->metadata_steps < 0 || t->steps < offer->metadata_steps)
		return;
	assert_ok(
	    torrent_parse(offer->torrent, offer->torrent_len, &meta, &err),
	    &err);
	ram_take_meta(t, &meta);
	ram_tell(engine,
	    (struct torrent_event){ .kind = TORRENT_EVENT_METADATA,
		.id = t->id,
		.bytes = offer->torrent,
		.len = offer->torrent_len });
	ram_tell_of(engine, t->id, TORRENT_EVENT_STATE);
}

void
ram_step(struct torrent_engine *engine)
{
	for (struct torrent *t = engine->torrents; t != NULL; t = t->next) {
		const struct ram_offer *offer = ram_offer_of(engine, t);

		for (; t->n_freed > 0; t->n_freed--)
			ram_tell_of(engine, t->id, TORRENT_EVENT_EVICTED);
		if (engine->is_paused || t->is_paused || offer == NULL)
			continue;
		t->steps++;
		if (!t->has_meta)
			learn(engine, t, offer);
		else if (offer->n_peers > 0)
			fetch(engine, t, offer);
	}
}
