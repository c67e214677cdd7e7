/*
 * The encoder manager: makes the segments of HLS (lib/hls) of any film that
 * somebody plays, by ffmpeg (daemon/miaud/media/ffmpeg.h).
 *
 * One child makes one track of one film from one segment on, for all who want it.
 * It is throttled by not reading what it writes when it is far enough ahead of
 * whoever asked last, ended when nobody asked for ENCODERS_IDLE_MS, and replaced
 * when it fails or hangs. What it makes goes as segments to
 * <state>/hls/<film>/<track>/<number>.m4s, each by renaming, and is removed a while
 * after the last who asked. Only so many children encode pictures at once; who has
 * to wait for one is told.
 *
 * Loop thread only.
 */
#ifndef DAEMON_MIAUD_ENCODERS_ENCODERS_H
#define DAEMON_MIAUD_ENCODERS_ENCODERS_H

#include <json-c/json.h>
#include <stdbool.h>

#include "daemon/miaud/rpc.h"
#include "lib/base/attr.h"

enum {
	ENCODERS_IDLE_MS = 30000,  /* a child nobody asks */
	ENCODERS_KEEP_MS = 60000,  /* the segments of a film nobody asks for */
	ENCODERS_HANG_MS = 20000,  /* a child that writes nothing and should */
	ENCODERS_STUCK_MS = 10000, /* one that does it by hardware */
	ENCODERS_TRIES = 3,        /* at one segment */
};

struct miaud;
struct encoders;

/* Removes what a killed miaud left. */
struct encoders *encoders_new(
    struct miaud *miaud) NONNULL RETURNS_NONNULL MUST_CHECK;
/* Ends all children and answers all who wait. */
void encoders_stop(struct encoders *encoders) NONNULL;
/* Whether somebody watches by them, or did a moment ago. */
bool encoders_are_used(const struct encoders *encoders) NONNULL MUST_CHECK;
/* Whether all children have gone. */
bool encoders_is_drained(const struct encoders *encoders) NONNULL MUST_CHECK;
/* Removes all segments and closes the handles. Before dbthread_close. */
void encoders_close(struct encoders *encoders) NONNULL;
/* After the loop has ended. */
void encoders_free(struct encoders *encoders);

/* The method hls.part: answers with the path of a segment, or of what a track is
 * begun with (number -1), as soon as it is made; with null after waitMs. viewer:
 * whoever is at one place at a time; place: seconds, where he begins, if he is the
 * first. Errors:
 * ERR_FILE_GONE, ERR_NOT_FOUND (no such track or segment), ERR_MEDIA_REFUSED (it
 * cannot be made), ERR_ENCODER_BUSY (all are in use), ERR_DISK_FULL. */
void encoders_part(struct rpc_call *call) NONNULL;
/* The method hls.queue: the place of a source among those that wait for an encoder;
 * 1 is the next, null: it does not wait for one. */
void encoders_queue(struct rpc_call *call) NONNULL;
/* The method hls.list: what is being made. */
void encoders_list(struct rpc_call *call) NONNULL;

#endif
