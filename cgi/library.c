/*
 * The household's own folders: which are watched, what was found in them, and
 * the choosing of another one. miaud owns folders and scans; here its answers
 * and the database are shown.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cgi/common.h"
#include "lib/base/json.h"
#include "lib/library/roots.h"
#include "lib/store/notes.h"

enum { FOLDER };            /* places in the path */
enum { F_FOLDER, F_STATE }; /* fields of GET /files */
enum { PATIENCE_MS = 10000, STATUS_MS = 1000 };

static const struct field path_query[] = {
	{ .name = "path", .type = FIELD_PATH },
	{ 0 },
};

static const struct field path_body[] = {
	{ .name = "path", .type = FIELD_PATH, .required = true },
	{ 0 },
};

static const struct field scan_body[] = {
	{ .name = "folder",
	    .type = FIELD_INT,
	    .min = 1,
	    .max = 9007199254740991 },
	{ 0 },
};

static const struct field file_fields[] = {
	[F_FOLDER] = { .name = "folder",
	    .type = FIELD_INT,
	    .min = 1,
	    .max = 9007199254740991 },
	[F_STATE] = { .name = "state",
	    .type = FIELD_CHOICE,
	    .choices = "pending|ready|refused|missing" },
	{ 0 },
};

/* What is wrong with a folder, from its newest reason. */
static const char *
find_reason(struct request *req, const struct library_folder *folder)
{
	struct reason *reasons;
	struct err err;
	char subject[40];
	size_t n;

	snprintf(
	    subject, sizeof(subject), "folder:%lld", (long long)folder->id);
	if (store_reason_list(
		req->db, req->arena, subject, &reasons, &n, &err) == STORE_OK &&
	    n > 0)
		return reasons[0].sentence;
	if (strcmp(folder->state, "gone") == 0)
		return "The folder is not there. Is its disk connected?";
	if (strcmp(folder->state, "unreadable") == 0)
		return "The folder cannot be read. Check its permissions.";
	return NULL;
}

static struct json_object *
make_folders(
    struct request *req, const struct library_folder *folders, size_t n)
{
	struct json_object *array = json_object_new_array();
	char ignored[PATH_MAX];
	size_t i;

	for (i = 0; i < n; i++)
		json_object_array_add(array,
		    view_folder(&folders[i], find_reason(req, &folders[i]),
			library_roots_find(
			    req->context->paths, folders[i].path, ignored)));
	return array;
}

static struct reply
list_folders(struct request *req)
{
	struct library_folder *folders;
	struct json_object *obj, *scan;
	struct err err;
	size_t n;

	if (store_folder_list(req->db, req->arena, &folders, &n, &err) ==
	    STORE_ERROR)
		return reply_err(&err);
	obj = json_object_new_object();
	json_add(obj, "folders", make_folders(req, folders, n));
	if (request_call(req, "library.status", NULL, STATUS_MS, &scan, &err) ==
	    -1)
		scan = view_scan_idle();
	json_add(obj, "scan", scan);
	return reply_json(obj);
}

static struct reply
create_folder(struct request *req)
{
	struct json_object *params = json_object_new_object(), *result;
	struct json_object *array;
	struct library_folder folder;
	struct reply reply;
	enum store_result found;
	struct err err;
	int64_t id;

	json_add_text(params, "path", req->body[0].text);
	if (request_call(
		req, "library.add", params, PATIENCE_MS, &result, &err) == -1)
		return reply_err(&err);
	id = json_get_int(result, "id", 0);
	json_object_put(result);
	found = store_folder_find(req->db, req->arena, id, &folder, &err);
	if (found != STORE_OK)
		return reply_store(found, ERR_FOLDER_NOT_FOUND, &err);
	array = make_folders(req, &folder, 1);
	reply =
	    reply_json(json_object_get(json_object_array_get_idx(array, 0)));
	json_object_put(array);
	reply.status = 201;
	return reply;
}

static struct reply
delete_folder(struct request *req)
{
	struct json_object *params = json_object_new_object(), *result;
	struct err err;

	json_add_int(params, "id", req->param[FOLDER].integer);
	if (request_call(req, "library.remove", params, PATIENCE_MS, &result,
		&err) == -1)
		return reply_err(&err);
	json_object_put(result);
	return reply_empty();
}

static struct reply
browse_folders(struct request *req)
{
	struct json_object *params = json_object_new_object(), *result;
	struct err err;

	json_add_text(params, "path", req->query[0].text);
	if (request_call(req, "library.browse", params, PATIENCE_MS, &result,
		&err) == -1)
		return reply_err(&err);
	return reply_json(result);
}

static struct reply
start_scan(struct request *req)
{
	struct json_object *params = json_object_new_object(), *result;
	struct reply reply;
	struct err err;

	json_add(params, "folder",
	    req->body[0].is_given ? json_object_new_int64(req->body[0].integer)
				  : NULL);
	if (request_call(
		req, "library.scan", params, PATIENCE_MS, &result, &err) == -1)
		return reply_err(&err);
	reply = reply_json(result);
	reply.status = 202;
	return reply;
}

/* The store's word for a state of the contract. */
static const char *
stored_state(const char *state)
{
	static const char *const words[][2] = { { "pending", "found" },
		{ "ready", "ok" }, { "refused", "refused" },
		{ "missing", "gone" } };
	size_t i;

	for (i = 0; state != NULL && i < COUNT_OF(words); i++)
		if (strcmp(words[i][0], state) == 0)
			return words[i][1];
	return NULL;
}

static struct reply
list_files(struct request *req)
{
	struct library_file_list list;
	struct json_object *items;
	struct err err;
	size_t i;

	if (store_file_list(req->db, req->arena, req->query[F_FOLDER].integer,
		stored_state(req->query[F_STATE].text), &req->page, &list,
		&err) == STORE_ERROR)
		return reply_err(&err);
	items = json_object_new_array();
	for (i = 0; i < list.n; i++)
		json_object_array_add(items, view_file(&list.items[i]));
	return reply_list("items", items, list.cursor, list.total);
}

static const struct route routes[] = {
	{ .method = "GET",
	    .path = "/folders",
	    .keys = KEY_SCOPE_READ,
	    .has_fields = true,
	    .waits_ms = STATUS_MS,
	    .run = list_folders,
	    .operation = "list_folders" },
	{ .method = "POST",
	    .path = "/folders",
	    .keys = KEY_SCOPE_FULL,
	    .body = path_body,
	    .waits_ms = PATIENCE_MS,
	    .run = create_folder,
	    .operation = "create_folder",
	    .audit = AUDIT_FOLDER_ADDED },
	{ .method = "DELETE",
	    .path = "/folders/:folder",
	    .keys = KEY_SCOPE_FULL,
	    .waits_ms = PATIENCE_MS,
	    .run = delete_folder,
	    .operation = "delete_folder",
	    .audit = AUDIT_FOLDER_REMOVED },
	{ .method = "GET",
	    .path = "/browse",
	    .keys = KEY_SCOPE_READ,
	    .query = path_query,
	    .waits_ms = PATIENCE_MS,
	    .run = browse_folders,
	    .operation = "browse_folders" },
	{ .method = "POST",
	    .path = "/scan",
	    .keys = KEY_SCOPE_FULL,
	    .body = scan_body,
	    .waits_ms = PATIENCE_MS,
	    .run = start_scan,
	    .operation = "start_scan",
	    .audit = AUDIT_NONE,
	    .audit_why = "it looks at files and changes no rights" },
	{ .method = "GET",
	    .path = "/files",
	    .keys = KEY_SCOPE_READ,
	    .query = file_fields,
	    .is_list = true,
	    .run = list_files,
	    .operation = "list_files" },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv,
	    &(struct handler){
		.name = "library", .routes = routes, .access = ACCESS_ADMIN });
}
