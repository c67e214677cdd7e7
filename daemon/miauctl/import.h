/*
 * Titles from a JSON file into the catalogue.
 */
#ifndef DAEMON_MIAUCTL_IMPORT_H
#define DAEMON_MIAUCTL_IMPORT_H

#include <stdint.h>

#include "daemon/miauctl/ctl.h"
#include "lib/base/attr.h"
#include "lib/store/titles.h"

struct import_counts {
	int64_t n_added;
	int64_t n_known;
};

/* Reads "-" from standard input. All or nothing: the first object that is not
 * right is named in err. Opens the database for writing. */
int import_file(struct ctl *ctl, const char *file, struct import_counts *counts,
    struct err *err) NONNULL MUST_CHECK;

/* One object into a title; texts are copied into the arena. Unknown keys are
 * refused. */
int import_title(struct json_object *object, struct arena *arena,
    struct title *title, struct err *err) NONNULL MUST_CHECK;

#endif
