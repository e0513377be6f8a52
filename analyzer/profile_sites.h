/* SPDX-License-Identifier: MIT */
/*
 * Which site an event is counted for: that of its stack or of the stack's
 * group, of its thread, or of its size. Part of the profile.
 */
#ifndef ANALYZER_PROFILE_SITES_H
#define ANALYZER_PROFILE_SITES_H

#include "analyzer/profile.h"

/* When the state knows the view and the recording. */
void profile_sites_init(struct profile *p);
void profile_sites_release(struct profile *p);

/* One more; its index. */
uint32_t profile_sites_add(struct profile *p, uint32_t key, uint32_t stack);

/* As in struct replay_sink; the context is the profile. */
uint32_t profile_site_of(void *context, const struct event *event,
			 uint32_t lane);

#endif
