/* SPDX-License-Identifier: MIT */
/* Requests just above a size class of the allocator: trim them. */
#include "analyzer/advice/amount.h"
#include "analyzer/advice/detectors.h"

static void judge(struct judgement *j)
{
	const struct signals *s = j->signals;
	struct finding *f = &j->finding;
	struct signal_size size = signals_dominant(s);
	double granted = s->at_peak_bytes + s->at_peak_waste;
	double above;

	if (!judge_at_least(j, "bytes wasted at the peak", s->at_peak_waste,
			    THRESHOLD_SIZE_CLASS_BYTES) ||
	    !judge_at_least(j, "of the site's bytes wasted",
			    granted > 0 ? s->at_peak_waste / granted : 0,
			    THRESHOLD_SIZE_CLASS_SHARE))
		return;
	/* glibc's classes are 16 bytes apart. */
	above = ((double)size.requested_max - ((double)size.usable - 16)) /
		((double)size.usable - 16);
	if (!judge_at_most(j, "above the next smaller class", above,
			   THRESHOLD_SIZE_CLASS_ABOVE))
		return;
	f->saved_bytes = s->at_peak_waste;
	f->remedy.bytes = size.usable - 16;
	finding_say(f, FINDING_SEEN, "%s of %s live at the peak are never used: "
		    "requests of %s bytes are granted %s",
		    amount_bytes(s->at_peak_waste).text,
		    amount_bytes(granted).text,
		    amount_count((double)size.requested_max).text,
		    amount_count((double)size.usable).text);
	finding_say(f, FINDING_DO, "trim the object to %s bytes (smaller "
		    "fields, another order of them), or use what is granted "
		    "(%s)", amount_count((double)f->remedy.bytes).text,
		    amount_count((double)size.usable).text);
	finding_say(f, FINDING_PRICE, "none");
	finding_say(f, FINDING_CHECK, "that the size is yours to choose");
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
