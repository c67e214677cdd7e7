/* The schema checker, and the schemas of the method table themselves. */
#include "tests/unit/helpers.h"

#include "lib/base/json.h"
#include "lib/wire/schema.h"
#include "lib/wire/wire.h"

static struct json_object *
parse(const char *text)
{
	struct err err;
	struct json_object *value = json_parse(text, strlen(text), &err);

	if (value == NULL)
		fail_msg("%s: %s", text, err.text);
	return value;
}

static const char schema_text[] =
    "{\"type\":\"object\",\"additionalProperties\":false,"
    "\"required\":[\"name\"],\"properties\":{"
    "\"name\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":5},"
    "\"n\":{\"type\":[\"integer\",\"null\"],\"minimum\":0,\"maximum\":9},"
    "\"kind\":{\"enum\":[\"a\",\"b\",null]},"
    "\"real\":{\"type\":\"number\"},"
    "\"list\":{\"type\":\"array\",\"maxItems\":2,\"items\":{"
    "\"type\":\"object\",\"additionalProperties\":false,"
    "\"required\":[\"on\"],\"properties\":{"
    "\"on\":{\"type\":\"boolean\"}}}}}}";

static void
test_check(void **state)
{
	static const struct {
		const char *value;
		const char *problem; /* NULL: accepted */
	} cases[] = {
		{ "{\"name\":\"x\"}", NULL },
		{ "{\"name\":\"x\",\"n\":null,\"kind\":null,\"real\":1}",
		    NULL },
		{ "{\"name\":\"x\",\"real\":1.5,\"kind\":\"b\"}", NULL },
		{ "{\"name\":\"x\",\"list\":[{\"on\":true}]}", NULL },
		{ "{}", "name is missing." },
		{ "[]", "The value is of a wrong type." },
		{ "{\"name\":\"\"}", "name is too short." },
		{ "{\"name\":\"123456\"}", "name is too long." },
		{ "{\"name\":7}", "name is of a wrong type." },
		{ "{\"name\":null}", "name is of a wrong type." },
		{ "{\"name\":\"x\",\"n\":-1}", "n is too small." },
		{ "{\"name\":\"x\",\"n\":10}", "n is too big." },
		{ "{\"name\":\"x\",\"n\":1.5}", "n is of a wrong type." },
		{ "{\"name\":\"x\",\"kind\":\"c\"}",
		    "kind is none of the values allowed." },
		{ "{\"name\":\"x\",\"real\":\"1\"}",
		    "real is of a wrong type." },
		{ "{\"name\":\"x\",\"more\":1}", "more is not known here." },
		{ "{\"name\":\"x\",\"list\":[{\"on\":true},{}]}",
		    "list[1].on is missing." },
		{ "{\"name\":\"x\",\"list\":[{\"on\":1}]}",
		    "list[0].on is of a wrong type." },
		{ "{\"name\":\"x\",\"list\":[1,2,3]}",
		    "list has too many items." },
	};
	struct json_object *schema = parse(schema_text), *value;
	struct err err;
	size_t i;
	int result;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++) {
		value = parse(cases[i].value);
		err.text[0] = '\0';
		result = wire_schema_check(schema, value, &err);
		assert_string_equal(
		    err.text, cases[i].problem != NULL ? cases[i].problem : "");
		assert_int_equal(result, cases[i].problem != NULL ? -1 : 0);
		json_object_put(value);
	}
	json_object_put(schema);
}

/* Long names must not run out of the place's text. */
static void
test_long_place(void **state)
{
	struct json_object *schema = parse(schema_text);
	struct json_object *value = json_object_new_object();
	char name[1000];
	struct err err;

	(void)state;
	memset(name, 'n', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	json_add_text(value, "name", "x");
	json_add_int(value, name, 1);
	assert_err(
	    wire_schema_check(schema, value, &err), &err, ERR_INVALID_FIELDS);
	json_object_put(value);
	json_object_put(schema);
}

static bool
is_closed_object(struct json_object *schema)
{
	return strcmp(json_get_text(schema, "type", ""), "object") == 0 &&
	    json_get_array(schema, "required") != NULL &&
	    !json_get_bool(schema, "additionalProperties", true);
}

/* Each row says all of itself, objects are closed, names are unique. */
static void
test_table(void **state)
{
	const struct wire_method *method;
	struct json_object *params, *result, *empty;
	struct err err;

	(void)state;
	for (method = wire_methods; method->name != NULL; method++) {
		assert_ptr_equal(wire_method_find(method->name), method);
		assert_true(strlen(method->summary) > 10);
		params = parse(method->params);
		result = parse(method->result);
		if (!is_closed_object(params) || !is_closed_object(result))
			fail_msg("%s is open", method->name);
		/* Walks all keywords of what an empty object reaches. */
		empty = json_object_new_object();
		if (wire_schema_check(params, empty, &err) == -1)
			assert_int_equal(err.code, ERR_INVALID_FIELDS);
		json_object_put(empty);
		json_object_put(params);
		json_object_put(result);
	}
	assert_null(wire_method_find("no.such"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_long_place),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests_name("wire/schema", tests, NULL, NULL);
}
