/* SPDX-License-Identifier: MIT */
/* Much time in calloc's clearing of memory: malloc, if it is overwritten. */
#include "analyzer/advice/amount.h"
#include "analyzer/advice/detectors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "analyzer/memory.h"

#define MMAP_THRESHOLD (128.0 * 1024) /* larger ones come cleared */
#define PROBE_BYTES (64u << 10)
#define PROBE_ROUNDS 64

/* How fast this machine clears memory that is in its cache, bytes a ns. */
static double clearing_speed(void)
{
	char *volatile memory = xcalloc(1, PROBE_BYTES);
	struct timespec from, to;
	double ns;

	clock_gettime(CLOCK_MONOTONIC, &from);
	for (int i = 0; i < PROBE_ROUNDS; i++)
		memset(memory, i, PROBE_BYTES);
	clock_gettime(CLOCK_MONOTONIC, &to);
	free(memory);
	ns = (double)(to.tv_sec - from.tv_sec) * 1e9 +
	     (double)(to.tv_nsec - from.tv_nsec);
	return (double)PROBE_BYTES * PROBE_ROUNDS / fmax(ns, 1);
}

static void judge(struct judgement *j)
{
	const struct signals *s = j->signals;
	struct finding *f = &j->finding;
	const struct expense *e = &j->advice->expense;
	double mean, ns;

	if (!judge_that(j, s->callocs > 0, "no calloc here"))
		return;
	mean = s->calloc_bytes / s->callocs;
	if (!judge_that(j, mean < MMAP_THRESHOLD,
			"blocks so large that they come cleared"))
		return;
	ns = s->calloc_bytes / clearing_speed();
	if (s->zeroed_calls > 0) /* no more than the calls took */
		ns = fmin(ns, s->callocs * ((double)s->zeroed_units *
			e->ns_per_unit / (double)s->zeroed_calls));
	if (!judge_at_least(j, "of the CPU time clears memory",
			    e->cpu_ns > 0 ? ns / e->cpu_ns : 0,
			    THRESHOLD_ZEROING_CPU))
		return;
	f->tags |= FINDING_CANDIDATE;
	f->saved = (struct span_ns){ 0, ns };
	finding_say(f, FINDING_SEEN, "calloc clears %s here in %s calls, about "
		    "%s of the CPU time", amount_bytes(s->calloc_bytes).text,
		    amount_count(s->callocs).text,
		    amount_percent(ns / e->cpu_ns).text);
	finding_say(f, FINDING_DO, "malloc in place of calloc, if all of it is "
		    "written before it is read (std::make_unique_for_overwrite, "
		    "resize_and_overwrite)");
	finding_say(f, FINDING_PRICE, "none");
	finding_say(f, FINDING_CHECK, "that nothing relies on the zeros: events "
		    "do not tell what is read");
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
