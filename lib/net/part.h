/* What the files of lib/net share. */
#ifndef LIB_NET_PART_H
#define LIB_NET_PART_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "lib/base/buf.h"
#include "lib/net/net.h"

/* guard.c: which addresses may be reached. */
enum { NET_HOST_MAX = 256, NET_URL_MAX = 8192 };

struct net_origin {
	char scheme[8];
	char host[NET_HOST_MAX];
	char port[8];
};

/* Takes an address apart; false when it is not http or https, holds a password
 * or cannot be read. */
bool net_origin_read(
    const char *url, struct net_origin *out) NONNULL MUST_CHECK;
bool net_origin_equals(
    const struct net_origin *a, const struct net_origin *b) NONNULL MUST_CHECK;
/* Whether a call to `origin` may lead inside the house: that is what was
 * configured as `base`, and base says it of itself. */
bool net_origin_may_be_inside(const struct net_origin *base,
    const struct net_origin *origin) NONNULL MUST_CHECK;
/* Whether an address of a socket is one of the public Internet; the other
 * takes it as text. */
bool net_address_is_public(const struct sockaddr *address) NONNULL MUST_CHECK;
bool net_address_text_is_public(const char *address) NONNULL MUST_CHECK;

/* breaker.c: the state of a service. */
struct net_service {
	struct net_service *next;
	char *name;
	int n_failures;
	int64_t window_ms; /* monotonic: of the first of them */
	int64_t open_ms;   /* monotonic: until then it is left alone; 0: not */
	int64_t pause_ms;  /* the last such pause */
	int64_t hold_ms;   /* monotonic: until then it wants no calls */
	bool is_probing;
	int64_t failed_at; /* wall clock, 0: fares well */
	char sentence[ERR_TEXT_MAX];
};

/* 0 when a call may go out now; then *is_probe tells whether everything hangs
 * on it. */
int net_service_admit(struct net_service *service, int64_t now_ms,
    bool *is_probe, struct err *err) NONNULL MUST_CHECK;
/* What became of a call. */
void net_service_succeeded(struct net_service *service) NONNULL;
void net_service_failed(
    struct net_service *service, int64_t now_ms, const struct err *err) NONNULL;
/* A probe that nobody waits for any more. */
void net_service_forget_probe(struct net_service *service) NONNULL;

/* client.c */
struct net {
	uv_loop_t *loop;
	CURLM *multi;
	uv_timer_t timer;
	struct net_service *services;
	struct net_call *calls;
	bool is_closed;
};

/* The state of a service, made when it is new. */
struct net_service *net_service_get(
    struct net *net, const char *name) NONNULL RETURNS_NONNULL MUST_CHECK;

/* call.c */
struct net_call {
	struct net_call *next, *prev;
	struct net *net;
	struct net_service *service;
	CURL *easy; /* while an attempt runs, else NULL */
	struct curl_slist *headers;
	uv_timer_t *timer; /* pauses; frees itself when closed */
	net_done_fn done;
	void *arg;
	char *method;
	char *url;
	char *body;
	size_t body_len;
	struct net_origin base;
	struct net_origin origin; /* of url */
	int connect_ms;
	int64_t deadline_ms; /* monotonic */
	size_t max_bytes;
	int n_attempts;
	int n_redirects;
	bool is_idempotent;
	bool is_probe;
	/* of the present attempt */
	struct buf in;
	size_t n_header_bytes;
	int64_t retry_after_s; /* -1: not told */
	char type[128];
	char *location;
	bool is_guarded; /* an address was refused */
	bool is_too_large;
};

/* An attempt has ended; libcurl no longer has the handle. */
void net_call_ended(struct net_call *call, CURLcode code) NONNULL;
/* Ends with ERR_CANCELLED. */
void net_call_abort(struct net_call *call) NONNULL;

/* transfer.c: sets up one attempt and takes in what comes. -1: the address is
 * not one that may be asked. */
int net_transfer_begin(
    struct net_call *call, struct err *err) NONNULL MUST_CHECK;
/* Frees what an attempt took. */
void net_transfer_end(struct net_call *call) NONNULL;

#endif
