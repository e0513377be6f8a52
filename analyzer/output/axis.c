/* SPDX-License-Identifier: MIT */
#include "analyzer/output/axis.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define NS_PER_S 1e9
#define MINUTE 60.0
#define HOUR 3600.0
#define DAY 86400.0

double axis_top(double value, enum axis_unit unit)
{
	static const double round[] = { 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 };
	double step = unit == AXIS_BYTES ? 1024 : 1000, scale = 1;

	if (!(value > 1) || !isfinite(value))
		return value > 0 && isfinite(value) ?
			       pow(10, ceil(log10(value))) :
			       1;
	while (value > scale * step)
		scale *= step;
	for (double ten = 1; ten < step; ten *= 10)
		for (size_t i = 0; i < COUNT(round); i++)
			if (round[i] * ten * scale >= value &&
			    round[i] * ten < step)
				return round[i] * ten * scale;
	return scale * step;
}

double axis_step_ns(double length_ns, int marks)
{
	static const double small[] = { 1, 2, 5 };
	static const double large[] = {
		15, 30, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE,
		15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR,
		12 * HOUR, DAY, 2 * DAY, 5 * DAY
	};
	double least = length_ns / marks;

	for (double ten = 1; ten < 10 * NS_PER_S; ten *= 10)
		for (size_t i = 0; i < COUNT(small); i++)
			if (small[i] * ten >= least)
				return small[i] * ten;
	if (10 * NS_PER_S >= least)
		return 10 * NS_PER_S;
	for (size_t i = 0; i < COUNT(large); i++)
		if (large[i] * NS_PER_S >= least)
			return large[i] * NS_PER_S;
	for (double ten = 10; ten < 1e12; ten *= 10)
		for (size_t i = 0; i < COUNT(small); i++)
			if (small[i] * ten * DAY * NS_PER_S >= least)
				return small[i] * ten * DAY * NS_PER_S;
	return length_ns;
}

static char *label_number(char *out, double value, double step)
{
	static const char *const units[] = { "", "K", "M", "G", "T", "P", "E" };
	size_t i = 0;

	while (value >= step && i + 1 < COUNT(units)) {
		value /= step;
		i++;
	}
	if (value < 1e6)
		snprintf(out, AXIS_LABEL_BYTES, "%.*g%s",
			 value >= 1000 ? 4 : 3, value, units[i]);
	else
		snprintf(out, AXIS_LABEL_BYTES, "%.2g%s", value, units[i]);
	return out;
}

/* "1m30s", "2h", "1d12h": two units at most. */
static char *label_long(char *out, double seconds)
{
	static const struct {
		double seconds;
		const char *name, *next;
		double next_seconds;
	} units[] = {
		{ DAY, "d", "h", HOUR },
		{ HOUR, "h", "m", MINUTE },
		{ MINUTE, "m", "s", 1 },
	};
	size_t i = 0;
	double whole, rest;

	seconds = round(seconds);
	while (i + 1 < COUNT(units) && seconds < units[i].seconds)
		i++;
	whole = floor(seconds / units[i].seconds);
	rest = floor((seconds - whole * units[i].seconds) /
		     units[i].next_seconds);
	if (rest > 0)
		snprintf(out, AXIS_LABEL_BYTES, "%.0f%s%.0f%s", whole,
			 units[i].name, rest, units[i].next);
	else
		snprintf(out, AXIS_LABEL_BYTES, "%.0f%s", whole, units[i].name);
	return out;
}

static char *label_time(char *out, double ns, bool ascii)
{
	if (ns >= MINUTE * NS_PER_S)
		return label_long(out, ns / NS_PER_S);
	if (ns >= NS_PER_S)
		snprintf(out, AXIS_LABEL_BYTES, "%.3gs", ns / NS_PER_S);
	else if (ns >= 1e6)
		snprintf(out, AXIS_LABEL_BYTES, "%.3gms", ns / 1e6);
	else if (ns >= 1e3)
		snprintf(out, AXIS_LABEL_BYTES, "%.3g%ss", ns / 1e3,
			 ascii ? "u" : "\u00b5");
	else
		snprintf(out, AXIS_LABEL_BYTES, "%.3gns", ns);
	return out;
}

char *axis_label(char out[AXIS_LABEL_BYTES], double value, enum axis_unit unit,
		 bool ascii)
{
	if (!(value > 0))
		return strcpy(out, "0");
	switch (unit) {
	case AXIS_TIME:
		return label_time(out, value, ascii);
	case AXIS_BYTES:
		return label_number(out, value, 1024);
	default:
		return label_number(out, value, 1000);
	}
}
