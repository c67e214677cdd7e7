/* Who we are, how we are, and the switches of the whole. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/miaud/events.h"
#include "daemon/miaud/media/sandbox.h"
#include "daemon/miaud/methods/methods.h"
#include "daemon/miaud/miaud.h"
#include "daemon/miaud/scan/scanner.h"
#include "daemon/miaud/scheduler.h"
#include "lib/base/clock.h"
#include "lib/base/fs.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/net/net.h"
#include "lib/store/users.h"
#include "lib/wire/wire.h"

#define MIB ((int64_t)1024 * 1024)

enum { DISK_LOW_MIB = 1024, DISK_FULL_MIB = 64 };

void
method_hello(struct rpc_call *call)
{
	struct json_object *out = json_object_new_object();
	char boot[EVENTS_ID_SIZE];

	/* An event's id begins with the boot it belongs to. */
	events_newest(rpc_miaud(call)->events, boot);
	boot[strcspn(boot, "-")] = '\0';
	json_add_text(out, "version", MIAU_VERSION);
	json_add_int(out, "protocol", WIRE_VERSION);
	json_add_text(out, "boot", boot);
	rpc_reply(call, out);
}

static void
add_service(struct json_object *list, const char *name, const char *status,
    const char *details, int64_t since)
{
	struct json_object *row = json_object_new_object();

	json_add_text(row, "name", name);
	json_add_text(row, "status", status);
	json_add_text(row, "details", details);
	json_add_time(row, "since", since);
	json_add_text(row, "breaker", NULL);
	json_object_array_add(list, row);
}

static void
add_database(struct miaud *miaud, struct json_object *list)
{
	struct err err;
	bool exists;

	if (store_user_admin_exists(miaud->db, &exists, &err) == STORE_OK)
		add_service(list, "database", "ok", "", miaud->started_at);
	else
		add_service(list, "database",
		    err.code == ERR_DATABASE_BUSY ? "degraded" : "down",
		    err.text, 0);
}

static void
add_disk(struct miaud *miaud, struct json_object *list)
{
	int64_t free_bytes, total_bytes;
	char details[128];
	const char *status = "ok";
	struct err err;

	if (fs_space(miaud->paths.state, &free_bytes, &total_bytes, &err) ==
	    -1) {
		add_service(list, "disk", "down", err.text, 0);
		return;
	}
	if (free_bytes < DISK_FULL_MIB * MIB)
		status = "down";
	else if (free_bytes < DISK_LOW_MIB * MIB)
		status = "degraded";
	snprintf(details, sizeof(details), "%lld MiB of %lld MiB are free.",
	    (long long)(free_bytes / MIB), (long long)(total_bytes / MIB));
	add_service(list, "disk", status, details, 0);
}

static void
add_library(struct miaud *miaud, struct json_object *list)
{
	struct json_object *scan = json_object_new_object();
	char details[128] = "";

	scanner_status(miaud, scan);
	if (strcmp(json_get_text(scan, "state", "idle"), "running") == 0)
		snprintf(details, sizeof(details),
		    "Scanning: %lld of %lld files are done.",
		    (long long)json_get_int(scan, "done", 0),
		    (long long)json_get_int(scan, "found", 0));
	json_object_put(scan);
	add_service(list, "library", "ok", details, miaud->started_at);
}

static void
add_sandbox(const struct miaud *miaud, struct json_object *list)
{
	static const char *const details[] = {
		[SANDBOX_LACKS_LANDLOCK] =
		    "Reduced: the kernel has no Landlock, so ffmpeg may read "
		    "what this user may read.",
		[SANDBOX_LACKS_NAMESPACES] =
		    "Reduced: the kernel refuses user namespaces, so ffmpeg "
		    "reads no film that still downloads.",
		[SANDBOX_LACKS_LANDLOCK | SANDBOX_LACKS_NAMESPACES] =
		    "Reduced: the kernel has no Landlock, so ffmpeg may read "
		    "what this user may read; and it refuses user namespaces, "
		    "so ffmpeg reads no film that still downloads.",
	};
	const unsigned lacks = miaud->sandbox_lacks;

	if ((lacks & SANDBOX_LACKS_PROGRAM) != 0)
		add_service(list, "sandbox", "down",
		    "miau-confine is missing: no film can be looked into.", 0);
	else if (lacks != 0)
		add_service(list, "sandbox", "degraded", details[lacks], 0);
	else
		add_service(list, "sandbox", "ok", "", 0);
}

/* Services outside, once they were asked. */
static void
add_outside(void *list, const struct net_health *health)
{
	struct json_object *row = json_object_new_object();
	bool is_closed = strcmp(health->breaker, "closed") == 0;

	json_add_text(row, "name", health->service);
	json_add_text(row, "status",
	    health->since == 0 ? "ok"
		: is_closed    ? "degraded"
			       : "down");
	json_add_text(row, "details", health->sentence);
	json_add_time(row, "since", health->since);
	json_add_text(row, "breaker", health->breaker);
	json_object_array_add(list, row);
}

/* No VPN policy but "off" exists. */
static struct json_object *
show_vpn(void)
{
	struct json_object *vpn = json_object_new_object();

	json_add_text(vpn, "policy", "off");
	json_add_bool(vpn, "active", false);
	json_add_text(vpn, "interface", NULL);
	json_add_text(vpn, "country", NULL);
	json_add_time(vpn, "since", 0);
	return vpn;
}

void
method_status(struct rpc_call *call)
{
	struct miaud *miaud = rpc_miaud(call);
	struct json_object *out = json_object_new_object();
	struct json_object *services = json_object_new_array();

	add_service(services, "miaud", "ok", "", miaud->started_at);
	add_database(miaud, services);
	add_disk(miaud, services);
	add_library(miaud, services);
	add_sandbox(miaud, services);
	net_list(miaud->net, add_outside, services);
	json_add_text(out, "version", MIAU_VERSION);
	json_add_real(out, "uptime",
	    (double)(clock_mono_ms() - miaud->started_mono_ms) / 1000);
	json_add_time(out, "startedAt", miaud->started_at);
	json_add_int(out, "pid", getpid());
	json_add(out, "vpn", show_vpn());
	json_add(out, "services", services);
	json_add(out, "tasks", scheduler_summary(miaud->scheduler));
	json_add_int(out, "connections", rpc_n_connections(miaud->rpc));
	rpc_reply(call, out);
}

void
method_settings_changed(struct rpc_call *call)
{
	miaud_reload(rpc_miaud(call), call);
}

void
method_log_level(struct rpc_call *call)
{
	const char *level = json_get_text(rpc_params(call), "level", "");

	log_set_level(level);
	log_info("log.level", "Logging from %s on.", level);
	rpc_done(call);
}

void
method_shutdown(struct rpc_call *call)
{
	struct miaud *miaud = rpc_miaud(call);

	rpc_done(call);
	miaud_stop(miaud);
}
