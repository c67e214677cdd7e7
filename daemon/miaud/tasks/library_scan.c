/*
 * The full look through all library folders. Changes are seen at once by
 * inotify; this finds what it missed (network shares, a machine that was off).
 */
#include "daemon/miaud/miaud.h"
#include "daemon/miaud/scan/scanner.h"
#include "daemon/miaud/tasks/tasks.h"

static void
on_idle(void *arg, const struct err *err)
{
	task_finish(arg, err);
}

static void
run(struct miaud *miaud, struct task_run *run)
{
	scanner_scan(miaud, 0);
	scanner_when_idle(miaud, on_idle, run);
}

const struct task task_library_scan = {
	.name = "library-scan",
	.summary = "Looks through all library folders for changes.",
	.interval_setting = SETTING_LIBRARY_SCAN_INTERVAL,
	.run = run,
};
