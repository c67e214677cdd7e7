/* All of it is read from hostile bytes. */
#include "daemon/index/codec.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct bytes {
	const uint8_t *at;
	size_t len;
};

enum {
	AVC_SPS = 7,
	HEVC_SPS = 33,
	HEVC_SPS_HEAD = 3, /* in front of profile, tier and level */
	HEVC_PROFILE_SIZE = 12,
	NAL_HEAD = 3, /* 0 0 1 */
	AAC_MAIN = 1,
	AAC_LC = 2,
	AAC_SBR = 5,
	AAC_PS = 29,
	AAC_ESCAPE = 31,
	AAC_OWN_RATE = 15,
	SYNC_SBR = 0x2b7,
	SYNC_PS = 0x548,
};

/* Of a stream of units that begin with 0 0 1 the first one of a kind, without the bytes
 * that keep zeros apart; 0: there is none. */
static size_t
find_unit(
    struct bytes from, int shift, int mask, int kind, uint8_t *out, size_t room)
{
	size_t i = 0, n = 0, zeros = 0;

	while (i + NAL_HEAD < from.len &&
	    !(memcmp(from.at + i, "\0\0\1", NAL_HEAD) == 0 &&
		(from.at[i + NAL_HEAD] >> shift & mask) == kind))
		i++;
	for (i += NAL_HEAD; i < from.len && n < room; i++) {
		if (zeros < 2 || from.at[i] != 3)
			out[n++] = from.at[i];
		zeros = from.at[i] == 0 ? zeros + 1 : 0;
	}
	return n;
}

static void
name_avc(struct bytes setup, char name[CODEC_SIZE])
{
	uint8_t unit[4];
	const uint8_t *said = NULL;

	if (setup.len >= sizeof(unit) && setup.at[0] == 1)
		said = setup.at + 1;
	else if (find_unit(setup, 0, 31, AVC_SPS, unit, sizeof(unit)) ==
	    sizeof(unit))
		said = unit + 1;
	if (said != NULL)
		snprintf(name, CODEC_SIZE, "avc1.%02X%02X%02X", said[0],
		    said[1], said[2]);
}

/* ISO/IEC 14496-15, annex E: the flags of compatibility backwards, those of constraints
 * without zeros at their end. */
static void
name_hevc(struct bytes setup, char name[CODEC_SIZE])
{
	uint8_t unit[HEVC_SPS_HEAD + HEVC_PROFILE_SIZE];
	const uint8_t *said = NULL;
	uint32_t flags = 0;
	int len, last = 10;

	if (setup.len > HEVC_PROFILE_SIZE && setup.at[0] == 1)
		said = setup.at + 1;
	else if (find_unit(setup, 1, 63, HEVC_SPS, unit, sizeof(unit)) ==
	    sizeof(unit))
		said = unit + HEVC_SPS_HEAD;
	if (said == NULL)
		return;
	for (int i = 0; i < 32; i++)
		flags |= (uint32_t)(said[1 + i / 8] >> (7 - i % 8) & 1) << i;
	len =
	    snprintf(name, CODEC_SIZE, "hvc1.%.*s%d.%X.%c%d", said[0] >> 6 != 0,
		&"ABC"[said[0] >> 6 != 0 ? (said[0] >> 6) - 1 : 0],
		said[0] & 31, flags, said[0] & 32 ? 'H' : 'L', said[11]);
	while (last > 4 && said[last] == 0)
		last--;
	for (int i = 5; i <= last; i++)
		len += snprintf(
		    name + len, CODEC_SIZE - (size_t)len, ".%X", said[i]);
}

static void
name_av1(struct bytes setup, char name[CODEC_SIZE])
{
	int profile, depth = 8;

	if (setup.len < 4 || setup.at[0] != 0x81)
		return;
	profile = setup.at[1] >> 5;
	if ((setup.at[2] & 0x40) != 0)
		depth = profile == 2 && (setup.at[2] & 0x20) != 0 ? 12 : 10;
	snprintf(name, CODEC_SIZE, "av01.%d.%02d%c.%02d", profile,
	    setup.at[1] & 31, setup.at[2] & 0x80 ? 'H' : 'M', depth);
}

/* --- AAC (ISO/IEC 14496-3, 1.6.2.1) ------------------------------------------------ */

struct bits {
	struct bytes from;
	size_t at;
};

static unsigned
take(struct bits *bits, int n)
{
	unsigned value = 0;

	for (; n > 0; n--, bits->at++)
		value = value << 1 |
		    (bits->at / 8 < bits->from.len
			    ? bits->from.at[bits->at / 8] >>
				    (7 - bits->at % 8) &
				1
			    : 0);
	return value;
}

static unsigned
take_object(struct bits *bits)
{
	unsigned object = take(bits, 5);

	return object == AAC_ESCAPE ? 32 + take(bits, 6) : object;
}

static void
skip_rate(struct bits *bits)
{
	if (take(bits, 4) == AAC_OWN_RATE)
		(void)take(bits, 24);
}

/* What older decoders are not told: that higher frequencies and a second channel are
 * made from what is coded beside. */
static unsigned
find_hidden(struct bits *bits, unsigned object)
{
	(void)take(bits, 1);
	if (take(bits, 1) != 0)
		(void)take(bits, 14);
	(void)take(bits, 1);
	if (take(bits, 11) != SYNC_SBR || take_object(bits) != AAC_SBR ||
	    take(bits, 1) == 0)
		return object;
	skip_rate(bits);
	return take(bits, 11) == SYNC_PS && take(bits, 1) != 0 ? AAC_PS
							       : AAC_SBR;
}

static void
name_aac(struct bytes setup, char name[CODEC_SIZE])
{
	struct bits bits = { .from = setup };
	unsigned object;

	if (setup.len < 2)
		return;
	object = take_object(&bits);
	skip_rate(&bits);
	if (take(&bits, 4) != 0 && object >= AAC_MAIN && object <= AAC_LC)
		object = find_hidden(&bits, object);
	snprintf(name, CODEC_SIZE, "mp4a.40.%u", object);
}

void
codec_name(const AVCodecParameters *track, char name[CODEC_SIZE])
{
	struct bytes setup = { track->extradata, 0 };

	*name = '\0';
	if (track->extradata == NULL || track->extradata_size <= 0)
		return;
	setup.len = (size_t)track->extradata_size;
	if (track->codec_id == AV_CODEC_ID_H264)
		name_avc(setup, name);
	else if (track->codec_id == AV_CODEC_ID_HEVC)
		name_hevc(setup, name);
	else if (track->codec_id == AV_CODEC_ID_AV1)
		name_av1(setup, name);
	else if (track->codec_id == AV_CODEC_ID_AAC)
		name_aac(setup, name);
}
