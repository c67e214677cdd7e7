/* Whole files: ranges, conditions, offloading. */
#include "tests/unit/http/ask.h"

#include <sys/stat.h>

enum { FILE_SIZE = 600 * 1024 };

static struct reply
show_file(struct request *req)
{
	struct reply reply =
	    reply_file(arena_printf(req->arena, "%s/%s",
			   req->context->paths->library, req->param[0].text),
		"video/mp4", "tag");

	reply.filename = "Caf\xc3\xa9 \"1\".mp4";
	return reply;
}

static int n_done;

static void
count_done(void *arg)
{
	(*(int *)arg)++;
}

static struct reply
watch_file(struct request *req)
{
	struct reply reply = show_file(req);

	reply.done = count_done;
	reply.done_arg = &n_done;
	return reply;
}

static int
write_parts(struct http_writer *out, void *arg UNUSED)
{
	if (http_client_gone(out))
		return -1;
	return http_write(out, "one ", 4) == -1 ? -1
						: http_write(out, "two", 3);
}

static int
write_nothing(struct http_writer *out UNUSED, void *arg UNUSED)
{
	return -1;
}

static struct reply
show_written(struct request *req UNUSED)
{
	struct reply reply = reply_writer("text/plain", write_parts, NULL);

	reply.length = 7;
	return reply;
}

static struct reply
show_failed(struct request *req UNUSED)
{
	return reply_writer("text/plain", write_nothing, NULL);
}

static struct reply
show_text(struct request *req UNUSED)
{
	return reply_text("text/vtt; charset=utf-8", "WEBVTT\n");
}

static const struct route rows[] = {
	{ .method = "GET",
	    .path = "/file/:file",
	    .run = show_file,
	    .access = ACCESS_PUBLIC },
	{ .method = "GET",
	    .path = "/watched/:file",
	    .run = watch_file,
	    .access = ACCESS_PUBLIC },
	{ .method = "GET",
	    .path = "/written",
	    .run = show_written,
	    .access = ACCESS_PUBLIC },
	{ .method = "GET",
	    .path = "/failed",
	    .run = show_failed,
	    .access = ACCESS_PUBLIC },
	{ .method = "GET",
	    .path = "/text",
	    .run = show_text,
	    .access = ACCESS_PUBLIC },
	{ 0 },
};
static const struct handler files = { .name = "files", .routes = rows };

/* The file's byte at a place. */
static char
byte_at(int64_t at)
{
	return (char)(at * 7 + at / 256);
}

static void
open_files(struct asker *a)
{
	char *bytes = arena_alloc(a->w->arena, FILE_SIZE, 1), *path;
	int64_t i;

	asker_open(a, &files);
	for (i = 0; i < FILE_SIZE; i++)
		bytes[i] = byte_at(i);
	path =
	    arena_printf(a->w->arena, "%s/film.mp4", a->server.paths.library);
	assert_ok(
	    fs_write(path, bytes, FILE_SIZE, 0600, &a->w->err), &a->w->err);
}

static void
assert_bytes(const char *bytes, size_t len, int64_t from, int64_t to)
{
	size_t i;

	assert_int_equal(len, to - from + 1);
	for (i = 0; i < len; i++)
		if (bytes[i] != byte_at(from + (int64_t)i))
			fail_msg("byte %lld", (long long)from + (long long)i);
}

static int
ask_range(struct asker *a, const char *range)
{
	with(a, "HTTP_RANGE", range);
	return ask(a, "GET", "/api/files/file/film.mp4", NULL);
}

static void
test_whole(void **state)
{
	struct asker *a = *state;

	open_files(a);
	assert_int_equal(ask(a, "GET", "/api/files/file/film.mp4", NULL), 200);
	assert_header(a, "Content-Type", "video/mp4");
	assert_header(a, "Content-Length", "614400");
	assert_header(a, "Accept-Ranges", "bytes");
	assert_header(a, "ETag", "\"tag\"");
	assert_header(a, "Content-Disposition",
	    "inline; filename=\"Caf__ _1_.mp4\"; "
	    "filename*=UTF-8''Caf%C3%A9%20%221%22.mp4");
	assert_bytes(a->body, a->len, 0, FILE_SIZE - 1);
	with(a, "HTTP_RANGE", "bytes=0-1");
	assert_int_equal(ask(a, "HEAD", "/api/files/file/film.mp4", NULL), 200);
	assert_header(a, "Content-Length", "614400");
	assert_header(a, "Accept-Ranges", "bytes");
	assert_int_equal(a->len, 0);
	asker_close(a);
}

static void
test_ranges(void **state)
{
	struct asker *a = *state;

	open_files(a);
	assert_int_equal(ask_range(a, "bytes=10-19"), 206);
	assert_header(a, "Content-Range", "bytes 10-19/614400");
	assert_header(a, "Content-Length", "10");
	assert_bytes(a->body, a->len, 10, 19);
	assert_int_equal(ask_range(a, "bytes=-5"), 206);
	assert_bytes(a->body, a->len, FILE_SIZE - 5, FILE_SIZE - 1);
	assert_int_equal(ask_range(a, "bytes=100000-"), 206);
	assert_bytes(a->body, a->len, 100000, FILE_SIZE - 1);
	assert_int_equal(ask_range(a, "bytes=614400-"), 416);
	assert_header(a, "Content-Range", "bytes */614400");
	assert_string_equal(answer_code(a), "range_not_satisfiable");
	assert_int_equal(ask_range(a, "bytes=x"), 200);
	asker_close(a);
}

static void
test_parts(void **state)
{
	struct asker *a = *state;
	const char *type, *boundary, *at;
	char *head;

	open_files(a);
	assert_int_equal(ask_range(a, "bytes=0-1,300000-300003"), 206);
	type = answer_header(a, "Content-Type");
	assert_memory_equal(type, "multipart/byteranges; boundary=", 31);
	boundary = type + 31;
	assert_null(answer_header(a, "Content-Range"));
	assert_string_equal(answer_header(a, "Content-Length"),
	    arena_printf(a->w->arena, "%zu", a->len));
	at = a->body;
	head = arena_printf(a->w->arena,
	    "\r\n--%s\r\nContent-Type: video/mp4\r\n"
	    "Content-Range: bytes 0-1/614400\r\n\r\n",
	    boundary);
	assert_memory_equal(at, head, strlen(head));
	at += strlen(head);
	assert_bytes(at, 2, 0, 1);
	at += 2;
	head = arena_printf(a->w->arena,
	    "\r\n--%s\r\nContent-Type: video/mp4\r\n"
	    "Content-Range: bytes 300000-300003/614400\r\n\r\n",
	    boundary);
	assert_memory_equal(at, head, strlen(head));
	at += strlen(head);
	assert_bytes(at, 4, 300000, 300003);
	at += 4;
	assert_string_equal(
	    at, arena_printf(a->w->arena, "\r\n--%s--\r\n", boundary));
	asker_close(a);
}

static void
test_conditions(void **state)
{
	struct asker *a = *state;

	open_files(a);
	with(a, "HTTP_IF_NONE_MATCH", "\"tag\"");
	assert_int_equal(ask_range(a, "bytes=0-1"), 304);
	with(a, "HTTP_IF_NONE_MATCH", "\"old\"");
	assert_int_equal(ask_range(a, "bytes=0-1"), 206);
	with(a, "HTTP_IF_RANGE", "\"tag\"");
	assert_int_equal(ask_range(a, "bytes=0-1"), 206);
	with(a, "HTTP_IF_RANGE", "\"old\"");
	assert_int_equal(ask_range(a, "bytes=0-1"), 200);
	assert_int_equal(a->len, FILE_SIZE);
	with(a, "HTTP_IF_RANGE", "W/\"tag\"");
	assert_int_equal(ask_range(a, "bytes=0-1"), 200);
	with(a, "HTTP_IF_RANGE", "Sat, 21 Nov 2026 05:00:00 GMT");
	assert_int_equal(ask_range(a, "bytes=0-1"), 200);
	asker_close(a);
}

static void
test_gone(void **state)
{
	struct asker *a = *state;
	char *path;

	open_files(a);
	assert_int_equal(ask(a, "GET", "/api/files/file/none.mp4", NULL), 404);
	assert_string_equal(answer_code(a), "file_gone");
	path =
	    arena_printf(a->w->arena, "%s/pipe.mp4", a->server.paths.library);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(ask(a, "GET", "/api/files/file/pipe.mp4", NULL), 404);
	path =
	    arena_printf(a->w->arena, "%s/folder.mp4", a->server.paths.library);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(
	    ask(a, "GET", "/api/files/file/folder.mp4", NULL), 404);
	path =
	    arena_printf(a->w->arena, "%s/empty.mp4", a->server.paths.library);
	assert_ok(fs_write(path, "", 0, 0600, &a->w->err), &a->w->err);
	assert_int_equal(ask(a, "GET", "/api/files/file/empty.mp4", NULL), 200);
	assert_header(a, "Content-Length", "0");
	asker_close(a);
}

/* A link as library_roots_write makes it. */
static void
put_root(struct asker *a, const char *name, const char *target)
{
	char *folder =
	    arena_printf(a->w->arena, "%s/roots", a->server.paths.run);
	char *path = arena_printf(a->w->arena, "%s/%s", folder, name);

	assert_ok(fs_mkdirs(folder, 0700, &a->w->err), &a->w->err);
	unlink(path);
	assert_int_equal(symlink(target, path), 0);
}

/* Each web server is told in its own way where the file is. */
static void
test_offload_ways(void **state)
{
	static const struct {
		const char *server, *header, *before, *path, *ranges;
	} ways[] = {
		{ "lighttpd", "X-Sendfile", "run",
		    "/roots/3/A%20%28b%29%25/film.mp4", "bytes" },
		{ "apache", "X-Sendfile", "run", "/roots/3/A (b)%/film.mp4",
		    "bytes" },
		{ "nginx", "X-Accel-Redirect", "",
		    "/.files/3/A%20%28b%29%25/film.mp4", "" },
	};
	struct asker *a = *state;
	char *folder, *film;
	const char *ranges;
	size_t i;

	for (i = 0; i < COUNT_OF(ways); i++) {
		setenv("MIAU_SENDFILE", ways[i].server, 1);
		open_files(a);
		folder = arena_printf(a->w->arena, "%s/films%zu/A (b)%%",
		    realpath(a->w->dir, arena_alloc(a->w->arena, 4096, 1)), i);
		film = arena_printf(a->w->arena, "%s/film.mp4", folder);
		assert_ok(fs_mkdirs(folder, 0700, &a->w->err), &a->w->err);
		assert_ok(
		    fs_write(film, "film", 4, 0600, &a->w->err), &a->w->err);
		assert_int_equal(symlink(film,
				     arena_printf(a->w->arena, "%s/%zu.mp4",
					 a->server.paths.library, i)),
		    0);
		*strrchr(folder, '/') = '\0';
		put_root(a, "3", folder);
		assert_int_equal(
		    ask(a, "GET",
			arena_printf(a->w->arena, "/api/files/file/%zu.mp4", i),
			NULL),
		    200);
		assert_header(a, ways[i].header,
		    arena_printf(a->w->arena, "%s%s",
			ways[i].before[0] == '\0' ? "" : a->server.paths.run,
			ways[i].path));
		ranges = answer_header(a, "Accept-Ranges");
		assert_string_equal(
		    ranges == NULL ? "" : ranges, ways[i].ranges);
		asker_close(a);
	}
	unsetenv("MIAU_SENDFILE");
}

static void
test_offload(void **state)
{
	struct asker *a = *state;
	char *library, *odd;

	setenv("MIAU_SENDFILE", "lighttpd", 1);
	open_files(a);
	library = realpath(a->server.paths.library, NULL);
	/* There is no link: copied. */
	assert_int_equal(ask_range(a, "bytes=0-1"), 206);
	put_root(a, "1", "/elsewhere");
	assert_int_equal(ask_range(a, "bytes=0-1"), 206);
	put_root(a, "27", library);
	assert_int_equal(ask_range(a, "bytes=0-1"), 200);
	assert_header(a, "X-Sendfile",
	    arena_printf(
		a->w->arena, "%s/roots/27/film.mp4", a->server.paths.run));
	assert_null(answer_header(a, "Content-Range"));
	assert_null(answer_header(a, "Content-Length"));
	assert_int_equal(a->len, 0);
	assert_int_equal(ask(a, "GET", "/api/files/file/film.mp4", NULL), 200);
	assert_non_null(answer_header(a, "X-Sendfile"));
	/* What the web server would not do as we do it. */
	assert_int_equal(ask_range(a, "bytes=0-1,5-6"), 206);
	assert_null(answer_header(a, "X-Sendfile"));
	with(a, "HTTP_IF_RANGE", "\"tag\"");
	assert_int_equal(ask_range(a, "bytes=0-1"), 206);
	assert_int_equal(ask(a, "HEAD", "/api/files/file/film.mp4", NULL), 200);
	assert_header(a, "Content-Length", "614400");
	assert_int_equal(ask_range(a, "bytes=700000-"), 416);
	/* A link that leaves the folder. */
	odd = arena_printf(a->w->arena, "%s/secret", a->w->dir);
	assert_ok(fs_write(odd, "secret", 6, 0600, &a->w->err), &a->w->err);
	assert_int_equal(
	    symlink(odd, arena_printf(a->w->arena, "%s/link.mp4", library)), 0);
	assert_int_equal(ask(a, "GET", "/api/files/file/link.mp4", NULL), 200);
	assert_null(answer_header(a, "X-Sendfile"));
	/* A folder whose name only begins alike. */
	put_root(a, "27",
	    arena_printf(
		a->w->arena, "%.*s", (int)strlen(library) - 1, library));
	assert_int_equal(ask_range(a, "bytes=0-1"), 206);
	unsetenv("MIAU_SENDFILE");
	free(library);
	asker_close(a);
}

static void
test_writer(void **state)
{
	struct asker *a = *state;

	open_files(a);
	assert_int_equal(ask(a, "GET", "/api/files/written", NULL), 200);
	assert_string_equal(a->body, "one two");
	assert_header(a, "Content-Length", "7");
	assert_int_equal(ask(a, "HEAD", "/api/files/written", NULL), 200);
	assert_header(a, "Content-Length", "7");
	assert_int_equal(a->len, 0);
	assert_int_equal(ask(a, "GET", "/api/files/failed", NULL), 500);
	assert_int_equal(ask(a, "GET", "/api/v1/files/text", NULL), 200);
	assert_string_equal(a->body, "WEBVTT\n");
	with(a, "HTTP_IF_NONE_MATCH", answer_header(a, "ETag"));
	assert_int_equal(ask(a, "GET", "/api/files/text", NULL), 304);
	asker_close(a);
}

static void
test_done(void **state)
{
	struct asker *a = *state;

	open_files(a);
	n_done = 0;
	assert_int_equal(
	    ask(a, "GET", "/api/files/watched/film.mp4", NULL), 200);
	assert_int_equal(n_done, 1);
	assert_int_equal(
	    ask(a, "GET", "/api/files/watched/none.mp4", NULL), 404);
	assert_int_equal(n_done, 2);
	asker_close(a);
}

int
main(void)
{
#define ASKER(test)                                                            \
	cmocka_unit_test_setup_teardown(test, asker_setup, asker_teardown)
	const struct CMUnitTest tests[] = {
		ASKER(test_whole),
		ASKER(test_ranges),
		ASKER(test_parts),
		ASKER(test_conditions),
		ASKER(test_gone),
		ASKER(test_offload),
		ASKER(test_offload_ways),
		ASKER(test_writer),
		ASKER(test_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
