/*
 * What was given up of a download that nobody reads, and why: told until it is
 * all here again or watched, and noted for `miauctl why`.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/downloads/part.h"
#include "daemon/miaud/downloads/room.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/store/notes.h"

enum { SUBJECT_SIZE = 32, SENTENCE_SIZE = 160 };

/* Its last bytes may still come when it is given up. */
enum { USED_SINCE_MS = 60 * 1000 };

#define MB 1e6
#define GB 1e9

static const struct {
	const char *name, *text;
} whys[GIVEN__MAX] = {
	[GIVEN_LIMIT] = { "limit", "to keep the storage limit" },
	[GIVEN_ROOM] = { "room", "for what is watched or to be fetched" },
	[GIVEN_ASKED] = { "asked", "because somebody asked for its room" },
};

/* Written on the database thread. */
struct noting {
	char subject[SUBJECT_SIZE];
	char sentence[SENTENCE_SIZE];
	char inputs[SENTENCE_SIZE];
};

static void
say(int64_t bytes, enum given_why why, char sentence[SENTENCE_SIZE])
{
	double n = (double)bytes;

	snprintf(sentence, SENTENCE_SIZE, "%.1f %s of it were given up %s.",
	    n < GB ? n / MB : n / GB, n < GB ? "MB" : "GB", whys[why].text);
}

static int
note_job(struct db *db, void *arg, struct err *err)
{
	const struct noting *noting = arg;

	return store_reason_put(db, noting->subject, IDENTITY_GIVEN_UP,
		   noting->sentence, noting->inputs, err) == STORE_ERROR
	    ? -1
	    : 0;
}

static void
noted(void *arg, const struct err *err)
{
	if (err->code != ERR_NONE)
		log_warn("download.given", "%s", err->text);
	free(arg);
}

static void
note(const struct download *download)
{
	struct noting *noting = mem_calloc(1, sizeof(*noting));
	struct err err;

	snprintf(noting->subject, sizeof(noting->subject), "torrent:%lld",
	    (long long)download->row.id);
	say(download->given.bytes, download->given.why, noting->sentence);
	snprintf(noting->inputs, sizeof(noting->inputs),
	    "{\"bytes\":%lld,\"why\":\"%s\"}", (long long)download->given.bytes,
	    whys[download->given.why].name);
	if (dbthread_submit(download->all->miaud->dbthread, DBJOB_ALONE,
		note_job, noted, noting, &err) == -1)
		noted(noting, &err);
}

void
download_given_up(struct download *download, int64_t bytes, enum given_why why)
{
	if (bytes == 0)
		return;
	download->given.bytes += bytes;
	download->given.why = why;
	download->given.at = clock_now_ms();
	note(download);
}

void
download_given_back(struct download *download)
{
	download->given.bytes = 0;
}

void
download_given_remember(struct download *download, const struct reason *reason)
{
	struct json_object *inputs;
	struct err err;
	const char *name;
	int why = 0;

	if (reason->created_at < download->row.finished_at ||
	    reason->created_at < download->row.last_used_at - USED_SINCE_MS)
		return;
	inputs = json_parse(reason->inputs, strlen(reason->inputs), &err);
	name = json_get_text(inputs, "why", "");
	while (why < GIVEN__MAX && strcmp(whys[why].name, name) != 0)
		why++;
	if (why < GIVEN__MAX) {
		download->given.bytes = json_get_int(inputs, "bytes", 0);
		download->given.why = (enum given_why)why;
		download->given.at = reason->created_at;
	}
	json_object_put(inputs);
}

struct json_object *
download_given_json(const struct download *download)
{
	struct json_object *out;
	char sentence[SENTENCE_SIZE];

	if (download->given.bytes == 0)
		return NULL;
	say(download->given.bytes, download->given.why, sentence);
	out = json_object_new_object();
	json_add_int(out, "bytes", download->given.bytes);
	json_add_text(out, "sentence", sentence);
	json_add_time(out, "at", download->given.at);
	return out;
}
