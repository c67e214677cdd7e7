/* `miauctl user import`: people of another program, with their passwords. */
#include "lib/auth/people_import.h"

#include <stdio.h>

#include "daemon/miauctl/people.h"
#include "lib/base/fs.h"
#include "lib/base/json.h"

enum { FILE_MAX = 1024 * 1024 };

/* The list of the file; json_object_put it. NULL with what is wrong with it. */
static struct json_object *
read_list(const char *path, struct err *err)
{
	struct json_object *list = NULL;
	struct buf buf;

	buf_init(&buf, FILE_MAX);
	if (fs_read(path, &buf, err) == 0)
		list = json_parse(buf.data, buf.len, err);
	buf_fini(&buf);
	return list;
}

static void
print_problems(const struct import_result *result)
{
	size_t i,
	    n = result->n_problems < IMPORT_PROBLEMS_MAX ? result->n_problems
							 : IMPORT_PROBLEMS_MAX;

	for (i = 0; i < n; i++)
		fprintf(stderr, "%zu %s: %s\n", result->problems[i].place,
		    result->problems[i].email, result->problems[i].text);
	if (n < result->n_problems)
		fprintf(stderr, "… and %zu more\n", result->n_problems - n);
}

static int
run_user_import(struct ctl *ctl, const struct args *args)
{
	struct import_result result = { 0 };
	struct json_object *list, *obj;
	struct auth_env env;
	struct err err;
	int done = -1;

	list = read_list(args->word[0], &err);
	if (list == NULL)
		return ctl_fail(ctl, &err);
	if (ctl_database(ctl, DB_WRITE, &err) == 0 &&
	    person_env(ctl, &env, &err) == 0)
		done = people_import(&env, list, &result, &err);
	if (done == -1)
		print_problems(&result);
	json_object_put(list);
	if (done == -1)
		return ctl_fail(ctl, &err);
	if (ctl->is_json) {
		obj = json_object_new_object();
		json_add_int(obj, "people", (int64_t)result.n_people);
		return ctl_print(ctl, obj);
	}
	printf("%zu people may sign in with the passwords that they had.\n",
	    result.n_people);
	return CTL_OK;
}

const struct command user_import = {
	.name = "import",
	.words = "FILE",
	.min_words = 1,
	.max_words = 1,
	.summary = "Let people of another program in, with their passwords",
	.help = "FILE is a JSON array of objects with email and passwordHash, "
		"and if wanted name, displayName and role (user, admin). A "
		"hash is argon2id or argon2i (at most 64 MiB, 10 passes, 4 "
		"lanes) or bcrypt (cost 4 to 14). All are let in or nobody is; "
		"who is there already stays as they are.",
	.complete = "file",
	.run = run_user_import,
};
