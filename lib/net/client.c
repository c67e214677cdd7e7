/* One curl_multi in a libuv loop. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/net/part.h"

enum { CONNECTIONS_KEPT = 8 };

struct socket {
	uv_poll_t poll;
	struct net *net;
	curl_socket_t fd;
};

static void
free_socket(uv_handle_t *handle)
{
	free(handle->data);
}

/* What libcurl has finished. */
static void
collect(struct net *net)
{
	struct net_call *call;
	CURLMsg *message;
	CURL *easy;
	CURLcode code;
	int n_left;

	while ((message = curl_multi_info_read(net->multi, &n_left)) != NULL) {
		if (message->msg != CURLMSG_DONE)
			continue;
		easy = message->easy_handle;
		code = message->data.result;
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, &call);
		curl_multi_remove_handle(net->multi, easy);
		net_call_ended(call, code);
	}
}

static void
on_ready(uv_poll_t *poll, int status, int events)
{
	struct socket *socket = poll->data;
	struct net *net = socket->net;
	int flags = 0, n_running;

	if (status < 0)
		flags = CURL_CSELECT_ERR;
	if ((events & UV_READABLE) != 0)
		flags |= CURL_CSELECT_IN;
	if ((events & UV_WRITABLE) != 0)
		flags |= CURL_CSELECT_OUT;
	curl_multi_socket_action(net->multi, socket->fd, flags, &n_running);
	collect(net);
}

static int
watch_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *known)
{
	struct socket *socket = known;
	struct net *net = arg;
	int events = 0;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (socket != NULL) {
			uv_poll_stop(&socket->poll);
			uv_close((uv_handle_t *)&socket->poll, free_socket);
			curl_multi_assign(net->multi, fd, NULL);
		}
		return 0;
	}
	if (socket == NULL) {
		socket = mem_calloc(1, sizeof(*socket));
		socket->net = net;
		socket->fd = fd;
		if (uv_poll_init_socket(net->loop, &socket->poll, fd) != 0) {
			free(socket);
			return -1;
		}
		socket->poll.data = socket;
		curl_multi_assign(net->multi, fd, socket);
	}
	if (what != CURL_POLL_OUT)
		events |= UV_READABLE;
	if (what != CURL_POLL_IN)
		events |= UV_WRITABLE;
	return uv_poll_start(&socket->poll, events, on_ready) == 0 ? 0 : -1;
}

static void
on_timer(uv_timer_t *timer)
{
	struct net *net = timer->data;
	int n_running;

	curl_multi_socket_action(
	    net->multi, CURL_SOCKET_TIMEOUT, 0, &n_running);
	collect(net);
}

static int
set_timer(CURLM *multi, long timeout_ms, void *arg)
{
	struct net *net = arg;

	(void)multi;
	if (net->is_closed)
		return 0;
	if (timeout_ms < 0)
		uv_timer_stop(&net->timer);
	else
		uv_timer_start(&net->timer, on_timer, (uint64_t)timeout_ms, 0);
	return 0;
}

struct net *
net_new(uv_loop_t *loop)
{
	struct net *net = mem_calloc(1, sizeof(*net));

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    (net->multi = curl_multi_init()) == NULL)
		die("the HTTP client cannot be made");
	net->loop = loop;
	uv_timer_init(loop, &net->timer);
	net->timer.data = net;
	curl_multi_setopt(net->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
	curl_multi_setopt(net->multi, CURLMOPT_SOCKETDATA, net);
	curl_multi_setopt(net->multi, CURLMOPT_TIMERFUNCTION, set_timer);
	curl_multi_setopt(net->multi, CURLMOPT_TIMERDATA, net);
	curl_multi_setopt(
	    net->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_KEPT);
	return net;
}

void
net_close(struct net *net)
{
	if (net->is_closed)
		return;
	net->is_closed = true;
	while (net->calls != NULL)
		net_call_abort(net->calls);
	/* Kept connections go with it, and so do their watchers. */
	curl_multi_cleanup(net->multi);
	net->multi = NULL;
	uv_close((uv_handle_t *)&net->timer, NULL);
}

void
net_free(struct net *net)
{
	struct net_service *service, *next;

	if (net == NULL)
		return;
	for (service = net->services; service != NULL; service = next) {
		next = service->next;
		free(service->name);
		free(service);
	}
	free(net);
	curl_global_cleanup();
}

struct net_service *
net_service_get(struct net *net, const char *name)
{
	struct net_service *service;

	for (service = net->services; service != NULL; service = service->next)
		if (strcmp(service->name, name) == 0)
			return service;
	service = mem_calloc(1, sizeof(*service));
	service->name = mem_strdup(name);
	service->next = net->services;
	net->services = service;
	return service;
}

void
net_forgive(struct net *net, const char *service)
{
	struct net_service *found = net_service_get(net, service);

	net_service_succeeded(found);
	found->hold_ms = 0;
}

void
net_list(struct net *net,
    void (*tell)(void *arg, const struct net_health *health), void *arg)
{
	const struct net_service *service;
	struct net_health health;

	for (service = net->services; service != NULL;
	     service = service->next) {
		health = (struct net_health){ .service = service->name,
			.since = service->failed_at,
			.sentence = service->sentence,
			.breaker = service->open_ms == 0 ? "closed"
			    : service->is_probing        ? "half-open"
							 : "open" };
		tell(arg, &health);
	}
}

char *
net_escape(const char *text)
{
	char *escaped = curl_easy_escape(NULL, text, 0), *copy;

	if (escaped == NULL)
		die("no memory for an address");
	copy = mem_strdup(escaped);
	curl_free(escaped);
	return copy;
}
