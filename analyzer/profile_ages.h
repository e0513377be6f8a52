/* SPDX-License-Identifier: MIT */
/*
 * How old the blocks are that were not freed, at the run's end or at the
 * window's. Part of the profile.
 */
#ifndef ANALYZER_PROFILE_AGES_H
#define ANALYZER_PROFILE_AGES_H

#include "analyzer/profile.h"

/* Of what is live after the replay. */
void profile_ages_add(struct profile *p, const struct live_table *live);

/* As in struct selection_sink; the context is the profile. */
void profile_ages_outlived(void *context, const struct live_block *block,
			   bool taken_back);

#endif
