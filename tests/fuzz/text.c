/* Names and numbers from outside: what is shown is safe UTF-8, keys are stable,
 * numbers stay within their bounds. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

/* The last day of the year 9999. */
static const int64_t LAST_MS = 253402300799000;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
try_display(const char *bytes, size_t size)
{
	char *shown = str_to_display(bytes, size), *again;
	size_t i, len = strlen(shown);

	assert(str_is_utf8(shown, len));
	for (i = 0; i < len; i++)
		assert((unsigned char)shown[i] >= 0x20 && shown[i] != 0x7f);
	again = str_to_display(shown, len);
	assert(strcmp(shown, again) == 0);
	free(shown);
	free(again);
}

static void
try_key(char *(*make)(const char *), const char *text)
{
	char *key = make(text), *again = make(key);

	assert(strcmp(key, again) == 0);
	free(key);
	free(again);
}

static void
try_date(const char *text)
{
	int64_t at = clock_parse_http(text);
	char again[CLOCK_HTTP_SIZE];

	if (at < 0 || at > LAST_MS)
		return;
	clock_http(at, again);
	assert(clock_parse_http(again) == at);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_calloc(size + 1, 1);
	int64_t number;
	double real;

	memcpy(text, data, size);
	try_display((const char *)data, size);
	try_key(str_to_key, text);
	try_key(str_to_slug, text);
	try_key(str_fold_email, text);
	if (str_to_int64(text, -5, 1000, &number))
		assert(number >= -5 && number <= 1000);
	if (str_to_double(text, 0, 1, &real))
		assert(real >= 0 && real <= 1);
	try_date(text);
	free(text);
	return 0;
}
