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
	} else if ((who = str_after(audience, "profile:")) != NULL) {
		heard->audience = HEARD_BY_PROFILE;
		snprintf(heard->who, sizeof(heard->who), "%s", who);
	} else if ((who = str_after(audience, "session:")) != NULL) {
		heard->audience = HEARD_BY_SESSION;
		snprintf(heard->who, sizeof(heard->who), "%s", who);
	}
}

/* The event as it is sent, with `data`. */
static char *
make_text(const struct heard *heard, const char *id, struct json_object *data,
    size_t *len)
{
	struct buf text;

	buf_init(&text, WIRE_LINE_MAX);
	buf_printf(&text, "id: %s\nevent: %s\ndata: ", id, heard->topic);
	if (json_write(&text, data) == -1 || buf_puts(&text, "\n\n") == -1)
		die("an event is longer than the line that brought it");
	*len = text.len;
	return buf_take(&text);
}

/* What a limited profile is told of an event for everybody: that something
 * changed, not what. */
static void
veil(struct heard *heard, const char *id, struct json_object *data)
{
	struct json_object *title = NULL, *rest = NULL;

	if (heard->audience != HEARD_BY_ALL ||
	    !json_object_object_get_ex(data, "titleId", &title) ||
	    title == NULL)
		return;
	if (json_object_deep_copy(data, &rest, NULL) == -1)
		die("no memory for an event");
	json_add(rest, "titleId", NULL);
	heard->veiled = make_text(heard, id, rest, &heard->veiled_len);
	json_object_put(rest);
}

void
heard_clear(struct heard *heard)
{
	free(heard->text);
	free(heard->veiled);
	memset(heard, 0, sizeof(*heard));
}

void
heard_fill(struct heard *heard, int64_t n, struct json_object *params)
{
	struct json_object *data = json_get_object(params, "data");
	const char *id = json_get_text(params, "id", "");

	heard_clear(heard);
	heard->n = n;
	snprintf(heard->topic, sizeof(heard->topic), "%s",
	    json_get_text(params, "topic", "event"));
	snprintf(heard->except, sizeof(heard->except), "%s",
	    json_get_text(params, "except", ""));
	set_audience(heard, json_get_text(params, "audience", ""));
	heard->text = make_text(heard, id, data, &heard->len);
	veil(heard, id, data);
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
	case HEARD_BY_PROFILE:
		return strcmp(listener->profile_id, heard->who) == 0;
	case HEARD_BY_SESSION:
		return strcmp(listener->session_id, heard->who) == 0;
	case HEARD_BY_ADMINS:
		break;
	}
	return listener->is_admin;
}

bool
listener_is_still(
    const struct listener *listener, const struct session *session)
{
	bool is_unlimited = session->viewer.is_unlimited;

	return session->revoked_at == 0 && !session->user_disabled &&
	    listener->is_limited != is_unlimited &&
	    listener->is_admin ==
	    (is_unlimited && session->role == USER_ROLE_ADMIN) &&
	    strcmp(listener->profile_id, session->profile_id) == 0;
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

bool
listener_tell(const struct listener *listener, const struct heard *heard)
{
	bool is_veiled = listener->is_limited && heard->veiled != NULL;

	return listener_write(listener, is_veiled ? heard->veiled : heard->text,
	    is_veiled ? heard->veiled_len : heard->len);
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
