/* SPDX-License-Identifier: MIT */
#include "analyzer/profile.h"

#include <stdlib.h>

#include "analyzer/memory.h"
#include "analyzer/profile_account.h"
#include "analyzer/profile_ages.h"
#include "analyzer/profile_sink.h"
#include "analyzer/profile_sites.h"
#include "analyzer/profile_times.h"

static void init(struct profile *p, const struct recording *recording,
		 const struct profile_view *view)
{
	struct profile_state *state = xcalloc(1, sizeof(*state));

	p->state = state;
	p->sampled = recording->model.meta.mode == MODE_SAMPLED;
	p->total.size_min = UINT64_MAX;
	p->total.first_tick = UINT64_MAX;
	state->recording = recording;
	state->view = view;
	state->interval_bytes = (double)recording->model.meta.sample_bytes;
	state->interval_largest = state->interval_bytes;
	profile_sites_init(p);
}

/* Sites of what the selection leaves out are the profile's, too: one of its
 * own, which becomes no row. */
static void select_part(struct profile *p, struct replay_sink *sink)
{
	struct profile_state *state = p->state;

	state->selected = (struct selection_sink){
		.selection = state->view->selection,
		.recording = state->recording,
		.sampled = p->sampled,
		.interval_bytes = state->interval_bytes,
		.temporary_distance = state->view->temporary_distance,
		.hidden = SELECTION_NO_SITE,
		.epoch = &p->total.peak_epoch,
		.outlived = state->view->ages ? profile_ages_outlived : NULL,
	};
	if (state->view->selection.shows)
		state->selected.hidden = profile_sites_add(p, 0, STACK_ROOT);
	selection_begin(&state->selected, sink);
}

static void set_no_minimum(struct site *site)
{
	if (site->allocations)
		return;
	site->size_min = 0;
	site->first_tick = 0;
}

/* So far the total is that of the whole heap. */
static void leave_out(struct profile *p)
{
	struct profile_state *state = p->state;
	struct site_account shown = selection_account(&state->selected);

	site_keep_at_peak(&shown, p->total.peak_epoch);
	p->has_all = true;
	p->all = p->total;
	p->total = *shown.site;
	state->all = state->total;
	state->total = state->selected.shown_sums;
	p->peak_tick = state->selected.shown_peak_tick;
	set_no_minimum(&p->all);
	p->sites[state->selected.hidden].allocations = 0; /* no row */
}

static void move_to_peak(const struct site_account *account)
{
	account->site->live_blocks = account->site->at_peak_blocks;
	account->site->live_bytes = account->site->at_peak_bytes;
	if (account->sums)
		account->sums->live = account->sums->at_peak;
}

static void finish(struct profile *p)
{
	struct site_account total = profile_account_of_total(p);
	bool live_at_peak = p->state->view->live_at_peak;

	for (uint32_t i = 0; i < p->site_count; i++) {
		struct site_account account = profile_account_of(p, i);

		site_keep_at_peak(&account, p->total.peak_epoch);
		if (!p->sampled)
			site_sum(&p->total, account.site);
		if (live_at_peak)
			move_to_peak(&account);
	}
	p->total.at_peak_blocks = p->total.peak_blocks;
	p->total.at_peak_bytes = p->total.peak_bytes;
	if (total.sums)
		total.sums->at_peak = total.sums->peak;
	p->state->heap_peak_tick = p->peak_tick;
	if (p->state->view->selection.shows)
		leave_out(p);
	if (live_at_peak) {
		struct site_account all = { &p->all, total.sums ?
						     &p->state->all : NULL };

		move_to_peak(&total);
		move_to_peak(&all);
	}
	set_no_minimum(&p->total);
	profile_times_set(p);
	selection_release(&p->state->selected);
	profile_sites_release(p);
}

int profile_run(struct profile **out, struct recording *recording,
		const struct profile_view *view)
{
	struct profile *p = xcalloc(1, sizeof(*p));
	struct replay_sink sink;
	struct live_table live;
	int ret;

	init(p, recording, view);
	profile_sink_init(&sink, p);
	if (!selection_is_all(&view->selection))
		select_part(p, &sink);
	ret = replay_run(recording, &sink, &p->counts, &live);
	if (view->ages)
		profile_ages_add(p, &live);
	live_table_release(&live);
	finish(p);
	p->state->view = NULL;
	*out = p;
	return ret;
}

void profile_free(struct profile *profile)
{
	if (!profile)
		return;
	if (profile->state) {
		free(profile->state->sums);
		lifetimes_release(&profile->state->lifetimes);
		free(profile->state);
	}
	free(profile->sites);
	free(profile);
}
