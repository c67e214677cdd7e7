/*
 * What other players open: an address of a title that stays the same as long as the
 * key in it, and playlists (M3U) of such addresses.
 */
#include <math.h>
#include <string.h>

#include "cgi/playing.h"
#include "lib/base/buf.h"
#include "lib/base/str.h"
#include "lib/store/sources.h"

enum { PASS, ITEM }; /* places in the path */
enum {
	PLAYLIST_MAX = 16 * 1024 * 1024,
	PAGE = 100,
	TITLES_MAX = 20000,
	NUMBER_MAX = 100000,
};

/* The header says who asks, not the address. */
#define NO_PASS "-"

static const struct list {
	const char *name;
	struct title_query query;
} lists[] = {
	{ "everything", { .playable_only = true } },
	{ "all-movies", { .kind = TITLE_MOVIE, .playable_only = true } },
	{ "all-shows", { .kind = TITLE_SHOW, .playable_only = true } },
	{ "recently-added",
	    { .sort = TITLE_SORT_ADDED, .playable_only = true } },
};

/* --- Playlists -------------------------------------------------------------------- */

struct playlist {
	struct request *req;
	const char *base; /* "http://host/miau/api/export/KEY/play/" */
	struct buf out;
};

/* No name ends a line or begins another one. */
static void
put_name(struct buf *out, const char *name)
{
	for (; *name != '\0'; name++)
		buf_printf(out, "%c", (unsigned char)*name < ' ' ? ' ' : *name);
}

static int
put_item(struct playlist *list, const struct title *title,
    const struct episode *episode, struct err *err)
{
	struct request *req = list->req;
	struct source source;
	const char *id =
	    store_title_public_id(req->arena, title->kind, title->pid);
	enum store_result found = store_source_choose(req->db, req->arena,
	    &req->caller.viewer, title->id, episode == NULL ? 0 : episode->id,
	    "auto", &source, err);

	if (found != STORE_OK)
		return found == STORE_NONE ? 0 : -1;
	buf_printf(&list->out, "#EXTINF:%lld tvg-id=\"%s\",",
	    source.duration > 0 ? llround(source.duration) : -1, id);
	put_name(&list->out, title->name);
	if (episode != NULL) {
		buf_printf(&list->out, " S%02lldE%02lld ",
		    (long long)episode->season, (long long)episode->number);
		put_name(&list->out, episode->name);
	} else if (title->year > 0) {
		buf_printf(&list->out, " (%lld)", (long long)title->year);
	}
	buf_printf(&list->out, "\n%s%s", list->base, id);
	if (episode != NULL)
		buf_printf(&list->out, "-s%lld-e%lld",
		    (long long)episode->season, (long long)episode->number);
	buf_puts(&list->out, "\n");
	return 0;
}

static int
put_title(struct playlist *list, const struct title *title, struct err *err)
{
	struct request *req = list->req;
	struct episode *episodes;
	size_t i, n;

	if (title->kind == TITLE_MOVIE)
		return put_item(list, title, NULL, err);
	if (store_episode_list(req->db, req->arena, &req->caller.viewer,
		title->id, -1, &episodes, &n, err) == STORE_ERROR)
		return -1;
	for (i = 0; i < n; i++)
		if (episodes[i].is_playable &&
		    put_item(list, title, &episodes[i], err) == -1)
			return -1;
	return 0;
}

static int
put_all(struct playlist *list, const struct title_query *query, struct err *err)
{
	struct request *req = list->req;
	struct store_page page = { .size = PAGE };
	struct title_list titles;
	size_t i, n = 0;

	do {
		if (store_title_list(req->db, req->arena, &req->caller.viewer,
			query, &page, &titles, err) == STORE_ERROR)
			return -1;
		for (i = 0; i < titles.n; i++)
			if (put_title(list, &titles.items[i], err) == -1)
				return -1;
		n += titles.n;
		page.cursor = titles.cursor;
	} while (page.cursor != NULL && n < TITLES_MAX);
	return 0;
}

/* The server's address as whoever asks knows it; its name was judged before. */
static char *
base_of(const struct request *req)
{
	const char *host = request_header(req, "Host");
	const char *path = arena_printf(
	    req->arena, "api/export/%s/play/", req->param[PASS].text);

	if (host == NULL)
		return request_url(req, path);
	return arena_printf(req->arena, "%s://%s%s",
	    req->is_tls ? "https" : "http", host, request_url(req, path));
}

static struct reply
no_such(void)
{
	return reply_error(
	    ERR_NOT_FOUND, "There is no such title or playlist.");
}

static struct reply
send_playlist(struct request *req, const char *name)
{
	struct playlist list = { .req = req, .base = base_of(req) };
	struct title title;
	struct reply reply;
	struct err err;
	enum store_result found = STORE_OK;
	size_t i;
	int put;

	buf_init(&list.out, PLAYLIST_MAX);
	buf_puts(&list.out, "#EXTM3U\n");
	for (i = 0; i < COUNT_OF(lists); i++)
		if (strcmp(lists[i].name, name) == 0)
			break;
	if (i == COUNT_OF(lists))
		found = play_title_find(req->db, req->arena,
		    &req->caller.viewer, name, &title, &err);
	if (found == STORE_NONE) {
		reply = no_such();
	} else {
		put = found == STORE_ERROR ? -1
		    : i < COUNT_OF(lists)
		    ? put_all(&list, &lists[i].query, &err)
		    : put_title(&list, &title, &err);
		reply = put == -1
		    ? reply_err(&err)
		    : reply_text("audio/x-mpegurl; charset=utf-8",
			  arena_strdup(req->arena, list.out.data));
		reply.cache_control = "private, no-store";
	}
	buf_fini(&list.out);
	return reply;
}

/* --- One title -------------------------------------------------------------------- */

/* "-s1-e2" at its end; false for anything else that is not all of a title's id. */
static bool
read_episode(
    struct request *req, const char *tail, int64_t *season, int64_t *number)
{
	const char *second = strstr(tail, "-e");

	return str_after(tail, "-s") != NULL && second != NULL &&
	    str_to_int64(arena_strndup(
			     req->arena, tail + 2, (size_t)(second - tail) - 2),
		0, NUMBER_MAX, season) &&
	    str_to_int64(second + 2, 0, NUMBER_MAX, number);
}

static enum store_result
find_wish(struct request *req, const char *name, struct play_wish *wish,
    struct err *err)
{
	const char *tail = strstr(name, "-s");
	struct episode episode;
	struct title title;
	int64_t season, number;
	enum store_result found;

	if (str_after(name, "show-") != NULL &&
	    (tail == NULL || !read_episode(req, tail, &season, &number)))
		return STORE_NONE;
	if (str_after(name, "show-") == NULL)
		tail = NULL;
	found = play_title_find(req->db, req->arena, &req->caller.viewer,
	    tail == NULL
		? name
		: arena_strndup(req->arena, name, (size_t)(tail - name)),
	    &title, err);
	if (found != STORE_OK || (tail == NULL && title.kind == TITLE_SHOW))
		return found == STORE_OK ? STORE_NONE : found;
	wish->title_id = title.id;
	if (tail == NULL)
		return STORE_OK;
	found = store_episode_find(req->db, req->arena, &req->caller.viewer,
	    title.id, season, number, &episode, err);
	wish->episode_id = episode.id;
	return found;
}

/* To the bytes of the best source, by a stream key. The same key of a program gets the
 * same stream key for half a day, since players ask anew for each place in a film. */
static struct reply
play_export(struct request *req)
{
	struct play_wish wish = wish_of(req, "auto");
	struct reply reply;
	struct play play;
	struct err err;
	enum store_result found =
	    find_wish(req, req->param[ITEM].text, &wish, &err);

	if (found == STORE_ERROR)
		return reply_err(&err);
	if (found == STORE_NONE)
		return no_such();
	if (strcmp(req->param[PASS].text, NO_PASS) != 0)
		wish.seed = req->param[PASS].text;
	if (play_begin(&wish, &play, &err) == -1)
		return reply_err(&err);
	reply = reply_text("text/plain; charset=utf-8", "");
	reply.status = 302;
	reply.cache_control = "private, no-store";
	reply_header(&reply, "Location",
	    request_url(
		req, arena_printf(req->arena, "api/stream/%s", play.text)));
	play_end(&play);
	return reply;
}

static struct reply
show_export(struct request *req)
{
	const char *name = req->param[ITEM].text;
	const char *end = strrchr(name, '.');

	if (end == NULL ||
	    (strcmp(end, ".m3u") != 0 && strcmp(end, ".m3u8") != 0))
		return no_such();
	return send_playlist(
	    req, arena_strndup(req->arena, name, (size_t)(end - name)));
}

static const struct route routes[] = {
	{ .method = "GET",
	    .path = "/:pass/:item",
	    .keys = KEY_SCOPE_PLAY,
	    .rate = RATE_PLAY,
	    .limited = true,
	    .run = show_export,
	    .operation = "show_export" },
	{ .method = "GET",
	    .path = "/:pass/play/:film",
	    .keys = KEY_SCOPE_PLAY,
	    .rate = RATE_PLAY,
	    .limited = true,
	    .writes = true,
	    .run = play_export,
	    .operation = "play_export" },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv,
	    &(struct handler){ .name = "export", .routes = routes });
}
