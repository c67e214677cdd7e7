/* From a source to what is known of its film. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/miaud/encoders/part.h"
#include "daemon/miaud/media/sniff.h"
#include "daemon/miaud/miaud.h"
#include "daemon/miaud/streams/film.h"
#include "lib/base/clock.h"
#include "lib/base/fs.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/play/made.h"
#include "lib/store/media_index.h"
#include "lib/store/sources.h"

enum { FILM_ARENA = 16 * 1024 * 1024 };

/* What it is by its first bytes. */
static int
sniff_film(struct encoder_film *film, int fd, int64_t size, struct err *err)
{
	unsigned char head[SNIFF_SIZE];
	struct sniff sniff;
	ssize_t n = pread(fd, head, sizeof(head), 0);

	if (n <= 0)
		return err_set(err, ERR_FILE_GONE, "The file is empty.");
	media_sniff(head, (size_t)n, size, &sniff);
	if (sniff.demuxer == NULL)
		return err_set(err, ERR_MEDIA_REFUSED, "%s", sniff.sentence);
	film->demuxer = sniff.demuxer;
	return 0;
}

static int
open_path(const char *path, int64_t *size, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd == -1)
		return err_set(err, ERR_FILE_GONE, "The file is not there.");
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		close(fd);
		return err_set(err, ERR_FILE_GONE, "It is no file.");
	}
	*size = st.st_size;
	return fd;
}

static struct film_reader *
open_reader(struct encoder_film *film, struct err *err)
{
	return streams_film_open(film->all->miaud->downloads, film->torrent_id,
	    film->file_index, true, err);
}

/* Of a file of the library, which is whole. */
static int
read_file(struct encoder_film *film, struct err *err)
{
	int64_t size;
	int fd = open_path(film->path, &size, err), result;

	if (fd == -1)
		return -1;
	result = sniff_film(film, fd, size, err);
	close(fd);
	return result;
}

/* Of a torrent: the first bytes may be yet to come. */
static int
read_download(struct encoder_film *film, struct err *err)
{
	struct film_reader *reader = open_reader(film, err);
	int64_t there, size;
	int fd, result = -1;

	if (reader == NULL)
		return -1;
	there = reader->kind->there(reader, 0, err);
	size = reader->size;
	if (there >= SNIFF_SIZE || there == size) {
		fd = open_path(reader->path, &size, err);
		if (fd != -1) {
			result = sniff_film(film, fd, reader->size, err);
			close(fd);
		}
	} else if (there >= 0) {
		err_set(err, ERR_BUSY, "The film's beginning is not here yet.");
	}
	reader->kind->close(reader);
	return result;
}

static int
read_film(struct encoder_film *film, struct err *err)
{
	struct miaud *miaud = film->all->miaud;
	struct source source;
	enum store_result found = store_source_find(miaud->db, film->arena,
	    &store_unlimited, film->source_id, &source, err);
	enum store_result indexed;

	if (found == STORE_ERROR)
		return -1;
	if (found == STORE_NONE)
		return err_set(err, ERR_FILE_GONE, "There is no such source.");
	if (source.probe == NULL)
		return err_set(err, ERR_MEDIA_REFUSED,
		    "It is not known yet what is in this film.");
	if (library_media_read(film->arena, source.probe, &film->media, err) ==
	    -1)
		return -1;
	indexed = store_media_index_find(
	    miaud->db, film->arena, film->source_id, &film->index, err);
	if (indexed == STORE_ERROR)
		return -1;
	film->has_index = indexed == STORE_OK && film->index.den > 0;
	film->start = film->media.start;
	if (film->has_index)
		film->start = hls_index_start(&film->index);
	film->torrent_id = source.torrent_id;
	film->file_index = (int)source.file_index;
	snprintf(film->path, sizeof(film->path), "%s", source.path);
	return film->torrent_id == 0 ? read_file(film, err)
				     : read_download(film, err);
}

static struct encoder_film *
open_film(struct encoders *encoders, int64_t source_id, struct err *err)
{
	struct encoder_film *film = mem_calloc(1, sizeof(*film));
	int result;

	film->all = encoders;
	film->source_id = source_id;
	film->place = -1;
	film->arena = arena_new(FILM_ARENA);
	result = read_film(film, err);
	db_release(encoders->miaud->db);
	snprintf(film->folder, sizeof(film->folder), "%s/%lld",
	    encoders->folder, (long long)++encoders->n_films);
	if (result == -1 || fs_mkdirs(film->folder, 0750, err) == -1) {
		arena_free(film->arena);
		free(film);
		return NULL;
	}
	film->next = encoders->films;
	encoders->films = film;
	return film;
}

struct encoder_film *
encoder_film_find(struct encoders *encoders, int64_t source_id, struct err *err)
{
	struct encoder_film *film;

	for (film = encoders->films; film != NULL; film = film->next)
		if (film->source_id == source_id)
			break;
	if (film == NULL)
		film = open_film(encoders, source_id, err);
	if (film != NULL)
		film->asked_at = clock_mono_ms();
	return film;
}

int
encoder_film_input(
    struct encoder_film *film, struct ffmpeg_input *input, struct err *err)
{
	int64_t size;

	memset(input, 0, sizeof(*input));
	input->demuxer = film->demuxer;
	input->fd = -1;
	if (film->torrent_id != 0) {
		input->growing = open_reader(film, err);
		return input->growing == NULL ? -1 : 0;
	}
	input->fd = open_path(film->path, &size, err);
	return input->fd == -1 ? -1 : 0;
}

static struct encoder_track *
add_track(struct encoder_film *film, const struct hls_track *is,
    const char *name, struct err *err)
{
	struct encoder_track *track =
	    arena_alloc(film->arena, 1, sizeof(*track));
	char folder[ENCODERS_PATH_SIZE];

	track->film = film;
	track->is = *is;
	snprintf(track->name, sizeof(track->name), "%s", name);
	if (hls_track_cuts(film->arena, is,
		film->has_index ? &film->index : NULL, film->media.duration,
		&track->cuts, err) == -1)
		return NULL;
	track->is_made =
	    arena_alloc(film->arena, track->cuts.n, sizeof(*track->is_made));
	track->is_written =
	    arena_alloc(film->arena, track->cuts.n, sizeof(*track->is_written));
	snprintf(folder, sizeof(folder), "%s/%s", film->folder, name);
	if (fs_mkdirs(folder, 0750, err) == -1)
		return NULL;
	track->next = film->tracks;
	film->tracks = track;
	return track;
}

struct encoder_track *
encoder_film_track(struct encoder_film *film, const char *name, struct err *err)
{
	struct encoder_track *track;
	struct hls_track is;

	for (track = film->tracks; track != NULL; track = track->next)
		if (strcmp(track->name, name) == 0)
			return track;
	if (!hls_track_read(name, &is) ||
	    !play_track_is_made(&film->media, &is)) {
		err_set(err, ERR_NOT_FOUND, "There is no such track.");
		return NULL;
	}
	return add_track(film, &is, name, err);
}

void
encoder_film_free(struct encoder_film *film)
{
	struct encoder_film **at = &film->all->films;
	struct err err;

	while (*at != film)
		at = &(*at)->next;
	*at = film->next;
	if (fs_remove_tree(film->folder, &err) == -1)
		log_warn("encoders.folder", "%s", err.text);
	arena_free(film->arena);
	free(film);
}

void
encoder_path(const struct encoder_track *track, int64_t number,
    char path[ENCODERS_PATH_SIZE])
{
	if (number < 0)
		snprintf(path, ENCODERS_PATH_SIZE, "%s/%s/init.mp4",
		    track->film->folder, track->name);
	else
		snprintf(path, ENCODERS_PATH_SIZE, "%s/%s/%lld.m4s",
		    track->film->folder, track->name, (long long)number);
}
