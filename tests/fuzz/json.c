/* JSON from outside: whatever is accepted is written again and read as the
 * same; what is refused says why. */
#include <assert.h>
#include <string.h>

#include "lib/base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json_object *value, *again;
	struct err err = { 0 };
	struct buf text;

	value = json_parse((const char *)data, size, &err);
	if (value == NULL) {
		assert(err.code == ERR_INVALID_JSON);
		return 0;
	}
	buf_init(&text, size * 8 + 64);
	assert(json_write(&text, value) == 0);
	again = json_parse(text.data, text.len, &err);
	assert(again != NULL);
	assert(json_object_equal(value, again));
	json_object_put(value);
	json_object_put(again);
	buf_fini(&text);
	return 0;
}
