/*
 * The torrent engine: everything that speaks BitTorrent, in plain C. Behind it
 * stands libtorrent-rasterbar (engine.cc and its neighbours, the only C++), or
 * for quick tests an engine in memory that follows a script.
 *
 * What is promised:
 *   - A byte is *published* when the hash of its piece was right and all of the
 *     piece has been written. Only published bytes may be read; they never
 *     change, except that a piece given up (torrent_evict) is unpublished
 *     before its bytes go.
 *   - Nothing is fetched that was not admitted (torrent_admit): bytes on disk
 *     never pass the admitted ones.
 *   - A torrent_id is never used again.
 *   - Nothing here blocks but torrent_engine_free. All are called on one
 *     thread, the loop's.
 *   - No function fails with an exception or keeps a pointer it was given.
 *
 * Payload lies in <folder>/<name>/<file index>: names of ours, which reveal
 * nothing. Offsets and sizes are bytes, rates bytes per second, times
 * milliseconds since 1970.
 */
#ifndef DAEMON_TORRENT_TORRENT_H
#define DAEMON_TORRENT_TORRENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/torrent/describe.h"
#include "lib/base/attr.h"
#include "lib/base/err.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { TORRENT_NAME_SIZE = 33 }; /* of a payload folder: 32 hex digits */

typedef uint64_t torrent_id; /* 0: none */
typedef uint64_t torrent_reader;

struct torrent_engine;

/* --- The engine --------------------------------------------------------- */

enum torrent_encryption { TORRENT_ALLOW, TORRENT_REQUIRE, TORRENT_PLAIN };

struct torrent_settings {
	const char
	    *listen; /* "0.0.0.0:6881,[::]:6881"; port 0: any; "": none */
	const char *interface; /* name or address that all peer traffic uses;
				  "": any. One that is absent is refused. */
	const char *user_agent;
	bool has_dht, has_lsd, has_upnp, has_utp;
	enum torrent_encryption encryption;
	int64_t upload_limit, download_limit; /* 0: none */
	int max_connections;
	/* Trackers that a torrent or link names are not asked, only those given
	 * with it (torrent_add.trackers). */
	bool no_trackers;
	/* Trackers of this machine are asked by any path, as tests need it; else
	 * a torrent cannot make the server ask its neighbours for anything but
	 * an announcement. */
	bool trusts_local;
	int alert_queue; /* 0: as is good. Small ones lose news: no harm. */
};

struct torrent_engine_options {
	const char *folder;  /* of payloads; exists */
	const char *boot_id; /* of the kernel that runs now */
	struct torrent_settings settings;
	/* Something waits for torrent_next. Any thread; must not block. */
	void (*wake)(void *arg);
	void *wake_arg;
};

/* Starts paused (no traffic) until torrent_engine_pause(false). -1:
 * ERR_NOT_FOUND (no such interface), ERR_IO, ERR_INTERNAL. */
int torrent_engine_new(const struct torrent_engine_options *options,
    struct torrent_engine **out, struct err *err) NONNULL MUST_CHECK;
/* Ends all torrents and waits for what is being written. */
void torrent_engine_free(struct torrent_engine *engine);
int torrent_engine_apply(struct torrent_engine *engine,
    const struct torrent_settings *settings,
    struct err *err) NONNULL MUST_CHECK;
void torrent_engine_pause(struct torrent_engine *engine, bool paused) NONNULL;
/* The TCP port in use, 0: none. */
int torrent_engine_port(const struct torrent_engine *engine) NONNULL MUST_CHECK;

/* --- Torrents ------------------------------------------------------------ */

struct torrent_add {
	const char *name; /* of the payload folder; made when missing */
	/* One of these three: */
	const void *torrent; /* bytes of a .torrent, or what
				TORRENT_EVENT_METADATA gave */
	size_t torrent_len;
	const char *magnet;
	/* What TORRENT_EVENT_RESUME gave last time, or NULL. */
	const void *resume;
	size_t resume_len;
	const char *const
	    *trackers;            /* further ones; NULL at the end, or NULL */
	const char *const *peers; /* "127.0.0.1:6881" */
	const char *const *web_seeds;
	/* File 0 lies here already, is shared as it is and never written. */
	const char *own_file;
	bool is_paused;
	int64_t upload_limit, download_limit; /* 0: none */
};

/* ERR_TORRENT_INVALID, ERR_CONFLICT (the engine has that info-hash already),
 * ERR_IO. Pieces of an earlier run are published again as decisions of the
 * store say: at once under the same boot id, else when hashed anew. */
int torrent_add(struct torrent_engine *engine, const struct torrent_add *add,
    torrent_id *id, struct err *err) NONNULL MUST_CHECK;
/* With `erase` the payload folder goes too. TORRENT_EVENT_REMOVED follows. */
void torrent_remove(
    struct torrent_engine *engine, torrent_id id, bool erase) NONNULL;
void torrent_pause(
    struct torrent_engine *engine, torrent_id id, bool paused) NONNULL;
void torrent_limit(struct torrent_engine *engine, torrent_id id, int64_t upload,
    int64_t download) NONNULL;
/* Asks those of another description, too: see torrent_trackers_join. */
void torrent_trackers_add(struct torrent_engine *engine, torrent_id id,
    const void *bytes, size_t len) NONNULL;
void torrent_connect(
    struct torrent_engine *engine, torrent_id id, const char *peer) NONNULL;
/* Hashes everything that is said to be there anew, also of one that is paused.
 * Until then nothing of it is published; what is wrong is fetched again, of an
 * own file it is ERR_CORRUPT. TORRENT_EVENT_LOST when it begins and ends. */
void torrent_recheck(struct torrent_engine *engine, torrent_id id) NONNULL;
/* Asks for TORRENT_EVENT_RESUME. */
void torrent_save(struct torrent_engine *engine, torrent_id id) NONNULL;
/* Asks the trackers how many share it: TORRENT_EVENT_SCRAPE. */
void torrent_scrape(struct torrent_engine *engine, torrent_id id) NONNULL;

/* The files to keep (n 0: all): bytes of others never reach the disk. Pieces
 * that lack the bytes of a file that is kept only now are given up, and fetched
 * again if admitted. */
void torrent_want(struct torrent_engine *engine, torrent_id id,
    const int *files, int n) NONNULL_ARGS(1);

/* Pieces [first, first + n) may be fetched and kept. */
void torrent_admit(
    struct torrent_engine *engine, torrent_id id, int first, int n) NONNULL;
/* Gives pieces up: unpublished at once, their bytes freed, not admitted any
 * more; one TORRENT_EVENT_EVICTED for each call when their space is free. In
 * batches, as it interrupts the transfer for a moment. */
void torrent_evict(struct torrent_engine *engine, torrent_id id,
    const int *pieces, int n) NONNULL;

/* A reader of a file: pieces from its place on are fetched first, once it has
 * said where that is (torrent_reader_move); while what is on the disk is being
 * hashed, they are hashed first. */
torrent_reader torrent_reader_open(
    struct torrent_engine *engine, torrent_id id, int file) NONNULL MUST_CHECK;
void torrent_reader_move(struct torrent_engine *engine, torrent_reader reader,
    int64_t offset) NONNULL;
/* Only what lies before `end` of its file matters to it (without this, all), and
 * nothing that is under way is given up for it. */
void torrent_reader_until(
    struct torrent_engine *engine, torrent_reader reader, int64_t end) NONNULL;
void torrent_reader_close(
    struct torrent_engine *engine, torrent_reader reader) NONNULL;

/* --- What is there -------------------------------------------------------- */

/* Published bytes of a file from `offset` on without a hole. */
int64_t torrent_published(const struct torrent_engine *engine, torrent_id id,
    int file, int64_t offset) NONNULL MUST_CHECK;
bool torrent_piece_is_published(const struct torrent_engine *engine,
    torrent_id id, int piece) NONNULL MUST_CHECK;
/* The path of a file's bytes into out; -1 when too long. */
int torrent_file_path(const struct torrent_engine *engine, torrent_id id,
    int file, char *out, size_t size) NONNULL MUST_CHECK;
/* Borrowed until the next call about this torrent; NULL before metadata. */
const struct torrent_meta *torrent_meta(
    const struct torrent_engine *engine, torrent_id id) NONNULL MUST_CHECK;

enum torrent_state {
	TORRENT_METADATA,    /* being asked for */
	TORRENT_CHECKING,    /* hashing what is on disk */
	TORRENT_DOWNLOADING, /* or waiting for admission or peers */
	TORRENT_SEEDING,     /* all is here */
	TORRENT_PAUSED,
	TORRENT_FAILED, /* see error */
};

struct torrent_status {
	enum torrent_state state;
	enum err_code error; /* ERR_DISK_FULL, ERR_IO …; ERR_NONE */
	int64_t download_rate, upload_rate; /* payload; 0 when silent */
	int64_t downloaded, uploaded;       /* payload, since it was added */
	int64_t wasted;                     /* failed hashes, fetched twice */
	int64_t published, admitted;        /* bytes */
	int n_peers, n_seeds;
	int n_known_seeds, n_known_peers; /* by trackers; -1: unknown */
	int64_t added_at, last_byte_at;   /* 0: never */
	bool tracker_failed;              /* all of them, last time */
};
/* False when there is no such torrent. */
bool torrent_status(const struct torrent_engine *engine, torrent_id id,
    struct torrent_status *out) NONNULL MUST_CHECK;

enum torrent_tracker_state {
	TORRENT_TRACKER_ASKED, /* has not answered yet */
	TORRENT_TRACKER_OK,
	TORRENT_TRACKER_FAILED,
};

struct torrent_tracker {
	const char *host; /* "tracker.example:6969" */
	enum torrent_tracker_state state;
	const char *text; /* why it failed, as it says itself; or NULL */
};
/* The nth tracker, until the next call about it; false behind the last. */
bool torrent_tracker_at(const struct torrent_engine *engine, torrent_id id,
    int nth, struct torrent_tracker *out) NONNULL MUST_CHECK;

/* --- Events ---------------------------------------------------------------- */

enum torrent_event_kind {
	TORRENT_EVENT_METADATA, /* bytes: the .torrent as it can be added */
	TORRENT_EVENT_PIECE,    /* published */
	TORRENT_EVENT_LOST,     /* pieces were unpublished: look again */
	TORRENT_EVENT_EVICTED,
	TORRENT_EVENT_STATE,  /* changed: see torrent_status */
	TORRENT_EVENT_RESUME, /* bytes; len 0: there is nothing to save */
	TORRENT_EVENT_SCRAPE,
	TORRENT_EVENT_TRACKER, /* one answered or failed */
	TORRENT_EVENT_REMOVED,
};

struct torrent_event {
	enum torrent_event_kind kind;
	torrent_id id;
	int piece;
	const void *bytes; /* borrowed until the next call of torrent_next */
	size_t len;
};
/* The next event; false when there is none. */
bool torrent_next(struct torrent_engine *engine,
    struct torrent_event *event) NONNULL MUST_CHECK;

#ifdef __cplusplus
}
#endif

#endif
