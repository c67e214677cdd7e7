/* Whether a master key is the one of a database. */
#include "lib/auth/key_proof.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/auth/seal.h"
#include "lib/base/clock.h"
#include "lib/base/fs.h"
#include "lib/base/mem.h"
#include "lib/db/admin.h"

enum { ARENA_MAX = 64 * 1024, FIRST_SCHEMA = 11 };

static const struct seal_place place = { "key_proof", "sealed", "1" };
static const struct seal_place index_place = { "key_proof", "index_key", "1" };
static const char known[] = "miauflix";

bool
auth_proof_opens(const struct auth_keys *keys, const char *sealed)
{
	struct err ignored;
	size_t len = 0;
	char *plain = seal_open(keys, &place, sealed, &len, &ignored);
	bool is_known = plain != NULL && strcmp(plain, known) == 0;

	free(plain);
	return is_known;
}

char *
auth_proof_seal(const struct auth_keys *keys)
{
	return seal_text(keys, &place, known, strlen(known));
}

char *
auth_proof_seal_index(
    const struct auth_keys *keys, const unsigned char index[AUTH_KEY_SIZE])
{
	return seal_text(keys, &index_place, index, AUTH_KEY_SIZE);
}

int
auth_proof_take_index(
    struct auth_keys *keys, const struct key_proof *proof, struct err *err)
{
	size_t len = 0;
	char *index;

	if (proof->index_key == NULL)
		return 0;
	index = seal_open(keys, &index_place, proof->index_key, &len, err);
	if (index == NULL)
		return -1;
	if (len == AUTH_KEY_SIZE)
		auth_keys_set_index(keys, (const unsigned char *)index);
	mem_wipe(index, len);
	free(index);
	return len == AUTH_KEY_SIZE
	    ? 0
	    : err_set(err, ERR_CORRUPT, "The key of the index is damaged.");
}

int
auth_keys_file(
    const char *folder, const char *name, char out[PATHS_MAX], struct err *err)
{
	if (snprintf(out, PATHS_MAX, "%s/%s", folder, name) >= PATHS_MAX)
		return err_set(err, ERR_IO, "A file name is too long.");
	return 0;
}

static bool
is_interrupted(const char *folder, const struct key_proof *proof)
{
	char path[PATHS_MAX];
	struct err ignored;

	if (proof->next != NULL)
		return true;
	return auth_keys_variable() == NULL &&
	    auth_keys_file(folder, "previous.key", path, &ignored) == 0 &&
	    fs_exists(path);
}

/* -1 unless they are the keys of this database. */
static int
check(struct auth_keys *keys, const struct key_proof *proof, struct err *err)
{
	if (proof->sealed == NULL)
		return 0;
	if (!auth_proof_opens(keys, proof->sealed))
		return err_set(err, ERR_CORRUPT,
		    "The master key is not the one by which this database was "
		    "sealed: put the right one back. Nothing was changed.");
	return auth_proof_take_index(keys, proof, err);
}

static struct auth_keys *
checked(struct auth_keys *keys, const struct key_proof *proof, struct err *err)
{
	if (keys == NULL || check(keys, proof, err) == 0)
		return keys;
	auth_keys_free(keys);
	return NULL;
}

static struct auth_keys *
load(const char *folder, const struct key_proof *proof, struct err *err)
{
	struct auth_keys *keys;

	if (is_interrupted(folder, proof)) {
		err_set(err, ERR_CORRUPT,
		    "A replacement of the master key was interrupted: run "
		    "`miauctl keys rotate` to go on. Nothing was changed.");
		return NULL;
	}
	keys = auth_keys_load(folder, !proof->is_used, err);
	if (keys == NULL && err->code == ERR_NOT_FOUND)
		err_set(err, ERR_CORRUPT,
		    "The master key is missing: put master.key back into %s. "
		    "Nothing was changed.",
		    folder);
	return checked(keys, proof, err);
}

static struct auth_keys *
load_reading(const char *folder, const struct key_proof *proof, struct err *err)
{
	struct auth_keys *keys = NULL;
	char path[PATHS_MAX];

	if (is_interrupted(folder, proof) && auth_keys_variable() == NULL &&
	    auth_keys_file(folder, "previous.key", path, err) == 0)
		keys = auth_keys_read(path, folder, err);
	if (keys != NULL && proof->sealed != NULL &&
	    auth_proof_opens(keys, proof->sealed))
		return checked(keys, proof, err);
	auth_keys_free(keys);
	return checked(auth_keys_load(folder, 0, err), proof, err);
}

static struct auth_keys *
open_keys(const char *folder, struct db *db, bool is_reading, struct err *err)
{
	struct arena *arena = arena_new(ARENA_MAX);
	struct auth_keys *keys = NULL;
	struct key_proof proof;

	if (store_key_proof_find(db, arena, &proof, err) != STORE_ERROR)
		keys = is_reading ? load_reading(folder, &proof, err)
				  : load(folder, &proof, err);
	arena_free(arena);
	return keys;
}

struct auth_keys *
auth_keys_open(const char *folder, struct db *db, struct err *err)
{
	return open_keys(folder, db, false, err);
}

struct auth_keys *
auth_keys_open_reading(const char *folder, struct db *db, struct err *err)
{
	return open_keys(folder, db, true, err);
}

int
auth_keys_prove(struct db *db, const struct auth_keys *keys, struct err *err)
{
	char *sealed = auth_proof_seal(keys);
	enum store_result result =
	    store_key_proof_put(db, sealed, clock_now_ms(), err);

	free(sealed);
	return result == STORE_ERROR ? -1 : 0;
}

static int
fits(const struct auth_keys *keys, struct db *db, const char *database,
    struct err *err)
{
	struct arena *arena = arena_new(ARENA_MAX);
	char *sealed = NULL;
	enum store_result found =
	    store_key_proof_find_sealed(db, arena, &sealed, err);
	int result = found == STORE_ERROR ? -1 : 0;

	if (found == STORE_OK && !auth_proof_opens(keys, sealed))
		result = err_set(err, ERR_CORRUPT,
		    "%s is sealed by another master key than the present one: "
		    "put the key of its time into keys/master.key first. "
		    "Nothing was changed.",
		    database);
	arena_free(arena);
	return result;
}

int
auth_keys_fit(const char *folder, const char *database, struct err *err)
{
	struct auth_keys *keys;
	struct db_pool *pool;
	struct db *db;
	int version = 0, result = -1;

	if (db_schema_version(database, &version, err) == -1)
		return -1;
	if (version < FIRST_SCHEMA)
		return 0;
	keys = auth_keys_load(folder, 0, err);
	if (keys == NULL)
		return err->code == ERR_NOT_FOUND ? 0 : -1;
	pool = db_pool_new(database, DB_READ, 1, false, err);
	if (pool != NULL) {
		db = db_open(pool);
		result = fits(keys, db, database, err);
		db_close(db);
		db_pool_free(pool);
	}
	auth_keys_free(keys);
	return result;
}
