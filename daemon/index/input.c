/*
 * A film's bytes, by their places.
 */
#include "daemon/index/input.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libavutil/dict.h>
#include <libavutil/error.h>

#include "daemon/miaud/media/ask.h"

enum { INPUT = 3 };

static int
open_served(struct input *input)
{
	AVDictionary *options = NULL;
	int result;

	av_dict_set(&options, "protocol_whitelist", "http,tcp", 0);
	av_dict_set(&options, "seekable", "1", 0);
	av_dict_set(&options, "multiple_requests", "0", 0);
	av_dict_set(&options, "reconnect", "0", 0);
	result =
	    avio_open2(&input->served, ASK_URL, AVIO_FLAG_READ, NULL, &options);
	av_dict_free(&options);
	if (result < 0)
		return -1;
	input->size = avio_size(input->served);
	return input->size > 0 ? 0 : -1;
}

int
input_open(struct input *input, bool is_served)
{
	struct stat st;
	int result = is_served ? open_served(input) : fstat(INPUT, &st);

	if (result == -1)
		fprintf(stderr, "There is nothing to read.\n");
	else if (!is_served)
		input->size = st.st_size;
	return result;
}

void
input_close(struct input *input)
{
	avio_closep(&input->served);
}

ssize_t
input_read_at(const struct input *input, void *bytes, size_t n, int64_t at)
{
	int got;

	if (input->served == NULL)
		return pread(INPUT, bytes, n, at);
	if (avio_seek(input->served, at, SEEK_SET) < 0) {
		errno = EIO;
		return -1;
	}
	got = avio_read(input->served, bytes, (int)n);
	if (got >= 0)
		return got;
	errno = EIO;
	return -1;
}

int
input_read(void *opaque, uint8_t *bytes, int n)
{
	struct input *input = opaque;
	ssize_t got;

	if (input->at >= input->size || input->left <= 0)
		return AVERROR_EOF;
	if (n > input->size - input->at)
		n = (int)(input->size - input->at);
	if (input->is_blank) {
		memset(bytes, 0, (size_t)n);
		got = n;
	} else {
		got = input_read_at(input, bytes, (size_t)n, input->at);
		input->left -= got;
	}
	if (got == -1)
		return AVERROR(errno);
	if (got == 0)
		return AVERROR_EOF;
	input->at += got;
	return (int)got;
}

int64_t
input_seek(void *opaque, int64_t offset, int whence)
{
	struct input *input = opaque;

	switch (whence & ~AVSEEK_FORCE) {
	case AVSEEK_SIZE:
		return input->size;
	case SEEK_SET:
		break;
	case SEEK_CUR:
		offset += input->at;
		break;
	case SEEK_END:
		offset += input->size;
		break;
	default:
		return AVERROR(EINVAL);
	}
	if (offset < 0)
		return AVERROR(EINVAL);
	input->at = offset;
	return offset;
}
