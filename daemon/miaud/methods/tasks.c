/* The scheduler by hand. */
#include "daemon/miaud/methods/methods.h"
#include "daemon/miaud/miaud.h"
#include "daemon/miaud/scheduler.h"
#include "lib/base/json.h"

void
method_tasks_list(struct rpc_call *call)
{
	struct json_object *out = json_object_new_object();

	json_add(out, "tasks", scheduler_list(rpc_miaud(call)->scheduler));
	rpc_reply(call, out);
}

static const char *
name_of(struct rpc_call *call)
{
	return json_get_text(rpc_params(call), "name", "");
}

void
method_tasks_run(struct rpc_call *call)
{
	struct err err;

	if (scheduler_run(rpc_miaud(call)->scheduler, name_of(call), &err) ==
	    -1)
		rpc_fail(call, &err);
	else
		rpc_done(call);
}

static void
set_paused(struct rpc_call *call, bool paused)
{
	struct err err;

	if (scheduler_pause(
		rpc_miaud(call)->scheduler, name_of(call), paused, &err) == -1)
		rpc_fail(call, &err);
	else
		rpc_done(call);
}

void
method_tasks_pause(struct rpc_call *call)
{
	set_paused(call, true);
}

void
method_tasks_resume(struct rpc_call *call)
{
	set_paused(call, false);
}
