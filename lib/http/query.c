/* Takes a query apart. */
#include "lib/http/query.h"

#include <string.h>

#include "lib/base/encode.h"
#include "lib/base/str.h"

static bool
decode(char *text)
{
	return decode_percent(text, true) && str_is_utf8(text, strlen(text));
}

bool
http_query_parse(
    struct arena *arena, const char *text, struct http_query *query)
{
	char *copy, *at, *next, *equal;

	query->n = 0;
	if (strlen(text) >= HTTP_QUERY_MAX)
		return false;
	copy = arena_strdup(arena, text);
	for (at = copy; at != NULL; at = next) {
		next = strchr(at, '&');
		if (next != NULL)
			*next++ = '\0';
		if (*at == '\0')
			continue;
		if (query->n == HTTP_PAIRS_MAX)
			return false;
		equal = strchr(at, '=');
		if (equal != NULL)
			*equal++ = '\0';
		else
			equal = at + strlen(at);
		if (!decode(at) || !decode(equal))
			return false;
		query->pair[query->n].name = at;
		query->pair[query->n++].text = equal;
	}
	return true;
}

const char *
http_query_find(const struct http_query *query, const char *name)
{
	int i;

	for (i = 0; i < query->n; i++)
		if (strcmp(query->pair[i].name, name) == 0)
			return query->pair[i].text;
	return NULL;
}
