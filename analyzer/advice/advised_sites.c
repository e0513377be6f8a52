/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/advised_sites.h"

#include <string.h>
#include <strings.h>

void advised_sites_init(struct advised_sites *sites, const struct report *report,
			const struct census_progress *progress)
{
	census_run(&sites->census, report->recording, progress);
	fold_run(&sites->fold, &sites->census, report->symbols);
}

void advised_sites_release(struct advised_sites *sites)
{
	fold_release(&sites->fold);
	census_release(&sites->census);
}

enum site_choice_status advised_sites_choose(const struct advised_sites *sites,
					     struct site_choice *choice,
					     const struct report *report,
					     const char *word)
{
	const struct advice_site *found = NULL;
	size_t matches = 0;

	for (size_t i = 0; i < sites->fold.count; i++) {
		const struct advice_site *site = &sites->fold.sites[i];

		if (strncasecmp(site->id, word, strlen(word)))
			continue;
		if (matches < SITE_CHOICE_NAMES)
			memcpy(choice->names[matches], site->id,
			       sizeof(site->id));
		matches++;
		found = site;
	}
	if (matches == 0)
		return SITE_CHOICE_NONE;
	choice->matches = matches;
	if (matches > 1)
		return SITE_CHOICE_AMBIGUOUS;
	for (size_t i = 0; i < found->row_count; i++)
		site_choice_add_stack(choice, report,
				      sites->census.rows[found->rows[i]].stack);
	return SITE_CHOICE_OK;
}
