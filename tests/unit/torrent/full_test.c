/* A disk that is full and has room again before anybody looks. */
#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/unit/torrent/engine_world.h"

/* No list of pieces is as long as a block of a film. */
enum { BLOCK_MIN = 4096, BLOCKS = 40 };

static atomic_int n_left = INT_MAX; /* blocks until the disk is full */

/* The library's, for this whole program: one block is refused as by a full
 * disk. That there is room is asked elsewhere, and is true. */
ssize_t
pwrite(int fd, const void *bytes, size_t len, off_t offset)
{
	if (len >= BLOCK_MIN && atomic_fetch_sub(&n_left, 1) == 1) {
		errno = ENOSPC;
		return -1;
	}
	return syscall(SYS_pwrite64, fd, bytes, len, offset);
}

static void
test_room_within_a_look(void **state)
{
	struct swarm *s = *state;
	torrent_id id = swarm_add(s);
	struct torrent_engine *e = s->leecher.engine;

	atomic_store(&n_left, BLOCKS);
	torrent_admit(e, id, 0, torrent_meta(e, id)->n_pieces);
	side_until_published(&s->leecher, id, FILM_SIZE);
	assert_true(atomic_load(&n_left) <= 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_room_within_a_look, swarm_setup, swarm_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
