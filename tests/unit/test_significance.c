/* SPDX-License-Identifier: MIT */
/*
 * How often a sampled figure that did not change is called changed, and how
 * often a change is found. Programs of up to 100 sites, of few samples and of
 * many, of one size and of mixtures, each sampled twice: allocation by
 * allocation, with its own p. LONG=1 has ten times the runs; SEED picks others.
 */
#include "analyzer/diff/holm.h"
#include "analyzer/diff/significance.h"
#include "analyzer/estimate.h"
#include "preload/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define T 524288.0
#define CLASSES 12 /* sizes of a site */
#define SITES_MAX 100
#define SIZE_LARGEST (8u << 20)

enum mix {
	MIX_ONE,	 /* one size, 16 bytes to 64 KiB */
	MIX_SMALL,	 /* 16 to 256 bytes */
	MIX_LOG,	 /* log-uniform, 1 to 8 MiB */
	MIX_SMALL_LARGE, /* 90% 0-256 bytes, 10% log-uniform to 8 MiB */
	MIX_TWO,	 /* half below 1 KiB, half to 8 MiB */
	MIX_LARGE,	 /* one size, T / 4 to 8 T: nearly certain */
	MIX_HUGE,	 /* one size, 4 T to 8 T */
	MIXES
};

static const char *const mix_names[] = {
	"one size", "16-256 B", "log", "small+large", "two", "large", "huge",
};

struct site {
	uint64_t size[CLASSES];
	double calls[CLASSES];
};

/* What one side has of a site. */
struct side {
	struct sampled_value count, bytes;
};

static double uniform(struct random_state *r)
{
	return ((double)(random_next(r) >> 11) + 0.5) * 0x1p-53;
}

static double log_uniform(struct random_state *r, double low, double high)
{
	return low * exp(uniform(r) * log(high / low));
}

static double draw_size(struct random_state *r, enum mix mix)
{
	switch (mix) {
	case MIX_SMALL:
		return 16 + uniform(r) * 241;
	case MIX_LOG:
		return log_uniform(r, 1, SIZE_LARGEST);
	case MIX_SMALL_LARGE:
		return uniform(r) < 0.9 ? uniform(r) * 257 :
					  log_uniform(r, 256, SIZE_LARGEST);
	case MIX_TWO:
		return uniform(r) * (uniform(r) < 0.5 ? 1024 : SIZE_LARGEST);
	case MIX_LARGE:
		return log_uniform(r, T / 4, 8 * T);
	case MIX_HUGE:
		return log_uniform(r, 4 * T, 8 * T);
	case MIX_ONE:
	default:
		return log_uniform(r, 16, 65536);
	}
}

static double chance(uint64_t size, double interval)
{
	return -expm1(-fmax((double)size, 1) / interval);
}

/* So many calls of each size that `samples` are expected at T. */
static struct site draw_site(struct random_state *r, enum mix mix,
			     double samples)
{
	bool one = mix == MIX_ONE || mix >= MIX_LARGE;
	struct site site = { 0 };
	double p = 0;

	for (int i = 0; i < (one ? 1 : CLASSES); i++) {
		site.size[i] = (uint64_t)draw_size(r, mix);
		p += chance(site.size[i], T);
	}
	for (int i = 0; i < (one ? 1 : CLASSES); i++)
		site.calls[i] = fmax(1, round(samples / p));
	return site;
}

/* How many of them are sampled: the gaps between them are geometric. */
static void sample_class(struct random_state *r, struct estimate_sum *sum,
			 const struct estimate_weight *w, double calls)
{
	double miss = log1p(-1 / w->count), at = -1;

	for (;;) {
		at += miss < 0 ? 1 + floor(log(uniform(r)) / miss) : 1;
		if (!(at < calls))
			return;
		estimate_add(sum, w);
	}
}

static struct sampled_value value_of(const struct estimate_sum *s, bool bytes,
				     double interval)
{
	double variance = bytes ? s->bytes_variance : s->count_variance;
	double spread = bytes ? s->bytes_spread : s->count_spread;

	return (struct sampled_value){
		bytes ? s->weighted_bytes : s->count, variance,
		spread > 0 ? variance * variance / spread : 0,
		(double)s->samples, interval
	};
}

/* Its calls times `more`, as a dump sampled at `interval` has them. */
static struct side sample(struct random_state *r, const struct site *site,
			  double more, double interval)
{
	struct estimate_sum s = { 0 };

	for (int i = 0; i < CLASSES && site->calls[i] > 0; i++) {
		struct estimate_weight w =
			estimate_weigh(site->size[i], interval);

		sample_class(r, &s, &w, round(site->calls[i] * more));
	}
	return (struct side){ value_of(&s, false, interval),
			      value_of(&s, true, interval) };
}

static struct side exactly(const struct site *site, double interval)
{
	struct exact_sizes sizes = { .least = INFINITY };

	for (int i = 0; i < CLASSES && site->calls[i] > 0; i++) {
		double size = (double)site->size[i];

		sizes.count += site->calls[i];
		sizes.bytes += site->calls[i] * size;
		sizes.least = fmin(sizes.least, size);
		sizes.largest = fmax(sizes.largest, size);
	}
	return (struct side){ sampled_value_exact_count(&sizes, interval),
			      sampled_value_exact_bytes(&sizes, interval) };
}

/* P(|D| >= d), D the difference of two Poisson numbers of mean n / 2. */
static double skellam(double n, int d)
{
	double sum = 0;

	for (int a = 0; a < 400; a++)
		for (int b = 0; b + d <= a; b++)
			sum += exp((a + b) * log(n / 2) - n - lgamma(a + 1) -
				   lgamma(b + 1));
	return 2 * sum;
}

static struct sampled_value light(double samples)
{
	return (struct sampled_value){ 1000 * samples, 1e6 * samples, samples,
				       samples, T };
}

static void test_tail(void **state)
{
	static const double means[] = { 0.001, 0.1, 1, 4, 20, 100 };

	(void)state;
	for (size_t i = 0; i < 6; i++)
		for (int d = 1; d < 60; d++) {
			double truth = skellam(means[i], d);
			/* known for certain, apart from d blocks */
			struct sampled_value a = { 5000, means[i] / 2,
						   means[i] / 2, 5000, T };
			struct sampled_value b = a;
			double p;

			b.value += d;
			p = significance_p(&a, &b);
			assert_true(p == significance_p(&b, &a));
			if (truth < 0.05 && truth > 1e-200)
				assert_true(p > truth && p < 2.2 * truth);
			if (means[i] == 100 && truth < 0.05 && truth > 1e-4)
				assert_true(p < 1.4 * truth);
		}
}

/* A coin: never less than the truth, and not much more. */
static void test_coin(void **state)
{
	(void)state;
	for (int n = 1; n <= 200; n++)
		for (int now = n / 2 + 1; now <= n; now++) {
			struct sampled_value a = light(n - now), b = light(now);
			double truth = 0, p = significance_p(&a, &b);

			for (int k = now; k <= n; k++)
				truth += 2 * exp(lgamma(n + 1) - lgamma(k + 1) -
						 lgamma(n - k + 1) - n * M_LN2);
			assert_true(p >= truth || truth > 0.05);
			if (n >= 100 && truth > 1e-3)
				assert_true(p <= 1.3 * truth);
			assert_true(significance_least_p(&a, &b) <= p);
		}
}

static void test_edges(void **state)
{
	struct sampled_value a = light(100), b = light(160), margin = a;
	struct sampled_value none = { .interval_bytes = T };
	struct sampled_value sure = { 7, 0, 0, 7, T }, exact = { .value = 7 };
	struct sampled_value more = { .value = 8 };

	(void)state;
	assert_true(significance_p(&a, &a) == 1 && significance_z(&a, &a) == 0);
	assert_true(fabs(significance_z(&a, &b) - 60 / sqrt(260)) < 1e-9);
	assert_true(fabs(significance_margin(&a, &b) - 1960 * sqrt(260)) <
		    0.05 * 1960 * sqrt(260));
	margin.value += significance_margin(&a, &a);
	assert_true(fabs(significance_p(&a, &margin) - 0.05) < 1e-9);
	/* nothing on either side; all for certain */
	assert_true(significance_p(&none, &none) == 1);
	assert_true(significance_p(&none, &sure) == 0);
	assert_true(significance_margin(&none, &sure) == 0);
	assert_true(significance_p(&exact, &exact) == 1);
	assert_true(significance_p(&exact, &more) == 0);
	/* the sample's variance is not known: it may have missed anything */
	assert_true(isnan(significance_p(&more, &sure)));
	assert_true(significance_p(&exact, &sure) == 1);
	assert_true(isnan(significance_p(&more, &none)));
	none.interval_bytes = 16 * T;
	assert_true(isnan(significance_p(&sure, &none)));
}

/* A side of which nothing, or little, was sampled has a variance all the same:
 * the other tells which. */
static void test_expected(void **state)
{
	struct sampled_value a = light(20), none = { .interval_bytes = 16 * T };
	struct exact_sizes sizes = { 1000, 64000, 64, 64 };
	struct exact_sizes mixed = { 1000, 64000, 16, 10000 };
	struct sampled_value exact = sampled_value_exact_count(&sizes, T);
	struct sampled_value wide = sampled_value_exact_count(&mixed, T);
	double p = -expm1(-64 / T);

	(void)state;
	assert_true(fabs(significance_z(&none, &a) - 20 / sqrt(20 * 17)) <
		    1e-9);
	assert_true(significance_p(&none, &a) > 0.2);
	assert_true(fabs(exact.variance / (1000 * (1 - p) / p) - 1) < 1e-9);
	assert_true(fabs(exact.effective / (1000 * (1 - p) * p) - 1) < 1e-9);
	assert_true(wide.variance > 3 * exact.variance);
	/* the larger of the two */
	a.variance = 100 * exact.variance;
	a.value = 1000 + 3 * sqrt(a.variance);
	assert_true(fabs(significance_z(&exact, &a) - 3) < 1e-9);
	a.variance = exact.variance / 100;
	a.value = 1000 + 3 * sqrt(exact.variance);
	assert_true(fabs(significance_z(&exact, &a) - 3) < 1e-9);
}

static int scaled(int runs)
{
	return getenv("LONG") ? 10 * runs : runs;
}

static void seed(struct random_state *r, uint64_t stream)
{
	const char *text = getenv("SEED");

	random_seed(r, text ? strtoull(text, NULL, 0) : 1, stream);
}

/* In how many of the runs p was at most 0.05, 0.01, 0.001, 0.0001. */
struct levels {
	double runs;
	double at[4];
};

static void note(struct levels *levels, double p)
{
	double level = 0.05;

	levels->runs++;
	for (int i = 0; i < 4; i++, level = i == 1 ? 0.01 : level / 10)
		levels->at[i] += p <= level;
}

/* By the normal law, for comparison. */
static double wald(const struct sampled_value *a, const struct sampled_value *b)
{
	double v = a->variance + b->variance, z = b->value - a->value;

	return z == 0 ? 1 : erfc(fabs(z) / sqrt(v) / M_SQRT2);
}

static void print_levels(const char *name, double samples,
			 const struct levels *l)
{
	print_message("  %-12s %5.0f %10.4f %8.4f %8.5f %9.6f\n", name, samples,
		      l->at[0] / l->runs, l->at[1] / l->runs,
		      l->at[2] / l->runs, l->at[3] / l->runs);
}

/* No more than the level (times what is allowed) and what the number of runs
 * leaves open. */
static void check_levels(const struct levels *l, double times)
{
	static const double level[] = { 0.05, 0.01, 0.001, 0.0001 };

	for (int i = 0; i < 4; i++) {
		double mean = times * level[i] * l->runs;

		assert_true(l->at[i] <= 1.15 * mean + 4 * sqrt(mean) + 1);
	}
}

/* One site, nothing changed. */
static void test_level_of_one(void **state)
{
	static const double samples[] = { 1, 3, 10, 30, 100, 300 };
	struct random_state r;

	(void)state;
	seed(&r, 1);
	print_message("  sizes      samples   p<=0.05     0.01    0.001    "
		      "0.0001\n");
	for (int mix = 0; mix < MIXES; mix++)
		for (size_t i = 0; i < 6; i++) {
			struct levels ours = { 0 }, normal = { 0 };

			for (int run = 0; run < scaled(4000); run++) {
				struct site site =
					draw_site(&r, mix, samples[i]);
				struct side a = sample(&r, &site, 1, T);
				struct side b = sample(&r, &site, 1, T);

				note(&ours, significance_p(&a.count, &b.count));
				note(&ours, significance_p(&a.bytes, &b.bytes));
				note(&normal, wald(&a.count, &b.count));
				note(&normal, wald(&a.bytes, &b.bytes));
			}
			print_levels(mix_names[mix], samples[i], &ours);
			print_levels("  normal", samples[i], &normal);
			check_levels(&ours, 1);
		}
}

/* The one side exact, or sampled at another T: at a sixteenth, a p of 0.001 or
 * less is up to four times as frequent as it says. */
static void test_level_of_unequal(void **state)
{
	static const double now[] = { T / 16, T / 4, 2 * T, T };
	struct random_state r;

	(void)state;
	seed(&r, 2);
	for (int mix = 0; mix < MIXES; mix++)
		for (int i = 0; i < 4; i++) {
			struct levels counts = { 0 }, bytes = { 0 };

			for (int run = 0; run < scaled(4000); run++) {
				double n = log_uniform(&r, 1, 300);
				struct site site = draw_site(&r, mix, n);
				struct side b = sample(&r, &site, 1, now[i]);
				struct side a = i == 3 ?
					exactly(&site, T) :
					sample(&r, &site, 1, T);
				bool back = run % 2;

				note(&counts, back ? significance_p(&b.count,
								    &a.count) :
						     significance_p(&a.count,
								    &b.count));
				note(&bytes, back ? significance_p(&b.bytes,
								   &a.bytes) :
						    significance_p(&a.bytes,
								   &b.bytes));
			}
			print_message("T %.0fK against %.0fK%s\n",
				      now[i] / 1024, T / 1024,
				      i == 3 ? ", exact" : "");
			print_levels(mix_names[mix], 0, &counts);
			print_levels(" bytes", 0, &bytes);
			check_levels(&counts, i ? 1 : 4);
			check_levels(&bytes, i ? 1 : 4);
		}
}

/* A program: its sites, and what is found in a pair of its dumps. */
struct program {
	struct site sites[SITES_MAX];
	size_t count;
};

static struct program draw_program(struct random_state *r, size_t count)
{
	struct program program = { .count = count };

	for (size_t i = 0; i < count; i++)
		program.sites[i] = draw_site(r, random_below(r, MIXES),
					     log_uniform(r, 0.3, 1000));
	return program;
}

struct found {
	bool first, others; /* significant: the first site; any of the others */
};

/* One pair; the first site has `more` times the calls in the second dump. */
static void compare_pair(struct random_state *r, const struct program *program,
			 double more, struct found found[2])
{
	double p[2][SITES_MAX], least[2][SITES_MAX];

	for (size_t i = 0; i < program->count; i++) {
		const struct site *site = &program->sites[i];
		struct side a = sample(r, site, 1, T);
		struct side b = sample(r, site, i == 0 ? more : 1, T);

		p[0][i] = significance_p(&a.count, &b.count);
		p[1][i] = significance_p(&a.bytes, &b.bytes);
		least[0][i] = significance_least_p(&a.count, &b.count);
		least[1][i] = significance_least_p(&a.bytes, &b.bytes);
		assert_true(least[0][i] <= p[0][i] && least[1][i] <= p[1][i]);
	}
	for (int m = 0; m < 2; m++) {
		holm_leave_out(p[m], least[m], program->count,
			       SIGNIFICANCE_LEVEL);
		holm_adjust(p[m], program->count, 0);
		found[m] = (struct found){ 0 };
		found[m].first = p[m][0] <= SIGNIFICANCE_LEVEL;
		for (size_t i = 1; i < program->count; i++)
			found[m].others |= p[m][i] <= SIGNIFICANCE_LEVEL;
	}
}

/* Pairs without a change in which any site is significant: of 500 at most 36,
 * which 5% exceed once in a hundred. */
static void test_level_of_families(void **state)
{
	int pairs = scaled(500);
	double most = 0.05 * pairs + 2.3 * sqrt(0.05 * 0.95 * pairs);
	struct random_state r;

	(void)state;
	for (size_t sites = 1; sites <= SITES_MAX; sites *= 10) {
		int wrong[2] = { 0 };

		seed(&r, 10 + sites);
		for (int pair = 0; pair < pairs; pair++) {
			struct program program = draw_program(&r, sites);
			struct found found[2];

			compare_pair(&r, &program, 1, found);
			for (int m = 0; m < 2; m++)
				wrong[m] += found[m].first || found[m].others;
		}
		print_message("%zu sites, %d pairs: %d with a significant "
			      "site by calls, %d by bytes; at most %.0f\n",
			      sites, pairs, wrong[0], wrong[1], most);
		assert_true(wrong[0] <= most && wrong[1] <= most);
	}
}

/* One of a hundred sites has half as much again, at 300 samples. */
static void test_power(void **state)
{
	int pairs = scaled(500);
	struct random_state r;

	(void)state;
	for (int mix = 0; mix < MIXES; mix++) {
		int hits[2] = { 0 }, others = 0;

		seed(&r, 200 + (uint64_t)mix);
		for (int pair = 0; pair < pairs; pair++) {
			struct program program = draw_program(&r, SITES_MAX);
			struct found found[2];

			program.sites[0] = draw_site(&r, mix, 300);
			compare_pair(&r, &program, 1.5, found);
			for (int m = 0; m < 2; m++)
				hits[m] += found[m].first;
			others += found[0].others;
		}
		print_message("%-12s +50%%: found in %.1f%% by calls, %.1f%% "
			      "by bytes; another site in %.1f%%\n",
			      mix_names[mix], 100.0 * hits[0] / pairs,
			      100.0 * hits[1] / pairs, 100.0 * others / pairs);
		if (mix == MIX_ONE || mix >= MIX_LARGE)
			assert_true(hits[0] >= 0.95 * pairs);
		assert_true(hits[1] >= 0.95 * pairs);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tail),
		cmocka_unit_test(test_coin),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_expected),
		cmocka_unit_test(test_level_of_one),
		cmocka_unit_test(test_level_of_unequal),
		cmocka_unit_test(test_level_of_families),
		cmocka_unit_test(test_power),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
