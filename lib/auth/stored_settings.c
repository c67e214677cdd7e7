/*
 * Settings in the database.
 */
#include "lib/auth/stored_settings.h"

#include <stdlib.h>
#include <string.h>

#include "lib/auth/seal.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/store/notes.h"

enum { ARENA_MAX = 1024 * 1024 };

static struct seal_place
place_of(const char *name)
{
	return (struct seal_place){ "setting", "value", name };
}

/* The value in clear (free()), or NULL. */
static char *
read_value(const struct auth_keys *keys, enum setting_id id,
    const struct stored_setting *stored, struct err *err)
{
	const struct seal_place place = place_of(stored->name);
	size_t len;

	if ((setting_rows[id].flags & SETTING_SECRET) == 0)
		return mem_strdup(stored->value);
	return seal_open(keys, &place, stored->value, &len, err);
}

static void
apply_one(struct settings *settings, const struct auth_keys *keys,
    const struct stored_setting *stored)
{
	int id = settings_find(stored->name);
	struct err err;
	char *value;

	if (id == -1 || (setting_rows[id].flags & SETTING_BOOT) != 0) {
		log_warn("setting.unknown",
		    "The database holds an unknown setting.");
		return;
	}
	value = read_value(keys, (enum setting_id)id, stored, &err);
	if (value == NULL ||
	    settings_set_stored(settings, (enum setting_id)id, value, &err) ==
		-1)
		log_warn("setting.refused", "%s: %s", stored->name, err.text);
	free(value);
}

int
auth_settings_apply(struct settings *settings, struct db *db,
    const struct auth_keys *keys, struct err *err)
{
	struct arena *arena = arena_new(ARENA_MAX);
	struct stored_setting *stored;
	size_t n, i;
	enum store_result result;

	result = store_setting_list(db, arena, &stored, &n, err);
	for (i = 0; result == STORE_OK && i < n; i++)
		apply_one(settings, keys, &stored[i]);
	arena_free(arena);
	return result == STORE_ERROR ? -1 : 0;
}

struct settings *
auth_settings_load(struct db *db, const struct auth_keys *keys, struct err *err)
{
	struct settings *settings = settings_load(err);

	if (settings != NULL &&
	    auth_settings_apply(settings, db, keys, err) == -1) {
		settings_free(settings);
		return NULL;
	}
	return settings;
}

int
auth_setting_put(struct db *db, const struct auth_keys *keys,
    enum setting_id id, const char *value, const char *updated_by,
    struct err *err)
{
	const char *name = setting_rows[id].name;
	const struct seal_place place = place_of(name);
	char *sealed = NULL;
	enum store_result result;

	if (value != NULL && (setting_rows[id].flags & SETTING_SECRET) != 0)
		sealed = seal_text(keys, &place, value, strlen(value));
	result = store_setting_put(
	    db, name, sealed != NULL ? sealed : value, updated_by, err);
	free(sealed);
	return result == STORE_ERROR ? -1 : 0;
}
