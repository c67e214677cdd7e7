/*
 * miau-index: where the pictures of a film lie that can be begun with.
 *
 *	miau-index DEMUXER <descriptor 3>
 *
 * Runs confined (daemon/confine/main.c), since libavformat reads hostile files. The
 * demuxer is forced; nothing but descriptor 3 is opened. Of the film only its index is
 * read: once the header is known, bytes of pictures are answered with zeros, which is
 * enough to learn their times.
 *
 * Prints one JSON object:
 *	{"timeBase":[1,1000],"keys":[0,2002,…],"duration":5400000,"chapters":…}
 * with times of presentation in ticks of the time base, strictly rising. "keys" is
 * empty where the container has no index. Exit status 1 with a sentence on stderr for
 * what cannot be read.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libavformat/avformat.h>

#include "lib/base/attr.h"

enum { INPUT = 3, BUFFER = 65536, KEYS_MAX = 1000000, STREAMS_MAX = 200 };

struct input {
	int64_t size;
	int64_t at;
	bool is_blank; /* what is read now is no header */
};

static int
read_bytes(void *opaque, uint8_t *bytes, int n)
{
	struct input *input = opaque;
	ssize_t got;

	if (input->at >= input->size)
		return AVERROR_EOF;
	if (n > input->size - input->at)
		n = (int)(input->size - input->at);
	if (input->is_blank) {
		memset(bytes, 0, (size_t)n);
		got = n;
	} else {
		got = pread(INPUT, bytes, (size_t)n, input->at);
	}
	if (got == -1)
		return AVERROR(errno);
	if (got == 0)
		return AVERROR_EOF;
	input->at += got;
	return (int)got;
}

static int64_t
seek_to(void *opaque, int64_t offset, int whence)
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

/* A file that names others gets none of them. */
static int
open_other(AVFormatContext *context UNUSED, AVIOContext **io UNUSED,
    const char *url UNUSED, int flags UNUSED, AVDictionary **options UNUSED)
{
	return AVERROR(EPERM);
}

static int
refuse(const char *what, int code)
{
	char why[AV_ERROR_MAX_STRING_SIZE] = "";

	av_strerror(code, why, sizeof(why));
	fprintf(stderr, "%s: %s\n", what, why);
	return -1;
}

static AVFormatContext *
open_input(struct input *input, const char *demuxer)
{
	const AVInputFormat *format = av_find_input_format(demuxer);
	AVFormatContext *context = avformat_alloc_context();
	unsigned char *buffer = av_malloc(BUFFER);
	int result;

	if (format == NULL || context == NULL || buffer == NULL)
		return NULL;
	context->pb = avio_alloc_context(
	    buffer, BUFFER, 0, input, read_bytes, NULL, seek_to);
	context->flags |= AVFMT_FLAG_CUSTOM_IO;
	context->io_open = open_other;
	context->max_streams = STREAMS_MAX;
	result = avformat_open_input(&context, "", format, NULL);
	if (result < 0) {
		refuse("The header", result);
		return NULL;
	}
	return context;
}

/* The picture that is the film; NULL when there is none. */
static AVStream *
find_picture(AVFormatContext *context)
{
	AVStream *found = NULL;

	for (unsigned i = 0; i < context->nb_streams; i++) {
		AVStream *stream = context->streams[i];

		stream->discard = AVDISCARD_ALL;
		if (found == NULL &&
		    stream->codecpar->codec_type == AVMEDIA_TYPE_VIDEO &&
		    (stream->disposition & AV_DISPOSITION_ATTACHED_PIC) == 0)
			found = stream;
	}
	if (found != NULL)
		found->discard = AVDISCARD_DEFAULT;
	return found;
}

struct keys {
	int64_t *times;
	size_t n;
};

/* When the picture is shown that is decoded at `dts`, the last to begin with before
 * `next` is decoded; AV_NOPTS_VALUE: unknown. The demuxer looks for what is shown
 * before a time, which may be later than when it is decoded. */
static int64_t
find_time(
    AVFormatContext *context, const AVStream *stream, int64_t dts, int64_t next)
{
	AVPacket *packet = av_packet_alloc();
	int64_t time = AV_NOPTS_VALUE;

	if (av_seek_frame(
		context, stream->index, next - 1, AVSEEK_FLAG_BACKWARD) >= 0 &&
	    av_read_frame(context, packet) >= 0 &&
	    packet->stream_index == stream->index && packet->dts == dts)
		time = packet->pts;
	av_packet_free(&packet);
	return time;
}

/* When the key frame behind entry i is decoded; where there is none, a time behind
 * all. */
static int64_t
find_next(AVStream *stream, int i, int n)
{
	const AVIndexEntry *entry = NULL;

	while (++i < n) {
		entry = avformat_index_get_entry(stream, i);
		if ((entry->flags & AVINDEX_KEYFRAME) != 0)
			return entry->timestamp;
	}
	return INT64_MAX / 2;
}

/* Matroska's index and AVI's tell when a picture is shown, MP4's when it is
 * decoded. */
static bool
tells_decoding(const AVFormatContext *context)
{
	return strstr(context->iformat->name, "mp4") != NULL;
}

static void
read_keys(AVFormatContext *context, AVStream *stream, struct keys *keys)
{
	int n, i;

	/* Matroska reads its cues when somebody seeks. */
	if (av_seek_frame(context, stream->index, 0, AVSEEK_FLAG_BACKWARD) < 0)
		return;
	n = avformat_index_get_entries_count(stream);
	if (n < 2)
		return;
	keys->times = calloc((size_t)n, sizeof(*keys->times));
	for (i = 0; keys->times != NULL && i < n && keys->n < KEYS_MAX; i++) {
		const AVIndexEntry *entry = avformat_index_get_entry(stream, i);
		int64_t time = entry->timestamp;

		if ((entry->flags & AVINDEX_KEYFRAME) == 0)
			continue;
		if (tells_decoding(context))
			time = find_time(
			    context, stream, time, find_next(stream, i, n));
		if (time != AV_NOPTS_VALUE &&
		    (keys->n == 0 || time > keys->times[keys->n - 1]))
			keys->times[keys->n++] = time;
	}
}

static void
print(const AVFormatContext *context, const AVStream *stream,
    const struct keys *keys)
{
	printf("{\"timeBase\":[%d,%d],\"duration\":%" PRId64 ",\"keys\":[",
	    stream->time_base.num, stream->time_base.den,
	    context->duration == AV_NOPTS_VALUE
		? 0
		: av_rescale_q(
		      context->duration, AV_TIME_BASE_Q, stream->time_base));
	for (size_t i = 0; i < keys->n; i++)
		printf("%s%" PRId64, i == 0 ? "" : ",", keys->times[i]);
	printf("]}\n");
}

int
main(int argc, char **argv)
{
	struct input input = { 0 };
	struct keys keys = { 0 };
	AVFormatContext *context;
	AVStream *stream;
	struct stat st;

	if (argc != 2 || fstat(INPUT, &st) == -1) {
		fprintf(stderr, "usage: miau-index DEMUXER 3<FILE\n");
		return 2;
	}
	av_log_set_level(AV_LOG_QUIET);
	input.size = st.st_size;
	context = open_input(&input, argv[1]);
	if (context == NULL)
		return 1;
	stream = find_picture(context);
	if (stream == NULL) {
		fprintf(stderr, "There is no picture.\n");
		return 1;
	}
	/* MP4 has read its index with its header. */
	input.is_blank = tells_decoding(context);
	read_keys(context, stream, &keys);
	print(context, stream, &keys);
	free(keys.times);
	avformat_close_input(&context);
	return fflush(stdout) == 0 ? 0 : 1;
}
