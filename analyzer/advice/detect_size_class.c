/* SPDX-License-Identifier: MIT */
/* Requests just above a size class of the allocator: trim them. */
#include "analyzer/advice/allocator.h"
#include "analyzer/advice/amount.h"
#include "analyzer/advice/detectors.h"

static void say(struct judgement *j, const struct signal_size *size,
		double granted)
{
	const struct signals *s = j->signals;
	struct finding *f = &j->finding;
	const struct model_meta *meta = &j->advice->recording->model.meta;

	finding_say(f, FINDING_SEEN, "%s blocks live at the peak are just above "
		    "a size class, and waste %s of the %s that the site has: "
		    "most ask for %s bytes, for which %s grants %s; up to %s it "
		    "grants %s",
		    amount_count(s->above_at_peak.blocks).text,
		    amount_bytes(s->above_at_peak.waste).text,
		    amount_bytes(granted).text,
		    amount_count((double)size->above_max).text,
		    allocator_name(allocator_of(meta)),
		    amount_count((double)size->usable).text,
		    amount_count((double)size->below).text,
		    amount_count((double)size->below).text);
	finding_say(f, FINDING_DO, "trim the object to %s bytes (smaller "
		    "fields, another order of them, no terminating zero), or "
		    "use the %s that are granted",
		    amount_count((double)size->below).text,
		    amount_count((double)size->usable).text);
	finding_say(f, FINDING_PRICE, "none");
	finding_say(f, FINDING_CHECK, "that the size is yours to choose");
}

static void judge(struct judgement *j)
{
	const struct signals *s = j->signals;
	struct finding *f = &j->finding;
	struct signal_size size = signal_sizes_above(&s->granted);
	double granted = s->at_peak_bytes + s->at_peak_waste;

	if (!judge_at_least(j, "bytes wasted at the peak", s->at_peak_waste,
			    THRESHOLD_SIZE_CLASS_BYTES) ||
	    !judge_at_least(j, "of the site's bytes wasted",
			    granted > 0 ? s->at_peak_waste / granted : 0,
			    THRESHOLD_SIZE_CLASS_SHARE) ||
	    !judge_that(j, size.above > 0 && s->above_at_peak.blocks > 0,
			"no size is just above a class") ||
	    !judge_at_least(j, "bytes wasted just above a class",
			    s->above_at_peak.waste,
			    THRESHOLD_SIZE_CLASS_BYTES) ||
	    !judge_at_least(j, "of the site's bytes wasted just above a class",
			    s->above_at_peak.waste / granted,
			    THRESHOLD_SIZE_CLASS_SHARE))
		return;
	f->saved_bytes = s->above_at_peak.spared;
	f->basis = SAMPLE_AT_PEAK;
	f->remedy.bytes = size.below;
	say(j, &size, granted);
	judge_fire(j);
}

const struct detector detector_size_class = {
	.id = "size-class",
	.remedy = "fit the allocator's sizes",
	.verify = "record again: peak RSS in 'heapwise report' is "
		  "lower by about what is saved",
	.rank = DETECTOR_BESIDE,
	.sampled = true,
	.judge = judge,
};
