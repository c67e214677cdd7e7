/* Which master key a database belongs to. */
#include "tests/unit/helpers.h"

#include "lib/auth/key_proof.h"

static void
test_made(void **state)
{
	struct world *w = *state;
	struct auth_keys *keys = auth_keys_open(w->dir, w->db, &w->err);

	assert_non_null(keys);
	auth_keys_free(keys);
}

/* A schema of before noted neither the key nor an end of the audit log. */
static void
test_lost_before_upgrade(void **state)
{
	struct world *w = *state;
	char id[UUID_SIZE], path[WORLD_PATH_MAX + 32];

	assert_ok(store_user_add(w->db, "ann@example.org", NULL, "Ann", "-",
		      USER_ROLE_USER, id, &w->err),
	    &w->err);
	assert_null(auth_keys_open(w->dir, w->db, &w->err));
	assert_string_equal(err_name(w->err.code), err_name(ERR_CORRUPT));
	snprintf(path, sizeof(path), "%s/master.key", w->dir);
	assert_false(fs_exists(path));
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_made),
		TEST(test_lost_before_upgrade),
	};

	return cmocka_run_group_tests_name("auth/key_proof", tests, NULL, NULL);
}
