/* The hash of OpenSubtitles. */
#include "daemon/miaud/upstreams/moviehash.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static int
add_part(int fd, off_t at, uint64_t *sum)
{
	unsigned char bytes[MOVIEHASH_PART];
	size_t len = 0, i;
	ssize_t n;
	uint64_t word;
	int shift;

	while (len < sizeof(bytes)) {
		n = pread(
		    fd, bytes + len, sizeof(bytes) - len, at + (off_t)len);
		if (n <= 0)
			return -1;
		len += (size_t)n;
	}
	for (i = 0; i < sizeof(bytes); i += 8) {
		word = 0;
		for (shift = 0; shift < 8; shift++)
			word |= (uint64_t)bytes[i + (size_t)shift]
			    << (8 * shift);
		*sum += word;
	}
	return 0;
}

int
moviehash_read(const char *path, char out[MOVIEHASH_SIZE], struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	uint64_t sum;
	int result = -1;

	if (fd != -1 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_size >= MOVIEHASH_PART) {
		sum = (uint64_t)st.st_size;
		if (add_part(fd, 0, &sum) == 0 &&
		    add_part(fd, st.st_size - MOVIEHASH_PART, &sum) == 0) {
			snprintf(out, MOVIEHASH_SIZE, "%016llx",
			    (unsigned long long)sum);
			result = 0;
		}
	}
	if (fd != -1)
		close(fd);
	if (result == -1)
		err_set(err, ERR_FILE_GONE, "The file cannot be read.");
	return result;
}
