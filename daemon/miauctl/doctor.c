/* `miauctl doctor`: looks for what would keep Miauflix from working. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "daemon/miauctl/command.h"
#include "daemon/miauctl/greeting.h"
#include "daemon/miauctl/prepare.h"
#include "daemon/miauctl/run.h"
#include "daemon/miauctl/tls.h"
#include "daemon/miauctl/webconf.h"
#include "lib/base/address.h"
#include "lib/base/clock.h"
#include "lib/base/fs.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"
#include "lib/db/admin.h"

#define MEBIBYTE (1024 * 1024LL)

enum verdict { VERDICT_OK, VERDICT_WARN, VERDICT_FAIL };

struct finding {
	enum verdict verdict;
	char text[512];
	char advice[512]; /* "" when all is well */
};

enum {
	SPACE_FAIL_MB = 100,
	SPACE_WARN_MB = 2048,
	WATCHES_MIN = 65536,
	FILES_MIN = 4096,
	OUTPUT_MAX = 1024 * 1024,
	YEAR_MIN = 2025, /* a clock before it has lost its battery */
};

static void found(struct finding *finding, enum verdict verdict,
    const char *fmt, ...) NONNULL PRINTF_LIKE(3, 4);

static void
found(struct finding *finding, enum verdict verdict, const char *fmt, ...)
{
	va_list ap;

	finding->verdict = verdict;
	va_start(ap, fmt);
	vsnprintf(finding->text, sizeof(finding->text), fmt, ap);
	va_end(ap);
}

static void advise(struct finding *finding, const char *fmt, ...) NONNULL
    PRINTF_LIKE(2, 3);

static void
advise(struct finding *finding, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(finding->advice, sizeof(finding->advice), fmt, ap);
	va_end(ap);
}

static void
check_space(struct ctl *ctl, struct finding *out)
{
	int64_t free_bytes, total;
	struct err err;
	char size[64];

	if (fs_space(ctl->paths.state, &free_bytes, &total, &err) == -1) {
		found(out, VERDICT_WARN, "%s", err.text);
		advise(out, "The folder is made by the first start.");
		return;
	}
	ctl_size(free_bytes, size);
	found(out,
	    free_bytes < SPACE_FAIL_MB * MEBIBYTE       ? VERDICT_FAIL
		: free_bytes < SPACE_WARN_MB * MEBIBYTE ? VERDICT_WARN
							: VERDICT_OK,
	    "%s free for %s", size, ctl->paths.state);
	if (out->verdict != VERDICT_OK)
		advise(out,
		    "Free some room, or move the state folder "
		    "(MIAU_STATE_DIR).");
}

static void
check_paths(struct ctl *ctl, struct finding *out)
{
	char path[PATHS_MAX];
	struct err err;

	if (paths_socket(&ctl->paths, "cgi/subtitles.sock", path, sizeof(path),
		&err) == 0) {
		found(out, VERDICT_OK, "%zu of 107 bytes used", strlen(path));
		return;
	}
	found(out, VERDICT_FAIL, "the name of the state folder is too long");
	advise(out, "Choose a shorter MIAU_STATE_DIR.");
}

static void
check_rights(struct ctl *ctl, struct finding *out)
{
	char key[PATHS_MAX + 16];
	struct stat st;

	snprintf(key, sizeof(key), "%s/master.key", ctl->paths.keys);
	if (stat(ctl->paths.state, &st) == -1 ||
	    paths_owner(&ctl->paths) == PATHS_NEW) {
		found(out, VERDICT_OK, "there is no installation in %s yet",
		    ctl->paths.state);
	} else if (paths_owner(&ctl->paths) == PATHS_FOREIGN) {
		found(out, VERDICT_FAIL,
		    "there is no installation in %s, and other things lie "
		    "there",
		    ctl->paths.state);
		advise(out,
		    "Set MIAU_STATE_DIR to the folder of one, or to a new "
		    "folder.");
	} else if (access(ctl->paths.state, R_OK | W_OK | X_OK) == -1) {
		found(out, VERDICT_FAIL, "%s cannot be written: %s",
		    ctl->paths.state, strerror(errno));
		advise(out, "Run as the user to whom it belongs.");
	} else if (st.st_mode & 007) {
		found(out, VERDICT_WARN, "%s is open to every user",
		    ctl->paths.state);
		advise(out, "chmod o= '%s'", ctl->paths.state);
	} else if (stat(key, &st) == 0 && (st.st_mode & 077)) {
		found(
		    out, VERDICT_FAIL, "the master key can be read by others");
		advise(out, "chmod 600 '%s'", key);
	} else {
		found(out, VERDICT_OK, "state folder and keys are closed");
	}
}

static void
check_port(struct ctl *ctl, struct finding *out)
{
	int port = (int)settings_int(ctl->settings, SETTING_HTTP_PORT);
	char bind[64], address[256];
	struct err err;

	if (address_bind(ctl->settings, bind, NULL, NULL, &err) == -1) {
		found(out, VERDICT_FAIL, "%s", err.text);
		advise(out, "Set MIAU_BIND to an address of this machine.");
	} else if (prepare_find_supervisor(ctl) != 0) {
		greeting_address(ctl, address, sizeof(address));
		found(out, VERDICT_OK, "this installation serves %s", address);
	} else if (prepare_port(bind, port, &err) == -1) {
		found(out, VERDICT_FAIL, "%s", err.text);
		advise(out, "`ss -ltnp` shows who has it.");
	} else {
		found(out, VERDICT_OK, "%s:%d is free", bind, port);
	}
}

static void
judge_names(struct ctl *ctl, const struct tls *tls, struct finding *out)
{
	struct cert_names *missing = mem_calloc(1, sizeof(*missing));
	struct cert_facts *facts = mem_calloc(1, sizeof(*facts));
	char ends[64];
	struct err err;

	if (tls_missing(tls, ctl->settings, missing, &err) == -1 ||
	    cert_read(tls->certificate, facts, &err) == -1) {
		found(out, VERDICT_FAIL, "%s", err.text);
	} else if (facts->names.n == 0) {
		found(out, VERDICT_FAIL, "the certificate names no host");
		advise(out, "It needs subjectAltName entries.");
	} else {
		ctl_time(facts->ends_ms, ends);
		found(out, VERDICT_OK, "%s, until %s", facts->names.name[0],
		    ends);
		if (facts->ends_ms - clock_now_ms() <
		    TLS_RENEW_DAYS * INT64_C(24) * 3600 * 1000) {
			out->verdict = VERDICT_WARN;
			advise(out, "It ends soon: have another one made.");
		}
		if (tls->kind == TLS_MADE && missing->n > 0)
			found(out, VERDICT_WARN, "the certificate lacks %s",
			    missing->name[0]);
	}
	free(facts);
	free(missing);
}

static void
check_tls(struct ctl *ctl, struct finding *out)
{
	struct tls *tls = mem_calloc(1, sizeof(*tls));
	struct err err;

	tls_find(&ctl->paths, ctl->settings, tls);
	if (tls->kind == TLS_OFF) {
		found(out, VERDICT_OK, "off; `miauctl tls init` begins it");
	} else if (tls_check(tls, &err) == -1) {
		found(out, VERDICT_FAIL, "%s", err.text);
		advise(out, "%s",
		    tls->kind == TLS_MADE
			? "miauctl tls renew"
			: "Set MIAU_TLS_CERTIFICATE and MIAU_TLS_KEY.");
	} else {
		judge_names(ctl, tls, out);
	}
	free(tls);
}

static void
check_clock(struct ctl *ctl UNUSED, struct finding *out)
{
	struct timex state = { 0 };
	time_t now = clock_now_ms() / 1000;
	char text[32];
	struct tm utc;
	int kept = adjtimex(&state);

	gmtime_r(&now, &utc);
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &utc);
	if (utc.tm_year + 1900 < YEAR_MIN) {
		found(out, VERDICT_FAIL, "it says %s UTC", text);
		advise(out, "Set it (timedatectl); sign-ins depend on it.");
	} else if (kept == TIME_ERROR || (state.status & STA_UNSYNC)) {
		found(out, VERDICT_WARN, "%s UTC, kept by nobody", text);
		advise(out,
		    "Install systemd-timesyncd or chrony, unless the host "
		    "keeps it.");
	} else {
		found(out, VERDICT_OK, "%s UTC, synchronised", text);
	}
}

/* Which of the words the program's list lacks; "" for none. */
static void
find_missing(
    const char *const *argv, const char *const *words, char *out, size_t size)
{
	struct buf text, word;

	buf_init(&text, OUTPUT_MAX);
	buf_init(&word, 256);
	out[0] = '\0';
	if (run_program(argv, -1, &text) != 0)
		snprintf(out, size, "everything (it does not run)");
	for (; out[0] == '\0' && *words != NULL; words++) {
		buf_reset(&word);
		buf_printf(&word, " %s ", *words);
		if (strstr(text.data, word.data) == NULL)
			snprintf(out, size, "%s", *words);
	}
	buf_fini(&word);
	buf_fini(&text);
}

static void
check_ffmpeg(struct ctl *ctl UNUSED, struct finding *out)
{
	static const struct {
		const char *what;
		const char *argv[4];
		const char *words[12];
	} rows[] = {
		{ "decoder", { "ffmpeg", "-hide_banner", "-decoders", NULL },
		    { "h264", "hevc", "vp9", "mpeg4", "aac", "ac3", "mjpeg",
			NULL } },
		{ "encoder", { "ffmpeg", "-hide_banner", "-encoders", NULL },
		    { "mjpeg", NULL } },
		{ "filter", { "ffmpeg", "-hide_banner", "-filters", NULL },
		    { "drawtext", "thumbnail", "scale", NULL } },
		{ "format", { "ffprobe", "-hide_banner", "-demuxers", NULL },
		    { "matroska,webm", "mov,mp4,m4a,3gp,3g2,mj2", "mpegts",
			NULL } },
	};
	char missing[128];
	size_t i;

	for (i = 0; i < COUNT_OF(rows); i++) {
		find_missing(
		    rows[i].argv, rows[i].words, missing, sizeof(missing));
		if (missing[0] == '\0')
			continue;
		found(out, VERDICT_FAIL, "%s lacks the %s %s", rows[i].argv[0],
		    rows[i].what, missing);
		advise(out, "Install Debian's ffmpeg: apt install ffmpeg");
		return;
	}
	found(out, VERDICT_OK, "ffmpeg and ffprobe have what is needed");
}

static void
check_font(struct ctl *ctl UNUSED, struct finding *out)
{
	const char *const argv[] = { "fc-list", NULL };
	static const char usual[] =
	    "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf";
	struct buf text;

	buf_init(&text, OUTPUT_MAX);
	if (fs_exists(usual) ||
	    (run_program(argv, -1, &text) == 0 && text.len > 0)) {
		found(out, VERDICT_OK, "titles can be drawn on posters");
	} else {
		found(out, VERDICT_WARN, "no font for titles on posters");
		advise(out, "apt install fonts-dejavu-core");
	}
	buf_fini(&text);
}

/* Has the web server read the configuration of this installation, from memory.
 */
static int
try_configuration(struct ctl *ctl, const struct webserver *server,
    const char *program, struct buf *said)
{
	struct webconf_handlers names;
	struct webconf webconf = { server, &ctl->paths, ctl->settings,
		ctl->programs, &names };
	const char *argv[WEBSERVER_ARGS_MAX + 1];
	char file[64];
	struct buf conf;
	struct err err;
	int fd = -1, result = -1;

	buf_init(&conf, 4 * OUTPUT_MAX);
	if (webconf_handlers_find(ctl->programs, &names, &err) == -1 ||
	    webconf_make(&webconf, &conf, &err) == -1) {
		buf_puts(said, err.text);
		goto out;
	}
	fd = memfd_create("web.conf", 0);
	if (fd == -1 || write(fd, conf.data, conf.len) != (ssize_t)conf.len) {
		buf_puts(said, strerror(errno));
		goto out;
	}
	snprintf(file, sizeof(file), "/dev/fd/%d", fd);
	webserver_argv(program, server->check, file, argv);
	/* With its modules begun, lighttpd makes its cache folder. */
	if (paths_owner(&ctl->paths) == PATHS_FOREIGN &&
	    strcmp(argv[1], "-tt") == 0)
		argv[1] = "-t";
	result = run_program(argv, -1, said) == 0 ? 0 : -1;
out:
	if (fd != -1)
		close(fd);
	buf_fini(&conf);
	return result;
}

static void
check_webserver(struct ctl *ctl, struct finding *out)
{
	const struct webserver *server = webserver_of(ctl->settings);
	char program[PATHS_MAX];
	struct buf said;
	struct err err;

	if (prepare_find_program(server->program, server->packages, program,
		sizeof(program), &err) == -1) {
		found(out, VERDICT_FAIL, "%s is not installed", server->name);
		advise(out, "apt install %s", server->packages);
		return;
	}
	buf_init(&said, OUTPUT_MAX);
	if (try_configuration(ctl, server, program, &said) == 0) {
		found(out, VERDICT_OK, "%s takes our configuration", program);
	} else {
		str_trim(said.data);
		found(out, VERDICT_FAIL, "%s refuses our configuration: %.300s",
		    program, said.data);
		advise(out, "A module may be missing: apt install %s",
		    server->packages);
	}
	buf_fini(&said);
}

static void
check_sandbox(struct ctl *ctl, struct finding *out)
{
	char program[PATHS_MAX + 32], parent[32];
	const char *const argv[] = { program, parent, "5", "256", "1",
		"/bin/true", NULL };
	const char *const served[] = { program, "--try", NULL };
	struct buf said;

	snprintf(
	    program, sizeof(program), "%s/bin/miau-confine", ctl->programs);
	snprintf(parent, sizeof(parent), "%d", (int)getpid());
	buf_init(&said, OUTPUT_MAX);
	if (!fs_exists(program)) {
		found(out, VERDICT_FAIL, "%s is missing", program);
		advise(out, "Install or build all programs.");
	} else if (run_program(argv, -1, &said) == 0 &&
	    run_program(served, -1, &said) == 0) {
		found(out, VERDICT_OK, "ffmpeg can be confined");
	} else if (run_program(argv, -1, &said) == 0) {
		found(out, VERDICT_WARN,
		    "reduced: ffmpeg reads no film that still downloads: "
		    "%.300s",
		    str_trim(said.data));
		advise(out,
		    "The kernel has to allow user and network namespaces.");
	} else {
		found(out, VERDICT_FAIL, "ffmpeg cannot be confined: %.300s",
		    str_trim(said.data));
		advise(out, "The kernel has to allow seccomp filters.");
	}
	buf_fini(&said);
}

static int64_t
read_number(const char *path)
{
	struct buf text;
	struct err ignored;
	int64_t number = -1;

	buf_init(&text, 64);
	if (fs_read(path, &text, &ignored) == -1 ||
	    !str_to_int64(str_trim(text.data), 0, INT64_MAX, &number))
		number = -1;
	buf_fini(&text);
	return number;
}

static void
check_inotify(struct ctl *ctl UNUSED, struct finding *out)
{
	int64_t n = read_number("/proc/sys/fs/inotify/max_user_watches");

	if (n == -1 || n >= WATCHES_MIN) {
		found(out, VERDICT_OK, "%lld folders can be watched",
		    (long long)n);
		return;
	}
	found(out, VERDICT_WARN, "only %lld folders can be watched",
	    (long long)n);
	advise(out,
	    "sysctl fs.inotify.max_user_watches=%d (and in /etc/sysctl.d); "
	    "beyond it changes are seen by the next full scan.",
	    WATCHES_MIN * 8);
}

static void
check_files(struct ctl *ctl UNUSED, struct finding *out)
{
	struct rlimit limit = { 0 };

	getrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_max >= FILES_MIN) {
		found(out, VERDICT_OK, "%llu may be open in one program",
		    (unsigned long long)limit.rlim_max);
		return;
	}
	found(out, VERDICT_WARN, "only %llu may be open in one program",
	    (unsigned long long)limit.rlim_max);
	advise(out, "ulimit -Hn %d before the start", FILES_MIN * 4);
}

static void
check_database(struct ctl *ctl, struct finding *out)
{
	struct err err;
	int version = 0;

	if (!fs_exists(ctl->paths.database)) {
		found(out, VERDICT_OK, "there is none yet");
		return;
	}
	if (db_schema_version(ctl->paths.database, &version, &err) == -1 ||
	    db_check(ctl->paths.database, &err) == -1) {
		found(out, VERDICT_FAIL, "%s", err.text);
		advise(out,
		    "`miauctl db restore FILE` puts a backup in its place; "
		    "they are in %s.",
		    ctl->paths.backups);
		return;
	}
	found(out, VERDICT_OK, "sound, schema %d", version);
}

static void
check_programs(struct ctl *ctl, struct finding *out)
{
	static const char *const ours[] = { "miaud", "miau-index" };
	struct webconf_handlers names;
	char path[PATHS_MAX + 32];
	struct err err;
	size_t i;

	for (i = 0; i < COUNT_OF(ours); i++) {
		snprintf(
		    path, sizeof(path), "%s/bin/%s", ctl->programs, ours[i]);
		if (access(path, X_OK) == 0)
			continue;
		found(out, VERDICT_FAIL, "%s cannot be run", path);
		advise(out, "make programs");
		return;
	}
	if (webconf_handlers_find(ctl->programs, &names, &err) == -1) {
		found(out, VERDICT_FAIL, "%s", err.text);
		advise(out, "make programs");
	} else {
		found(out, VERDICT_OK, "miaud, its helpers and %zu handlers in %s", names.n,
		    ctl->programs);
	}
}

static const struct {
	const char *name;
	void (*check)(struct ctl *ctl, struct finding *out);
} checks[] = {
	{ "programs", check_programs },
	{ "disk", check_space },
	{ "rights", check_rights },
	{ "sockets", check_paths },
	{ "database", check_database },
	{ "port", check_port },
	{ "tls", check_tls },
	{ "clock", check_clock },
	{ "webserver", check_webserver },
	{ "ffmpeg", check_ffmpeg },
	{ "fonts", check_font },
	{ "sandbox", check_sandbox },
	{ "inotify", check_inotify },
	{ "files", check_files },
};

static const char *const verdict_names[] = {
	[VERDICT_OK] = "ok", [VERDICT_WARN] = "warn", [VERDICT_FAIL] = "fail"
};

static void
print_finding(
    const struct ctl *ctl, const char *name, const struct finding *finding)
{
	static const char *const colours[] = { [VERDICT_OK] = "\033[32m",
		[VERDICT_WARN] = "\033[33m",
		[VERDICT_FAIL] = "\033[31m" };

	printf("%s%-5s%s %-9s %s\n",
	    ctl->has_colour ? colours[finding->verdict] : "",
	    verdict_names[finding->verdict], ctl->has_colour ? "\033[0m" : "",
	    name, finding->text);
	if (finding->advice[0] != '\0')
		printf("%-15s → %s\n", "", finding->advice);
	fflush(stdout);
}

static int
run_doctor(struct ctl *ctl, const struct args *args UNUSED)
{
	struct json_object *list = json_object_new_array(), *one;
	struct finding finding;
	int n_failed = 0;
	size_t i;

	for (i = 0; i < COUNT_OF(checks); i++) {
		memset(&finding, 0, sizeof(finding));
		checks[i].check(ctl, &finding);
		n_failed += finding.verdict == VERDICT_FAIL;
		if (!ctl->is_json) {
			print_finding(ctl, checks[i].name, &finding);
			continue;
		}
		one = json_object_new_object();
		json_add_text(one, "check", checks[i].name);
		json_add_text(one, "verdict", verdict_names[finding.verdict]);
		json_add_text(one, "text", finding.text);
		json_add_text(one, "advice",
		    finding.advice[0] == '\0' ? NULL : finding.advice);
		json_object_array_add(list, one);
	}
	if (ctl->is_json)
		ctl_print(ctl, list);
	else
		json_object_put(list);
	return n_failed == 0 ? CTL_OK : CTL_FAILED;
}

const struct command command_doctor = {
	.name = "doctor",
	.summary =
	    "Look for what is missing on this machine, and say what to do",
	.help = "Each line is ok, warn or fail; the exit code is 1 when one "
		"fails.",
	.run = run_doctor,
};
