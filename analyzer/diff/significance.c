/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/significance.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#define LEVEL 0.05
#define INTERVALS_FAR 8 /* times as large a T: see significance_p() */

/* Both sides under the hypothesis that they are samples of one thing. */
struct pooled {
	double variance;
	double effective;
};

/* Of an exact dump: blocks of one size, and what one adds to the figure. */
struct block {
	double count, size, each;
};

static struct sampled_value expect(double value, const struct block blocks[2],
				   double interval_bytes)
{
	struct sampled_value v = { .value = value };
	double spread = 0;

	for (int i = 0; i < 2; i++) {
		const struct block *b = &blocks[i];
		double p = -expm1(-fmax(b->size, 1) / interval_bytes);
		double w = b->each / p;
		double term = b->count * p * (1 - p) * w * w;

		v.samples += b->count * p;
		v.variance += term;
		spread += term * w * w;
	}
	if (spread > 0)
		v.effective = v.variance * v.variance / spread;
	return v;
}

struct sampled_value sampled_value_exact_count(const struct exact_sizes *sizes,
					       double interval_bytes)
{
	double range = sizes->largest - sizes->least, largest = 0;
	struct block blocks[2];

	/* numbers of both that have this sum */
	if (range > 0)
		largest = (sizes->bytes - sizes->count * sizes->least) / range;
	largest = fmin(fmax(largest, 0), sizes->count);
	blocks[0] = (struct block){ sizes->count - largest, sizes->least, 1 };
	blocks[1] = (struct block){ largest, sizes->largest, 1 };
	return expect(sizes->count, blocks, interval_bytes);
}

struct sampled_value sampled_value_exact_bytes(const struct exact_sizes *sizes,
					       double interval_bytes)
{
	double mean = sizes->count > 0 ? sizes->bytes / sizes->count : 0;
	struct block blocks[2] = { { sizes->count, mean, mean } };

	return expect(sizes->bytes, blocks, interval_bytes);
}

static bool is_exact(const struct sampled_value *v)
{
	return !(v->interval_bytes > 0);
}

/* The sum of x^4 q / p^4, struct estimate_sum's spread. */
static double spread_of(const struct sampled_value *v)
{
	return v->effective > 0 ? v->variance * v->variance / v->effective : 0;
}

/*
 * `coarse` has the larger T. Of blocks of one size, y T bytes, q = exp(-y) is
 * what part of the samples is effective; per block the variance goes with
 * q / p, the spread with q / p^3. Of several sizes the effective part is smaller, and
 * what comes out larger.
 */
static struct pooled pool_samples(const struct sampled_value *fine,
				  const struct sampled_value *coarse)
{
	double ratio = fine->interval_bytes / coarse->interval_bytes;
	double variance = coarse->variance, spread = spread_of(coarse);

	if (ratio < 1 && fine->effective > 0) {
		double y = -log(fmin(fine->effective / fine->samples, 1));
		double chances = y > 0 ? expm1(-y) / expm1(-ratio * y) :
					 1 / ratio;
		double more = y > 0 ? expm1(y) / expm1(ratio * y) : 1 / ratio;

		variance = fmax(variance, fine->variance * more);
		spread = fmax(spread,
			      spread_of(fine) * more * chances * chances);
	}
	variance += fine->variance;
	spread += spread_of(fine);
	return (struct pooled){ variance,
				spread > 0 ? variance * variance / spread : 0 };
}

static struct pooled pool_with_exact(const struct sampled_value *exact,
				     const struct sampled_value *sample)
{
	if (exact->variance >= sample->variance)
		return (struct pooled){ exact->variance, exact->effective };
	return (struct pooled){ sample->variance, sample->effective };
}

static struct pooled pool(const struct sampled_value *old,
			  const struct sampled_value *now)
{
	if (is_exact(old) && is_exact(now))
		return (struct pooled){ 0 };
	if (is_exact(old))
		return pool_with_exact(old, now);
	if (is_exact(now))
		return pool_with_exact(now, old);
	if (old->interval_bytes < now->interval_bytes)
		return pool_samples(old, now);
	return pool_samples(now, old);
}

static double errors(double change, const struct pooled *h)
{
	if (change == 0)
		return 0;
	if (!(h->variance > 0))
		return copysign(INFINITY, change);
	return change / sqrt(h->variance);
}

double significance_z(const struct sampled_value *old,
		      const struct sampled_value *now)
{
	struct pooled h = pool(old, now);

	return errors(now->value - old->value, &h);
}

/*
 * P(|D| >= d), D the difference of two Poisson numbers of mean n / 2 each and d
 * = |z| sqrt(n): with K(s) = n (cosh s - 1), d = K'(s), r^2 = 2 (s d - K(s))
 * and l = (1 - exp(-2 s)) / 2 sqrt(K''(s)), 2 (1 - Phi(r) + phi(r) (1/l -
 * 1/r)). The 2 is the step of D where the number of samples is known (of n that
 * fall on either side it is even, or odd); for a Poisson number it is 1, and p
 * is larger than it has to be, by up to twice where it is small anyway.
 */
static double tail(double z, double n)
{
	double steep = fabs(z) / sqrt(n), s = asinh(steep);
	double d = fabs(z) * sqrt(n), half = sinh(s / 2);
	double r = sqrt(2 * (s * d - 2 * n * half * half));
	double l = -expm1(-2 * s) / 2 * sqrt(n * cosh(s));
	double p;

	if (fabs(z) < 1e-3) /* 1 / l - 1 / r is lost in rounding; p is 1 */
		return 1;
	if (!(n > 0) || !isfinite(r) || r > 38) /* exp(-38^2 / 2) is 1e-314 */
		return 0;
	p = erfc(r / M_SQRT2) +
	    2 * exp(-r * r / 2) / sqrt(2 * M_PI) * (1 / l - 1 / r);
	return fmin(fmax(p, 0), 1);
}

/* Is there a side of whose variance nothing can be said? */
static bool is_unknown(const struct sampled_value *old,
		       const struct sampled_value *now)
{
	double far = old->interval_bytes / now->interval_bytes;

	if (is_exact(old) || is_exact(now))
		return is_exact(old) != is_exact(now);
	return far > INTERVALS_FAR || far < 1.0 / INTERVALS_FAR;
}

double significance_p(const struct sampled_value *old,
		      const struct sampled_value *now)
{
	struct pooled h = pool(old, now);
	double z = errors(now->value - old->value, &h);

	if (z != 0 && !(h.variance > 0) && is_unknown(old, now))
		return NAN;
	return tail(z, h.effective);
}

double significance_least_p(const struct sampled_value *old,
			    const struct sampled_value *now)
{
	struct pooled h = pool(old, now);

	if (is_exact(old) || is_exact(now))
		return 0;
	return tail(errors(old->value + now->value, &h), h.effective);
}

double significance_margin(const struct sampled_value *old,
			   const struct sampled_value *now)
{
	struct pooled h = pool(old, now);
	double low = 0, high = 1 / sqrt(LEVEL); /* by Chebyshev */

	if (!(h.variance > 0))
		return 0;
	for (int i = 0; i < 60; i++) {
		double middle = (low + high) / 2;

		if (tail(middle, h.effective) > LEVEL)
			low = middle;
		else
			high = middle;
	}
	return high * sqrt(h.variance);
}
