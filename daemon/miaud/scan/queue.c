/*
 * A list of numbers with a moving front: what was taken is squeezed out when
 * room is needed and more than half of it is gone.
 */
#include "daemon/miaud/scan/queue.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"

void
id_queue_add(struct id_queue *queue, int64_t id)
{
	if (queue->n == queue->room) {
		if (queue->first > queue->n / 2) {
			queue->n -= queue->first;
			memmove(queue->items, queue->items + queue->first,
			    queue->n * sizeof(*queue->items));
			queue->first = 0;
		} else {
			queue->room = queue->room == 0 ? 64 : queue->room * 2;
			queue->items = mem_realloc(
			    queue->items, queue->room, sizeof(*queue->items));
		}
	}
	queue->items[queue->n++] = id;
}

bool
id_queue_take(struct id_queue *queue, int64_t *id)
{
	if (queue->first == queue->n)
		return false;
	*id = queue->items[queue->first++];
	if (queue->first == queue->n)
		queue->first = queue->n = 0;
	return true;
}

bool
id_queue_peek(const struct id_queue *queue, int64_t *id)
{
	if (queue->first == queue->n)
		return false;
	*id = queue->items[queue->first];
	return true;
}

size_t
id_queue_count(const struct id_queue *queue)
{
	return queue->n - queue->first;
}

void
id_queue_free(struct id_queue *queue)
{
	free(queue->items);
	memset(queue, 0, sizeof(*queue));
}
