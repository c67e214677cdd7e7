/*
 * One JSON object per line on stderr. The supervisor puts the program's name
 * before each line; `log_open` names it inside the object too. Every value is
 * escaped, so that nothing from outside can forge a line. Secrets are not
 * logged: callers pass ids, never tokens or keys.
 *
 *	log_info("scan.finished", "%d files in %s.", n, path);
 *	log_event(LOG_WARN, "request", (struct log_field[]){
 *	    { "route", LOG_TEXT(route) }, { "status", LOG_INT(404) }, { 0 } });
 *
 * MIAU_LOG_LEVEL = debug, info (default), warn, error.
 */
#ifndef LIB_BASE_LOG_H
#define LIB_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/attr.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_field {
	const char *name; /* NULL ends the list */
	const char *text; /* NULL: the number counts */
	int64_t number;
};

#define LOG_TEXT(s) .text = (s)
#define LOG_INT(n) .number = (n)

/* Names the program and reads MIAU_LOG_LEVEL. Call once, before threads. */
void log_open(const char *program) NONNULL;

/* "debug", "info", "warn" or "error" from now on; false for another word. */
bool log_set_level(const char *word) NONNULL;
/* Whether lines of that level are written, for who would have to prepare one. */
bool log_wants(enum log_level level);

/* The request id that lines of this thread carry until changed; NULL ends.
 * The string is copied (at most 63 bytes). */
void log_request(const char *request_id);

/* One line: {"time","level","program","event","requestId"?, fields…}. */
void log_event(enum log_level level, const char *event,
    const struct log_field *fields) NONNULL_ARGS(2);

/* The same with one sentence under "message". */
void log_message(enum log_level level, const char *event, const char *fmt, ...)
    NONNULL_ARGS(2, 3) PRINTF_LIKE(3, 4);

#define log_debug(event, ...) log_message(LOG_DEBUG, event, __VA_ARGS__)
#define log_info(event, ...) log_message(LOG_INFO, event, __VA_ARGS__)
#define log_warn(event, ...) log_message(LOG_WARN, event, __VA_ARGS__)
#define log_error(event, ...) log_message(LOG_ERROR, event, __VA_ARGS__)

/* For broken invariants: logs and aborts. */
void die(const char *fmt, ...) NORETURN PRINTF_LIKE(1, 2);

#endif
