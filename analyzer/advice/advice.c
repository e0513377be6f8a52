/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/advice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/advice/allocator_time.h"
#include "analyzer/memory.h"

#define START_ONLY 0.95	       /* of the calls are in the first quarter */
#define WIDE 16.0

/* A figure that is in proportion to an estimate is as uncertain. */
static struct estimate about(double figure, const struct estimate *e)
{
	struct estimate result = *e;
	double ratio = e->value > 0 ? figure / e->value : 0;

	result.value = figure;
	result.low = e->low * ratio;
	result.high = ratio > 0 ? e->high * ratio : figure;
	return result;
}

static void set_intervals(struct judgement *j)
{
	const struct advice *advice = j->advice;
	struct finding *f = &j->finding;
	struct estimate calls = estimate_exact(1), bytes = calls;

	f->samples = f->site ? advice_site_sum(f->site)->samples : 0;
	if (advice->sampled) {
		size_t at = (size_t)(j->signals - advice->pass.candidates);

		calls = sample_count(&advice->ranges, at, SAMPLE_OF_ALL);
		bytes = sample_bytes(&advice->ranges, at, f->basis);
	}
	f->allocations_about = about(f->allocations, &calls);
	f->saved_calls_about = about(f->saved_calls, &calls);
	f->saved_bytes_about = about(f->saved_bytes, &bytes);
	f->saved.low = about(f->saved.low, &calls).low;
	f->saved.high = about(f->saved.high, &calls).high;
}

/* No more is saved than the allocator's calls cost in all, and what the program
 * copies itself. */
static void limit_saving(struct judgement *j)
{
	struct finding *f = &j->finding;
	double most = j->advice->expense.allocator_ns + f->copying_ns;

	f->saved.high = fmin(f->saved.high, most);
	f->saved.low = fmin(f->saved.low, f->saved.high);
}

/* Of a prediction whose ends differ by a factor: the geometric mean; where there
 * is no lower end, that of a wide one. */
static double middle(const struct span_ns *span)
{
	return sqrt(fmax(span->low, span->high / WIDE) * span->high);
}

/* Is it worth somebody's time? */
static void weigh(struct judgement *j)
{
	const struct advice *advice = j->advice;
	struct finding *f = &j->finding;
	double saved = middle(&f->saved);
	double cpu = advice->expense.cpu_ns > 0 ?
			     saved / advice->expense.cpu_ns : 0;
	double peak = advice->census.total.live_bytes_max > 0 ?
			      f->saved_bytes /
				      advice->census.total.live_bytes_max : 0;
	double least_cpu = judge_threshold(j, THRESHOLD_MIN_CPU);
	double least_peak = judge_threshold(j, THRESHOLD_MIN_PEAK);

	f->worth = true;
	if (f->unmeasured)
		return;
	f->rank = fmax(cpu / fmax(least_cpu, 1e-9),
		       peak / fmax(least_peak, 1e-9));
	if (f->tags & FINDING_INITIALISED) {
		f->worth = false;
		if (!f->unworthy)
			f->unworthy = "the allocator pools these blocks already";
	} else if (f->tags & FINDING_STARTUP && f->at_start >= START_ONLY) {
		f->worth = false;
		f->unworthy = "only at the start of the run";
	} else if (cpu < least_cpu && peak < least_peak) {
		f->worth = false;
		f->unworthy = "saves too little of the CPU time or the peak";
	} else if (f->tags & FINDING_STARTUP && f->tags & FINDING_CANDIDATE) {
		f->worth = false;
		f->unworthy = "not proven, and only for a while";
	}
}

void advice_add(struct judgement *j)
{
	struct advice *advice = j->advice;

	set_intervals(j);
	limit_saving(j);
	weigh(j);
	if (!j->finding.texts[FINDING_VERIFY] && j->finding.detector->verify)
		finding_say(&j->finding, FINDING_VERIFY, "%s",
			    j->finding.detector->verify);
	GROW(advice->findings, advice->capacity, advice->finding_count);
	advice->findings[advice->finding_count++] = j->finding;
	advice->worth_count += j->finding.worth;
}

void advice_note(struct judgement *j)
{
	size_t candidate = (size_t)(j->signals - j->advice->pass.candidates);

	j->advice->verdicts[candidate * j->advice->detector_count +
			    detector_index(j->verdict.detector)] = j->verdict;
}

static void judge_site(struct judgement *j, size_t candidate)
{
	struct advice *advice = j->advice;
	const struct detector *detector = j->verdict.detector;
	const struct advice_site *site = j->signals->site;
	struct finding *f = &j->finding;

	if (detector->rank == DETECTOR_FIRST && advice->claimed[candidate]) {
		j->verdict.kind = VERDICT_TAKEN;
		return;
	}
	*f = (struct finding){
		.detector = detector,
		.site = site,
		.stack = site->stack,
		.place = site->place,
		.allocations = advice_site_sum(site)->calls,
	};
	memcpy(f->id, site->id, sizeof(f->id));
	finding_set_quarters(f, advice_site_sum(site)->quarters,
			     judge_threshold(j, THRESHOLD_MIN_QUARTERS));
	detector->judge(j);
	if (j->verdict.kind != VERDICT_FIRED) {
		finding_release(f);
		return;
	}
	advice_add(j);
	if (detector->rank == DETECTOR_FIRST)
		advice->claimed[candidate] = true;
}

static bool is_left_out(const struct advice *advice,
			const struct detector *detector)
{
	return advice->options.without & 1u << detector_index(detector) ||
	       (advice->sampled && !detector->sampled);
}

static void judge_with(struct advice *advice, const struct detector *detector)
{
	struct judgement j = {
		.advice = advice,
		.thresholds = &advice->options.thresholds,
	};

	for (size_t i = 0; i < advice->pass.count; i++) {
		j.signals = &advice->pass.candidates[i];
		j.verdict = (struct verdict){ .detector = detector,
					      .kind = VERDICT_NONE };
		if (detector->judge && !is_left_out(advice, detector))
			judge_site(&j, i);
		advice_note(&j);
	}
	if (detector->search && !is_left_out(advice, detector))
		detector->search(&j);
}

static int by_rank(const void *left, const void *right)
{
	const struct finding *a = left, *b = right;

	if (a->worth != b->worth)
		return a->worth ? -1 : 1;
	if (a->unmeasured != b->unmeasured)
		return a->unmeasured ? 1 : -1;
	if ((a->tags ^ b->tags) & FINDING_KEPT)
		return a->tags & FINDING_KEPT ? 1 : -1;
	if (a->rank != b->rank)
		return a->rank > b->rank ? -1 : 1;
	return strcmp(a->id, b->id);
}

static void judge_all(struct advice *advice)
{
	const struct detector *detector;

	while (detector_at(advice->detector_count))
		advice->detector_count++;
	advice->verdicts = xcalloc(advice->pass.count * advice->detector_count +
				   1, sizeof(*advice->verdicts));
	advice->claimed = xcalloc(advice->pass.count + 1, sizeof(bool));
	for (size_t d = 0; (detector = detector_at(d)) != NULL; d++)
		judge_with(advice, detector);
	if (advice->finding_count > 0)
		qsort(advice->findings, advice->finding_count,
		      sizeof(*advice->findings), by_rank);
}

static uint64_t count_lost(const struct advice *advice)
{
	const uint64_t *stats = advice->recording->model.stats;

	return stats[STAT_DROPPED_EVENTS] + stats[STAT_EARLY_EVENTS] +
	       stats[STAT_NESTED_DROPPED] + advice->census.counts.lost_events;
}

static void add_part(struct advice *advice, struct signal_part part,
		     bool wanted)
{
	if (wanted)
		signals_add_part(&advice->pass, &part);
}

/* Signals that have a file of their own; those that no site asks for cost
 * nothing. */
static void add_parts(struct advice *advice)
{
	struct signal_pass *pass = &advice->pass;

	if (advice->sampled) {
		sample_ranges_init(&advice->ranges, pass);
		add_part(advice, sample_ranges_part(&advice->ranges), true);
		return;
	}
	epochs_init(&advice->epochs, pass);
	add_part(advice, epochs_part(&advice->epochs),
		 advice->epochs.count > 0);
	chains_init(&advice->chains, pass);
	add_part(advice, chains_part(&advice->chains),
		 chains_any(&advice->chains));
	pools_init(&advice->pools, pass);
	add_part(advice, pools_part(&advice->pools), pools_any(&advice->pools));
	cleared_init(&advice->cleared, pass);
	add_part(advice, cleared_part(&advice->cleared),
		 advice->census.total.callocs > 0);
	advice->lines = shared_lines_new(pass);
	add_part(advice, shared_lines_part(advice->lines),
		 advice->lines != NULL);
	if (pools_any(&advice->pools)) /* only these look at it */
		advice->incumbent = incumbent_new(advice->recording);
	pass->incumbent = advice->incumbent;
}

static void set_expense(struct advice *advice)
{
	const struct census *census = &advice->census;
	struct expense *expense = &advice->expense;

	expense_init(expense, &advice->recording->model);
	if (census->total.callocs > 0)
		expense_measure_clearing(expense);
	expense_set_allocator(expense, allocator_time_ns(census, expense));
}

static bool is_pool(const struct finding *f)
{
	return f->worth && f->remedy.size_count > 0;
}

static void price_pools(struct advice *advice)
{
	struct joint_pool *pools =
		xcalloc(advice->worth_count + 1, sizeof(*pools));
	size_t count = 0;

	for (size_t i = 0; i < advice->worth_count; i++) {
		const struct finding *f = &advice->findings[i];
		const struct signals *s;

		if (!is_pool(f))
			continue;
		s = signals_of(&advice->pass,
			       (uint32_t)(f->site - advice->fold.sites));
		pools[count++] = (struct joint_pool){
			.candidate = (uint32_t)(s - advice->pass.candidates),
			.sizes = f->remedy.sizes,
			.size_count = f->remedy.size_count,
			.cap = f->remedy.capacity,
		};
	}
	if (count > 1)
		advice->joint = joint_pools_run(&advice->pass, pools, count);
	free(pools);
}

struct advice *advice_new(struct recording *recording, const char *path,
			  const struct advice_options *options)
{
	struct advice *advice = xcalloc(1, sizeof(*advice));

	advice->path = path;
	advice->options = *options;
	advice->recording = recording;
	advice->sampled = recording->model.meta.mode == MODE_SAMPLED;
	advice->symbols = symbolizer_new(&recording->model, options->search);
	census_run(&advice->census, recording, options->progress);
	fold_run(&advice->fold, &advice->census, advice->symbols);
	set_expense(advice);
	signals_init(&advice->pass, &advice->census, &advice->fold,
		     &advice->options.thresholds);
	add_parts(advice);
	signals_run(&advice->pass, options->progress);
	if (advice->sampled) {
		sample_ranges_finish(&advice->ranges);
	} else {
		chains_finish(&advice->chains);
		pools_finish(&advice->pools);
		shared_lines_finish(advice->lines);
	}
	advice->lost_events = count_lost(advice);
	judge_all(advice);
	if (!advice->sampled)
		price_pools(advice);
	return advice;
}

void advice_free(struct advice *advice)
{
	if (!advice)
		return;
	for (size_t i = 0; i < advice->finding_count; i++)
		finding_release(&advice->findings[i]);
	free(advice->findings);
	free(advice->verdicts);
	free(advice->claimed);
	if (!advice->sampled) {
		chains_release(&advice->chains);
		pools_release(&advice->pools);
	}
	shared_lines_free(advice->lines);
	cleared_release(&advice->cleared);
	sample_ranges_release(&advice->ranges);
	incumbent_free(advice->incumbent);
	epochs_release(&advice->epochs);
	signals_release(&advice->pass);
	fold_release(&advice->fold);
	census_release(&advice->census);
	symbolizer_free(advice->symbols);
	free(advice);
}

double advice_pool_prices(const struct advice *advice)
{
	double sum = 0;

	for (size_t i = 0; i < advice->worth_count; i++)
		if (is_pool(&advice->findings[i]))
			sum += advice->findings[i].price_bytes;
	return sum;
}

const struct verdict *advice_verdict(const struct advice *advice,
				     const struct signals *signals,
				     const struct detector *detector)
{
	size_t candidate = (size_t)(signals - advice->pass.candidates);

	return &advice->verdicts[candidate * advice->detector_count +
				 detector_index(detector)];
}
