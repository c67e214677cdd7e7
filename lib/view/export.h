/*
 * What is held on a person, to take away: a zip file of JSON, one file for each
 * table of lib/store/personal.h and "export.json", which says what they hold
 * and what was left out.
 */
#ifndef LIB_VIEW_EXPORT_H
#define LIB_VIEW_EXPORT_H

#include "lib/base/attr.h"
#include "lib/base/buf.h"
#include "lib/db/db.h"

/* What an export may have at most. */
enum { VIEW_EXPORT_MAX = 256 * 1024 * 1024 };

/* Appends the zip file to `out`. db should be a snapshot, so that its tables
 * belong together. ERR_USER_NOT_FOUND. */
int view_export(struct db *db, const char *user_id, struct buf *out,
    struct err *err) NONNULL MUST_CHECK;

#endif
