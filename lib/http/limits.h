/*
 * Rate limits shared by all handler processes: run/limits is a fixed mapping
 * of 64-bit atomics (GCRA theoretical arrival time and fingerprint packed
 * together) changed by compare-and-swap only; no lock lives in shared memory.
 */
#ifndef LIB_HTTP_LIMITS_H
#define LIB_HTTP_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"

struct limits;

struct limit_rule {
	int64_t period_ms; /* time for `count` requests */
	int count;         /* also the burst */
};

struct limit_state {
	int limit;
	int remaining;
	int64_t reset_s;
	int64_t retry_after_s; /* 0: let through */
};

/* Maps (and makes) the file. */
struct limits *limits_open(
    const char *path, struct err *err) NONNULL MUST_CHECK;
void limits_close(struct limits *limits);

/* Takes one from `key` (e.g. "login:127.0.0.1") under a rule. Fills state.
 * True: go on. With take false it only looks. */
bool limits_take(struct limits *limits, const char *key,
    const struct limit_rule *rule, int64_t now_ms, bool take,
    struct limit_state *state) NONNULL MUST_CHECK;

#endif
