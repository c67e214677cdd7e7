/*
 * Telling the service manager how we are (sd_notify(3)'s protocol: datagrams
 * to the socket that NOTIFY_SOCKET names). Does nothing without one.
 */
#ifndef DAEMON_MIAUD_NOTIFY_H
#define DAEMON_MIAUD_NOTIFY_H

#include <stdint.h>

#include "lib/base/attr.h"

/* "READY=1", "STOPPING=1", "WATCHDOG=1", "STATUS=…"; several by newlines. */
void notify_send(const char *state) NONNULL;

/* How often to send WATCHDOG=1, ms; 0: not wanted of this process. */
int64_t notify_watchdog_ms(void) MUST_CHECK;

#endif
