/*
 * Places for answers in flight.
 */
#include "lib/play/open_answers.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

/* Two keys share places only if 58 bits of their hashes are equal. */
static off_t
first_place(const unsigned char hash[STREAM_KEY_HASH_SIZE])
{
	uint64_t place = 0;
	int i;

	for (i = 0; i < 8; i++)
		place = place << 8 | hash[i];
	return (off_t)(place >> 6) * OPEN_ANSWERS_MAX;
}

int
open_answer_take(const char *run,
    const unsigned char hash[STREAM_KEY_HASH_SIZE], struct err *err)
{
	struct flock lock = {
		.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1
	};
	char path[PATH_MAX];
	int fd, i;

	if (snprintf(path, sizeof(path), "%s/streams", run) >=
	    (int)sizeof(path))
		return err_set(err, ERR_IO, "A file name is too long.");
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd == -1)
		return err_errno(err, ERR_IO, "Cannot open %s", path);
	for (i = 0; i < OPEN_ANSWERS_MAX; i++) {
		lock.l_start = first_place(hash) + i;
		if (fcntl(fd, F_OFD_SETLK, &lock) == 0)
			return fd;
		if (errno != EAGAIN && errno != EACCES) {
			err_errno(err, ERR_IO, "Cannot lock %s", path);
			close(fd);
			return -1;
		}
	}
	close(fd);
	return err_set(err, ERR_TOO_MANY_STREAMS,
	    "This streaming key has %d open answers already.",
	    OPEN_ANSWERS_MAX);
}
