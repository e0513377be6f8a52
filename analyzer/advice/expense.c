/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/expense.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "analyzer/advice/allocator.h"
#include "analyzer/advice/cost.h"
#include "analyzer/memory.h"

/* What a call takes that glibc's cache serves, in empty measurements: half of
 * 12 ns a pair where two clock reads take 10. */
#define LEAST_CALL 0.6

#define LONG_SHARE 0.01
/* Of the calls, that a machine's other work may have slowed: taken for as slow
 * as the next ones. */
#define SLOWEST 0.02
/* Of the reallocs, whose cost grows with the size: their mean is no less than
 * that of these. */
#define MOST_OF 0.9

#define PROBE_BYTES (8u << 20)
#define PROBE_TIMES 3

static double all_calls(const struct expense *e, const struct census_row *row)
{
	double sum = 0;

	if (row->timed)
		sum += row->calls * fmax(0, (double)row->timed_units *
			e->ns_per_unit / (double)row->timed - e->empty_ns);
	if (row->timed_frees)
		sum += row->frees * fmax(0, (double)row->timed_free_units *
			e->ns_per_unit / (double)row->timed_frees -
			e->empty_ns);
	return sum;
}

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

void expense_init(struct expense *expense, const struct census *census)
{
	const struct model *model = &census->recording->model;
	struct cost_machine machine;

	cost_calibrate(&machine);
	cost_use_recorded(&machine, model);
	*expense = (struct expense){
		.ns_per_unit = ldexp(model->ns_per_tick,
				     -(int)model->meta.tick_shift),
		.pool_ns = machine.pool_ns,
		.empty_ns = machine.empty_ns,
		.least_ns = allocator_of(&model->meta) == ALLOCATOR_GLIBC ?
				    LEAST_CALL * machine.empty_ns : 0,
		.is_sample = census->interval_bytes > 0,
	};
	expense->cpu_ns = cost_process_ns(model);
	expense->clearing = census->total.callocs > 0 ? clearing_speed() : 1;
	for (size_t i = 0; i < census->count; i++)
		expense->allocator_ns += all_calls(expense, &census->rows[i]);
	if (expense->cpu_ns <= 0)
		return;
	if (expense->is_sample)
		expense->allocator_ns = fmin(expense->allocator_ns,
					     expense->cpu_ns);
	else /* it cannot have taken less than these */
		expense->cpu_ns = fmax(expense->cpu_ns, expense->allocator_ns);
}

/* A part of so many calls, and what chance may add to it: two standard
 * deviations. */
static double at_most(double share, double calls)
{
	return share * calls + 2 * sqrt(share * calls);
}

/* Long calls count if they are more than interruptions can be: one of few that
 * were timed says nothing. */
static double mean_units(const struct signal_calls *calls)
{
	double count = calls->units.count;
	double all = count + calls->long_calls;

	if (calls->long_calls <= at_most(LONG_SHARE, all))
		return spread_mean_capped(&calls->units,
					  1 - at_most(SLOWEST, count) / count);
	return (calls->units.sum + calls->long_units) / all;
}

struct span_ns expense_call(const struct expense *expense,
			    const struct signal_calls *calls)
{
	const struct spread *units = &calls->units;
	struct span_ns span = { 0, 0 };

	if (units->count == 0)
		return (struct span_ns){ 0, 0 };
	span.high = fmax(expense->least_ns,
			 mean_units(calls) * expense->ns_per_unit -
				 expense->empty_ns);
	if (!expense->is_sample)
		span.low = fmin(span.high,
				fmax(expense->least_ns,
				     spread_quantile(units, 0.1) *
						     expense->ns_per_unit -
					     expense->empty_ns));
	return span;
}

struct span_ns expense_allocation(const struct expense *expense,
				  const struct signals *signals)
{
	struct span_ns a = expense_call(expense, &signals->allocations);
	double clearing;

	if (signals->callocs <= 0)
		return a;
	clearing = signals->calloc_bytes / signals->sizes.count /
		   expense->clearing;
	return (struct span_ns){ fmax(0, a.low - clearing),
				 fmax(0, a.high - clearing) };
}

struct span_ns expense_pair(const struct expense *expense,
			    const struct signals *signals)
{
	struct span_ns a = expense_allocation(expense, signals);
	struct span_ns r = expense_call(expense, &signals->releases);

	return (struct span_ns){ a.low + r.low, a.high + r.high };
}

struct span_ns expense_realloc(const struct expense *expense,
			       const struct signals *signals)
{
	const struct spread *units = &signals->allocations.units;
	struct span_ns span = expense_call(expense, &signals->allocations);

	if (units->count > 0 && !expense->is_sample)
		span.low = fmin(span.high,
				fmax(span.low,
				     spread_mean_capped(units, MOST_OF) *
						     expense->ns_per_unit -
					     expense->empty_ns));
	return span;
}
