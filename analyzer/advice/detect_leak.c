/* SPDX-License-Identifier: MIT */
/* Blocks that nobody frees, ever more of them. */
#include "analyzer/advice/amount.h"
#include "analyzer/advice/detectors.h"

#include <math.h>

#include "analyzer/advice/trend.h"

#define HALF (SIGNALS_MARKS / 2)
#define FLAT 0.05 /* of the most live: how far a plateau may go up and down */
#define FIFO 0.8  /* P10 / P90 of how many calls blocks live */
#define NS_PER_HOUR 3.6e12

static bool is_flat(const struct signals *s)
{
	double least = INFINITY, most = 0;

	for (int i = HALF; i < SIGNALS_MARKS; i++) {
		least = fmin(least, s->marks[i]);
		most = fmax(most, s->marks[i]);
	}
	return most > 0 && least >= (1 - FLAT) * most;
}

/* Are its blocks freed in the order in which they came? Then they live for as
 * many calls each. */
static bool is_fifo(const struct signals *s)
{
	double p90 = spread_quantile(&s->life_calls, 0.9);

	return p90 > 0 && spread_quantile(&s->life_calls, 0.1) >= FIFO * p90;
}

/* What stays and yet is no leak: the reason, or NULL. */
static const char *innocence(struct judgement *j)
{
	const struct signals *s = j->signals;
	const struct census *census = &j->advice->census;
	double run = (double)(census->last_tick - census->first_tick);
	double last = (double)(advice_site_sum(s->site)->last_tick -
			       census->first_tick);

	if (s->live_end <= 0)
		return "nothing stays";
	if (!is_flat(s))
		return NULL;
	if (last <= judge_threshold(j, THRESHOLD_LEAK_EARLY) * run)
		return "global: all allocated at the start, then as many";
	if (s->life_ticks.count <= 0)
		return NULL;
	return is_fifo(s) ? "a cache: always as many, the oldest goes" :
			    "a cache: as many go as come";
}

/*
 * Hardly a block was ever freed, so that no lifetime tells how long one is
 * needed; and the program ended by itself. A batch program keeps what it will
 * need to its end, and leaves it to the system, which looks the same.
 */
static bool is_kept(const struct judgement *j)
{
	const struct signals *s = j->signals;
	uint64_t end = j->advice->recording->model.end_reason;

	return (end == END_EXIT || end == END_UNDER_EXIT) &&
	       s->life_ticks.count <= judge_threshold(j, THRESHOLD_LEAK_KEPT) *
					      j->finding.allocations;
}

static void say_do(struct judgement *j)
{
	struct finding *f = &j->finding;

	if (f->tags & FINDING_KEPT)
		finding_say(f, FINDING_DO, "nothing, if the program ends when "
			    "its work is done and needs them until then; if it "
			    "is to run for long, free them when their last user "
			    "is done, or bound what keeps them");
	else
		finding_say(f, FINDING_DO, "free them when their last user is "
			    "done, or bound what keeps them (a cache needs a "
			    "limit)");
	finding_say(f, FINDING_PRICE, "none");
	finding_say(f, FINDING_CHECK, "that they are not meant to stay: what is "
		    "still to be used looks the same from here");
}

static void say_seen(struct judgement *j, double slope, double size)
{
	const struct signals *s = j->signals;
	double run_ns = recording_run_ns(j->advice->recording);
	struct finding *f = &j->finding;
	double hourly = run_ns > 0 ? slope * SIGNALS_MARKS * size *
					     NS_PER_HOUR / run_ns : 0;

	if (f->tags & FINDING_KEPT) {
		finding_say(f, FINDING_SEEN, "%s of %s blocks are never freed "
			    "(%s), and they rise until the program ends, which "
			    "it does by itself",
			    amount_count(s->live_end).text,
			    amount_count(f->allocations).text,
			    amount_bytes(s->live_bytes).text);
		return;
	}
	finding_say(f, FINDING_SEEN, "%s of %s blocks are never freed (%s), and "
		    "they rise to the end: %s an hour at this rate; %s of the "
		    "freed ones lived less long than %s of those that stay",
		    amount_count(s->live_end).text,
		    amount_count(f->allocations).text,
		    amount_bytes(s->live_bytes).text, amount_bytes(hourly).text,
		    amount_percent(judge_threshold(j,
						   THRESHOLD_LEAK_QUANTILE))
			    .text,
		    amount_count(s->old_survivors).text);
}

static void judge(struct judgement *j)
{
	const struct signals *s = j->signals;
	struct finding *f = &j->finding;
	const float *half = s->marks + HALF;
	double size = s->live_end > 0 ? s->live_bytes / s->live_end : 0;
	double slope = trend_slope(half, HALF);
	const char *innocent = slope > 0 ? NULL : innocence(j);

	if (!judge_that(j, !innocent, innocent) ||
	    !judge_that(j, s->old_survivors > 0,
			"no survivor is older than blocks that are freed") ||
	    !judge_that(j, slope > 0, "the live blocks do not rise") ||
	    !judge_at_most(j, "chance of such a rise", trend_rise_p(half, HALF),
			   THRESHOLD_LEAK_P) ||
	    !judge_at_least(j, "of what stays, came in the last half",
			    slope * HALF / s->live_end, THRESHOLD_LEAK_RISE))
		return;
	f->saved_bytes = s->old_survivors * size;
	f->basis = SAMPLE_AT_END;
	if (is_kept(j))
		f->tags |= FINDING_KEPT;
	say_seen(j, slope, size);
	say_do(j);
	judge_fire(j);
}

const struct detector detector_leak = {
	.id = "leak",
	.remedy = "free them, or bound what keeps them",
	.verify = "record a run of twice the length: the site's live "
		  "bytes stay the same",
	.rank = DETECTOR_BESIDE,
	.sampled = true,
	.judge = judge,
};
