/*
 * People of another program, from a list of JSON.
 */
#include "lib/auth/people_import.h"

#include <string.h>

#include "lib/auth/foreign_hash.h"
#include "lib/auth/people_part.h"
#include "lib/base/json.h"

enum { EMAIL, NAME, DISPLAY_NAME, ROLE, HASH, TEXTS };

/* What an object of the list may hold. */
static const struct {
	const char *key;
	size_t max;
	bool is_needed;
} keys[TEXTS] = {
	[EMAIL] = { "email", 254, true },
	[NAME] = { "name", 100, false },
	[DISPLAY_NAME] = { "displayName", 100, false },
	[ROLE] = { "role", 5, false },
	[HASH] = { "passwordHash", 127, true },
};

struct row {
	const char *text[TEXTS];
};

static bool
has_controls(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return true;
	return false;
}

static int
find_key(const char *name)
{
	int i;

	for (i = 0; i < TEXTS; i++)
		if (strcmp(keys[i].key, name) == 0)
			return i;
	return -1;
}

/* NULL, or what is wrong with the value. */
static const char *
read_value(int key, struct json_object *value, struct row *row)
{
	const char *text;

	if (value == NULL)
		return NULL;
	if (!json_object_is_type(value, json_type_string))
		return "must be text";
	text = json_object_get_string(value);
	if (*text == '\0')
		return "must not be empty";
	if (strlen(text) > keys[key].max)
		return "is too long";
	if (has_controls(text))
		return "must not hold control characters";
	row->text[key] = text;
	return NULL;
}

/* What is wrong with a text that is there. */
static const char *
text_problem(int key, const char *text)
{
	switch (key) {
	case EMAIL:
		return people_is_email(text) ? NULL
					     : "must be an e-mail address";
	case NAME:
		return people_is_name(text) ? NULL : "may not hold spaces or @";
	case ROLE:
		return strcmp(text, "user") == 0 || strcmp(text, "admin") == 0
		    ? NULL
		    : "must be user or admin";
	case HASH:
		return foreign_hash_problem(text);
	default:
		return NULL;
	}
}

/* NULL, or a sentence on what is wrong with the entry. */
static const char *
read_row(struct arena *arena, struct json_object *entry, struct row *row)
{
	const char *problem;
	int key;

	*row = (struct row){ 0 };
	if (!json_object_is_type(entry, json_type_object))
		return "This is no object.";
	json_object_object_foreach(entry, name, value)
	{
		key = find_key(name);
		problem =
		    key == -1 ? "is not known" : read_value(key, value, row);
		if (problem != NULL)
			return arena_printf(arena, "%.40s %s.", name, problem);
	}
	for (key = 0; key < TEXTS; key++) {
		problem = NULL;
		if (row->text[key] != NULL)
			problem = text_problem(key, row->text[key]);
		else if (keys[key].is_needed)
			problem = "is missing";
		if (problem != NULL)
			return arena_printf(
			    arena, "%s %s.", keys[key].key, problem);
	}
	return NULL;
}

/* STORE_OK when nobody signs in by this yet; else *problem says so. */
static enum store_result
check_free(const struct auth_env *env, const char *login, const char *what,
    const char **problem, struct err *err)
{
	struct user user;
	enum store_result found;

	if (login == NULL)
		return STORE_OK;
	found = store_user_find_login(env->db, env->arena, login, &user, err);
	if (found == STORE_OK)
		*problem =
		    arena_printf(env->arena, "%s is somebody's already.", what);
	return found == STORE_NONE ? STORE_OK : found;
}

static enum store_result
add_row(const struct auth_env *env, const struct row *row, struct err *err)
{
	const struct person_wish wish = {
		.email = row->text[EMAIL],
		.name = row->text[NAME],
		.display_name = row->text[DISPLAY_NAME],
		.role = row->text[ROLE] != NULL &&
			strcmp(row->text[ROLE], "admin") == 0
		    ? USER_ROLE_ADMIN
		    : USER_ROLE_USER,
	};
	struct json_object *detail;
	enum store_result result;
	char id[UUID_SIZE];

	result = store_user_add(env->db, wish.email, wish.name,
	    people_shown_name(env, &wish), row->text[HASH], wish.role, id, err);
	if (result != STORE_OK)
		return result;
	detail = json_object_new_object();
	json_add_text(detail, "role", people_role_word(wish.role));
	json_add_text(detail, "how", "import");
	return people_audit(env, NULL, AUDIT_USER_CREATED, id, detail, err) ==
		-1
	    ? STORE_ERROR
	    : STORE_OK;
}

/* In a transaction. People of the same list are seen as those who were there. */
static enum store_result
import_entry(const struct auth_env *env, struct json_object *entry,
    struct row *row, const char **problem, struct err *err)
{
	enum store_result result = STORE_OK;

	*problem = read_row(env->arena, entry, row);
	if (*problem == NULL)
		result = check_free(
		    env, row->text[EMAIL], keys[EMAIL].key, problem, err);
	if (result == STORE_OK && *problem == NULL)
		result = check_free(
		    env, row->text[NAME], keys[NAME].key, problem, err);
	if (result == STORE_OK && *problem == NULL)
		result = add_row(env, row, err);
	return result;
}

static enum store_result
import_all(const struct auth_env *env, struct json_object *list,
    struct import_result *out, struct err *err)
{
	enum store_result result = STORE_OK;
	struct import_problem problem;
	struct row row;
	size_t i, n = json_object_array_length(list);

	for (i = 0; result == STORE_OK && i < n; i++) {
		result = import_entry(env, json_object_array_get_idx(list, i),
		    &row, &problem.text, err);
		if (result != STORE_OK || problem.text == NULL)
			continue;
		problem.place = i + 1;
		problem.email = row.text[EMAIL] == NULL ? "" : row.text[EMAIL];
		if (out->n_problems < IMPORT_PROBLEMS_MAX)
			out->problems[out->n_problems] = problem;
		out->n_problems++;
	}
	out->n_people = n;
	return result;
}

int
people_import(const struct auth_env *env, struct json_object *list,
    struct import_result *out, struct err *err)
{
	enum store_result result;

	*out = (struct import_result){ 0 };
	if (!json_object_is_type(list, json_type_array) ||
	    json_object_array_length(list) > IMPORT_MAX)
		return err_set(err, ERR_INVALID_FIELDS,
		    "This is no list of at most %d people.", IMPORT_MAX);
	if (db_begin(env->db, err) == -1)
		return -1;
	result = import_all(env, list, out, err);
	if (result == STORE_OK && out->n_problems > 0) {
		err_set(err, ERR_INVALID_FIELDS,
		    "Nobody was let in, as %zu of %zu cannot be.",
		    out->n_problems, out->n_people);
		result = STORE_ERROR;
	}
	return people_end(env, result, err);
}
