/* Cookie headers: each pair is found whole and the walk ends. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/http/cookies.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *header = mem_calloc(size + 1, 1);
	struct http_cookie cookie, found;
	const char *at = header, *before;

	memcpy(header, data, size);
	for (before = at; http_cookie_next(&at, &cookie); before = at) {
		if (at <= before || at > header + size)
			die("the walk does not go on");
		if (cookie.name[0] == '\0' ||
		    strchr(cookie.name, ';') != NULL ||
		    strchr(cookie.name, '=') != NULL ||
		    strchr(cookie.value, ';') != NULL)
			die("a cookie that holds its separators");
		if (!http_cookie_find(
			header, http_cookie_bare_name(cookie.name), &found))
			die("a cookie that is not found again");
	}
	free(header);
	return 0;
}
