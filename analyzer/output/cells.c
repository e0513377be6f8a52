/* SPDX-License-Identifier: MIT */
#include "analyzer/output/cells.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static char *no_value(char *out)
{
	return strcpy(out, "-");
}

/* Three digits and a unit. */
static char *three_digits(char *out, double value, const char *unit)
{
	int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;

	snprintf(out, CELL_BYTES, "%.*f%s", decimals, value, unit);
	return out;
}

static char *scaled(char *out, double value, double step)
{
	static const char *const units[] = { "", "K", "M", "G", "T", "P", "E" };
	size_t i = 0;

	if (!isfinite(value))
		return no_value(out);
	while (value >= 999.5 && i + 1 < sizeof(units) / sizeof(*units)) {
		value /= step;
		i++;
	}
	if (i == 0) {
		snprintf(out, CELL_BYTES, "%.0f", value);
		return out;
	}
	return three_digits(out, value, units[i]);
}

char *cell_count(char out[CELL_BYTES], double count)
{
	return scaled(out, count, 1000);
}

char *cell_bytes(char out[CELL_BYTES], double bytes)
{
	return scaled(out, bytes, 1024);
}

char *cell_duration(char out[CELL_BYTES], double ns)
{
	static const struct {
		double ns;
		const char *name;
	} units[] = { { 1, "ns" },   { 1e3, "\u00b5s" }, { 1e6, "ms" },
		      { 1e9, "s" },  { 60e9, "m" },    { 3600e9, "h" },
		      { 86400e9, "d" } };
	size_t i = 0;

	if (!isfinite(ns) || ns < 0)
		return no_value(out);
	while (i + 1 < sizeof(units) / sizeof(*units) &&
	       ns >= units[i + 1].ns * (i < 3 ? 0.9995 : 1))
		i++;
	if (i == 0 || ns / units[i].ns >= 99.95)
		snprintf(out, CELL_BYTES, "%.0f%s", ns / units[i].ns,
			 units[i].name);
	else
		snprintf(out, CELL_BYTES, "%.1f%s", ns / units[i].ns,
			 units[i].name);
	return out;
}

char *cell_percent(char out[CELL_BYTES], double ratio)
{
	double percent = ratio * 100;

	if (!isfinite(ratio))
		return no_value(out);
	if (percent <= 0)
		return strcpy(out, "0%");
	if (percent < 0.1)
		return strcpy(out, "<0.1%");
	if (percent >= 99.95)
		snprintf(out, CELL_BYTES, "%.0f%%", percent);
	else
		snprintf(out, CELL_BYTES, "%.1f%%", percent);
	return out;
}

static double relative_error(const struct estimate *e)
{
	double above = e->high - e->value, below = e->value - e->low;

	return (above > below ? above : below) / e->value;
}

char *cell_interval(char out[CELL_BYTES], const struct estimate *e,
		    char *(*cell)(char *, double))
{
	const char *mark = estimate_is_weak(e) ? "?" : "";
	char bound[CELL_BYTES];
	double error;

	out[0] = '\0';
	if (e->exact)
		return out;
	if (!(e->high > 0) || !isfinite(e->high))
		return strcpy(out, mark);
	if (!(e->value > 0)) {
		snprintf(out, CELL_BYTES, "\u2264%.10s", cell(bound, e->high));
		return out;
	}
	error = relative_error(e) * 100;
	if (error > 999)
		snprintf(out, CELL_BYTES, ">999%%%s", mark);
	else
		snprintf(out, CELL_BYTES, "\u00b1%.*f%%%s", error < 9.95,
			 error, mark);
	return out;
}
