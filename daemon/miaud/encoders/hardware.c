#include "daemon/miaud/encoders/hardware.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/miaud/encoders/part.h"
#include "daemon/miaud/miaud.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"

enum { WHY_SIZE = 400, N_WAYS = 3, PROBE_ARGS = 48, PROBE_CPU_S = 10 };

/* No pictures out of order, no key frames but those asked for, and those with all
 * that a decoder needs. */
static const char *const nvenc[] = { "-c:v", "h264_nvenc", "-preset", "p4",
	"-tune", "ll", "-profile:v", "high", "-rc", "vbr", "-bf", "0",
	"-forced-idr", "1", "-no-scenecut", "1", "-delay", "0", "-g", "600",
	NULL };
static const char *const qsv[] = { "-c:v", "h264_qsv", "-preset", "veryfast",
	"-profile:v", "high", "-bf", "0", "-forced_idr", "1", "-async_depth",
	"1", "-look_ahead", "0", "-g", "600", NULL };
static const char *const vaapi[] = { "-c:v", "h264_vaapi", "-profile:v", "high",
	"-bf", "0", "-idr_interval", "0", "-g", "600", NULL };

/* Best first. */
static const struct hardware_way ways[N_WAYS] = {
	{ .name = "nvenc",
	    .nodes = "/dev/nvidia[0-9]*",
	    .device = "nvidia",
	    .format = "format=yuv420p",
	    .encoder = nvenc },
	{ .name = "qsv",
	    .nodes = "/dev/dri/renderD*",
	    .device = "dri",
	    .format = "format=nv12",
	    .encoder = qsv,
	    .has_plain_level = true },
	{ .name = "vaapi",
	    .nodes = "/dev/dri/renderD*",
	    .device = "dri",
	    .option = "-vaapi_device",
	    .format = "format=nv12,hwupload",
	    .encoder = vaapi },
};

/* What is known of one. */
struct known {
	bool is_wanted; /* by the probe that runs */
	bool is_tried;
	bool works;
	char why[WHY_SIZE]; /* else */
	char device[HARDWARE_DEVICE_SIZE];
	size_t node; /* that is tried now */
	int64_t took_ms;
};

/* Somebody who waits for the probe's end. */
struct asker {
	struct asker *next;
	struct rpc_call *call;
};

struct hardware {
	struct encoders *encoders;
	struct known known[N_WAYS];
	size_t probed; /* N_WAYS: no probe runs */
	struct asker *askers;
};

struct hardware *
hardware_new(struct encoders *encoders)
{
	struct hardware *hardware = mem_calloc(1, sizeof(*hardware));

	hardware->encoders = encoders;
	hardware->probed = N_WAYS;
	return hardware;
}

void
hardware_free(struct hardware *hardware)
{
	free(hardware);
}

bool
hardware_is_idle(const struct hardware *hardware)
{
	return hardware->probed == N_WAYS;
}

static const char *
wish(const struct hardware *hardware)
{
	return settings_text(
	    hardware->encoders->miaud->settings, SETTING_TRANSCODE_HARDWARE);
}

/* The n-th device node of a kind. */
static bool
find_node(
    const struct hardware_way *way, size_t n, char device[HARDWARE_DEVICE_SIZE])
{
	glob_t found;
	bool is_there = glob(way->nodes, 0, NULL, &found) == 0;

	is_there = is_there && n < found.gl_pathc;
	if (is_there)
		snprintf(device, HARDWARE_DEVICE_SIZE, "%s", found.gl_pathv[n]);
	globfree(&found);
	return is_there;
}

/* --- A probe ------------------------------------------------------------------- */

static void go_on(struct hardware *hardware);

static struct json_object *
describe(const struct hardware *hardware)
{
	struct json_object *obj = json_object_new_object(), *item;
	struct json_object *list = json_object_new_array();
	const struct known *known;
	struct hardware_use use;

	for (size_t i = 0; i < N_WAYS; i++) {
		known = &hardware->known[i];
		item = json_object_new_object();
		json_add_text(item, "name", ways[i].name);
		json_add_text(item, "state",
		    !known->is_tried   ? "untried"
			: known->works ? "works"
				       : "fails");
		json_add_text(item, "problem",
		    known->is_tried && !known->works ? known->why : NULL);
		json_add_int(item, "tookMs", known->took_ms);
		json_object_array_add(list, item);
	}
	hardware_choose((struct hardware *)hardware, &use);
	json_add_text(obj, "wanted", wish(hardware));
	json_add_text(obj, "used", use.way == NULL ? NULL : use.way->name);
	json_add(obj, "ways", list);
	return obj;
}

static void
answer(struct hardware *hardware)
{
	struct asker *asker;
	struct err err;

	while ((asker = hardware->askers) != NULL) {
		hardware->askers = asker->next;
		if (hardware->encoders->is_closed) {
			err_set(&err, ERR_CANCELLED, "Miauflix is stopping.");
			rpc_fail(asker->call, &err);
		} else {
			rpc_reply(asker->call, describe(hardware));
		}
		free(asker);
	}
}

/* The driver's own words, on one line. */
static void
note_failure(struct known *known, const char *why)
{
	size_t n;

	snprintf(known->why, sizeof(known->why), "%s", why);
	n = strlen(known->why);
	while (n > 0 && known->why[n - 1] == '\n')
		known->why[--n] = '\0';
	for (char *at = known->why; (at = strchr(at, '\n')) != NULL;)
		*at = ' ';
}

static void
probe_done(void *arg, const struct child_result *result)
{
	struct hardware *hardware = arg;
	struct known *known = &hardware->known[hardware->probed];
	const struct hardware_way *way = &ways[hardware->probed];
	char next[HARDWARE_DEVICE_SIZE];

	known->is_tried = result->err.code != ERR_CANCELLED;
	known->works = result->err.code == ERR_NONE && result->status == 0;
	known->took_ms = result->took_ms;
	if (result->err.code == ERR_TIMEOUT)
		note_failure(known, "It wrote nothing in time.");
	else if (result->err.code != ERR_NONE)
		note_failure(known, result->err.text);
	else if (!known->works)
		note_failure(known,
		    result->log_len > 0 ? result->log
					: "It ended without a word.");
	if (known->is_tried && !known->works && way->option != NULL &&
	    find_node(way, known->node + 1, next)) {
		known->node++;
		go_on(hardware);
		return;
	}
	if (known->works)
		log_info("encoders.hardware", "%s works (%s).", way->name,
		    known->device);
	else if (known->is_tried)
		log_info("encoders.hardware", "%s does not work: %s", way->name,
		    known->why);
	known->is_wanted = false;
	go_on(hardware);
}

/* Encodes as a film of 720 lines is. */
static int
run_probe(struct hardware *hardware, const struct hardware_way *way,
    struct known *known, struct err *err)
{
	static const char *const drawn[] = { "-f", "lavfi", "-i",
		"testsrc2=s=1280x720:r=30", "-frames:v", "12", "-filter:v",
		NULL };
	static const char *const rest[] = { "-b:v", "3M", "-maxrate", "4M",
		"-bufsize", "4M", "-force_key_frames", "0.2", "-f", "null", "-",
		NULL };
	const char *args[PROBE_ARGS] = { NULL };
	const char *const *lists[] = { drawn, NULL, way->encoder, rest };
	const char *format[] = { way->format, NULL };
	size_t n = 0;

	lists[1] = format;
	if (way->option != NULL) {
		args[n++] = way->option;
		args[n++] = known->device;
	}
	for (size_t i = 0; i < COUNT_OF(lists); i++)
		for (size_t j = 0; lists[i][j] != NULL; j++)
			args[n++] = lists[i][j];
	return ffmpeg_run(hardware->encoders->children,
		   &(struct ffmpeg_spec){ .tool = FFMPEG_CONVERT,
		       .input = { .fd = -1 },
		       .after = args,
		       .device = way->device,
		       .cpu_s = PROBE_CPU_S,
		       .deadline_ms = HARDWARE_PROBE_MS,
		       .done = probe_done,
		       .arg = hardware },
		   err) == NULL
	    ? -1
	    : 0;
}

/* The next that is wanted, one at a time. */
static void
go_on(struct hardware *hardware)
{
	struct known *known;
	struct err err;

	for (; hardware->probed < N_WAYS; hardware->probed++) {
		known = &hardware->known[hardware->probed];
		if (!known->is_wanted)
			continue;
		if (!find_node(
			&ways[hardware->probed], known->node, known->device))
			snprintf(known->device, sizeof(known->device), "%s",
			    "/dev/dri/renderD128");
		if (run_probe(hardware, &ways[hardware->probed], known, &err) ==
		    0)
			return;
		known->is_wanted = known->works = false;
		known->is_tried = true;
		note_failure(known, err.text);
	}
	answer(hardware);
}

static void
start(struct hardware *hardware)
{
	hardware->probed = 0;
	go_on(hardware);
}

static void
want(struct known *known)
{
	known->is_wanted = true;
	known->node = 0;
}

/* A machine without such a device is not made to try. */
void
hardware_begin(struct hardware *hardware)
{
	const char *wished = wish(hardware);
	char device[HARDWARE_DEVICE_SIZE];

	for (size_t i = 0; i < N_WAYS; i++)
		if (strcmp(wished, ways[i].name) == 0 ||
		    (strcmp(wished, "auto") == 0 &&
			find_node(&ways[i], 0, device)))
			want(&hardware->known[i]);
	start(hardware);
}

void
hardware_probe(struct rpc_call *call)
{
	struct hardware *hardware = rpc_miaud(call)->encoders->hardware;
	struct asker *asker;
	struct err err;

	if (hardware->encoders->is_closed) {
		err_set(&err, ERR_CANCELLED, "Miauflix is stopping.");
		rpc_fail(call, &err);
		return;
	}
	asker = mem_calloc(1, sizeof(*asker));
	asker->call = call;
	asker->next = hardware->askers;
	hardware->askers = asker;
	if (!hardware_is_idle(hardware))
		return;
	for (size_t i = 0; i < N_WAYS; i++)
		want(&hardware->known[i]);
	start(hardware);
}

/* --- What is taken --------------------------------------------------------------- */

void
hardware_choose(struct hardware *hardware, struct hardware_use *use)
{
	const char *wished = wish(hardware);
	const struct known *known;

	memset(use, 0, sizeof(*use));
	for (size_t i = 0; i < N_WAYS && use->way == NULL; i++) {
		known = &hardware->known[i];
		if (!known->works ||
		    (strcmp(wished, "auto") != 0 &&
			strcmp(wished, ways[i].name) != 0))
			continue;
		use->way = &ways[i];
		snprintf(use->device, sizeof(use->device), "%s", known->device);
	}
}

void
hardware_failed(
    struct hardware *hardware, const struct hardware_way *way, const char *why)
{
	struct known *known = &hardware->known[way - ways];

	if (!known->works)
		return;
	known->works = false;
	note_failure(known, why);
	log_warn("encoders.hardware",
	    "%s failed in the middle of a film, the processor takes over: %s",
	    way->name, known->why);
}
