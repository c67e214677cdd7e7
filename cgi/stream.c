/*
 * The bytes of a film or an episode, to whoever holds a stream key.
 */
#include <string.h>
#include <unistd.h>

#include "cgi/common.h"
#include "lib/auth/digest.h"
#include "lib/auth/stream_key.h"
#include "lib/base/clock.h"
#include "lib/base/encode.h"
#include "lib/base/json.h"
#include "lib/play/open_answers.h"
#include "lib/play/play.h"
#include "lib/view/media.h"

enum {
	TOUCH_MS = 60000, /* how exact "last used" is */
	ETAG_SIZE = 33,
	THREADS = 256,
	ARENA_MAX = 65536,
};

/* Accepted from players that add them to every address, and ignored: the key
 * decides. */
static const struct field fields[] = {
	{ .name = "quality", .max = 20 },
	{ .name = "hevc", .max = 20 },
	{ 0 },
};

/* Strong: the same source, file and size; and its time, because a library file
 * may be replaced by one of the same size. */
static char *
make_etag(struct request *req, const struct source *source, int64_t size,
    int64_t changed_ms)
{
	unsigned char hash[DIGEST_SIZE];
	char *etag = arena_alloc(req->arena, ETAG_SIZE, 1);
	const char *text = arena_printf(req->arena, "file:%lld 0 %lld %lld",
	    (long long)source->id, (long long)size, (long long)changed_ms);

	digest_sha256(text, strlen(text), hash);
	encode_hex(hash, (ETAG_SIZE - 1) / 2, etag);
	return etag;
}

/* GET never writes: miaud notes that the key was used. */
static void
tell_used(struct request *req)
{
	char hash[ENCODE_HEX_SIZE(STREAM_KEY_HASH_SIZE)];
	int64_t now = clock_now_ms();
	struct json_object *params;

	if (now - req->stream_key.last_used_at < TOUCH_MS)
		return;
	req->stream_key.last_used_at = now;
	encode_hex(req->stream_key.hash, STREAM_KEY_HASH_SIZE, hash);
	params = json_object_new_object();
	json_add_text(params, "hash", hash);
	request_notify(req, "stream_key.touch", params);
}

/* An answer on its way. */
struct sending {
	struct request *req;
	int place; /* see lib/play/open_answers.h */
};

/* Whether the key still holds. That it would have expired meanwhile does not
 * matter: it is in use. */
static bool
go_on(void *arg)
{
	struct sending *sending = arg;
	struct request *req = sending->req;
	struct arena *arena = arena_new(ARENA_MAX);
	struct stream_key key;
	enum store_result found;
	bool is_good;
	struct err err;

	found = store_stream_key_find(
	    req->db, arena, req->stream_key.hash, &key, &err);
	is_good = found == STORE_ERROR ||
	    (found == STORE_OK && key.revoked_at == 0 && !key.session_revoked);
	arena_free(arena);
	db_release(req->db);
	if (is_good)
		tell_used(req);
	return is_good;
}

static void
end_sending(void *arg)
{
	struct sending *sending = arg;

	close(sending->place);
}

static struct reply
send_file(struct request *req, const struct source *source, const char *path,
    const char *etag)
{
	struct sending *sending = arena_alloc(req->arena, 1, sizeof(*sending));
	struct reply reply;
	struct err err;

	sending->req = req;
	sending->place = open_answer_take(
	    req->context->paths->run, req->stream_key.hash, &err);
	if (sending->place == -1)
		return reply_err(&err);
	reply = reply_file(path, view_media_type(source), etag);
	reply.cache_control = "private, no-cache";
	reply.go_on = go_on;
	reply.done = end_sending;
	reply.done_arg = sending;
	return reply;
}

static struct reply
send_stream(struct request *req)
{
	struct source source;
	enum store_result found;
	int64_t size, changed_ms;
	char *path;
	struct err err;

	found = store_source_find(
	    req->db, req->arena, req->stream_key.source_id, &source, &err);
	if (found != STORE_OK)
		return reply_store(found, ERR_FILE_GONE, &err);
	path = play_file_resolve(
	    req->arena, source.folder, source.path, &size, &changed_ms, &err);
	if (path == NULL)
		return reply_err(&err);
	tell_used(req);
	return send_file(
	    req, &source, path, make_etag(req, &source, size, changed_ms));
}

static const struct route routes[] = {
	{ .method = "GET",
	    .path = "/:key",
	    .access = ACCESS_KEY,
	    .rate = RATE_STREAM,
	    .query = fields,
	    .has_head = true,
	    .any_origin = true,
	    .run = send_stream,
	    .operation = "send_stream" },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv,
	    &(struct handler){ .name = "stream",
		.routes = routes,
		.threads = THREADS,
		.is_resident = true });
}
