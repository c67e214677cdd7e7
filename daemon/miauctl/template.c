/* Fills configuration templates. */
#include "daemon/miauctl/template.h"

#include <string.h>

static const char name_letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

static const char *
find_value(
    const struct template_value *values, const char *name, size_t name_len)
{
	for (; values->name != NULL; values++)
		if (strlen(values->name) == name_len &&
		    memcmp(values->name, name, name_len) == 0)
			return values->text;
	return NULL;
}

int
template_fill(const char *template, const struct template_value *values,
    struct buf *out, struct err *err)
{
	const char *at = template, *mark, *value;
	size_t len;

	while ((mark = strchr(at, '@')) != NULL) {
		buf_append(out, at, (size_t)(mark - at));
		len = strspn(mark + 1, name_letters);
		if (mark[1 + len] != '@')
			return err_set(err, ERR_CORRUPT,
			    "The template holds a lone '@' before \"%.20s\".",
			    mark + 1);
		value = len == 0 ? "@" : find_value(values, mark + 1, len);
		if (value == NULL)
			return err_set(err, ERR_CORRUPT,
			    "The template asks for @%.*s@, which is unknown.",
			    (int)len, mark + 1);
		buf_puts(out, value);
		at = mark + len + 2;
	}
	buf_puts(out, at);
	if (buf_failed(out))
		return err_set(err, ERR_BODY_TOO_LARGE,
		    "The filled template is too large.");
	return 0;
}

bool
template_is_quotable(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f ||
		    *text == '"' || *text == '\\')
			return false;
	return true;
}

void
template_put_regex(struct buf *out, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789/-_~";

	for (; *text != '\0'; text++) {
		if (strchr(plain, *text) == NULL)
			buf_puts(out, "\\");
		buf_append(out, text, 1);
	}
}
