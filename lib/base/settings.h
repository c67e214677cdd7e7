/*
 * Settings are rows of one table: parser, ranges, `miauctl config`,
 * /api/config, the form in the app, conf/miauflix.conf and the docs are made
 * from it.
 *
 * Where a value comes from, strongest first: environment (MIAU_<AREA>_<KEY>, or
 * MIAU_<AREA>_<KEY>_FILE naming a file that holds it), the configuration file
 * (MIAU_CONFIG, else <state>/miauflix.conf; lines NAME=VALUE with the same
 * names, '#' comments), the database (table setting), the row's default.
 *
 * Rows with SETTING_BOOT are needed before the database is open (port, bind,
 * state folder …): they live in environment and file only.
 */
#ifndef LIB_BASE_SETTINGS_H
#define LIB_BASE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"

enum setting_type {
	SETTING_TEXT,
	SETTING_INT,
	SETTING_BOOL,
	SETTING_CHOICE,
	SETTING_LIST, /* comma-separated texts */
};

enum setting_flags {
	SETTING_SECRET = 1 << 0,  /* never shown, sealed in the database */
	SETTING_RESTART = 1 << 1, /* takes effect at the next start */
	SETTING_BOOT = 1 << 2,    /* environment and file only */
};

enum setting_source {
	SETTING_FROM_DEFAULT,
	SETTING_FROM_DATABASE,
	SETTING_FROM_FILE,
	SETTING_FROM_ENVIRONMENT,
};

enum setting_id {
#define SETTING(id, ...) SETTING_##id,
#include "lib/base/settings_rows.h"
#undef SETTING
	SETTING__MAX
};

struct setting_row {
	const char *name;  /* "http.port" */
	const char *label; /* for people, within its area: "Port" */
	const char *env;   /* "MIAU_PORT", or NULL: made from the name */
	enum setting_type type;
	unsigned flags;
	const char *fallback; /* the default, as text */
	int64_t min, max;     /* SETTING_INT */
	const char *choices;  /* SETTING_CHOICE: "a|b|c" */
	const char *unit;     /* SETTING_INT: "seconds", "bytes", "bytes per
				 second", "percent", or NULL for a count */
	const char *zero;     /* what 0 means when it is no quantity, or NULL */
	const char *help;     /* one sentence */
};

extern const struct setting_row setting_rows[SETTING__MAX];

/* All values, read once per process start (and again by miaud on change). */
struct settings;

/* Reads environment and file; database values are given afterwards by
 * settings_set_stored. NULL and ERR_SETTING_INVALID (the text names the row). */
struct settings *settings_load(struct err *err) NONNULL MUST_CHECK;
void settings_free(struct settings *settings);

/* Puts a value from the database below file and environment. An invalid one
 * is refused (-1) and the default stays. NULL removes it. */
int settings_set_stored(struct settings *settings, enum setting_id id,
    const char *value, struct err *err) NONNULL_ARGS(1, 4) MUST_CHECK;

/* Checks a value against its row: type, range, choice. */
int settings_check(
    enum setting_id id, const char *value, struct err *err) NONNULL MUST_CHECK;

/* The row of a name; -1 for an unknown one. */
int settings_find(const char *name) NONNULL MUST_CHECK;

/* A value as people read it, into out (SETTINGS_SHOWN bytes suffice for a
 * number): "15 min" for 900 seconds, "1 MiB/s", "100 %", the row's word for 0.
 * Never rounded: 90 seconds stay "90 s". What has no unit is copied. */
enum { SETTINGS_SHOWN = 64 };
void settings_show(
    enum setting_id id, const char *value, char *out, size_t size) NONNULL;

/* The environment name of a row, into out (64 bytes suffice). */
void settings_env_name(enum setting_id id, char *out, size_t size) NONNULL;

/* Borrowed until settings_free or the next settings_set_stored. */
const char *settings_text(const struct settings *settings,
    enum setting_id id) NONNULL RETURNS_NONNULL;
int64_t settings_int(
    const struct settings *settings, enum setting_id id) NONNULL;
bool settings_bool(const struct settings *settings, enum setting_id id) NONNULL;
/* True when the comma list holds `item` (ASCII case ignored). */
bool settings_list_has(const struct settings *settings, enum setting_id id,
    const char *item) NONNULL;
enum setting_source settings_source(
    const struct settings *settings, enum setting_id id) NONNULL;

#endif
