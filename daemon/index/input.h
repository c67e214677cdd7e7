/*
 * Where miau-index reads a film: descriptor 3, or the listener over which one is served
 * that still downloads (daemon/miaud/media/serve.h).
 */
#ifndef DAEMON_INDEX_INPUT_H
#define DAEMON_INDEX_INPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <libavformat/avio.h>

#include "lib/base/attr.h"

struct input {
	AVIOContext *served; /* NULL: descriptor 3 */
	int64_t size;
	int64_t at;
	int64_t left;  /* bytes that may still be read */
	bool is_blank; /* what is read now is no header */
};

/* -1: it cannot be read, and stderr says so. */
int input_open(struct input *input, bool is_served) NONNULL MUST_CHECK;
void input_close(struct input *input) NONNULL;

/* As pread; -1 also when what is there has ended too early. */
ssize_t input_read_at(const struct input *input, void *bytes, size_t n,
    int64_t at) NONNULL MUST_CHECK;

/* For libavformat. */
int input_read(void *opaque, uint8_t *bytes, int n) NONNULL MUST_CHECK;
int64_t input_seek(void *opaque, int64_t offset, int whence) NONNULL MUST_CHECK;

#endif
