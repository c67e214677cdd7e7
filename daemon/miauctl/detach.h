/*
 * Going to the background without leaving the person in front of the terminal
 * in doubt: the process that was called waits until its child says that
 * everything answers, or that it failed.
 */
#ifndef DAEMON_MIAUCTL_DETACH_H
#define DAEMON_MIAUCTL_DETACH_H

#include "lib/base/attr.h"
#include "lib/base/err.h"

struct detach {
	int fd; /* to the waiting process; -1: not detached, or told already */
};

/* Forks. 1 in the process that was called, when the child has told its exit
 * code (*code); 0 in the child; -1. */
int detach_begin(
    struct detach *detach, int *code, struct err *err) NONNULL MUST_CHECK;

/* In the child: everything answers. Leaves the terminal and lets the waiting
 * process go with code 0. Nothing happens when it is not detached. */
void detach_ready(struct detach *detach) NONNULL;

/* In the child at its end: the code, when detach_ready was not reached. */
void detach_end(struct detach *detach, int code) NONNULL;

#endif
