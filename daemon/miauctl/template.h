/*
 * Text with @NAMES@ in it, filled with values. Used for the configurations in
 * conf/. An unknown name is an error, so that a template cannot silently keep
 * a hole; "@@" gives one '@'.
 */
#ifndef DAEMON_MIAUCTL_TEMPLATE_H
#define DAEMON_MIAUCTL_TEMPLATE_H

#include <stdbool.h>

#include "lib/base/attr.h"
#include "lib/base/buf.h"
#include "lib/base/err.h"

struct template_value {
	const char *name; /* capital letters, digits and '_'; NULL ends */
	const char *text; /* put in as it is: the caller has quoted it */
};

/* Appends the filled template to `out`. A comment line that names a value is
 * filled as well. -1: ERR_CORRUPT for an unknown name or a lone '@',
 * ERR_BODY_TOO_LARGE at the ceiling. */
int template_fill(const char *template, const struct template_value *values,
    struct buf *out, struct err *err) NONNULL MUST_CHECK;

/* True when a text can stand between the double quotes of a lighttpd
 * configuration: no quote, backslash or control character, which could end
 * the string or the line. */
bool template_is_quotable(const char *text) NONNULL MUST_CHECK;

/* Appends a path's text for a regular expression: letters, digits, '/', '-',
 * '_' and '~' as they are, everything else escaped. */
void template_put_regex(struct buf *out, const char *text) NONNULL;

#endif
