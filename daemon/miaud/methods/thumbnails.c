/* Thumbnails: how many there are, and removing them. */
#include <stdlib.h>

#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/methods/methods.h"
#include "daemon/miaud/miaud.h"
#include "daemon/miaud/scheduler.h"
#include "daemon/miaud/tasks/tasks.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/store/thumbnails.h"

struct asking {
	struct rpc_call *call;
	bool clears;
	struct thumbnails_sum sum;
};

/* Database thread. */
static int
ask(struct db *db, void *arg, struct err *err)
{
	struct asking *asking = arg;
	enum store_result result = asking->clears
	    ? store_thumbnails_clear(db, err)
	    : store_thumbnails_sum(db, &asking->sum, err);

	return result == STORE_ERROR ? -1 : 0;
}

static void
asked(void *arg, const struct err *err)
{
	struct asking *asking = arg;
	struct json_object *out;

	if (err->code != ERR_NONE) {
		rpc_fail(asking->call, err);
	} else if (asking->clears) {
		scheduler_hurry(
		    rpc_miaud(asking->call)->scheduler, TASK_THUMBNAILS);
		rpc_done(asking->call);
	} else {
		out = json_object_new_object();
		json_add_int(out, "films", asking->sum.films);
		json_add_int(out, "failed", asking->sum.failed);
		json_add_int(out, "waiting", asking->sum.waiting);
		json_add_int(out, "bytes", asking->sum.bytes);
		rpc_reply(asking->call, out);
	}
	free(asking);
}

static void
submit(struct rpc_call *call, bool clears)
{
	struct asking *asking = mem_calloc(1, sizeof(*asking));
	struct err err;

	asking->call = call;
	asking->clears = clears;
	if (dbthread_submit(rpc_miaud(call)->dbthread, DBJOB_BATCHED, ask,
		asked, asking, &err) == -1)
		asked(asking, &err);
}

void
method_thumbnails_status(struct rpc_call *call)
{
	submit(call, false);
}

void
method_thumbnails_clear(struct rpc_call *call)
{
	submit(call, true);
}
