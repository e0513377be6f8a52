/* SPDX-License-Identifier: MIT */
#include "analyzer/profile_ages.h"

#include "analyzer/profile_account.h"
#include "analyzer/profile_times.h"

/* When what is live then was looked at: the run's end, or the window's. */
static uint64_t looked_at_tick(const struct profile *p)
{
	const struct selection *selection = &p->state->view->selection;
	uint64_t end = profile_times_end_tick(p);

	return selection->windowed && selection->to_tick < end ?
		       selection->to_tick : end;
}

/* The block was live at that tick. */
static void add_age(struct profile *p, const struct live_block *block,
		    uint64_t tick, bool taken_back)
{
	struct profile_state *state = p->state;
	struct site_account total = profile_account_of_total(p), account;
	struct estimate_weight weight = { 0 };
	int64_t age = (int64_t)replay_age(block, tick);

	if (block->site == SELECTION_NO_SITE ||
	    (state->view->selection.shows &&
	     block->site == state->selected.hidden))
		return;
	if (state->view->selection.shows)
		total = selection_account(&state->selected);
	account = profile_account_of(p, block->site);
	if (p->sampled)
		weight = profile_weigh(p, block);
	if (taken_back)
		age = -age;
	site_age(&account, age, &weight);
	site_age(&total, age, &weight);
}

void profile_ages_outlived(void *context, const struct live_block *block,
			   bool taken_back)
{
	struct profile *p = context;

	add_age(p, block, p->state->view->selection.to_tick, taken_back);
}

void profile_ages_add(struct profile *p, const struct live_table *live)
{
	uint64_t tick = looked_at_tick(p);

	for (size_t i = 0; i < live->group_count * LIVE_GROUP; i++) {
		struct live_block block;

		if (!live->groups[i / LIVE_GROUP].addresses[i % LIVE_GROUP])
			continue;
		live_table_get(live, i, &block);
		add_age(p, &block, tick, false);
	}
}
