/* The contract of this interface, as JSON. */
#include <stdio.h>
#include <sys/stat.h>

#include "lib/http/http.h"

static struct reply
show_contract(struct request *req)
{
	char programs[PATHS_MAX], *path;
	struct stat st;
	struct err err;

	if (paths_programs(programs, sizeof(programs), &err) == -1)
		return reply_err(&err);
	path = arena_printf(req->arena, "%s/share/openapi.json", programs);
	if (stat(path, &st) == -1)
		return reply_error(ERR_NOT_FOUND,
		    "The contract is not part of this installation.");
	return reply_file(path, "application/json",
	    arena_printf(req->arena, "%llx-%llx",
		(unsigned long long)st.st_size,
		(unsigned long long)st.st_mtim.tv_sec * 1000000000ull +
		    (unsigned long long)st.st_mtim.tv_nsec));
}

static const struct route routes[] = { { .method = "GET",
					   .path = "/",
					   .operation = "show_contract",
					   .access = ACCESS_PUBLIC,
					   .no_database = true,
					   .run = show_contract },
	{ 0 } };

int
main(int argc, char **argv)
{
	return http_serve(argc, argv,
	    &(struct handler){ .name = "openapi",
		.segment = "openapi.json",
		.routes = routes });
}
