/*
 * Encoders in hardware: VA-API, NVENC, Quick Sync. What a driver says of itself is
 * not believed: each is probed by encoding a few pictures, in the same confined child
 * as films are. One that fails in the middle of a film is not taken again before the
 * next probe. Decoding and filters stay with the processor.
 *
 * Loop thread only.
 */
#ifndef DAEMON_MIAUD_ENCODERS_HARDWARE_H
#define DAEMON_MIAUD_ENCODERS_HARDWARE_H

#include <json-c/json.h>
#include <stdbool.h>

#include "daemon/miaud/rpc.h"
#include "lib/base/attr.h"

enum {
	HARDWARE_DEVICE_SIZE = 64,
	HARDWARE_PROBE_MS = 15000, /* for one probe */
};

/* One kind of hardware. */
struct hardware_way {
	const char *name;   /* as in transcode.hardware */
	const char *nodes;  /* pattern of its device nodes */
	const char *device; /* what miau-confine opens for it */
	const char *option; /* names the node to ffmpeg; NULL: it finds it */
	const char *format; /* end of the filters: pictures as it takes them */
	const char *const *encoder; /* the options */
	bool has_plain_level;       /* "41" instead of "4.1" */
};

/* What a child is told of it. */
struct hardware_use {
	const struct hardware_way *way; /* NULL: the processor */
	char device[HARDWARE_DEVICE_SIZE];
};

struct encoders;
struct hardware;

/* Nothing is probed yet. */
struct hardware *hardware_new(
    struct encoders *encoders) NONNULL RETURNS_NONNULL MUST_CHECK;
void hardware_free(struct hardware *hardware);

/* Probes what transcode.hardware wants, where its device is there. */
void hardware_begin(struct hardware *hardware) NONNULL;
/* What to encode with now. */
void hardware_choose(
    struct hardware *hardware, struct hardware_use *use) NONNULL;
/* It failed in the middle of a film. */
void hardware_failed(struct hardware *hardware, const struct hardware_way *way,
    const char *why) NONNULL;
/* No probe runs. */
bool hardware_is_idle(const struct hardware *hardware) NONNULL MUST_CHECK;

/* The method hls.probe: tries all anew, and answers when that is done. */
void hardware_probe(struct rpc_call *call) NONNULL;

#endif
