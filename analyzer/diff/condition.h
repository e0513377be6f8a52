/* SPDX-License-Identifier: MIT */
/*
 * What a user does not want to see in a comparison, and what a build then
 * fails on:
 *
 *   [site:REGEX:]METRIC OP VALUE
 *
 * METRIC  calls (or allocations), bytes, peak, leaked, leaked-blocks, temporary
 * OP      > >= < <=
 * VALUE   +5%  -10%         the change, relative to the old value
 *         +1000  +1MiB      the change
 *         100000  64MiB     the new value itself
 *
 * Bytes (bytes, peak, leaked) take B, K, M, G, T, KiB, MiB, GiB, TiB, powers of
 * 1024; all else is a plain number. Numbers may have up to six decimals. Blanks
 * may stand between all parts.
 *
 * REGEX is a POSIX extended regular expression, found anywhere in the name of
 * one of a site's functions; each such site is judged on its own. It may hold
 * ':', '<' and '>': the operator is the last one in the text, and METRIC is
 * what stands between it and the last ':' before it. Blanks around REGEX are no part
 * of it; write [ ].
 */
#ifndef ANALYZER_DIFF_CONDITION_H
#define ANALYZER_DIFF_CONDITION_H

#include <stdbool.h>
#include <stddef.h>

#include "analyzer/patterns.h"

#define CONDITION_BYTES_MAX 2000
#define CONDITION_WHY_BYTES 120

enum condition_metric {
	CONDITION_CALLS,
	CONDITION_BYTES,
	CONDITION_PEAK,
	CONDITION_LEAKED,
	CONDITION_LEAKED_BLOCKS,
	CONDITION_TEMPORARY,
	CONDITION_METRICS
};

enum condition_relation {
	CONDITION_ABOVE,    /* > */
	CONDITION_AT_LEAST, /* >= */
	CONDITION_BELOW,    /* < */
	CONDITION_AT_MOST,  /* <= */
};

enum condition_of {
	CONDITION_OF_NEW,      /* the new value */
	CONDITION_OF_CHANGE,   /* new - old */
	CONDITION_OF_RELATIVE, /* (new - old) / old */
};

/* number / scale, both whole, so that limits like 0.1% are exact. */
struct condition_limit {
	double number; /* times its unit, with its sign */
	double scale;
};

struct condition {
	char *text; /* as typed, without blanks around it */
	enum condition_metric metric;
	enum condition_relation relation;
	enum condition_of of;
	struct condition_limit limit;
	struct patterns site; /* none: the total */
};

struct condition_error {
	size_t place; /* the byte of the text at fault, from 1 */
	char why[CONDITION_WHY_BYTES];
};

/* 0, or -1 with *error filled and nothing to release. */
int condition_parse(struct condition *condition, const char *text,
		    struct condition_error *error);
void condition_release(struct condition *condition);

/* Is it about sites, not about the total? */
bool condition_is_of_site(const struct condition *condition);
/* Is it about sites with this function in their frames? */
bool condition_matches(const struct condition *condition,
		       const char *function);

/* "calls", "leaked-blocks" */
const char *condition_metric_name(enum condition_metric metric);
bool condition_metric_is_bytes(enum condition_metric metric);

/*
 * The metric before and after. Of several runs a side: medians. Exact figures
 * have now_low == now_high == now, and each change in them is significant.
 */
struct condition_values {
	double old, now;
	double now_low, now_high; /* the interval of `now` */
	bool significant;	  /* is the change more than chance? */
};

/*
 * Does it hold? At the limit itself >= and <= hold, > and < do not.
 * - A change holds if it is significant and beyond the limit. What did not
 *   change significantly counts as a change of 0: calls>+5% is not met by luck,
 *   nor is calls>-10% ("it must fall by a tenth") escaped by luck.
 * - Relative to an old value of 0 any growth is infinite, and no growth is 0.
 * - The new value holds if all of its interval is beyond the limit.
 * A NAN (the figure is missing) never holds.
 */
bool condition_holds(const struct condition *condition,
		     const struct condition_values *values);

/* "calls>+5%: 1,234,567 -> 1,400,000 (+13.4%)", fit for a terminal; fresh. */
char *condition_describe(const struct condition *condition,
			 const struct condition_values *values);

#endif
