/*
 * What unit tests share: cmocka, a folder of one's own, a fresh migrated
 * database, an arena, a few rows to begin with.
 *
 *	static void
 *	test_x(void **state)
 *	{
 *		struct world *w = *state;
 *		...
 *	}
 *	cmocka_unit_test_setup_teardown(test_x, world_setup, world_teardown)
 */
#ifndef TESTS_UNIT_HELPERS_H
#define TESTS_UNIT_HELPERS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/base/arena.h"
#include "lib/base/attr.h"
#include "lib/base/fs.h"
#include "lib/base/random.h"
#include "lib/db/admin.h"
#include "lib/db/db.h"
#include "lib/store/library.h"
#include "lib/store/profiles.h"
#include "lib/store/sources.h"
#include "lib/store/titles.h"
#include "lib/store/users.h"

enum { WORLD_ARENA_MAX = 64 * 1024 * 1024, WORLD_PATH_MAX = 512 };

struct world {
	char dir[WORLD_PATH_MAX];
	char database[WORLD_PATH_MAX + 32];
	char backups[WORLD_PATH_MAX + 32];
	struct db_pool *write_pool;
	struct db_pool *read_pool;
	struct db *db;     /* writer */
	struct db *reader; /* read-only */
	struct arena *arena;
	struct err err;
};

/* For calls that return 0 or STORE_OK; shows what the error says. */
#define assert_ok(call, error)                                                 \
	do {                                                                   \
		(error)->text[0] = '\0';                                       \
		if ((call) != 0)                                               \
			fail_msg("%s: %s", #call, (error)->text);              \
	} while (0)

/* For calls that fail with a code. */
#define assert_err(call, error, wanted)                                        \
	do {                                                                   \
		(error)->code = ERR_NONE;                                      \
		assert_int_equal((call), -1);                                  \
		assert_string_equal(                                           \
		    err_name((error)->code), err_name(wanted));                \
	} while (0)

/* An empty folder; remove with temp_remove. */
static UNUSED void
temp_make(char out[WORLD_PATH_MAX])
{
	const char *base = getenv("TMPDIR");

	snprintf(out, WORLD_PATH_MAX, "%s/miau-unit-XXXXXX",
	    base == NULL ? "/tmp" : base);
	if (mkdtemp(out) == NULL)
		fail_msg("cannot make %s", out);
}

static UNUSED void
temp_remove(const char *dir)
{
	struct err err;

	assert_ok(fs_remove_tree(dir, &err), &err);
}

/* A folder and an arena, without a database. */
static UNUSED int
folder_setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return -1;
	temp_make(w->dir);
	snprintf(w->database, sizeof(w->database), "%s/miauflix.db", w->dir);
	snprintf(w->backups, sizeof(w->backups), "%s/backups", w->dir);
	w->arena = arena_new(WORLD_ARENA_MAX);
	*state = w;
	return 0;
}

static UNUSED int
world_teardown(void **state)
{
	struct world *w = *state;

	db_close(w->db);
	db_close(w->reader);
	db_pool_free(w->write_pool);
	db_pool_free(w->read_pool);
	arena_free(w->arena);
	temp_remove(w->dir);
	free(w);
	return 0;
}

static UNUSED int
world_setup(void **state)
{
	struct world *w;
	int applied;

	if (folder_setup(state) == -1)
		return -1;
	w = *state;
	assert_ok(
	    db_migrate(w->database, w->backups, &applied, &w->err), &w->err);
	w->write_pool = db_pool_new(w->database, DB_WRITE, 8, true, &w->err);
	w->read_pool = db_pool_new(w->database, DB_READ, 8, true, &w->err);
	if (w->write_pool == NULL || w->read_pool == NULL)
		fail_msg("%s", w->err.text);
	w->db = db_open(w->write_pool);
	w->reader = db_open(w->read_pool);
	return 0;
}

/* A user; the id into out. */
static UNUSED void
seed_user(struct world *w, const char *email, enum user_role role,
    char out[UUID_SIZE])
{
	assert_ok(store_user_add(w->db, email, NULL, "Somebody", "$hash", role,
		      out, &w->err),
	    &w->err);
}

/* The id of the first profile of a user, in the arena. */
static UNUSED const char *
seed_profile(struct world *w, const char *user_id)
{
	struct profile profile;

	assert_ok(
	    store_profile_default(w->db, w->arena, user_id, &profile, &w->err),
	    &w->err);
	return profile.id;
}

/* Somebody who sees everything, as the user's first profile. */
static UNUSED struct viewer
seed_viewer(struct world *w, const char *user_id)
{
	return (struct viewer){ .profile_id = seed_profile(w, user_id),
		.is_unlimited = true };
}

/* A title; returns its internal id. genre may be NULL. */
static UNUSED int64_t
seed_title(struct world *w, enum title_kind kind, const char *name,
    int64_t year, const char *genre)
{
	char *genres[] = { arena_strdup(w->arena, genre), NULL };
	struct title title = { .kind = kind,
		.name = arena_strdup(w->arena, name),
		.year = year,
		.genres = genres };
	bool added;

	assert_ok(db_begin(w->db, &w->err), &w->err);
	assert_ok(
	    store_title_merge(w->db, &title, "file", &added, &w->err), &w->err);
	assert_ok(db_commit(w->db, &w->err), &w->err);
	return title.id;
}

/* An episode; returns its id. */
static UNUSED int64_t
seed_episode(struct world *w, int64_t title_id, int64_t season, int64_t number)
{
	struct episode episode = {
		.title_id = title_id, .season = season, .number = number
	};

	assert_ok(db_begin(w->db, &w->err), &w->err);
	assert_ok(store_episode_merge(w->db, &episode, &w->err), &w->err);
	assert_ok(db_commit(w->db, &w->err), &w->err);
	return episode.id;
}

/* A folder of the library; returns its id. */
static UNUSED int64_t
seed_folder(struct world *w, const char *path)
{
	int64_t id;

	assert_ok(store_folder_add(w->db, path, &id, &w->err), &w->err);
	return id;
}

/* A file in state 'ok', seen at 1000; returns its id. */
static UNUSED int64_t
seed_file(struct world *w, int64_t folder_id, const char *path)
{
	struct library_file file = { .folder_id = folder_id,
		.path = arena_strdup(w->arena, path),
		.display = arena_strdup(w->arena, "shown"),
		.size = 1000,
		.modified_at = 1,
		.inode = 7,
		.state = arena_strdup(w->arena, "ok"),
		.container = arena_strdup(w->arena, "mp4"),
		.duration = 60 };

	assert_ok(store_file_put(w->db, &file, 1000, &w->err), &w->err);
	return file.id;
}

/* The source of a file for a film or an episode; returns its id. */
static UNUSED int64_t
seed_source(struct world *w, int64_t title_id, int64_t episode_id,
    int64_t file_id, const char *quality)
{
	struct source source = { .title_id = title_id,
		.episode_id = episode_id,
		.library_file_id = file_id,
		.quality = arena_strdup(w->arena, quality),
		.size = 1000,
		.match_confidence = 1 };

	assert_ok(db_begin(w->db, &w->err), &w->err);
	assert_ok(store_source_put(w->db, &source, &w->err), &w->err);
	assert_ok(db_commit(w->db, &w->err), &w->err);
	return source.id;
}

#endif
