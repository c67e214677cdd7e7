/*
 * JSON over json-c: building with little noise, reading without trust.
 * Objects that a function returns belong to the caller (json_object_put);
 * adding an object to another hands it over, as json-c does.
 */
#ifndef LIB_BASE_JSON_H
#define LIB_BASE_JSON_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/base/attr.h"
#include "lib/base/buf.h"
#include "lib/base/err.h"

/* Parses exactly one value: strict JSON, UTF-8 checked, depth at most 32, no
 * key twice in one object, no U+0000, nothing behind. NULL and
 * ERR_INVALID_JSON, also for a bare null. */
struct json_object *json_parse(
    const char *text, size_t len, struct err *err) NONNULL MUST_CHECK;

/* Adds to an object; a NULL text is added as null. `value` is taken. */
void json_add(struct json_object *obj, const char *key,
    struct json_object *value) NONNULL_ARGS(1, 2);
void json_add_text(struct json_object *obj, const char *key, const char *text)
    NONNULL_ARGS(1, 2);
void json_add_int(struct json_object *obj, const char *key, int64_t n) NONNULL;
void json_add_real(struct json_object *obj, const char *key, double n) NONNULL;
/* Text that is JSON already and written as it is: only for what json_write made
 * and we have kept since, as nothing checks it. */
struct json_object *json_ready(
    const char *text) NONNULL RETURNS_NONNULL MUST_CHECK;
/* A number in the shortest spelling that reads back as the same; null when it
 * is infinite or none. */
struct json_object *json_real(double n) MUST_CHECK;
void json_add_bool(struct json_object *obj, const char *key, bool b) NONNULL;
/* ISO 8601, or null for 0. */
void json_add_time(
    struct json_object *obj, const char *key, int64_t at_ms) NONNULL;

/* Borrowed values of an object; the default when absent, null or of another
 * type. */
const char *json_get_text(struct json_object *obj, const char *key,
    const char *otherwise) NONNULL_ARGS(2) MUST_CHECK;
int64_t json_get_int(struct json_object *obj, const char *key,
    int64_t otherwise) NONNULL_ARGS(2) MUST_CHECK;
double json_get_real(struct json_object *obj, const char *key, double otherwise)
    NONNULL_ARGS(2) MUST_CHECK;
bool json_get_bool(struct json_object *obj, const char *key, bool otherwise)
    NONNULL_ARGS(2) MUST_CHECK;
/* NULL unless it is of that type. */
struct json_object *json_get_object(struct json_object *obj, const char *key)
    NONNULL_ARGS(2) MUST_CHECK;
struct json_object *json_get_array(struct json_object *obj, const char *key)
    NONNULL_ARGS(2) MUST_CHECK;

/* Appends the compact spelling (slashes not escaped). -1 at the ceiling. */
int json_write(struct buf *buf, struct json_object *value)
    NONNULL_ARGS(1) MUST_CHECK;

#endif
