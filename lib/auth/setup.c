/*
 * The way to the first administrator.
 */
#include "lib/auth/setup.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/fs.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

bool
setup_needs_code(const struct settings *settings, bool is_local)
{
	const char *bind = settings_text(settings, SETTING_HTTP_BIND);

	return !is_local ||
	    !(str_starts(bind, "127.") || strcmp(bind, "::1") == 0 ||
		strcmp(bind, "localhost") == 0);
}

static void
code_path(const char *run, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/setup.code", run);
}

bool
setup_code_is_right(const char *run, const char *code)
{
	char path[PATH_MAX];
	struct buf file;
	struct err err;
	bool right = false;
	const char *wanted;
	size_t len;

	code_path(run, path);
	buf_init(&file, 256);
	if (fs_read(path, &file, &err) == 0) {
		wanted = str_trim(file.data);
		len = strlen(wanted);
		right = len > 0 && len == strnlen(code, SETUP_CODE_MAX + 1) &&
		    mem_equal_secret(wanted, code, len);
	}
	mem_wipe(file.data, file.len);
	buf_fini(&file);
	return right;
}

void
setup_code_forget(const char *run)
{
	char path[PATH_MAX];

	code_path(run, path);
	unlink(path);
}
