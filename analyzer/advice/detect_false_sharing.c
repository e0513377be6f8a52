/* SPDX-License-Identifier: MIT */
/* Blocks of several threads in one cache line: pad them, or part the threads.
 * What that costs cannot be told from events: it has no ns, and comes last. */
#include "analyzer/advice/amount.h"
#include "analyzer/advice/detectors.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analyzer/function_name.h"

#define PARTNER_BYTES 120
#define NAME_BYTES 60

/* Whose blocks are beside this site's, mostly. */
static void name_partner(const struct judgement *j,
			 const struct shared_sums *sums,
			 char text[PARTNER_BYTES])
{
	const struct fold *fold = &j->advice->fold;
	uint32_t site = shared_partner(sums);
	const char *name, *end = NULL;

	if (site >= fold->count || &fold->sites[site] == j->signals->site) {
		snprintf(text, PARTNER_BYTES, "made here, too");
		return;
	}
	name = fold->sites[site].call ? fold->sites[site].call->function : NULL;
	if (name) {
		end = function_name_parameters(name);
		name = function_name_start(name);
	}
	if (!end)
		end = name ? name + strlen(name) : NULL;
	snprintf(text, PARTNER_BYTES, "mostly made by %.*s (%.16s)",
		 (int)(end > name && end - name < NAME_BYTES ? end - name :
							       NAME_BYTES),
		 name ? name : "another site", fold->sites[site].id);
}

static void say(struct judgement *j, const struct shared_sums *sums)
{
	struct finding *f = &j->finding;
	char partner[PARTNER_BYTES];

	name_partner(j, sums, partner);
	finding_say(f, FINDING_SEEN, "%s of the time that its blocks live, a "
		    "live block of another thread is in the same line of %d "
		    "bytes, %s; %s blocks of up to %s bytes met such",
		    amount_percent(sums->together / sums->ticks).text,
		    LINE_BYTES, partner, amount_count(sums->met).text,
		    amount_count((double)f->remedy.bytes).text);
	finding_say(f, FINDING_DO, "if they are written to often: give each a "
		    "line of its own (alignas(%d), aligned_alloc), or let each "
		    "thread carve its objects from a block of its own",
		    LINE_BYTES);
	finding_say(f, FINDING_PRICE, "%s of padding, if each has its own line",
		    amount_bytes(f->price_bytes).text);
	finding_say(f, FINDING_CHECK, "that different threads write to them at "
		    "the same time: events do not tell; confirm with 'perf c2c "
		    "record'");
}

static void judge(struct judgement *j)
{
	const struct signals *s = j->signals;
	size_t candidate = (size_t)(s - j->advice->pass.candidates);
	struct shared_sums sums =
		shared_lines_sums(j->advice->lines, candidate);
	struct finding *f = &j->finding;
	struct signal_size size = signals_dominant(s);
	double run = (double)(j->advice->census.last_tick -
			      j->advice->census.first_tick);
	double padded = ceil((double)size.requested_max / LINE_BYTES) *
			LINE_BYTES;

	if (!judge_that(j, sums.together > 0,
			"no line with a live block of another thread") ||
	    !judge_at_least(j, "blocks beside another thread's", sums.met,
			    THRESHOLD_FALSE_SHARING_BLOCKS) ||
	    !judge_share(j, "of their time beside another thread's",
			 sums.together / sums.ticks * sums.ends, sums.ends,
			 THRESHOLD_FALSE_SHARING_SHARE))
		return;
	f->tags |= FINDING_CANDIDATE;
	f->unmeasured = true;
	f->rank = run > 0 ? sums.together / run : 0;
	f->remedy.bytes = size.requested_max;
	f->price_bytes = s->live_max *
			 fmax(0, padded - (double)size.usable);
	say(j, &sums);
	judge_fire(j);
}

const struct detector detector_false_sharing = {
	.id = "false-sharing",
	.remedy = "keep threads out of each other's lines",
	.verify = "'perf c2c record' before and after: the hits in modified "
		  "lines (HITM) of this site's blocks are gone",
	.rank = DETECTOR_BESIDE,
	.judge = judge,
};
