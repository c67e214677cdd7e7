/* A call from its beginning to its one answer: attempts, pauses, redirects. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/random.h"
#include "lib/net/part.h"

enum { HOLD_S = 5 /* after a 429 that does not say */ };

static void
free_timer(uv_handle_t *handle)
{
	free(handle);
}

static void
unlink_call(struct net_call *call)
{
	if (call->prev != NULL)
		call->prev->next = call->next;
	else
		call->net->calls = call->next;
	if (call->next != NULL)
		call->next->prev = call->prev;
}

static void
free_call(struct net_call *call)
{
	if (call->body != NULL)
		mem_wipe(call->body, call->body_len);
	net_transfer_end(call);
	curl_slist_free_all(call->headers);
	free(call->method);
	free(call->url);
	free(call->body);
	free(call);
}

/* The one answer. */
static void
finish(struct net_call *call, const struct net_answer *answer,
    const struct err *err)
{
	unlink_call(call);
	uv_close((uv_handle_t *)call->timer, free_timer);
	if (call->is_probe)
		net_service_forget_probe(call->service);
	call->done(call->arg, answer, err);
	free_call(call);
}

static void
refuse(struct net_call *call, const struct err *err)
{
	log_event(LOG_INFO, "net.failed",
	    (struct log_field[]){ { "service", LOG_TEXT(call->service->name) },
		{ "host", LOG_TEXT(call->origin.host) },
		{ "code", LOG_TEXT(err_name(err->code)) }, { 0 } });
	finish(call, NULL, err);
}

static void
begin(uv_timer_t *timer)
{
	struct net_call *call = timer->data;
	struct err err = { 0 };

	if (call->net->is_closed) {
		net_call_abort(call);
		return;
	}
	if (!call->is_probe &&
	    net_service_admit(
		call->service, clock_mono_ms(), &call->is_probe, &err) == -1) {
		refuse(call, &err);
		return;
	}
	call->n_attempts++;
	if (net_transfer_begin(call, &err) == -1)
		refuse(call, &err);
}

/* Again after a pause when there is time for it; false: there is not. */
static bool
try_again(struct net_call *call, int64_t pause_ms)
{
	if (!call->is_idempotent || call->n_attempts >= NET_ATTEMPTS_MAX ||
	    clock_mono_ms() + pause_ms >= call->deadline_ms)
		return false;
	net_transfer_end(call);
	uv_timer_start(call->timer, begin, (uint64_t)pause_ms, 0);
	return true;
}

/* Half of the pause is by chance, so that callers do not come in step. */
static int64_t
backoff_ms(int n_attempts)
{
	int64_t full = (int64_t)NET_BACKOFF_MS << n_attempts;
	uint16_t chance;

	random_bytes(&chance, sizeof(chance));
	return full / 2 + full / 2 * chance / UINT16_MAX;
}

static const char *
failure_text(CURLcode code)
{
	switch (code) {
	case CURLE_OPERATION_TIMEDOUT:
		return "did not answer in time";
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CACERT_BADFILE:
		return "has no certificate that is valid";
	case CURLE_COULDNT_RESOLVE_HOST:
		return "has a name that is not known now";
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
	case CURLE_GOT_NOTHING:
		return "broke off its answer";
	default:
		return "cannot be reached";
	}
}

/* It did not work, and may the next time. */
static void
fail(struct net_call *call, const struct err *err)
{
	net_service_failed(call->service, clock_mono_ms(), err);
	call->is_probe = false;
	if (call->service->open_ms == 0 &&
	    try_again(call, backoff_ms(call->n_attempts)))
		return;
	refuse(call, err);
}

static void
fail_transfer(struct net_call *call, CURLcode code)
{
	const char *name = call->service->name;
	struct err err;

	if (call->is_guarded) {
		err_set(&err, ERR_UPSTREAM_ANSWER,
		    "%s leads to an address that is not of the public "
		    "Internet, which is refused.",
		    name);
		refuse(call, &err);
	} else if (call->is_too_large || code == CURLE_FILESIZE_EXCEEDED) {
		err_set(&err, ERR_UPSTREAM_ANSWER,
		    "%s sent more than is accepted.", name);
		refuse(call, &err);
	} else if (code == CURLE_UNSUPPORTED_PROTOCOL ||
	    code == CURLE_WEIRD_SERVER_REPLY ||
	    code == CURLE_BAD_CONTENT_ENCODING) {
		err_set(&err, ERR_UPSTREAM_ANSWER,
		    "%s gave an answer that is not HTTP.", name);
		fail(call, &err);
	} else {
		err_set(&err, ERR_UPSTREAM_DOWN, "%s %s.", name,
		    failure_text(code));
		fail(call, &err);
	}
}

/* The service says when it wants to be asked again. */
static void
hold(struct net_call *call)
{
	int64_t pause_s =
	    call->retry_after_s >= 0 ? call->retry_after_s : HOLD_S;
	struct err err;

	call->service->hold_ms = clock_mono_ms() + pause_s * 1000;
	if (try_again(call, pause_s * 1000 + 1))
		return;
	err_set_retry(&err, ERR_UPSTREAM_LIMIT, pause_s,
	    "%s wants no more calls now; it can be asked again in %lld "
	    "seconds.",
	    call->service->name, (long long)pause_s);
	refuse(call, &err);
}

/* The address behind a redirect (free()), or NULL when it is none that is
 * followed. */
static char *
resolve(const struct net_call *call)
{
	CURLU *parts = curl_url();
	char *full = NULL, *copy = NULL;
	struct net_origin origin;

	if (parts != NULL &&
	    curl_url_set(parts, CURLUPART_URL, call->url, 0) == CURLUE_OK &&
	    curl_url_set(parts, CURLUPART_URL, call->location, 0) ==
		CURLUE_OK &&
	    curl_url_get(parts, CURLUPART_URL, &full, 0) == CURLUE_OK &&
	    net_origin_read(full, &origin) &&
	    (strcmp(call->origin.scheme, "https") != 0 ||
		strcmp(origin.scheme, "https") == 0))
		copy = mem_strdup(full);
	curl_free(full);
	curl_url_cleanup(parts);
	return copy;
}

static void
follow(struct net_call *call)
{
	char *url = NULL;
	struct net_origin origin;
	struct err err;

	if (call->n_redirects++ < NET_REDIRECTS_MAX)
		url = resolve(call);
	if (url == NULL || !net_origin_read(url, &origin)) {
		free(url);
		err_set(&err, ERR_UPSTREAM_ANSWER,
		    "%s leads to an address that is not followed.",
		    call->service->name);
		refuse(call, &err);
		return;
	}
	if (!net_origin_equals(&origin, &call->origin)) {
		curl_slist_free_all(call->headers);
		call->headers = NULL;
	}
	net_transfer_end(call);
	free(call->url);
	call->url = url;
	if (net_transfer_begin(call, &err) == -1)
		refuse(call, &err);
}

static bool
is_redirect(int status)
{
	return status == 301 || status == 302 || status == 303 ||
	    status == 307 || status == 308;
}

void
net_call_ended(struct net_call *call, CURLcode code)
{
	struct net_answer answer = { 0 };
	struct err err = { 0 };
	long status = 0;

	curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	if (code != CURLE_OK) {
		fail_transfer(call, code);
		return;
	}
	answer.status = (int)status;
	if (answer.status == 429 ||
	    (answer.status == 503 && call->retry_after_s >= 0)) {
		hold(call);
		return;
	}
	if (answer.status >= 500) {
		err_set(&err, ERR_UPSTREAM_DOWN,
		    "%s has trouble of its own (status %d).",
		    call->service->name, answer.status);
		fail(call, &err);
		return;
	}
	if (is_redirect(answer.status) && call->location != NULL &&
	    strcmp(call->method, "GET") == 0) {
		follow(call);
		return;
	}
	net_service_succeeded(call->service);
	call->is_probe = false;
	answer.type = call->type;
	answer.body = call->in.data;
	answer.len = call->in.len;
	finish(call, &answer, &err);
}

/* Out of libcurl's hands, in the middle of whatever it does. */
static void
take_back(struct net_call *call)
{
	if (call->easy != NULL)
		curl_multi_remove_handle(call->net->multi, call->easy);
}

void
net_call_abort(struct net_call *call)
{
	struct err err;

	take_back(call);
	err_set(&err, ERR_CANCELLED, "The media service is ending.");
	finish(call, NULL, &err);
}

void
net_cancel(struct net_call *call)
{
	take_back(call);
	unlink_call(call);
	uv_close((uv_handle_t *)call->timer, free_timer);
	if (call->is_probe)
		net_service_forget_probe(call->service);
	free_call(call);
}

static void
copy_headers(struct net_call *call, const char *const *headers)
{
	struct curl_slist *more;
	int i;

	for (i = 0; headers != NULL && headers[i] != NULL; i++) {
		if (strpbrk(headers[i], "\r\n") != NULL || i >= NET_HEADERS_MAX)
			die("a header of a call cannot be sent");
		more = curl_slist_append(call->headers, headers[i]);
		if (more == NULL)
			die("no memory for a header");
		call->headers = more;
	}
}

struct net_call *
net_send(struct net *net, const struct net_request *request, net_done_fn done,
    void *arg)
{
	struct net_call *call = mem_calloc(1, sizeof(*call));

	call->net = net;
	call->service = net_service_get(net, request->service);
	call->done = done;
	call->arg = arg;
	call->method =
	    mem_strdup(request->method != NULL ? request->method : "GET");
	call->url = mem_strdup(request->url);
	if (request->body != NULL) {
		call->body = mem_calloc(1, request->body_len + 1);
		memcpy(call->body, request->body, request->body_len);
		call->body_len = request->body_len;
	}
	copy_headers(call, request->headers);
	/* An unreadable base address is no house's: nothing inside is reached. */
	if (!net_origin_read(request->base, &call->base))
		memset(&call->base, 0, sizeof(call->base));
	call->connect_ms =
	    request->connect_ms > 0 ? request->connect_ms : NET_CONNECT_MS;
	call->deadline_ms = clock_mono_ms() +
	    (request->total_ms > 0 ? request->total_ms : NET_TOTAL_MS);
	call->max_bytes =
	    request->max_bytes > 0 ? request->max_bytes : NET_BYTES_MAX;
	call->is_idempotent = request->is_idempotent;
	call->timer = mem_calloc(1, sizeof(*call->timer));
	uv_timer_init(net->loop, call->timer);
	call->timer->data = call;
	uv_timer_start(call->timer, begin, 0, 0);
	call->next = net->calls;
	if (net->calls != NULL)
		net->calls->prev = call;
	net->calls = call;
	return call;
}
