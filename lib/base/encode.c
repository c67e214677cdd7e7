/* Hexadecimal, base64url, percent escapes: strict decoders, so that one value
 * has one spelling. */
#include "lib/base/encode.h"

#include <stdint.h>
#include <string.h>

#include "lib/base/buf.h"

static const char hex_digits[] = "0123456789abcdef";
static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void
encode_url(const char *text, struct buf *out)
{
	const char *at;

	for (at = text; *at != '\0'; at++)
		if (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx"
			   "yz0123456789-._~",
			*at) != NULL)
			buf_append(out, at, 1);
		else
			buf_printf(out, "%%%02X", (unsigned char)*at);
}

void
encode_hex(const void *bytes, size_t len, char *out)
{
	const unsigned char *p = bytes;
	size_t i;

	for (i = 0; i < len; i++) {
		*out++ = hex_digits[p[i] >> 4];
		*out++ = hex_digits[p[i] & 15];
	}
	*out = '\0';
}

static int
hex_value(char c, bool upper_too)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (upper_too && c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
decode_hex(const char *text, void *out, size_t len)
{
	unsigned char *p = out;
	int high, low;
	size_t i;

	if (strnlen(text, len * 2 + 1) != len * 2)
		return false;
	for (i = 0; i < len; i++) {
		high = hex_value(text[i * 2], false);
		low = hex_value(text[i * 2 + 1], false);
		if (high < 0 || low < 0)
			return false;
		p[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

void
encode_base64url(const void *bytes, size_t len, char *out)
{
	const unsigned char *p = bytes;
	uint32_t bits;
	size_t i, left;

	for (i = 0; i < len; i += 3) {
		left = len - i;
		bits = (uint32_t)p[i] << 16;
		if (left > 1)
			bits |= (uint32_t)p[i + 1] << 8;
		if (left > 2)
			bits |= p[i + 2];
		*out++ = base64_digits[bits >> 18];
		*out++ = base64_digits[bits >> 12 & 63];
		if (left > 1)
			*out++ = base64_digits[bits >> 6 & 63];
		if (left > 2)
			*out++ = base64_digits[bits & 63];
	}
	*out = '\0';
}

static int
base64_value(char c)
{
	const char *at;

	if (c == '\0')
		return -1;
	at = strchr(base64_digits, c);
	return at == NULL ? -1 : (int)(at - base64_digits);
}

long
decode_base64url(const char *text, size_t text_len, void *out, size_t max)
{
	unsigned char *p = out;
	size_t i, n = 0;
	uint32_t bits = 0;
	int value, have = 0;

	if (text_len % 4 == 1)
		return -1;
	for (i = 0; i < text_len; i++) {
		value = base64_value(text[i]);
		if (value < 0)
			return -1;
		bits = bits << 6 | (uint32_t)value;
		have += 6;
		if (have < 8)
			continue;
		have -= 8;
		if (n == max)
			return -1;
		p[n++] = (unsigned char)(bits >> have);
		bits &= (1u << have) - 1;
	}
	return bits == 0 ? (long)n : -1;
}

bool
decode_percent(char *text, bool form)
{
	char *out = text;
	int high, low;

	for (; *text != '\0'; text++) {
		if (*text == '+' && form) {
			*out++ = ' ';
			continue;
		}
		if (*text != '%') {
			*out++ = *text;
			continue;
		}
		high = hex_value(text[1], true);
		low = high < 0 ? -1 : hex_value(text[2], true);
		if (low < 0 || (high == 0 && low == 0))
			return false;
		*out++ = (char)(high << 4 | low);
		text += 2;
	}
	*out = '\0';
	return true;
}

/* From one alphabet to the other, in place. */
static void
swap_digits(char *text, size_t len, const char *from, const char *to)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (text[i] == from[0])
			text[i] = to[0];
		else if (text[i] == from[1])
			text[i] = to[1];
}

void
encode_base64(const void *bytes, size_t len, char *out)
{
	size_t n;

	encode_base64url(bytes, len, out);
	n = strlen(out);
	swap_digits(out, n, "-_", "+/");
	while (n % 4 != 0)
		out[n++] = '=';
	out[n] = '\0';
}

long
decode_base64(char *text, size_t text_len, void *out, size_t max)
{
	size_t n = text_len;

	if (text_len % 4 != 0 || memchr(text, '-', text_len) != NULL ||
	    memchr(text, '_', text_len) != NULL)
		return -1;
	while (n > 0 && text_len - n < 2 && text[n - 1] == '=')
		n--;
	swap_digits(text, n, "+/", "-_");
	return decode_base64url(text, n, out, max);
}
