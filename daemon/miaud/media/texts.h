/*
 * Subtitles inside films, taken out: all tracks of words of a film in one reading
 * of it, at the first request. They are kept as lib/play/text.h names them, the
 * newest ones up to TEXTS_BYTES, for TEXTS_DAYS.
 *
 * One film is read at a time, the others wait. Loop thread only.
 */
#ifndef DAEMON_MIAUD_MEDIA_TEXTS_H
#define DAEMON_MIAUD_MEDIA_TEXTS_H

#include "daemon/miaud/rpc.h"
#include "lib/base/attr.h"

enum {
	TEXTS_BYTES = 256 * 1024 * 1024,
	TEXTS_DAYS = 30,
	TEXTS_WAITING_MAX = 64, /* films, and calls for each */
	TEXTS_DEADLINE_MS = 15 * 60 * 1000,
};

struct texts;

struct texts *texts_new(struct miaud *miaud) NONNULL RETURNS_NONNULL MUST_CHECK;
/* After the loop has ended. */
void texts_free(struct texts *texts);

/* subtitle.extract */
void method_subtitle_extract(struct rpc_call *call);

#endif
