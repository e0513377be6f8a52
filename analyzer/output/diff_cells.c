/* SPDX-License-Identifier: MIT */
#include "analyzer/output/diff_cells.h"
#include "analyzer/memory.h"
#include "analyzer/text.h"
#include "analyzer/whole.h"

#include <math.h>
#include <stdio.h>

static const char *sign(double delta)
{
	return delta < 0 ? "-" : "+";
}

static char *size(char out[CELL_BYTES], double value, bool bytes)
{
	return bytes ? cell_bytes(out, value) : cell_count(out, value);
}

char *diff_cell_delta(char out[CELL_BYTES], double delta, bool bytes)
{
	char cell[CELL_BYTES];

	snprintf(out, CELL_BYTES, "%s%.10s", sign(delta),
		 size(cell, fabs(delta), bytes));
	return out;
}

char *diff_cell_relative(char out[CELL_BYTES], double relative)
{
	double percent = fabs(relative) * 100;

	if (!isfinite(relative))
		snprintf(out, CELL_BYTES, "from 0");
	else if (percent >= 999.5)
		snprintf(out, CELL_BYTES, "\u00d7%.3g", relative + 1);
	else if (percent > 0 && percent < 0.1)
		snprintf(out, CELL_BYTES, "%s<0.1%%", sign(relative));
	else
		snprintf(out, CELL_BYTES, "%s%.*f%%", sign(relative),
			 percent < 99.95, percent);
	return out;
}

/* The wider half of the interval. */
static double margin(const struct comparison_change *change)
{
	return fmax(change->high - change->delta, change->delta - change->low);
}

char *diff_cell_margin(char out[CELL_BYTES],
		       const struct comparison_change *change, bool bytes)
{
	char cell[CELL_BYTES];
	double off = margin(change);

	out[0] = '\0';
	if (isnan(off) || off == 0)
		return out;
	if (isinf(off))
		snprintf(out, CELL_BYTES, "\u00b1?");
	else
		snprintf(out, CELL_BYTES, "\u00b1%.10s",
			 size(cell, off, bytes));
	return out;
}

char *diff_text_delta(const struct comparison_change *change, bool bytes)
{
	char number[TEXT_NUMBER_BYTES], cell[CELL_BYTES];
	double value = fabs(change->delta);

	if (bytes)
		text_bytes(number, value);
	else
		text_count(number, whole_of(round(value)));
	diff_cell_margin(cell, change, bytes);
	return xasprintf("%s%s%s%s", sign(change->delta), number,
			 *cell ? " " : "", cell);
}
