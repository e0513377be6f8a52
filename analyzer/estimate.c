/* SPDX-License-Identifier: MIT */
#include "analyzer/estimate.h"

#include <math.h>
#include <string.h>

#define NORMAL_975 1.959963984540054 /* 97.5% point of the normal law */
#define LOG_20 2.995732273553991 /* exp(-LOG_20) is 5% */
#define UNSEEN 22 /* a fit, see the header */

/* Of one figure: its unbiased estimates, see the header. */
struct moments {
	double value;
	double variance;
	double third;
	double joint;
	double fourth;
	double spread;
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
	double miss = 1 - p;
	double v = w * w * miss;
	double cube = x * x * x;

	return (struct estimate_weight){
		.size = size,
		.count = w,
		.count_variance = v,
		.count_third = v * w * (1 - 2 * p),
		.count_joint = v * w * miss,
		.count_fourth = v * v * miss,
		.count_spread = v * w * w,
		.bytes = x * w,
		.bytes_variance = x * x * v,
		.bytes_third = cube * v * w * (1 - 2 * p),
		.bytes_joint = cube * v * w * miss,
		.bytes_fourth = x * cube * v * v * miss,
		.bytes_spread = x * cube * v * w * w,
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
	sum->count_fourth += w->count_fourth;
	sum->count_spread += w->count_spread;
	sum->weighted_bytes += w->bytes;
	sum->bytes_variance += w->bytes_variance;
	sum->bytes_third += w->bytes_third;
	sum->bytes_joint += w->bytes_joint;
	sum->bytes_fourth += w->bytes_fourth;
	sum->bytes_spread += w->bytes_spread;
}

void estimate_merge(struct estimate_sum *sum, const struct estimate_sum *other)
{
	sum->samples += other->samples;
	sum->bytes += other->bytes;
	sum->count += other->count;
	sum->count_variance += other->count_variance;
	sum->count_third += other->count_third;
	sum->count_joint += other->count_joint;
	sum->count_fourth += other->count_fourth;
	sum->count_spread += other->count_spread;
	sum->weighted_bytes += other->weighted_bytes;
	sum->bytes_variance += other->bytes_variance;
	sum->bytes_third += other->bytes_third;
	sum->bytes_joint += other->bytes_joint;
	sum->bytes_fourth += other->bytes_fourth;
	sum->bytes_spread += other->bytes_spread;
}

static void take(double *sum, double term)
{
	*sum = floored(*sum - term, 0);
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
	sum->count_third -= w->count_third;
	sum->bytes_third -= w->bytes_third;
	take(&sum->count, w->count);
	take(&sum->count_variance, w->count_variance);
	take(&sum->count_joint, w->count_joint);
	take(&sum->count_fourth, w->count_fourth);
	take(&sum->count_spread, w->count_spread);
	take(&sum->weighted_bytes, w->bytes);
	take(&sum->bytes_variance, w->bytes_variance);
	take(&sum->bytes_joint, w->bytes_joint);
	take(&sum->bytes_fourth, w->bytes_fourth);
	take(&sum->bytes_spread, w->bytes_spread);
}

/* The moments in units of the standard error. B and fourth / s^4 are within 0
 * .. 1 but for rounding, after large weights were taken back; A is below -1
 * for a handful of samples with p near 1, where nothing can be learnt. */
struct shape {
	double skew;  /* A */
	double joint; /* B */
	double loose; /* R */
	double unseen;
};

static double clamp(double x, double low, double high)
{
	return x < low ? low : x > high ? high : x;
}

static struct shape shape_of(const struct moments *m)
{
	double error = sqrt(m->variance);
	double cube = m->variance * error;
	double square = m->variance * m->variance;
	double joint = clamp(m->joint / cube, 0, 1);
	double fourth = clamp(m->fourth / square, joint * joint, 1);
	double heavy = joint > 0 ? clamp(fourth / joint, 0, 1) : 0;

	return (struct shape){
		.skew = clamp(m->third / cube, -1, 1),
		.joint = joint,
		.loose = fourth - joint * joint,
		.unseen = UNSEEN * heavy * clamp(heavy - joint, 0, 1),
	};
}

/* How many standard errors a limit lies from the value; z is that of the
 * normal law. */
static double quantile(const struct shape *s, double z)
{
	/* Student's by its first term (Abramowitz and Stegun, 26.7.5). */
	double student = z + z * (z * z + 1) * s->loose / 4;
	double shifted = student + s->skew / 6;
	double shrink = 1 - (3 * s->joint - s->skew) / 12 * shifted;

	return shifted / (shrink * shrink);
}

/* Rounding may leave a little too much, after large weights were taken back. */
static double effective(const struct moments *m, uint64_t samples)
{
	if (!(m->spread > 0))
		return 0;
	return clamp(m->variance * m->variance / m->spread, 0, (double)samples);
}

/* `least`: what was seen with certainty. */
static struct estimate interval(const struct moments *m, uint64_t samples,
				double least)
{
	struct estimate e = {
		.value = m->value,
		.low = m->value,
		.high = m->value,
		.effective = effective(m, samples),
		.samples = samples,
		.variance = floored(m->variance, 0),
	};
	double error = sqrt(m->variance);

	if (m->variance > 0) {
		struct shape s = shape_of(m);

		e.low += error * quantile(&s, -NORMAL_975);
		e.high += error * (quantile(&s, NORMAL_975) + s.unseen);
	}
	e.low = floored(e.low, least);
	e.value = floored(e.value, least);
	e.high = floored(e.high, e.value);
	return e;
}

struct estimate estimate_count(const struct estimate_sum *sum)
{
	struct moments m = { sum->count,	sum->count_variance,
			     sum->count_third,	sum->count_joint,
			     sum->count_fourth, sum->count_spread };

	if (sum->samples == 0)
		return (struct estimate){ .high = INFINITY };
	return interval(&m, sum->samples, (double)sum->samples);
}

struct estimate estimate_bytes(const struct estimate_sum *sum,
			       double interval_bytes)
{
	struct moments m = { sum->weighted_bytes, sum->bytes_variance,
			     sum->bytes_third,	  sum->bytes_joint,
			     sum->bytes_fourth,	  sum->bytes_spread };

	if (sum->samples == 0)
		return (struct estimate){ .high = LOG_20 * interval_bytes };
	return interval(&m, sum->samples, (double)sum->bytes);
}

struct estimate estimate_exact(uint64_t value)
{
	double x = (double)value;

	return (struct estimate){ x, x, x, x, value, true, 0 };
}

void estimate_values_add(struct estimate_values *values,
			 const struct estimate_weight *w, double y)
{
	values->value += w->count * y;
	values->cross += w->count_variance * y;
	values->square += w->count_variance * y * y;
}

void estimate_values_subtract(struct estimate_values *values,
			      const struct estimate_weight *w, double y,
			      const struct estimate_sum *rest)
{
	if (rest->samples == 0) {
		*values = (struct estimate_values){ 0 };
		return;
	}
	take(&values->value, w->count * y);
	take(&values->cross, w->count_variance * y);
	take(&values->square, w->count_variance * y * y);
}

/*
 * The effective number of the terms of a mean's variance, (sum of w^2)^2 / sum
 * of w^4, with w = 1 / p: w^2 = w^2 q + w, and w^4 = w^4 q + w^3 q + w^2; the
 * sum of w^3 q is not kept but bounded by those of w^2 q and w^4 q, and is
 * that bound for equal weights.
 */
static double effective_terms(const struct estimate_sum *sum)
{
	double squares = sum->count_variance + sum->count;
	double fourth = sum->count_spread + squares +
			sqrt(sum->count_variance * sum->count_spread);

	return squares * squares / fourth;
}

struct estimate estimate_mean(const struct estimate_values *values,
			      const struct estimate_sum *sum)
{
	double mean = values->value / sum->count;
	double n = effective_terms(sum);
	struct estimate e = { mean, mean, mean, n, sum->samples, false, 0 };
	double squares, margin;

	if (sum->samples == 0)
		return (struct estimate){ NAN, NAN, NAN, 0, 0, false, 0 };
	if (!(sum->count_variance > 0))
		return e; /* all were seen */
	if (n < 1 + 1e-6) {
		e.low = 0;
		e.high = INFINITY;
		return e;
	}
	squares = floored(values->square - 2 * mean * values->cross +
			  mean * mean * sum->count_variance, 0);
	margin = sqrt(squares * n / (n - 1)) / sum->count *
		 quantile(&(struct shape){ .loose = 1 / (n - 1) }, NORMAL_975);
	e.low = floored(mean - margin, 0);
	e.high = mean + margin;
	e.variance = squares * n / (n - 1) / (sum->count * sum->count);
	return e;
}
