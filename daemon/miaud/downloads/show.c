/* What people are told about downloads. */
#include <stdlib.h>
#include <string.h>

#include "daemon/miaud/downloads/part.h"
#include "daemon/miaud/downloads/room.h"
#include "daemon/miaud/events.h"
#include "lib/base/encode.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"
#include "lib/library/name.h"

enum { FILES_BYTES_MAX = 600 * 1024, FILE_BYTES = 80 };
/* As the contract says. */
enum { FILES_SHOWN = 2000, TRACKERS_SHOWN = 64, WORDS_MAX = 255 };

static bool
has_all_admitted(const struct download *download)
{
	int piece;

	if (download->admitted == NULL)
		return true;
	for (piece = download->first; piece <= download->last; piece++)
		if (download->wanted[piece] && !download->admitted[piece])
			return false;
	return true;
}

/* Of one that runs and is not paused. */
static const char *
running_word(const struct download *download)
{
	switch (download->status.state) {
	case TORRENT_METADATA:
		return "metadata";
	case TORRENT_CHECKING:
		return "checking";
	case TORRENT_SEEDING:
		return "seeding";
	case TORRENT_FAILED:
		return "failed";
	case TORRENT_DOWNLOADING:
	case TORRENT_PAUSED:
		break;
	}
	if (download->row.finished_at != 0 && !download->is_lacking)
		return download->status.state == TORRENT_PAUSED ? "finished"
								: "seeding";
	if (download->last < download->first)
		return "waiting";
	if (download->status.admitted <= download->status.published &&
	    !has_all_admitted(download))
		return "waiting";
	return "downloading";
}

const char *
download_state_word(const struct download *download)
{
	if (download->stage == DOWNLOAD_REFUSED)
		return "failed";
	if (download->row.is_paused)
		return "paused";
	if (download_is_unhashed(download))
		return "hashing";
	if (download->stage != DOWNLOAD_RUNNING ||
	    !download_is_allowed(download) ||
	    download->all->engine_error.code != ERR_NONE)
		return "waiting";
	return running_word(download);
}

/* Nobody knows which of its files plays. */
static bool
is_unclear(const struct download *download)
{
	return download->stage == DOWNLOAD_RUNNING &&
	    download->admitted != NULL && download->row.own_path == NULL &&
	    download->last < download->first;
}

/* Of one that runs and is well. */
static const char *
running_sentence(const struct download *download)
{
	const char *word = download_state_word(download);

	if (is_unclear(download))
		return "It is not clear which file plays: choose one.";
	if (strcmp(word, "waiting") == 0)
		return download->row.is_wanted || download->readers != NULL
		    ? "It waits for room below the storage limit."
		    : "It comes when somebody watches it.";
	if (strcmp(word, "downloading") == 0 && download_lingers(download))
		return "Nobody watches it now: it goes on for a while, then "
		       "it rests.";
	if (strcmp(word, "finished") == 0)
		return "It was given to others as often as was asked: it plays "
		       "here and is shared no more.";
	return NULL;
}

const char *
download_sentence(const struct download *download)
{
	if (download->stage == DOWNLOAD_REFUSED)
		return download->refusal.text;
	if (!download_is_allowed(download))
		return "It waits until an administrator agrees to torrents.";
	if (download->all->engine_error.code != ERR_NONE)
		return download->all->engine_error.text;
	if (download->row.own_path != NULL && download->problem != NULL &&
	    download->status.error == ERR_CORRUPT)
		return "The file is not the one that was shared.";
	if (download->problem != NULL)
		return download->problem->sentence;
	if (download->stage == DOWNLOAD_NEW && download_is_unhashed(download))
		return "It is read when the file before it has been.";
	if (download->stage != DOWNLOAD_RUNNING)
		return NULL;
	if (download->status.state == TORRENT_FAILED)
		return err_title(download->status.error);
	return running_sentence(download);
}

/* Why it needs somebody, or NULL. */
static const char *
problem_code(const struct download *download)
{
	if (download->stage == DOWNLOAD_REFUSED)
		return NULL; /* the state says it */
	if (!download_is_allowed(download))
		return "consent_needed";
	if (download->all->engine_error.code != ERR_NONE)
		return "no_interface";
	if (download->problem != NULL)
		return download->problem->code;
	return NULL;
}

/* The name without the extension of a video. */
static char *
plain_label(const struct download *download)
{
	char *label = mem_strdup(download->row.label);
	char *dot = strrchr(label, '.');

	if (dot != NULL && dot != label && strlen(dot) <= 5 &&
	    strchr(dot, ' ') == NULL)
		*dot = '\0';
	return label;
}

char *
download_title(const struct download *download)
{
	if (download->row.title != NULL)
		return mem_strdup(download->row.title);
	if (download->row.label[0] == '\0')
		return mem_strdup("…");
	return plain_label(download);
}

static struct json_object *
number_or_null(int64_t n, bool is_known)
{
	return is_known ? json_object_new_int64(n) : NULL;
}

/* Bytes of the files that play. */
static int64_t
wanted_bytes(const struct download *download)
{
	int64_t bytes = 0;
	int piece;

	for (piece = download->first; piece <= download->last; piece++)
		if (download->wanted[piece])
			bytes += download_piece_bytes(download, piece);
	return bytes;
}

/* The engine's figures; a pause is true at once, although its last connections
 * end a little later. */
static struct torrent_status
figures_of(const struct download *download)
{
	struct torrent_status status = download->status;

	if (download->row.is_paused) {
		status.download_rate = 0;
		status.upload_rate = 0;
		status.n_peers = 0;
		status.n_seeds = 0;
	}
	return status;
}

static void
add_eta(struct json_object *out, const struct download *download,
    const struct torrent_status *status)
{
	int64_t left = 0;

	if (download->admitted != NULL)
		left = wanted_bytes(download) - status->published;
	json_add(out, "eta",
	    number_or_null(
		status->download_rate > 0 ? left / status->download_rate : 0,
		left > 0 && status->download_rate > 0));
}

/* Who watch it now; what is only made ready is not watched. */
static int64_t
count_readers(const struct download *download)
{
	const struct downloads_reader *reader;
	int64_t n = 0;

	for (reader = download->readers; reader != NULL; reader = reader->next)
		n += !reader->is_part;
	return n;
}

static double
ratio_of(const struct torrent_row *row)
{
	int64_t base = row->downloaded > 0 ? row->downloaded : row->size;

	return base > 0 ? (double)row->uploaded / (double)base : 0;
}

/* How much is here; of a file that is being hashed, how much was read. */
static void
add_progress(struct json_object *out, const struct download *download,
    const struct torrent_status *status)
{
	struct hash_progress read;
	int64_t left;

	if (!download_is_unhashed(download)) {
		json_add(out, "size",
		    number_or_null(download->row.size, download->row.size > 0));
		json_add_int(out, "done", status->published);
		json_add_int(out, "rate", status->download_rate);
		add_eta(out, download, status);
		return;
	}
	download_hash_progress(download, &read);
	left = read.total - read.done;
	json_add(out, "size", number_or_null(read.total, read.total > 0));
	json_add_int(out, "done", read.done);
	json_add_int(out, "rate", read.rate);
	json_add(out, "eta",
	    number_or_null(
		read.rate > 0 ? left / read.rate : 0, read.rate > 0));
}

static void
add_figures(struct json_object *out, const struct download *download)
{
	const struct torrent_row *row = &download->row;
	const struct torrent_status status = figures_of(download);
	struct json_object *limit = json_object_new_object();

	add_progress(out, download, &status);
	json_add_int(out, "admitted", row->admitted);
	json_add_int(out, "uploadRate", status.upload_rate);
	json_add_int(out, "peers", status.n_peers);
	json_add_int(out, "seeds", status.n_seeds);
	json_add_int(out, "uploaded", row->uploaded);
	json_add_int(out, "downloaded", row->downloaded);
	json_add_real(out, "ratio", ratio_of(row));
	json_add_int(limit, "down", row->download_limit);
	json_add_int(limit, "up", row->upload_limit);
	json_add(out, "limit", limit);
	json_add_real(out, "ratioLimit", row->ratio_limit);
}

/* Why these files play, or none does and a person is asked. */
static struct json_object *
choice_or_null(const struct download *download)
{
	struct json_object *choice;

	if (download->choice_code == NULL)
		return NULL;
	choice = json_object_new_object();
	json_add_text(choice, "code", download->choice_code);
	json_add_text(choice, "sentence", download->choice_sentence);
	json_add_real(choice, "confidence", download->choice_confidence);
	return choice;
}

struct json_object *
download_json(const struct download *download)
{
	const struct torrent_row *row = &download->row;
	struct json_object *out = json_object_new_object();
	char *title = download_title(download);

	json_add_int(out, "id", row->id);
	json_add_text(out, "title", title);
	json_add_text(out, "titleId", row->title_public_id);
	json_add_text(out, "state", download_state_word(download));
	json_add_text(out, "problem", problem_code(download));
	json_add_text(out, "sentence", download_sentence(download));
	add_figures(out, download);
	json_add_bool(out, "isOwnFile", row->own_path != NULL);
	json_add_bool(out, "isPinned", row->is_pinned);
	json_add_int(out, "files", row->n_files);
	json_add_int(out, "readers", count_readers(download));
	json_add(out, "choice", choice_or_null(download));
	json_add(out, "givenUp", download_given_json(download));
	json_add_time(out, "addedAt", row->added_at);
	json_add_time(out, "finishedAt", row->finished_at);
	free(title);
	return out;
}

/* Base64 (RFC 4648 §4) of a bitmap. */
static void
add_bitmap(
    struct json_object *out, const char *key, const uint8_t *bits, size_t len)
{
	char *text = mem_calloc(1, ENCODE_BASE64_SIZE(len));

	encode_base64(bits, len, text);
	json_add_text(out, key, text);
	free(text);
}

static bool
is_published(const struct download *download, int piece)
{
	return download->stage == DOWNLOAD_RUNNING &&
	    torrent_piece_is_published(
		download->all->engine, download->torrent, piece);
}

static void
add_pieces(struct json_object *out, const struct download *download)
{
	struct json_object *pieces = json_object_new_object();
	int n = download->admitted == NULL ? 0 : (int)download->row.n_pieces;
	size_t len = ((size_t)n + 7) / 8;
	uint8_t *published = mem_calloc(len + 1, 1);
	uint8_t *admitted = mem_calloc(len + 1, 1);
	int i;

	for (i = 0; i < n; i++) {
		if (is_published(download, i))
			published[i / 8] |= (uint8_t)(0x80 >> (i % 8));
		if (download->admitted[i])
			admitted[i / 8] |= (uint8_t)(0x80 >> (i % 8));
	}
	json_add_int(pieces, "count", n);
	json_add_int(pieces, "size", n == 0 ? 0 : download->row.piece_size);
	add_bitmap(pieces, "published", published, len);
	add_bitmap(pieces, "admitted", admitted, len);
	json_add(out, "pieces", pieces);
	free(published);
	free(admitted);
}

static bool
is_chosen(const struct download *download, int file)
{
	size_t i;

	if (download->row.own_path != NULL)
		return file == 0;
	for (i = 0; i < download->n_chosen; i++)
		if (download->chosen[i] == file)
			return true;
	return false;
}

/* Whether its videos are episodes, as far as that is known. */
static bool
is_show(const struct download *download)
{
	return download->row.title_public_id != NULL &&
	    str_starts(download->row.title_public_id, "show-");
}

/* Those that a file is, empty while that is not known; NULL for what is none. */
static struct json_object *
episodes_or_null(
    const struct download *download, const struct torrent_meta *meta, int file)
{
	struct json_object *list, *one;
	size_t i;

	if (!is_show(download) ||
	    !library_name_is_video(meta->files[file].path))
		return NULL;
	list = json_object_new_array();
	for (i = 0; i < download->n_chosen; i++) {
		if (download->chosen[i] != file ||
		    download->episodes[i].season < 0)
			continue;
		one = json_object_new_object();
		json_add_int(one, "season", download->episodes[i].season);
		json_add_int(one, "episode", download->episodes[i].number);
		json_object_array_add(list, one);
	}
	return list;
}

/* The first ones, as many as a line holds; how many there are says "files". */
static void
add_files(struct json_object *out, const struct download *download,
    const struct torrent_meta *meta)
{
	struct json_object *list = json_object_new_array(), *file;
	size_t bytes = 0;
	int i;

	for (i = 0; meta != NULL && i < meta->n_files && i < FILES_SHOWN; i++) {
		bytes += strlen(meta->files[i].path) + FILE_BYTES;
		if (bytes > FILES_BYTES_MAX)
			break;
		file = json_object_new_object();
		json_add_int(file, "index", i);
		json_add_text(file, "path", meta->files[i].path);
		json_add_int(file, "size", meta->files[i].size);
		json_add_bool(file, "chosen", is_chosen(download, i));
		json_add(file, "episodes", episodes_or_null(download, meta, i));
		json_object_array_add(list, file);
	}
	json_add(out, "fileList", list);
}

/* Their words are a stranger's, and an address among them may hold a pass key. */
static void
add_words(struct json_object *out, const char *key, const char *text)
{
	char *shown;

	if (text == NULL || strstr(text, "://") != NULL) {
		json_add_text(
		    out, key, text == NULL ? NULL : "It does not answer.");
		return;
	}
	shown = str_to_display(text, strnlen(text, WORDS_MAX));
	json_add_text(out, key, shown);
	free(shown);
}

static void
add_trackers(struct json_object *out, const struct download *download)
{
	static const char *const words[] = {
		[TORRENT_TRACKER_ASKED] = "asked",
		[TORRENT_TRACKER_OK] = "ok",
		[TORRENT_TRACKER_FAILED] = "failed",
	};
	struct json_object *list = json_object_new_array(), *tracker;
	struct torrent_tracker one;
	int i;

	for (i = 0; download->stage == DOWNLOAD_RUNNING && i < TRACKERS_SHOWN &&
	     torrent_tracker_at(
		 download->all->engine, download->torrent, i, &one);
	     i++) {
		tracker = json_object_new_object();
		add_words(tracker, "host", one.host);
		json_add_text(tracker, "state", words[one.state]);
		add_words(tracker, "text", one.text);
		json_object_array_add(list, tracker);
	}
	json_add(out, "trackers", list);
}

/* Whether trackers count us among those whom they know. */
static bool
is_counted(const struct download *download)
{
	struct torrent_tracker one;
	int i;

	for (i = 0; torrent_tracker_at(
		 download->all->engine, download->torrent, i, &one);
	     i++)
		if (one.state == TORRENT_TRACKER_OK)
			return true;
	return false;
}

/* Others, of `known` with or without us; who is connected is there. */
static struct json_object *
others_or_null(int64_t known, bool is_with_us, int64_t connected)
{
	if (known < 0)
		return NULL;
	known -= is_with_us && known > 0;
	return json_object_new_int64(known > connected ? known : connected);
}

/* Of the whole swarm, as trackers count. */
static void
add_known(struct json_object *out, const struct download *download)
{
	const struct torrent_status status = figures_of(download);
	bool runs = download->stage == DOWNLOAD_RUNNING;
	bool is_counted_too =
	    runs && !download->row.is_paused && is_counted(download);
	bool has_all = status.state == TORRENT_SEEDING;

	json_add(out, "knownSeeds",
	    others_or_null(runs ? status.n_known_seeds : -1,
		is_counted_too && has_all, status.n_seeds));
	json_add(out, "knownPeers",
	    others_or_null(runs ? status.n_known_peers : -1,
		is_counted_too && !has_all, status.n_peers - status.n_seeds));
}

struct json_object *
download_json_detail(const struct download *download)
{
	struct json_object *out = download_json(download);
	const struct torrent_meta *meta = NULL;
	char hash[ENCODE_HEX_SIZE(TORRENT_HASH_SIZE)];

	if (download->stage == DOWNLOAD_RUNNING)
		meta = torrent_meta(download->all->engine, download->torrent);
	if (meta != NULL)
		encode_hex(meta->hash, sizeof(meta->hash), hash);
	json_add_text(out, "hash", meta == NULL ? NULL : hash);
	add_pieces(out, download);
	add_files(out, download, meta);
	add_trackers(out, download);
	add_known(out, download);
	return out;
}

void
download_post(struct download *download)
{
	struct events *events = download->all->miaud->events;
	struct event event = { .topic = "download", .audience = EVENT_ADMINS };
	const char *text;

	if (download->is_removing || !events_wanted(events))
		return;
	event.data = download_json(download);
	text =
	    json_object_to_json_string_ext(event.data, JSON_C_TO_STRING_PLAIN);
	if (download->told != NULL && strcmp(download->told, text) == 0) {
		json_object_put(event.data);
		return;
	}
	free(download->told);
	download->told = mem_strdup(text);
	events_post(events, &event);
}
