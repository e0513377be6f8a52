/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/sample_ranges.h"

#include <math.h>
#include <stdlib.h>

#include "analyzer/memory.h"

void sample_ranges_init(struct sample_ranges *ranges,
			const struct signal_pass *pass)
{
	*ranges = (struct sample_ranges){
		.pass = pass,
		.sums = xcalloc(pass->count + 1, sizeof(*ranges->sums)),
	};
}

void sample_ranges_release(struct sample_ranges *ranges)
{
	free(ranges->sums);
	*ranges = (struct sample_ranges){ 0 };
}

/* The pass has noted its peak after the last step: what is live is what was
 * live then. */
static void note_peak(struct sample_ranges *ranges)
{
	if (ranges->peaked || !ranges->pass->peaked)
		return;
	ranges->peaked = true;
	for (size_t i = 0; i < ranges->pass->count; i++)
		ranges->sums[i].of[SAMPLE_AT_PEAK] =
			ranges->sums[i].of[SAMPLE_AT_END];
}

static struct estimate_weight weigh(const struct sample_ranges *ranges,
				    const struct live_block *block)
{
	double interval = ldexp(ranges->pass->census->interval_bytes,
				(int)block->interval_shift);

	return estimate_weigh(block->size, interval);
}

static void restored(void *context, const struct signal_step *s)
{
	struct sample_ranges *ranges = context;
	struct estimate_weight w;

	note_peak(ranges);
	if (s->candidate == SIGNALS_NONE)
		return;
	w = weigh(ranges, s->step->block);
	estimate_add(&ranges->sums[s->candidate].of[SAMPLE_AT_END], &w);
}

static void allocated(void *context, const struct signal_step *s)
{
	struct sample_ranges *ranges = context;
	struct estimate_weight w;

	restored(context, s); /* it is live */
	if (s->candidate == SIGNALS_NONE)
		return;
	w = weigh(ranges, s->step->block);
	estimate_add(&ranges->sums[s->candidate].of[SAMPLE_OF_ALL], &w);
}

static void released(void *context, const struct signal_step *s)
{
	struct sample_ranges *ranges = context;
	struct estimate_weight w;

	note_peak(ranges);
	if (s->candidate == SIGNALS_NONE)
		return;
	w = weigh(ranges, s->step->block);
	estimate_subtract(&ranges->sums[s->candidate].of[SAMPLE_AT_END], &w);
}

struct signal_part sample_ranges_part(struct sample_ranges *ranges)
{
	return (struct signal_part){ ranges, allocated, released, restored };
}

void sample_ranges_finish(struct sample_ranges *ranges)
{
	note_peak(ranges);
}

struct estimate sample_count(const struct sample_ranges *ranges,
			     size_t candidate, enum sample_basis basis)
{
	return estimate_count(&ranges->sums[candidate].of[basis]);
}

struct estimate sample_bytes(const struct sample_ranges *ranges,
			     size_t candidate, enum sample_basis basis)
{
	return estimate_bytes(&ranges->sums[candidate].of[basis],
			      ranges->pass->census->interval_bytes);
}
