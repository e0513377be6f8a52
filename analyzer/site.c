/* SPDX-License-Identifier: MIT */
#include "analyzer/site.h"

/* Twice: inlined into what is called for each event. */
static inline void keep_at_peak(const struct site_account *account,
				uint32_t epoch)
{
	struct site *site = account->site;

	if (site->peak_epoch == epoch)
		return;
	site->peak_epoch = epoch;
	site->at_peak_blocks = site->live_blocks;
	site->at_peak_bytes = site->live_bytes;
	if (account->sums)
		account->sums->at_peak = account->sums->live;
}

void site_keep_at_peak(const struct site_account *account, uint32_t epoch)
{
	keep_at_peak(account, epoch);
}

static inline bool is_new_peak(const struct site_account *account)
{
	const struct site_sums *sums = account->sums;

	if (sums)
		return sums->live.weighted_bytes > sums->peak.weighted_bytes;
	return account->site->live_bytes > account->site->peak_bytes;
}

/* Notes the site's own peak; true if it has a new one. */
static inline bool keep_peak(const struct site_account *account)
{
	struct site *site = account->site;

	if (!is_new_peak(account))
		return false;
	site->peak_blocks = site->live_blocks;
	site->peak_bytes = site->live_bytes;
	if (account->sums)
		account->sums->peak = account->sums->live;
	return true;
}

static void count_detail(struct site *site, const struct event *event)
{
	site->detailed++;
	site->detailed_bytes += event->size;
	site->usable_bytes += event->usable_bytes;
	site->duration_units += event->duration;
}

static inline void count_allocation(struct site *site, const struct replay_step *step)
{
	const struct event *event = step->event;

	site->allocations++;
	site->bytes_allocated += event->size;
	site->reallocations += event->kind == EVENT_REALLOC_NEW;
	if (step->tick < site->first_tick)
		site->first_tick = step->tick;
	if (step->tick > site->last_tick)
		site->last_tick = step->tick;
	if (event->size < site->size_min)
		site->size_min = event->size;
	if (event->size > site->size_max)
		site->size_max = event->size;
	if (event->has_detail)
		count_detail(site, event);
}

bool site_allocate(const struct site_account *account,
		   const struct replay_step *step,
		   const struct estimate_weight *weight, uint32_t epoch)
{
	struct site *site = account->site;

	keep_at_peak(account, epoch);
	count_allocation(site, step);
	site->live_blocks++;
	site->live_bytes += step->block->size;
	if (account->sums) {
		estimate_add(&account->sums->allocated, weight);
		estimate_add(&account->sums->live, weight);
	}
	return keep_peak(account);
}

bool site_grow(struct site *total, uint64_t bytes)
{
	struct site_account account = { .site = total };

	total->live_blocks++;
	total->live_bytes += bytes;
	return keep_peak(&account);
}

void site_sum(struct site *total, const struct site *site)
{
	total->allocations += site->allocations;
	total->bytes_allocated += site->bytes_allocated;
	total->frees += site->frees;
	total->temporary += site->temporary;
	total->reallocations += site->reallocations;
	total->lifetime_ticks += site->lifetime_ticks;
	total->detailed += site->detailed;
	total->detailed_bytes += site->detailed_bytes;
	total->usable_bytes += site->usable_bytes;
	total->duration_units += site->duration_units;
	if (site->first_tick < total->first_tick)
		total->first_tick = site->first_tick;
	if (site->last_tick > total->last_tick)
		total->last_tick = site->last_tick;
	if (site->size_min < total->size_min)
		total->size_min = site->size_min;
	if (site->size_max > total->size_max)
		total->size_max = site->size_max;
}

void site_age(const struct site_account *account, int64_t age,
	      const struct estimate_weight *weight)
{
	account->site->age_ticks += (uint64_t)age;
	if (account->sums)
		account->sums->age_ticks += weight->count * (double)age;
}

void site_release(const struct site_account *account,
		  const struct replay_step *step,
		  const struct estimate_weight *weight, bool temporary,
		  uint32_t epoch)
{
	struct site *site = account->site;
	struct site_sums *sums = account->sums;

	keep_at_peak(account, epoch);
	site->live_blocks--;
	site->live_bytes -= step->block->size;
	if (sums)
		estimate_subtract(&sums->live, weight);
	if (step->end == REPLAY_IMPLICIT)
		return;
	site->frees++;
	site->lifetime_ticks += replay_step_age(step);
	site->temporary += temporary;
	if (!sums)
		return;
	estimate_add(&sums->freed, weight);
	estimate_values_add(&sums->lifetimes, weight,
			    (double)replay_step_age(step));
	if (temporary)
		estimate_add(&sums->temporary, weight);
}

void site_restore(const struct site_account *account,
		  const struct replay_step *step,
		  const struct estimate_weight *weight, bool temporary,
		  uint32_t epoch)
{
	struct site *site = account->site;
	struct site_sums *sums = account->sums;

	keep_at_peak(account, epoch);
	site->live_blocks++;
	site->live_bytes += step->block->size;
	site->frees--;
	site->lifetime_ticks -= replay_step_age(step);
	site->temporary -= temporary;
	if (!sums)
		return;
	estimate_add(&sums->live, weight);
	estimate_subtract(&sums->freed, weight);
	estimate_values_subtract(&sums->lifetimes, weight,
				 (double)replay_step_age(step), &sums->freed);
	if (temporary)
		estimate_subtract(&sums->temporary, weight);
}
