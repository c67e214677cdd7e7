/*
 * Settings as `miauctl config set` stores them, for other commands.
 */
#ifndef DAEMON_MIAUCTL_CONFIG_H
#define DAEMON_MIAUCTL_CONFIG_H

#include "daemon/miauctl/ctl.h"
#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/base/settings.h"

/* Checks and stores a value (NULL: back to the default) and tells miaud, if it
 * runs. ERR_SETTING_LOCKED when environment or file decide. Opens the database
 * for writing unless ctl has it open so already. */
int config_store(struct ctl *ctl, enum setting_id id, const char *value,
    struct err *err) NONNULL_ARGS(1, 4) MUST_CHECK;

/* Lays what people have set below environment and file in ctl->settings. Opens
 * the database for reading unless ctl has it open. */
int config_read(struct ctl *ctl, struct err *err) NONNULL MUST_CHECK;

#endif
