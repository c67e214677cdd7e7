/* Values of settings as people read them. */
#include <stdio.h>
#include <string.h>

#include "lib/base/attr.h"
#include "lib/base/settings.h"
#include "lib/base/str.h"

struct scale {
	int64_t size;
	const char *name;
	const char *plural; /* NULL: the same */
};

/* Largest first. */
static const struct scale times[] = { { 86400, "day", "days" },
	{ 3600, "h", NULL }, { 60, "min", NULL }, { 1, "s", NULL } };
/* Powers of two before those of ten: 1048576 is meant as 1 MiB. */
static const struct scale sizes[] = { { 1LL << 40, "TiB", NULL },
	{ 1000000000000, "TB", NULL }, { 1LL << 30, "GiB", NULL },
	{ 1000000000, "GB", NULL }, { 1LL << 20, "MiB", NULL },
	{ 1000000, "MB", NULL }, { 1LL << 10, "KiB", NULL },
	{ 1000, "kB", NULL }, { 1, "B", NULL } };
static const struct scale shares[] = { { 1, "%", NULL } };

static const struct unit {
	const char *name;
	const struct scale *scales;
	size_t n;
	const char *suffix;
} units[] = {
	{ "seconds", times, COUNT_OF(times), "" },
	{ "bytes", sizes, COUNT_OF(sizes), "" },
	{ "bytes per second", sizes, COUNT_OF(sizes), "/s" },
	{ "percent", shares, COUNT_OF(shares), "" },
};

static const struct unit *
find_unit(const char *name)
{
	size_t i;

	for (i = 0; name != NULL && i < COUNT_OF(units); i++)
		if (strcmp(units[i].name, name) == 0)
			return &units[i];
	return NULL;
}

/* The largest scale that leaves no rest; the last one always does. */
static const struct scale *
find_scale(const struct unit *unit, int64_t n)
{
	size_t i;

	for (i = 0; i + 1 < unit->n; i++)
		if (n != 0 && n % unit->scales[i].size == 0)
			break;
	return &unit->scales[i];
}

void
settings_show(enum setting_id id, const char *value, char *out, size_t size)
{
	const struct setting_row *row = &setting_rows[id];
	const struct unit *unit = find_unit(row->unit);
	const struct scale *scale;
	const char *name;
	int64_t n;

	if (row->type != SETTING_INT ||
	    !str_to_int64(value, INT64_MIN, INT64_MAX, &n)) {
		snprintf(out, size, "%s", value);
		return;
	}
	if (n == 0 && row->zero != NULL) {
		snprintf(out, size, "%s", row->zero);
		return;
	}
	if (unit == NULL) {
		snprintf(out, size, "%lld", (long long)n);
		return;
	}
	scale = find_scale(unit, n);
	n /= scale->size;
	name = n == 1 || scale->plural == NULL ? scale->name : scale->plural;
	snprintf(out, size, "%lld %s%s", (long long)n, name, unit->suffix);
}
