/*
 * `miauctl export`: folders of .strm files, which Kodi and Jellyfin scan as if films
 * lay there. A file beside them keeps which key they hold and which files are ours;
 * no other file is ever written or removed.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/miauctl/config.h"
#include "daemon/miauctl/people.h"
#include "lib/auth/api_key.h"
#include "lib/base/address.h"
#include "lib/base/fs.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"
#include "lib/store/titles.h"

#define NOTE ".miauflix-export.json"

enum {
	PAGE = 100,
	NOTE_MAX = 256 * 1024 * 1024,
	STRM_MAX = 4096,
	NAME_BYTES = 150, /* of the 255 that file systems take */
	ADDRESS_MAX = 1024,
};

struct export
{
	struct ctl *ctl;
	const char *folder;
	const char *address; /* ends with '/' */
	char pass[API_KEY_TEXT_SIZE];
	char *key_id;
	struct viewer viewer;
	struct json_object
	    *before; /* path → the title's id; of the last time */
	struct json_object *now;
	int n_written, n_removed, n_foreign;
};

/* --- Names ------------------------------------------------------------------------ */

/* What some system's file names cannot hold. */
static bool
is_unsafe(unsigned char c)
{
	return c < ' ' || c == 0x7f || strchr("/\\:*?\"<>|", c) != NULL;
}

/* A title as the name of a file on any system; `other` when nothing is left of it. */
static char *
safe_name(struct ctl *ctl, const char *title, const char *other)
{
	char *name = arena_alloc(ctl->arena, NAME_BYTES + 1, 1);
	size_t len = 0;

	for (; *title != '\0' && len < NAME_BYTES; title++) {
		unsigned char c = (unsigned char)*title;

		if (is_unsafe(c))
			c = ' ';
		if (len == 0 ? c == ' ' || c == '.'
			     : c == ' ' && name[len - 1] == ' ')
			continue;
		name[len++] = (char)c;
	}
	/* No letter is cut in two, and Windows takes no dot at the end. */
	while (len > 0 &&
	    (name[len - 1] == ' ' || name[len - 1] == '.' ||
		!str_is_utf8(name, len)))
		len--;
	name[len] = '\0';
	return len == 0 ? arena_strdup(ctl->arena, other) : name;
}

/* "Films/Name (Year)/Name (Year)", with the id behind it where another title has
 * that place. */
static char *
stem_of(struct export *export, const struct title *title, const char *id)
{
	struct arena *arena = export->ctl->arena;
	struct json_object *who;
	const char *name, *stem;

	name = safe_name(export->ctl, title->name, id);
	if (title->year > 0)
		name = arena_printf(
		    arena, "%s (%lld)", name, (long long)title->year);
	stem = arena_printf(arena, "%s/%s",
	    title->kind == TITLE_SHOW ? "Shows" : "Films", name);
	if (json_object_object_get_ex(export->now, stem, &who) &&
	    strcmp(json_object_get_string(who), id) != 0)
		stem = arena_printf(arena, "%s [%s]", stem, id);
	json_add_text(export->now, stem, id);
	return (char *)stem;
}

/* --- Files ------------------------------------------------------------------------ */

static bool
is_same(const char *path, const char *text)
{
	struct buf there;
	struct err ignored;
	bool same;

	buf_init(&there, STRM_MAX);
	same = fs_read(path, &there, &ignored) == 0 &&
	    strcmp(there.data, text) == 0;
	buf_fini(&there);
	return same;
}

static int
put_file(
    struct export *export, const char *stem, const char *id, struct err *err)
{
	struct arena *arena = export->ctl->arena;
	char *name = arena_printf(arena, "%s.strm", stem);
	char *path = arena_printf(arena, "%s/%s", export->folder, name);
	char *text = arena_printf(arena, "%sapi/export/%s/play/%s\n",
	    export->address, export->pass, id);
	char *parent =
	    arena_strndup(arena, path, (size_t)(strrchr(path, '/') - path));

	if (!json_object_object_get_ex(export->before, name, NULL) &&
	    fs_exists(path) && !is_same(path, text)) {
		export->n_foreign++;
		return 0;
	}
	json_add_text(export->now, name, id);
	if (is_same(path, text))
		return 0;
	export->n_written++;
	return fs_mkdirs(parent, 0755, err) == -1
	    ? -1
	    : fs_write(path, text, strlen(text), 0640, err);
}

static int
put_show(struct export *export, const struct title *title, const char *id,
    struct err *err)
{
	struct ctl *ctl = export->ctl;
	const char *stem = stem_of(export, title, id), *name;
	struct episode *list, *one;
	size_t i, n;

	if (store_episode_list(ctl->db, ctl->arena, &export->viewer, title->id,
		-1, &list, &n, err) == STORE_ERROR)
		return -1;
	for (i = 0; i < n; i++) {
		one = &list[i];
		if (!one->is_playable)
			continue;
		name = safe_name(ctl, title->name, id);
		name = arena_printf(ctl->arena,
		    "%s/Season %02lld/%s S%02lldE%02lld", stem,
		    (long long)one->season, name, (long long)one->season,
		    (long long)one->number);
		if (put_file(export, name,
			arena_printf(ctl->arena, "%s-s%lld-e%lld", id,
			    (long long)one->season, (long long)one->number),
			err) == -1)
			return -1;
	}
	return 0;
}

static int
put_title(struct export *export, const struct title *title, struct err *err)
{
	struct arena *arena = export->ctl->arena;
	const char *id = store_title_public_id(arena, title->kind, title->pid);
	const char *stem;

	if (title->kind == TITLE_SHOW)
		return put_show(export, title, id, err);
	stem = stem_of(export, title, id);
	return put_file(export,
	    arena_printf(arena, "%s/%s", stem, strrchr(stem, '/') + 1), id,
	    err);
}

static int
put_all(struct export *export, struct err *err)
{
	const struct title_query query = { .playable_only = true };
	struct store_page page = { .size = PAGE };
	struct ctl *ctl = export->ctl;
	struct title_list titles;
	size_t i;

	do {
		if (store_title_list(ctl->db, ctl->arena, &export->viewer,
			&query, &page, &titles, err) == STORE_ERROR)
			return -1;
		for (i = 0; i < titles.n; i++)
			if (put_title(export, &titles.items[i], err) == -1)
				return -1;
		page.cursor = titles.cursor;
	} while (page.cursor != NULL);
	return 0;
}

/* Whether it is the name of a file below the folder that we could have made. */
static bool
is_ours(const char *name)
{
	return (str_after(name, "Films/") != NULL ||
		   str_after(name, "Shows/") != NULL) &&
	    str_ends(name, ".strm") && strstr(name, "/../") == NULL;
}

/* What was made the last time and is no more, with folders that are empty then. */
static void
remove_old(struct export *export)
{
	struct arena *arena = export->ctl->arena;
	size_t least = strlen(export->folder) + sizeof("/Films") - 1;
	char *path;

	json_object_object_foreach(export->before, name, value)
	{
		(void)value;
		if (!is_ours(name) ||
		    json_object_object_get_ex(export->now, name, NULL))
			continue;
		path = arena_printf(arena, "%s/%s", export->folder, name);
		if (unlink(path) == 0)
			export->n_removed++;
		do
			*strrchr(path, '/') = '\0';
		while (strlen(path) > least && rmdir(path) == 0);
	}
}

/* --- The key and the note ----------------------------------------------------------- */

/* The note of the last time, if it is for this person and its key still holds. */
static int
read_note(struct export *export, const struct user *user, struct err *err)
{
	struct ctl *ctl = export->ctl;
	const char *path = arena_printf(ctl->arena, "%s/" NOTE, export->folder);
	struct json_object *note = NULL, *files;
	struct api_key *keys;
	const char *id;
	struct buf text;
	size_t i, n;
	int result = -1;

	export->before = json_object_new_object();
	buf_init(&text, NOTE_MAX);
	if (!fs_exists(path))
		result = 0;
	else if (fs_read(path, &text, err) == 0)
		note = json_parse(text.data, text.len, err);
	if (note == NULL)
		goto out;
	files = json_get_object(note, "files");
	if (files != NULL) {
		json_object_put(export->before);
		export->before = json_object_get(files);
	}
	id = json_get_text(note, "keyId", "");
	if (store_api_key_list(ctl->db, ctl->arena, user->id, &keys, &n, err) ==
	    STORE_ERROR)
		goto out;
	for (i = 0; i < n; i++)
		if (strcmp(keys[i].id, id) == 0)
			export->key_id = keys[i].id;
	snprintf(export->pass, sizeof(export->pass), "%s",
	    json_get_text(note, "key", ""));
	result = 0;
out:
	json_object_put(note);
	buf_fini(&text);
	return result;
}

static int
make_key(struct export *export, const struct user *user,
    const struct profile *profile, struct err *err)
{
	const struct api_key_wish wish = { .kind = API_KEY_BEARER,
		.name = "Export for other players",
		.scope = KEY_SCOPE_PLAY };
	struct auth_env env;
	struct api_key key;

	if (person_env(export->ctl, &env, err) == -1 ||
	    api_key_make(&env, NULL, user->id, profile->id, &wish, &key,
		export->pass, err) == -1)
		return -1;
	export->key_id = key.id;
	return 0;
}

static int
write_note(struct export *export, struct json_object *files, struct err *err)
{
	struct json_object *note = json_object_new_object();
	const char *text;
	int result;

	json_add_text(note, "keyId", export->key_id);
	json_add_text(note, "key", export->pass);
	json_add(note, "files", json_object_get(files));
	text = json_object_to_json_string_ext(
	    note, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE);
	result = fs_write(
	    arena_printf(export->ctl->arena, "%s/" NOTE, export->folder), text,
	    strlen(text), 0600, err);
	json_object_put(note);
	return result;
}

/* --- The command ---------------------------------------------------------------------- */

static const char *
address_of(struct ctl *ctl, const struct args *args)
{
	const char *given = args_text(args, "address");
	const struct address *best;
	struct address_list list;

	if (given != NULL)
		return arena_printf(
		    ctl->arena, "%s%s", given, str_ends(given, "/") ? "" : "/");
	address_find(ctl->settings, &list);
	best = address_for_others(&list);
	if (best == NULL && list.n > 0)
		best = &list.at[0];
	return best == NULL ? NULL : arena_strdup(ctl->arena, best->url);
}

static int
print_done(struct export *export)
{
	struct json_object *obj;

	if (export->ctl->is_json) {
		obj = json_object_new_object();
		json_add_text(obj, "folder", export->folder);
		json_add_int(obj, "written", export->n_written);
		json_add_int(obj, "removed", export->n_removed);
		json_add_int(obj, "leftAlone", export->n_foreign);
		return ctl_print(export->ctl, obj);
	}
	printf("%d written, %d removed in %s.\n", export->n_written,
	    export->n_removed, export->folder);
	if (export->n_foreign > 0)
		printf("%d left alone: other files have their names.\n",
		    export->n_foreign);
	return CTL_OK;
}

static int
export_all(struct export *export, const struct user *user, struct err *err)
{
	struct profile profile;

	if (store_profile_default(export->ctl->db, export->ctl->arena, user->id,
		&profile, err) != STORE_OK ||
	    fs_mkdirs(export->folder, 0755, err) == -1 ||
	    read_note(export, user, err) == -1)
		return -1;
	export->viewer = profile.viewer;
	if (export->key_id == NULL &&
	    make_key(export, user, &profile, err) == -1)
		return -1;
	/* Who is stopped half way finds the key again. */
	if (write_note(export, export->before, err) == -1 ||
	    put_all(export, err) == -1)
		return -1;
	remove_old(export);
	return write_note(export, export->now, err);
}

static int
run_export_strm(struct ctl *ctl, const struct args *args)
{
	struct export export = { .ctl = ctl, .folder = args->word[1] };
	struct user user;
	struct err err;
	int code = person_find(ctl, args, DB_WRITE, &user);

	if (code != CTL_OK)
		return code;
	if (config_read(ctl, &err) == -1)
		return ctl_fail(ctl, &err);
	export.address = address_of(ctl, args);
	if (export.address == NULL)
		return ctl_refuse(ctl, "No address is known; say --address.");
	export.now = json_object_new_object();
	code = export_all(&export, &user, &err);
	json_object_put(export.before);
	json_object_put(export.now);
	mem_wipe(export.pass, sizeof(export.pass));
	return code == -1 ? ctl_fail(ctl, &err) : print_done(&export);
}

static const struct option strm_options[] = {
	{ .name = "address",
	    .type = OPTION_TEXT,
	    .value = "URL",
	    .help = "Of this server, as the player reaches it. Without it the "
		    "one that other devices are told." },
	{ 0 },
};

static const struct command export_strm = {
	.name = "strm",
	.words = "PERSON FOLDER",
	.min_words = 2,
	.max_words = 2,
	.summary = "Write .strm files that Kodi and Jellyfin scan",
	.help = "What PERSON's first profile sees, as FOLDER/Films and "
		"FOLDER/Shows. The files hold an API key made for them, which "
		"plays and does nothing else; `miauctl key revoke` ends it. Run again, it "
		"brings the folder up to date; it touches no file but its own.",
	.options = strm_options,
	.run = run_export_strm,
};

static const struct command *const export_subs[] = { &export_strm, NULL };

const struct command command_export = {
	.name = "export",
	.summary = "Films and shows for other players",
	.subs = export_subs,
};
