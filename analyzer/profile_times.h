/* SPDX-License-Identifier: MIT */
/*
 * When things were: how long the run took, how much of it is counted, when the
 * peaks were. Part of the profile.
 */
#ifndef ANALYZER_PROFILE_TIMES_H
#define ANALYZER_PROFILE_TIMES_H

#include "analyzer/profile.h"

/* The last tick that anything is known of, after the replay. */
uint64_t profile_times_end_tick(const struct profile *p);

/* Fills in the profile's times and rates. */
void profile_times_set(struct profile *p);

#endif
