/*
 * The small pictures of the seek bar, to whoever holds a stream key: sheets of them,
 * and where in the sheets the picture of each place is, as WebVTT.
 */
#include <string.h>
#include <sys/stat.h>

#include "cgi/keyed.h"
#include "lib/base/str.h"
#include "lib/store/sources.h"
#include "lib/view/thumbnails.h"

enum { KEY, SHEET }; /* places in the path */
enum { VTT_MAX = 1024 * 1024 };

static struct reply
none(void)
{
	return reply_error(
	    ERR_NOT_FOUND, "There are no such thumbnails of this film.");
}

/* Those of the key's source, when it is there for the key's owner. */
static bool
find_thumbnails(
    struct request *req, struct thumbnails *made, struct reply *refusal)
{
	struct source source;
	enum store_result found;
	struct err err;

	found = store_source_find(req->db, req->arena, &req->caller.viewer,
	    req->stream_key.source_id, &source, &err);
	if (found != STORE_OK) {
		*refusal = reply_store(found, ERR_FILE_GONE, &err);
		return false;
	}
	found =
	    store_thumbnails_find(req->db, req->arena, source.id, made, &err);
	if (found == STORE_OK && made->problem == NULL)
		return true;
	*refusal = found == STORE_ERROR ? reply_err(&err) : none();
	return false;
}

/* Under the address of a key they change when they are made anew. */
static const char cache[] = "private, max-age=3600";

static char *
make_etag(struct request *req, const struct thumbnails *made, const char *name)
{
	return arena_printf(req->arena, "%s-%s", made->folder, name);
}

static struct reply
send_vtt(struct request *req, const struct thumbnails *made)
{
	struct reply reply;
	struct buf out;

	buf_init(&out, VTT_MAX);
	view_thumbnails_vtt(&out, made);
	reply = reply_text(
	    "text/vtt; charset=utf-8", arena_strdup(req->arena, out.data));
	buf_fini(&out);
	reply.etag = make_etag(req, made, "vtt");
	reply.cache_control = cache;
	return reply;
}

/* "3.jpg", spelled as it is told. */
static bool
read_sheet(struct request *req, const struct thumbnails *made, const char *name)
{
	int64_t sheets =
	    (made->count + THUMBNAILS_A_SHEET - 1) / THUMBNAILS_A_SHEET;
	int64_t number;

	return str_to_int64(arena_strndup(req->arena, name, strcspn(name, ".")),
		   0, sheets - 1, &number) &&
	    strcmp(name, arena_printf(req->arena, "%d.jpg", (int)number)) == 0;
}

static struct reply
show_thumbnails(struct request *req)
{
	const char *name = req->param[SHEET].text;
	struct thumbnails made;
	struct reply refusal, reply;
	const char *path;
	struct stat st;

	if (!find_thumbnails(req, &made, &refusal))
		return refusal;
	if (strcmp(name, "all.vtt") == 0)
		return send_vtt(req, &made);
	if (!read_sheet(req, &made, name))
		return none();
	path = arena_printf(req->arena, "%s/%s/%s",
	    req->context->paths->thumbnails, made.folder, name);
	if (lstat(path, &st) == -1 || !S_ISREG(st.st_mode))
		return none();
	reply = reply_file(path, "image/jpeg", make_etag(req, &made, name));
	reply.cache_control = cache;
	return reply;
}

static const struct route routes[] = {
	{ .method = "GET",
	    .path = "/:key/:sheet",
	    .access = ACCESS_KEY,
	    .rate = RATE_STREAM,
	    .any_origin = true,
	    .run = show_thumbnails,
	    .operation = "show_thumbnails" },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv,
	    &(struct handler){ .name = "thumbnails", .routes = routes });
}
