/*
 * Head: magic, version, number of pieces, piece size, zero, boot id. Record:
 * piece (32 bits), kind (16), check (16). All little-endian.
 */
#include "daemon/torrent/pieces.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/fs.h"
#include "lib/base/mem.h"

static const char magic[8] = "MIAUPCS\n";
enum {
	VERSION = 1,
	FILE_MAX = PIECES_HEAD_SIZE +
	    (5 * PIECES_MAX + PIECES_SLACK) * PIECES_RECORD_SIZE,
};

static void
put32(uint8_t *to, uint32_t v)
{
	to[0] = v & 0xff;
	to[1] = v >> 8 & 0xff;
	to[2] = v >> 16 & 0xff;
	to[3] = v >> 24;
}

static uint32_t
get32(const uint8_t *from)
{
	return from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 |
	    (uint32_t)from[3] << 24;
}

/* FNV-1a folded to 16 bits: zeros do not pass. */
static unsigned int
record_check(const uint8_t *record)
{
	uint32_t h = 2166136261u;

	for (int i = 0; i < 6; i++)
		h = (h ^ record[i]) * 16777619u;
	return (h ^ h >> 16) & 0xffff;
}

static void
record_put(uint8_t *to, uint32_t piece, enum pieces_kind kind)
{
	unsigned int check;

	put32(to, piece);
	to[4] = (uint8_t)kind;
	to[5] = 0;
	check = record_check(to);
	to[6] = check & 0xff;
	to[7] = (uint8_t)(check >> 8);
}

/* False when the record is damaged. */
static bool
record_take(const uint8_t *from, const struct pieces_key *key, uint8_t *kinds)
{
	uint32_t piece = get32(from);

	if ((from[6] | (unsigned int)from[7] << 8) != record_check(from) ||
	    piece >= key->n || from[4] > PIECES_CLAIMED || from[5] != 0)
		return false;
	kinds[piece] = from[4];
	return true;
}

static void
head_put(uint8_t *to, const struct pieces_key *key)
{
	memset(to, 0, PIECES_HEAD_SIZE);
	memcpy(to, magic, sizeof(magic));
	put32(to + 8, VERSION);
	put32(to + 12, key->n);
	put32(to + 16, key->piece_size);
	memcpy(to + 24, key->boot_id,
	    strnlen(key->boot_id, sizeof(key->boot_id) - 1));
}

struct pieces_found
pieces_parse(
    const void *bytes, size_t len, const struct pieces_key *key, uint8_t *kinds)
{
	struct pieces_found found = { 0 };
	const uint8_t *from = bytes;
	uint8_t head[PIECES_HEAD_SIZE];
	size_t n;

	memset(kinds, PIECES_NONE, key->n);
	head_put(head, key);
	if (len < PIECES_HEAD_SIZE || memcmp(from, head, 24) != 0)
		return found;
	found.is_ours = true;
	found.is_current = memcmp(from, head, PIECES_HEAD_SIZE) == 0;
	n = (len - PIECES_HEAD_SIZE) / PIECES_RECORD_SIZE;
	for (size_t i = 0; i < n; i++) {
		if (record_take(
			from + PIECES_HEAD_SIZE + i * PIECES_RECORD_SIZE, key,
			kinds))
			found.n_records++;
		else
			found.is_current = false;
	}
	for (uint32_t i = 0; !found.is_current && i < key->n; i++)
		if (kinds[i] == PIECES_PUBLISHED)
			kinds[i] = PIECES_CLAIMED;
	return found;
}

int
pieces_compact(struct pieces *list, struct err *err)
{
	struct buf out;
	uint8_t bytes[PIECES_HEAD_SIZE];
	size_t n = 0;
	int fd, rc = -1;

	buf_init(&out, FILE_MAX);
	head_put(bytes, &list->key);
	(void)buf_append(&out, bytes, PIECES_HEAD_SIZE);
	for (uint32_t i = 0; i < list->key.n; i++) {
		if (list->kinds[i] == PIECES_NONE)
			continue;
		record_put(bytes, i, list->kinds[i]);
		(void)buf_append(&out, bytes, PIECES_RECORD_SIZE);
		n++;
	}
	if (fs_write(list->path, out.data, out.len, 0600, err) == -1)
		goto out;
	fd = open(list->path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd == -1) {
		err_errno(err, ERR_IO, "Cannot open the list of pieces");
		goto out;
	}
	if (list->fd != -1)
		close(list->fd);
	list->fd = fd;
	list->n_records = n;
	rc = 0;
out:
	buf_fini(&out);
	return rc;
}

void
pieces_forget(struct pieces *list)
{
	(void)unlink(list->path);
	if (list->fd != -1)
		close(list->fd);
	list->fd = -1;
}

/* What is at the path now, into list->kinds. */
static int
read_list(struct pieces *list, struct pieces_found *found, struct err *err)
{
	struct buf in;
	int rc = -1;

	buf_init(&in, FILE_MAX);
	if (fs_read(list->path, &in, err) == 0 || err->code == ERR_NOT_FOUND ||
	    err->code == ERR_BODY_TOO_LARGE) {
		if (err->code == ERR_BODY_TOO_LARGE)
			in.len = 0;
		*found = pieces_parse(in.data, in.len, &list->key, list->kinds);
		rc = 0;
	}
	buf_fini(&in);
	return rc;
}

int
pieces_open(const char *path, const struct pieces_key *key, struct pieces *list,
    struct err *err)
{
	struct pieces_found found = { 0 };

	*list = (struct pieces){ .key = *key, .fd = -1 };
	list->path = mem_strdup(path);
	list->kinds = mem_calloc(key->n, 1);
	err->code = ERR_NONE;
	if (read_list(list, &found, err) == -1)
		goto err;
	if (!found.is_current) {
		if (pieces_compact(list, err) == -1)
			goto err;
		return 0;
	}
	list->n_records = found.n_records;
	list->fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	if (list->fd != -1)
		return 0;
	err_errno(err, ERR_IO, "Cannot open the list of pieces");
err:
	pieces_close(list);
	return -1;
}

void
pieces_close(struct pieces *list)
{
	if (list->fd != -1)
		close(list->fd);
	free(list->kinds);
	free(list->path);
	*list = (struct pieces){ .fd = -1 };
}

int
pieces_set(
    struct pieces *list, uint32_t piece, enum pieces_kind kind, struct err *err)
{
	uint8_t record[PIECES_RECORD_SIZE];
	ssize_t n;

	list->kinds[piece] = (uint8_t)kind;
	if (list->fd == -1 ||
	    list->n_records >= 4 * (size_t)list->key.n + PIECES_SLACK)
		return pieces_compact(list, err);
	record_put(record, piece, kind);
	/* At its place, so that one cut off is overwritten by the next. */
	do
		n = pwrite(list->fd, record, sizeof(record),
		    (off_t)(PIECES_HEAD_SIZE +
			list->n_records * PIECES_RECORD_SIZE));
	while (n == -1 && errno == EINTR);
	if (n != (ssize_t)sizeof(record)) {
		if (n >= 0)
			errno = ENOSPC;
		return err_errno(
		    err, ERR_IO, "Cannot write the list of pieces");
	}
	list->n_records++;
	return 0;
}
