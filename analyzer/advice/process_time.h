/* SPDX-License-Identifier: MIT */
/* The CPU time of a recorded process, without what recording took. */
#ifndef ANALYZER_ADVICE_PROCESS_TIME_H
#define ANALYZER_ADVICE_PROCESS_TIME_H

#include "analyzer/model.h"

#include <stdbool.h>

struct process_time {
	double ns;  /* 0: not known */
	bool told;  /* it is enough, beside the recorder's part, to be relied on:
		       for shares of it, within a factor of 2 */
};

struct process_time process_time_of(const struct model *model);

#endif
