/*
 * What the supervisor does before it starts anything: folders, lock, port,
 * environment of its children.
 */
#ifndef DAEMON_MIAUCTL_PREPARE_H
#define DAEMON_MIAUCTL_PREPARE_H

#include <stddef.h>
#include <sys/types.h>

#include "daemon/miauctl/ctl.h"
#include "lib/base/attr.h"
#include "lib/base/err.h"

/* Whether `up` could start here, as far as can be seen without changing
 * anything: settings, state folder, another supervisor, port. What is not
 * CTL_OK has its sentence in err. */
enum ctl_exit prepare_look(
    const struct ctl *ctl, struct err *err) NONNULL MUST_CHECK;

/* Makes the state folder and what lies in <run>, and checks that the longest
 * socket's name fits. */
int prepare_folders(const struct ctl *ctl, struct err *err) NONNULL MUST_CHECK;

/* Makes the folders that are missing, takes <run>/up.lock for as long as this
 * process lives, looks at the port and sets the environment of the children.
 * What is not CTL_OK has its sentence in err; CTL_RUNNING names the process
 * that has the lock. */
enum ctl_exit prepare_start(
    const struct ctl *ctl, struct err *err) NONNULL MUST_CHECK;

/* Binds the port for a moment. ERR_ALREADY_RUNNING when somebody else has it,
 * with a sentence that says what to do. */
int prepare_port(
    const char *bind, int port, struct err *err) NONNULL MUST_CHECK;

/* Finds a program in PATH and in the sbin folders. `packages` are told where it
 * is not installed. */
int prepare_find_program(const char *name, const char *packages, char *out,
    size_t size, struct err *err) NONNULL MUST_CHECK;

/* Writes this process and when it began into <run>/up.pid. */
int prepare_pid(const struct ctl *ctl, struct err *err) NONNULL MUST_CHECK;

/* The supervisor that runs on this state folder, 0 when none does: a process
 * with the number and the start time that stand in <run>/up.pid. */
pid_t prepare_find_supervisor(const struct ctl *ctl) NONNULL MUST_CHECK;

/* For what needs the database for itself: ERR_ALREADY_RUNNING with a sentence
 * when Miauflix runs on this state folder. */
int prepare_refuse_running(
    const struct ctl *ctl, struct err *err) NONNULL MUST_CHECK;

#endif
