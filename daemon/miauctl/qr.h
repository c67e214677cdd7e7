/* QR codes in the terminal, drawn by qrencode(1) where it is installed. */
#ifndef DAEMON_MIAUCTL_QR_H
#define DAEMON_MIAUCTL_QR_H

#include "lib/base/attr.h"

/* Prints a text of at most 4,096 bytes as a QR code on standard output; nothing
 * without qrencode. The text stands in no command line, which others can see.
 */
void qr_print(const char *text) NONNULL;

#endif
