/* Hands a text to qrencode. */
#include "daemon/miauctl/qr.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/miauctl/run.h"

void
qr_print(const char *text)
{
	const char *const argv[] = { "qrencode", "-t", "ANSIUTF8", "-o", "-",
		NULL };
	int ends[2];

	/* The text fits into the pipe, so nobody has to read meanwhile. */
	if (pipe2(ends, O_CLOEXEC) == -1)
		return;
	if (write(ends[1], text, strlen(text)) == -1)
		perror("miauctl: qrencode");
	close(ends[1]);
	run_program(argv, ends[0], NULL);
	close(ends[0]);
}
