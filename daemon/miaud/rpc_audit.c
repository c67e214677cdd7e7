/*
 * What calls write to the audit log.
 */
#include <stdlib.h>

#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/miaud.h"
#include "daemon/miaud/rpc.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"

/* Texts of its own, for the call may be over before it is written. */
struct later {
	const struct auth_keys *keys;
	enum audit_event event;
	char *actor, *address, *request_id, *target, *detail;
};

static char *
copy(const char *text)
{
	return text == NULL ? NULL : mem_strdup(text);
}

static int
write_job(struct db *db, void *arg, struct err *err)
{
	const struct later *later = arg;
	const struct audit_entry entry = { .event = later->event,
		.actor = later->actor,
		.target = later->target,
		.address = later->address,
		.request_id = later->request_id,
		.detail = later->detail };

	return audit_write(db, later->keys, &entry, err);
}

static void
written(void *arg, const struct err *err)
{
	struct later *later = arg;

	if (err->code != ERR_NONE)
		log_error("audit.failed", "%s: %s",
		    audit_event_name(later->event), err->text);
	free(later->actor);
	free(later->address);
	free(later->request_id);
	free(later->target);
	free(later->detail);
	free(later);
}

int
rpc_audit(struct rpc_call *call, struct db *db, enum audit_event event,
    const char *target, const char *detail, struct err *err)
{
	const struct audit_entry entry = { .event = event,
		.actor = rpc_user(call),
		.target = target,
		.address = rpc_address(call),
		.request_id = rpc_request_id(call),
		.detail = detail };

	return audit_write(db, rpc_miaud(call)->keys, &entry, err);
}

void
rpc_audit_later(struct rpc_call *call, enum audit_event event,
    const char *target, const char *detail)
{
	struct later *later = mem_calloc(1, sizeof(*later));
	struct err err;

	later->keys = rpc_miaud(call)->keys;
	later->event = event;
	later->actor = copy(rpc_user(call));
	later->address = copy(rpc_address(call));
	later->request_id = copy(rpc_request_id(call));
	later->target = copy(target);
	later->detail = copy(detail);
	if (dbthread_submit(rpc_miaud(call)->dbthread, DBJOB_BATCHED, write_job,
		written, later, &err) == -1)
		written(later, &err);
}
