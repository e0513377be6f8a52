/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/judge.h"

#include <math.h>

#define Z 1.959963984540054 /* 97.5% of a normal distribution are below */

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
	return judge_at_least(j, gate, judge_wilson_low(part, whole),
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

double judge_wilson_low(double part, double whole)
{
	double p, spread;

	if (!(whole > 0))
		return 0;
	p = fmin(fmax(part / whole, 0), 1);
	spread = Z * sqrt(p * (1 - p) / whole + Z * Z / (4 * whole * whole));
	return fmax(0, (p + Z * Z / (2 * whole) - spread) /
			       (1 + Z * Z / whole));
}

double judge_effective(const struct judgement *j)
{
	const struct census_row *sum = &j->signals->site->sum;

	return sum->weight_squares > 0 ?
		       sum->calls * sum->calls / sum->weight_squares : 0;
}
