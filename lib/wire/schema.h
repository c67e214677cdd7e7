/*
 * The part of JSON Schema (2020-12) that the method table uses: type (one or
 * several), enum, const-free objects with properties, required and
 * additionalProperties: false, arrays with items and maxItems, minLength and
 * maxLength (bytes), minimum and maximum. Another keyword than these is a
 * mistake in the table and ends the program.
 */
#ifndef LIB_WIRE_SCHEMA_H
#define LIB_WIRE_SCHEMA_H

#include <json-c/json.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"

/* 0, or -1 with ERR_INVALID_FIELDS; the sentence names the place ("path is
 * missing.", "items[3].name is too long."). value may be NULL (null). */
int wire_schema_check(struct json_object *schema, struct json_object *value,
    struct err *err) NONNULL_ARGS(1, 3) MUST_CHECK;

#endif
