/* Hexadecimal, base64url, percent escapes and cursors from outside: what
 * decodes has one spelling only. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/encode.h"
#include "lib/base/mem.h"
#include "lib/store/store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
try_base64url(const char *text, size_t size)
{
	unsigned char *out = mem_calloc(size + 1, 1);
	char *again = mem_calloc(size + 4, 1);
	long len = decode_base64url(text, size, out, size);

	if (len >= 0) {
		encode_base64url(out, (size_t)len, again);
		assert(strlen(again) == size);
		assert(memcmp(again, text, size) == 0);
	}
	free(out);
	free(again);
}

static void
try_hex(const char *text, size_t size)
{
	unsigned char *out = mem_calloc(size / 2 + 1, 1);
	char *again = mem_calloc(size + 2, 1);

	if (decode_hex(text, out, size / 2)) {
		encode_hex(out, size / 2, again);
		assert(strcmp(again, text) == 0);
	}
	free(out);
	free(again);
}

static void
try_percent(const char *text, bool form)
{
	char *copy = mem_strdup(text);

	if (decode_percent(copy, form))
		assert(strlen(copy) <= strlen(text));
	free(copy);
}

static void
try_cursor(const char *text)
{
	struct arena *arena = arena_new(1 << 20);
	struct store_cursor at, again;
	struct err err = { 0 };
	const char *made;

	if (store_cursor_decode(arena, text, &at, &err) == STORE_OK) {
		made = store_cursor_encode(arena, &at);
		assert(
		    store_cursor_decode(arena, made, &again, &err) == STORE_OK);
		assert(at.id == again.id && at.is_text == again.is_text);
		assert(at.is_text || at.number == again.number);
		assert(!at.is_text || strcmp(at.text, again.text) == 0);
	} else {
		assert(err.code == ERR_INVALID_FIELDS);
	}
	arena_free(arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_calloc(size + 1, 1);

	memcpy(text, data, size);
	try_base64url((const char *)data, size);
	try_hex(text, strlen(text));
	try_percent(text, false);
	try_percent(text, true);
	try_cursor(text);
	free(text);
	return 0;
}
