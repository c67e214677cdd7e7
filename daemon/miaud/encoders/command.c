/*
 * Options of ffmpeg. Its own ways to seek and cut are used for getting near only:
 * -noaccurate_seek, since exactness is lost where a container does not begin at 0
 * (with -copyts it cuts relative to the container's beginning); filters and the
 * cutter are exact.
 */
#include "daemon/miaud/encoders/command.h"

#include <stdio.h>
#include <string.h>

#include "daemon/miaud/media/ffmpeg.h"
#include "lib/base/buf.h"

enum { LIST_MAX = 120000 }; /* what one argument of a program may have */

/* Sound frames that an encoder needs before those that count. */
enum { LEAD_FRAMES = 4 };

/* Subtitles that began so many seconds before are still seen where it begins. */
#define DRAWN_BEFORE 10

/* Where ffmpeg finds some packet, it goes on to the next key frame. So many seconds
 * earlier there is none yet, however pictures are reordered; and so many there is one in
 * any case, when no index tells. */
#define LOOSE_BEFORE 0.5
#define KEY_BEFORE 10

/* ffmpeg looks so many seconds further back where pictures are reordered
 * (seek_to_start in its fftools). */
#define LOOKS_BACK 0.14

struct args {
	const char **list;
	size_t n;
};

static void
add(struct args *args, const char *arg)
{
	if (args->n < COMMAND_ARGS_MAX - 1)
		args->list[args->n++] = arg;
	args->list[args->n] = NULL;
}

static void
add_all(struct args *args, const char *const *list)
{
	for (; *list != NULL; list++)
		add(args, *list);
}

static double
seconds(int64_t clock)
{
	return (double)clock / HLS_CLOCK;
}

/* --- Where to begin ---------------------------------------------------------- */

static double
key_time(const struct hls_index *index, size_t i)
{
	return (double)index->keys[i] * (double)index->num / (double)index->den;
}

/* How many key frames are shown up to a time. */
static size_t
count_keys(const struct hls_index *index, double at)
{
	size_t low = 0, high = index->n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (key_time(index, middle) <= at + 0.001)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Whether a key frame follows within so many seconds. */
static bool
is_key_near(const struct command_spec *spec, double at, double near)
{
	size_t n = spec->index == NULL ? 0 : count_keys(spec->index, at);

	return spec->index != NULL && n < spec->index->n &&
	    key_time(spec->index, n) <= at + near;
}

/* Where to look for the key frame of a picture. */
static double
loose_place(const struct command_spec *spec, double at)
{
	size_t n = spec->index == NULL ? 0 : count_keys(spec->index, at);

	return (n == 0 ? at - KEY_BEFORE : key_time(spec->index, n - 1)) -
	    LOOSE_BEFORE;
}

/* On the film's own clock. A little late is still the same key frame, and saves
 * reading the ones before it. */
static double
place(const struct command_spec *spec)
{
	double at = spec->start + seconds(spec->cuts->at[spec->first]);

	switch (spec->track->kind) {
	case HLS_PICTURE:
		if (spec->first == 0)
			return at - 1;
		if (spec->track->draws)
			at -= DRAWN_BEFORE;
		if (spec->is_loose)
			return loose_place(spec, at);
		if (!spec->track->is_copy ||
		    is_key_near(spec, at, 2 * LOOKS_BACK))
			return at;
		return at + LOOKS_BACK;
	case HLS_SOUND:
	case HLS_SUBTITLES:
		break;
	}
	return at - 0.5;
}

static void
add_place(
    struct arena *arena, const struct command_spec *spec, struct args *args)
{
	double at = place(spec);

	if (spec->first == 0)
		return;
	add(args, "-seek_timestamp");
	add(args, "1");
	add(args, "-ss");
	add(args, arena_printf(arena, "%.6f", at));
	add(args, "-noaccurate_seek");
}

/* --- Pictures ---------------------------------------------------------------- */

/* Times at which key frames are wanted, as ffmpeg's encoder sees them. */
static const char *
key_times(struct arena *arena, const struct command_spec *spec)
{
	const char *text;
	struct buf list;

	buf_init(&list, LIST_MAX);
	for (size_t i = spec->first; i < spec->cuts->n; i++) {
		/* Half of HLS_CLOSE before, so that rounding never decides. */
		buf_printf(&list, "%s%.6f", list.len == 0 ? "" : ",",
		    seconds(spec->cuts->at[i] - HLS_CLOSE / 2));
		if (buf_failed(&list) || list.len > LIST_MAX - 32)
			break;
	}
	text = arena_strdup(arena, list.data);
	buf_fini(&list);
	return text;
}

#define ORDINARY_PICTURES "format=yuv420p"

/* As what encodes them takes them. */
static const char *
encoder_format(const struct command_spec *spec)
{
	return spec->use->way == NULL ? ORDINARY_PICTURES
				      : spec->use->way->format;
}

/* Upright, on square pixels, in ordinary light, on the film's clock. */
static const char *
picture_filter(struct arena *arena, const struct command_spec *spec,
    const struct hls_quality *quality, const char *format)
{
	double at = seconds(spec->cuts->at[spec->first] - HLS_CLOSE / 2);

	return arena_printf(arena,
	    "setpts=PTS-%.9f/TB%s,yadif=deint=interlaced,"
	    "scale=w='iw*max(1,sar)':h='ih*max(1,1/sar)',setsar=1,"
	    "scale=w='min(%d,iw)':h='min(%d,ih)'"
	    ":force_original_aspect_ratio=decrease:force_divisible_by=2,"
	    "setsar=1,%s%s",
	    spec->start,
	    spec->first == 0 ? "" : arena_printf(arena, ",trim=start=%.6f", at),
	    quality->width, quality->height,
	    spec->is_hdr ? FFMPEG_ORDINARY_LIGHT : "", format);
}

/* Many drivers have no constant quality: they are given a usual rate. */
static void
add_hardware(struct arena *arena, const struct command_spec *spec,
    const struct hls_quality *quality, struct args *args)
{
	const struct hardware_way *way = spec->use->way;
	const char *level = quality->level;

	add_all(args, way->encoder);
	add(args, "-b:v");
	add(args,
	    arena_printf(
		arena, "%lld", (long long)quality->bandwidth * 6 / 10));
	add(args, "-level:v");
	add(args,
	    way->has_plain_level
		? arena_printf(arena, "%c%c", level[0], level[2])
		: level);
}

static void
add_encoder(struct arena *arena, const struct command_spec *spec,
    const struct hls_quality *quality, struct args *args)
{
	static const char *const x264[] = { "-c:v", "libx264", "-preset",
		"veryfast", "-tune", "zerolatency", "-profile:v", "high",
		"-crf", "22", "-g", "600", "-sc_threshold", "0", NULL };

	if (spec->use->way != NULL) {
		add_hardware(arena, spec, quality, args);
	} else {
		add_all(args, x264);
		add(args, "-level:v");
		add(args, quality->level);
	}
	if (spec->tells_again) {
		add(args, "-bsf:v");
		add(args, "dump_extra=freq=keyframe");
	}
}

/* The same with subtitles drawn into it, which have a size of their own: PGS is made
 * for square pixels and lies in the middle, others fill the picture. What ffmpeg draws
 * from one packet of subtitles stays until the next one, wherever pictures begin. */
static const char *
drawn_filter(struct arena *arena, const struct command_spec *spec,
    const struct hls_quality *quality)
{
	int width, height;

	hls_quality_fit(quality, spec->width, spec->height, &width, &height);
	return arena_printf(arena,
	    "[0:V:0]%s[film];[0:s:%d]setpts=PTS-%.9f/TB,scale=w=%d:h=%d%s"
	    ":flags=fast_bilinear[text];[film][text]overlay=x=(W-w)/2"
	    ":y=(H-h)/2:eof_action=pass,%s[picture]",
	    picture_filter(arena, spec, quality, ORDINARY_PICTURES),
	    spec->track->index, spec->start, width, height,
	    spec->keeps_shape ? ":force_original_aspect_ratio=decrease" : "",
	    encoder_format(spec));
}

/* Where its pictures come from. */
static void
add_filter(struct arena *arena, const struct command_spec *spec,
    const struct hls_quality *quality, struct args *args)
{
	if (spec->track->draws) {
		add(args, "-filter_complex");
		add(args, drawn_filter(arena, spec, quality));
		add(args, "-map");
		add(args, "[picture]");
		return;
	}
	add(args, "-map");
	add(args, "0:V:0");
	add(args, "-filter:v");
	add(args, picture_filter(arena, spec, quality, encoder_format(spec)));
}

static void
encode_picture(
    struct arena *arena, const struct command_spec *spec, struct args *args)
{
	static const char *const times[] = { "-enc_time_base", "1:90000",
		"-fps_mode", "passthrough", NULL };
	const struct hls_quality *quality =
	    hls_quality_find(spec->track->height);

	add_filter(arena, spec, quality, args);
	add_encoder(arena, spec, quality, args);
	add_all(args, times);
	add(args, "-maxrate");
	add(args,
	    arena_printf(
		arena, "%lld", (long long)quality->bandwidth * 7 / 10));
	add(args, "-bufsize");
	add(args,
	    arena_printf(arena, "%lld", (long long)quality->bandwidth / 2));
	add(args, "-force_key_frames");
	add(args, key_times(arena, spec));
}

static void
add_picture(
    struct arena *arena, const struct command_spec *spec, struct args *args)
{
	if (!spec->track->is_copy) {
		encode_picture(arena, spec, args);
	} else {
		add(args, "-map");
		add(args, "0:V:0");
		add(args, "-c");
		add(args, "copy");
		if (spec->is_hevc) {
			add(args, "-tag:v");
			add(args, "hvc1");
		}
	}
	add(args, "-video_track_timescale");
	add(args, "90000");
}

/* --- Sound ------------------------------------------------------------------- */

/* Frames of AAC lie on one grid from the film's beginning on, wherever an encoder
 * began. first_pts counts samples of what goes in: the rate is changed before.
 * Voices are in the middle: of many channels they stay audible in two. */
static const char *
sound_filter(struct arena *arena, const struct command_spec *spec)
{
	int64_t samples =
		    spec->cuts->at[spec->first] * HLS_SOUND_RATE / HLS_CLOCK,
		frame = samples / HLS_SOUND_FRAME;

	frame = frame < LEAD_FRAMES ? 0 : frame - LEAD_FRAMES;
	return arena_printf(arena,
	    "asetpts=PTS-%.9f/TB,aresample=%d:ocl=stereo:clev=1:slev=0.6"
	    ":rematrix_maxval=1,aresample=async=1:first_pts=%lld"
	    ":min_hard_comp=0.05,apad",
	    spec->start, HLS_SOUND_RATE, (long long)frame * HLS_SOUND_FRAME);
}

static void
add_sound(
    struct arena *arena, const struct command_spec *spec, struct args *args)
{
	add(args, "-map");
	add(args, arena_printf(arena, "0:a:%d", spec->track->index));
	if (spec->track->is_copy) {
		add(args, "-c");
		add(args, "copy");
		/* FLAC in MP4 is called an experiment. */
		add(args, "-strict");
		add(args, "-2");
		/* In transport streams each frame says what stands in the
		 * header of MP4. */
		if (spec->is_aac) {
			add(args, "-bsf:a");
			add(args, "aac_adtstoasc");
		}
		return;
	}
	add(args, "-filter:a");
	add(args, sound_filter(arena, spec));
	add(args, "-c:a");
	add(args, "aac");
	add(args, "-ac");
	add(args, "2");
	add(args, "-b:a");
	add(args, arena_printf(arena, "%d", HLS_SOUND_BITRATE));
}

/* --- The whole ---------------------------------------------------------------- */

/* What stands in the header of AC-3 and its kind is known from the first frame
 * only. */
static bool
is_late(const struct command_spec *spec)
{
	return spec->track->kind == HLS_SOUND && spec->track->is_copy;
}

void
command_make(struct arena *arena, const struct command_spec *spec,
    struct command *command)
{
	static const char *const shared[] = { "-sn", "-dn", "-map_metadata",
		"-1", "-map_chapters", "-1", "-copyts", "-avoid_negative_ts",
		"disabled", "-max_muxing_queue_size", "4096", "-flush_packets",
		"1", "-use_editlist", "0", "-f", "mp4", NULL };
	struct args before = { .list = command->before };
	struct args after = { .list = command->after };

	memset(command, 0, sizeof(*command));
	if (spec->use->way != NULL && spec->use->way->option != NULL) {
		add(&before, spec->use->way->option);
		add(&before, spec->use->device);
	}
	add_place(arena, spec, &before);
	if (spec->track->kind == HLS_PICTURE)
		add_picture(arena, spec, &after);
	else
		add_sound(arena, spec, &after);
	add_all(&after, shared);
	add(&after, "-movflags");
	add(&after,
	    is_late(spec) ? "+frag_every_frame+empty_moov+delay_moov+"
			    "default_base_moof+frag_discont+"
			    "negative_cts_offsets"
			  : "+frag_every_frame+empty_moov+default_base_moof+"
			    "frag_discont+negative_cts_offsets");
	add(&after, "pipe:4");
	command->den = 1000000000;
	if (spec->track->is_copy)
		command->num = (int64_t)(spec->start * 1e9);
}
