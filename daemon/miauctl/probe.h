/*
 * Asks the web server for one address over and over until it answers 200.
 */
#ifndef DAEMON_MIAUCTL_PROBE_H
#define DAEMON_MIAUCTL_PROBE_H

#include <stddef.h>
#include <uv.h>

#include "lib/base/attr.h"

enum { PROBE_AGAIN_MS = 20, PROBE_PATH_MAX = 512 };

struct probe {
	uv_loop_t *loop;
	struct sockaddr_storage address;
	char host[96]; /* for the Host header */
	char request[PROBE_PATH_MAX + 256];
	char answer[64];
	size_t answer_len;
	uv_timer_t timer;
	uv_tcp_t *tcp; /* NULL between attempts */
	void (*done)(struct probe *probe);
	void *data;
	int last_status; /* of the last answer, 0: none */
};

/* `bind` is the server's address; one that means "all" is asked on loopback. */
void probe_init(
    struct probe *probe, uv_loop_t *loop, const char *bind, int port) NONNULL;
/* Asks for `path`; `done` is called once, when the answer was 200. */
void probe_start(struct probe *probe, const char *path,
    void (*done)(struct probe *probe)) NONNULL;
/* Ends asking and closes the handles. */
void probe_close(struct probe *probe) NONNULL;

#endif
