/* Errors: one table from code to status and words. */
#include "lib/base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	int status;
	const char *name;
	const char *title;
} errors[ERR__MAX] = {
#define ERROR(name, status, code, text) [ERR_##name] = { status, code, text },
#include "lib/base/errors.def"
#undef ERROR
};

int
err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
	va_list ap;

	err->code = code;
	err->retry_s = 0;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	return -1;
}

int
err_set_retry(struct err *err, enum err_code code, int64_t retry_s,
    const char *fmt, ...)
{
	va_list ap;

	err->code = code;
	err->retry_s = retry_s < 0 ? 0 : retry_s;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	return -1;
}

int
err_errno(struct err *err, enum err_code code, const char *fmt, ...)
{
	int saved = errno;
	char why[128];
	va_list ap;
	size_t len;

	if (saved == ENOSPC || saved == EDQUOT)
		code = ERR_DISK_FULL;
	err->code = code;
	err->retry_s = 0;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	len = strlen(err->text);
	snprintf(err->text + len, sizeof(err->text) - len, ": %s.",
	    strerror_r(saved, why, sizeof(why)));
	errno = saved;
	return -1;
}

int
err_status(enum err_code code)
{
	return errors[code < ERR__MAX ? code : ERR_INTERNAL].status;
}

const char *
err_name(enum err_code code)
{
	return errors[code < ERR__MAX ? code : ERR_INTERNAL].name;
}

const char *
err_title(enum err_code code)
{
	return errors[code < ERR__MAX ? code : ERR_INTERNAL].title;
}

enum err_code
err_from_name(const char *name)
{
	enum err_code code;

	for (code = ERR_NONE; code < ERR__MAX; code++)
		if (strcmp(errors[code].name, name) == 0)
			return code;
	return ERR_INTERNAL;
}
