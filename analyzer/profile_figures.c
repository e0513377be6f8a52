/* SPDX-License-Identifier: MIT */
#include "analyzer/profile.h"

#include <math.h>
#include <string.h>

#include "analyzer/profile_state.h"
#include "analyzer/whole.h"

/* Where a profile's figures are, in sampled mode and in exact mode. */
static const struct {
	size_t sum;   /* offset in struct site_sums */
	size_t field; /* offset in struct site */
	bool bytes;
} figures[] = {
#define FIGURE(sums, exact, is_bytes)                                          \
	{ offsetof(struct site_sums, sums), offsetof(struct site, exact),      \
	  is_bytes }
	[FIGURE_ALLOCATIONS] = FIGURE(allocated, allocations, false),
	[FIGURE_BYTES_ALLOCATED] = FIGURE(allocated, bytes_allocated, true),
	[FIGURE_FREES] = FIGURE(freed, frees, false),
	[FIGURE_TEMPORARY] = FIGURE(temporary, temporary, false),
	[FIGURE_LEAKED_BLOCKS] = FIGURE(live, live_blocks, false),
	[FIGURE_LEAKED_BYTES] = FIGURE(live, live_bytes, true),
	[FIGURE_PEAK_BLOCKS] = FIGURE(peak, peak_blocks, false),
	[FIGURE_PEAK_BYTES] = FIGURE(peak, peak_bytes, true),
	[FIGURE_AT_PEAK_BLOCKS] = FIGURE(at_peak, at_peak_blocks, false),
	[FIGURE_AT_PEAK_BYTES] = FIGURE(at_peak, at_peak_bytes, true),
#undef FIGURE
};

static uint64_t exact_figure(const struct site *site,
			     enum profile_figure figure)
{
	uint64_t exact;

	memcpy(&exact, (const char *)site + figures[figure].field,
	       sizeof(exact));
	return exact;
}

static const struct site_sums *sums_of(const struct profile *profile,
				       const struct site *site)
{
	const struct profile_state *state = profile->state;

	if (site == &profile->all)
		return &state->all;
	if (site == &profile->total)
		return &state->total;
	return &state->sums[site - profile->sites];
}

static const struct estimate_sum *sampled_figure(const struct profile *profile,
						 const struct site *site,
						 enum profile_figure figure)
{
	return (const void *)((const char *)sums_of(profile, site) +
			      figures[figure].sum);
}

struct estimate profile_figure(const struct profile *profile,
			       const struct site *site,
			       enum profile_figure figure)
{
	const struct profile_state *state = profile->state;
	const struct estimate_sum *sum;

	if (!profile->sampled)
		return estimate_exact(exact_figure(site, figure));
	sum = sampled_figure(profile, site, figure);
	if (figures[figure].bytes)
		return estimate_bytes(sum, state->interval_largest);
	return estimate_count(sum);
}

double profile_interval_bytes(const struct profile *profile)
{
	return profile->sampled ? profile->state->interval_largest : 0;
}

/* By enum profile_blocks: which figures they are. */
static const struct {
	enum profile_figure count, bytes;
} block_figures[] = {
	[PROFILE_ALLOCATED] = { FIGURE_ALLOCATIONS, FIGURE_BYTES_ALLOCATED },
	[PROFILE_TEMPORARY] = { FIGURE_TEMPORARY, FIGURE_TEMPORARY },
	[PROFILE_LEAKED] = { FIGURE_LEAKED_BLOCKS, FIGURE_LEAKED_BYTES },
	[PROFILE_AT_PEAK] = { FIGURE_AT_PEAK_BLOCKS, FIGURE_AT_PEAK_BYTES },
	[PROFILE_OWN_PEAK] = { FIGURE_PEAK_BLOCKS, FIGURE_PEAK_BYTES },
};

void profile_tally(const struct profile *profile, const struct site *site,
		   enum profile_blocks blocks, struct tally *tally)
{
	enum profile_figure count = block_figures[blocks].count;
	enum profile_figure bytes = block_figures[blocks].bytes;

	if (!profile->sampled) {
		tally->count += whole_of(profile_figure(profile, site,
							count).value);
		if (bytes != count)
			tally->bytes += whole_of(
				profile_figure(profile, site, bytes).value);
		return;
	}
	estimate_merge(&tally->sum, sampled_figure(profile, site, count));
}

struct estimate profile_mean_lifetime(const struct profile *profile,
				      const struct recording *recording,
				      const struct site *site)
{
	double tick_ns = recording->model.ns_per_tick;
	struct estimate e;

	if (profile->sampled) {
		const struct site_sums *sums = sums_of(profile, site);

		e = estimate_mean(&sums->lifetimes, &sums->freed);
	} else {
		e = estimate_exact(site->frees);
		e.value = site->frees ? (double)site->lifetime_ticks /
						(double)site->frees : NAN;
		e.low = e.high = e.value;
	}
	e.value *= tick_ns;
	e.low *= tick_ns;
	e.high *= tick_ns;
	return e;
}

double profile_lifetimes_ns(const struct profile *profile,
			    const struct recording *recording,
			    const struct site *site)
{
	double ticks = (double)site->lifetime_ticks + (double)site->age_ticks;

	if (profile->sampled) {
		const struct site_sums *sums = sums_of(profile, site);

		ticks = sums->lifetimes.value + sums->age_ticks;
	}
	return ticks * recording->model.ns_per_tick;
}

struct site_lifetimes profile_lifetimes(const struct profile *profile,
					const struct site *site)
{
	return lifetimes_of(&profile->state->lifetimes,
			    (size_t)(site - profile->sites));
}
