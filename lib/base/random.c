/* The kernel's randomness. */
#include "lib/base/random.h"

#include <errno.h>
#include <stdio.h>
#include <sys/random.h>

#include "lib/base/log.h"

void
random_bytes(void *out, size_t len)
{
	unsigned char *p = out;
	ssize_t n;

	while (len > 0) {
		n = getrandom(p, len, 0);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			die("getrandom fails with %d", errno);
		p += n;
		len -= (size_t)n;
	}
}

uint64_t
random_below(uint64_t limit)
{
	uint64_t value, skip;

	if (limit == 0)
		die("a random number below nothing");
	/* The first 2^64 mod limit values would make small results likelier. */
	skip = (UINT64_MAX - limit + 1) % limit;
	do
		random_bytes(&value, sizeof(value));
	while (value < skip);
	return value % limit;
}

void
random_uuid(char out[UUID_SIZE])
{
	unsigned char b[16];

	random_bytes(b, sizeof(b));
	b[6] = (unsigned char)(0x40 | (b[6] & 0x0f));
	b[8] = (unsigned char)(0x80 | (b[8] & 0x3f));
	snprintf(out, UUID_SIZE,
	    "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-"
	    "%02x%02x%02x%02x%02x%02x",
	    b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10],
	    b[11], b[12], b[13], b[14], b[15]);
}
