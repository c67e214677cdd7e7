/* A ring of intents. */
#include "daemon/miaud/intents.h"

#include <stdlib.h>

#include "lib/base/json.h"
#include "lib/base/mem.h"

struct intents {
	struct intent ring[INTENTS_KEPT];
	size_t n_added; /* since the start */
};

struct intents *
intents_new(void)
{
	return mem_calloc(1, sizeof(struct intents));
}

void
intents_free(struct intents *intents)
{
	free(intents);
}

void
intents_add(struct intents *intents, const struct intent *intent)
{
	intents->ring[intents->n_added++ % INTENTS_KEPT] = *intent;
}

/* The i-th newest, from 0; NULL behind the last. */
static const struct intent *
newest(const struct intents *intents, size_t i)
{
	if (i >= intents->n_added || i >= INTENTS_KEPT)
		return NULL;
	return &intents->ring[(intents->n_added - 1 - i) % INTENTS_KEPT];
}

struct json_object *
intents_list(const struct intents *intents)
{
	struct json_object *list = json_object_new_array(), *item;
	const struct intent *intent;
	size_t i;

	for (i = 0; (intent = newest(intents, i)) != NULL; i++) {
		item = json_object_new_object();
		json_add_text(item, "userId", intent->user_id);
		json_add_text(item, "titleId", intent->title_id);
		json_add_text(item, "kind", intent->kind);
		json_add_time(item, "at", intent->at);
		json_object_array_add(list, item);
	}
	return list;
}
