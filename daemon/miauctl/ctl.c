/* Ways to miaud and to the database; how results are shown. */
#include "daemon/miauctl/ctl.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/auth/key_proof.h"
#include "lib/base/fs.h"
#include "lib/base/json.h"
#include "lib/db/admin.h"
#include "lib/wire/wire.h"

enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };

static int
exit_code(enum err_code code)
{
	switch (code) {
	case ERR_DAEMON_DOWN:
		return CTL_DAEMON_DOWN;
	case ERR_ALREADY_RUNNING:
		return CTL_RUNNING;
	default:
		return CTL_FAILED;
	}
}

const char *
ctl_put_advice(const struct ctl *ctl, char out[CTL_ADVICE_SIZE])
{
	struct err foreign;

	if (paths_refuse_foreign(&ctl->paths, &foreign) == -1)
		snprintf(out, CTL_ADVICE_SIZE, "%s", foreign.text);
	else if (paths_owner(&ctl->paths) == PATHS_NEW)
		snprintf(out, CTL_ADVICE_SIZE,
		    "There is no installation in %s yet; `miauctl up` begins "
		    "one, MIAU_STATE_DIR names another folder.",
		    ctl->paths.state);
	else
		snprintf(out, CTL_ADVICE_SIZE,
		    "Start it with `miauctl up`; the state folder is %s.",
		    ctl->paths.state);
	return out;
}

int
ctl_fail(const struct ctl *ctl, const struct err *err)
{
	struct json_object *object;
	char advice[CTL_ADVICE_SIZE];

	fflush(stdout);
	if (ctl->is_json) {
		object = json_object_new_object();
		json_add_text(object, "error", err_name(err->code));
		json_add_text(object, "message", err->text);
		fprintf(stderr, "%s\n",
		    json_object_to_json_string_ext(object,
			JSON_C_TO_STRING_PLAIN |
			    JSON_C_TO_STRING_NOSLASHESCAPE));
		json_object_put(object);
	} else {
		fprintf(stderr, "miauctl: %s\n", err->text);
		if (err->code == ERR_DAEMON_DOWN)
			fprintf(stderr, "miauctl: %s\n",
			    ctl_put_advice(ctl, advice));
	}
	return exit_code(err->code);
}

int
ctl_refuse(const struct ctl *ctl, const char *fmt, ...)
{
	struct err err = { .code = ERR_BAD_REQUEST };
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err.text, sizeof(err.text), fmt, ap);
	va_end(ap);
	return ctl_fail(ctl, &err);
}

int
ctl_print(const struct ctl *ctl, struct json_object *value)
{
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE;

	flags |= ctl->is_terminal
	    ? JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED
	    : JSON_C_TO_STRING_PLAIN;
	puts(json_object_to_json_string_ext(value, flags));
	json_object_put(value);
	return CTL_OK;
}

int
ctl_call(const struct ctl *ctl, const char *method, struct json_object *params,
    int timeout_ms, struct json_object **result, struct err *err)
{
	char path[PATHS_MAX];

	if (paths_socket(&ctl->paths, WIRE_SOCKET_ADMIN, path, sizeof(path),
		err) == -1) {
		json_object_put(params);
		return -1;
	}
	return wire_call_once(path, method, params, timeout_ms, result, err);
}

bool
ctl_has_daemon(const struct ctl *ctl)
{
	char path[PATHS_MAX];
	struct err ignored;
	int fd;

	if (paths_socket(&ctl->paths, WIRE_SOCKET_ADMIN, path, sizeof(path),
		&ignored) == -1)
		return false;
	fd = wire_connect(path, &ignored);
	if (fd == -1)
		return false;
	close(fd);
	return true;
}

int
ctl_expect_database(const struct ctl *ctl, struct err *err)
{
	if (fs_exists(ctl->paths.database))
		return 0;
	if (paths_refuse_foreign(&ctl->paths, err) == -1)
		return -1;
	return err_set(err, ERR_NOT_FOUND, "There is no database in %s yet.",
	    ctl->paths.state);
}

int
ctl_database(struct ctl *ctl, enum db_mode mode, struct err *err)
{
	int applied;

	if (!fs_exists(ctl->paths.database)) {
		if (paths_refuse_foreign(&ctl->paths, err) == -1)
			return -1;
		if (mode == DB_READ)
			return err_set(err, ERR_NOT_FOUND,
			    "There is no installation in %s yet; `miauctl up` "
			    "or `miauctl setup` begins one.",
			    ctl->paths.state);
		if (paths_make(&ctl->paths, err) == -1 ||
		    db_migrate(ctl->paths.database, ctl->paths.backups,
			&applied, err) == -1)
			return -1;
	}
	ctl->pool = db_pool_new(ctl->paths.database, mode, 1, true, err);
	if (ctl->pool == NULL)
		return -1;
	ctl->db = db_open(ctl->pool);
	return 0;
}

/* Over a connection of its own: that of ctl->db may be within a transaction. */
static struct auth_keys *
open_keys(const struct ctl *ctl, struct err *err)
{
	struct auth_keys *keys;
	struct db_pool *pool;
	struct db *db;

	if (!fs_exists(ctl->paths.database))
		return auth_keys_load(ctl->paths.keys, 1, err);
	pool = db_pool_new(ctl->paths.database, DB_READ, 1, true, err);
	if (pool == NULL)
		return NULL;
	db = db_open(pool);
	keys = auth_keys_open(ctl->paths.keys, db, err);
	db_close(db);
	db_pool_free(pool);
	return keys;
}

const struct auth_keys *
ctl_keys(struct ctl *ctl, struct err *err)
{
	if (ctl->keys == NULL)
		ctl->keys = open_keys(ctl, err);
	return ctl->keys;
}

int
ctl_audit(struct ctl *ctl, enum audit_event event, const char *target,
    struct err *err)
{
	const struct audit_entry entry = { .event = event, .target = target };
	const struct auth_keys *keys = ctl_keys(ctl, err);

	if (keys == NULL)
		return -1;
	return audit_write(ctl->db, keys, &entry, err);
}

void
ctl_duration(double seconds, char out[64])
{
	int64_t s = (int64_t)seconds;

	if (s < MINUTE)
		snprintf(out, 64, "%lld s", (long long)s);
	else if (s < HOUR)
		snprintf(out, 64, "%lld min", (long long)(s / MINUTE));
	else if (s < DAY)
		snprintf(out, 64, "%lld h %lld min", (long long)(s / HOUR),
		    (long long)(s % HOUR / MINUTE));
	else
		snprintf(out, 64, "%lld d %lld h", (long long)(s / DAY),
		    (long long)(s % DAY / HOUR));
}

void
ctl_size(int64_t bytes, char out[64])
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	double n = (double)bytes;
	size_t i = 0;

	while (n >= 1024 && i + 1 < COUNT_OF(units)) {
		n /= 1024;
		i++;
	}
	snprintf(
	    out, 64, i == 0 || n >= 100 ? "%.0f %s" : "%.1f %s", n, units[i]);
}

void
ctl_time(int64_t at_ms, char out[64])
{
	time_t at = at_ms / 1000;
	struct tm local;

	if (at_ms == 0) {
		snprintf(out, 64, "never");
		return;
	}
	localtime_r(&at, &local);
	strftime(out, 64, "%Y-%m-%d %H:%M", &local);
}
