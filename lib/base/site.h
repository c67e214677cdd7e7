/*
 * The folder that the web server serves: the built app, or under a path of its
 * own <run>/site, where the page says that path in its <base> and all else are
 * links to the built app. The app finds every address by <base>.
 */
#ifndef LIB_BASE_SITE_H
#define LIB_BASE_SITE_H

#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/base/paths.h"
#include "lib/base/settings.h"

/* The built app: beside the programs when installed, in the source tree
 * otherwise. */
void site_built(const char *programs, char out[PATHS_MAX]) NONNULL;

/* What is to be served. Makes nothing. */
void site_path(const struct paths *paths, const struct settings *settings,
    const char *programs, char out[PATHS_MAX]) NONNULL;

/* Makes <run>/site anew where http.basePath asks for it; of an older app
 * nothing stays. Without a built app there is nothing to do. */
int site_write(const struct paths *paths, const struct settings *settings,
    const char *programs, struct err *err) NONNULL MUST_CHECK;

#endif
