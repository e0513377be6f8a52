/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/expense.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "analyzer/advice/allocator.h"
#include "analyzer/advice/machine_cost.h"
#include "analyzer/advice/process_time.h"
#include "analyzer/memory.h"

/* What a call takes that glibc's cache serves, in empty measurements: half of
 * 12 ns a pair where two clock reads take 10. */
#define LEAST_CALL 0.6

#define LONG_SHARE 0.01 /* of the calls, that are interrupted, at most */
/* Of the work, that a machine's other work may have slowed: taken for as slow as
 * the next. */
#define SLOWEST 0.02
/* Of the reallocs' work, whose mean theirs is no less than. */
#define MOST_OF 0.9
#define LOW 0.1	   /* the quantile that is the low end */
#define FEW 28	   /* of which none may be below it: 0.9^28 is 5% */
#define SURE 0.977 /* two standard deviations */
#define MANY 50	   /* from which on Poisson's distribution is a normal one */

#define PROBE_BYTES (8u << 20)
#define PROBE_TIMES 3

static double now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static double clearing_speed(void)
{
	char *volatile memory = xcalloc(1, PROBE_BYTES);
	double least = INFINITY;

	memset(memory, 1, PROBE_BYTES); /* the pages are there now */
	for (int i = 0; i < PROBE_TIMES; i++) {
		double from = now_ns();

		memset(memory, i, PROBE_BYTES);
		least = fmin(least, now_ns() - from);
	}
	free(memory);
	return PROBE_BYTES / fmax(least, 1);
}

void expense_init(struct expense *expense, const struct model *model)
{
	const struct process_time time = process_time_of(model);
	struct machine_cost machine;

	machine_cost_measure(&machine);
	machine_cost_use_recorded(&machine, model);
	*expense = (struct expense){
		.ns_per_unit = ldexp(model->ns_per_tick,
				     -(int)model->meta.tick_shift),
		.pool_ns = machine.pool_ns,
		.locked_ns = machine.locked_ns,
		.empty_ns = machine.empty_ns,
		.least_ns = allocator_of(&model->meta) == ALLOCATOR_GLIBC ?
				    LEAST_CALL * machine.empty_ns : 0,
		.cpu_ns = time.ns,
		.cpu_told = time.told,
		.is_sample = model->meta.mode == MODE_SAMPLED,
	};
}

void expense_measure_clearing(struct expense *expense)
{
	expense->clearing = clearing_speed();
}

double expense_told_cpu_ns(const struct expense *expense)
{
	return expense->cpu_told ? expense->cpu_ns : 0;
}

void expense_set_allocator(struct expense *expense, double ns)
{
	expense->allocator_ns = ns;
	if (expense->cpu_ns <= 0)
		return;
	if (expense->is_sample)
		expense->allocator_ns = fmin(ns, expense->cpu_ns);
	else
		expense->cpu_ns = fmax(expense->cpu_ns, ns);
}

/* How many of so many calls it may be by chance, if a share of all is expected:
 * Poisson's distribution. */
static double at_most(double share, double calls)
{
	double mean = share * calls, part = exp(-mean), sum = part, most = 0;

	if (mean > MANY)
		return mean + 2 * sqrt(mean);
	while (sum < SURE) {
		part *= mean / ++most;
		sum += part;
	}
	return most;
}

/* Long calls count if they are more than interruptions can be: one of few that
 * were timed says nothing. */
static double mean_units(const struct call_times *times)
{
	double count = times->count;

	if (times->long_calls > at_most(LONG_SHARE, call_times_all(times)))
		return call_times_mean(times);
	return call_times_capped(times, 1 - at_most(SLOWEST, count) / count);
}

/* As low as the quantile may be, by those that were timed: a binomial
 * distribution's two standard deviations. Of few it may be anything. */
static double low_units(const struct call_times *times)
{
	double chance = 2 * sqrt(LOW * (1 - LOW) / times->count);

	if (times->count < FEW)
		return 0;
	return call_times_quantile(times, fmax(0, LOW - chance));
}

static double ns_of(const struct expense *expense, double units)
{
	return fmax(expense->least_ns,
		    units * expense->ns_per_unit - expense->empty_ns);
}

double expense_quantile(const struct expense *expense,
			const struct call_times *times, double share)
{
	return ns_of(expense, call_times_quantile(times, share));
}

struct span_ns expense_call(const struct expense *expense,
			    const struct call_times *times)
{
	struct span_ns span = { 0, 0 };

	if (call_times_all(times) == 0)
		return span;
	span.high = ns_of(expense, mean_units(times));
	if (!expense->is_sample)
		span.low = fmin(span.high, ns_of(expense, low_units(times)));
	return span;
}

struct span_ns expense_allocation(const struct expense *expense,
				  const struct site_calls *calls)
{
	struct span_ns a = expense_call(expense, &calls->allocations);
	double clearing;

	if (!(calls->calloc_bytes > 0) || !(expense->clearing > 0))
		return a;
	clearing = calls->calloc_bytes / calls->made / expense->clearing;
	return (struct span_ns){ fmax(0, a.low - clearing),
				 fmax(0, a.high - clearing) };
}

struct span_ns expense_pair(const struct expense *expense,
			    const struct site_calls *calls)
{
	struct span_ns a = expense_allocation(expense, calls);
	struct span_ns r = expense_call(expense, &calls->releases);

	if (call_times_all(&calls->releases) == 0)
		r = (struct span_ns){ a.low, a.low };
	return (struct span_ns){ a.low + r.low, a.high + r.high };
}

struct span_ns expense_realloc(const struct expense *expense,
			       const struct site_calls *calls)
{
	const struct call_times *times = &calls->reallocs;
	struct span_ns span;

	if (call_times_all(times) == 0)
		times = &calls->allocations;
	span = expense_call(expense, times);
	if (times->count > 0 && !expense->is_sample)
		span.low = fmin(span.high,
				ns_of(expense,
				      call_times_capped(times, MOST_OF)));
	return span;
}

struct span_ns expense_saved(double pairs, struct span_ns pair, double own_ns)
{
	return (struct span_ns){ pairs * fmax(0, pair.low - own_ns),
				 pairs * fmax(0, pair.high - own_ns) };
}
