/* Whether a master key is the one of a database. */
#include "lib/auth/key_proof.h"

#include <stdlib.h>
#include <string.h>

#include "lib/auth/seal.h"
#include "lib/store/key_proof.h"

enum { ARENA_MAX = 64 * 1024 };

static const struct seal_place place = { "key_proof", "sealed", "1" };
static const char known[] = "miauflix";

static bool
opens(const struct auth_keys *keys, const char *sealed)
{
	struct err ignored;
	size_t len = 0;
	char *plain = seal_open(keys, &place, sealed, &len, &ignored);
	bool is_known = plain != NULL && strcmp(plain, known) == 0;

	free(plain);
	return is_known;
}

static struct auth_keys *
load(const char *folder, const char *sealed, bool is_used, struct err *err)
{
	struct auth_keys *keys = auth_keys_load(folder, !is_used, err);

	if (keys == NULL && err->code == ERR_NOT_FOUND)
		err_set(err, ERR_CORRUPT,
		    "The master key is missing: put master.key back into %s. "
		    "Nothing was changed.",
		    folder);
	if (keys == NULL || sealed == NULL || opens(keys, sealed))
		return keys;
	auth_keys_free(keys);
	err_set(err, ERR_CORRUPT,
	    "The master key is not the one by which this database was sealed: "
	    "put the right one back. Nothing was changed.");
	return NULL;
}

struct auth_keys *
auth_keys_open(const char *folder, struct db *db, struct err *err)
{
	struct arena *arena = arena_new(ARENA_MAX);
	struct auth_keys *keys = NULL;
	char *sealed = NULL;
	bool is_used;

	if (store_key_proof_find(db, arena, &sealed, &is_used, err) !=
	    STORE_ERROR)
		keys = load(folder, sealed, is_used, err);
	arena_free(arena);
	return keys;
}

int
auth_keys_prove(struct db *db, const struct auth_keys *keys, struct err *err)
{
	char *sealed = seal_text(keys, &place, known, strlen(known));
	enum store_result result = store_key_proof_put(db, sealed, err);

	free(sealed);
	return result == STORE_ERROR ? -1 : 0;
}
