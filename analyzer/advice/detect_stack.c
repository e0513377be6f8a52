/* SPDX-License-Identifier: MIT */
/* Small blocks that end where they began: a local variable. */
#include "analyzer/advice/amount.h"
#include "analyzer/advice/detectors.h"
#include "analyzer/whole.h"

#include <math.h>

static void say(struct judgement *j, double bytes, double fits)
{
	const struct signals *s = j->signals;
	struct finding *f = &j->finding;
	bool one_size = s->sizes.min == s->sizes.max;

	finding_say(f, FINDING_SEEN, "%s allocations of %s%s, at most %s live "
		    "at once in a thread; %s of %s frees seen were under the "
		    "same call of the same function",
		    amount_count(f->allocations).text,
		    one_size ? "" : "up to ",
		    amount_bytes((double)s->sizes.max).text,
		    amount_count(s->lane_max).text,
		    amount_percent(s->site->free_same / s->site->free_stacks)
			    .text,
		    amount_count(s->site->free_stacks).text);
	if (one_size)
		finding_say(f, FINDING_DO, "make it a local variable, or pass "
			    "it by value: %s bytes on the stack",
			    amount_count(bytes).text);
	else
		finding_say(f, FINDING_DO, "an inline buffer of %s bytes on the "
			    "stack holds %s of them; allocate only what is "
			    "larger (a small-buffer string or vector, "
			    "std::array)", amount_count(bytes).text,
			    amount_percent(fits).text);
	finding_say(f, FINDING_PRICE, "%s of stack in each call",
		    amount_bytes(bytes).text);
	finding_say(f, FINDING_CHECK, "that the pointer does not outlive the "
		    "call (heapwise cannot see copies of it); never alloca() in "
		    "a loop or for unbounded sizes");
}

static bool may_be_local(struct judgement *j)
{
	const struct signals *s = j->signals;
	const struct advice_site *site = s->site;
	const struct census_row *sum = advice_site_sum(site);

	return judge_that(j, sum->far_frees == 0,
			  "freed by another thread") &&
	       judge_that(j, sum->reallocs == 0 && s->reallocated == 0,
			  "reallocated") &&
	       judge_at_most(j, "bytes of a block (P99)",
			     spread_quantile(&s->sizes, 0.99),
			     THRESHOLD_STACK_BYTES) &&
	       judge_at_most(j, "live at once in a thread", s->lane_max,
			     THRESHOLD_STACK_LIVE) &&
	       judge_that(j, s->live_end == 0, "some are never freed") &&
	       judge_share(j, "freed under the same caller", site->free_same,
			   site->free_stacks, THRESHOLD_STACK_SAME) &&
	       /* The next call of that function looks the same from here; what
		* one leaves to the next is always there. */
	       judge_at_least(j, "times that none is left / calls",
			      s->emptied / sum->calls,
			      THRESHOLD_STACK_EMPTIED);
}

static void judge(struct judgement *j)
{
	const struct signals *s = j->signals;
	struct finding *f = &j->finding;
	struct span_ns pair = expense_pair(&j->advice->expense, &s->calls);
	double bytes, fits;

	if (!may_be_local(j))
		return;
	bytes = fmin((double)s->sizes.max,
		     judge_threshold(j, THRESHOLD_STACK_BYTES));
	fits = bytes >= (double)s->sizes.max ?
		       1 : spread_share_up_to(&s->sizes, whole_of(bytes));
	f->saved_calls = f->allocations * fits;
	f->saved = (struct span_ns){ f->saved_calls * pair.low,
				     f->saved_calls * pair.high };
	f->remedy.bytes = whole_of(bytes);
	say(j, bytes, fits);
	judge_fire(j);
}

const struct detector detector_stack = {
	.id = "stack",
	.remedy = "make it a local variable",
	.verify = "record again: the site is gone, and a run under "
		  "AddressSanitizer with "
		  "detect_stack_use_after_return=1 is clean",
	.rank = DETECTOR_FIRST,
	.judge = judge,
};
