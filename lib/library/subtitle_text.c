/*
 * Bytes of a subtitle file to text in UTF-8.
 */
#include <string.h>

#include "lib/base/str.h"
#include "lib/library/subtitle_part.h"

enum { BAD = 0xfffd, SNIFF = 4096 };

static void
append_char(struct buf *out, uint32_t c)
{
	char utf8[4];
	size_t len;

	if (c < 0x80) {
		utf8[0] = (char)c;
		len = 1;
	} else if (c < 0x800) {
		utf8[0] = (char)(0xc0 | c >> 6);
		utf8[1] = (char)(0x80 | (c & 0x3f));
		len = 2;
	} else if (c < 0x10000) {
		utf8[0] = (char)(0xe0 | c >> 12);
		utf8[1] = (char)(0x80 | (c >> 6 & 0x3f));
		utf8[2] = (char)(0x80 | (c & 0x3f));
		len = 3;
	} else {
		utf8[0] = (char)(0xf0 | c >> 18);
		utf8[1] = (char)(0x80 | (c >> 12 & 0x3f));
		utf8[2] = (char)(0x80 | (c >> 6 & 0x3f));
		utf8[3] = (char)(0x80 | (c & 0x3f));
		len = 4;
	}
	buf_append(out, utf8, len);
}

/* Line ends become '\n', other control characters vanish; *was_cr carries a
 * "\r" that a "\n" may follow. */
static void
append_clean(struct buf *out, uint32_t c, bool *was_cr)
{
	bool is_lf_of_crlf = c == '\n' && *was_cr;

	*was_cr = c == '\r';
	if (is_lf_of_crlf)
		return;
	if (c == '\r')
		c = '\n';
	if ((c < ' ' && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0))
		return;
	append_char(out, c);
}

static void
decode_utf16(const unsigned char *p, size_t len, bool is_big, struct buf *out)
{
	bool was_cr = false;
	uint32_t unit, low;
	size_t i;

#define UNIT(at)                                                               \
	((uint32_t)(is_big ? p[at] << 8 | p[(at) + 1]                          \
			   : p[(at) + 1] << 8 | p[at]))
	for (i = 0; i + 1 < len; i += 2) {
		unit = UNIT(i);
		if (unit >= 0xd800 && unit < 0xdc00 && i + 3 < len) {
			low = UNIT(i + 2);
			if (low >= 0xdc00 && low < 0xe000) {
				unit = 0x10000 + ((unit - 0xd800) << 10) +
				    (low - 0xdc00);
				i += 2;
			}
		}
		if (unit >= 0xd800 && unit < 0xe000)
			unit = BAD;
		append_clean(out, unit, &was_cr);
	}
#undef UNIT
}

/* The bytes are known to be UTF-8: only ASCII needs a look, and the two-byte
 * control characters. */
static void
decode_utf8(const unsigned char *p, size_t len, struct buf *out)
{
	bool was_cr = false;
	size_t i;

	for (i = 0; i < len; i++) {
		if (p[i] < 0x80) {
			append_clean(out, p[i], &was_cr);
		} else if (p[i] == 0xc2 && i + 1 < len && p[i + 1] < 0xa0) {
			was_cr = false;
			i++;
		} else {
			was_cr = false;
			buf_append(out, &p[i], 1);
		}
	}
}

/* UTF-16 without a mark: of western text every other byte is zero, of any text
 * at least the line ends and spaces. 0: no, 1: big, -1: little endian. */
static int
guess_utf16(const unsigned char *p, size_t len)
{
	size_t i, even = 0, odd = 0, n = len < SNIFF ? len : SNIFF;

	for (i = 0; i < n; i++)
		if (p[i] == 0)
			*(i % 2 == 0 ? &even : &odd) += 1;
	if (even + odd < n / 16 + 1)
		return 0;
	if (even > 4 * odd)
		return 1;
	return odd > 4 * even ? -1 : 0;
}

/* A legacy encoding: by way of UTF-8 with its line ends as they are. */
static void
decode_legacy(
    const char *bytes, size_t len, const char *language, struct buf *out)
{
	struct buf utf8;

	buf_init(&utf8, out->max);
	subtitle_decode_legacy(bytes, len, language, &utf8);
	decode_utf8((const unsigned char *)utf8.data, utf8.len, out);
	if (buf_failed(&utf8))
		out->failed = true;
	buf_fini(&utf8);
}

void
subtitle_decode(
    const char *bytes, size_t len, const char *language, struct buf *out)
{
	const unsigned char *p = (const unsigned char *)bytes;
	int order = 0;

	if (len >= 2 && p[0] == 0xfe && p[1] == 0xff)
		order = 1;
	else if (len >= 2 && p[0] == 0xff && p[1] == 0xfe)
		order = -1;
	if (order != 0) {
		decode_utf16(p + 2, len - 2, order > 0, out);
		return;
	}
	if (len >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
		p += 3;
		len -= 3;
	}
	order = guess_utf16(p, len);
	if (order != 0)
		decode_utf16(p, len, order > 0, out);
	else if (str_is_utf8((const char *)p, len))
		decode_utf8(p, len, out);
	else
		decode_legacy(bytes, len, language, out);
}
