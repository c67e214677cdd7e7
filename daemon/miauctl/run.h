/*
 * Running another program and waiting for its end.
 */
#ifndef DAEMON_MIAUCTL_RUN_H
#define DAEMON_MIAUCTL_RUN_H

#include "lib/base/attr.h"
#include "lib/base/buf.h"

enum { RUN_DEADLINE_MS = 10 * 1000 };

/* argv[0] is looked for in PATH. input: descriptor that becomes its standard
 * input, -1 for our own. With `out` its output and errors are collected there,
 * as far as the buffer holds them, and it is killed after the deadline;
 * without, it writes where we write and may take its time. Returns its exit
 * code, 127 when it could not be started, -1 when it was killed. */
int run_program(const char *const *argv, int input, struct buf *out)
    NONNULL_ARGS(1);

#endif
