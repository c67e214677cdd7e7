/* Bounded buffers. */
#include "lib/base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"

enum { FIRST_CAP = 512 };

static char empty[1];

void
buf_init(struct buf *buf, size_t max)
{
	*buf = (struct buf){ .data = empty, .max = max };
}

void
buf_fini(struct buf *buf)
{
	if (buf->cap > 0)
		free(buf->data);
	buf_init(buf, buf->max);
}

void
buf_reset(struct buf *buf)
{
	buf->len = 0;
	buf->failed = false;
	if (buf->cap > 0)
		buf->data[0] = '\0';
}

char *
buf_reserve(struct buf *buf, size_t want)
{
	size_t cap = buf->cap;

	if (buf->failed || want > buf->max - buf->len) {
		buf->failed = true;
		return NULL;
	}
	if (cap < buf->len + want + 1) {
		if (cap == 0)
			cap = FIRST_CAP;
		while (cap < buf->len + want + 1)
			cap *= 2;
		buf->data = mem_realloc(buf->cap ? buf->data : NULL, cap, 1);
		buf->cap = cap;
		buf->data[buf->len] = '\0';
	}
	return buf->data + buf->len;
}

void
buf_wrote(struct buf *buf, size_t n)
{
	buf->len += n;
	buf->data[buf->len] = '\0';
}

int
buf_append(struct buf *buf, const void *bytes, size_t len)
{
	char *room = buf_reserve(buf, len);

	if (room == NULL)
		return -1;
	if (len > 0)
		memcpy(room, bytes, len);
	buf_wrote(buf, len);
	return 0;
}

int
buf_puts(struct buf *buf, const char *s)
{
	return buf_append(buf, s, strlen(s));
}

/* Into what is there already, which is nearly always enough; else the length
 * is known then. */
int
buf_printf(struct buf *buf, const char *fmt, ...)
{
	size_t there = buf->cap - buf->len;
	va_list ap;
	char *room;
	int len;

	va_start(ap, fmt);
	len =
	    vsnprintf(there > 0 ? buf->data + buf->len : NULL, there, fmt, ap);
	va_end(ap);
	if (there > 0 &&
	    (len < 0 || (size_t)len >= there || buf->failed ||
		(size_t)len > buf->max - buf->len))
		buf->data[buf->len] = '\0'; /* as if nothing had been */
	if (len < 0 || (room = buf_reserve(buf, (size_t)len)) == NULL)
		return -1;
	if ((size_t)len >= there) {
		va_start(ap, fmt);
		vsnprintf(room, (size_t)len + 1, fmt, ap);
		va_end(ap);
	}
	buf_wrote(buf, (size_t)len);
	return 0;
}

void
buf_consume(struct buf *buf, size_t n)
{
	if (n == 0)
		return;
	memmove(buf->data, buf->data + n, buf->len - n + 1);
	buf->len -= n;
}

bool
buf_failed(const struct buf *buf)
{
	return buf->failed;
}

char *
buf_take(struct buf *buf)
{
	char *data = buf->cap > 0 ? buf->data : mem_strdup("");

	buf_init(buf, buf->max);
	return data;
}
