/* SPDX-License-Identifier: MIT */
/* The CPU time of a recorded process, without what recording took. */
#ifndef ANALYZER_ADVICE_PROCESS_TIME_H
#define ANALYZER_ADVICE_PROCESS_TIME_H

#include "analyzer/model.h"

/* ns; 0: not known. */
double process_time_ns(const struct model *model);

#endif
