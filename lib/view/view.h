/*
 * The JSON shapes of docs/openapi.yaml that several handlers show, made from
 * the store's structs. Nothing here decides or writes; what has to be read
 * besides (progress, the next episode) is read by lib/view/watch.h first.
 *
 * Each function returns a new object that the caller owns. Optional parts are
 * NULL pointers and become null.
 */
#ifndef LIB_VIEW_VIEW_H
#define LIB_VIEW_VIEW_H

#include <json-c/json.h>
#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/base/attr.h"
#include "lib/base/buf.h"
#include "lib/base/settings.h"
#include "lib/store/api_keys.h"
#include "lib/store/audit.h"
#include "lib/store/library.h"
#include "lib/store/profiles.h"
#include "lib/store/progress.h"
#include "lib/store/sessions.h"
#include "lib/store/sources.h"
#include "lib/store/titles.h"
#include "lib/store/users.h"

/* What the addresses inside answers are made from. */
struct view {
	struct arena *arena;
	const char *base_path; /* "/" or "/miau/" */
};

/* "/miau/" + "api/…" in the arena. */
char *view_url(const struct view *view,
    const char *relative) NONNULL RETURNS_NONNULL MUST_CHECK;

/* A row of the audit log: schema AuditEntry; and as a table for spreadsheets,
 * whose head comes first. */
const char *view_audit_by(
    const struct audit_row *row) NONNULL RETURNS_NONNULL;
struct json_object *view_audit(
    const struct audit_row *row) NONNULL RETURNS_NONNULL MUST_CHECK;
void view_audit_csv_head(struct buf *out) NONNULL;
void view_audit_csv(struct buf *out, const struct audit_row *row) NONNULL;

/* People: schemas User, Person, Profile, Me. */
struct json_object *view_user(
    const struct user *user) NONNULL RETURNS_NONNULL MUST_CHECK;
struct json_object *view_person(
    const struct user *user) NONNULL RETURNS_NONNULL MUST_CHECK;
struct json_object *view_profile(
    const struct profile *profile) NONNULL RETURNS_NONNULL MUST_CHECK;
struct json_object *view_me(const struct user *user,
    const struct profile *profile) NONNULL RETURNS_NONNULL MUST_CHECK;
/* Device, without `current`. */
struct json_object *view_device(
    const struct session *session) NONNULL RETURNS_NONNULL MUST_CHECK;
/* What is known of a key; the key itself is not. */
struct json_object *view_api_key(
    const struct api_key *key) NONNULL RETURNS_NONNULL MUST_CHECK;
/* Stored preferences with the default of each that is missing. */
struct json_object *view_preferences(
    const char *stored) RETURNS_NONNULL MUST_CHECK;

/* Progress, or null for NULL or a row that does not exist (id 0). */
struct json_object *view_progress(const struct progress *progress) MUST_CHECK;
/* An entry of /api/progress. */
struct json_object *view_progress_item(
    const struct progress *progress) NONNULL RETURNS_NONNULL MUST_CHECK;

/* EpisodeRef, or null for NULL or an episode that does not exist (id 0). */
struct json_object *view_episode_ref(const struct episode *episode) MUST_CHECK;

/* Titles: schemas MovieItem, ShowItem, the entry of the catalogue. */
struct json_object *view_movie_item(const struct view *view,
    const struct title *title, const struct progress *progress)
    NONNULL_ARGS(1, 2) RETURNS_NONNULL MUST_CHECK;
struct json_object *view_show_item(const struct view *view,
    const struct title *title, const struct episode *next,
    const struct progress *progress)
    NONNULL_ARGS(1, 2) RETURNS_NONNULL MUST_CHECK;
struct json_object *view_card(const struct view *view,
    const struct title *title) NONNULL RETURNS_NONNULL MUST_CHECK;

/* Schema Movie without sources. best: what Play would send, or NULL. */
struct json_object *view_movie(const struct view *view,
    const struct title *title, const struct source *best,
    const struct progress *progress)
    NONNULL_ARGS(1, 2) RETURNS_NONNULL MUST_CHECK;
/* Schema Show; seasons (an array) is taken. */
struct json_object *view_show(const struct view *view,
    const struct title *title, const struct episode *next,
    struct json_object *seasons)
    NONNULL_ARGS(1, 2, 4) RETURNS_NONNULL MUST_CHECK;
/* Schema Season; episodes (an array) is taken. */
struct json_object *view_season(const struct view *view,
    const struct season *season,
    struct json_object *episodes) NONNULL RETURNS_NONNULL MUST_CHECK;
struct json_object *view_episode(const struct view *view,
    const struct episode *episode, const struct progress *progress)
    NONNULL_ARGS(1, 2) RETURNS_NONNULL MUST_CHECK;
/* The same with show, neighbours and media: schema EpisodeDetail. */
struct view_episode_parts {
	const struct title *show;
	const struct episode *previous; /* id 0: none */
	const struct episode *next;
	const struct source *best;
	const struct progress *progress;
};
struct json_object *view_episode_detail(const struct view *view,
    const struct episode *episode,
    const struct view_episode_parts *parts) NONNULL RETURNS_NONNULL MUST_CHECK;

/* The answer of /api/titles/:titleId. */
struct json_object *view_title(const struct view *view,
    const struct title *title, const struct source *sources, size_t n_sources,
    const struct title *similar, size_t n_similar)
    NONNULL_ARGS(1, 2) RETURNS_NONNULL MUST_CHECK;

/* Library: schemas Folder and File. reason: what is wrong, or NULL. */
struct json_object *view_folder(
    const struct library_folder *folder, const char *reason, bool is_direct)
    NONNULL_ARGS(1) RETURNS_NONNULL MUST_CHECK;
struct json_object *view_file(
    const struct library_file *file) NONNULL RETURNS_NONNULL MUST_CHECK;
/* A scan that is not running and about which nothing is known. */
struct json_object *view_scan_idle(void) RETURNS_NONNULL MUST_CHECK;

/* Schema Setting: the row with its present value, secrets masked. */
#define VIEW_SECRET_MASK "\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2"
struct json_object *view_setting(const struct settings *settings,
    enum setting_id id) NONNULL RETURNS_NONNULL MUST_CHECK;

/* [{url, scope}] of the server by its settings, best first. */
struct json_object *view_addresses(
    const struct settings *settings) NONNULL RETURNS_NONNULL MUST_CHECK;

#endif
