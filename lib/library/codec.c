/*
 * Codec names and RFC 6381 strings. Where a stream does not say its level, one
 * is chosen that suffices for its size: a browser asks only whether it could.
 */
#include "lib/library/codec.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

struct codec_name {
	const char *name;   /* ffmpeg's */
	const char *label;  /* people's */
	const char *string; /* RFC 6381 when it depends on nothing else */
};

static const struct codec_name names[] = {
	{ "h264", "H.264", NULL },
	{ "hevc", "HEVC", NULL },
	{ "vvc", "VVC", NULL },
	{ "av1", "AV1", NULL },
	{ "vp9", "VP9", NULL },
	{ "vp8", "VP8", "vp8" },
	{ "theora", "Theora", "theora" },
	{ "mpeg4", "MPEG-4", "mp4v.20.9" },
	{ "mpeg2video", "MPEG-2", NULL },
	{ "mpeg1video", "MPEG-1", NULL },
	{ "msmpeg4v3", "DivX 3", NULL },
	{ "vc1", "VC-1", NULL },
	{ "wmv3", "WMV", NULL },
	{ "wmv2", "WMV", NULL },
	{ "mjpeg", "MJPEG", NULL },
	{ "prores", "ProRes", NULL },
	{ "aac", "AAC", NULL },
	{ "mp3", "MP3", "mp3" },
	{ "mp2", "MP2", "mp4a.40.33" },
	{ "ac3", "AC-3", "ac-3" },
	{ "eac3", "E-AC-3", "ec-3" },
	{ "ac4", "AC-4", "ac-4" },
	{ "dts", "DTS", "dtsc" },
	{ "truehd", "TrueHD", "mlpa" },
	{ "opus", "Opus", "opus" },
	{ "vorbis", "Vorbis", "vorbis" },
	{ "flac", "FLAC", "flac" },
	{ "alac", "ALAC", "alac" },
	{ "wmav2", "WMA", NULL },
	{ "pcm_s16le", "PCM", NULL },
	{ "pcm_s24le", "PCM", NULL },
	{ "subrip", "SubRip", NULL },
	{ "ass", "ASS", NULL },
	{ "ssa", "SSA", NULL },
	{ "webvtt", "WebVTT", NULL },
	{ "mov_text", "MP4 text", NULL },
	{ "hdmv_pgs_subtitle", "PGS", NULL },
	{ "dvd_subtitle", "VobSub", NULL },
	{ "dvb_subtitle", "DVB", NULL },
	{ "xsub", "XSUB", NULL },
};

/* Of subtitles that are drawn. */
static const char *const pictures[] = { "hdmv_pgs_subtitle", "dvd_subtitle",
	"dvb_subtitle", "xsub" };

struct profile {
	const char *name;
	const char *string;
};

static const struct profile avc_profiles[] = {
	{ "Constrained Baseline", "42E0" },
	{ "Baseline", "4200" },
	{ "Main", "4D40" },
	{ "Extended", "5800" },
	{ "High", "6400" },
	{ "High 10", "6E00" },
	{ "High 10 Intra", "6E10" },
	{ "High 4:2:2", "7A00" },
	{ "High 4:2:2 Intra", "7A10" },
	{ "High 4:4:4 Predictive", "F400" },
};

static const struct profile hevc_profiles[] = {
	{ "Main", "1.6" },
	{ "Main 10", "2.4" },
	{ "Main Still Picture", "3.8" },
	{ "Rext", "4.10" },
};

static const struct profile aac_profiles[] = {
	{ "LC", "mp4a.40.2" },
	{ "Main", "mp4a.40.1" },
	{ "HE-AAC", "mp4a.40.5" },
	{ "HE-AACv2", "mp4a.40.29" },
	{ "LTP", "mp4a.40.4" },
	{ "LD", "mp4a.40.23" },
	{ "ELD", "mp4a.40.39" },
};

/* Lines of a picture and the levels that suffice for it. */
static const struct {
	int lines;
	int av1, av1_fast;
} levels[] = {
	{ 288, 0, 1 },
	{ 480, 4, 5 },
	{ 720, 5, 8 },
	{ 1088, 8, 9 },
	{ 2176, 12, 13 },
	{ INT32_MAX, 16, 17 },
};

/* VP9 Levels: pixels of a picture and of a second, at most. */
static const struct {
	double pixels, rate;
	int level;
} vp9_levels[] = {
	{ 36864, 829440, 10 },
	{ 73728, 2764800, 11 },
	{ 122880, 4608000, 20 },
	{ 245760, 9216000, 21 },
	{ 552960, 20736000, 30 },
	{ 983040, 36864000, 31 },
	{ 2228224, 83558400, 40 },
	{ 2228224, 160432128, 41 },
	{ 8912896, 311951360, 50 },
	{ 8912896, 588251136, 51 },
	{ 8912896, 1176502272, 52 },
	{ 35651584, 1176502272, 60 },
	{ 35651584, 2353004544, 61 },
	{ 35651584, 4706009088, 62 },
};

static const struct codec_name *
find(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (strcmp(names[i].name, name) == 0)
			return &names[i];
	return NULL;
}

const char *
library_codec_label(struct arena *arena, const char *name)
{
	const struct codec_name *known = find(name);
	char *out;

	if (known != NULL)
		return known->label;
	if (*name == '\0')
		return "unknown";
	out = arena_strndup(arena, name, strnlen(name, 32));
	for (char *c = out; *c != '\0'; c++)
		*c = isalnum((unsigned char)*c)
		    ? (char)toupper((unsigned char)*c)
		    : '-';
	return out;
}

static const char *
profile_string(const struct profile *list, size_t n, const char *profile,
    const char *otherwise)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i].name, profile) == 0)
			return list[i].string;
	return otherwise;
}

static size_t
level_row(const struct codec *codec)
{
	int lines = codec->width < codec->height ? codec->width : codec->height;
	size_t row = 0;

	while (lines > levels[row].lines)
		row++;
	return row;
}

static const char *
av1_string(struct arena *arena, const struct codec *codec)
{
	int profile = strcmp(codec->profile, "High") == 0 ? 1
	    : strcmp(codec->profile, "Professional") == 0 ? 2
							  : 0;
	size_t row = level_row(codec);
	int level = codec->level;

	if (level < 0 || level > 31)
		level =
		    codec->fps > 31 ? levels[row].av1_fast : levels[row].av1;
	return arena_printf(
	    arena, "av01.%d.%02dM.%02d", profile, level, codec->bit_depth);
}

static const char *
vp9_string(struct arena *arena, const struct codec *codec)
{
	double pixels = (double)codec->width * codec->height;
	size_t last = COUNT_OF(vp9_levels) - 1, row = 0;
	int profile = 0;

	if (strncmp(codec->profile, "Profile ", 8) == 0 &&
	    codec->profile[8] >= '0' && codec->profile[8] <= '3')
		profile = codec->profile[8] - '0';
	while (row < last &&
	    (pixels > vp9_levels[row].pixels ||
		pixels * codec->fps > vp9_levels[row].rate))
		row++;
	return arena_printf(arena, "vp09.%02d.%02d.%02d", profile,
	    vp9_levels[row].level, codec->bit_depth);
}

const char *
library_codec_video(struct arena *arena, const struct codec *codec)
{
	const struct codec_name *known = find(codec->name);
	const char *profile;
	int level = codec->level;

	if (strcmp(codec->name, "h264") == 0) {
		profile = profile_string(avc_profiles, COUNT_OF(avc_profiles),
		    codec->profile, codec->bit_depth > 8 ? "6E00" : "6400");
		return arena_printf(arena, "avc1.%s%02X", profile,
		    level > 0 && level < 256 ? level : 40);
	}
	if (strcmp(codec->name, "hevc") == 0) {
		profile = profile_string(hevc_profiles, COUNT_OF(hevc_profiles),
		    codec->profile, codec->bit_depth > 8 ? "2.4" : "1.6");
		return arena_printf(arena, "%s.%s.L%d.B0",
		    strcmp(codec->tag, "hev1") == 0 ? "hev1" : "hvc1", profile,
		    level > 0 && level < 256 ? level : 120);
	}
	if (strcmp(codec->name, "av1") == 0)
		return av1_string(arena, codec);
	if (strcmp(codec->name, "vp9") == 0)
		return vp9_string(arena, codec);
	return known == NULL ? NULL : known->string;
}

bool
library_codec_is_picture(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(pictures); i++)
		if (strcmp(pictures[i], name) == 0)
			return true;
	return false;
}

const char *
library_codec_audio(const struct codec *codec, bool is_mp4)
{
	const struct codec_name *known = find(codec->name);

	if (strcmp(codec->name, "aac") == 0)
		return profile_string(aac_profiles, COUNT_OF(aac_profiles),
		    codec->profile, "mp4a.40.2");
	if (is_mp4 && strcmp(codec->name, "mp3") == 0)
		return "mp4a.6B";
	return known == NULL ? NULL : known->string;
}
