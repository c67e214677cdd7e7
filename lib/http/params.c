/* The table of path parameters. */
#include "lib/http/params.h"

#include <string.h>

#include "lib/http/query.h"

#define PUBLIC_NUMBER .type = FIELD_INT, .min = 1, .max = 9007199254740991
#define ROW_NUMBER .type = FIELD_INT, .min = 1, .max = INT64_MAX
#define ORDINAL .type = FIELD_INT, .min = 0, .max = 100000
#define NAME .type = FIELD_TEXT, .min = 1, .max = 128

/* A row number beyond the bound of INT is refused by the type already. */
static const struct http_param params[] = {
	{ "movie", { PUBLIC_NUMBER }, ERR_INVALID_FIELDS },
	{ "show", { PUBLIC_NUMBER }, ERR_INVALID_FIELDS },
	{ "season", { ORDINAL }, ERR_INVALID_FIELDS },
	{ "episode", { ORDINAL }, ERR_INVALID_FIELDS },
	{ "folder", { ROW_NUMBER }, ERR_INVALID_FIELDS },
	{ "download", { ROW_NUMBER }, ERR_INVALID_FIELDS },
	{ "passkey", { ROW_NUMBER }, ERR_INVALID_FIELDS },
	{ "quality",
	    { .type = FIELD_CHOICE, .choices = "auto|8K|4K|2K|FHD|HD|SD" },
	    ERR_INVALID_FIELDS },
	{ "segment",
	    { .type = FIELD_CHOICE, .choices = "intro|recap|credits|preview" },
	    ERR_INVALID_FIELDS },
	{ "titleId", { .type = FIELD_TITLE_ID }, ERR_INVALID_FIELDS },
	{ "title", { .type = FIELD_TITLE_ID }, ERR_INVALID_FIELDS },
	{ "session", { .type = FIELD_UUID }, ERR_INVALID_FIELDS },
	{ "user", { .type = FIELD_UUID }, ERR_INVALID_FIELDS },
	{ "profile", { .type = FIELD_UUID }, ERR_INVALID_FIELDS },
	{ "invitation", { .type = FIELD_UUID }, ERR_INVALID_FIELDS },
	{ "apiKey", { .type = FIELD_UUID }, ERR_INVALID_FIELDS },
	{ "key", { .type = FIELD_KEY }, ERR_STREAM_KEY_INVALID },
	{ "pass", { .type = FIELD_TEXT, .min = 1, .max = 64 },
	    ERR_UNAUTHORIZED },
	{ "slug", { NAME }, ERR_NOT_FOUND },
	{ "track", { NAME }, ERR_NOT_FOUND },
	{ "playlist", { NAME }, ERR_NOT_FOUND },
	{ "rendition", { NAME }, ERR_NOT_FOUND },
	{ "part", { NAME }, ERR_NOT_FOUND },
	{ "sheet", { NAME }, ERR_NOT_FOUND },
	{ "id", { NAME }, ERR_NOT_FOUND },
	{ "userCode", { .type = FIELD_TEXT, .min = 1, .max = 32 },
	    ERR_DEVICE_CODE_NOT_FOUND },
	{ "kind", { NAME }, ERR_NOT_FOUND },
	{ "size", { NAME }, ERR_NOT_FOUND },
	{ "item", { NAME }, ERR_NOT_FOUND },
	{ "film", { NAME }, ERR_NOT_FOUND },
	{ "file", { NAME }, ERR_NOT_FOUND },
	{ "name", { NAME }, ERR_NOT_FOUND },
	{ "service", { NAME }, ERR_NOT_FOUND },
};

const struct http_param *
http_param_find(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT_OF(params); i++)
		if (strcmp(params[i].name, name) == 0)
			return &params[i];
	return NULL;
}

/* Names end in file names and keys of tables: nothing but these. */
static bool
is_name(const char *text)
{
	return text[0] != '.' &&
	    text[strspn(text,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789._-")] == '\0';
}

const char *
http_param_check(struct arena *arena, const struct http_param *param,
    const char *text, struct value *out)
{
	if (param->row.type == FIELD_INT && (text[0] < '0' || text[0] > '9'))
		return "must be a whole number";
	if (param->row.type == FIELD_TEXT && !is_name(text))
		return "holds other characters than letters and digits";
	return http_field_from_text(arena, &param->row, text, out);
}
