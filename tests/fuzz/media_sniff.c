/* First bytes of files: exactly one of accepted and refused, in words. */
#include <assert.h>
#include <stdint.h>

#include "daemon/miaud/media/draw.h"
#include "daemon/miaud/media/sniff.h"
#include "lib/base/mem.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct draw_text text;
	struct sniff sniff;
	char *title;

	media_sniff(
	    data, size < SNIFF_SIZE ? size : SNIFF_SIZE, (int64_t)size, &sniff);
	assert((sniff.demuxer == NULL) == (sniff.code != NULL));
	assert((sniff.demuxer == NULL) == (sniff.container == NULL));
	title = mem_calloc(size + 1, 1);
	memcpy(title, data, size);
	draw_break(title, DRAW_PLACARD_ROOM, &text);
	(void)draw_font(title);
	(void)draw_score(title);
	free(title);
	return 0;
}
