/* SPDX-License-Identifier: MIT */
#include "analyzer/lifetimes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

void lifetimes_release(struct lifetimes *lifetimes)
{
	free(lifetimes->sites);
	*lifetimes = (struct lifetimes){ 0 };
}

static struct lifetime_sum *sum_of(struct lifetimes *lifetimes, uint32_t site,
				   const struct replay_step *step)
{
	struct site_lifetimes *l;

	while (lifetimes->count <= site) {
		GROW(lifetimes->sites, lifetimes->capacity, lifetimes->count);
		memset(&lifetimes->sites[lifetimes->count++], 0, sizeof(*l));
	}
	l = &lifetimes->sites[site];
	return step->lane == step->block->lane ? &l->same : &l->other;
}

static double weight_count(const struct estimate_weight *weight)
{
	return weight ? weight->count : 1;
}

static double weight_bytes(const struct replay_step *step,
			   const struct estimate_weight *weight)
{
	return weight ? weight->bytes : (double)step->block->size;
}

/* Mean and squares one by one (West, Communications of the ACM 22:532, 1979):
 * differences of large sums would leave nothing of a small deviation. */
void lifetimes_add(struct lifetimes *lifetimes, uint32_t site,
		   const struct replay_step *step,
		   const struct estimate_weight *weight)
{
	struct lifetime_sum *sum;
	uint64_t age = replay_step_age(step);
	double w = weight_count(weight), difference;

	if (step->end == REPLAY_IMPLICIT)
		return;
	sum = sum_of(lifetimes, site, step);
	if (sum->samples++ == 0 || age < sum->min_ticks)
		sum->min_ticks = age;
	if (age > sum->max_ticks)
		sum->max_ticks = age;
	sum->blocks += w;
	sum->bytes += weight_bytes(step, weight);
	difference = (double)age - sum->mean_ticks;
	sum->mean_ticks += difference * w / sum->blocks;
	sum->squares += w * difference * ((double)age - sum->mean_ticks);
}

void lifetimes_take_back(struct lifetimes *lifetimes, uint32_t site,
			 const struct replay_step *step,
			 const struct estimate_weight *weight)
{
	struct lifetime_sum *sum = sum_of(lifetimes, site, step);
	uint64_t age = replay_step_age(step);
	double w = weight_count(weight), difference;

	if (--sum->samples == 0) {
		*sum = (struct lifetime_sum){ 0 };
		return;
	}
	sum->blocks -= w;
	sum->unbounded |= age <= sum->min_ticks || age >= sum->max_ticks;
	sum->bytes -= weight_bytes(step, weight);
	difference = (double)age - sum->mean_ticks;
	sum->mean_ticks -= difference * w / sum->blocks;
	sum->squares -= w * difference * ((double)age - sum->mean_ticks);
}

struct site_lifetimes lifetimes_of(const struct lifetimes *lifetimes,
				   size_t site)
{
	return site < lifetimes->count ? lifetimes->sites[site] :
					 (struct site_lifetimes){ 0 };
}

double lifetime_deviation_ticks(const struct lifetime_sum *sum)
{
	double variance = sum->blocks > 0 ? sum->squares / sum->blocks : 0;

	return variance > 0 ? sqrt(variance) : 0;
}
