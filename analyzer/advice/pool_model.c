/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/pool_model.h"

#include <math.h>

#define Z_95 1.959964

static struct tally sum_of(const struct report *report,
			   const struct site_choice *choice,
			   enum profile_blocks blocks)
{
	struct tally sum = { 0 };

	for (size_t i = 0; i < choice->count; i++)
		profile_tally(report->profile, choice->rows[i], blocks, &sum);
	return sum;
}

/* Adds blocks to a mean and its sum of squares (Chan, Golub and LeVeque, The
 * American Statistician 37:242, 1983). */
static void add(struct lifetime_sum *all, const struct lifetime_sum *more)
{
	double blocks = all->blocks + more->blocks;
	double apart = more->mean_ticks - all->mean_ticks;

	if (!(more->blocks > 0))
		return;
	all->squares += more->squares +
			apart * apart * all->blocks * more->blocks / blocks;
	all->mean_ticks += apart * more->blocks / blocks;
	all->blocks = blocks;
	all->samples += more->samples;
}

/* A mean of samples: normal, with the samples' own deviation. */
static struct estimate mean_lifetime(const struct report *report,
				     const struct site_choice *choice)
{
	double tick_ns = report->recording->model.ns_per_tick, error;
	struct estimate e = { .value = NAN, .low = 0, .high = INFINITY };
	struct lifetime_sum all = { 0 };

	for (size_t i = 0; i < choice->count; i++) {
		struct site_lifetimes site =
			profile_lifetimes(report->profile, choice->rows[i]);

		add(&all, &site.same);
		add(&all, &site.other);
	}
	if (all.samples == 0)
		return e;
	e.samples = all.samples;
	e.effective = (double)all.samples;
	e.value = all.mean_ticks * tick_ns;
	if (all.samples < 2)
		return e;
	error = Z_95 * sqrt(all.squares / all.blocks /
			    (double)(all.samples - 1)) * tick_ns;
	e.low = fmax(0, e.value - error);
	e.high = e.value + error;
	return e;
}

/* Of two that are independent: relative errors add by their squares. */
static struct estimate product(const struct estimate *a,
			       const struct estimate *b, double factor)
{
	double value = a->value * b->value * factor;
	double below = hypot(1 - a->low / a->value, 1 - b->low / b->value);
	double above = hypot(a->high / a->value - 1, b->high / b->value - 1);

	return (struct estimate){
		.value = value,
		.low = fmax(0, value * (1 - below)),
		.high = value * (1 + above),
		.effective = fmin(a->effective, b->effective),
		.samples = a->samples < b->samples ? a->samples : b->samples,
	};
}

static double hits(double peak, double calls)
{
	return calls > 0 ? fmin(1, fmax(0, 1 - peak / calls)) : 0;
}

void pool_model_init(struct pool_model *model, const struct report *report,
		     const struct site_choice *choice)
{
	double interval = profile_interval_bytes(report->profile);
	double run_s = report->profile->run_ns / 1e9;
	struct tally calls = sum_of(report, choice, PROFILE_ALLOCATED);
	struct tally peak = sum_of(report, choice, PROFILE_OWN_PEAK);

	model->calls = tally_count(&calls, interval);
	model->bytes = tally_bytes(&calls, interval);
	model->peak_blocks = tally_count(&peak, interval);
	model->peak_bytes = tally_bytes(&peak, interval);
	model->lifetime_ns = mean_lifetime(report, choice);
	model->rate_per_s = model->calls.value / run_s;
	model->rate_low = model->calls.low / run_s;
	model->rate_high = model->calls.high / run_s;
	model->mean_live = product(&model->calls, &model->lifetime_ns,
				   1 / report->profile->run_ns);
	/* The mean is the only lower bound of the peak: see the header. */
	if (model->mean_live.low < model->peak_blocks.low)
		model->peak_blocks.low = model->mean_live.low;
	model->bound = hits(model->peak_blocks.value, model->calls.value);
	model->bound_low = hits(model->peak_blocks.high, model->calls.low);
	model->bound_high = hits(model->peak_blocks.low, model->calls.high);
}
