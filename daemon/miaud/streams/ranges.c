/* From pieces to positions. */
#include "daemon/miaud/streams/ranges.h"

#include "lib/base/json.h"

enum { WINDOW = 4 * 1024 * 1024 };

static const struct torrent_meta *
meta_of(const struct streams_place *place)
{
	const struct torrent_meta *meta;

	if (place->engine == NULL || place->torrent == 0)
		return NULL;
	meta = torrent_meta(place->engine, place->torrent);
	return meta == NULL || place->file < 0 || place->file >= meta->n_files
	    ? NULL
	    : meta;
}

int64_t
streams_size(const struct streams_place *place)
{
	const struct torrent_meta *meta = meta_of(place);

	return meta == NULL ? 0 : meta->files[place->file].size;
}

static void
add_range(struct json_object *ranges, int64_t from, int64_t to)
{
	struct json_object *range = json_object_new_array_ext(2);

	json_object_array_add(range, json_object_new_int64(from));
	json_object_array_add(range, json_object_new_int64(to));
	json_object_array_add(ranges, range);
}

/* The next place behind a hole at `offset` where something may be. */
static int64_t
behind_hole(const struct streams_place *place, const struct torrent_meta *meta,
    int64_t offset)
{
	int64_t begin = meta->files[place->file].offset;
	int piece = (int)((begin + offset) / meta->piece_size) + 1;

	while (piece < meta->n_pieces &&
	    !torrent_piece_is_published(place->engine, place->torrent, piece))
		piece++;
	return (int64_t)piece * meta->piece_size - begin;
}

struct json_object *
streams_published(const struct streams_place *place)
{
	struct json_object *ranges = json_object_new_array();
	const struct torrent_meta *meta = meta_of(place);
	int64_t size = streams_size(place), offset = 0, n;
	int n_ranges = 0;

	while (meta != NULL && offset < size && n_ranges < STREAMS_RANGES_MAX) {
		n = torrent_published(
		    place->engine, place->torrent, place->file, offset);
		if (n > 0) {
			add_range(ranges, offset, offset + n);
			n_ranges++;
		}
		offset = n > 0 ? offset + n : behind_hole(place, meta, offset);
	}
	return ranges;
}

void
streams_add_window(const struct streams_place *place, int64_t offset,
    struct json_object *windows)
{
	int64_t size = streams_size(place), from;

	if (size == 0 ||
	    json_object_array_length(windows) >= STREAMS_WINDOWS_MAX)
		return;
	from = offset +
	    torrent_published(
		place->engine, place->torrent, place->file, offset);
	if (from >= size)
		return;
	add_range(windows, from, size - from < WINDOW ? size : from + WINDOW);
}

struct json_object *
streams_place_json(
    const struct streams_place *place, struct json_object *wanted)
{
	struct json_object *out = json_object_new_object();
	const struct torrent_meta *meta = meta_of(place);
	struct torrent_status status = { 0 };
	int64_t size = streams_size(place);

	if (place->engine != NULL && place->torrent != 0 &&
	    !torrent_status(place->engine, place->torrent, &status))
		status = (struct torrent_status){ 0 };
	json_add(out, "size", size == 0 ? NULL : json_object_new_int64(size));
	json_add(out, "pieceSize",
	    meta == NULL ? NULL : json_object_new_int64(meta->piece_size));
	json_add(out, "published", streams_published(place));
	json_add(out, "wanted", wanted);
	json_add_int(out, "rate", status.download_rate);
	json_add_int(out, "peers", status.n_peers);
	return out;
}

int64_t
streams_there(const struct downloads *downloads, int64_t download_id, int file,
    int64_t offset)
{
	struct torrent_engine *engine = downloads_engine(downloads);
	torrent_id torrent = downloads_torrent(downloads, download_id);

	if (engine == NULL || torrent == 0)
		return 0;
	return torrent_published(engine, torrent, file, offset);
}

const char *
streams_problem(const struct downloads *downloads, int64_t download_id,
    const char **sentence)
{
	const char *code = downloads_problem(downloads, download_id, sentence);

	if (downloads_is_paused(downloads, download_id)) {
		*sentence = "This download is paused. An administrator can "
			    "resume it under Downloads.";
		return err_name(ERR_DOWNLOAD_PAUSED);
	}
	if (*sentence == NULL)
		*sentence = "";
	return code;
}

struct json_object *
streams_problem_json(const struct downloads *downloads, int64_t download_id)
{
	const char *sentence,
	    *code = streams_problem(downloads, download_id, &sentence);
	struct json_object *problem;

	if (code == NULL)
		return NULL;
	problem = json_object_new_object();
	json_add_text(problem, "code", code);
	json_add_text(problem, "sentence", sentence);
	return problem;
}
