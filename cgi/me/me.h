/*
 * What the files of the handler `me` share: its rows' functions and fields.
 */
#ifndef CGI_ME_ME_H
#define CGI_ME_ME_H

#include "cgi/common.h"

enum { ME_PROFILE }; /* places in the path */

/* profiles.c */
extern const struct field me_profile_fields[], me_profile_change_fields[],
    me_proof_fields[];
struct reply me_list_profiles(struct request *req) NONNULL MUST_CHECK;
struct reply me_create_profile(struct request *req) NONNULL MUST_CHECK;
struct reply me_update_profile(struct request *req) NONNULL MUST_CHECK;
struct reply me_delete_profile(struct request *req) NONNULL MUST_CHECK;
struct reply me_use_profile(struct request *req) NONNULL MUST_CHECK;

/* leaving.c */
extern const struct field me_leaving_fields[];
struct reply me_export(struct request *req) NONNULL MUST_CHECK;
struct reply me_leave(struct request *req) NONNULL MUST_CHECK;

#endif
