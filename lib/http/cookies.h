/*
 * The Cookie header, taken apart (RFC 6265 §5.4, with what servers meet).
 */
#ifndef LIB_HTTP_COOKIES_H
#define LIB_HTTP_COOKIES_H

#include <stdbool.h>

#include "lib/base/attr.h"

enum { HTTP_COOKIE_NAME_MAX = 128, HTTP_COOKIE_VALUE_MAX = 4096 };

struct http_cookie {
	char name[HTTP_COOKIE_NAME_MAX];
	char value[HTTP_COOKIE_VALUE_MAX];
};

/* The next name=value from *at, which moves on; quotes around the value are
 * left out, pairs that are too long or have no '=' passed over. False at the
 * end. */
bool http_cookie_next(
    const char **at, struct http_cookie *out) NONNULL MUST_CHECK;

/* "__miauflix_x" for "__Secure-__miauflix_x", anything else as it is. */
const char *http_cookie_bare_name(
    const char *name) NONNULL RETURNS_NONNULL MUST_CHECK;

/* Finds a value by name into out; under its __Secure- name first. */
bool http_cookie_find(const char *header, const char *name,
    struct http_cookie *out) NONNULL MUST_CHECK;

#endif
