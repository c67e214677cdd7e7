/*
 * miau-index: where the pictures of a film lie that can be begun with.
 *
 *	miau-index DEMUXER index|all [served] <descriptor 3>
 *
 * Runs confined (daemon/confine/main.c), since libavformat reads hostile files. The
 * demuxer is forced; nothing but descriptor 3 is opened, or nothing but the listener
 * over which a film is served that still downloads.
 *
 * `index` reads the index that the container has, MP4's and Matroska's. Of MP4 no
 * picture is read: once the header is known, zeros are given for bytes of pictures,
 * which is enough to learn their times. `all` reads the whole film, for a container
 * that has none.
 *
 * Prints one JSON object:
 *	{"timeBase":[1,1000],"start":0,"end":5400000,"keys":[0,2002,…],
 *	 "bytes":[81234,…],"soundRate":0,"codecs":["avc1.64001F","mp4a.40.2",""]}
 * with times of presentation in ticks of the time base, the keys strictly rising: at
 * most KEYS_MAX, some are left out of a film that has more. "keys" is empty where there
 * is no index, or where the container does not tell when a picture is shown. "start" is
 * when the first picture is shown, "end" when the last one has been, or start where
 * nobody knows. "bytes" lie between each key and the next, of the picture alone where
 * "soundRate" says what a sound track has at most, in bit/s, else of everything; there are
 * none where nobody knows. "codecs" are those of the picture and of each sound track as
 * decoders are set up for them, "" where that changes nothing. Exit status 1 with a
 * sentence on stderr for what cannot be read.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libavformat/avformat.h>

#include "daemon/index/codec.h"
#include "daemon/index/input.h"
#include "daemon/index/sizes.h"
#include "lib/base/attr.h"

enum {
	BUFFER = 65536,
	KEYS_MAX = 100000,
	KEYS_FEW = 1000,
	STREAMS_MAX = 200,
	FIRST_PICTURES = 64, /* among which the one that is shown first is */
	LAST_PICTURES = 64,
	TRIES_MAX = 8,
	BOX_HEAD = 8,
	BOX_LONG = 16,
	BOXES_MAX = 10000,
	SOUNDS_MAX = 32,
};

/* What is read of a film whose container has an index: that, and what it takes to see
 * the end. */
#define READ_MAX (256LL * 1024 * 1024)
/* Each look for a key frame walks a table of all pictures. */
#define STEPS_MAX 4000000000LL
/* Times beyond are no times of a film. */
#define TIME_MAX (INT64_MAX / 16)

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
	    buffer, BUFFER, 0, input, input_read, NULL, input_seek);
	context->flags |= AVFMT_FLAG_CUSTOM_IO;
	context->io_open = open_other;
	context->max_streams = STREAMS_MAX;
	result = avformat_open_input(&context, "", format, NULL);
	if (result < 0) {
		refuse("The header", result);
		return NULL;
	}
	/* Some tell what they hold only bit by bit. */
	if ((context->ctx_flags & AVFMTCTX_NOHEADER) != 0 &&
	    avformat_find_stream_info(context, NULL) < 0)
		refuse("The streams", AVERROR_INVALIDDATA);
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

/* What was found out. */
struct film {
	int64_t *keys;
	int64_t *places; /* bytes in front of each key */
	size_t n;
	int64_t place;      /* bytes in front of the film's end */
	int64_t start, end; /* AV_NOPTS_VALUE: not known yet */
	int64_t last, gap;  /* of the last picture shown, to the one before */
	bool is_untimed;    /* pictures do not say when they are shown */
};

static void
add_key(struct film *film, int64_t time, int64_t place)
{
	if (film->n < KEYS_MAX &&
	    (film->n == 0 || time > film->keys[film->n - 1])) {
		film->places[film->n] = place;
		film->keys[film->n++] = time;
	}
}

/* Every second one is enough. */
static void
thin(struct film *film)
{
	for (size_t i = 0; i < film->n; i += 2) {
		film->keys[i / 2] = film->keys[i];
		film->places[i / 2] = film->places[i];
	}
	film->n = (film->n + 1) / 2;
}

/* A picture widens the film. One without a duration lasts as long as the one shown
 * before it. */
static void
widen(struct film *film, const AVPacket *packet)
{
	int64_t time = packet->pts, end;

	film->is_untimed |= time == AV_NOPTS_VALUE;
	if (film->is_untimed || time < -TIME_MAX || time > TIME_MAX ||
	    (packet->flags & AV_PKT_FLAG_DISCARD) != 0)
		return;
	if (film->start == AV_NOPTS_VALUE || time < film->start)
		film->start = time;
	if (film->last == AV_NOPTS_VALUE || time > film->last) {
		film->gap =
		    film->last == AV_NOPTS_VALUE ? 0 : time - film->last;
		film->last = time;
	}
	end = time +
	    (packet->duration > 0 && packet->duration < TIME_MAX
		    ? packet->duration
		    : film->gap);
	if (film->end == AV_NOPTS_VALUE || end > film->end)
		film->end = end;
}

/* Reads up to `max` pictures from where the demuxer is; true at the film's end. */
static bool
read_pictures(AVFormatContext *context, const AVStream *stream, int max,
    struct film *film)
{
	AVPacket *packet = av_packet_alloc();
	int result = packet == NULL ? AVERROR(ENOMEM) : 0;

	while (result >= 0 && max > 0) {
		result = av_read_frame(context, packet);
		if (result >= 0 && packet->stream_index == stream->index) {
			widen(film, packet);
			max--;
		}
		if (result >= 0)
			av_packet_unref(packet);
	}
	av_packet_free(&packet);
	return result == AVERROR_EOF;
}

/* --- The index ------------------------------------------------------------------ */

/* The picture at which the demuxer begins for a time. */
static bool
read_at(AVFormatContext *context, const AVStream *stream, int64_t time,
    int flags, AVPacket *packet)
{
	av_packet_unref(packet);
	return av_seek_frame(context, stream->index, time,
		   AVSEEK_FLAG_BACKWARD | flags) >= 0 &&
	    av_read_frame(context, packet) >= 0 &&
	    packet->stream_index == stream->index;
}

/* When the picture is shown that is decoded at `dts`; AV_NOPTS_VALUE: unknown. The
 * demuxer takes times for those of presentation and looks *shift earlier for what is
 * decoded then, which shows by what it finds. Some key frames it finds only for the time
 * from which they can be shown: `next`, when the key frame behind it is decoded. */
static int64_t
find_time(AVFormatContext *context, const AVStream *stream, int64_t dts,
    int64_t next, int64_t *shift)
{
	AVPacket *packet = av_packet_alloc();
	int64_t time = AV_NOPTS_VALUE, off;

	for (int i = 0; packet != NULL && i < TRIES_MAX; i++) {
		if (!read_at(
			context, stream, dts + *shift, AVSEEK_FLAG_ANY, packet))
			break;
		off = dts - packet->dts;
		if (off == 0 || off > TIME_MAX || off < -TIME_MAX)
			break;
		*shift += off;
	}
	if (packet != NULL &&
	    (packet->dts == dts ||
		(read_at(context, stream, next - 1, 0, packet) &&
		    packet->dts == dts)))
		time = packet->pts;
	av_packet_free(&packet);
	return time;
}

/* The next key frame's entry behind i; n: there is none. */
static int
next_key(AVStream *stream, int i, int n)
{
	while (++i < n)
		if ((avformat_index_get_entry(stream, i)->flags &
			AVINDEX_KEYFRAME) != 0)
			break;
	return i;
}

static int64_t
time_of(AVStream *stream, int i, int n)
{
	return i < n ? avformat_index_get_entry(stream, i)->timestamp
		     : TIME_MAX;
}

static bool
is_mp4(const AVFormatContext *context)
{
	return strstr(context->iformat->name, "mp4") != NULL;
}

/* Every how many-eth key frame is taken. */
static int64_t
stride_of(const AVFormatContext *context, AVStream *stream, int n)
{
	int64_t max = is_mp4(context) ? STEPS_MAX / n : KEYS_MAX, keys = 0;

	for (int i = next_key(stream, -1, n); i < n; i = next_key(stream, i, n))
		keys++;
	if (max > KEYS_MAX)
		max = KEYS_MAX;
	if (max < KEYS_FEW)
		max = KEYS_FEW;
	return (keys + max - 1) / max;
}

static int64_t
bytes_of(AVStream *stream, int from, int to)
{
	int64_t bytes = 0;

	for (int i = from; i < to; i++)
		bytes += avformat_index_get_entry(stream, i)->size;
	return bytes;
}

/* Matroska's index tells when a picture is shown and where its cluster lies, MP4's when
 * each is decoded and how long it is. */
static void
read_keys(AVFormatContext *context, AVStream *stream, struct film *film)
{
	int64_t stride, nth = 0, shift = 0;
	int n, i, next;

	/* Matroska reads its cues when somebody seeks. Where there are none, key frames
	 * would be looked for one by one up to the time that is sought. */
	if (!is_mp4(context) &&
	    av_seek_frame(
		context, stream->index, -TIME_MAX, AVSEEK_FLAG_BACKWARD) < 0)
		return;
	n = avformat_index_get_entries_count(stream);
	if (n < 1)
		return;
	stride = stride_of(context, stream, n);
	for (i = next_key(stream, -1, n); i < n; i = next, nth++) {
		int64_t time = avformat_index_get_entry(stream, i)->timestamp;
		int64_t place = avformat_index_get_entry(stream, i)->pos;

		next = next_key(stream, i, n);
		if (is_mp4(context)) {
			place = film->place;
			film->place += bytes_of(stream, i, next);
		}
		if (nth % stride != 0)
			continue;
		if (is_mp4(context))
			time = find_time(context, stream, time,
			    time_of(stream, next, n), &shift);
		if (time != AV_NOPTS_VALUE && time > -TIME_MAX &&
		    time < TIME_MAX)
			add_key(film, time, place);
	}
}

/* The last pictures; of Matroska those from the last key frame on. */
static void
read_end(AVFormatContext *context, AVStream *stream, const struct input *input,
    struct film *film)
{
	int n = avformat_index_get_entries_count(stream), flags;
	int64_t from;
	bool is_end;

	if (film->n == 0)
		return;
	from = film->keys[film->n - 1];
	flags = AVSEEK_FLAG_BACKWARD;
	if (is_mp4(context)) {
		const AVIndexEntry *entry = avformat_index_get_entry(
		    stream, n > LAST_PICTURES ? n - LAST_PICTURES : 0);

		from = entry->timestamp;
		flags |= AVSEEK_FLAG_ANY;
	}
	if (av_seek_frame(context, stream->index, from, flags) < 0)
		return;
	film->end = film->last = AV_NOPTS_VALUE;
	is_end = read_pictures(context, stream, INT32_MAX, film);
	if (!is_end || input->left <= 0)
		film->end = AV_NOPTS_VALUE;
}

/* Where the container alone says when the film begins and how long it is. */
static void
take_duration(
    const AVFormatContext *context, const AVStream *stream, struct film *film)
{
	int64_t start =
	    stream->start_time == AV_NOPTS_VALUE ? 0 : stream->start_time;

	if (film->is_untimed) {
		film->n = 0;
		film->start = film->end = AV_NOPTS_VALUE;
	}
	if (film->start == AV_NOPTS_VALUE)
		film->start = start;
	if (film->end == AV_NOPTS_VALUE && stream->duration > 0 &&
	    stream->duration < TIME_MAX)
		film->end = start + stream->duration;
	else if (film->end == AV_NOPTS_VALUE && context->duration > 0)
		film->end = start +
		    av_rescale_q(
			context->duration, AV_TIME_BASE_Q, stream->time_base);
	if (film->end < film->start || film->end > TIME_MAX)
		film->end = film->start;
}

static void
read_index(AVFormatContext *context, AVStream *stream, struct input *input,
    bool has_index, struct film *film)
{
	if (has_index)
		read_keys(context, stream, film);
	/* Whoever looked for keys in vain is somewhere in the film. */
	if (!has_index ||
	    (film->n > 0 &&
		av_seek_frame(context, stream->index, film->keys[0],
		    AVSEEK_FLAG_BACKWARD) >= 0))
		(void)read_pictures(context, stream, FIRST_PICTURES, film);
	film->end = AV_NOPTS_VALUE;
	read_end(context, stream, input, film);
	take_duration(context, stream, film);
}

/* --- The whole film ---------------------------------------------------------------- */

static void
read_all(AVFormatContext *context, const AVStream *stream, struct film *film)
{
	AVPacket *packet = av_packet_alloc();

	while (packet != NULL && av_read_frame(context, packet) >= 0) {
		if (packet->stream_index == stream->index) {
			widen(film, packet);
			if (film->n == KEYS_MAX)
				thin(film);
			if ((packet->flags & AV_PKT_FLAG_KEY) != 0 &&
			    packet->pts > -TIME_MAX && packet->pts < TIME_MAX)
				add_key(film, packet->pts, packet->pos);
		}
		av_packet_unref(packet);
	}
	av_packet_free(&packet);
	take_duration(context, stream, film);
}

/* --- Boxes of MP4 ------------------------------------------------------------------ */

/* The next box at *at: its name, the place behind its head and behind itself. */
static bool
read_box(const struct input *input, int64_t *at, int64_t end, char name[4],
    int64_t *inside)
{
	unsigned char head[BOX_LONG] = { 0 };
	int64_t size = 0, n_head = BOX_HEAD;

	if (end - *at < BOX_HEAD ||
	    input_read_at(input, head, BOX_LONG, *at) < BOX_HEAD)
		return false;
	for (int i = 0; i < 4; i++)
		size = size * 256 + head[i];
	if (size == 1) {
		size = 0;
		n_head = BOX_LONG;
		for (int i = BOX_HEAD; i < BOX_LONG; i++)
			size = (size & (INT64_MAX >> 8)) * 256 + head[i];
	} else if (size == 0) {
		size = end - *at;
	}
	if (size < n_head || size > end - *at)
		return false;
	memcpy(name, head + 4, 4);
	*inside = *at + n_head;
	*at += size;
	return true;
}

/* Whether the pictures lie in fragments, which have no index of all. */
static bool
is_fragmented(const struct input *input)
{
	int64_t at = 0, end = input->size, inside;
	char name[4];

	for (int i = 0;
	     i < BOXES_MAX && read_box(input, &at, end, name, &inside); i++) {
		if (memcmp(name, "mvex", 4) == 0 ||
		    memcmp(name, "moof", 4) == 0)
			return true;
		if (memcmp(name, "moov", 4) == 0) {
			end = at;
			at = inside;
		}
	}
	return false;
}

static bool
has_index(const AVFormatContext *context, const struct input *input)
{
	return is_mp4(context)
	    ? !is_fragmented(input)
	    : strstr(context->iformat->name, "matroska") != NULL;
}

static void
print_codecs(AVFormatContext *context, const AVStream *picture)
{
	char name[CODEC_SIZE];
	int n = 0;

	codec_name(picture->codecpar, name);
	printf(",\"codecs\":[\"%s\"", name);
	for (unsigned i = 0; i < context->nb_streams && n < SOUNDS_MAX; i++) {
		const AVCodecParameters *track = context->streams[i]->codecpar;

		if (track->codec_type != AVMEDIA_TYPE_AUDIO)
			continue;
		codec_name(track, name);
		printf(",\"%s\"", name);
		n++;
	}
	printf("]");
}

static void
print_sizes(AVFormatContext *context, struct film *film, bool has_sizes)
{
	if (sizes_make(film->keys, film->places, film->n, film->end,
		film->place) == 0) {
		printf(",\"bytes\":[");
		for (size_t i = 0; i < film->n; i++)
			printf(
			    "%s%" PRId64, i == 0 ? "" : ",", film->places[i]);
		printf("]");
	}
	printf(",\"soundRate\":%" PRId64, has_sizes ? sizes_sound(context) : 0);
}

static void
print(const AVStream *stream, const struct film *film)
{
	printf("{\"timeBase\":[%d,%d],\"start\":%" PRId64 ",\"end\":%" PRId64
	       ",\"keys\":[",
	    stream->time_base.num, stream->time_base.den, film->start,
	    film->end);
	for (size_t i = 0; i < film->n; i++)
		printf("%s%" PRId64, i == 0 ? "" : ",", film->keys[i]);
	printf("]");
}

static void
tell(AVFormatContext *context, AVStream *stream, struct input *input,
    bool is_all, struct film *film)
{
	bool has_sizes = !is_all && is_mp4(context) && !is_fragmented(input);

	if (is_all) {
		read_all(context, stream, film);
	} else {
		/* MP4 has read its index with its header. */
		input->is_blank = has_sizes;
		read_index(
		    context, stream, input, has_index(context, input), film);
	}
	if (!has_sizes)
		film->place = input->size;
	print(stream, film);
	print_sizes(context, film, has_sizes);
	print_codecs(context, stream);
	printf("}\n");
}

int
main(int argc, char **argv)
{
	struct film film = { .start = AV_NOPTS_VALUE,
		.end = AV_NOPTS_VALUE,
		.last = AV_NOPTS_VALUE };
	bool is_all = argc > 2 && strcmp(argv[2], "all") == 0;
	bool is_served = argc == 4 && strcmp(argv[3], "served") == 0;
	struct input input = { .left = is_all ? INT64_MAX : READ_MAX };
	AVFormatContext *context;
	AVStream *stream;

	if (argc != 3 + is_served ||
	    (!is_all && strcmp(argv[2], "index") != 0)) {
		fprintf(stderr,
		    "usage: miau-index DEMUXER index|all [served] 3<FILE\n");
		return 2;
	}
	av_log_set_level(AV_LOG_QUIET);
	if (input_open(&input, is_served) == -1)
		return 1;
	film.keys = calloc(KEYS_MAX, sizeof(*film.keys));
	film.places = calloc(KEYS_MAX, sizeof(*film.places));
	context = film.keys == NULL || film.places == NULL
	    ? NULL
	    : open_input(&input, argv[1]);
	if (context == NULL)
		return 1;
	stream = find_picture(context);
	if (stream == NULL) {
		fprintf(stderr, "There is no picture.\n");
		return 1;
	}
	tell(context, stream, &input, is_all, &film);
	free(film.places);
	free(film.keys);
	avformat_close_input(&context);
	input_close(&input);
	return fflush(stdout) == 0 ? 0 : 1;
}
