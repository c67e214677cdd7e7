/*
 * What people are about to do: the last INTENTS_KEPT signals of the app (a
 * card under the pointer, an open title), for whatever makes things ready
 * before they are asked for.
 *
 * Loop thread only.
 */
#ifndef DAEMON_MIAUD_INTENTS_H
#define DAEMON_MIAUD_INTENTS_H

#include <json-c/json.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/attr.h"
#include "lib/base/random.h"

enum { INTENTS_KEPT = 256 };

struct intent {
	char user_id[UUID_SIZE];
	char title_id[40]; /* "movie-603", "tt0133093" */
	char kind[12];     /* "hover" "focus" "open" "continue" */
	int64_t at;
};

struct intents;

/* An empty ring; intents_free accepts NULL. */
struct intents *intents_new(void) RETURNS_NONNULL MUST_CHECK;
void intents_free(struct intents *intents);

/* Copies; takes the place of the oldest when full. */
void intents_add(struct intents *intents, const struct intent *intent) NONNULL;
/* An array, newest first, as ui.intents answers it. */
struct json_object *intents_list(
    const struct intents *intents) NONNULL RETURNS_NONNULL MUST_CHECK;

#endif
