/* Prints what lib/base/qr.h draws. */
#include "daemon/miauctl/qr.h"

#include <stdio.h>

#include "lib/base/mem.h"
#include "lib/base/qr.h"

enum { PICTURE_MAX = 256 * 1024 };

void
qr_print(const char *text)
{
	struct buf picture;

	buf_init(&picture, PICTURE_MAX);
	if (qr_put_terminal(text, &picture))
		fputs(picture.data, stdout);
	/* It may show a key. */
	mem_wipe(picture.data, picture.len);
	buf_fini(&picture);
}
