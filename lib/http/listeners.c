/* Writes FastCGI records to listeners. */
#include "lib/http/listeners.h"

#include <fastcgi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/str.h"
#include "lib/wire/wire.h"

enum { RECORD_MAX = 65535 };

static void
set_audience(struct heard *heard, const char *audience)
{
	const char *who;

	heard->audience = HEARD_BY_ADMINS;
	heard->who[0] = '\0';
	if (strcmp(audience, "everyone") == 0) {
		heard->audience = HEARD_BY_ALL;
	} else if ((who = str_after(audience, "user:")) != NULL) {
		heard->audience = HEARD_BY_USER;
		snprintf(heard->who, sizeof(heard->who), "%s", who);
	} else if ((who = str_after(audience, "session:")) != NULL) {
		heard->audience = HEARD_BY_SESSION;
		snprintf(heard->who, sizeof(heard->who), "%s", who);
	}
}

void
heard_fill(struct heard *heard, int64_t n, struct json_object *params)
{
	struct buf text;

	free(heard->text);
	memset(heard, 0, sizeof(*heard));
	heard->n = n;
	snprintf(heard->topic, sizeof(heard->topic), "%s",
	    json_get_text(params, "topic", "event"));
	snprintf(heard->except, sizeof(heard->except), "%s",
	    json_get_text(params, "except", ""));
	set_audience(heard, json_get_text(params, "audience", ""));
	buf_init(&text, WIRE_LINE_MAX);
	buf_printf(&text,
	    "id: %s\nevent: %s\ndata: ", json_get_text(params, "id", ""),
	    heard->topic);
	if (json_write(&text, json_get_object(params, "data")) == -1 ||
	    buf_puts(&text, "\n\n") == -1)
		die("an event is longer than the line that brought it");
	heard->len = text.len;
	heard->text = buf_take(&text);
}

static bool
has_topic(const char *topics, const char *topic)
{
	size_t len = strlen(topic), part;

	for (; *topics != '\0'; topics += part + (topics[part] == ',')) {
		part = strcspn(topics, ",");
		if (part == len && memcmp(topics, topic, len) == 0)
			return true;
	}
	return false;
}

static bool
is_for(const struct listener *listener, const struct heard *heard)
{
	switch (heard->audience) {
	case HEARD_BY_ALL:
		return true;
	case HEARD_BY_USER:
		return strcmp(listener->user_id, heard->who) == 0;
	case HEARD_BY_SESSION:
		return strcmp(listener->session_id, heard->who) == 0;
	case HEARD_BY_ADMINS:
		break;
	}
	return listener->is_admin;
}

bool
listener_wants(const struct listener *listener, const struct heard *heard)
{
	if (heard->except[0] != '\0' &&
	    strcmp(heard->except, listener->session_id) == 0)
		return false;
	/* What ends the session is told whether it was asked for or not. */
	return is_for(listener, heard) &&
	    (listener->topics[0] == '\0' ||
		heard->audience == HEARD_BY_SESSION ||
		has_topic(listener->topics, heard->topic));
}

static FCGI_Header
record(const struct listener *listener, unsigned char type, size_t len)
{
	return (FCGI_Header){
		.version = FCGI_VERSION_1,
		.type = type,
		.requestIdB1 = (unsigned char)(listener->request_id >> 8),
		.requestIdB0 = (unsigned char)listener->request_id,
		.contentLengthB1 = (unsigned char)(len >> 8),
		.contentLengthB0 = (unsigned char)len,
	};
}

static bool
send_record(const struct listener *listener, unsigned char type,
    const void *content, size_t len)
{
	FCGI_Header header = record(listener, type, len);
	struct iovec parts[] = {
		{ .iov_base = &header, .iov_len = sizeof(header) },
		{ .iov_base = (void *)(uintptr_t)content, .iov_len = len },
	};
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };

	return sendmsg(listener->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) ==
	    (ssize_t)(sizeof(header) + len);
}

bool
listener_write(const struct listener *listener, const char *text, size_t len)
{
	size_t part;

	for (; len > 0; text += part, len -= part) {
		part = len > RECORD_MAX ? RECORD_MAX : len;
		if (!send_record(listener, FCGI_STDOUT, text, part))
			return false;
	}
	return true;
}

void
listener_free(struct listener *listener, bool properly)
{
	FCGI_EndRequestBody end = { .protocolStatus = FCGI_REQUEST_COMPLETE };

	if (properly && send_record(listener, FCGI_STDOUT, "", 0))
		properly =
		    send_record(listener, FCGI_END_REQUEST, &end, sizeof(end));
	close(listener->fd);
	free(listener);
}
