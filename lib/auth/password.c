/*
 * Passwords with argon2id, a bounded number at a time on the machine.
 */
#include "lib/auth/password.h"

#include <argon2.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "lib/auth/foreign_hash.h"
#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/base/random.h"
#include "lib/base/str.h"

/* How a hash of ours begins: with the figures below. */
#define OURS "$argon2id$v=19$m=65536,t=3,p=1$"

enum {
	PASSES = 3,
	MEMORY_KIB = 64 * 1024,
	LANES = 1,
	SALT_SIZE = 16,
	HASH_SIZE = 32,
	SLOTS = 3,
	SLOT_WAIT_MS = 10000,
	SLOT_PAUSE_MS = 15,
};

/* One try over all slots: a descriptor that holds one, -1 with ERR_BUSY when
 * all are taken, or with what went wrong. */
static int
try_slots(const char *run, struct err *err)
{
	char path[PATH_MAX];
	int i, fd;

	for (i = 0; i < SLOTS; i++) {
		if (snprintf(path, sizeof(path), "%s/argon2.%d", run, i) >=
		    (int)sizeof(path))
			return err_set(err, ERR_IO, "A file name is too long.");
		fd =
		    open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd == -1)
			return err_errno(err, ERR_IO, "Cannot open %s", path);
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return fd;
		close(fd);
	}
	return err_set(
	    err, ERR_BUSY, "Too many people are signing in at this moment.");
}

/* A descriptor whose closing frees the slot, also when the process dies. */
static int
take_slot(const char *run, struct err *err)
{
	const struct timespec pause = { .tv_nsec = SLOT_PAUSE_MS * 1000000L };
	int64_t until = clock_mono_ms() + SLOT_WAIT_MS;
	int fd;

	for (;;) {
		fd = try_slots(run, err);
		if (fd != -1 || err->code != ERR_BUSY ||
		    clock_mono_ms() >= until)
			return fd;
		nanosleep(&pause, NULL);
	}
}

static int
argon2_failed(int rc, struct err *err)
{
	return err_set(err,
	    rc == ARGON2_MEMORY_ALLOCATION_ERROR ? ERR_BUSY : ERR_INTERNAL,
	    "The password could not be worked on: %s.",
	    argon2_error_message(rc));
}

int
password_hash_any(const char *run, const char *password,
    char out[PASSWORD_HASH_SIZE], struct err *err)
{
	unsigned char salt[SALT_SIZE];
	int slot, rc;

	slot = take_slot(run, err);
	if (slot == -1)
		return -1;
	random_bytes(salt, sizeof(salt));
	rc = argon2id_hash_encoded(PASSES, MEMORY_KIB, LANES, password,
	    strlen(password), salt, sizeof(salt), HASH_SIZE, out,
	    PASSWORD_HASH_SIZE);
	close(slot);
	return rc == ARGON2_OK ? 0 : argon2_failed(rc, err);
}

int
password_hash(const char *run, const char *password,
    char out[PASSWORD_HASH_SIZE], struct err *err)
{
	size_t len = strlen(password);

	if (len < PASSWORD_MIN || len > PASSWORD_MAX)
		return err_set(err, ERR_INVALID_FIELDS,
		    "A password has %d to %d bytes.", PASSWORD_MIN,
		    PASSWORD_MAX);
	return password_hash_any(run, password, out, err);
}

/* The same work as argon2id_verify, for nobody. */
static int
compute_in_vain(const char *password, size_t len)
{
	static const unsigned char salt[SALT_SIZE];
	unsigned char hash[HASH_SIZE];
	int rc;

	rc = argon2id_hash_raw(PASSES, MEMORY_KIB, LANES, password, len, salt,
	    sizeof(salt), hash, sizeof(hash));
	mem_wipe(hash, sizeof(hash));
	return rc == ARGON2_OK ? ARGON2_VERIFY_MISMATCH : rc;
}

static int
check_argon2(
    const char *password, size_t len, const char *hash, struct err *err)
{
	int rc;

	/* One that is too long cannot be right, but takes as long. */
	if (hash == NULL || len > PASSWORD_MAX)
		rc = compute_in_vain(password, len);
	else if (str_starts(hash, "$argon2i$"))
		rc = argon2i_verify(hash, password, len);
	else
		rc = argon2id_verify(hash, password, len);
	if (rc == ARGON2_OK)
		return 1;
	if (rc == ARGON2_VERIFY_MISMATCH)
		return 0;
	return argon2_failed(rc, err);
}

int
password_check(
    const char *run, const char *password, const char *hash, struct err *err)
{
	size_t len = strnlen(password, PASSWORD_MAX + 1);
	int slot, right;

	slot = take_slot(run, err);
	if (slot == -1)
		return -1;
	if (hash != NULL && len <= PASSWORD_MAX && foreign_hash_is_bcrypt(hash))
		right = foreign_hash_check_bcrypt(password, hash, err);
	else
		right = check_argon2(password, len, hash, err);
	close(slot);
	return right;
}

bool
password_is_foreign(const char *hash)
{
	return !str_starts(hash, OURS);
}
