/*
 * The one error type. A function that can fail for a reason outside the
 * program takes a `struct err *` last, fills it and returns -1 (or NULL);
 * on success it leaves it alone. A broken invariant is not an error but a
 * `die` (see log.h): the supervisor starts the program again.
 *
 *	struct err err;
 *	if (fs_read(path, 4096, &buf, err) == -1)
 *		return -1;
 */
#ifndef LIB_BASE_ERR_H
#define LIB_BASE_ERR_H

#include <stdint.h>

#include "lib/base/attr.h"

enum err_code {
#define ERROR(name, status, code, text) ERR_##name,
#include "lib/base/errors.def"
#undef ERROR
	ERR__MAX
};

enum { ERR_TEXT_MAX = 384 };

struct err {
	enum err_code code;
	char text[ERR_TEXT_MAX]; /* one sentence for a person, with its full
				    stop; never a secret, never a path outside
				    what the operator named */
	int64_t retry_s; /* after which to try again; 0: not known */
};

/* Fills `err` and returns -1, so that `return err_set(...)` reads well. */
int err_set(struct err *err, enum err_code code, const char *fmt, ...)
    NONNULL_ARGS(1, 3) PRINTF_LIKE(3, 4);

/* As err_set, with how many seconds later it may go well. */
int err_set_retry(struct err *err, enum err_code code, int64_t retry_s,
    const char *fmt, ...) NONNULL_ARGS(1, 4) PRINTF_LIKE(4, 5);

/* As err_set, with ": " and errno's text behind; a full disk (ENOSPC, EDQUOT)
 * becomes ERR_DISK_FULL whatever `code` says. Keeps errno. */
int err_errno(struct err *err, enum err_code code, const char *fmt, ...)
    NONNULL_ARGS(1, 3) PRINTF_LIKE(3, 4);

/* HTTP status that belongs to a code, 200 for ERR_NONE. */
int err_status(enum err_code code);

/* "movie_not_found" and the like; static storage. */
const char *err_name(enum err_code code) RETURNS_NONNULL;

/* "Movie not found" and the like; static storage. */
const char *err_title(enum err_code code) RETURNS_NONNULL;

/* The code of that name, or ERR_INTERNAL for an unknown one (a peer of another
 * version may know more). */
enum err_code err_from_name(const char *name) NONNULL;

#endif
