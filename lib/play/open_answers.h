/*
 * How many answers with one stream key are being sent at a time, over all
 * processes: at most OPEN_ANSWERS_MAX. Each holds one byte of the empty file
 * <run>/streams locked (fcntl, open file description locks), at a place made
 * from the key's hash; the kernel lets go of it when the descriptor closes,
 * also that of a killed handler. Nothing is counted, so nothing can stay
 * behind.
 */
#ifndef LIB_PLAY_OPEN_ANSWERS_H
#define LIB_PLAY_OPEN_ANSWERS_H

#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/store/stream_keys.h"

enum { OPEN_ANSWERS_MAX = 16 };

/* A descriptor whose closing gives the place back, or -1:
 * ERR_TOO_MANY_STREAMS, ERR_IO. */
int open_answer_take(const char *run,
    const unsigned char hash[STREAM_KEY_HASH_SIZE],
    struct err *err) NONNULL MUST_CHECK;

#endif
