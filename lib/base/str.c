/* Text from outside: numbers, UTF-8 in its normal forms, trimming. */
#include "lib/base/str.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <utf8proc.h>

#include "lib/base/buf.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"

enum { REPLACEMENT = 0xfffd };

bool
str_to_int64(const char *s, int64_t min, int64_t max, int64_t *out)
{
	const char *digits = s[0] == '-' ? s + 1 : s;
	long long value;

	/* strtoll would also take white space and a plus sign. */
	if (digits[0] == '\0' || digits[strspn(digits, "0123456789")] != '\0')
		return false;
	errno = 0;
	value = strtoll(s, NULL, 10);
	if (errno != 0 || value < min || value > max)
		return false;
	*out = value;
	return true;
}

bool
str_to_double(const char *s, double min, double max, double *out)
{
	char *end;
	double value;

	/* strtod would also take hexadecimal, infinity and white space. */
	if (s[0] == '\0' || s[0] == '+' || s[strspn(s, "0123456789.eE+-")])
		return false;
	value = strtod(s, &end);
	if (*end != '\0' || !isfinite(value) || value < min || value > max)
		return false;
	*out = value;
	return true;
}

const char *
str_after(const char *s, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(s, prefix, len) == 0 ? s + len : NULL;
}

bool
str_starts(const char *s, const char *prefix)
{
	return str_after(s, prefix) != NULL;
}

bool
str_ends(const char *s, const char *suffix)
{
	size_t len = strlen(s), want = strlen(suffix);

	return len >= want && strcmp(s + len - want, suffix) == 0;
}

static unsigned char
lower_ascii(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool
str_equal_nocase(const char *a, const char *b)
{
	for (; *a != '\0' && lower_ascii(*a) == lower_ascii(*b); a++)
		b++;
	return lower_ascii(*a) == lower_ascii(*b);
}

/* Reads one code point; returns the bytes it took, or 0 where the bytes are not
 * UTF-8. len > 0. */
static size_t
read_point(const char *s, size_t len, utf8proc_int32_t *point)
{
	utf8proc_ssize_t n = utf8proc_iterate(
	    (const utf8proc_uint8_t *)s, (utf8proc_ssize_t)len, point);

	return n > 0 ? (size_t)n : 0;
}

bool
str_is_utf8(const char *s, size_t len)
{
	utf8proc_int32_t point;
	size_t n;

	for (; len > 0; s += n, len -= n)
		if ((n = read_point(s, len, &point)) == 0)
			return false;
	return true;
}

static void
put_point(struct buf *out, utf8proc_int32_t point)
{
	utf8proc_uint8_t bytes[4];

	buf_append(out, bytes, (size_t)utf8proc_encode_char(point, bytes));
}

/* Control characters could break a terminal or a log; line separators a list;
 * bidirectional embeddings, overrides and isolates can make a name read as
 * another ("gnp.exe" for "exe.png", CVE-2021-42574). */
static bool
is_dangerous(utf8proc_int32_t point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0) ||
	    point == 0x2028 || point == 0x2029 ||
	    (point >= 0x202a && point <= 0x202e) ||
	    (point >= 0x2066 && point <= 0x2069);
}

/* Appends valid UTF-8; each byte that is none is read as Latin-1. */
static void
decode(struct buf *out, const char *bytes, size_t len, bool safe)
{
	utf8proc_int32_t point;
	size_t n;

	for (; len > 0; bytes += n, len -= n) {
		n = read_point(bytes, len, &point);
		if (n == 0) {
			point = (unsigned char)*bytes;
			n = 1;
		}
		put_point(
		    out, safe && is_dangerous(point) ? REPLACEMENT : point);
	}
}

/* A mapped copy of any bytes (free()). */
static char *
map(const char *bytes, size_t len, bool safe, utf8proc_option_t options)
{
	utf8proc_uint8_t *mapped;
	struct buf text;

	buf_init(&text, len * 4 + 4);
	decode(&text, bytes, len, safe);
	if (utf8proc_map((utf8proc_uint8_t *)text.data,
		(utf8proc_ssize_t)text.len, &mapped, options) < 0)
		die("out of memory for a text of %zu bytes", len);
	buf_fini(&text);
	return (char *)mapped;
}

char *
str_to_display(const char *bytes, size_t len)
{
	return map(bytes, len, true, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

static bool
is_word(utf8proc_int32_t point)
{
	switch (utf8proc_category(point)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
		return true;
	default:
		return false;
	}
}

/* Letters and digits of the mapped text, with `gap` for each run of others. */
static char *
words(const char *utf8, char gap)
{
	char *mapped, *at;
	utf8proc_int32_t point;
	bool pending = false;
	struct buf out;
	size_t n, left;

	mapped = map(utf8, strlen(utf8), false,
	    UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT |
		UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE);
	left = strlen(mapped);
	buf_init(&out, left);
	for (at = mapped; left > 0; at += n, left -= n) {
		n = read_point(at, left, &point);
		if (n == 0 || !is_word(point)) {
			n = n == 0 ? 1 : n;
			pending = true;
			continue;
		}
		if (pending && out.len > 0)
			buf_append(&out, &gap, 1);
		pending = false;
		buf_append(&out, at, n);
	}
	free(mapped);
	return buf_take(&out);
}

char *
str_to_key(const char *utf8)
{
	return words(utf8, ' ');
}

char *
str_to_slug(const char *utf8)
{
	return words(utf8, '-');
}

char *
str_fold_email(const char *email)
{
	return map(email, strlen(email), false,
	    UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
}

char *
str_trim(char *s)
{
	static const char space[] = " \t\r\n\f\v";
	size_t len;

	s += strspn(s, space);
	for (len = strlen(s); len > 0 && strchr(space, s[len - 1]); len--)
		s[len - 1] = '\0';
	return s;
}
