/* What cannot be done. */
#ifndef DAEMON_CONFINE_REFUSE_H
#define DAEMON_CONFINE_REFUSE_H

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Tells on standard error what errno says of it. Always -1. */
static inline int
refuse(const char *what)
{
	dprintf(
	    STDERR_FILENO, "miau-confine: %s: %s.\n", what, strerror(errno));
	return -1;
}

#endif
