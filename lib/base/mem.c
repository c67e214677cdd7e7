/* Allocation that does not fail, and care for secrets. */
#include "lib/base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/log.h"

void *
mem_calloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);

	if (p == NULL)
		die("out of memory for %zu times %zu bytes", n, size);
	return p;
}

void *
mem_realloc(void *old, size_t n, size_t size)
{
	void *p = reallocarray(old, n ? n : 1, size ? size : 1);

	if (p == NULL)
		die("out of memory for %zu times %zu bytes", n, size);
	return p;
}

char *
mem_strdup(const char *s)
{
	char *copy = strdup(s);

	if (copy == NULL)
		die("out of memory for a string");
	return copy;
}

void
mem_wipe(void *secret, size_t len)
{
	explicit_bzero(secret, len);
}

int
mem_equal_secret(const void *a, const void *b, size_t len)
{
	const volatile unsigned char *x = a, *y = b;
	unsigned char diff = 0;
	size_t i;

	for (i = 0; i < len; i++)
		diff |= x[i] ^ y[i];
	return diff == 0;
}
