/*
 * A progress bar on standard error; silent unless that is a terminal and the
 * output is for eyes.
 */
#ifndef DAEMON_MIAUCTL_BAR_H
#define DAEMON_MIAUCTL_BAR_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/miauctl/ctl.h"
#include "lib/base/attr.h"

struct bar {
	bool is_shown;
	bool has_utf8;
};

void bar_begin(struct bar *bar, const struct ctl *ctl) NONNULL;
/* total 0: not known yet. */
void bar_show(
    struct bar *bar, int64_t done, int64_t total, const char *what) NONNULL;
/* Removes the bar. */
void bar_end(struct bar *bar) NONNULL;

#endif
