/* SPDX-License-Identifier: MIT */
/* Many small blocks that stay: allocate them in batches. */
#include "analyzer/advice/allocator.h"
#include "analyzer/advice/amount.h"
#include "analyzer/advice/detectors.h"

#define CHUNK_HEADER 8.0 /* bytes that glibc keeps a block; others keep none */

static void judge(struct judgement *j)
{
	const struct signals *s = j->signals;
	struct finding *f = &j->finding;
	struct signal_size size = signals_dominant(s);
	struct span_ns call = expense_allocation(&j->advice->expense,
						&s->calls);
	double aligned = (double)((size.requested_max + 7) & ~UINT64_C(7));
	bool has_header = allocator_of(&j->advice->recording->model.meta) ==
			  ALLOCATOR_GLIBC;
	double spared = (double)size.usable +
			(has_header ? CHUNK_HEADER : 0) - aligned;
	double freed;

	if (!judge_at_least(j, "live at once", s->live_max,
			    THRESHOLD_SLAB_LIVE) ||
	    !judge_at_most(j, "bytes of a block (P90)",
			   spread_quantile(&s->sizes, 0.9),
			   THRESHOLD_SLAB_BYTES) ||
	    !judge_at_most(j, "calls / most live at once",
			   f->allocations / s->live_max,
			   THRESHOLD_SLAB_TURNOVER) ||
	    !judge_at_least(j, "live for more than half the run",
			    s->long_lived / f->allocations,
			    THRESHOLD_SLAB_LONG))
		return;
	freed = s->life_ticks.count;
	f->saved_calls = f->allocations;
	f->saved = (struct span_ns){ f->allocations * call.low,
				     f->allocations * call.high };
	f->saved_bytes = s->live_max * (spared > 0 ? spared : 0);
	f->remedy.bytes = size.requested_max;
	f->remedy.capacity = 1024;
	finding_say(f, FINDING_SEEN, "%s small blocks (%s of %s usable bytes), "
		    "%s live at once; %s stay for more than half the run, %s "
		    "are never freed", amount_count(f->allocations).text,
		    amount_percent(size.calls / f->allocations).text,
		    amount_count((double)size.usable).text,
		    amount_count(s->live_max).text,
		    amount_percent(s->long_lived / f->allocations).text,
		    amount_count(f->allocations - freed).text);
	finding_say(f, FINDING_DO, "allocate them in batches: one block for "
		    "%s objects, handed out one after another (a slab; "
		    "std::deque, a vector and indices)",
		    amount_count((double)f->remedy.capacity).text);
	finding_say(f, FINDING_PRICE, "one survivor keeps its whole batch");
	finding_say(f, FINDING_CHECK, "that objects need not be freed one by "
		    "one to the allocator");
	f->price_bytes = (double)f->remedy.capacity * aligned;
	judge_fire(j);
}

const struct detector detector_slab = {
	.id = "slab",
	.remedy = "allocate in batches",
	.verify = "record again: the calls of this site fall to one a "
		  "batch, and peak RSS is lower",
	.rank = DETECTOR_FIRST,
	.sampled = true,
	.judge = judge,
};
