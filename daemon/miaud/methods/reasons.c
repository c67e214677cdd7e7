/* Why something was decided: rows of the reasons, read where lists are read. */
#include <stdlib.h>
#include <string.h>

#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/methods/methods.h"
#include "daemon/miaud/miaud.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/store/notes.h"

enum { ARENA_MAX = 4 * 1024 * 1024, REASONS_MAX = 1000 };

struct question {
	struct rpc_call *call;
	char *subject;
	struct json_object *list;
};

static struct json_object *
show(const struct reason *reason)
{
	struct json_object *row = json_object_new_object(), *inputs;
	struct err ignored;

	inputs = json_parse(reason->inputs, strlen(reason->inputs), &ignored);
	if (!json_object_is_type(inputs, json_type_object)) {
		json_object_put(inputs);
		inputs = json_object_new_object();
	}
	json_add_text(row, "subject", reason->subject);
	json_add_text(row, "code", reason->code);
	json_add_text(row, "sentence", reason->sentence);
	json_add(row, "inputs", inputs);
	json_add_time(row, "createdAt", reason->created_at);
	return row;
}

static int
list_job(struct db *db, void *arg, struct err *err)
{
	struct question *question = arg;
	struct arena *arena = arena_new(ARENA_MAX);
	struct reason *reasons = NULL;
	enum store_result result;
	size_t n = 0, i;

	result =
	    store_reason_list(db, arena, question->subject, &reasons, &n, err);
	question->list = json_object_new_array();
	for (i = 0; result == STORE_OK && i < n && i < REASONS_MAX; i++)
		json_object_array_add(question->list, show(&reasons[i]));
	arena_free(arena);
	if (result == STORE_NONE)
		return err_set(err, ERR_REASON_NOT_FOUND,
		    "Nothing was noted about %s.", question->subject);
	return result == STORE_OK ? 0 : -1;
}

static void
list_done(void *arg, const struct err *err)
{
	struct question *question = arg;
	struct json_object *out;

	if (err->code != ERR_NONE) {
		json_object_put(question->list);
		rpc_fail(question->call, err);
	} else {
		out = json_object_new_object();
		json_add(out, "reasons", question->list);
		rpc_reply(question->call, out);
	}
	free(question->subject);
	free(question);
}

void
method_reason_list(struct rpc_call *call)
{
	struct question *question = mem_calloc(1, sizeof(*question));
	struct err err;

	question->call = call;
	question->subject =
	    mem_strdup(json_get_text(rpc_params(call), "subject", ""));
	if (dbthread_submit(rpc_miaud(call)->dbthread, DBJOB_ALONE, list_job,
		list_done, question, &err) == -1)
		list_done(question, &err);
}
