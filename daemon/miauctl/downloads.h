/* What the files of `miauctl downloads` share. */
#ifndef DAEMON_MIAUCTL_DOWNLOADS_H
#define DAEMON_MIAUCTL_DOWNLOADS_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "daemon/miauctl/command.h"
#include "daemon/miauctl/table.h"
#include "lib/base/attr.h"
#include "lib/base/err.h"

extern const struct command downloads_show;

/* Calls `method` with `params` (taken) for the download whose number is the first
 * word. Returns what the command ends with. `*result` (the caller puts it) is
 * NULL when there is nothing left to say: it failed, or JSON was printed. */
int downloads_ask(struct ctl *ctl, const struct args *args, const char *method,
    struct json_object *params, struct json_object **result) NONNULL MUST_CHECK;
/* A cell: so many bytes, and what stands behind them. */
void downloads_add_size(
    struct table *table, int64_t bytes, const char *behind) NONNULL;
/* Whether a person is to say which file of a download plays. */
bool downloads_is_asking(struct json_object *row) NONNULL MUST_CHECK;

#endif
