/*
 * Torrents as an administrator sees them: added by magnet or .torrent, shared
 * from the own library, watched, limited, removed. miaud owns them; its answers
 * are passed on as they are.
 */
#include <string.h>

#include "cgi/common.h"
#include "lib/base/json.h"
#include "lib/base/str.h"
#include "lib/play/play.h"

enum { DOWNLOAD }; /* places in the path */
enum { PATIENCE_MS = 15000, LIST_MS = 3000 };
/* A .torrent in base64 and everything around it fit into one line to miaud. */
enum { MAGNET_MAX = 16384, TORRENT_MAX = 1000000 };

#define NUMBER_MAX 9007199254740991

enum { ADD_MAGNET, ADD_TORRENT, ADD_NAME, ADD_TITLE, ADD_PAUSED };
static const struct field add_fields[] = {
	[ADD_MAGNET] = { .name = "magnet",
	    .type = FIELD_TEXT,
	    .min = 1,
	    .max = MAGNET_MAX },
	[ADD_TORRENT] = { .name = "torrent",
	    .type = FIELD_TEXT,
	    .min = 1,
	    .max = TORRENT_MAX },
	[ADD_NAME] = { .name = "title", .type = FIELD_TEXT, .min = 1 },
	[ADD_TITLE] = { .name = "titleId", .type = FIELD_TITLE_ID },
	[ADD_PAUSED] = { .name = "paused", .type = FIELD_BOOL },
	{ 0 },
};

static const struct field film_fields[] = {
	{ .name = "name",
	    .type = FIELD_TEXT,
	    .min = 1,
	    .max = 64,
	    .required = true },
	{ 0 },
};

enum { SHARE_PATH, SHARE_TITLE, SHARE_SEASON, SHARE_EPISODE, SHARE_NAME };
static const struct field share_fields[] = {
	[SHARE_PATH] = { .name = "path", .type = FIELD_PATH },
	[SHARE_TITLE] = { .name = "titleId", .type = FIELD_TITLE_ID },
	[SHARE_SEASON] = { .name = "season", .type = FIELD_INT, .max = 100000 },
	[SHARE_EPISODE] = { .name = "episode",
	    .type = FIELD_INT,
	    .max = 100000 },
	[SHARE_NAME] = { .name = "title", .type = FIELD_TEXT, .min = 1 },
	{ 0 },
};

enum { CHANGE_FILE, CHANGE_SEASON, CHANGE_EPISODE };
static const struct field change_fields[] = {
	[CHANGE_FILE] = { .name = "fileIndex", .type = FIELD_INT, .max = 9999 },
	[CHANGE_SEASON] = { .name = "season",
	    .type = FIELD_INT,
	    .max = 100000 },
	[CHANGE_EPISODE] = { .name = "episode",
	    .type = FIELD_INT,
	    .max = 100000 },
	{ .name = "paused", .type = FIELD_BOOL },
	{ .name = "pinned", .type = FIELD_BOOL },
	{ .name = "upLimit", .type = FIELD_INT, .max = NUMBER_MAX },
	{ .name = "downLimit", .type = FIELD_INT, .max = NUMBER_MAX },
	{ .name = "ratioLimit", .type = FIELD_REAL, .real_max = 1000 },
	{ .name = "recheck", .type = FIELD_BOOL },
	{ 0 },
};

static const struct field remove_query[] = {
	{ .name = "erase", .type = FIELD_BOOL },
	{ 0 },
};

/* What miaud says to a call, or why it says nothing. */
static struct reply
pass_on(struct request *req, const char *method, struct json_object *params,
    int patience_ms)
{
	struct json_object *result;
	struct err err;

	if (request_call(req, method, params, patience_ms, &result, &err) == -1)
		return reply_err(&err);
	return reply_json(result);
}

static struct json_object *
named(const struct request *req)
{
	struct json_object *params = json_object_new_object();

	json_add_int(params, "id", req->param[DOWNLOAD].integer);
	return params;
}

/* Adds the fields that were given under their own names. */
static void
add_given(struct json_object *params, const struct field *fields,
    const struct value *values)
{
	size_t i;

	for (i = 0; fields[i].name != NULL; i++) {
		if (!values[i].is_given)
			continue;
		if (fields[i].type == FIELD_INT)
			json_add_int(params, fields[i].name, values[i].integer);
		else if (fields[i].type == FIELD_REAL)
			json_add_real(params, fields[i].name, values[i].real);
		else if (fields[i].type == FIELD_BOOL)
			json_add_bool(params, fields[i].name, values[i].flag);
		else
			json_add_text(params, fields[i].name, values[i].text);
	}
}

static struct reply
list_downloads(struct request *req)
{
	return pass_on(req, "download.list", NULL, LIST_MS);
}

static struct reply
add_download(struct request *req)
{
	const struct value *body = req->body;
	struct json_object *params;
	struct reply reply;

	if (body[ADD_MAGNET].is_given == body[ADD_TORRENT].is_given)
		return reply_bad_field(
		    "magnet", "either this or torrent is needed");
	params = json_object_new_object();
	add_given(params, add_fields, body);
	reply = pass_on(req, "download.add", params, PATIENCE_MS);
	if (reply.kind == REPLY_JSON &&
	    !json_get_bool(reply.json, "known", false))
		reply.status = 201;
	return reply;
}

static struct reply
list_films(struct request *req)
{
	return pass_on(req, "films.list", NULL, LIST_MS);
}

static struct reply
add_film(struct request *req)
{
	struct json_object *params = json_object_new_object();
	struct reply reply;

	add_given(params, film_fields, req->body);
	reply = pass_on(req, "films.add", params, PATIENCE_MS);
	if (reply.kind == REPLY_JSON &&
	    !json_get_bool(reply.json, "known", false))
		reply.status = 201;
	return reply;
}

static struct reply
show_download(struct request *req)
{
	return pass_on(req, "download.show", named(req), LIST_MS);
}

static struct reply
change_download(struct request *req)
{
	const struct value *body = req->body;
	struct json_object *params;

	if (body[CHANGE_SEASON].is_given != body[CHANGE_EPISODE].is_given)
		return reply_bad_field(
		    body[CHANGE_SEASON].is_given ? "episode" : "season",
		    "is missing");
	if (body[CHANGE_EPISODE].is_given && !body[CHANGE_FILE].is_given)
		return reply_bad_field("fileIndex", "is missing");
	params = named(req);
	add_given(params, change_fields, req->body);
	return pass_on(req, "download.change", params, PATIENCE_MS);
}

static struct reply
remove_download(struct request *req)
{
	struct json_object *params = named(req), *result;
	struct err err;

	json_add_bool(params, "erase", req->query[0].flag);
	if (request_call(req, "download.remove", params, PATIENCE_MS, &result,
		&err) == -1)
		return reply_err(&err);
	json_object_put(result);
	return reply_empty();
}

/* The magnet names the torrent to the world: nobody keeps a copy. */
static struct reply
export_download(struct request *req)
{
	struct reply reply =
	    pass_on(req, "download.export", named(req), PATIENCE_MS);

	reply.cache_control = "no-store";
	return reply;
}

/* *episode_id is 0 for a film. */
static bool
find_episode(struct request *req, int64_t title_id, int64_t *episode_id,
    struct reply *refusal)
{
	const struct value *season = &req->body[SHARE_SEASON];
	const struct value *number = &req->body[SHARE_EPISODE];
	struct episode episode;
	enum store_result found;
	struct err err;

	*episode_id = 0;
	if (season->is_given != number->is_given) {
		*refusal = reply_bad_field(
		    season->is_given ? "episode" : "season", "is missing");
		return false;
	}
	if (!season->is_given)
		return true;
	found = store_episode_find(req->db, req->arena, &req->caller.viewer,
	    title_id, season->integer, number->integer, &episode, &err);
	if (found != STORE_OK) {
		*refusal = reply_store(found, ERR_EPISODE_NOT_FOUND, &err);
		return false;
	}
	*episode_id = episode.id;
	return true;
}

/* The best of the own files of a title; *path stays NULL when there is none. */
static enum store_result
find_file(struct request *req, int64_t title_id, int64_t episode_id,
    const char **path, struct err *err)
{
	struct source *sources;
	enum store_result result;
	size_t i, n;

	*path = NULL;
	result = store_source_list(req->db, req->arena, &req->caller.viewer,
	    title_id, episode_id, &sources, &n, err);
	for (i = 0; result != STORE_ERROR && i < n && *path == NULL; i++)
		if (sources[i].torrent_id == 0)
			*path = sources[i].path;
	return result;
}

/* The file that is meant, by its path or as what it is. */
static bool
find_shared(struct request *req, const char **path, struct reply *refusal)
{
	const struct value *body = req->body;
	struct title title;
	enum store_result found;
	int64_t episode_id;
	struct err err;

	*path = body[SHARE_PATH].text;
	if (body[SHARE_PATH].is_given == body[SHARE_TITLE].is_given) {
		*refusal =
		    reply_bad_field("path", "either this or titleId is needed");
		return false;
	}
	if (body[SHARE_PATH].is_given)
		return true;
	found = play_title_find(req->db, req->arena, &req->caller.viewer,
	    body[SHARE_TITLE].text, &title, &err);
	if (found != STORE_OK) {
		*refusal = reply_store(found, ERR_TITLE_NOT_FOUND, &err);
		return false;
	}
	if (!find_episode(req, title.id, &episode_id, refusal))
		return false;
	if (find_file(req, title.id, episode_id, path, &err) == STORE_ERROR)
		*refusal = reply_err(&err);
	else if (*path == NULL)
		*refusal = reply_error(ERR_SOURCE_NOT_FOUND,
		    "No file in the library's folders is this title.");
	else if (!str_is_utf8(*path, strlen(*path)))
		*refusal = reply_error(ERR_NOT_PLAYABLE,
		    "The file's name is no UTF-8. Rename it to share it.");
	else
		return true;
	return false;
}

static struct reply
share_file(struct request *req)
{
	struct json_object *params;
	struct reply reply;
	const char *path;

	if (!find_shared(req, &path, &reply))
		return reply;
	params = json_object_new_object();
	json_add_text(params, "path", path);
	if (req->body[SHARE_NAME].is_given)
		json_add_text(params, "title", req->body[SHARE_NAME].text);
	reply = pass_on(req, "download.share", params, PATIENCE_MS);
	if (reply.kind == REPLY_JSON &&
	    !json_get_bool(reply.json, "known", false))
		reply.status = 201;
	return reply;
}

static const struct route routes[] = {
	{ .method = "GET",
	    .path = "",
	    .keys = KEY_SCOPE_READ,
	    .has_fields = true,
	    .waits_ms = LIST_MS,
	    .run = list_downloads,
	    .operation = "list_downloads" },
	{ .method = "POST",
	    .path = "",
	    .keys = KEY_SCOPE_FULL,
	    .body = add_fields,
	    .waits_ms = PATIENCE_MS,
	    .run = add_download,
	    .operation = "add_download",
	    .audit = AUDIT_DOWNLOAD_ADDED },
	{ .method = "POST",
	    .path = "/share",
	    .keys = KEY_SCOPE_FULL,
	    .body = share_fields,
	    .waits_ms = PATIENCE_MS,
	    .run = share_file,
	    .operation = "share_file",
	    .audit = AUDIT_DOWNLOAD_SHARED },
	{ .method = "GET",
	    .path = "/films",
	    .keys = KEY_SCOPE_READ,
	    .has_fields = true,
	    .waits_ms = LIST_MS,
	    .run = list_films,
	    .operation = "list_films" },
	{ .method = "POST",
	    .path = "/films",
	    .keys = KEY_SCOPE_FULL,
	    .body = film_fields,
	    .waits_ms = PATIENCE_MS,
	    .run = add_film,
	    .operation = "add_film",
	    .audit = AUDIT_DOWNLOAD_ADDED },
	{ .method = "GET",
	    .path = "/:download",
	    .keys = KEY_SCOPE_READ,
	    .has_fields = true,
	    .waits_ms = LIST_MS,
	    .run = show_download,
	    .operation = "show_download" },
	{ .method = "PATCH",
	    .path = "/:download",
	    .keys = KEY_SCOPE_FULL,
	    .body = change_fields,
	    .waits_ms = PATIENCE_MS,
	    .run = change_download,
	    .operation = "change_download",
	    .audit = AUDIT_DOWNLOAD_CHANGED },
	{ .method = "DELETE",
	    .path = "/:download",
	    .keys = KEY_SCOPE_FULL,
	    .query = remove_query,
	    .waits_ms = PATIENCE_MS,
	    .run = remove_download,
	    .operation = "remove_download",
	    .audit = AUDIT_DOWNLOAD_REMOVED },
	{ .method = "GET",
	    .path = "/:download/export",
	    .keys = KEY_SCOPE_READ,
	    .waits_ms = PATIENCE_MS,
	    .run = export_download,
	    .operation = "export_download" },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv,
	    &(struct handler){ .name = "downloads",
		.routes = routes,
		.access = ACCESS_ADMIN });
}
