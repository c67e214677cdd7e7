/*
 * The process behind the threads: settings, keys, database pools, rate limits.
 * All but the settings of environment and file come into being when a request
 * needs them, so that a handler started before the database is ready answers
 * (with 503) instead of dying, and works as soon as it is.
 */
#include "lib/http/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/auth/key_proof.h"
#include "lib/auth/stored_settings.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"

enum {
	READERS_MAX = 6,
	WRITERS_MAX = 2, /* together at most 8 connections */
	SETTINGS_FRESH_MS = 2000,
};

static bool
any_database(const struct handler *handler)
{
	const struct route *row;

	for (row = handler->routes; row->method != NULL; row++)
		if (!row->no_database)
			return true;
	return false;
}

static struct http_settings *
settings_new(struct err *err)
{
	struct http_settings *box;
	struct settings *settings = settings_load(err);

	if (settings == NULL)
		return NULL;
	box = mem_calloc(1, sizeof(*box));
	atomic_init(&box->refs, 1);
	box->settings = settings;
	box->loaded_ms = clock_mono_ms();
	return box;
}

/* MIAU_SENDFILE names the web server in front, where one sends files for us. */
static enum http_offload
find_offload(void)
{
	static const char *const names[] = { [OFFLOAD_LIGHTTPD] = "lighttpd",
		[OFFLOAD_NGINX] = "nginx",
		[OFFLOAD_APACHE] = "apache" };
	const char *server = getenv("MIAU_SENDFILE");
	enum http_offload i;

	if (server == NULL)
		return OFFLOAD_NONE;
	for (i = OFFLOAD_APACHE; i > OFFLOAD_NONE; i--)
		if (strcmp(server, names[i]) == 0)
			break;
	return i;
}

int
http_server_init(
    struct http_server *server, const struct handler *handler, struct err *err)
{
	const char *base;

	memset(server, 0, sizeof(*server));
	pthread_mutex_init(&server->lock, NULL);
	server->handler = handler;
	server->tokens = token_cache_new();
	server->needs_database = any_database(handler);
	if (paths_init(&server->paths, err) == -1 ||
	    paths_refuse_stranger(&server->paths, err) == -1)
		return -1;
	server->settings = settings_new(err);
	if (server->settings == NULL)
		return -1;
	server->offload = find_offload();
	base =
	    settings_text(server->settings->settings, SETTING_HTTP_BASE_PATH);
	if (base[0] != '/' || base[strlen(base) - 1] != '/' ||
	    strlen(base) >= sizeof(server->base_path))
		return err_set(err, ERR_SETTING_INVALID,
		    "http.basePath must begin and end with '/'.");
	snprintf(server->base_path, sizeof(server->base_path), "%s", base);
	return 0;
}

void
http_server_fini(struct http_server *server)
{
	db_pool_free(server->readers);
	db_pool_free(server->writers);
	auth_keys_free(server->keys);
	token_cache_free(server->tokens);
	limits_close(server->limits);
	http_settings_put(server->settings);
	pthread_mutex_destroy(&server->lock);
}

struct db_pool *
http_server_pool(struct http_server *server, enum db_mode mode, struct err *err)
{
	struct db_pool **pool, *got;

	pthread_mutex_lock(&server->lock);
	pool = mode == DB_READ ? &server->readers : &server->writers;
	if (*pool == NULL)
		*pool = db_pool_new(server->paths.database, mode,
		    mode == DB_READ ? READERS_MAX : WRITERS_MAX, true, err);
	got = *pool;
	pthread_mutex_unlock(&server->lock);
	return got;
}

struct auth_keys *
http_server_keys(
    struct http_server *server, struct db_pool *pool, struct err *err)
{
	struct auth_keys *got;
	struct db *db;

	pthread_mutex_lock(&server->lock);
	if (server->keys == NULL) {
		db = db_open(pool);
		server->keys = auth_keys_open(server->paths.keys, db, err);
		db_close(db);
	}
	got = server->keys;
	pthread_mutex_unlock(&server->lock);
	return got;
}

struct limits *
http_server_limits(struct http_server *server, struct err *err)
{
	char path[PATHS_MAX + 16];
	struct limits *got;

	pthread_mutex_lock(&server->lock);
	snprintf(path, sizeof(path), "%s/limits", server->paths.run);
	if (server->limits == NULL)
		server->limits = limits_open(path, err);
	got = server->limits;
	pthread_mutex_unlock(&server->lock);
	return got;
}

/* Reads everything anew; NULL when something cannot be read. */
static struct http_settings *
settings_read(struct http_server *server)
{
	struct http_settings *box = NULL;
	struct auth_keys *keys;
	struct db_pool *pool;
	struct db *db = NULL;
	struct err err;

	pool = http_server_pool(server, DB_READ, &err);
	keys = pool == NULL ? NULL : http_server_keys(server, pool, &err);
	if (keys == NULL)
		return NULL;
	db = db_open(pool);
	box = settings_new(&err);
	if (box != NULL &&
	    auth_settings_apply(box->settings, db, keys, &err) == -1) {
		http_settings_put(box);
		box = NULL;
	}
	if (box != NULL)
		box->has_stored = true;
	db_close(db);
	return box;
}

static struct http_settings *
settings_get(struct http_server *server, bool stored)
{
	struct http_settings *now, *fresh, *old = NULL;

	pthread_mutex_lock(&server->lock);
	now = server->settings;
	/* One thread reads; the others go on with what there is. */
	if (stored &&
	    (!now->has_stored ||
		clock_mono_ms() - now->loaded_ms > SETTINGS_FRESH_MS)) {
		now->loaded_ms = clock_mono_ms();
		pthread_mutex_unlock(&server->lock);
		fresh = settings_read(server);
		pthread_mutex_lock(&server->lock);
		if (fresh != NULL) {
			old = server->settings;
			server->settings = fresh;
		}
	}
	now = server->settings;
	atomic_fetch_add(&now->refs, 1);
	pthread_mutex_unlock(&server->lock);
	http_settings_put(old);
	return now;
}

struct http_settings *
http_settings_get(struct http_server *server)
{
	return settings_get(server, server->needs_database);
}

struct http_settings *
http_settings_get_stored(struct http_server *server)
{
	return settings_get(server, true);
}

void
http_settings_put(struct http_settings *settings)
{
	if (settings == NULL || atomic_fetch_sub(&settings->refs, 1) != 1)
		return;
	settings_free(settings->settings);
	free(settings);
}
