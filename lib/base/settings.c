/* Settings: the rows, and where each value comes from. */
#include "lib/base/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/fs.h"
#include "lib/base/mem.h"
#include "lib/base/paths.h"
#include "lib/base/str.h"

enum { FILE_MAX = 256 * 1024, VALUE_MAX = 4096, ENV_NAME_MAX = 64 };

const struct setting_row setting_rows[SETTING__MAX] = {
#define SETTING(id, ...) [SETTING_##id] = { __VA_ARGS__ },
#include "lib/base/settings_rows.h"
#undef SETTING
};

struct settings {
	/* from environment or file, which the database cannot change */
	char *fixed[SETTING__MAX];
	enum setting_source fixed_source[SETTING__MAX];
	char *stored[SETTING__MAX];
};

int
settings_find(const char *name)
{
	int id;

	for (id = 0; id < SETTING__MAX; id++)
		if (strcmp(setting_rows[id].name, name) == 0)
			return id;
	return -1;
}

/* "auth.accessTtl" → "MIAU_AUTH_ACCESS_TTL". */
void
settings_env_name(enum setting_id id, char *out, size_t size)
{
	const struct setting_row *row = &setting_rows[id];
	struct buf name;
	const char *c;

	if (row->env != NULL) {
		snprintf(out, size, "%s", row->env);
		return;
	}
	buf_init(&name, size);
	buf_puts(&name, "MIAU_");
	for (c = row->name; *c != '\0'; c++) {
		if (*c >= 'A' && *c <= 'Z')
			buf_printf(&name, "_%c", *c);
		else if (*c == '.')
			buf_puts(&name, "_");
		else
			buf_printf(&name, "%c", *c - ('a' - 'A'));
	}
	snprintf(out, size, "%s", name.data);
	buf_fini(&name);
}

static bool
is_bool(const char *value)
{
	return strcmp(value, "true") == 0 || strcmp(value, "false") == 0;
}

/* Whether `value` is one of "a|b|c". */
static bool
is_choice(const char *choices, const char *value)
{
	size_t len = strlen(value);
	const char *at = choices;

	while (at != NULL) {
		if (len == strcspn(at, "|") && strncmp(at, value, len) == 0)
			return true;
		at = strchr(at, '|');
		at = at == NULL ? NULL : at + 1;
	}
	return false;
}

/* One line of UTF-8 without control characters. */
static bool
is_line(const char *value)
{
	const char *c;

	for (c = value; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			return false;
	return (size_t)(c - value) <= VALUE_MAX &&
	    str_is_utf8(value, (size_t)(c - value));
}

static int
check_base_path(const char *value, struct err *err)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_~./";

	if (value[0] != '/' || !str_ends(value, "/") ||
	    value[strspn(value, allowed)] != '\0' ||
	    strstr(value, "//") != NULL || strstr(value, "/.") != NULL)
		return err_set(err, ERR_SETTING_INVALID,
		    "http.basePath must begin and end with '/' and may hold "
		    "letters, digits and -_~. between.");
	return 0;
}

int
settings_check(enum setting_id id, const char *value, struct err *err)
{
	const struct setting_row *row = &setting_rows[id];
	int64_t number;

	if (!is_line(value))
		return err_set(err, ERR_SETTING_INVALID,
		    "%s must be one line of at most %d bytes.", row->name,
		    VALUE_MAX);
	switch (row->type) {
	case SETTING_INT:
		if (!str_to_int64(value, row->min, row->max, &number))
			return err_set(err, ERR_SETTING_INVALID,
			    "%s must be a whole number%s%s from %lld to %lld.",
			    row->name, row->unit == NULL ? "" : " of ",
			    row->unit == NULL ? "" : row->unit,
			    (long long)row->min, (long long)row->max);
		break;
	case SETTING_BOOL:
		if (!is_bool(value))
			return err_set(err, ERR_SETTING_INVALID,
			    "%s must be true or false.", row->name);
		break;
	case SETTING_CHOICE:
		if (!is_choice(row->choices, value))
			return err_set(err, ERR_SETTING_INVALID,
			    "%s must be one of %s.", row->name, row->choices);
		break;
	case SETTING_TEXT:
	case SETTING_LIST:
		break;
	}
	return id == SETTING_HTTP_BASE_PATH ? check_base_path(value, err) : 0;
}

static int
set_fixed(struct settings *settings, enum setting_id id, const char *value,
    enum setting_source source, struct err *err)
{
	if (settings_check(id, value, err) == -1)
		return -1;
	free(settings->fixed[id]);
	settings->fixed[id] = mem_strdup(value);
	settings->fixed_source[id] = source;
	return 0;
}

/* A value that stands in a file of its own, as secrets do. */
static int
set_from_file(struct settings *settings, enum setting_id id, const char *path,
    enum setting_source source, struct err *err)
{
	struct err why;
	struct buf text;
	int result;

	buf_init(&text, VALUE_MAX + 2);
	if (fs_read(path, &text, &why) == -1)
		result = err_set(err, ERR_SETTING_INVALID, "%s: %s",
		    setting_rows[id].name, why.text);
	else if (strlen(text.data) != text.len)
		result = err_set(err, ERR_SETTING_INVALID,
		    "%s: the file holds a NUL.", setting_rows[id].name);
	else
		result =
		    set_fixed(settings, id, str_trim(text.data), source, err);
	mem_wipe(text.data, text.len);
	buf_fini(&text);
	return result;
}

/* The row of an environment name; *is_file when it ends in _FILE. -1. */
static int
find_env(const char *name, bool *is_file)
{
	char env[ENV_NAME_MAX];
	const char *rest;
	int id;

	for (id = 0; id < SETTING__MAX; id++) {
		settings_env_name(id, env, sizeof(env));
		rest = str_after(name, env);
		if (rest == NULL || (*rest != '\0' && strcmp(rest, "_FILE")))
			continue;
		*is_file = *rest != '\0';
		return id;
	}
	return -1;
}

/* One line of the configuration file, cut in place. */
static int
read_line(struct settings *settings, char *line, struct err *err)
{
	char *value;
	bool is_file;
	int id;

	line = str_trim(line);
	if (line[0] == '\0' || line[0] == '#')
		return 0;
	value = strchr(line, '=');
	if (value == NULL)
		return err_set(
		    err, ERR_SETTING_INVALID, "A line is not NAME=VALUE.");
	*value++ = '\0';
	line = str_trim(line);
	id = find_env(line, &is_file);
	if (id == -1)
		return err_set(err, ERR_SETTING_INVALID,
		    "There is no setting %.64s.", line);
	if (id == SETTING_STATE_DIR)
		return err_set(err, ERR_SETTING_INVALID,
		    "MIAU_STATE_DIR comes from the environment only.");
	value = str_trim(value);
	if (is_file)
		return set_from_file(
		    settings, id, value, SETTING_FROM_FILE, err);
	return set_fixed(settings, id, value, SETTING_FROM_FILE, err);
}

static int
read_lines(
    struct settings *settings, char *text, const char *path, struct err *err)
{
	struct err why;
	char *next;
	int number = 0;

	for (; text != NULL; text = next) {
		next = strchr(text, '\n');
		if (next != NULL)
			*next++ = '\0';
		number++;
		if (read_line(settings, text, &why) == -1)
			return err_set(err, ERR_SETTING_INVALID,
			    "%s, line %d: %s", path, number, why.text);
	}
	return 0;
}

static int
read_config(struct settings *settings, struct err *err)
{
	const char *named = getenv("MIAU_CONFIG");
	char path[PATHS_MAX + 16];
	struct paths *paths;
	struct buf text;
	int result;

	if (named != NULL && named[0] != '\0') {
		snprintf(path, sizeof(path), "%s", named);
	} else {
		named = NULL;
		paths = mem_calloc(1, sizeof(*paths));
		result = paths_init(paths, err);
		snprintf(path, sizeof(path), "%s",
		    result == 0 ? paths->config : "");
		free(paths);
		if (result == -1)
			return -1;
	}
	buf_init(&text, FILE_MAX);
	result = fs_read(path, &text, err);
	if (result == -1 && named == NULL && err->code == ERR_NOT_FOUND)
		result = 0;
	else if (result == -1)
		err->code = ERR_SETTING_INVALID;
	else if (strlen(text.data) != text.len)
		result =
		    err_set(err, ERR_SETTING_INVALID, "%s holds a NUL.", path);
	else
		result = read_lines(settings, text.data, path, err);
	buf_fini(&text);
	return result;
}

/* An empty variable counts as absent, as container tools set them. */
static const char *
env_value(const char *name, const char *suffix)
{
	char full[ENV_NAME_MAX + 8];
	const char *value;

	snprintf(full, sizeof(full), "%s%s", name, suffix);
	value = getenv(full);
	return value != NULL && value[0] != '\0' ? value : NULL;
}

/* People know the variable that they set. */
static int
blame_variable(const char *name, const char *suffix, struct err *err)
{
	struct err why = *err;

	return err_set(err, why.code, "%s%s: %s", name, suffix, why.text);
}

static int
read_environment(struct settings *settings, struct err *err)
{
	char name[ENV_NAME_MAX];
	const char *value;
	int id;

	for (id = 0; id < SETTING__MAX; id++) {
		settings_env_name(id, name, sizeof(name));
		value = env_value(name, "");
		if (value != NULL &&
		    set_fixed(settings, id, value, SETTING_FROM_ENVIRONMENT,
			err) == -1)
			return blame_variable(name, "", err);
		if (value != NULL)
			continue;
		value = env_value(name, "_FILE");
		if (value != NULL &&
		    set_from_file(settings, id, value, SETTING_FROM_ENVIRONMENT,
			err) == -1)
			return blame_variable(name, "_FILE", err);
	}
	return 0;
}

struct settings *
settings_load(struct err *err)
{
	struct settings *settings = mem_calloc(1, sizeof(*settings));

	if (read_config(settings, err) == 0 &&
	    read_environment(settings, err) == 0)
		return settings;
	settings_free(settings);
	return NULL;
}

static void
forget(char **value)
{
	if (*value != NULL)
		mem_wipe(*value, strlen(*value));
	free(*value);
	*value = NULL;
}

void
settings_free(struct settings *settings)
{
	int id;

	for (id = 0; settings != NULL && id < SETTING__MAX; id++) {
		forget(&settings->fixed[id]);
		forget(&settings->stored[id]);
	}
	free(settings);
}

int
settings_set_stored(struct settings *settings, enum setting_id id,
    const char *value, struct err *err)
{
	if (setting_rows[id].flags & SETTING_BOOT)
		return err_set(err, ERR_SETTING_INVALID,
		    "%s is needed before the database is open; set it in the "
		    "environment or the configuration file.",
		    setting_rows[id].name);
	if (value != NULL && settings_check(id, value, err) == -1)
		return -1;
	forget(&settings->stored[id]);
	if (value != NULL)
		settings->stored[id] = mem_strdup(value);
	return 0;
}

const char *
settings_text(const struct settings *settings, enum setting_id id)
{
	if (settings->fixed[id] != NULL)
		return settings->fixed[id];
	if (settings->stored[id] != NULL)
		return settings->stored[id];
	return setting_rows[id].fallback;
}

int64_t
settings_int(const struct settings *settings, enum setting_id id)
{
	return strtoll(settings_text(settings, id), NULL, 10);
}

bool
settings_bool(const struct settings *settings, enum setting_id id)
{
	return strcmp(settings_text(settings, id), "true") == 0;
}

static bool
equal_item(const char *item, size_t len, const char *wanted)
{
	char text[VALUE_MAX + 1];

	if (len > VALUE_MAX)
		return false;
	memcpy(text, item, len);
	text[len] = '\0';
	return str_equal_nocase(str_trim(text), wanted);
}

bool
settings_list_has(
    const struct settings *settings, enum setting_id id, const char *item)
{
	const char *at = settings_text(settings, id);
	size_t len;

	for (; item[0] != '\0'; at += len + 1) {
		len = strcspn(at, ",");
		if (equal_item(at, len, item))
			return true;
		if (at[len] == '\0')
			break;
	}
	return false;
}

enum setting_source
settings_source(const struct settings *settings, enum setting_id id)
{
	if (settings->fixed[id] != NULL)
		return settings->fixed_source[id];
	return settings->stored[id] != NULL ? SETTING_FROM_DATABASE
					    : SETTING_FROM_DEFAULT;
}
