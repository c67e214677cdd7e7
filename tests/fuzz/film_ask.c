/* Requests for a film: what is granted lies in it, and more bytes change no answer. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/miaud/media/ask.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const char *head, size_t len, int64_t size)
{
	struct ask ask = { -1, -1 };
	enum ask_result result = ask_read(head, len, size, &ask);

	if (result == ASK_MORE && len >= ASK_SIZE)
		die("a head without an end is waited for");
	if (result != ASK_WHOLE && result != ASK_RANGE)
		return;
	if (ask.from < 0 || ask.from >= ask.end || ask.end > size)
		die("bytes outside of the film");
	if (memmem(head, len, "\r\n\r\n", 4) != head + len - 4)
		die("a request that has not ended");
	/* Nothing less was an answer already. */
	while (len-- > 0)
		if (ask_read(head, len, size, &ask) != ASK_MORE)
			die("half a request is answered");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int64_t sizes[] = { 1, 1000, INT64_MAX };
	size_t len = size < ASK_SIZE ? size : ASK_SIZE;
	/* to the byte, so that one behind it is noticed */
	char *head = mem_calloc(len > 0 ? len : 1, 1);

	memcpy(head, data, len);
	for (size_t i = 0; i < COUNT_OF(sizes); i++)
		check(head, len, sizes[i]);
	free(head);
	return 0;
}
