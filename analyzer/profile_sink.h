/* SPDX-License-Identifier: MIT */
/*
 * Counts what the replay tells: for the site, for the total, for the lifetimes
 * and the observer if the view asks. Part of the profile.
 */
#ifndef ANALYZER_PROFILE_SINK_H
#define ANALYZER_PROFILE_SINK_H

#include "analyzer/profile.h"

/* The context of the sink is the profile. */
void profile_sink_init(struct replay_sink *sink, struct profile *p);

#endif
