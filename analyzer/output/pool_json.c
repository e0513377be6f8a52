/* SPDX-License-Identifier: MIT */
#include "analyzer/output/pool_table.h"

#include "analyzer/output/json_value.h"

static void set_whole(json_t *object, const char *key, double value)
{
	json_value_set(object, key, json_value_whole(value));
}

static json_t *real(double value)
{
	return value == value ? json_real(value) : json_null();
}

static void set_idle(json_t *object, const struct pool_figures *f)
{
	set_whole(object, "idle_bytes_peak", f->idle_bytes.peak);
	set_whole(object, "idle_bytes_mean", f->idle_bytes.mean);
	set_whole(object, "idle_bytes_end", f->idle_bytes.end);
	set_whole(object, "idle_blocks_peak", f->idle_blocks.peak);
	json_value_set(object, "idle_blocks_mean", real(f->idle_blocks.mean));
	set_whole(object, "idle_blocks_end", f->idle_blocks.end);
}

static json_t *cap(const struct simulation *s, const struct simulated_policy *p,
		   size_t index)
{
	uint64_t value = s->caps.caps[index];
	json_t *object = json_object();
	struct span_ns saved;
	double ratio;
	struct pool_figures f;

	pool_sim_figures(p->sim, index, &f);
	saved = simulation_saved(s, p->policy, f.hits);
	ratio = s->totals.allocations > 0 ?
			(double)f.hits / (double)s->totals.allocations :
			0;
	json_value_set(object, "cap", value == POOL_CAP_NONE ?
				      json_null() :
				      json_integer((json_int_t)value));
	set_whole(object, "hits", (double)f.hits);
	json_value_set(object, "hit_ratio", real(ratio));
	json_value_set(object, "over_incumbent_ratio",
		       real(ratio - simulation_incumbent_ratio(s)));
	set_whole(object, "calls_saved", (double)f.calls_saved);
	set_idle(object, &f);
	set_whole(object, "heap_peak_bytes_added",
		  f.peak_bytes - s->totals.heap_peak_bytes);
	set_whole(object, "saved_ns_low", saved.low);
	set_whole(object, "saved_ns_high", saved.high);
	return object;
}

static json_t *policy(const struct simulation *s,
		      const struct simulated_policy *p)
{
	json_t *object = json_object(), *caps = json_array();
	uint64_t knee = s->caps.caps[p->knee];

	json_value_set(object, "policy", json_string(p->policy->word));
	json_value_set(object, "knee_cap", knee == POOL_CAP_NONE ?
					   json_null() :
					   json_integer((json_int_t)knee));
	json_value_set(object, "pool_ns", real(simulation_pool_ns(s,
							p->policy)));
	for (size_t i = pool_sim_first_cap(p->sim);
	     i <= pool_sim_last_cap(p->sim); i++)
		json_value_append(caps, cap(s, p, i));
	json_value_set(object, "caps", caps);
	return object;
}

static json_t *site_list(const struct report *report,
			 const struct site_choice *choice)
{
	json_t *array = json_array();
	char id[SITE_ID_BYTES];

	for (size_t i = 0; i < choice->count; i++) {
		site_id_text(id, &report->ids, choice->rows[i]->stack);
		json_value_append(array, json_string(id));
	}
	return array;
}

static void print_head(const struct output_run *run,
		       const struct report *report,
		       const struct site_choice *choice)
{
	bool sampled = report->profile->sampled;

	fputs("{", run->file);
	json_value_print_key(run, "file", json_value_text(report->path));
	json_value_print_key(run, "program",
			     json_value_text(report->recording->model.meta
						     .program));
	json_value_print_key(run, "mode",
			     json_string(sampled ? "sampled" : "exact"));
	json_value_print_key(run, "sites", site_list(report, choice));
}

static void print_whole(const struct output_run *run, const char *key,
			double value)
{
	json_value_print_key(run, key, json_value_whole(value));
}

static void print_totals(const struct output_run *run,
			 const struct simulation *s)
{
	const struct pool_totals *t = &s->totals;

	print_whole(run, "allocations", (double)t->allocations);
	print_whole(run, "pooled_allocations", (double)t->pooled);
	print_whole(run, "reallocations", (double)s->reallocations);
	print_whole(run, "threads", (double)t->lanes);
	print_whole(run, "live_blocks_peak", (double)t->live_peak);
	print_whole(run, "live_blocks_end", (double)t->live_end);
	print_whole(run, "misses_least", (double)t->misses_least);
	json_value_print_key(run, "bound_ratio", real(pool_totals_bound(t)));
	print_whole(run, "heap_peak_bytes", t->heap_peak_bytes);
	print_whole(run, "waste_bytes_peak", t->waste_peak_bytes);
	json_value_print_key(run, "incumbent_hit_ratio",
			     real(simulation_incumbent_ratio(s)));
}

static json_t *pair_ns(const struct simulation *s, double ns)
{
	return call_times_all(&s->calls.allocations) > 0 ? json_real(ns) :
							   json_null();
}

static void print_times(const struct output_run *run,
			const struct simulation *s)
{
	json_value_print_key(run, "tau_s", real(s->options.tau_s));
	print_whole(run, "measured_calls", simulation_measured(s));
	json_value_print_key(run, "pair_ns_low", pair_ns(s, s->pair.low));
	json_value_print_key(run, "pair_ns_mean", pair_ns(s, s->pair.high));
	json_value_print_key(run, "frees_guessed",
			     json_boolean(call_times_all(&s->calls.releases) ==
					  0));
	json_value_print_key(run, "process_cpu_ns",
			     json_value_whole(expense_told_cpu_ns(
				     &s->expense)));
}

void pool_json_print(const struct output_run *run, const struct simulation *s)
{
	json_t *sizes = json_array();

	for (size_t i = 0; i < s->size_count; i++)
		json_value_append(sizes, json_value_whole((double)s->sizes[i]));
	print_head(run, s->report, s->choice);
	print_totals(run, s);
	print_times(run, s);
	json_value_print_key(run, "pool_sizes_bytes", sizes);
	json_value_print_key(run, "best_policy",
			     json_string(s->policies[s->best].policy->word));
	fputs("\"policies\": [", run->file);
	for (size_t i = 0; i < s->policy_count; i++) {
		fputs(i > 0 ? ",\n" : "\n", run->file);
		json_value_print(run, policy(s, &s->policies[i]));
	}
	fputs("\n]}\n", run->file);
}

void pool_model_json_print(const struct output_run *run,
			   const struct report *report,
			   const struct site_choice *choice,
			   const struct pool_model *m)
{
	json_t *model = json_object();

	json_value_set_estimate(model, "allocations", &m->calls);
	json_value_set_estimate(model, "bytes_allocated", &m->bytes);
	json_value_set_estimate(model, "lifetime_ns_mean", &m->lifetime_ns);
	json_value_set_estimate(model, "live_blocks_mean", &m->mean_live);
	json_value_set_estimate(model, "live_blocks_peak", &m->peak_blocks);
	json_value_set_estimate(model, "live_bytes_peak", &m->peak_bytes);
	json_value_set(model, "rate_per_s", real(m->rate_per_s));
	json_value_set(model, "rate_per_s_low", real(m->rate_low));
	json_value_set(model, "rate_per_s_high", real(m->rate_high));
	json_value_set(model, "bound_ratio", real(m->bound));
	json_value_set(model, "bound_ratio_low", real(m->bound_low));
	json_value_set(model, "bound_ratio_high", real(m->bound_high));
	json_value_set(model, "weak",
		       json_boolean(estimate_is_weak(&m->calls)));
	print_head(run, report, choice);
	fputs("\"model\": ", run->file);
	json_value_print(run, model);
	fputs("}\n", run->file);
}
