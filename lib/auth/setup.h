/*
 * Who may make the first administrator. Somebody who sits at this machine may
 * while nobody else can reach the server; everybody else shows the one-time
 * code that the terminal prints, which lies in <run>/setup.code.
 */
#ifndef LIB_AUTH_SETUP_H
#define LIB_AUTH_SETUP_H

#include <stdbool.h>

#include "lib/base/attr.h"
#include "lib/base/settings.h"

enum { SETUP_CODE_MAX = 64 };

/* is_local: asked from this machine, by a loopback name. */
bool setup_needs_code(
    const struct settings *settings, bool is_local) NONNULL MUST_CHECK;

/* Whether the code is the one in the folder `run`; false without a file. */
bool setup_code_is_right(const char *run, const char *code) NONNULL MUST_CHECK;

/* It was used. */
void setup_code_forget(const char *run) NONNULL;

#endif
