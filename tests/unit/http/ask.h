/*
 * Asks a handler of the test's own as a CGI process would be asked: variables
 * and a body in, status, head and body out.
 */
#ifndef TESTS_UNIT_HTTP_ASK_H
#define TESTS_UNIT_HTTP_ASK_H

#include "tests/unit/helpers.h"

#include <fcntl.h>

#include "lib/auth/keys.h"
#include "lib/auth/session.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/paths.h"
#include "lib/http/server.h"

enum { ANSWER_MAX = 1024 * 1024, VARIABLES_MAX = 24 };

struct asker {
	struct world *w;
	struct http_server server;
	struct auth_keys *keys;
	char *env[VARIABLES_MAX + 1];
	int n_env;
	char answer[ANSWER_MAX];
	size_t len;
	int status;
	const char *head;
	const char *body;
};

/* A variable for the next question only. */
static UNUSED void
with(struct asker *a, const char *name, const char *value)
{
	if (a->n_env == VARIABLES_MAX)
		fail_msg("too many variables");
	a->env[a->n_env++] = arena_printf(a->w->arena, "%s=%s", name, value);
	a->env[a->n_env] = NULL;
}

static UNUSED void
asker_open(struct asker *a, const struct handler *handler)
{
	http_check_routes(handler);
	setenv("MIAU_STATE_DIR", a->w->dir, 1);
	setenv("MIAU_LOG_LEVEL", "error", 1);
	log_open("test");
	assert_ok(
	    http_server_init(&a->server, handler, &a->w->err), &a->w->err);
	assert_ok(paths_make(&a->server.paths, &a->w->err), &a->w->err);
	a->keys = auth_keys_load(a->server.paths.keys, 1, &a->w->err);
	assert_non_null(a->keys);
}

static UNUSED void
asker_close(struct asker *a)
{
	auth_keys_free(a->keys);
	http_server_fini(&a->server);
}

static UNUSED int
temp_fd(struct asker *a, const char *name)
{
	char *path = arena_printf(a->w->arena, "%s/%s", a->w->dir, name);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd == -1)
		fail_msg("%s", path);
	return fd;
}

static UNUSED void
read_answer(struct asker *a, int fd)
{
	ssize_t n = pread(fd, a->answer, sizeof(a->answer) - 1, 0);
	char *gap;

	assert_true(n >= 0);
	a->answer[n] = '\0';
	gap = strstr(a->answer, "\r\n\r\n");
	if (gap == NULL)
		fail_msg("no head in: %s", a->answer);
	gap[2] = '\0';
	a->head = a->answer;
	a->body = gap + 4;
	a->len = (size_t)(a->answer + n - a->body);
	if (sscanf(a->head, "Status: %d", &a->status) != 1)
		fail_msg("no status in: %s", a->head);
}

/* Asks; returns the status. body NULL: none. */
static UNUSED int
ask(struct asker *a, const char *method, const char *uri, const char *body)
{
	struct http_worker worker = { .server = &a->server };
	int out = temp_fd(a, "stdout"), in = temp_fd(a, "stdin");
	int old_out = dup(STDOUT_FILENO), old_in = dup(STDIN_FILENO);
	const char *query = strchr(uri, '?');

	with(a, "REQUEST_METHOD", method);
	with(a, "REQUEST_URI", uri);
	with(a, "QUERY_STRING", query == NULL ? "" : query + 1);
	if (body != NULL) {
		assert_int_equal(write(in, body, strlen(body)), strlen(body));
		assert_int_equal(lseek(in, 0, SEEK_SET), 0);
		with(a, "CONTENT_LENGTH",
		    arena_printf(a->w->arena, "%zu", strlen(body)));
		with(a, "CONTENT_TYPE", "application/json");
	}
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	dup2(in, STDIN_FILENO);
	worker.io = http_io_new(a->env);
	worker.arena = arena_new(HTTP_ARENA_MAX);
	http_answer(&worker);
	arena_free(worker.arena);
	http_io_free(worker.io);
	dup2(old_out, STDOUT_FILENO);
	dup2(old_in, STDIN_FILENO);
	read_answer(a, out);
	close(out);
	close(in);
	close(old_out);
	close(old_in);
	a->n_env = 0;
	return a->status;
}

/* The value of a header of the answer, NULL without it. */
static UNUSED const char *
answer_header(struct asker *a, const char *name)
{
	const char *at =
	    strstr(a->head, arena_printf(a->w->arena, "\r\n%s: ", name));

	if (at == NULL)
		return NULL;
	at += strlen(name) + 4;
	return arena_strndup(a->w->arena, at, strcspn(at, "\r"));
}

#define assert_header(a, name, wanted)                                         \
	do {                                                                   \
		const char *got_ = answer_header(a, name);                     \
		if (got_ == NULL)                                              \
			fail_msg("no %s in:\n%s", name, (a)->head);            \
		assert_string_equal(got_, wanted);                             \
	} while (0)

/* The code of an error answer. */
static UNUSED const char *
answer_code(struct asker *a)
{
	struct json_object *obj = json_parse(a->body, a->len, &a->w->err);
	const char *code;

	if (obj == NULL)
		fail_msg("no JSON: %s", a->body);
	code = arena_strdup(a->w->arena, json_get_text(obj, "code", ""));
	json_object_put(obj);
	return code;
}

/* Signs a new person in; the tokens are in the world's arena. */
static UNUSED void
asker_sign_in(struct asker *a, const char *email, enum user_role role,
    struct auth_tokens *tokens)
{
	struct auth_env env = { .db = a->w->db,
		.arena = a->w->arena,
		.keys = a->keys,
		.settings = a->server.settings->settings,
		.run = a->server.paths.run,
		.address = "127.0.0.1",
		.user_agent = "",
		.request_id = "test",
		.now_ms = clock_now_ms() };
	char id[UUID_SIZE];
	struct user user;

	seed_user(a->w, email, role, id);
	assert_ok(store_user_find(a->w->db, a->w->arena, id, &user, &a->w->err),
	    &a->w->err);
	assert_ok(
	    session_start(&env, &user, &(struct session_proof){ .how = "test" },
		NULL, tokens, &a->w->err),
	    &a->w->err);
}

static UNUSED void
with_bearer(struct asker *a, const struct auth_tokens *tokens)
{
	with(a, "HTTP_AUTHORIZATION",
	    arena_printf(a->w->arena, "Bearer %s", tokens->access_token));
}

static UNUSED void
with_cookie(struct asker *a, const struct auth_tokens *tokens)
{
	with(a, "HTTP_COOKIE",
	    arena_printf(a->w->arena, "__miauflix_at_%s=%s", tokens->session_id,
		tokens->access_token));
}

static UNUSED int
asker_setup(void **state)
{
	struct asker *a = calloc(1, sizeof(*a));

	if (a == NULL || world_setup((void **)&a->w) == -1)
		return -1;
	*state = a;
	return 0;
}

static UNUSED int
asker_teardown(void **state)
{
	struct asker *a = *state;

	world_teardown((void **)&a->w);
	free(a);
	return 0;
}

#endif
