/*
 * The bytes of a film or an episode, to whoever holds a stream key.
 */
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "cgi/keyed.h"
#include "lib/auth/digest.h"
#include "lib/auth/stream_key.h"
#include "lib/base/clock.h"
#include "lib/base/encode.h"
#include "lib/base/json.h"
#include "lib/play/open_answers.h"
#include "lib/play/play.h"
#include "lib/store/torrents.h"
#include "lib/view/media.h"

enum {
	ETAG_SIZE = 33,
	THREADS = 256,
	CALL_MS = 5000, /* beyond what a call may wait */
	STEP_MS = 500,  /* how soon it is noticed that a client has gone */
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

/* An answer on its way. */
struct sending {
	struct request *req;
	int place;      /* see lib/play/open_answers.h */
	int64_t reader; /* at miaud, 0: none */
};

static bool
go_on(void *arg)
{
	struct sending *sending = arg;

	if (!still_holds(sending->req))
		return false;
	tell_used(sending->req);
	return true;
}

static void
end_sending(void *arg)
{
	struct sending *sending = arg;

	close(sending->place);
}

/* The answer of a key counts until it ends. */
static struct sending *
begin_sending(struct request *req, struct err *err)
{
	struct sending *sending = arena_alloc(req->arena, 1, sizeof(*sending));

	sending->req = req;
	sending->place = open_answer_take(
	    req->context->paths->run, req->stream_key.hash, err);
	return sending->place == -1 ? NULL : sending;
}

static void
finish_reply(struct reply *reply, struct sending *sending)
{
	reply->cache_control = "private, no-cache";
	reply->go_on = go_on;
	reply->done = end_sending;
	reply->done_arg = sending;
}

static struct reply
send_file(struct request *req, const struct source *source, const char *path,
    const char *etag)
{
	struct sending *sending;
	struct reply reply;
	struct err err;

	sending = begin_sending(req, &err);
	if (sending == NULL)
		return reply_err(&err);
	reply = reply_file(path, view_media_type(source), etag);
	finish_reply(&reply, sending);
	return reply;
}

static struct reply
send_library_file(struct request *req, const struct source *source)
{
	int64_t size, changed_ms;
	char *path;
	struct err err;

	path = play_file_resolve(
	    req->arena, source->folder, source->path, &size, &changed_ms, &err);
	if (path == NULL)
		return reply_err(&err);
	return send_file(
	    req, source, path, make_etag(req, source, size, changed_ms));
}

/* A place in the swarm for this answer; it ends with the connection to miaud,
 * or by close_reader. */
static int
open_reader(struct sending *sending, int wait_ms, struct json_object **out,
    struct err *err)
{
	struct request *req = sending->req;
	struct json_object *params = json_object_new_object();

	json_add_int(params, "sourceId", req->stream_key.source_id);
	json_add_text(params, "profileId", req->stream_key.profile_id);
	json_add_int(params, "waitMs", wait_ms);
	if (request_call(
		req, "stream.open", params, wait_ms + CALL_MS, out, err) == -1)
		return -1;
	sending->reader = json_get_int(*out, "reader", 0);
	return 0;
}

/* What may be different a little later. */
static bool
is_passing(enum err_code code)
{
	return code == ERR_BUSY || code == ERR_DISK_FULL ||
	    err_status(code) == 504;
}

/* Waits until it is known what is in the torrent, in small steps, so that it is
 * noticed when nobody waits for the answer any more. */
static int
open_first(struct sending *sending, struct json_object **out, struct err *err)
{
	struct request *req = sending->req;
	int64_t limit =
	    settings_int(req->context->settings, SETTING_STREAM_STALL_LIMIT);
	int64_t until = clock_mono_ms() + limit * 1000;

	/* Asked before anything is waited for: who has never been seen cannot
	 * be seen leaving. */
	while (!request_is_gone(req)) {
		if (open_reader(sending, STEP_MS, out, err) == 0)
			return 0;
		if (!is_passing(err->code) || clock_mono_ms() >= until)
			return -1;
	}
	return err_set(err, ERR_CANCELLED, "Nobody waits.");
}

static void
close_reader(struct sending *sending)
{
	struct json_object *params, *result;
	struct err err;

	if (sending->reader == 0)
		return;
	params = json_object_new_object();
	json_add_int(params, "reader", sending->reader);
	if (request_call(sending->req, "stream.close", params, CALL_MS, &result,
		&err) == 0)
		json_object_put(result);
	sending->reader = 0;
}

static void
end_growing(void *arg)
{
	close_reader(arg);
	end_sending(arg);
}

/* Asks miaud. A reader that it does not know any more, because it was started
 * anew, is opened again, as often as that takes. */
static int
read_once(struct sending *sending, int64_t offset, int64_t length, int wait_ms,
    struct json_object **out, struct err *err)
{
	struct json_object *params, *opened;
	int tries;

	for (tries = 0; tries < 2; tries++) {
		if (sending->reader == 0) {
			if (open_reader(sending, wait_ms, &opened, err) == -1)
				return -1;
			json_object_put(opened);
		}
		params = json_object_new_object();
		json_add_int(params, "reader", sending->reader);
		json_add_int(params, "offset", offset);
		json_add_int(params, "length", length);
		json_add_int(params, "waitMs", wait_ms);
		if (request_call(sending->req, "stream.read", params,
			wait_ms + CALL_MS, out, err) == 0)
			return 0;
		if (err->code != ERR_DAEMON_DOWN && err->code != ERR_NOT_FOUND)
			return -1;
		sending->reader = 0;
	}
	return -1;
}

/* Nothing comes before somebody resumes it, so nobody is kept waiting. */
static int
wait_or_end(const struct err *err)
{
	return err->code == ERR_DOWNLOAD_PAUSED ? -1 : 0;
}

/* An http_grow_fn. What miaud cannot say now it may say later. */
static int64_t
grow(void *arg, int64_t offset, int64_t length, int wait_ms, struct err *err)
{
	struct sending *sending = arg;
	struct json_object *result, *problem;
	enum err_code code;
	int64_t n;

	if (read_once(sending, offset, length, wait_ms, &result, err) == -1) {
		if (err->code != ERR_DOWNLOAD_PAUSED)
			poll(NULL, 0, wait_ms);
		return wait_or_end(err);
	}
	n = json_get_int(result, "until", offset) - offset;
	problem = json_get_object(result, "problem");
	if (n <= 0 && problem != NULL) {
		code = err_from_name(json_get_text(problem, "code", "stalled"));
		err_set(err, code == ERR_NONE ? ERR_STALLED : code, "%s",
		    json_get_text(problem, "sentence", ""));
	}
	json_object_put(result);
	return n > 0 ? n : wait_or_end(err);
}

/* Strong: which bytes these are is decided by the torrent. */
static char *
torrent_etag(struct request *req, const struct source *source, int64_t size)
{
	unsigned char hash[DIGEST_SIZE];
	char *etag = arena_alloc(req->arena, ETAG_SIZE, 1);
	const char *text = arena_printf(req->arena, "torrent:%lld %lld %lld",
	    (long long)source->torrent_id, (long long)source->file_index,
	    (long long)size);

	digest_sha256(text, strlen(text), hash);
	encode_hex(hash, (ETAG_SIZE - 1) / 2, etag);
	return etag;
}

static struct reply
growing_reply(struct sending *sending, const struct source *source,
    struct json_object *opened)
{
	struct request *req = sending->req;
	const struct settings *settings = req->context->settings;
	char *path =
	    arena_strdup(req->arena, json_get_text(opened, "path", ""));
	int64_t size = json_get_int(opened, "size", 0);
	const char *type = view_media_type(source);
	char *etag = torrent_etag(req, source, size);
	struct reply reply;

	reply = reply_growing(path, type, etag, size, grow);
	reply.first_ms =
	    (int)settings_int(settings, SETTING_STREAM_STALL_LIMIT) * 1000;
	reply.later_ms =
	    (int)settings_int(settings, SETTING_STREAM_MID_STALL_LIMIT) * 1000;
	reply.is_whole = json_get_bool(opened, "isWhole", false);
	finish_reply(&reply, sending);
	reply.done = end_growing;
	return reply;
}

/* From the swarm: all at once when all is here; else what is here is sent, what
 * comes is waited for. */
static struct reply
send_torrent(struct request *req, struct source *source)
{
	struct sending *sending;
	struct json_object *opened;
	struct reply reply;
	struct err err;

	sending = begin_sending(req, &err);
	if (sending == NULL)
		return reply_err(&err);
	if (open_first(sending, &opened, &err) == -1) {
		end_sending(sending);
		return reply_err(&err);
	}
	/* Which file it is may have become known just now. */
	if (source->file_index == STORE_FILE_NONE &&
	    store_source_find(req->db, req->arena, &req->caller.viewer,
		source->id, source, &err) != STORE_OK) {
		json_object_put(opened);
		close_reader(sending);
		end_sending(sending);
		return reply_error(ERR_FILE_GONE, "It is no source any more.");
	}
	reply = growing_reply(sending, source, opened);
	json_object_put(opened);
	return reply;
}

static struct reply
send_stream(struct request *req)
{
	struct source source;
	enum store_result found;
	struct err err;

	found = store_source_find(req->db, req->arena, &req->caller.viewer,
	    req->stream_key.source_id, &source, &err);
	if (found != STORE_OK)
		return reply_store(found, ERR_FILE_GONE, &err);
	tell_used(req);
	return source.torrent_id == 0 ? send_library_file(req, &source)
				      : send_torrent(req, &source);
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
