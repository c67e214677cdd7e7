/*
 * Pictures of titles. miaud makes them, once for each size; here what exists
 * is served.
 */
#include <sys/stat.h>

#include "cgi/common.h"
#include "lib/base/str.h"

enum { KIND, SIZE, FILE_NAME }; /* places in the path */

static const struct {
	const char *ending;
	const char *type;
} types[] = {
	{ ".webp", "image/webp" },
	{ ".jpg", "image/jpeg" },
	{ ".jpeg", "image/jpeg" },
	{ ".png", "image/png" },
	{ ".svg", "image/svg+xml" },
};

static const char *
find_type(const char *file)
{
	size_t i;

	for (i = 0; i < COUNT_OF(types); i++)
		if (str_ends(file, types[i].ending))
			return types[i].type;
	return NULL;
}

/* The picture of a title that is not there for this profile is not there
 * either. */
static bool
is_visible(struct request *req, const char *file)
{
	bool is_used;
	struct err err;

	if (req->caller.viewer.is_unlimited)
		return true;
	return store_title_uses_picture(req->db, &req->caller.viewer, file,
		   &is_used, &err) == STORE_OK &&
	    is_used;
}

static struct reply
show_image(struct request *req)
{
	const char *file = req->param[FILE_NAME].text;
	const char *path, *type = find_type(file);
	struct reply reply;
	struct stat st;

	path =
	    arena_printf(req->arena, "%s/%s/%s/%s", req->context->paths->images,
		req->param[KIND].text, req->param[SIZE].text, file);
	if (type == NULL || lstat(path, &st) == -1 || !S_ISREG(st.st_mode) ||
	    !is_visible(req, file))
		return reply_error(
		    ERR_IMAGE_NOT_FOUND, "There is no such picture.");
	reply = reply_file(path, type,
	    arena_printf(req->arena, "%llx-%llx", (long long)st.st_size,
		(long long)st.st_mtim.tv_sec));
	/* Pictures never change under one address. A drawing could carry a
	 * script; opened as a page it must not run. */
	reply.cache_control = "private, max-age=31536000, immutable";
	reply_header(&reply, "Content-Security-Policy",
	    "default-src 'none'; style-src 'unsafe-inline'; sandbox");
	return reply;
}

static const struct route routes[] = {
	{ .method = "GET",
	    .path = "/:kind/:size/:file",
	    .keys = KEY_SCOPE_READ,
	    .embed = true,
	    .limited = true,
	    .run = show_image,
	    .operation = "show_image" },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv,
	    &(struct handler){ .name = "images", .routes = routes });
}
