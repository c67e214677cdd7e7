/* Range headers of RFC 9110 §14.1.2 into positions. */
#include "lib/http/range.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* Ranges as asked for; a header with more is not honest work. */
enum { ASKED_MAX = 256 };

static const char *
skip_space(const char *at)
{
	while (*at == ' ' || *at == '\t')
		at++;
	return at;
}

/* Digits into *n; a number beyond all files becomes the largest. False when
 * there is none. */
static bool
take_number(const char **at, int64_t *n)
{
	const char *start = *at;

	*n = 0;
	for (; **at >= '0' && **at <= '9'; (*at)++)
		if (*n > (INT64_MAX - 9) / 10)
			*n = INT64_MAX;
		else
			*n = *n * 10 + (**at - '0');
	return *at != start;
}

/* One "a-b", "a-" or "-n". False when it is malformed. *keep tells whether it
 * touches the content. */
static bool
take_spec(const char **at, int64_t size, struct http_range *range, bool *keep)
{
	int64_t from, to;
	bool has_from, has_to;

	has_from = take_number(at, &from);
	if (**at != '-')
		return false;
	(*at)++;
	has_to = take_number(at, &to);
	if ((!has_from && !has_to) || (has_from && has_to && to < from))
		return false;
	if (!has_from) {
		*keep = to > 0 && size > 0;
		range->from = to < size ? size - to : 0;
		range->to = size - 1;
		return true;
	}
	*keep = from < size;
	range->from = from;
	range->to = has_to && to < size ? to : size - 1;
	return true;
}

/* Unites `range` with those that it overlaps or touches, again while it grows;
 * the earliest named keeps its place. */
static void
coalesce(struct http_range *list, int *n, struct http_range range)
{
	int i, at = *n;

	for (i = 0; i < *n; i++) {
		if (range.from > list[i].to + 1 || list[i].from > range.to + 1)
			continue;
		if (list[i].from < range.from)
			range.from = list[i].from;
		if (list[i].to > range.to)
			range.to = list[i].to;
		if (i < at)
			at = i;
		(*n)--;
		memmove(
		    &list[i], &list[i + 1], (size_t)(*n - i) * sizeof(*list));
		i = -1;
	}
	if (at > *n)
		at = *n;
	memmove(&list[at + 1], &list[at], (size_t)(*n - at) * sizeof(*list));
	list[at] = range;
	(*n)++;
}

enum range_result
http_range_parse(const char *header, int64_t size,
    struct http_range out[HTTP_RANGES_MAX], int *n)
{
	struct http_range list[ASKED_MAX], range;
	int n_asked = 0, n_list = 0;
	const char *at;
	bool keep;

	*n = 0;
	if (header == NULL || strncasecmp(header, "bytes=", 6) != 0)
		return RANGE_NONE;
	for (at = header + 6;;) {
		at = skip_space(at);
		if (*at != ',' && *at != '\0') {
			if (!take_spec(&at, size, &range, &keep))
				return RANGE_NONE;
			if (++n_asked > ASKED_MAX)
				return RANGE_UNSATISFIABLE;
			if (keep)
				coalesce(list, &n_list, range);
			at = skip_space(at);
		}
		if (*at == '\0')
			break;
		if (*at++ != ',')
			return RANGE_NONE;
	}
	if (n_asked == 0)
		return RANGE_NONE;
	if (n_list == 0 || n_list > HTTP_RANGES_MAX)
		return RANGE_UNSATISFIABLE;
	memcpy(out, list, (size_t)n_list * sizeof(*out));
	*n = n_list;
	return RANGE_OK;
}
