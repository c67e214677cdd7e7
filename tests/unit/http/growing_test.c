/* Files that are not all there yet: what is sent, what is waited for, what is
 * said when nothing comes. */
#include "tests/unit/http/ask.h"

#include <sys/stat.h>

#include "lib/library/roots.h"

enum { FILE_SIZE = 600 * 1024, FILLER = 0x5a };

/* What the file's origin does: each question gives `step` bytes more, or none
 * for as long as `n_waits` says; nothing beyond `last`. Bytes that were not
 * given yet are filler on the disk, as a film's holes would be. */
static struct {
	char path[PATHS_MAX + 16];
	int64_t step, last;
	int n_waits, n_asked;
	int64_t first_place;
	bool is_whole;
	int64_t again_at; /* given up and made anew here; 0: never */
} origin;

static char
byte_at(int64_t at)
{
	return (char)(at * 7 + at / 256);
}

static int64_t
grow(void *arg UNUSED, int64_t offset, int64_t length, int wait_ms UNUSED,
    struct err *err)
{
	int64_t n = origin.step < length ? origin.step : length, i;
	char *bytes;
	int fd;

	if (origin.n_asked++ == 0)
		origin.first_place = offset;
	if (origin.n_waits > 0) {
		origin.n_waits--;
		return err_set(err, ERR_NO_PEERS, "Nobody is there.") + 1;
	}
	if (offset >= origin.last)
		return err_set(err, ERR_STALLED, "It ended.");
	if (origin.again_at != 0 && offset >= origin.again_at) {
		origin.again_at = 0;
		assert_int_equal(unlink(origin.path), 0);
	}
	bytes = malloc((size_t)n);
	for (i = 0; i < n; i++)
		bytes[i] = byte_at(offset + i);
	fd = open(origin.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(pwrite(fd, bytes, (size_t)n, offset), n);
	close(fd);
	free(bytes);
	return n;
}

static struct reply
show_film(struct request *req)
{
	struct reply reply =
	    reply_growing(origin.path, "video/mp4", "tag", FILE_SIZE, grow);

	reply.first_ms = 0;
	reply.later_ms = 0;
	reply.is_whole = origin.is_whole;
	(void)req;
	return reply;
}

static const struct route rows[] = {
	{ .method = "GET",
	    .path = "/film",
	    .run = show_film,
	    .access = ACCESS_PUBLIC },
	{ 0 },
};
static const struct handler films = { .name = "films", .routes = rows };

static void
open_film(struct asker *a, int64_t step)
{
	char filler[4096];
	int fd, i;

	asker_open(a, &films);
	memset(&origin, 0, sizeof(origin));
	snprintf(
	    origin.path, sizeof(origin.path), "%s/0", a->server.paths.library);
	origin.step = step;
	origin.last = FILE_SIZE;
	memset(filler, FILLER, sizeof(filler));
	fd = open(origin.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	for (i = 0; i < FILE_SIZE / 4096; i++)
		assert_int_equal(write(fd, filler, 4096), 4096);
	close(fd);
}

static void
assert_bytes(const struct asker *a, int64_t from, int64_t to)
{
	int64_t i;

	assert_int_equal(a->len, to - from + 1);
	for (i = 0; i < to - from + 1; i++)
		if (a->body[i] != byte_at(from + i))
			fail_msg("byte %lld", (long long)(from + i));
}

static int
ask_film(struct asker *a, const char *range)
{
	if (range != NULL)
		with(a, "HTTP_RANGE", range);
	return ask(a, "GET", "/api/films/film", NULL);
}

/* In steps that fit nothing, never a byte that was not given. */
static void
test_whole(void **state)
{
	struct asker *a = *state;

	open_film(a, 12345);
	assert_int_equal(ask_film(a, NULL), 200);
	assert_header(a, "Content-Length", "614400");
	assert_header(a, "Accept-Ranges", "bytes");
	assert_header(a, "ETag", "\"tag\"");
	assert_bytes(a, 0, FILE_SIZE - 1);
	assert_int_equal(origin.n_asked, FILE_SIZE / 12345 + 1);
	asker_close(a);
}

static void
test_ranges(void **state)
{
	struct asker *a = *state;

	open_film(a, 1000);
	assert_int_equal(ask_film(a, "bytes=300000-305000"), 206);
	assert_int_equal(origin.first_place, 300000);
	assert_header(a, "Content-Range", "bytes 300000-305000/614400");
	assert_bytes(a, 300000, 305000);
	assert_int_equal(ask_film(a, "bytes=-5"), 206);
	assert_bytes(a, FILE_SIZE - 5, FILE_SIZE - 1);
	assert_int_equal(ask_film(a, "bytes=614400-"), 416);
	/* Parts: the bytes of each, and nothing that lies between them. */
	assert_int_equal(ask_film(a, "bytes=0-1,300000-300003"), 206);
	assert_null(memchr(a->body, FILLER, a->len));
	asker_close(a);
}

/* Nothing comes before the head: an error with its reason. */
static void
test_none(void **state)
{
	struct asker *a = *state;

	open_film(a, 1000);
	origin.n_waits = 1000;
	assert_int_equal(ask_film(a, "bytes=10-"), 504);
	assert_string_equal(answer_code(a), "no_peers");
	assert_header(a, "Cache-Control", "no-store");
	assert_int_equal(ask_film(a, "bytes=0-1,300000-300003"), 504);
	asker_close(a);
}

/* It ends in the middle: less than was promised, and nothing wrong. */
static void
test_stall(void **state)
{
	struct asker *a = *state;

	open_film(a, 1000);
	origin.last = 5000;
	assert_int_equal(ask_film(a, NULL), 200);
	assert_header(a, "Content-Length", "614400");
	assert_bytes(a, 0, 4999);
	asker_close(a);
}

/* What is known without bytes waits for none. */
static void
test_head(void **state)
{
	struct asker *a = *state;

	open_film(a, 1000);
	origin.n_waits = 1000;
	assert_int_equal(ask(a, "HEAD", "/api/films/film", NULL), 200);
	assert_header(a, "Content-Length", "614400");
	with(a, "HTTP_IF_NONE_MATCH", "\"tag\"");
	assert_int_equal(ask_film(a, NULL), 304);
	assert_int_equal(origin.n_asked, 0);
	asker_close(a);
}

/* The web server would send holes as zeros. */
static void
test_not_offloaded(void **state)
{
	struct asker *a = *state;

	open_film(a, 100000);
	a->server.offload = OFFLOAD_LIGHTTPD;
	assert_int_equal(ask_film(a, "bytes=0-9"), 206);
	assert_null(answer_header(a, "X-Sendfile"));
	assert_bytes(a, 0, 9);
	asker_close(a);
}

/* Whole it leaves by the web server, and what it cannot do is copied as ever. */
static void
test_offloaded(void **state)
{
	struct asker *a = *state;
	char *to;

	open_film(a, 100000);
	a->server.offload = OFFLOAD_LIGHTTPD;
	origin.is_whole = true;
	assert_ok(library_roots_write(a->w->db, &a->server.paths, &a->w->err),
	    &a->w->err);
	snprintf(
	    origin.path, sizeof(origin.path), "%s/0", a->server.paths.torrents);
	assert_ok(fs_write(origin.path, arena_alloc(a->w->arena, FILE_SIZE, 1),
		      FILE_SIZE, 0640, &a->w->err),
	    &a->w->err);
	to = arena_printf(
	    a->w->arena, "%s/roots/torrents/0", a->server.paths.run);
	assert_int_equal(ask_film(a, "bytes=10-19"), 200);
	assert_header(a, "X-Sendfile", to);
	assert_header(a, "ETag", "\"tag\"");
	assert_header(a, "Content-Type", "video/mp4");
	assert_null(answer_header(a, "Content-Range"));
	assert_int_equal(origin.n_asked, 0);
	assert_int_equal(ask_film(a, "bytes=0-9,300000-300009"), 206);
	assert_null(answer_header(a, "X-Sendfile"));
	with(a, "HTTP_IF_RANGE", "\"tag\"");
	assert_int_equal(ask_film(a, "bytes=10-19"), 206);
	assert_null(answer_header(a, "X-Sendfile"));
	assert_bytes(a, 10, 19);
	assert_int_equal(ask(a, "HEAD", "/api/films/film", NULL), 200);
	assert_null(answer_header(a, "X-Sendfile"));
	assert_header(a, "Content-Length", "614400");
	/* It has gone meanwhile, or is another one. */
	assert_int_equal(truncate(origin.path, FILE_SIZE - 1), 0);
	assert_int_equal(ask_film(a, "bytes=10-19"), 206);
	assert_null(answer_header(a, "X-Sendfile"));
	assert_bytes(a, 10, 19);
	assert_int_equal(unlink(origin.path), 0);
	assert_int_equal(ask_film(a, "bytes=10-19"), 206);
	assert_null(answer_header(a, "X-Sendfile"));
	assert_bytes(a, 10, 19);
	asker_close(a);
}

/* Given up altogether it is made anew: what comes then is in the new file. */
static void
test_made_anew(void **state)
{
	struct asker *a = *state;

	open_film(a, 50000);
	origin.again_at = 200000;
	assert_int_equal(ask_film(a, NULL), 200);
	assert_int_equal(origin.again_at, 0);
	assert_bytes(a, 0, FILE_SIZE - 1);
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
		ASKER(test_none),
		ASKER(test_stall),
		ASKER(test_head),
		ASKER(test_not_offloaded),
		ASKER(test_offloaded),
		ASKER(test_made_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
