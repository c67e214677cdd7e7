/*
 * A loop with children, a folder to work in, small films made by ffmpeg.
 */
#ifndef TESTS_UNIT_MEDIA_FIXTURE_H
#define TESTS_UNIT_MEDIA_FIXTURE_H

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include <cmocka.h>

#include "daemon/miaud/children.h"
#include "lib/base/fs.h"
#include "lib/base/paths.h"
#include "tests/unit/programs.h"

struct fixture {
	uv_loop_t loop;
	struct children *children;
	struct paths paths;
	char folder[128];
};

static inline int
fixture_set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	const char *base = getenv("TMPDIR");
	struct err err;

	programs_here();
	signal(SIGPIPE, SIG_IGN); /* as miaud does */
	assert_true((size_t)snprintf(f->folder, sizeof(f->folder),
			"%s/miau-media-XXXXXX",
			base == NULL ? "/tmp" : base) < sizeof(f->folder));
	assert_non_null(mkdtemp(f->folder));
	setenv("MIAU_STATE_DIR", f->folder, 1);
	assert_int_equal(paths_init(&f->paths, &err), 0);
	assert_int_equal(paths_make(&f->paths, &err), 0);
	assert_int_equal(uv_loop_init(&f->loop), 0);
	f->children = children_new(&f->loop, 2);
	*state = f;
	return 0;
}

static inline int
fixture_tear_down(void **state)
{
	struct fixture *f = *state;
	struct err err;

	children_close(f->children);
	uv_run(&f->loop, UV_RUN_DEFAULT);
	children_free(f->children);
	assert_int_equal(uv_loop_close(&f->loop), 0);
	assert_int_equal(fs_remove_tree(f->folder, &err), 0);
	free(f);
	return 0;
}

/* A film of two seconds in the folder; its path in `out`. */
static inline void
fixture_film(struct fixture *f, const char *name, const char *picture,
    const char *codec, char *out, size_t size)
{
	const char *argv[] = { "/usr/bin/ffmpeg", "-v", "error", "-f", "lavfi",
		"-i", picture, "-f", "lavfi", "-i",
		"sine=frequency=300:duration=2", "-c:v", codec, "-pix_fmt",
		"yuv420p", "-g", "5", "-shortest", out, NULL };

	snprintf(out, size, "%s/%s", f->folder, name);
	assert_int_equal(programs_run(argv), 0);
}

#endif
