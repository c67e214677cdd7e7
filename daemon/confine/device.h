/* Devices that encode by hardware, and what their drivers need. */
#ifndef DAEMON_CONFINE_DEVICE_H
#define DAEMON_CONFINE_DEVICE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/attr.h"

/* A kind of device: its nodes, what a driver reads, and the requests it makes, by
 * the bits of an ioctl that name its kind. */
struct device {
	const char *name;
	const char *nodes[4];
	const char *readable[8];
	unsigned char kinds[4];
	size_t n_kinds;
	bool maps_all;
};

/* By the name that --device gives; NULL: there is none. */
const struct device *device_find(const char *name) NONNULL MUST_CHECK;

#endif
