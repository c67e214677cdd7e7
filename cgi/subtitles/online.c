/* Subtitles from a service outside: looking for them, and fetching one. */
#include "cgi/subtitles/online.h"

#include "lib/base/json.h"

enum { KEY }; /* places in the path */
#define FILE_ID_MAX INT64_C(9007199254740991)

enum { SEARCH_LANGUAGE };
const struct field subtitles_search_fields[] = {
	[SEARCH_LANGUAGE] = { .name = "language",
	    .type = FIELD_LANGUAGE,
	    .required = true },
	{ 0 },
};

enum { FETCH_FILE };
const struct field subtitles_fetch_fields[] = {
	[FETCH_FILE] = { .name = "fileId",
	    .type = FIELD_INT,
	    .min = 1,
	    .max = FILE_ID_MAX,
	    .required = true },
	{ 0 },
};

static struct json_object *
params_of(const struct request *req)
{
	struct json_object *params = json_object_new_object();

	json_add_int(params, "sourceId", req->stream_key.source_id);
	return params;
}

struct reply
subtitles_search_online(struct request *req)
{
	struct json_object *params = params_of(req), *result;
	struct reply reply;
	struct err err;

	json_add_text(params, "language", req->query[SEARCH_LANGUAGE].text);
	if (request_call(req, "subtitles.search", params, ONLINE_MS, &result,
		&err) == -1)
		return reply_err(&err);
	reply = reply_json(result);
	reply.cache_control = "no-store";
	return reply;
}

/* The list as it is now, and which of it is the new one. */
struct reply
subtitles_fetch_online(struct request *req)
{
	const struct view view = view_of(req);
	int64_t file_id = req->body[FETCH_FILE].integer;
	struct json_object *params = params_of(req), *result, *out;
	struct view_track *tracks;
	struct source source;
	struct reply refusal;
	struct err err;
	size_t n, i;

	json_add_int(params, "fileId", file_id);
	if (request_call(
		req, "subtitles.fetch", params, ONLINE_MS, &result, &err) == -1)
		return reply_err(&err);
	if (!subtitles_find_tracks(req, &source, &tracks, &n, &refusal)) {
		json_object_put(result);
		return refusal;
	}
	out = json_object_new_object();
	for (i = 0; i < n; i++)
		if (tracks[i].side != NULL && tracks[i].side->is_fetched &&
		    tracks[i].side->id == file_id)
			json_add_int(out, "index", (int64_t)i);
	json_add(out, "subtitles",
	    view_subtitles(&view, req->param[KEY].text, tracks, n));
	json_add(
	    out, "quota", json_object_get(json_get_object(result, "quota")));
	json_object_put(result);
	return reply_json(out);
}
