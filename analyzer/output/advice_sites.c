/* SPDX-License-Identifier: MIT */
/* The signals of a site, and what each detector said of it, for programs. */
#include "analyzer/output/advice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"
#include "analyzer/output/json_value.h"

#define NS_PER_S 1e9

static void set_whole(json_t *object, const char *key, double value)
{
	json_value_set(object, key, json_value_whole(value));
}

static void set_share(json_t *object, const char *key, double part,
		      double whole)
{
	json_value_set(object, key, whole > 0 ? json_real(part / whole) :
						json_null());
}

/* {"p50":..., "p90":..., "p99":...}, in units; null if there is nothing. */
static json_t *quantiles(const struct spread *spread, double unit)
{
	json_t *object;

	if (spread->count <= 0)
		return json_null();
	object = json_object();
	set_whole(object, "p50", unit * spread_quantile(spread, 0.5));
	set_whole(object, "p90", unit * spread_quantile(spread, 0.9));
	set_whole(object, "p99", unit * spread_quantile(spread, 0.99));
	return object;
}

static json_t *durations(const struct advice *advice,
			 const struct call_times *times)
{
	const struct expense *x = &advice->expense;
	json_t *object;

	if (call_times_all(times) <= 0)
		return json_null();
	object = json_object();
	json_value_set(object, "p10",
		       json_real(expense_quantile(x, times, 0.1)));
	json_value_set(object, "p50",
		       json_real(expense_quantile(x, times, 0.5)));
	json_value_set(object, "mean", json_real(expense_call(x, times).high));
	set_whole(object, "timed", call_times_all(times));
	return object;
}

static void set_calls(json_t *object, const struct advice *advice,
		      const struct census_row *sum)
{
	double ns = (double)(sum->last_tick - sum->first_tick) *
		    advice->recording->model.ns_per_tick;
	json_t *quarters = json_array();

	set_whole(object, "allocations", sum->calls);
	set_whole(object, "bytes_allocated", sum->bytes);
	set_whole(object, "samples", (double)sum->samples);
	set_whole(object, "frees", sum->frees);
	set_whole(object, "reallocs", (double)sum->reallocs);
	set_whole(object, "rate_per_second",
		  ns > 0 ? sum->calls / ns * NS_PER_S : NAN);
	for (int i = 0; i < CENSUS_QUARTERS; i++)
		json_value_append(quarters, json_value_whole(sum->quarters[i]));
	json_value_set(object, "quarters", quarters);
}

static void set_blocks(json_t *object, const struct signals *s)
{
	struct signal_size size = signals_dominant(s);

	json_value_set(object, "size_bytes", quantiles(&s->sizes, 1));
	set_whole(object, "usable_bytes", (double)size.usable);
	set_share(object, "usable_share", size.calls,
		  advice_site_sum(s->site)->calls);
	set_whole(object, "live_max", s->live_max);
	set_whole(object, "live_max_bytes", s->live_bytes_max);
	set_whole(object, "live_end", s->live_end);
	set_whole(object, "at_peak", s->at_peak);
	set_whole(object, "at_peak_bytes", s->at_peak_bytes);
	set_whole(object, "at_peak_waste_bytes", s->at_peak_waste);
	set_whole(object, "survivors", s->survivors);
	set_whole(object, "old_survivors", s->old_survivors);
	set_whole(object, "calloc_calls", s->callocs);
	set_whole(object, "calloc_bytes", s->calls.calloc_bytes);
}

/* What only a recording of every event tells is null otherwise. */
static void set_order(json_t *object, const struct advice *advice,
		      const struct signals *s)
{
	static const char *const keys[] = {
		"lifetime_bytes", "lifetime_allocations", "temporary_share",
		"lifo_share", "threads", "thread_live_max", "in_turn_share",
		"cache_hits",
	};
	const struct census_row *sum = advice_site_sum(s->site);
	json_t *temporary;

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		json_value_set(object, keys[i], json_null());
	if (advice->sampled)
		return;
	temporary = json_array();
	for (int i = 0; i < CENSUS_DISTANCES; i++)
		json_value_append(temporary,
				  json_real(sum->temporary[i] / sum->calls));
	json_value_set(object, "lifetime_bytes", quantiles(&s->life_bytes, 1));
	json_value_set(object, "lifetime_allocations",
		       quantiles(&s->life_calls, 1));
	json_value_set(object, "temporary_share", temporary);
	set_share(object, "lifo_share", s->lifo, s->lifo_known);
	set_whole(object, "threads", s->lane_count);
	set_whole(object, "thread_live_max", s->lane_max);
	set_share(object, "in_turn_share", s->in_runs, sum->calls);
	if (advice->incumbent)
		set_whole(object, "cache_hits", s->incumbent_hits);
}

static json_t *growth(const struct advice *advice, size_t candidate)
{
	const struct chain_sums *c;
	json_t *object;

	if (advice->sampled || !advice->chains.sums)
		return json_null();
	c = &advice->chains.sums[candidate];
	object = json_object();
	set_whole(object, "blocks", c->chains);
	set_whole(object, "steps", c->steps);
	set_whole(object, "hidden_steps", c->hidden);
	set_whole(object, "copied_bytes", c->copied_bytes);
	set_whole(object, "final_bytes", c->final_bytes);
	json_value_set(object, "final_size_bytes", quantiles(&c->finals, 1));
	return object;
}

static json_t *pool(const struct advice *advice, size_t candidate)
{
	struct pool_result r = { 0 };
	json_t *object;

	if (!advice->sampled)
		r = pools_result(&advice->pools, candidate);
	if (!r.there)
		return json_null();
	object = json_object();
	set_whole(object, "cap", (double)r.cap);
	set_share(object, "hit_share", r.hits, r.calls);
	json_value_set(object, "bound_share", json_real(r.bound));
	set_whole(object, "idle_bytes", r.idle_bytes);
	set_whole(object, "idle_end_bytes", r.idle_end_bytes);
	set_whole(object, "waste_bytes", r.waste_bytes);
	return object;
}

static const char *kind_word(enum verdict_kind kind)
{
	static const char *const words[] = {
		[VERDICT_FIRED] = "advised", [VERDICT_LOW] = "below",
		[VERDICT_HIGH] = "above",    [VERDICT_VETO] = "veto",
		[VERDICT_TAKEN] = "taken",   [VERDICT_NONE] = "not_judged",
	};

	return words[kind];
}

static json_t *verdicts(const struct advice *advice, const struct signals *s)
{
	json_t *array = json_array();
	const struct detector *detector;

	for (size_t i = 0; (detector = detector_at(i)) != NULL; i++) {
		const struct verdict *v = advice_verdict(advice, s, detector);
		bool figures = v->kind == VERDICT_LOW ||
			       v->kind == VERDICT_HIGH;
		char *text = advice_verdict_text(advice, s, detector);
		json_t *object = json_object();

		json_value_set(object, "detector", json_string(detector->id));
		json_value_set(object, "verdict",
			       json_string(kind_word(v->kind)));
		json_value_set(object, "text", json_value_text(text));
		json_value_set(object, "threshold", figures ?
			json_string(threshold_table[v->threshold].name) :
			json_null());
		json_value_set(object, "value", figures && isfinite(v->value) ?
			json_real(v->value) : json_null());
		json_value_set(object, "limit", figures ? json_real(v->limit) :
							  json_null());
		json_value_append(array, object);
		free(text);
	}
	return array;
}

json_t *advice_site_object(const struct advice *advice,
			   const struct signals *s)
{
	const struct advice_site *site = s->site;
	size_t candidate = (size_t)(s - advice->pass.candidates);
	json_t *object = json_object();

	json_value_set(object, "id", json_string(site->id));
	set_calls(object, advice, advice_site_sum(site));
	set_blocks(object, s);
	json_value_set(object, "lifetime_ns",
		       quantiles(&s->life_ticks,
				 advice->recording->model.ns_per_tick));
	set_share(object, "far_free_share", advice_site_sum(site)->far_frees,
		  advice_site_sum(site)->frees);
	set_share(object, "same_caller_share", site->free_same,
		  site->free_stacks);
	json_value_set(object, "allocation_ns",
		       durations(advice, &s->calls.allocations));
	json_value_set(object, "realloc_ns",
		       durations(advice, &s->calls.reallocs));
	json_value_set(object, "free_ns", durations(advice, &s->calls.releases));
	set_order(object, advice, s);
	json_value_set(object, "growth", growth(advice, candidate));
	json_value_set(object, "pool", pool(advice, candidate));
	json_value_set(object, "verdicts", verdicts(advice, s));
	return object;
}

void advice_site_json(const struct output_run *run, const struct advice *advice,
		      const struct signals *signals, struct frame_json *cache)
{
	const struct finding at = {
		.stack = signals->site->stack,
		.place = signals->site->place,
	};

	advice_placed_json(run, advice, cache, (struct advice_placed){
			&at, advice_site_object(advice, signals) });
}
