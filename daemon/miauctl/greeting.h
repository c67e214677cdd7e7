/*
 * What `miauctl up` says when everything answers: the addresses, and on a new
 * installation that others on the network can reach, the address with the
 * one-time code without which they cannot become its administrator.
 */
#ifndef DAEMON_MIAUCTL_GREETING_H
#define DAEMON_MIAUCTL_GREETING_H

#include <stddef.h>

#include "daemon/miauctl/ctl.h"
#include "lib/base/attr.h"
#include "lib/base/buf.h"
#include "lib/base/err.h"

/* The address on which this machine itself reaches the server: where the
 * supervisor that runs says that it serves, else by the settings. */
void greeting_address(const struct ctl *ctl, char *out, size_t size) NONNULL;

/* By the supervisor: leaves the address for greeting_address of others. */
int greeting_note(const struct ctl *ctl, struct err *err) NONNULL MUST_CHECK;

struct greeting {
	struct buf text;
	char qr[1024]; /* what a phone is to open; "" when it cannot */
};

/* Appends the whole text and chooses what the QR code says. Makes
 * <run>/setup.code (0600) when set-up is still to be done and the server is
 * reachable from elsewhere; removes it otherwise. */
int greeting_put(const struct ctl *ctl, struct greeting *greeting,
    struct err *err) NONNULL MUST_CHECK;

#endif
