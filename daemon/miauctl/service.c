/* `miauctl service`: a systemd user unit that runs `miauctl up`. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/miauctl/command.h"
#include "daemon/miauctl/run.h"
#include "lib/base/fs.h"

enum { UNIT_MAX = 256 * 1024 };

/* ~/.config/systemd/user, or where XDG_CONFIG_HOME says; a relative one does
 * not count (XDG base directory specification). */
static int
unit_path(char *folder, char *file, size_t size, struct err *err)
{
	const char *config = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");

	if (config != NULL && config[0] == '/')
		snprintf(folder, size, "%s/systemd/user", config);
	else if (home != NULL && home[0] == '/')
		snprintf(folder, size, "%s/.config/systemd/user", home);
	else
		return err_set(err, ERR_SETTING_INVALID,
		    "HOME is not set; there is no place for the unit.");
	if ((size_t)snprintf(file, size, "%s/miauflix.service", folder) >= size)
		return err_set(err, ERR_SETTING_INVALID, "HOME is too long.");
	return 0;
}

/* systemd.service(5): in quotes '%' and '\' are doubled, and '$' in commands. */
static void
put_quoted(struct buf *out, const char *text)
{
	buf_puts(out, "\"");
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			buf_puts(out, "\\");
		if (*text == '%' || *text == '$')
			buf_append(out, text, 1);
		buf_append(out, text, 1);
	}
	buf_puts(out, "\"");
}

static void
put_environment(struct buf *out, const char *name, const char *value)
{
	char pair[PATHS_MAX + 128];

	if (value == NULL || value[0] == '\0')
		return;
	snprintf(pair, sizeof(pair), "%s=%s", name, value);
	buf_puts(out, "Environment=\"");
	for (value = pair; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			buf_puts(out, "\\");
		if (*value == '%')
			buf_puts(out, "%");
		buf_append(out, value, 1);
	}
	buf_puts(out, "\"\n");
}

/* What was decided by the environment now is decided in the unit too. */
static void
put_unit(const struct ctl *ctl, const char *program, struct buf *out)
{
	char env[64];
	int id;

	buf_puts(out,
	    "# Made by `miauctl service install`.\n"
	    "[Unit]\n"
	    "Description=Miauflix\n"
	    "Documentation=man:miauctl(1)\n"
	    "After=network.target\n\n"
	    "[Service]\n"
	    "ExecStart=");
	put_quoted(out, program);
	buf_puts(out,
	    " up\nExecReload=kill -USR1 $MAINPID\n"
	    "Restart=on-failure\n"
	    "KillMode=mixed\n"
	    "TimeoutStopSec=40\n"
	    "UMask=0027\n"
	    "NoNewPrivileges=yes\n");
	put_environment(out, "MIAU_STATE_DIR", ctl->paths.state);
	put_environment(out, "MIAU_LIB_DIR", ctl->programs);
	put_environment(out, "MIAU_CONFIG", getenv("MIAU_CONFIG"));
	for (id = 0; id < SETTING__MAX; id++) {
		if (id == SETTING_STATE_DIR ||
		    (setting_rows[id].flags & SETTING_SECRET) ||
		    settings_source(ctl->settings, (enum setting_id)id) !=
			SETTING_FROM_ENVIRONMENT)
			continue;
		settings_env_name((enum setting_id)id, env, sizeof(env));
		put_environment(out, env,
		    settings_text(ctl->settings, (enum setting_id)id));
	}
	buf_puts(out, "\n[Install]\nWantedBy=default.target\n");
}

static const struct option install_options[] = {
	{ .name = "print", .help = "Only print the unit." },
	{ .name = "no-start",
	    .help = "Write the unit without enabling and starting it." },
	{ 0 },
};

static int
start_service(const struct ctl *ctl)
{
	const char *const reload[] = { "systemctl", "--user", "daemon-reload",
		NULL };
	const char *const enable[] = { "systemctl", "--user", "enable", "--now",
		"miauflix.service", NULL };

	if (run_program(reload, -1, NULL) != 0 ||
	    run_program(enable, -1, NULL) != 0)
		return ctl_refuse(ctl,
		    "systemd did not take the unit; it is written, and "
		    "`systemctl --user enable --now miauflix` starts it from "
		    "within a session.");
	puts("Miauflix runs and starts when you sign in. To start it with the "
	     "machine:\n  loginctl enable-linger");
	return CTL_OK;
}

static int
run_install(struct ctl *ctl, const struct args *args)
{
	char folder[PATHS_MAX], file[PATHS_MAX], program[PATHS_MAX + 32];
	struct buf unit;
	struct err err;
	int code = CTL_OK;

	snprintf(program, sizeof(program), "%s/bin/miauctl", ctl->programs);
	buf_init(&unit, UNIT_MAX);
	put_unit(ctl, program, &unit);
	if (args_has(args, "print")) {
		fwrite(unit.data, 1, unit.len, stdout);
		buf_fini(&unit);
		return CTL_OK;
	}
	if (unit_path(folder, file, sizeof(file), &err) == -1 ||
	    fs_mkdirs(folder, 0755, &err) == -1 ||
	    fs_write(file, unit.data, unit.len, 0644, &err) == -1) {
		code = ctl_fail(ctl, &err);
	} else {
		printf("%s is written.\n", file);
		if (!args_has(args, "no-start"))
			code = start_service(ctl);
	}
	buf_fini(&unit);
	return code;
}

static const struct command service_install = {
	.name = "install",
	.summary = "Start Miauflix at sign-in by a systemd user unit",
	.help = "The unit runs `miauctl up` on this state folder and with the "
		"MIAU_ variables that are set now.",
	.options = install_options,
	.run = run_install,
};

static int
run_uninstall(struct ctl *ctl, const struct args *args UNUSED)
{
	const char *const disable[] = { "systemctl", "--user", "disable",
		"--now", "miauflix.service", NULL };
	const char *const reload[] = { "systemctl", "--user", "daemon-reload",
		NULL };
	char folder[PATHS_MAX], file[PATHS_MAX];
	struct err err;

	if (unit_path(folder, file, sizeof(file), &err) == -1)
		return ctl_fail(ctl, &err);
	if (!fs_exists(file)) {
		puts("There is no unit.");
		return CTL_OK;
	}
	if (run_program(disable, -1, NULL) != 0)
		fprintf(stderr,
		    "miauctl: systemd could not stop it; the unit is removed "
		    "all the same.\n");
	if (unlink(file) == -1) {
		err_errno(&err, ERR_IO, "Cannot remove %s", file);
		return ctl_fail(ctl, &err);
	}
	if (run_program(reload, -1, NULL) == 0)
		puts("Miauflix does not start by itself any more.");
	return CTL_OK;
}

static const struct command service_uninstall = {
	.name = "uninstall",
	.summary = "Stop it and remove the unit; the state folder stays",
	.run = run_uninstall,
};

static const struct command *const service_subs[] = { &service_install,
	&service_uninstall, NULL };

const struct command command_service = {
	.name = "service",
	.summary = "Start by itself, under systemd",
	.subs = service_subs,
};
