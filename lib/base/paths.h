/*
 * Where things lie. The state folder is MIAU_STATE_DIR, made absolute once; not
 * set, it is `var` in the checkout in which this program was built, or
 * PATHS_INSTALLED_STATE for one that was installed, so that one program means
 * one installation from wherever it is called. Layout: docs/operating.md.
 */
#ifndef LIB_BASE_PATHS_H
#define LIB_BASE_PATHS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"

enum { PATHS_MAX = 4096 };

/* Of the machine's own installation, whatever the prefix of its programs. */
#define PATHS_INSTALLED_STATE "/var/lib/miauflix"
#define PATHS_INSTALLED_CONFIG "/etc/miauflix/miauflix.conf"

struct paths {
	char state[PATHS_MAX];      /* the folder itself */
	char database[PATHS_MAX];   /* miauflix.db */
	char keys[PATHS_MAX];       /* keys/ 0700 */
	char run[PATHS_MAX];        /* run/ sockets, pids, limits */
	char images[PATHS_MAX];     /* images/ poster cache */
	char library[PATHS_MAX];    /* library/ the first folder of own files */
	char torrents[PATHS_MAX];   /* torrents/ payload under names of ours */
	char hls[PATHS_MAX];        /* hls/ segments of what is played now */
	char thumbnails[PATHS_MAX]; /* thumbnails/ for the seek bar */
	char resume[PATHS_MAX];     /* resume/ what describes it, sealed */
	char subtitles[PATHS_MAX];  /* subtitles/ fetched from outside */
	char texts[PATHS_MAX];      /* texts/ subtitles taken out of films */
	char backups[PATHS_MAX];
	char log[PATHS_MAX];
	/* miauflix.conf in the state folder; for PATHS_INSTALLED_STATE
	 * PATHS_INSTALLED_CONFIG. */
	char config[PATHS_MAX];
};

/* Fills `paths` from the environment. -1 when the name is too long. Makes
 * nothing. */
int paths_init(struct paths *paths, struct err *err) NONNULL MUST_CHECK;

enum paths_owner {
	PATHS_NEW,  /* missing, or with nothing but what is laid there for us */
	PATHS_OURS, /* an installation; also when it cannot be looked at */
	PATHS_FOREIGN, /* something else lives there */
};

/* To whom the state folder belongs. Nothing is ever begun or changed in a
 * foreign one. */
enum paths_owner paths_owner(const struct paths *paths) NONNULL MUST_CHECK;

/* ERR_NOT_FOUND with a sentence when the folder is foreign. */
int paths_refuse_foreign(
    const struct paths *paths, struct err *err) NONNULL MUST_CHECK;

/* ERR_FORBIDDEN with a sentence when keys and database belong to another user
 * than this process's: what it wrote there could not be read by theirs. Nothing
 * is refused before there are any. */
int paths_refuse_stranger(
    const struct paths *paths, struct err *err) NONNULL MUST_CHECK;

/* Makes the folders that are missing, with their modes. */
int paths_make(const struct paths *paths, struct err *err) NONNULL MUST_CHECK;

/* <run>/<name> into out; -1 when longer than a socket address holds (107
 * bytes, unix(7)): libuv would cut it silently. */
int paths_socket(const struct paths *paths, const char *name, char *out,
    size_t size, struct err *err) NONNULL MUST_CHECK;

/* This program was installed and does not lie in the checkout that built it. */
bool paths_are_installed(void) MUST_CHECK;

/* Folder with the installed program files (web app, handlers, templates):
 * MIAU_LIB_DIR, else the folder two above this program's binary's folder's
 * "bin" (build/bin/miauctl → build). */
int paths_programs(char *out, size_t size, struct err *err) NONNULL MUST_CHECK;

#endif
