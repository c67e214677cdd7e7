/*
 * Strings: UTF-8 text that comes from outside, numbers in text, small helpers.
 */
#ifndef LIB_BASE_STR_H
#define LIB_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/attr.h"

/* Parses a whole decimal number, nothing before or behind it, within [min,
 * max]; false (and *out untouched) otherwise. */
bool str_to_int64(
    const char *s, int64_t min, int64_t max, int64_t *out) NONNULL MUST_CHECK;
bool str_to_double(
    const char *s, double min, double max, double *out) NONNULL MUST_CHECK;

bool str_starts(const char *s, const char *prefix) NONNULL MUST_CHECK;
bool str_ends(const char *s, const char *suffix) NONNULL MUST_CHECK;
/* The rest of `s` behind `prefix`, or NULL. */
const char *str_after(const char *s, const char *prefix) NONNULL MUST_CHECK;
/* ASCII case ignored. */
bool str_equal_nocase(const char *a, const char *b) NONNULL MUST_CHECK;

/* True when all len bytes are well-formed UTF-8 (RFC 3629). */
bool str_is_utf8(const char *s, size_t len) NONNULL MUST_CHECK;

/* A copy (free()) fit to show: valid UTF-8 in NFC, what is not valid read as
 * Latin-1, control and bidirectional-override characters replaced by U+FFFD.
 * The result is for eyes; paths keep their bytes. */
char *str_to_display(
    const char *bytes, size_t len) NONNULL RETURNS_NONNULL MUST_CHECK;

/* A copy (free()) for comparing: NFKD, marks removed, case folded, runs of
 * anything but letters and digits as one space, trimmed. "Amélie!" → "amelie".
 * Used for sorting, matching titles and comparing e-mail addresses is NOT its
 * use (see str_fold_email). */
char *str_to_key(const char *utf8) NONNULL RETURNS_NONNULL MUST_CHECK;

/* Lower-cased copy (free()) of an e-mail address, for uniqueness. */
char *str_fold_email(const char *email) NONNULL RETURNS_NONNULL MUST_CHECK;

/* "My lists & co" → "my-lists-co" (free()). */
char *str_to_slug(const char *utf8) NONNULL RETURNS_NONNULL MUST_CHECK;

/* Cuts the string in place at the ends by ASCII white space; returns the new
 * start inside it. */
char *str_trim(char *s) NONNULL RETURNS_NONNULL;

#endif
