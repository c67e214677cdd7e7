/*
 * Files of one's own lie where anybody may change them. A share whose file is
 * another one since, and has come to rest, is hashed anew: when it is not the
 * one that was shared, that is said and nothing is given until it is back.
 */
#include "daemon/miaud/downloads/own.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/miaud/downloads/part.h"
#include "daemon/miaud/media/sniff.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"

enum { LOOK_MS = 3000 };

struct looking {
	uv_fs_t req;
	struct downloads *downloads;
	int64_t id;
};

static bool
is_same(const struct own_look *a, const struct own_look *b)
{
	return a->inode == b->inode && a->size == b->size &&
	    a->changed_ms == b->changed_ms;
}

/* As far as can be told without what it was: at a start. */
static bool
was_shared_so(const struct download *download, const struct own_look *now)
{
	return now->size == download->row.size &&
	    now->changed_ms <= download->row.added_at;
}

static void
take(struct download *download, const struct own_look *now)
{
	struct own_look before = download->own.last;

	download->own.last = *now;
	if (!download->own.is_known) {
		download->own.known = *now;
		if (!was_shared_so(download, now))
			download->own.known.size = -1;
		download->own.is_known = true;
		return;
	}
	if (is_same(now, &download->own.known) || !is_same(now, &before))
		return;
	download->own.known = *now;
	log_info("download.own", "The file of download %lld has changed.",
	    (long long)download->row.id);
	torrent_recheck(download->all->engine, download->torrent);
}

static void
looked(uv_fs_t *req)
{
	struct looking *looking = req->data;
	struct downloads *downloads = looking->downloads;
	struct download *download = download_find(downloads, looking->id);
	struct own_look now = { 0 };

	if (req->result == 0) {
		now.inode = req->statbuf.st_ino;
		now.size = (int64_t)req->statbuf.st_size;
		now.changed_ms = req->statbuf.st_mtim.tv_sec * 1000LL +
		    req->statbuf.st_mtim.tv_nsec / 1000000;
	}
	if (download != NULL) {
		download->own.is_asked = false;
		if (download->stage == DOWNLOAD_RUNNING &&
		    !download->is_removing && !downloads->is_stopping &&
		    downloads->engine != NULL)
			take(download, &now);
	}
	uv_fs_req_cleanup(req);
	free(looking);
}

void
downloads_look_at_own(struct downloads *downloads)
{
	int64_t now = clock_mono_ms();
	struct download *download;
	struct looking *looking;

	if (now - downloads->own_at < LOOK_MS)
		return;
	downloads->own_at = now;
	for (download = downloads->list; download != NULL;
	     download = download->next) {
		if (download->row.own_path == NULL || download->own.is_asked ||
		    download->stage != DOWNLOAD_RUNNING)
			continue;
		looking = mem_calloc(1, sizeof(*looking));
		looking->downloads = downloads;
		looking->id = download->row.id;
		looking->req.data = looking;
		download->own.is_asked = true;
		if (uv_fs_stat(&downloads->miaud->loop, &looking->req,
			download->row.own_path, looked) != 0) {
			download->own.is_asked = false;
			free(looking);
		}
	}
}

int
own_expect_film(const char *path, struct err *err)
{
	unsigned char head[SNIFF_SIZE];
	struct sniff sniff = { .sentence = NULL };
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	ssize_t n = -1;

	if (fd != -1 && fstat(fd, &st) == 0)
		n = pread(fd, head, sizeof(head), 0);
	if (n >= 0)
		media_sniff(head, (size_t)n, st.st_size, &sniff);
	else
		err_errno(err, ERR_IO, "Cannot read %s", path);
	if (fd != -1)
		close(fd);
	if (n < 0)
		return -1;
	if (sniff.demuxer != NULL)
		return 0;
	return err_set(err, ERR_MEDIA_REFUSED,
	    "Only films are shared, and %s is none that is known. %s",
	    strrchr(path, '/') + 1,
	    sniff.sentence == NULL ? "" : sniff.sentence);
}
