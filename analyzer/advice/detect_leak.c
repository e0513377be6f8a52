/* SPDX-License-Identifier: MIT */
/* Blocks that nobody frees, ever more of them. */
#include "analyzer/advice/amount.h"
#include "analyzer/advice/detectors.h"

#include <math.h>
#include <stdlib.h>

#define HALF (SIGNALS_MARKS / 2)
#define NS_PER_HOUR 3.6e12

static int by_number(const void *left, const void *right)
{
	const double *a = left, *b = right;

	return *a < *b ? -1 : *a > *b;
}

/* Theil and Sen: the median of the slopes between all pairs of points. */
static double median_slope(const float *y)
{
	double slopes[HALF * (HALF - 1) / 2];
	size_t count = 0;

	for (int i = 0; i < HALF; i++)
		for (int k = i + 1; k < HALF; k++)
			slopes[count++] = ((double)y[k] - y[i]) / (k - i);
	qsort(slopes, count, sizeof(*slopes), by_number);
	return slopes[count / 2];
}

/* Mann and Kendall: the probability of as much of a rise if there is none;
 * ties are taken into account. */
static double rise_p(const float *y)
{
	double s = 0, n = HALF, variance = n * (n - 1) * (2 * n + 5);
	bool seen[HALF] = { false };

	for (int i = 0; i < HALF; i++) {
		double ties = 1;

		for (int k = i + 1; k < HALF; k++) {
			s += (y[k] > y[i]) - (y[k] < y[i]);
			if (y[k] == y[i] && !seen[i]) {
				ties++;
				seen[k] = true;
			}
		}
		if (!seen[i])
			variance -= ties * (ties - 1) * (2 * ties + 5);
	}
	variance /= 18;
	if (variance <= 0 || s <= 0)
		return 1;
	return 0.5 * erfc((s - 1) / sqrt(variance) / M_SQRT2);
}

static void judge(struct judgement *j)
{
	const struct signals *s = j->signals;
	struct finding *f = &j->finding;
	const float *half = s->marks + HALF;
	double size = s->live_end > 0 ? s->live_bytes / s->live_end : 0;
	double slope = median_slope(half);
	double run_ns = recording_run_ns(j->advice->recording);

	if (!judge_that(j, s->old_survivors > 0,
			"no survivor is older than blocks that are freed") ||
	    !judge_that(j, slope > 0, "the live blocks do not rise") ||
	    !judge_at_most(j, "chance of such a rise", rise_p(half),
			   THRESHOLD_LEAK_P))
		return;
	f->saved_bytes = s->old_survivors * size;
	finding_say(f, FINDING_SEEN, "%s of %s blocks are never freed (%s), and "
		    "they rise to the end: %s an hour at this rate; %s of the "
		    "freed ones lived less long than %s of those that stay",
		    amount_count(s->live_end).text,
		    amount_count(f->allocations).text,
		    amount_bytes(s->live_bytes).text,
		    amount_bytes(run_ns > 0 ? slope * SIGNALS_MARKS * size *
						      NS_PER_HOUR / run_ns : 0)
			    .text,
		    amount_percent(judge_threshold(j,
						   THRESHOLD_LEAK_QUANTILE))
			    .text,
		    amount_count(s->old_survivors).text);
	finding_say(f, FINDING_DO, "free them when their last user is done, or "
		    "bound what keeps them (a cache needs a limit)");
	finding_say(f, FINDING_PRICE, "none");
	finding_say(f, FINDING_CHECK, "that they are not meant to stay: what is "
		    "still to be used looks the same from here");
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
