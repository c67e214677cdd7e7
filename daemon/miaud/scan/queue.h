/*
 * A growing list of numbers, taken from the front.
 */
#ifndef DAEMON_MIAUD_SCAN_QUEUE_H
#define DAEMON_MIAUD_SCAN_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/attr.h"

/* Zeroed: empty. */
struct id_queue {
	int64_t *items;
	size_t n, first, room;
};

void id_queue_add(struct id_queue *queue, int64_t id) NONNULL;
/* The oldest; false when there is none. */
bool id_queue_take(struct id_queue *queue, int64_t *id) NONNULL MUST_CHECK;
/* The same, left where it is. */
bool id_queue_peek(
    const struct id_queue *queue, int64_t *id) NONNULL MUST_CHECK;
size_t id_queue_count(const struct id_queue *queue) NONNULL MUST_CHECK;
void id_queue_free(struct id_queue *queue) NONNULL;

#endif
