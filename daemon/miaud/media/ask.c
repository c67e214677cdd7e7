/*
 * One request line and one header are looked at: the range.
 */
#include "daemon/miaud/media/ask.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

static const char request_line[] = "GET " ASK_PATH " HTTP/1.1\r\n";
static const char range_name[] = "Range:";
static const char head_end[] = "\r\n\r\n";

/* The value of the header at `line`, which ends with a line break, into `out`. */
static bool
copy_value(const char *line, size_t len, char *out, size_t size)
{
	const char *value = line + sizeof(range_name) - 1;
	size_t n = len - (sizeof(range_name) - 1);

	while (n > 0 && *value == ' ') {
		value++;
		n--;
	}
	if (n >= size)
		return false;
	memcpy(out, value, n);
	out[n] = '\0';
	return true;
}

/* The range that the lines up to `end` ask for; "": none. False for two of them and
 * for what no header looks like. */
static bool
find_range(const char *line, const char *end, char *out, size_t size)
{
	const char *stop;
	size_t len;

	*out = '\0';
	for (; line < end; line = stop + 2) {
		stop = memmem(line, (size_t)(end - line), "\r\n", 2);
		if (stop == NULL)
			return false;
		len = (size_t)(stop - line);
		if (memchr(line, ':', len) == NULL ||
		    memchr(line, '\0', len) != NULL)
			return false;
		if (len < sizeof(range_name) - 1 ||
		    strncasecmp(line, range_name, sizeof(range_name) - 1) != 0)
			continue;
		if (*out != '\0' || !copy_value(line, len, out, size))
			return false;
	}
	return true;
}

/* Digits into *n; false when there is none, and for a number that no file has. */
static bool
take_number(const char **at, int64_t *n)
{
	const char *start = *at;

	*n = 0;
	for (; **at >= '0' && **at <= '9'; (*at)++) {
		if (*n > (INT64_MAX - 10) / 10)
			return false;
		*n = *n * 10 + (**at - '0');
	}
	return *at != start;
}

/* "bytes=5-" and "bytes=5-9". */
static enum ask_result
read_range(const char *at, int64_t size, struct ask *ask)
{
	static const char unit[] = "bytes=";
	int64_t last;

	if (strncmp(at, unit, sizeof(unit) - 1) != 0)
		return ASK_REFUSED;
	at += sizeof(unit) - 1;
	if (!take_number(&at, &ask->from) || *at++ != '-')
		return ASK_REFUSED;
	if (*at != '\0') {
		if (!take_number(&at, &last) || *at != '\0' || last < ask->from)
			return ASK_REFUSED;
		if (last < size)
			ask->end = last + 1;
	}
	return ask->from < size ? ASK_RANGE : ASK_BEHIND;
}

enum ask_result
ask_read(const char *head, size_t len, int64_t size, struct ask *ask)
{
	const size_t line = sizeof(request_line) - 1;
	char value[64];
	const char *end;

	if (memcmp(head, request_line, len < line ? len : line) != 0)
		return ASK_REFUSED;
	end = memmem(head, len, head_end, sizeof(head_end) - 1);
	if (end == NULL)
		return len >= ASK_SIZE ? ASK_REFUSED : ASK_MORE;
	end += 2; /* the last header's own line break */
	/* Nothing may follow: there is one request to a connection. */
	if (end + 2 != head + len)
		return ASK_REFUSED;
	if (!find_range(head + line, end, value, sizeof(value)))
		return ASK_REFUSED;
	*ask = (struct ask){ .from = 0, .end = size };
	return *value == '\0' ? ASK_WHOLE : read_range(value, size, ask);
}
