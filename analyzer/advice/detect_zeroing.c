/* SPDX-License-Identifier: MIT */
/* Much time in calloc's clearing of memory: malloc, if it is overwritten. */
#include "analyzer/advice/amount.h"
#include "analyzer/advice/detectors.h"

#include <math.h>
#include <stdio.h>

#define TIMED_LEAST 8 /* measured calls that tell how long one takes */

/* In a sample it is not known which memory was used before. */
static struct cleared_sums sums_of(const struct judgement *j)
{
	const struct signals *s = j->signals;

	if (j->advice->sampled)
		return (struct cleared_sums){ .used = s->calls.calloc_bytes };
	return j->advice->cleared.sums[s - j->advice->pass.candidates];
}

/*
 * At most: as long as that many bytes take here, from memory, and no longer than
 * the calls did. Little blocks that are used again at once are in the cache,
 * where it takes a tenth of that: what is measured then tells.
 */
static double clearing_ns(struct judgement *j, const struct cleared_sums *sums)
{
	const struct signals *s = j->signals;
	const struct expense *e = &j->advice->expense;
	double ns = sums->used / e->clearing;
	double each;

	if (s->zeroed_calls < TIMED_LEAST)
		return ns;
	each = fmax(0, (double)s->zeroed_units * e->ns_per_unit /
			       (double)s->zeroed_calls - e->empty_ns);
	return fmin(ns, s->callocs * each * sums->used / s->calls.calloc_bytes);
}

static void say(struct judgement *j, const struct cleared_sums *sums, double ns)
{
	const struct signals *s = j->signals;
	struct finding *f = &j->finding;
	double untouched = sums->fresh + sums->mapped;
	char fresh[96] = "";

	if (untouched > 0)
		snprintf(fresh, sizeof(fresh), "; %s more came fresh from the "
			 "system, which needs no clearing",
			 amount_bytes(untouched).text);
	finding_say(f, FINDING_SEEN, "calloc clears %s here%s, in %s calls: up "
		    "to %s of the CPU time%s", amount_bytes(sums->used).text,
		    j->advice->sampled ? "" : " that were used before",
		    amount_count(s->callocs).text,
		    amount_percent(fmin(1, ns / j->advice->expense.cpu_ns))
			    .text, fresh);
	finding_say(f, FINDING_DO, "malloc in place of calloc, if all of it is "
		    "written before it is read (std::make_unique_for_overwrite, "
		    "resize_and_overwrite)");
	finding_say(f, FINDING_PRICE, "none");
	finding_say(f, FINDING_CHECK, "that nothing relies on the zeros: events "
		    "do not tell what is read; nor that all of it was in use, "
		    "as the allocator knows better what is fresh");
}

static void judge(struct judgement *j)
{
	const struct signals *s = j->signals;
	struct finding *f = &j->finding;
	double cpu = j->advice->expense.cpu_ns;
	struct cleared_sums sums;
	double ns;

	if (!judge_that(j, s->callocs > 0, "no calloc here") ||
	    !judge_that(j, cpu > 0, "the CPU time was not recorded"))
		return;
	sums = sums_of(j);
	if (!judge_that(j, sums.used > 0,
			"its memory comes cleared from the system"))
		return;
	ns = clearing_ns(j, &sums);
	if (!judge_at_least(j, "of the CPU time clears memory", ns / cpu,
			    THRESHOLD_ZEROING_CPU))
		return;
	f->tags |= FINDING_CANDIDATE;
	f->saved = (struct span_ns){ 0, ns };
	say(j, &sums, ns);
	judge_fire(j);
}

const struct detector detector_zeroing = {
	.id = "zeroing",
	.remedy = "do not clear what is overwritten",
	.verify = "'perf record' shows less time in memset and calloc; "
		  "a run under MemorySanitizer or valgrind finds no "
		  "use of what was not written",
	.rank = DETECTOR_BESIDE,
	.sampled = true,
	.judge = judge,
};
