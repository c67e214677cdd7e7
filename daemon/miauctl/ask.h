/*
 * Questions on the terminal, and secrets from files. A password is never taken
 * from the command line, where every user of the machine could read it.
 */
#ifndef DAEMON_MIAUCTL_ASK_H
#define DAEMON_MIAUCTL_ASK_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"

enum { ASK_MAX = 4096 };

/* True when there is a terminal to ask on. */
bool ask_is_possible(void) MUST_CHECK;

/* One line, without its newline. An empty answer is `otherwise` when there is
 * one. -1 at the end of input. */
int ask_line(const char *question, const char *otherwise, char out[ASK_MAX],
    struct err *err) NONNULL_ARGS(1, 3, 4) MUST_CHECK;

/* From a file, or from standard input for "-"; the first line. */
int ask_password_file(
    const char *file, char out[ASK_MAX], struct err *err) NONNULL MUST_CHECK;

/* By --password-file when given; else on the terminal, typed twice and not
 * shown, asked again until both are equal and long enough. */
int ask_password(const char *file, char out[ASK_MAX], struct err *err)
    NONNULL_ARGS(2, 3) MUST_CHECK;

#endif
