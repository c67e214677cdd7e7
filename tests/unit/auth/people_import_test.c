/*
 * People of another program: which hashes are good, what is let in, and what
 * becomes of a hash when somebody signs in by it.
 */
#include "tests/unit/auth/fixture.h"

#include <argon2.h>

#include "lib/auth/foreign_hash.h"
#include "lib/auth/people_import.h"
#include "lib/base/buf.h"
#include "lib/base/json.h"

/* Of the password "U*U"; one of the first test vectors of bcrypt. */
#define BCRYPT "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
/* Of these 72 characters and any that follow. */
#define BCRYPT_LONG                                                            \
	"$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui"
#define LONG                                                                   \
	"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"       \
	"0123456789"
#define SALT "c29tZXNhbHRzb21l"
#define OUTPUT "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define OURS "$argon2id$v=19$m=65536,t=3,p=1$"

static const struct {
	const char *hash;
	const char *problem; /* NULL: none */
} hashes[] = {
	{ BCRYPT, NULL },
	{ "$2b$14$CCCCCCCCCCCCCCCCCCCCC."
	  "E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	    NULL },
	{ "$2y$04$CCCCCCCCCCCCCCCCCCCCC."
	  "E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	    NULL },
	{ "$2y$15$CCCCCCCCCCCCCCCCCCCCC."
	  "E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	    "cost" },
	{ "$2y$31$CCCCCCCCCCCCCCCCCCCCC."
	  "E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	    "cost" },
	{ "$2y$03$CCCCCCCCCCCCCCCCCCCCC."
	  "E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	    "cost" },
	{ "$2y$1x$CCCCCCCCCCCCCCCCCCCCC."
	  "E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	    "whole" },
	{ "$2x$05$CCCCCCCCCCCCCCCCCCCCC."
	  "E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	    "neither" },
	{ "$2b$", "whole" },
	{ "$2b$05$CCCC", "whole" },
	{ BCRYPT "e", "whole" },
	{ "$2b$05$CCCCCCCCCCCCCCCCCCCC!."
	  "E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	    "whole" },
	{ OURS SALT "$" OUTPUT, NULL },
	{ "$argon2i$v=19$m=8,t=1,p=1$" SALT "$" OUTPUT, NULL },
	{ "$argon2id$v=19$m=65536,t=10,p=4$" SALT "$" OUTPUT, NULL },
	{ "$argon2d$v=19$m=8,t=1,p=1$" SALT "$" OUTPUT, "neither" },
	{ "$argon2id$v=16$m=8,t=1,p=1$" SALT "$" OUTPUT, "version" },
	{ "$argon2id$m=8,t=1,p=1$" SALT "$" OUTPUT, "version" },
	{ "$argon2id$v=19$m=65537,t=1,p=1$" SALT "$" OUTPUT, "memory" },
	{ "$argon2id$v=19$m=4294967295,t=1,p=1$" SALT "$" OUTPUT, "memory" },
	{ "$argon2id$v=19$m=-8,t=1,p=1$" SALT "$" OUTPUT, "memory" },
	{ "$argon2id$v=19$m=064,t=1,p=1$" SALT "$" OUTPUT, "memory" },
	{ "$argon2id$v=19$m=7,t=1,p=1$" SALT "$" OUTPUT, "memory" },
	{ "$argon2id$v=19$m=8,t=11,p=1$" SALT "$" OUTPUT, "passes" },
	{ "$argon2id$v=19$m=8,t=0,p=1$" SALT "$" OUTPUT, "passes" },
	{ "$argon2id$v=19$m=64,t=1,p=5$" SALT "$" OUTPUT, "lanes" },
	{ "$argon2id$v=19$m=8,t=1,p=2$" SALT "$" OUTPUT, "whole" },
	{ "$argon2id$v=19$m=8,t=1,p=1,x=1$" SALT "$" OUTPUT, "whole" },
	{ "$argon2id$v=19$m=8,t=1,p=1$" SALT, "whole" },
	{ "$argon2id$v=19$m=8,t=1,p=1$c29t$" OUTPUT, "whole" },
	{ "$argon2id$v=19$m=8,t=1,p=1$" SALT "$AAAA", "whole" },
	{ "$argon2id$v=19$m=8,t=1,p=1$" SALT "$" OUTPUT "=", "whole" },
	{ "$argon2id$v=19$m=8,t=1,p=1$c29tZX-hbHRzb21l$" OUTPUT, "whole" },
	{ OURS SALT SALT SALT SALT "$" OUTPUT OUTPUT, "long" },
	{ "$1$salt$hash", "neither" },
	{ "plain text", "neither" },
	{ "", "neither" },
};

static void
test_hashes(void **state UNUSED)
{
	const char *problem;
	size_t i;

	for (i = 0; i < COUNT_OF(hashes); i++) {
		problem = foreign_hash_problem(hashes[i].hash);
		if ((problem == NULL) != (hashes[i].problem == NULL) ||
		    (problem != NULL &&
			strstr(problem, hashes[i].problem) == NULL))
			fail_msg("%s: %s", hashes[i].hash,
			    problem == NULL ? "is good" : problem);
	}
}

/* 0 when all were let in. */
static int
import(struct fixture *f, const char *text, struct import_result *result)
{
	struct json_object *list;
	int done;

	list = json_parse(text, strlen(text), &f->w->err);
	assert_non_null(list);
	f->w->err.code = ERR_NONE;
	done = people_import(&f->env, list, result, &f->w->err);
	if (done == -1)
		assert_int_equal(f->w->err.code, ERR_INVALID_FIELDS);
	json_object_put(list);
	return done;
}

static const char *
hash_of(struct fixture *f, const char *login)
{
	struct user user;

	assert_ok(store_user_find_login(
		      f->w->db, f->w->arena, login, &user, &f->w->err),
	    &f->w->err);
	return user.password_hash;
}

/* The hash stays until somebody is right, and is one of ours from then on. */
static void
enter(struct fixture *f, const char *login, const char *password)
{
	const char *before = hash_of(f, login);

	assert_true(password_is_foreign(before));
	assert_int_equal(sign_in(f, login, "U*V"), ERR_BAD_CREDENTIALS);
	assert_string_equal(hash_of(f, login), before);
	assert_int_equal(sign_in(f, login, password), ERR_NONE);
	assert_true(strncmp(hash_of(f, login), OURS, strlen(OURS)) == 0);
	assert_int_equal(sign_in(f, login, password), ERR_NONE);
	assert_int_equal(sign_in(f, login, "U*V"), ERR_BAD_CREDENTIALS);
}

static void
test_sign_in(void **state)
{
	struct fixture *f = *state;
	struct import_result result;
	char id[PASSWORD_HASH_SIZE], i[PASSWORD_HASH_SIZE], *text;

	assert_int_equal(
	    argon2id_hash_encoded(2, 256, 2, PASSWORD, strlen(PASSWORD),
		"somesalt", 8, 32, id, sizeof(id)),
	    ARGON2_OK);
	assert_int_equal(argon2i_hash_encoded(2, 64, 1, PASSWORD,
			     strlen(PASSWORD), "somesalt", 8, 24, i, sizeof(i)),
	    ARGON2_OK);
	text = arena_printf(f->w->arena,
	    "[{\"email\":\"bo@x\",\"passwordHash\":\"" BCRYPT "\"},"
	    "{\"email\":\"cy@x\",\"passwordHash\":\"" BCRYPT_LONG "\"},"
	    "{\"email\":\"di@x\",\"passwordHash\":\"%s\"},"
	    "{\"email\":\"ed@x\",\"passwordHash\":\"%s\","
	    "\"name\":\"eddy\",\"displayName\":\"Ed\",\"role\":\"admin\"}]",
	    id, i);
	assert_ok(import(f, text, &result), &f->w->err);
	assert_int_equal(result.n_people, 4);
	enter(f, "bo@x", "U*U");
	assert_int_equal(f->tokens.user.role, USER_ROLE_USER);
	assert_string_equal(f->tokens.user.display_name, "bo");
	enter(f, "cy@x", LONG " and more");
	enter(f, "di@x", PASSWORD);
	enter(f, "eddy", PASSWORD);
	assert_int_equal(
	    count(f, "SELECT count(*) FROM user WHERE role = 'admin'"), 1);
	assert_int_equal(count(f,
			     "SELECT count(*) FROM profile p JOIN user u "
			     "ON u.id = p.user_id WHERE u.email LIKE '%@x'"),
	    4);
	assert_int_equal(
	    count(f,
		"SELECT count(*) FROM audit_log WHERE event = 'user.created'"),
	    4);
}

/* A password that was changed meanwhile stays. */
static void
test_renewed_late(void **state)
{
	struct fixture *f = *state;
	struct err *err = &f->w->err;

	assert_int_equal(
	    store_user_renew_hash(f->w->db, f->user.id, "another", "new", err),
	    STORE_NONE);
	assert_string_equal(hash_of(f, "ann"), f->user.password_hash);
}

#define GOOD "{\"email\":\"bo@x\",\"passwordHash\":\"" BCRYPT "\"}"
#define WITH(email, more)                                                      \
	"{\"email\":\"" email "\"," more "\"passwordHash\":\"" BCRYPT "\"}"

static void
test_all_or_nobody(void **state)
{
	static const struct {
		const char *entry;
		const char *problem;
	} cases[] = {
		{ "7", "This is no object." },
		{ "null", "This is no object." },
		{ "{}", "email is missing." },
		{ "{\"email\":\"cy@x\"}", "passwordHash is missing." },
		{ "{\"email\":\"cy@x\",\"passwordHash\":null}",
		    "passwordHash is missing." },
		{ "{\"email\":\"cy@x\",\"passwordHash\":\"md5\"}",
		    "passwordHash is neither argon2 nor bcrypt." },
		{ "{\"email\":7,\"passwordHash\":\"" BCRYPT "\"}",
		    "email must be text." },
		{ WITH("cy", ""), "email must be an e-mail address." },
		{ WITH("cy@x@y", ""), "email must be an e-mail address." },
		{ WITH("c y@x", ""), "email must be an e-mail address." },
		{ WITH("cy@x", "\"password\":\"x\","),
		    "password is not known." },
		{ WITH("cy@x", "\"role\":\"root\","),
		    "role must be user or admin." },
		{ WITH("cy@x", "\"role\":\"administrator\","),
		    "role is too long." },
		{ WITH("cy@x", "\"name\":\"c@y\","),
		    "name may not hold spaces or @." },
		{ WITH("cy@x", "\"name\":\"\","), "name must not be empty." },
		{ WITH("cy@x", "\"displayName\":\"a\\u001bb\","),
		    "displayName must not hold control characters." },
		{ WITH("ANN@example.ORG", ""), "email is somebody's already." },
		{ WITH("cy@x", "\"name\":\"Ann\","),
		    "name is somebody's already." },
		{ WITH("BO@X", ""), "email is somebody's already." },
	};
	struct fixture *f = *state;
	struct import_result result;
	char *text;
	size_t i;

	for (i = 0; i < COUNT_OF(cases); i++) {
		text =
		    arena_printf(f->w->arena, "[" GOOD ",%s]", cases[i].entry);
		assert_int_equal(import(f, text, &result), -1);
		assert_int_equal(result.n_problems, 1);
		assert_int_equal(result.problems[0].place, 2);
		assert_string_equal(result.problems[0].text, cases[i].problem);
		assert_int_equal(count(f, "SELECT count(*) FROM user"), 1);
		assert_int_equal(count(f, "SELECT count(*) FROM audit_log"), 0);
	}
}

static void
test_no_list(void **state)
{
	struct fixture *f = *state;
	struct import_result result;
	struct buf text;
	size_t i;

	assert_int_equal(import(f, GOOD, &result), -1);
	/* As many as may be: all are counted, the first are told. */
	buf_init(&text, 64 * 1024);
	assert_int_equal(buf_puts(&text, "[7"), 0);
	for (i = 1; i < IMPORT_MAX; i++)
		assert_int_equal(buf_puts(&text, ",7"), 0);
	assert_int_equal(buf_puts(&text, "]"), 0);
	assert_int_equal(import(f, text.data, &result), -1);
	assert_int_equal(result.n_problems, IMPORT_MAX);
	assert_int_equal(result.problems[IMPORT_PROBLEMS_MAX - 1].place,
	    IMPORT_PROBLEMS_MAX);
	/* And one more. */
	text.data[text.len - 1] = ',';
	assert_int_equal(buf_puts(&text, "7]"), 0);
	assert_int_equal(import(f, text.data, &result), -1);
	assert_int_equal(result.n_problems, 0);
	buf_fini(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hashes),
		cmocka_unit_test_setup_teardown(test_sign_in, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_renewed_late, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_all_or_nobody, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_list, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
