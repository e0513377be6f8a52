/* SPDX-License-Identifier: MIT */
/* Blocks that grow step by step: ask for the final size at once. */
#include "analyzer/advice/amount.h"
#include "analyzer/advice/detectors.h"
#include "analyzer/whole.h"

#include <math.h>

/* Bytes a ns: in the cache, and out of it. */
#define COPY_FAST 16.0
#define COPY_SLOW 6.0
#define WANTED 0.9 /* of the final sizes fit in what is reserved */

/* Bytes reserved in vain, expected for each block. */
static double waste_of(const struct spread *finals, double reserved)
{
	double mean = spread_mean(finals);

	return fmax(0, reserved - mean);
}

static void say(struct judgement *j, const struct chain_sums *c)
{
	struct finding *f = &j->finding;
	double wanted = (double)f->remedy.bytes;
	bool hidden = c->hidden > c->steps / 2;

	finding_say(f, FINDING_SEEN, "%s blocks grew %s times each%s, copying "
		    "%s, %s times their final size; final sizes %s (P50), %s "
		    "(P90)", amount_count(c->chains).text,
		    amount_number(c->steps / c->chains).text,
		    hidden ? " (a larger block, then the old one freed)" :
			     " by realloc",
		    amount_bytes(c->copied_bytes).text,
		    amount_number(c->copied_bytes / c->final_bytes).text,
		    amount_bytes(spread_quantile(&c->finals, 0.5)).text,
		    amount_bytes(wanted).text);
	if (f->remedy.grows)
		finding_say(f, FINDING_DO, "grow by a factor (1.5 or 2), not by "
			    "%s each time; or ask for %s bytes at once",
			    amount_bytes(c->increment_sum / c->increments).text,
			    amount_count(wanted).text);
	else
		finding_say(f, FINDING_DO, "ask for %s bytes at once: "
			    "reserve() before the loop, or a first capacity "
			    "that large; best is the exact size where it is "
			    "known", amount_count(wanted).text);
	finding_say(f, FINDING_PRICE, "%s unused in each block on average, %s "
		    "in those live at once",
		    amount_bytes(waste_of(&c->finals, wanted)).text,
		    amount_bytes(f->price_bytes).text);
	finding_say(f, FINDING_CHECK, "that the final size can be known or "
		    "guessed before it is filled");
}

/* Of a share of the steps: the calls, in which realloc copies; and what a
 * program copies itself. */
static struct span_ns saving_of(const struct judgement *j,
				const struct chain_sums *c, double share)
{
	const struct expense *e = &j->advice->expense;
	struct span_ns call = expense_realloc(e, &j->signals->calls);
	struct span_ns pair = expense_pair(e, &j->signals->calls);
	double visible = c->steps - c->hidden;

	return (struct span_ns){
		share * (visible * call.low + c->hidden * pair.low +
			 c->hidden_bytes / COPY_FAST),
		share * (visible * call.high + c->hidden * pair.high +
			 c->hidden_bytes / COPY_SLOW),
	};
}

static void judge(struct judgement *j)
{
	const struct signals *s = j->signals;
	size_t candidate = (size_t)(s - j->advice->pass.candidates);
	const struct chain_sums *c = &j->advice->chains.sums[candidate];
	struct finding *f = &j->finding;
	double steps;

	if (!judge_that(j, c->chains > 0, "no blocks that grow in 3 steps or "
			"more") ||
	    !judge_at_least(j, "steps of a block", c->steps / c->chains,
			    THRESHOLD_RESERVE_STEPS) ||
	    !judge_at_least(j, "bytes copied / final bytes",
			    c->copied_bytes / c->final_bytes,
			    THRESHOLD_RESERVE_COPIED) ||
	    !judge_at_least(j, "of the calls are such steps",
			    c->steps / f->allocations,
			    THRESHOLD_RESERVE_SHARE))
		return;
	steps = c->steps - (1 - WANTED) * c->chains;
	f->saved_calls = steps;
	f->saved = saving_of(j, c, steps / c->steps);
	f->copying_ns = c->hidden_bytes / COPY_SLOW;
	f->remedy.bytes = whole_of(spread_quantile(&c->finals, WANTED));
	f->remedy.grows = chain_increment_variation(c) <
			  judge_threshold(j, THRESHOLD_RESERVE_ARITHMETIC);
	f->price_bytes = waste_of(&c->finals, (double)f->remedy.bytes) *
			 s->live_max;
	say(j, c);
	judge_fire(j);
}

const struct detector detector_reserve = {
	.id = "reserve",
	.remedy = "ask for the final size at once",
	.verify = "record again: the calls of this site fall to one a "
		  "block, and 'perf stat' shows less memory traffic",
	.rank = DETECTOR_FIRST,
	.judge = judge,
};
