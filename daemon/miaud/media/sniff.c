/*
 * Signatures of the containers that are read, and of a few things people keep
 * under a film's name, so that the refusal can say what it is.
 */
#include "daemon/miaud/media/sniff.h"

#include <stdbool.h>
#include <string.h>

enum { FILE_MIN = 64, TS_PACKET = 188, M2TS_PACKET = 192, TS_SYNC = 0x47 };

struct signature {
	size_t at;
	const char *bytes;
	size_t len;
	const char *demuxer; /* NULL: refused */
	const char *container;
	const char *code;
	const char *sentence;
};

#define SIG(s) s, sizeof(s) - 1

static const struct signature signatures[] = {
	{ 4, SIG("ftypheic"), NULL, NULL, "picture", "This is a picture." },
	{ 4, SIG("ftypmif1"), NULL, NULL, "picture", "This is a picture." },
	{ 4, SIG("ftypavif"), NULL, NULL, "picture", "This is a picture." },
	{ 4, SIG("ftyp"), "mov", "mp4", NULL, NULL },
	{ 4, SIG("moov"), "mov", "mp4", NULL, NULL },
	{ 4, SIG("mdat"), "mov", "mp4", NULL, NULL },
	{ 4, SIG("wide"), "mov", "mp4", NULL, NULL },
	{ 4, SIG("free"), "mov", "mp4", NULL, NULL },
	{ 4, SIG("skip"), "mov", "mp4", NULL, NULL },
	{ 0, SIG("FLV\x01"), "flv", "flv", NULL, NULL },
	{ 0, SIG("\x30\x26\xB2\x75\x8E\x66\xCF\x11"), "asf", "asf", NULL,
	    NULL },
	{ 0, SIG("OggS"), "ogg", "ogg", NULL, NULL },
	{ 8, SIG("AVI "), "avi", "avi", NULL, NULL },
	{ 0, SIG("\x00\x00\x01\xBA"), NULL, NULL, "container_unsupported",
	    "This is a DVD program stream; that kind is not read." },
	{ 0, SIG("\x00\x00\x01\xB3"), NULL, NULL, "container_unsupported",
	    "This is a bare MPEG picture stream; that kind is not read." },
	{ 0, SIG("#EXTM3U"), NULL, NULL, "playlist",
	    "This is a playlist, not a film." },
	{ 0, SIG("ffconcat"), NULL, NULL, "playlist",
	    "This is a playlist, not a film." },
	{ 0, SIG("PK\x03\x04"), NULL, NULL, "archive",
	    "This is a ZIP archive; unpack it first." },
	{ 0, SIG("Rar!"), NULL, NULL, "archive",
	    "This is a RAR archive; unpack it first." },
	{ 0, SIG("7z\xBC\xAF\x27\x1C"), NULL, NULL, "archive",
	    "This is a 7z archive; unpack it first." },
	{ 0, SIG("ID3"), NULL, NULL, "sound", "This is a sound file." },
	{ 0, SIG("fLaC"), NULL, NULL, "sound", "This is a sound file." },
	{ 0, SIG("\xFF\xD8\xFF"), NULL, NULL, "picture", "This is a picture." },
	{ 0, SIG("\x89PNG"), NULL, NULL, "picture", "This is a picture." },
	{ 0, SIG("GIF8"), NULL, NULL, "picture", "This is a picture." },
	{ 0, SIG("<?xml"), NULL, NULL, "text", "This is a text." },
	{ 0, SIG("<!DOCTYPE"), NULL, NULL, "text",
	    "This is a web page, perhaps a failed download." },
	{ 0, SIG("<html"), NULL, NULL, "text",
	    "This is a web page, perhaps a failed download." },
};

static void
refuse(struct sniff *sniff, const char *code, const char *sentence)
{
	*sniff = (struct sniff){ .code = code, .sentence = sentence };
}

static void
accept(struct sniff *sniff, const char *demuxer, const char *container)
{
	*sniff = (struct sniff){ .demuxer = demuxer, .container = container };
}

static bool
is_ts(const unsigned char *b, size_t len, size_t first, size_t packet)
{
	for (size_t i = 0; i < 3; i++)
		if (first + i * packet >= len ||
		    b[first + i * packet] != TS_SYNC)
			return false;
	return true;
}

/* EBML: the document's type says Matroska or WebM. */
static bool
sniff_ebml(const unsigned char *b, size_t len, struct sniff *sniff)
{
	static const unsigned char magic[] = { 0x1A, 0x45, 0xDF, 0xA3 };
	size_t n;

	if (len < 8 || memcmp(b, magic, sizeof(magic)) != 0)
		return false;
	for (size_t i = 4; i + 3 < len && i < 1024; i++) {
		if (b[i] != 0x42 || b[i + 1] != 0x82 || !(b[i + 2] & 0x80))
			continue;
		n = b[i + 2] & 0x7F;
		if (i + 3 + n > len)
			break;
		if (n >= 4 && memcmp(b + i + 3, "webm", 4) == 0)
			accept(sniff, "matroska", "webm");
		else if (n >= 8 && memcmp(b + i + 3, "matroska", 8) == 0)
			accept(sniff, "matroska", "matroska");
		else
			break;
		return true;
	}
	refuse(sniff, "container_unknown",
	    "This is neither Matroska nor WebM, though it begins so.");
	return true;
}

static bool
is_all_zero(const unsigned char *b, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (b[i] != 0)
			return false;
	return true;
}

static bool
sniff_signature(const unsigned char *b, size_t len, struct sniff *sniff)
{
	for (size_t i = 0; i < COUNT_OF(signatures); i++) {
		const struct signature *row = &signatures[i];

		if (row->at + row->len > len ||
		    memcmp(b + row->at, row->bytes, row->len) != 0)
			continue;
		if (row->demuxer == NULL)
			refuse(sniff, row->code, row->sentence);
		else
			accept(sniff, row->demuxer, row->container);
		return true;
	}
	return false;
}

void
media_sniff(const void *bytes, size_t len, int64_t size, struct sniff *sniff)
{
	const unsigned char *b = bytes;

	if (len == 0 || size == 0) {
		refuse(sniff, "empty", "The file is empty.");
		return;
	}
	if (sniff_ebml(b, len, sniff) || sniff_signature(b, len, sniff)) {
		if (sniff->demuxer == NULL || size >= FILE_MIN)
			return;
		refuse(sniff, "too_small",
		    "The file is too small to hold a film.");
		return;
	}
	if (is_ts(b, len, 0, TS_PACKET) || is_ts(b, len, 4, M2TS_PACKET))
		accept(sniff, "mpegts", "mpegts");
	else if (size < FILE_MIN)
		refuse(sniff, "too_small",
		    "The file is too small to hold a film.");
	else if (is_all_zero(b, len))
		refuse(sniff, "incomplete",
		    "The file begins with nothing but zeros, as unfinished "
		    "downloads do.");
	else
		refuse(sniff, "container_unknown",
		    "This is no container that is read (MP4, Matroska, WebM, "
		    "MPEG-TS, AVI, FLV, ASF, Ogg).");
}
