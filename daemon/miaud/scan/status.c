/*
 * What a scan tells: its status when asked, and events when something moved,
 * at most four a second.
 */
#include "daemon/miaud/events.h"
#include "daemon/miaud/scan/scan.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/store/titles.h"

enum { TITLE_ARENA = 1024 * 1024 };

static void
add_status(
    const struct scanner *scanner, bool with_name, struct json_object *out)
{
	bool one =
	    !scanner->is_all && scanner->folder_id != 0 && scanner->is_running;

	json_add_text(out, "state", scanner->is_running ? "running" : "idle");
	if (one)
		json_add_int(out, "folder", scanner->folder_id);
	else
		json_add(out, "folder", NULL);
	json_add_int(out, "found", scanner->counts.found);
	json_add_int(out, "done", scanner->counts.done);
	json_add_int(out, "refused", scanner->counts.refused);
	json_add_text(out, "current", with_name ? scanner->current : NULL);
	json_add_time(out, "startedAt", scanner->started_at);
	json_add_time(out, "finishedAt", scanner->finished_at);
}

void
scanner_status(struct miaud *miaud, struct json_object *out)
{
	add_status(miaud->scanner, true, out);
}

static struct json_object *
new_data(const char *kind)
{
	struct json_object *data = json_object_new_object();

	json_add_text(data, "kind", kind);
	return data;
}

static void
post(struct scanner *scanner, struct json_object *data)
{
	events_post(scanner->miaud->events,
	    &(struct event){
		.topic = "library", .audience = EVENT_EVERYONE, .data = data });
}

/* Names of files are for administrators, who ask for the status. */
static void
post_scan(struct scanner *scanner)
{
	struct json_object *data = new_data("scan");
	struct json_object *scan = json_object_new_object();

	json_add_text(data, "titleId", NULL);
	add_status(scanner, false, scan);
	json_add(data, "scan", scan);
	post(scanner, data);
}

/* One title by its id, several as null. */
static void
post_titles(struct scanner *scanner)
{
	struct json_object *data = new_data("title");
	struct arena *arena = arena_new(TITLE_ARENA);
	const char *id = NULL;
	struct title title;
	struct err err;

	if (scanner->changed_title != 0 &&
	    store_title_find_id(scanner->miaud->db, arena, &store_unlimited,
		scanner->changed_title, &title, &err) == STORE_OK)
		id = store_title_public_id(arena, title.kind, title.pid);
	db_release(scanner->miaud->db);
	json_add_text(data, "titleId", id);
	json_add(data, "scan", NULL);
	post(scanner, data);
	arena_free(arena);
}

void
scan_post(struct scanner *scanner)
{
	int64_t now = clock_mono_ms();

	if (!scanner->status_changed && !scanner->titles_changed)
		return;
	if (now < scanner->told_at + SCAN_TICK_MS)
		return;
	scanner->told_at = now;
	if (scanner->status_changed &&
	    (!scanner->is_running || events_wanted(scanner->miaud->events)))
		post_scan(scanner);
	if (scanner->titles_changed)
		post_titles(scanner);
	scanner->status_changed = scanner->titles_changed = false;
	scanner->changed_title = 0;
}
