/* One attempt of a call: what libcurl is told, and what it brings. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"
#include "lib/net/part.h"

enum { HEADER_BYTES_MAX = 64 * 1024, RETRY_AFTER_MAX_S = 86400 };

static bool
may_be_inside(const struct net_call *call)
{
	return net_origin_may_be_inside(&call->base, &call->origin);
}

/* Before a socket connects. */
static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct net_call *call = arg;

	if (purpose != CURLSOCKTYPE_IPCXN ||
	    (!may_be_inside(call) && !net_address_is_public(&address->addr))) {
		call->is_guarded = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC,
	    address->protocol);
}

/* Before a request is sent, also on a connection that was kept. */
static int
check_peer(void *arg, char *ip, char *local_ip, int port, int local_port)
{
	struct net_call *call = arg;

	(void)local_ip;
	(void)port;
	(void)local_port;
	if (may_be_inside(call) || net_address_text_is_public(ip))
		return CURL_PREREQFUNC_OK;
	call->is_guarded = true;
	return CURL_PREREQFUNC_ABORT;
}

static size_t
take_body(char *bytes, size_t size, size_t n, void *arg)
{
	struct net_call *call = arg;

	if (buf_append(&call->in, bytes, size * n) == 0)
		return size * n;
	call->is_too_large = true;
	return 0;
}

/* "120" or a date. */
static int64_t
read_retry_after(const char *value)
{
	int64_t at_ms, s;

	if (str_to_int64(value, 0, RETRY_AFTER_MAX_S, &s))
		return s;
	at_ms = clock_parse_http(value);
	if (at_ms == -1)
		return -1;
	s = (at_ms - clock_now_ms() + 999) / 1000;
	return s < 0 ? 0 : s > RETRY_AFTER_MAX_S ? RETRY_AFTER_MAX_S : s;
}

static void
read_header(struct net_call *call, const char *name, const char *value)
{
	if (strcasecmp(name, "Retry-After") == 0) {
		call->retry_after_s = read_retry_after(value);
	} else if (strcasecmp(name, "Content-Type") == 0) {
		snprintf(call->type, sizeof(call->type), "%s", value);
	} else if (strcasecmp(name, "Location") == 0) {
		free(call->location);
		call->location = mem_strdup(value);
	}
}

static size_t
take_header(char *bytes, size_t size, size_t n, void *arg)
{
	struct net_call *call = arg;
	char line[NET_URL_MAX], *value;
	size_t len = size * n;

	call->n_header_bytes += len;
	if (call->n_header_bytes > HEADER_BYTES_MAX) {
		call->is_too_large = true;
		return 0;
	}
	if (len >= sizeof(line))
		return len;
	memcpy(line, bytes, len);
	line[len] = '\0';
	line[strcspn(line, "\r\n")] = '\0';
	value = strchr(line, ':');
	if (value == NULL)
		return len;
	*value++ = '\0';
	value += strspn(value, " \t");
	read_header(call, line, value);
	return len;
}

static void
set_limits(struct net_call *call)
{
	int64_t left = call->deadline_ms - clock_mono_ms();

	left = left < 1 ? 1 : left;
	curl_easy_setopt(call->easy, CURLOPT_NOSIGNAL, 1L);
	/* A name server that hangs must not hold up the loop at the end. */
	curl_easy_setopt(call->easy, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(call->easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(call->easy, CURLOPT_PROXY, "");
	curl_easy_setopt(call->easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(
	    call->easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(
	    call->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)call->connect_ms);
	curl_easy_setopt(call->easy, CURLOPT_TIMEOUT_MS, (long)left);
	curl_easy_setopt(
	    call->easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)call->max_bytes);
	curl_easy_setopt(call->easy, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(
	    call->easy, CURLOPT_USERAGENT, "Miauflix v" MIAU_VERSION);
}

static void
set_callbacks(struct net_call *call)
{
	curl_easy_setopt(call->easy, CURLOPT_PRIVATE, call);
	curl_easy_setopt(call->easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(call->easy, CURLOPT_OPENSOCKETDATA, call);
	curl_easy_setopt(call->easy, CURLOPT_PREREQFUNCTION, check_peer);
	curl_easy_setopt(call->easy, CURLOPT_PREREQDATA, call);
	curl_easy_setopt(call->easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(call->easy, CURLOPT_WRITEDATA, call);
	curl_easy_setopt(call->easy, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(call->easy, CURLOPT_HEADERDATA, call);
}

int
net_transfer_begin(struct net_call *call, struct err *err)
{
	if (!net_origin_read(call->url, &call->origin))
		return err_set(err, ERR_UPSTREAM_ANSWER,
		    "%s led to an address that cannot be used.",
		    call->service->name);
	call->easy = curl_easy_init();
	if (call->easy == NULL)
		die("no memory for a call");
	buf_init(&call->in, call->max_bytes);
	call->n_header_bytes = 0;
	call->retry_after_s = -1;
	call->type[0] = '\0';
	call->is_guarded = call->is_too_large = false;
	curl_easy_setopt(call->easy, CURLOPT_URL, call->url);
	set_limits(call);
	set_callbacks(call);
	if (call->body != NULL) {
		curl_easy_setopt(call->easy, CURLOPT_POSTFIELDS, call->body);
		curl_easy_setopt(call->easy, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)call->body_len);
	}
	if (strcmp(call->method, "GET") != 0)
		curl_easy_setopt(
		    call->easy, CURLOPT_CUSTOMREQUEST, call->method);
	curl_easy_setopt(call->easy, CURLOPT_HTTPHEADER, call->headers);
	if (curl_multi_add_handle(call->net->multi, call->easy) != CURLM_OK)
		die("a call cannot be begun");
	return 0;
}

void
net_transfer_end(struct net_call *call)
{
	if (call->easy == NULL)
		return;
	curl_easy_cleanup(call->easy);
	call->easy = NULL;
	buf_fini(&call->in);
	free(call->location);
	call->location = NULL;
}
