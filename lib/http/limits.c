/*
 * GCRA in shared memory. A slot is one 64-bit word: the theoretical arrival
 * time in milliseconds (42 bits, good until 2109) above a fingerprint of the
 * key (22 bits). Keys fall into buckets of eight slots; a slot whose time has
 * passed is free.
 */
#include "lib/http/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/auth/digest.h"
#include "lib/base/mem.h"

enum {
	BUCKETS = 8192,
	WAYS = 8,
	PRINT_BITS = 22,
	PRINT_MASK = (1 << PRINT_BITS) - 1,
};

#define FILE_SIZE ((off_t)(BUCKETS * WAYS * sizeof(uint64_t)))

struct limits {
	_Atomic uint64_t *slots;
};

_Static_assert(sizeof(_Atomic uint64_t) == 8, "a slot is one word");

/* Gives the file its blocks: writing into a hole of a mapped file on a full
 * disk would kill the process with SIGBUS. */
static int
make_room(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return -1;
	if (st.st_size == FILE_SIZE && st.st_blocks * 512 >= FILE_SIZE)
		return 0;
	errno = posix_fallocate(fd, 0, FILE_SIZE);
	return errno == 0 ? 0 : -1;
}

/* The file, or memory of this process alone while the disk is full: limits
 * that count less are better than no answer. */
static void *
map_slots(int fd)
{
	int flags = MAP_SHARED;

	if (make_room(fd) == -1) {
		if (errno != ENOSPC)
			return MAP_FAILED;
		flags = MAP_PRIVATE | MAP_ANONYMOUS;
		fd = -1;
	}
	return mmap(
	    NULL, (size_t)FILE_SIZE, PROT_READ | PROT_WRITE, flags, fd, 0);
}

struct limits *
limits_open(const char *path, struct err *err)
{
	struct limits *limits;
	void *map;
	int fd;

	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd == -1) {
		err_errno(err, ERR_IO, "Cannot open the rate limits");
		return NULL;
	}
	map = map_slots(fd);
	if (map == MAP_FAILED)
		err_errno(err, ERR_IO, "Cannot map the rate limits");
	close(fd);
	if (map == MAP_FAILED)
		return NULL;
	limits = mem_calloc(1, sizeof(*limits));
	limits->slots = map;
	return limits;
}

void
limits_close(struct limits *limits)
{
	if (limits == NULL)
		return;
	munmap((void *)limits->slots, (size_t)FILE_SIZE);
	free(limits);
}

/* Time in a slot, `now` when it has passed or cannot be (a clock that was set
 * back, a damaged file). */
static int64_t
slot_time(uint64_t word, int64_t now, int64_t capacity)
{
	int64_t at = (int64_t)(word >> PRINT_BITS);

	return at <= now || at > now + capacity ? now : at;
}

/* The slot of a key: its own, else a free one, else the one that ends first. */
static int
choose(_Atomic uint64_t *bucket, uint64_t print, int64_t now, uint64_t *seen)
{
	int64_t at, best_at = INT64_MAX;
	int i, best = 0;
	uint64_t word;

	for (i = 0; i < WAYS; i++) {
		word = atomic_load(&bucket[i]);
		if (word != 0 && (word & PRINT_MASK) == print) {
			*seen = word;
			return i;
		}
		at = (int64_t)(word >> PRINT_BITS);
		if (at <= now)
			at = 0;
		if (at < best_at) {
			best_at = at;
			best = i;
			*seen = word;
		}
	}
	return best;
}

/* Two processes may have put a new key into two slots at the same time. The
 * earlier slot holds; a later one is given back. */
static bool
is_double(_Atomic uint64_t *bucket, int mine, uint64_t print)
{
	int i;

	for (i = 0; i < mine; i++)
		if ((atomic_load(&bucket[i]) & PRINT_MASK) == print)
			return true;
	return false;
}

static void
fill_state(struct limit_state *state, const struct limit_rule *rule,
    int64_t interval, int64_t ahead, bool granted)
{
	int64_t capacity = interval * rule->count;

	state->limit = rule->count;
	state->remaining = (int)((capacity - ahead) / interval);
	state->reset_s = (ahead + 999) / 1000;
	state->retry_after_s = 0;
	if (!granted)
		state->retry_after_s =
		    (ahead + interval - capacity + 999) / 1000;
}

bool
limits_take(struct limits *limits, const char *key,
    const struct limit_rule *rule, int64_t now_ms, bool take,
    struct limit_state *state)
{
	int64_t interval = (rule->period_ms + rule->count - 1) / rule->count;
	int64_t capacity = interval * rule->count;
	unsigned char hash[DIGEST_SIZE];
	_Atomic uint64_t *bucket;
	uint64_t head[2], print, seen, want;
	int64_t at, next;
	bool known, granted;
	int i;

	digest_sha256(key, strlen(key), hash);
	memcpy(head, hash, sizeof(head));
	bucket = limits->slots + head[0] % BUCKETS * WAYS;
	/* Zero is no fingerprint, so that an empty slot matches no key. */
	print = (head[1] & PRINT_MASK) == 0 ? 1 : head[1] & PRINT_MASK;
	for (;;) {
		i = choose(bucket, print, now_ms, &seen);
		known = seen != 0 && (seen & PRINT_MASK) == print;
		at = known ? slot_time(seen, now_ms, capacity) : now_ms;
		next = at + interval;
		granted = next - now_ms <= capacity;
		if (!granted || !take) {
			fill_state(state, rule, interval, at - now_ms, granted);
			return granted;
		}
		want = (uint64_t)next << PRINT_BITS | print;
		if (!atomic_compare_exchange_strong(&bucket[i], &seen, want))
			continue;
		if (known || !is_double(bucket, i, print))
			break;
		atomic_compare_exchange_strong(&bucket[i], &want, 0);
	}
	fill_state(state, rule, interval, next - now_ms, true);
	return true;
}
