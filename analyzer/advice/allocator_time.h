/* SPDX-License-Identifier: MIT */
/* What all of a process's allocator calls took, by those that were timed. */
#ifndef ANALYZER_ADVICE_ALLOCATOR_TIME_H
#define ANALYZER_ADVICE_ALLOCATOR_TIME_H

#include "analyzer/advice/census.h"
#include "analyzer/advice/expense.h"

/* ns. */
double allocator_time_ns(const struct census *census,
			 const struct expense *expense);

#endif
