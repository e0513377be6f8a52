/* SPDX-License-Identifier: MIT */
/* Blocks that another thread frees: hand them back in batches. */
#include "analyzer/advice/amount.h"
#include "analyzer/advice/detectors.h"

#define BATCH 64 /* blocks handed back at once */

static void judge(struct judgement *j)
{
	const struct signals *s = j->signals;
	const struct census_row *sum = &s->site->sum;
	struct finding *f = &j->finding;
	struct span_ns pair = expense_pair(&j->advice->expense, s);
	struct signal_size size = signals_dominant(s);
	double share = sum->frees > 0 ? sum->far_frees / sum->frees : 0;
	double effective = judge_effective(j);

	if (!judge_share(j, "freed by another thread", share * effective,
			 effective, THRESHOLD_HANDOFF_SHARE))
		return;
	f->saved_calls = sum->far_frees;
	f->saved = (struct span_ns){ sum->far_frees * pair.low,
				     sum->far_frees * pair.high };
	f->price_bytes = BATCH * (double)size.usable * s->lane_count;
	f->remedy.bytes = size.usable;
	f->remedy.capacity = BATCH;
	finding_say(f, FINDING_SEEN, "%s of %s frees are by another thread than "
		    "the one that allocated; %s thread%s here",
		    amount_percent(share).text, amount_count(sum->frees).text,
		    amount_count(s->lane_count).text,
		    s->lane_count > 1 ? "s allocate" : " allocates");
	finding_say(f, FINDING_DO, "return blocks to their owner in batches "
		    "(a queue for each producer, %d at a time), which takes "
		    "them again: a pool for each thread would hit nearly never, "
		    "as it fills where nothing is allocated", BATCH);
	finding_say(f, FINDING_PRICE, "%s wait in the queues",
		    amount_bytes(f->price_bytes).text);
	finding_say(f, FINDING_CHECK, "that the consumer is done with a block "
		    "when it hands it back");
	judge_fire(j);
}

const struct detector detector_handoff = {
	.id = "handoff",
	.remedy = "hand blocks back in batches",
	.verify = "record again: the calls of this site fall to what "
		  "is in flight; compare time and lock contention with "
		  "'perf stat -r 10'",
	.rank = DETECTOR_FIRST,
	.sampled = true,
	.judge = judge,
};
