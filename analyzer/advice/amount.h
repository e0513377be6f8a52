/* SPDX-License-Identifier: MIT */
/* Figures inside the sentences of a finding. */
#ifndef ANALYZER_ADVICE_AMOUNT_H
#define ANALYZER_ADVICE_AMOUNT_H

#include "analyzer/estimate.h"

/* Room for one, on the caller's stack. */
struct amount {
	char text[32];
};

struct amount amount_count(double count);     /* "12,345" */
struct amount amount_bytes(double bytes);     /* "1.5 KiB" */
struct amount amount_ns(double ns);	      /* "1.24 s" */
struct amount amount_percent(double ratio);   /* "98.7%" */
struct amount amount_number(double number);   /* "1.7", "23" */

/* "1,000", and of a sample "900 to 1,100"; fresh. */
char *amount_interval(const struct estimate *e,
		      struct amount (*amount)(double));

#endif
