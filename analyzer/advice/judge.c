/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/judge.h"

#include "analyzer/advice/proportion.h"

double judge_threshold(const struct judgement *j, enum threshold threshold)
{
	return j->thresholds->values[threshold];
}

static bool fail(struct judgement *j, enum verdict_kind kind, const char *gate,
		 double value, double limit)
{
	j->verdict.kind = kind;
	j->verdict.gate = gate;
	j->verdict.value = value;
	j->verdict.limit = limit;
	return false;
}

bool judge_at_least(struct judgement *j, const char *gate, double value,
		    enum threshold threshold)
{
	double limit = judge_threshold(j, threshold);

	j->verdict.threshold = threshold;
	return value >= limit || fail(j, VERDICT_LOW, gate, value, limit);
}

bool judge_at_most(struct judgement *j, const char *gate, double value,
		   enum threshold threshold)
{
	double limit = judge_threshold(j, threshold);

	j->verdict.threshold = threshold;
	return value <= limit || fail(j, VERDICT_HIGH, gate, value, limit);
}

bool judge_share(struct judgement *j, const char *gate, double part,
		 double whole, enum threshold threshold)
{
	return judge_at_least(j, gate, proportion_low(part, whole),
			      threshold);
}

bool judge_that(struct judgement *j, bool holds, const char *gate)
{
	return holds || fail(j, VERDICT_VETO, gate, 0, 0);
}

void judge_fire(struct judgement *j)
{
	j->verdict.kind = VERDICT_FIRED;
}

double judge_effective(const struct judgement *j)
{
	const struct census_row *sum = advice_site_sum(j->signals->site);

	return sum->weight_squares > 0 ?
		       sum->calls * sum->calls / sum->weight_squares : 0;
}
