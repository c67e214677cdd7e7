/* JSON lines on stderr, each written by a single write(2). */
#include "lib/base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/clock.h"

enum { LINE_MAX_BYTES = 8192, MESSAGE_MAX_BYTES = 2048, REQUEST_ID_MAX = 64 };

static const char *const level_names[] = { [LOG_DEBUG] = "debug",
	[LOG_INFO] = "info",
	[LOG_WARN] = "warn",
	[LOG_ERROR] = "error" };

static char program_name[32] = "miauflix";
static _Atomic(enum log_level) threshold = LOG_INFO;
static _Thread_local char request_id[REQUEST_ID_MAX];

void
log_open(const char *program)
{
	const char *wanted = getenv("MIAU_LOG_LEVEL");

	snprintf(program_name, sizeof(program_name), "%s", program);
	if (wanted != NULL)
		log_set_level(wanted);
}

bool
log_set_level(const char *word)
{
	size_t i;

	for (i = 0; i < COUNT_OF(level_names); i++) {
		if (strcmp(word, level_names[i]) != 0)
			continue;
		threshold = (enum log_level)i;
		return true;
	}
	return false;
}

bool
log_wants(enum log_level level)
{
	return level >= threshold;
}

void
log_request(const char *id)
{
	snprintf(request_id, sizeof(request_id), "%s", id ? id : "");
}

static bool
is_plain(unsigned char c)
{
	return c >= 0x20 && c != 0x7f && c != '"' && c != '\\';
}

/* JSON string escapes (RFC 8259 §7); bytes above 0x7f pass as they are. */
static void
put_string(struct buf *line, const char *s)
{
	size_t n;

	buf_append(line, "\"", 1);
	for (;;) {
		for (n = 0; is_plain((unsigned char)s[n]); n++)
			continue;
		buf_append(line, s, n);
		if (s[n] == '\0')
			break;
		if (s[n] == '"' || s[n] == '\\')
			buf_printf(line, "\\%c", s[n]);
		else
			buf_printf(line, "\\u%04x", (unsigned char)s[n]);
		s += n + 1;
	}
	buf_append(line, "\"", 1);
}

static void
put_pair(struct buf *line, const char *name, const char *text)
{
	buf_puts(line, ",");
	put_string(line, name);
	buf_puts(line, ":");
	put_string(line, text);
}

void
log_event(
    enum log_level level, const char *event, const struct log_field *field)
{
	char now[CLOCK_ISO_SIZE];
	struct buf line;

	if (level < threshold)
		return;
	buf_init(&line, LINE_MAX_BYTES);
	clock_iso(clock_now_ms(), now);
	buf_printf(&line, "{\"time\":\"%s\",\"level\":\"%s\"", now,
	    level_names[level]);
	put_pair(&line, "program", program_name);
	put_pair(&line, "event", event);
	if (request_id[0] != '\0')
		put_pair(&line, "requestId", request_id);
	for (; field != NULL && field->name != NULL; field++) {
		if (field->text != NULL) {
			put_pair(&line, field->name, field->text);
			continue;
		}
		buf_puts(&line, ",");
		put_string(&line, field->name);
		buf_printf(&line, ":%lld", (long long)field->number);
	}
	if (buf_failed(&line)) {
		buf_reset(&line);
		buf_printf(&line, "{\"time\":\"%s\",\"level\":\"%s\"", now,
		    level_names[level]);
		put_pair(&line, "event", "log.too_long");
	}
	buf_puts(&line, "}\n");
	if (write(STDERR_FILENO, line.data, line.len) == -1) {
		/* Nobody is left to be told. */
	}
	buf_fini(&line);
}

void
log_message(enum log_level level, const char *event, const char *fmt, ...)
{
	char message[MESSAGE_MAX_BYTES];
	va_list ap;

	if (level < threshold)
		return;
	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	log_event(level, event,
	    (struct log_field[]){ { "message", LOG_TEXT(message) }, { 0 } });
}

void
die(const char *fmt, ...)
{
	char message[MESSAGE_MAX_BYTES];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	log_event(LOG_ERROR, "died",
	    (struct log_field[]){ { "message", LOG_TEXT(message) }, { 0 } });
	abort();
}
