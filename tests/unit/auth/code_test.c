/* One-time codes: as they are made, as somebody types them. */
#include "tests/unit/helpers.h"

#include "lib/auth/code.h"

static void
test_made(void **state UNUSED)
{
	struct code made, again, read;
	int i;

	code_make(&made);
	code_make(&again);
	assert_int_equal(strlen(made.text), CODE_SIZE - 1);
	for (i = 5; i < CODE_SIZE - 1; i += 6)
		assert_int_equal(made.text[i], '-');
	assert_int_equal(strspn(made.text, "0123456789ABCDEFGHJKMNPQRSTVWXYZ-"),
	    CODE_SIZE - 1);
	assert_string_not_equal(made.text, again.text);
	assert_true(code_read(made.text, &read));
	assert_memory_equal(read.hash, made.hash, DIGEST_SIZE);
	assert_memory_not_equal(again.hash, made.hash, DIGEST_SIZE);
}

static void
test_typed(void **state UNUSED)
{
	static const char *const same[] = { "0A1B2-C3D4E-5F6G7-H8J9K",
		"0a1b2c3d4e5f6g7h8j9k", " oAlB2 C3D4E 5F6G7 H8J9K ",
		"OAIB2-c3d4e-5f6g7-h8j9k", "0-A-1-B-2C3D4E5F6G7H8J9K--" };
	struct code wanted, typed;
	size_t i;

	assert_true(code_read(same[0], &wanted));
	for (i = 0; i < COUNT_OF(same); i++) {
		assert_true(code_read(same[i], &typed));
		assert_string_equal(typed.text, same[0]);
		assert_memory_equal(typed.hash, wanted.hash, DIGEST_SIZE);
	}
}

static void
test_nonsense(void **state UNUSED)
{
	static const char *const bad[] = { "", "-", "0A1B2-C3D4E-5F6G7-H8J9",
		"0A1B2-C3D4E-5F6G7-H8J9K0", "0A1B2-C3D4E-5F6G7-H8J9U",
		"0A1B2_C3D4E_5F6G7_H8J9K", "\xff\xfe", "%00" };
	struct code typed;
	size_t i;

	for (i = 0; i < COUNT_OF(bad); i++)
		assert_false(code_read(bad[i], &typed));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_made),
		cmocka_unit_test(test_typed),
		cmocka_unit_test(test_nonsense),
	};

	return cmocka_run_group_tests_name("auth/code", tests, NULL, NULL);
}
