/*
 * A world with a person in it, and short ways to sign in, refresh and prove.
 */
#ifndef TESTS_UNIT_AUTH_FIXTURE_H
#define TESTS_UNIT_AUTH_FIXTURE_H

#include "tests/unit/helpers.h"

#include "lib/auth/password.h"
#include "lib/auth/session.h"
#include "lib/auth/strategy.h"
#include "lib/auth/stream_key.h"
#include "lib/base/clock.h"

#define FIREFOX "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Firefox/115.0"
#define PASSWORD "correct horse"

struct fixture {
	struct world *w;
	struct auth_keys *keys;
	struct settings *settings;
	struct auth_env env;
	struct auth_tokens tokens;
	struct user user;
	int64_t retry_after_s;
};

static UNUSED int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char hash[PASSWORD_HASH_SIZE], id[UUID_SIZE];
	struct err *err;

	if (world_setup((void **)&f->w) == -1)
		return -1;
	err = &f->w->err;
	f->keys = auth_keys_load(f->w->dir, 1, err);
	f->settings = settings_load(err);
	assert_non_null(f->keys);
	assert_non_null(f->settings);
	f->env = (struct auth_env){ .db = f->w->db,
		.arena = f->w->arena,
		.keys = f->keys,
		.settings = f->settings,
		.run = f->w->dir,
		.address = "192.0.2.7",
		.user_agent = FIREFOX,
		.request_id = "test",
		.now_ms = clock_now_ms() };
	assert_ok(password_hash(f->w->dir, PASSWORD, hash, err), err);
	assert_ok(store_user_add(f->w->db, "Ann@Example.org", "ann", "Ann",
		      hash, USER_ROLE_USER, id, err),
	    err);
	assert_ok(
	    store_user_find(f->w->db, f->w->arena, id, &f->user, err), err);
	*state = f;
	return 0;
}

static UNUSED int
teardown(void **state)
{
	struct fixture *f = *state;

	auth_keys_free(f->keys);
	settings_free(f->settings);
	world_teardown((void **)&f->w);
	free(f);
	return 0;
}

static UNUSED enum err_code
sign_in_by(struct fixture *f, const struct strategy *strategy,
    const struct strategy_given *given)
{
	struct err *err = &f->w->err;

	err->code = ERR_NONE;
	return strategy_sign_in(&f->env, strategy, given, NULL, &f->tokens,
		   &f->retry_after_s, err) == 0
	    ? ERR_NONE
	    : err->code;
}

static UNUSED enum err_code
sign_in(struct fixture *f, const char *login, const char *password)
{
	return sign_in_by(f, &strategies[STRATEGY_PASSWORD],
	    (const struct strategy_given[]){
		{ .text = login }, { .text = password } });
}

static UNUSED enum err_code
refresh(struct fixture *f, const char *token, struct auth_tokens *out)
{
	struct err *err = &f->w->err;

	err->code = ERR_NONE;
	return session_refresh(
		   &f->env, f->tokens.session_id, token, out, err) == 0
	    ? ERR_NONE
	    : err->code;
}

static UNUSED enum err_code
prove(struct fixture *f, const char *token)
{
	struct session session;
	struct err *err = &f->w->err;
	int64_t ends_at;

	err->code = ERR_NONE;
	return session_prove(&f->env, token, &session, &ends_at, err) == 0
	    ? ERR_NONE
	    : err->code;
}

static UNUSED int64_t
count(struct fixture *f, const char *sql)
{
	int64_t n = -1;

	assert_int_equal(db_get_int(f->w->db, sql, DB_NONE, &n, &f->w->err), 1);
	return n;
}

static UNUSED void
start(struct fixture *f)
{
	assert_ok(session_start(&f->env, &f->user,
		      &(struct session_proof){ .how = "test" }, NULL,
		      &f->tokens, &f->w->err),
	    &f->w->err);
}

/* A stream key of the present session. */
static UNUSED void
make_key(struct fixture *f, char text[STREAM_KEY_SIZE])
{
	int64_t title = seed_title(f->w, TITLE_MOVIE, "A", 2000, NULL);
	int64_t folder = seed_folder(f->w, "/films");
	int64_t file = seed_file(f->w, folder, "a.mp4");
	struct stream_key key = { .user_id = f->user.id,
		.session_id = f->tokens.session_id,
		.profile_id = f->tokens.profile.id,
		.title_id = title,
		.source_id = seed_source(f->w, title, 0, file, "HD"),
		.quality = "HD",
		.created_at = f->env.now_ms,
		.last_used_at = f->env.now_ms };

	stream_key_make(text, &key);
	assert_ok(store_stream_key_add(f->w->db, &key, &f->w->err), &f->w->err);
}

static UNUSED enum err_code
check_key(struct fixture *f, const char *text, int64_t now)
{
	struct stream_key key;
	struct err *err = &f->w->err;

	err->code = ERR_NONE;
	return stream_key_check(f->w->db, f->w->arena, f->settings, text, now,
		   &key, err) == 0
	    ? ERR_NONE
	    : err->code;
}

static UNUSED void
change(struct fixture *f, const char *sql)
{
	assert_true(db_run(f->w->db, sql, DB_NONE, &f->w->err) >= 0);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

#endif
