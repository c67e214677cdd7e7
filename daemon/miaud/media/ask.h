/*
 * What a confined program asks of the listener from which it reads a film: a
 * pure function over hostile input. Understood is as much of HTTP/1.1 as
 * libavformat speaks.
 */
#ifndef DAEMON_MIAUD_MEDIA_ASK_H
#define DAEMON_MIAUD_MEDIA_ASK_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/attr.h"

/* Where the film is, as the program sees it. The port is free: the network of
 * its namespace is its own. */
enum { ASK_SIZE = 4096, ASK_PORT = 8080 };
#define ASK_PATH "/film"
#define ASK_URL "http://127.0.0.1:8080" ASK_PATH

enum ask_result {
	ASK_MORE,    /* the head has not ended */
	ASK_REFUSED, /* not what is understood */
	ASK_WHOLE,   /* 200 */
	ASK_RANGE,   /* 206 */
	ASK_BEHIND,  /* 416: begins behind the end */
};

struct ask {
	int64_t from, end; /* bytes, `end` exclusive */
};

/* Reads what has come so far, at most ASK_SIZE bytes. */
enum ask_result ask_read(const char *head, size_t len, int64_t size,
    struct ask *ask) NONNULL MUST_CHECK;

#endif
