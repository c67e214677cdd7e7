/*
 * Titles from a JSON file into the catalogue, through miaud.
 */
#ifndef DAEMON_MIAUCTL_IMPORT_H
#define DAEMON_MIAUCTL_IMPORT_H

#include <stdint.h>

#include "daemon/miauctl/ctl.h"
#include "lib/base/attr.h"

struct import_counts {
	int64_t n_added;
	int64_t n_known;
};

/* Reads an array ("-" is standard input) and sends it in slices of
 * IMPORT_SLICE titles, each of which arrives whole or not at all; the sentence
 * of a refusal says from which title on. ERR_DAEMON_DOWN, ERR_INVALID_JSON,
 * ERR_INVALID_FIELDS. */
int import_file(struct ctl *ctl, const char *file, struct import_counts *counts,
    struct err *err) NONNULL MUST_CHECK;

#endif
