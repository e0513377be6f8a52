/* SPDX-License-Identifier: MIT */
/*
 * The sites as `advise` has them, with wrappers folded away, for commands that
 * take their ids: a replay of its own, without the signals. One thread.
 */
#ifndef ANALYZER_ADVICE_ADVISED_SITES_H
#define ANALYZER_ADVICE_ADVISED_SITES_H

#include "analyzer/advice/fold.h"
#include "analyzer/advice/site_choice.h"

struct advised_sites {
	struct census census;
	struct fold fold;
};

/* `progress` may be NULL. */
void advised_sites_init(struct advised_sites *sites, const struct report *report,
			const struct census_progress *progress);
void advised_sites_release(struct advised_sites *sites);

/* As site_choice_add(), of all stacks of such a site. */
enum site_choice_status advised_sites_choose(const struct advised_sites *sites,
					     struct site_choice *choice,
					     const struct report *report,
					     const char *word);

#endif
