/* Range headers: what is granted lies in the file, apart and in bounds. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/http/range.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const char *header, int64_t size)
{
	struct http_range range[HTTP_RANGES_MAX];
	int i, j, n;

	if (http_range_parse(header, size, range, &n) != RANGE_OK) {
		if (n != 0)
			die("%d ranges were granted after all", n);
		return;
	}
	if (n < 1 || n > HTTP_RANGES_MAX)
		die("%d ranges", n);
	for (i = 0; i < n; i++) {
		if (range[i].from < 0 || range[i].from > range[i].to ||
		    range[i].to >= size)
			die("a range outside of the file");
		for (j = 0; j < i; j++)
			if (range[i].from <= range[j].to + 1 &&
			    range[j].from <= range[i].to + 1)
				die("ranges that touch");
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int64_t sizes[] = { 0, 1, 1000, 1 << 20, INT64_MAX };
	char *header = mem_calloc(size + 1, 1);
	size_t i;

	memcpy(header, data, size);
	for (i = 0; i < COUNT_OF(sizes); i++)
		check(header, sizes[i]);
	free(header);
	return 0;
}
