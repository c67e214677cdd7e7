/* `miauctl tls`: a certificate for the house. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/miauctl/command.h"
#include "daemon/miauctl/prepare.h"
#include "daemon/miauctl/tls.h"
#include "daemon/miauctl/trust.h"
#include "lib/base/address.h"
#include "lib/base/fs.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

static const char *const kind_names[] = { "off", "given", "made" };

static void
say_next(const struct ctl *ctl, bool is_told)
{
	char url[ADDRESS_URL_MAX];

	trust_url(ctl->settings, url, sizeof(url));
	printf("Other devices take it at %s\n", url);
	if (is_told)
		puts("The web server takes it now.");
	else if (strcmp(ctl->paths.state, PATHS_INSTALLED_STATE) == 0)
		puts("`systemctl reload miauflix-web` has it served.");
	else if (prepare_find_supervisor(ctl) != 0)
		puts("It counts from the next start: `miauctl down`, "
		     "`miauctl up`.");
}

/* Whether the web server of `miauctl up` was told to read it. */
static bool
tell_supervisor(const struct ctl *ctl)
{
	pid_t pid = prepare_find_supervisor(ctl);

	return pid != 0 && kill(pid, SIGUSR1) == 0;
}

static int
say_made(struct ctl *ctl, const char *what, bool is_told)
{
	struct json_object *out;

	if (ctl->is_json) {
		out = json_object_new_object();
		json_add_bool(out, "made", true);
		return ctl_print(ctl, out);
	}
	puts(what);
	say_next(ctl, is_told);
	return CTL_OK;
}

static bool
has_authority(const struct ctl *ctl)
{
	struct tls *tls = mem_calloc(1, sizeof(*tls));
	bool has;

	tls_find(&ctl->paths, ctl->settings, tls);
	has = fs_exists(tls->authority);
	free(tls);
	return has;
}

static int
run_init(struct ctl *ctl, const struct args *args)
{
	struct err err;

	if (has_authority(ctl) && !args_has(args, "new"))
		return ctl_refuse(ctl,
		    "There is an authority here already; `miauctl tls renew` "
		    "makes a certificate by it. With --new another takes its "
		    "place, which every device has to trust anew.");
	if (paths_refuse_foreign(&ctl->paths, &err) == -1 ||
	    prepare_folders(ctl, &err) == -1 ||
	    tls_begin(&ctl->paths, ctl->settings, &err) == -1)
		return ctl_fail(ctl, &err);
	return say_made(ctl,
	    "Made an authority of this house, and a certificate by it.", false);
}

/* For scripts: whether one would be made by itself. */
static int
say_due(const struct ctl *ctl)
{
	struct json_object *out;
	struct err err;
	bool is_due;

	if (tls_look(&ctl->paths, ctl->settings, &is_due, &err) == -1)
		return ctl_fail(ctl, &err);
	if (ctl->is_json) {
		out = json_object_new_object();
		json_add_bool(out, "due", is_due);
		(void)ctl_print(ctl, out);
	}
	return is_due ? CTL_OK : CTL_FAILED;
}

static int
run_renew(struct ctl *ctl, const struct args *args)
{
	struct err err;

	if (!has_authority(ctl))
		return ctl_refuse(
		    ctl, "There is no authority here: `miauctl tls init`.");
	if (args_has(args, "check"))
		return say_due(ctl);
	if (tls_renew(&ctl->paths, ctl->settings, &err) == -1)
		return ctl_fail(ctl, &err);
	return say_made(
	    ctl, "Made a certificate by the authority.", tell_supervisor(ctl));
}

static struct json_object *
names_json(const struct cert_names *names)
{
	struct json_object *out = json_object_new_array();
	int i;

	for (i = 0; i < names->n; i++)
		json_object_array_add(
		    out, json_object_new_string(names->name[i]));
	return out;
}

struct look {
	struct tls tls;
	struct cert_facts server, authority;
	bool has_authority;
};

static int
print_json(struct ctl *ctl, const struct look *look)
{
	struct json_object *out = json_object_new_object();

	json_add_text(out, "kind", kind_names[look->tls.kind]);
	json_add_text(out, "certificate", look->tls.certificate);
	json_add_int(out, "begins", look->server.begins_ms);
	json_add_int(out, "ends", look->server.ends_ms);
	json_add_text(out, "fingerprint", look->server.fingerprint);
	json_add(out, "names", names_json(&look->server.names));
	json_add(out, "authority",
	    look->has_authority
		? json_object_new_string(look->authority.fingerprint)
		: NULL);
	return ctl_print(ctl, out);
}

static void
print_text(const struct ctl *ctl, const struct look *look)
{
	char time[64], url[ADDRESS_URL_MAX];
	int i;

	ctl_time(look->server.ends_ms, time);
	printf("certificate  %s\nends         %s%s\nnames        ",
	    look->tls.certificate, time,
	    look->has_authority ? ", and is renewed before" : "");
	for (i = 0; i < look->server.names.n; i++)
		printf("%s%s", i > 0 ? ", " : "", look->server.names.name[i]);
	putchar('\n');
	if (!look->has_authority)
		return;
	ctl_time(look->authority.ends_ms, time);
	trust_url(ctl->settings, url, sizeof(url));
	printf("authority    %s\nends         %s\nto trust it  %s\n",
	    look->authority.fingerprint, time, url);
}

static int
run_status(struct ctl *ctl, const struct args *args UNUSED)
{
	struct look *look = mem_calloc(1, sizeof(*look));
	int code = CTL_OK;
	struct err err;

	tls_find(&ctl->paths, ctl->settings, &look->tls);
	if (look->tls.kind == TLS_OFF) {
		if (ctl->is_json)
			code = print_json(ctl, look);
		else
			puts(
			    "There is no certificate; `miauctl tls init` makes "
			    "one.");
		goto out;
	}
	look->has_authority = look->tls.kind == TLS_MADE &&
	    cert_read(look->tls.authority, &look->authority, &err) == 0;
	if (cert_read(look->tls.certificate, &look->server, &err) == -1) {
		code = ctl_fail(ctl, &err);
		goto out;
	}
	if (ctl->is_json)
		code = print_json(ctl, look);
	else
		print_text(ctl, look);
	if (tls_check(&look->tls, &err) == -1)
		code = ctl_fail(ctl, &err);
out:
	free(look);
	return code;
}

static const struct option init_options[] = {
	{ .name = "new",
	    .help = "Make another authority in place of the one there is." },
	{ 0 },
};

static const struct command tls_init = {
	.name = "init",
	.summary = "Make an authority of this house and a certificate by it",
	.help =
	    "From the next start on https is served on tls.port, http leads "
	    "there, and a page tells each device how to trust the "
	    "authority. It can vouch for names and addresses of a house "
	    "alone.",
	.options = init_options,
	.run = run_init,
};

static const struct command tls_status = {
	.name = "status",
	.summary = "Show the certificate: its names, its end, its fingerprint",
	.run = run_status,
};

static const struct option renew_options[] = {
	{ .name = "check",
	    .help = "Make none; tell by the exit code whether one is due: 0 "
		    "when it is, 1 when not." },
	{ 0 },
};

static const struct command tls_renew_command = {
	.name = "renew",
	.summary = "Make a new certificate by the authority of this house",
	.help = "`miauctl up`, or miauflix-tls.timer of an installation, does "
		"so by itself before one ends and when this machine has a new "
		"name or address.",
	.options = renew_options,
	.run = run_renew,
};

static const struct command *const tls_subs[] = { &tls_init, &tls_status,
	&tls_renew_command, NULL };

const struct command command_tls = {
	.name = "tls",
	.summary = "Certificates for https in the house",
	.subs = tls_subs,
};
