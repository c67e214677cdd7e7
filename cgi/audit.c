/*
 * The audit log, for administrators: as a list, or as a table for a
 * spreadsheet.
 */
#include <string.h>

#include "cgi/common.h"
#include "lib/auth/audit.h"
#include "lib/base/clock.h"

enum { ACTOR, EVENT, FROM, TO, FORMAT };
enum { CSV_ROWS = 200, CSV_MAX = 4 * 1024 * 1024 };

static const struct field list_fields[] = {
	[ACTOR] = { .name = "actor", .type = FIELD_UUID },
	[EVENT] = { .name = "event", .min = 1, .max = 64 },
	[FROM] = { .name = "from", .max = 32 },
	[TO] = { .name = "to", .max = 32 },
	[FORMAT] = { .name = "format",
	    .type = FIELD_CHOICE,
	    .choices = "json|csv" },
	{ 0 },
};

static bool
read_time(const struct value *value, const char *name, int64_t *at,
    struct reply *refusal)
{
	if (!value->is_given)
		return true;
	*at = clock_parse_iso(value->text);
	if (*at >= 0)
		return true;
	*refusal = reply_bad_field(
	    name, "must be a day or a time, 2026-01-31T23:59:59Z");
	return false;
}

static bool
read_filter(const struct request *req, struct audit_filter *filter,
    struct reply *refusal)
{
	const struct value *query = req->query;

	*filter = (struct audit_filter){ .actor = query[ACTOR].text,
		.event = query[EVENT].text };
	if (query[EVENT].is_given && !audit_event_is_known(filter->event)) {
		*refusal = reply_bad_field("event", "is none of the log");
		return false;
	}
	return read_time(&query[FROM], "from", &filter->from, refusal) &&
	    read_time(&query[TO], "to", &filter->to, refusal);
}

struct table {
	struct request *req;
	struct audit_filter filter;
};

/* Some rows before *before, which moves on; how many, or -1. */
static int
write_rows(struct http_writer *out, const struct table *table, int64_t *before,
    struct buf *text)
{
	struct arena *arena = arena_new(CSV_MAX);
	struct audit_row *rows;
	struct err err;
	size_t n = 0, i;
	int result = -1;

	buf_reset(text);
	if (store_audit_before(table->req->db, arena, &table->filter, *before,
		CSV_ROWS, &rows, &n, &err) == STORE_OK) {
		for (i = 0; i < n; i++)
			view_audit_csv(text, &rows[i]);
		if (n > 0)
			*before = rows[n - 1].id;
		db_release(table->req->db);
		if (!buf_failed(text) &&
		    http_write(out, text->data, text->len) == 0)
			result = (int)n;
	}
	arena_free(arena);
	return result;
}

static int
write_table(struct http_writer *out, void *arg)
{
	const struct table *table = arg;
	int64_t before = INT64_MAX;
	struct buf text;
	int n;

	buf_init(&text, CSV_MAX);
	view_audit_csv_head(&text);
	n = http_write(out, text.data, text.len) == 0 ? CSV_ROWS : -1;
	while (n == CSV_ROWS)
		n = write_rows(out, table, &before, &text);
	buf_fini(&text);
	return n == -1 ? -1 : 0;
}

static struct reply
reply_table(struct request *req, const struct audit_filter *filter)
{
	struct table *table = arena_alloc(req->arena, 1, sizeof(*table));
	struct reply reply;

	*table = (struct table){ req, *filter };
	reply = reply_writer("text/csv; charset=utf-8", write_table, table);
	reply.filename = "audit.csv";
	reply.cache_control = "no-store";
	return reply;
}

static struct reply
list_audit(struct request *req)
{
	struct audit_filter filter;
	struct audit_page page;
	struct json_object *items;
	struct reply refusal;
	struct err err;
	size_t i;

	if (!read_filter(req, &filter, &refusal))
		return refusal;
	if (req->query[FORMAT].is_given &&
	    strcmp(req->query[FORMAT].text, "csv") == 0)
		return reply_table(req, &filter);
	if (store_audit_page(req->db, req->arena, &filter, &req->page, &page,
		&err) != STORE_OK)
		return reply_err(&err);
	items = json_object_new_array();
	for (i = 0; i < page.n; i++)
		json_object_array_add(items, view_audit(&page.rows[i]));
	return reply_list("items", items, page.cursor, page.total);
}

static const struct route routes[] = {
	{ .method = "GET",
	    .path = "",
	    .keys = KEY_SCOPE_READ,
	    .query = list_fields,
	    .is_list = true,
	    .embed = true,
	    .run = list_audit,
	    .operation = "list_audit" },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv,
	    &(struct handler){
		.name = "audit", .routes = routes, .access = ACCESS_ADMIN });
}
