/*
 * subtitles.fetch: from something that was found to a track that everybody can
 * choose. What is here already costs nothing; else, signed in where there is an
 * account, OpenSubtitles is asked where the file lies, and it is got from there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/upstreams/part.h"
#include "lib/base/clock.h"
#include "lib/base/fs.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/library/subtitle.h"

enum { BODY_SIZE = 64, FILE_MODE = 0600, VTT_MAX = 64 * 1024 * 1024 };

struct fetch {
	uv_work_t work;
	struct rpc_call *call;
	struct subtitles *subtitles;
	struct subtitles_seen seen;
	char path[PATHS_MAX + 32];
	struct opensubtitles_link link;
	struct buf bytes;
	struct err err; /* of the pool thread */
	bool is_here;
	bool was_signed_in; /* the token is of this very call */
};

static void
end(struct fetch *fetch)
{
	buf_fini(&fetch->bytes);
	free(fetch);
}

static void
refuse(struct fetch *fetch, const struct err *err)
{
	rpc_fail(fetch->call, err);
	end(fetch);
}

static int
note_job(struct db *db, void *arg, struct err *err)
{
	struct fetch *fetch = arg;
	struct opensubtitles_found *found = &fetch->seen.found;
	const struct fetched_subtitle row = {
		.file_id = found->file_id,
		.format =
		    (char *)(fetch->link.format != NULL ? fetch->link.format
							: "srt"),
		.language = found->language,
		.release = found->release,
		.is_forced = found->is_forced,
		.is_sdh = found->is_sdh,
	};
	enum store_result linked;

	if (!fetch->is_here &&
	    store_fetched_subtitle_put(db, &row, err) == STORE_ERROR)
		return -1;
	linked = store_fetched_subtitle_link(
	    db, fetch->seen.source_id, found->file_id, found->is_exact, err);
	if (linked == STORE_NONE)
		return err_set(err, ERR_SOURCE_NOT_FOUND,
		    "This is not in the library any more.");
	return linked == STORE_OK ? 0 : -1;
}

static void
note_done(void *arg, const struct err *err)
{
	struct fetch *fetch = arg;
	struct json_object *out;

	if (err->code != ERR_NONE) {
		refuse(fetch, err);
		return;
	}
	out = json_object_new_object();
	json_add_int(out, "fileId", fetch->seen.found.file_id);
	json_add(out, "quota", subtitles_show_quota(fetch->subtitles));
	rpc_reply(fetch->call, out);
	end(fetch);
}

static void
note(struct fetch *fetch)
{
	struct err err;

	if (dbthread_submit(fetch->subtitles->miaud->dbthread, DBJOB_BATCHED,
		note_job, note_done, fetch, &err) == -1)
		refuse(fetch, &err);
}

/* Pool thread: whether there is a cue in it, and into its place. */
static void
keep(uv_work_t *work)
{
	struct fetch *fetch = work->data;
	struct buf vtt;

	buf_init(&vtt, VTT_MAX);
	if (library_subtitle_convert(fetch->bytes.data, fetch->bytes.len,
		fetch->link.format, fetch->seen.found.language, &vtt,
		&fetch->err) == 0) {
		if (strstr(vtt.data, "-->") == NULL)
			err_set(&fetch->err, ERR_UPSTREAM_ANSWER,
			    OPENSUBTITLES " sent a file without subtitles.");
		else if (fs_write(fetch->path, fetch->bytes.data,
			     fetch->bytes.len, FILE_MODE, &fetch->err) == 0)
			fetch->err.code = ERR_NONE;
	}
	buf_fini(&vtt);
}

static void
kept(uv_work_t *work, int status)
{
	struct fetch *fetch = work->data;

	if (status != 0)
		err_set(
		    &fetch->err, ERR_CANCELLED, "The media service is ending.");
	if (fetch->err.code != ERR_NONE)
		refuse(fetch, &fetch->err);
	else
		note(fetch);
}

static void
got_file(void *arg, const struct net_answer *answer, const struct err *err)
{
	struct fetch *fetch = arg;
	struct err wrong = *err;

	if (answer != NULL && answer->status != 200)
		err_set(&wrong, ERR_UPSTREAM_ANSWER,
		    OPENSUBTITLES " does not have this file now (status %d).",
		    answer->status);
	if (wrong.code != ERR_NONE) {
		refuse(fetch, &wrong);
		return;
	}
	buf_append(&fetch->bytes, answer->body, answer->len);
	if (uv_queue_work(&fetch->subtitles->miaud->loop, &fetch->work, keep,
		kept) != 0) {
		err_set(&wrong, ERR_BUSY, "No thread is free.");
		refuse(fetch, &wrong);
	}
}

static void ask_link(struct fetch *fetch);

/* The token of an earlier call may have ended meanwhile. */
static bool
may_sign_in_again(struct fetch *fetch, const struct net_answer *answer)
{
	if (answer == NULL || answer->status != 401 ||
	    fetch->subtitles->token == NULL || fetch->was_signed_in)
		return false;
	subtitles_sign_out(fetch->subtitles);
	return true;
}

static void
got_link(void *arg, const struct net_answer *answer, const struct err *err)
{
	struct fetch *fetch = arg;
	struct err wrong = *err;
	char *base;
	int result = -1;

	if (may_sign_in_again(fetch, answer)) {
		ask_link(fetch);
		return;
	}
	if (answer != NULL)
		result = opensubtitles_read_link(answer, &fetch->link, &wrong);
	if (fetch->link.has_quota)
		subtitles_take_quota(fetch->subtitles, &fetch->link.quota);
	if (result == -1) {
		refuse(fetch, &wrong);
		return;
	}
	base = subtitles_url(fetch->subtitles, "");
	net_send(fetch->subtitles->miaud->net,
	    &(struct net_request){ .service = OPENSUBTITLES,
		.base = base,
		.url = fetch->link.link,
		.total_ms = SUBTITLES_CALL_MS,
		.max_bytes = SUBTITLE_FILE_MAX,
		.is_idempotent = true },
	    got_file, fetch);
	free(base);
}

static void
signed_in(void *arg, const struct net_answer *answer, const struct err *err)
{
	struct fetch *fetch = arg;
	struct err wrong = *err;

	if (answer != NULL)
		fetch->subtitles->token =
		    opensubtitles_read_token(answer, &wrong);
	if (fetch->subtitles->token == NULL) {
		refuse(fetch, &wrong);
		return;
	}
	fetch->was_signed_in = true;
	ask_link(fetch);
}

/* Asks where the file lies, signed in first where there is an account. */
static void
ask_link(struct fetch *fetch)
{
	struct subtitles *subtitles = fetch->subtitles;
	char body[BODY_SIZE], *url, *account = NULL;

	if (subtitles->token == NULL)
		account = subtitles_sign_in_body(subtitles);
	if (account != NULL) {
		url = subtitles_url(subtitles, "/login");
		subtitles_ask(subtitles, url, account, signed_in, fetch);
		mem_wipe(account, strlen(account));
		free(account);
	} else {
		snprintf(body, sizeof(body), "{\"file_id\":%lld}",
		    (long long)fetch->seen.found.file_id);
		url = subtitles_url(subtitles, "/download");
		subtitles_ask(subtitles, url, body, got_link, fetch);
	}
	free(url);
}

static int
look_job(struct db *db, void *arg, struct err *err)
{
	struct fetch *fetch = arg;
	enum store_result found =
	    store_fetched_subtitle_find(db, fetch->seen.found.file_id, err);

	fetch->is_here = found == STORE_OK && fs_exists(fetch->path);
	return found == STORE_ERROR ? -1 : 0;
}

static void
look_done(void *arg, const struct err *err)
{
	struct fetch *fetch = arg;
	const struct service_quota *quota = &fetch->subtitles->quota;
	struct err wrong;

	if (err->code != ERR_NONE) {
		refuse(fetch, err);
	} else if (fetch->is_here) {
		note(fetch);
	} else if (subtitles_check_on(fetch->subtitles, &wrong) == -1) {
		refuse(fetch, &wrong);
	} else if (fetch->subtitles->has_quota && quota->remaining <= 0 &&
	    quota->reset_at > clock_now_ms()) {
		opensubtitles_say_empty(quota, &wrong);
		refuse(fetch, &wrong);
	} else {
		ask_link(fetch);
	}
}

/* What was found for that source, the newest first. */
static const struct subtitles_seen *
find_seen(const struct subtitles *subtitles, int64_t source_id, int64_t file_id)
{
	const struct subtitles_seen *seen;
	size_t i;

	for (i = 0; i < SUBTITLES_SEEN_MAX && i < subtitles->n_seen; i++) {
		seen = &subtitles->seen[(subtitles->n_seen - 1 - i) %
		    SUBTITLES_SEEN_MAX];
		if (seen->source_id == source_id &&
		    seen->found.file_id == file_id)
			return seen;
	}
	return NULL;
}

void
subtitles_fetch(struct rpc_call *call)
{
	struct subtitles *subtitles = rpc_miaud(call)->subtitles;
	struct json_object *params = rpc_params(call);
	const struct subtitles_seen *seen =
	    find_seen(subtitles, json_get_int(params, "sourceId", 0),
		json_get_int(params, "fileId", 0));
	struct fetch *fetch;
	struct err err;

	if (seen == NULL) {
		err_set(&err, ERR_SUBTITLE_NOT_FOUND,
		    "Look for subtitles again: this result is too old.");
		rpc_fail(call, &err);
		return;
	}
	fetch = mem_calloc(1, sizeof(*fetch));
	fetch->call = call;
	fetch->subtitles = subtitles;
	fetch->seen = *seen;
	fetch->work.data = fetch;
	buf_init(&fetch->bytes, SUBTITLE_FILE_MAX);
	snprintf(fetch->path, sizeof(fetch->path), "%s/%lld",
	    subtitles->miaud->paths.subtitles, (long long)seen->found.file_id);
	if (dbthread_submit(subtitles->miaud->dbthread, DBJOB_ALONE, look_job,
		look_done, fetch, &err) == -1)
		refuse(fetch, &err);
}
