/*
 * Rows of the audit log, as JSON and as lines of a table.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/encode.h"
#include "lib/base/json.h"
#include "lib/store/audit.h"
#include "lib/view/view.h"

/* Each event has its own: names with their values. */
static struct json_object *
make_detail(const char *text)
{
	struct json_object *list = json_object_new_array(), *all, *pair;
	struct json_object_iterator at, end;
	struct err ignored;

	all = json_parse(text, strlen(text), &ignored);
	if (!json_object_is_type(all, json_type_object)) {
		json_object_put(all);
		return list;
	}
	end = json_object_iter_end(all);
	at = json_object_iter_begin(all);
	for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at)) {
		pair = json_object_new_object();
		json_add_text(pair, "name", json_object_iter_peek_name(&at));
		json_add(pair, "value",
		    json_object_get(json_object_iter_peek_value(&at)));
		json_object_array_add(list, pair);
	}
	json_object_put(all);
	return list;
}

/* A request always has an id; only who removes themselves leaves it without an
 * address. */
const char *
view_audit_by(const struct audit_row *row)
{
	if (row->actor != NULL)
		return row->actor_name != NULL ? "person" : "deleted";
	if (row->part[AUDIT_WHO].erased_by != 0)
		return "deleted";
	if (row->address != NULL)
		return "nobody";
	return row->request_id != NULL ? "deleted" : "terminal";
}

struct json_object *
view_audit(const struct audit_row *row)
{
	struct json_object *obj = json_object_new_object();

	json_add_int(obj, "id", row->id);
	json_add_time(obj, "at", row->at);
	json_add_text(obj, "event", row->event);
	json_add_text(obj, "by", view_audit_by(row));
	json_add_text(obj, "actor", row->actor);
	json_add_text(obj, "actorName", row->actor_name);
	json_add_text(obj, "target", row->target);
	json_add_text(obj, "targetName", row->target_name);
	json_add_text(obj, "address", row->address);
	json_add_text(obj, "requestId", row->request_id);
	json_add(obj, "detail", make_detail(row->detail));
	json_add_bool(obj, "erased",
	    row->part[AUDIT_WHO].erased_by != 0 ||
		row->part[AUDIT_WHAT].erased_by != 0);
	return obj;
}

/* In quotes (RFC 4180). What a spreadsheet would take for a formula gets an
 * apostrophe, which it takes for the mark of a text. */
static void
put_cell(struct buf *out, const char *text, const char *end)
{
	const char *at;

	if (text == NULL)
		text = "";
	buf_puts(out, "\"");
	if (text[0] != '\0' && strchr("=+-@\t\r\n", text[0]) != NULL)
		buf_puts(out, "'");
	for (at = text; *at != '\0'; at++)
		buf_append(out, *at == '"' ? "\"\"" : at, *at == '"' ? 2 : 1);
	buf_puts(out, "\"");
	buf_puts(out, end);
}

void
view_audit_csv_head(struct buf *out)
{
	buf_puts(out,
	    "id,at,event,by,actor,actorName,target,targetName,address,"
	    "requestId,detail,hash\r\n");
}

void
view_audit_csv(struct buf *out, const struct audit_row *row)
{
	char at[CLOCK_ISO_SIZE], hash[ENCODE_HEX_SIZE(AUDIT_HASH_SIZE)] = "";

	clock_iso(row->at, at);
	if (row->is_chained)
		encode_hex(row->hash, AUDIT_HASH_SIZE, hash);
	buf_printf(out, "%lld,", (long long)row->id);
	put_cell(out, at, ",");
	put_cell(out, row->event, ",");
	put_cell(out, view_audit_by(row), ",");
	put_cell(out, row->actor, ",");
	put_cell(out, row->actor_name, ",");
	put_cell(out, row->target, ",");
	put_cell(out, row->target_name, ",");
	put_cell(out, row->address, ",");
	put_cell(out, row->request_id, ",");
	put_cell(out, row->detail, ",");
	put_cell(out, hash, "\r\n");
}
