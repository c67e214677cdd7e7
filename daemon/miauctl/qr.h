/* QR codes on standard output. */
#ifndef DAEMON_MIAUCTL_QR_H
#define DAEMON_MIAUCTL_QR_H

#include "lib/base/attr.h"

/* Prints a text as a QR code; nothing where it fits into none. */
void qr_print(const char *text) NONNULL;

#endif
