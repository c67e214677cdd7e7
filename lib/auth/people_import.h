/*
 * People of another program are let in, with the hashes of their passwords: all
 * of a list or none. It is an array of objects with
 *
 *	email, passwordHash, and if wanted name, displayName, role
 *
 * as lib/auth/people.h knows a person. Nobody who is there is changed.
 */
#ifndef LIB_AUTH_PEOPLE_IMPORT_H
#define LIB_AUTH_PEOPLE_IMPORT_H

#include <json-c/json.h>

#include "lib/auth/people.h"

enum { IMPORT_MAX = 1000, IMPORT_PROBLEMS_MAX = 20 };

/* Why one of the list cannot be let in. */
struct import_problem {
	size_t place;      /* in the list, from 1 */
	const char *email; /* "": not known */
	const char *text;
};

struct import_result {
	size_t n_people;
	size_t n_problems; /* all; the first of them are told */
	struct import_problem problems[IMPORT_PROBLEMS_MAX];
};

/* Lets them in, each written into the audit log. -1 when nobody was: with
 * ERR_INVALID_FIELDS the problems say why. Texts live as long as the list and
 * env's arena. */
int people_import(const struct auth_env *env, struct json_object *list,
    struct import_result *out, struct err *err) NONNULL MUST_CHECK;

#endif
