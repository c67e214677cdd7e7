#include "daemon/confine/device.h"

#include <string.h>

static const struct device devices[] = {
	{ .name = "dri",
	    .nodes = { "/dev/dri/renderD*" },
	    .readable = { "/dev/dri", "/sys/dev/char", "/sys/devices" },
	    /* DRM, dma-buf, sync files */
	    .kinds = { 'd', 'b', '>' },
	    .n_kinds = 3 },
	{ .name = "nvidia",
	    .nodes = { "/dev/nvidia[0-9]*", "/dev/nvidiactl",
		"/dev/nvidia-uvm*" },
	    .readable = { "/proc/driver/nvidia", "/proc/devices",
		"/proc/modules", "/proc/meminfo", "/sys/devices",
		"/sys/bus/pci", "/sys/module" },
	    /* its own; its unified memory has numbers without a kind */
	    .kinds = { 'F', 0 },
	    .n_kinds = 2,
	    .maps_all = true },
};

const struct device *
device_find(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(devices); i++)
		if (strcmp(name, devices[i].name) == 0)
			return &devices[i];
	return NULL;
}
