/* SPDX-License-Identifier: MIT */
#include "analyzer/estimate.h"

#include <math.h>
#include <string.h>

#define NORMAL_975 1.959963984540054 /* 97.5% point of the normal law */

/* Of one figure: its unbiased estimates, see the header. */
struct moments {
	double value;
	double variance;
	double third;
	double joint;
};

static double floored(double x, double least)
{
	return x > least ? x : least;
}

struct estimate_weight estimate_weigh(uint64_t size, double interval_bytes)
{
	double x = (double)size;
	double p = -expm1(-floored(x, 1) / interval_bytes);
	double w = 1 / p;
	double v = w * w * (1 - p);

	return (struct estimate_weight){
		.size = size,
		.count = w,
		.count_variance = v,
		.count_third = v * w * (1 - 2 * p),
		.count_joint = v * w * (1 - p),
		.bytes = x * w,
		.bytes_variance = x * x * v,
		.bytes_third = x * x * x * v * w * (1 - 2 * p),
		.bytes_joint = x * x * x * v * w * (1 - p),
	};
}

void estimate_add(struct estimate_sum *sum, const struct estimate_weight *w)
{
	sum->samples++;
	sum->bytes += w->size;
	sum->count += w->count;
	sum->count_variance += w->count_variance;
	sum->count_third += w->count_third;
	sum->count_joint += w->count_joint;
	sum->weighted_bytes += w->bytes;
	sum->bytes_variance += w->bytes_variance;
	sum->bytes_third += w->bytes_third;
	sum->bytes_joint += w->bytes_joint;
}

void estimate_subtract(struct estimate_sum *sum,
		       const struct estimate_weight *w)
{
	if (sum->samples <= 1) {
		memset(sum, 0, sizeof(*sum));
		return;
	}
	sum->samples--;
	sum->bytes -= w->size;
	sum->count = floored(sum->count - w->count, 0);
	sum->count_variance = floored(
		sum->count_variance - w->count_variance, 0);
	sum->count_third -= w->count_third;
	sum->count_joint = floored(sum->count_joint - w->count_joint, 0);
	sum->weighted_bytes = floored(sum->weighted_bytes - w->bytes, 0);
	sum->bytes_variance = floored(
		sum->bytes_variance - w->bytes_variance, 0);
	sum->bytes_third -= w->bytes_third;
	sum->bytes_joint = floored(sum->bytes_joint - w->bytes_joint, 0);
}

/* How many standard errors a limit lies from the value; z is what an interval
 * without skewness would take. */
static double quantile(const struct moments *m, double z)
{
	double cube = m->variance * sqrt(m->variance);
	double skew = m->third / cube;
	double shifted = z + skew / 6;
	double shrink = 1 - (3 * m->joint / cube - skew) / 12 * shifted;

	return shifted / (shrink * shrink);
}

/* `least`: what was seen with certainty. */
static struct estimate interval(const struct moments *m, uint64_t samples,
				double least)
{
	struct estimate e = { m->value, m->value, m->value, samples, false };
	double error = sqrt(m->variance);

	if (error > 0) {
		e.low = m->value + error * quantile(m, -NORMAL_975);
		e.high = m->value + error * quantile(m, NORMAL_975);
	}
	e.low = floored(e.low, least);
	e.value = floored(e.value, least);
	e.high = floored(e.high, e.value);
	return e;
}

struct estimate estimate_count(const struct estimate_sum *sum)
{
	struct moments m = { sum->count, sum->count_variance, sum->count_third,
			     sum->count_joint };

	return interval(&m, sum->samples, (double)sum->samples);
}

struct estimate estimate_bytes(const struct estimate_sum *sum)
{
	struct moments m = { sum->weighted_bytes, sum->bytes_variance,
			     sum->bytes_third, sum->bytes_joint };

	return interval(&m, sum->samples, (double)sum->bytes);
}

struct estimate estimate_exact(uint64_t value)
{
	double x = (double)value;

	return (struct estimate){ x, x, x, value, true };
}
