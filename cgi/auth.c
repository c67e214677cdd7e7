/*
 * Who one is: set-up of the first administrator, sign-in, refresh, sign-out,
 * the sessions of this browser. The functions lie in cgi/auth/.
 */
#include "cgi/auth/auth.h"
#include "cgi/people.h"

static const struct route routes[] = {
	{ .method = "GET",
	    .path = "/setup",
	    .access = ACCESS_PUBLIC,
	    .run = auth_show_setup,
	    .operation = "show_setup" },
	{ .method = "POST",
	    .path = "/setup",
	    .access = ACCESS_PUBLIC,
	    .rate = RATE_SETUP,
	    .body = auth_setup_fields,
	    .run = auth_create_administrator,
	    .operation = "create_administrator" },
	{ .method = "POST",
	    .path = "/login",
	    .access = ACCESS_PUBLIC,
	    .rate = RATE_LOGIN,
	    .body = auth_login_fields,
	    .run = auth_create_session,
	    .operation = "create_session" },
	{ .method = "POST",
	    .path = "/refresh/:session",
	    .access = ACCESS_PUBLIC,
	    .query = auth_dry_run_fields,
	    .run = auth_refresh_session,
	    .operation = "refresh_session" },
	{ .method = "POST",
	    .path = "/refresh",
	    .access = ACCESS_PUBLIC,
	    .body = auth_token_fields,
	    .no_csrf = true,
	    .run = auth_refresh_tokens,
	    .operation = "refresh_tokens" },
	{ .method = "POST",
	    .path = "/logout/:session",
	    .access = ACCESS_PUBLIC,
	    .run = auth_end_session,
	    .operation = "end_session" },
	{ .method = "POST",
	    .path = "/logout",
	    .access = ACCESS_PUBLIC,
	    .body = auth_maybe_token_fields,
	    .no_csrf = true,
	    .run = auth_end_token_session,
	    .operation = "end_token_session" },
	{ .method = "GET",
	    .path = "/sessions",
	    .access = ACCESS_PUBLIC,
	    .run = auth_list_sessions,
	    .operation = "list_sessions" },
	{ .method = "GET",
	    .path = "/session",
	    .has_fields = true,
	    .run = auth_show_session,
	    .operation = "show_session" },
	{ .method = "POST",
	    .path = "/users",
	    .access = ACCESS_ADMIN,
	    .body = person_fields,
	    .run = create_person,
	    .operation = "create_auth_user" },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return http_serve(
	    argc, argv, &(struct handler){ .name = "auth", .routes = routes });
}
