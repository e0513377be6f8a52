/* SPDX-License-Identifier: MIT */
/* The figures of a site for people: what the detectors looked at. */
#include "analyzer/output/advice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/advice/amount.h"
#include "analyzer/memory.h"

#define NS_PER_S 1e9
#define LABEL 11 /* columns */
#define REGIONS_SHOWN 3
#define POOL_CAPS_SHOWN 8

struct evidence {
	const struct output_run *run;
	const struct advice *advice;
	const struct signals *s;
	const struct census_row *sum;
};

/* Takes the text. */
static void put(const struct evidence *e, const char *label, char *text)
{
	advice_line_print(e->run, LABEL, label, text);
	free(text);
}

static struct amount share_of(double part, double whole)
{
	return amount_percent(whole > 0 ? part / whole : 0);
}

static void put_calls(const struct evidence *e)
{
	double ns = (double)(e->sum->last_tick - e->sum->first_tick) *
		    e->advice->recording->model.ns_per_tick;
	const double *q = e->sum->quarters;
	double calls = e->sum->calls;

	put(e, "calls", xasprintf(
		"%s%s, %s of the program's; %s a second while it is active; in "
		"the quarters of the run %s, %s, %s and %s",
		e->advice->sampled ? "about " : "", amount_count(calls).text,
		share_of(calls, e->advice->census.total.calls).text,
		ns > 0 ? amount_count(calls / ns * NS_PER_S).text : "?",
		share_of(q[0], calls).text, share_of(q[1], calls).text,
		share_of(q[2], calls).text, share_of(q[3], calls).text));
	if (e->advice->sampled)
		put(e, "", xasprintf("from %s samples",
				     amount_count((double)e->sum->samples)
					     .text));
}

static void put_sizes(const struct evidence *e)
{
	const struct spread *sizes = &e->s->sizes;
	struct signal_size size = signals_dominant(e->s);

	put(e, "sizes", xasprintf(
		"%s (P50), %s (P90), %s (P99); at least %s of the calls are "
		"granted %s bytes, the most frequent size",
		amount_bytes(spread_quantile(sizes, 0.5)).text,
		amount_bytes(spread_quantile(sizes, 0.9)).text,
		amount_bytes(spread_quantile(sizes, 0.99)).text,
		share_of(size.calls, e->sum->calls).text,
		amount_count((double)size.usable).text));
	if (e->s->at_peak_waste > 0)
		put(e, "", xasprintf(
			"of %s live at the process's peak, %s is granted "
			"beyond what was asked for",
			amount_bytes(e->s->at_peak_bytes + e->s->at_peak_waste)
				.text,
			amount_bytes(e->s->at_peak_waste).text));
}

static void put_live(const struct evidence *e)
{
	const struct signals *s = e->s;

	put(e, "live", xasprintf(
		"at most %s at once (%s), %s at the process's peak, %s in the "
		"end",
		amount_count(s->live_max).text,
		amount_bytes(s->live_bytes_max).text,
		amount_count(s->at_peak).text, amount_count(s->live_end).text));
	if (s->survivors > 0 && s->life_ticks.count > 0)
		put(e, "", xasprintf(
			"of the survivors %s are older than nearly all freed "
			"blocks became", amount_count(s->old_survivors).text));
	if (!e->advice->sampled)
		put(e, "threads", xasprintf(
			"%s; in any of them at most %s live at once",
			amount_count(s->lane_count).text,
			amount_count(s->lane_max).text));
}

static void put_runs(const struct evidence *e)
{
	if (!e->advice->sampled && e->s->in_runs > 0)
		put(e, "in turn", xasprintf(
			"%s of the calls are in runs where each block is freed "
			"before the next comes",
			share_of(e->s->in_runs, e->sum->calls).text));
}

static void put_lifetimes(const struct evidence *e)
{
	const struct signals *s = e->s;
	double tick = e->advice->recording->model.ns_per_tick;

	if (s->life_ticks.count == 0) {
		put(e, "lifetime", xasprintf("none was freed"));
		return;
	}
	put(e, "lifetime", xasprintf(
		"%s (P50), %s (P90), %s (P99), of the %s that were freed",
		amount_ns(tick * spread_quantile(&s->life_ticks, 0.5)).text,
		amount_ns(tick * spread_quantile(&s->life_ticks, 0.9)).text,
		amount_ns(tick * spread_quantile(&s->life_ticks, 0.99)).text,
		share_of(s->life_ticks.count, e->sum->calls).text));
	if (e->advice->sampled)
		return;
	put(e, "", xasprintf(
		"meanwhile the process allocated %s (P50), %s (P90), %s (P99)",
		amount_bytes(spread_quantile(&s->life_bytes, 0.5)).text,
		amount_bytes(spread_quantile(&s->life_bytes, 0.9)).text,
		amount_bytes(spread_quantile(&s->life_bytes, 0.99)).text));
	put(e, "", xasprintf(
		"and the thread made %s (P50), %s (P90), %s (P99) allocations",
		amount_count(spread_quantile(&s->life_calls, 0.5)).text,
		amount_count(spread_quantile(&s->life_calls, 0.9)).text,
		amount_count(spread_quantile(&s->life_calls, 0.99)).text));
	put(e, "temporary", xasprintf(
		"%s freed before the thread allocated anything else, %s before "
		"its 2nd, %s its 3rd and %s its 9th allocation since",
		share_of(e->sum->temporary[0], e->sum->calls).text,
		share_of(e->sum->temporary[1], e->sum->calls).text,
		share_of(e->sum->temporary[2], e->sum->calls).text,
		share_of(e->sum->temporary[3], e->sum->calls).text));
}

static void put_frees(const struct evidence *e)
{
	const struct signals *s = e->s;
	const struct advice_site *site = s->site;
	char *same, *lifo;

	if (e->sum->frees <= 0)
		return;
	same = site->free_stacks > 0 ?
		       xasprintf("; under the same call of the same function: "
				 "%s of %s that tell",
				 share_of(site->free_same, site->free_stacks)
					 .text,
				 amount_count(site->free_stacks).text) :
		       xasprintf("%s", "");
	lifo = s->lifo_known > 0 ?
		       xasprintf("; the thread's youngest block: %s",
				 share_of(s->lifo, s->lifo_known).text) :
		       xasprintf("%s", "");
	put(e, "freed", xasprintf("by another thread: %s%s%s",
				  share_of(e->sum->far_frees, e->sum->frees)
					  .text, lifo, same));
	free(lifo);
	free(same);
}

static char *times_text(const struct evidence *e, const char *what,
			const struct call_times *times)
{
	const struct expense *x = &e->advice->expense;

	return xasprintf("%s: %s (P10), %s (P50), %s on average, of %s that "
			 "were timed", what,
			 amount_ns(expense_quantile(x, times, 0.1)).text,
			 amount_ns(expense_quantile(x, times, 0.5)).text,
			 amount_ns(expense_call(x, times).high).text,
			 amount_count(call_times_all(times)).text);
}

static void put_times(const struct evidence *e)
{
	const char *label = "takes";

	if (call_times_all(&e->s->calls.allocations) > 0) {
		put(e, label, times_text(e, "allocation",
					 &e->s->calls.allocations));
		label = "";
	}
	if (call_times_all(&e->s->calls.reallocs) > 0) {
		put(e, label, times_text(e, "realloc", &e->s->calls.reallocs));
		label = "";
	}
	if (call_times_all(&e->s->calls.releases) > 0)
		put(e, label, times_text(e, "free", &e->s->calls.releases));
	if (e->s->callocs > 0)
		put(e, "calloc", xasprintf("clears %s in %s calls",
					   amount_bytes(e->s->calls.calloc_bytes)
						   .text,
					   amount_count(e->s->callocs).text));
}

static void put_chains(const struct evidence *e, size_t candidate)
{
	const struct chain_sums *c = &e->advice->chains.sums[candidate];

	if (c->chains <= 0)
		return;
	put(e, "growth", xasprintf(
		"%s blocks grew %s times each, to %s (P50), %s (P90); %s were "
		"copied, %s of the steps copied nothing",
		amount_count(c->chains).text,
		amount_number(c->steps / c->chains).text,
		amount_bytes(spread_quantile(&c->finals, 0.5)).text,
		amount_bytes(spread_quantile(&c->finals, 0.9)).text,
		amount_bytes(c->copied_bytes).text,
		share_of(c->in_place + c->remapped, c->all_steps).text));
}

/* "1: 40%, 2: 55%": caps up to the one that is enough. */
static char *caps_text(const struct pool_sim *sim, const struct pool_caps *caps)
{
	size_t knee = pool_sim_knee(sim), first = pool_sim_first_cap(sim);
	char *text = xasprintf("%s", "");
	struct pool_figures figures;
	struct pool_totals totals;

	pool_sim_totals(sim, &totals);
	if (knee > first + POOL_CAPS_SHOWN - 1)
		first = knee - POOL_CAPS_SHOWN + 1;
	for (size_t i = first; i <= knee; i++) {
		char *more, *cap;

		pool_sim_figures(sim, i, &figures);
		cap = caps->caps[i] == POOL_CAP_NONE ?
			      xasprintf("no limit") :
			      xasprintf("%s", amount_count((double)
							   caps->caps[i]).text);
		more = xasprintf("%s%s%s: %s", text, *text ? ", " : "", cap,
				 share_of((double)figures.hits,
					  (double)totals.allocations).text);
		free(cap);
		free(text);
		text = more;
	}
	return text;
}

static void put_pool(const struct evidence *e, size_t candidate)
{
	const struct pools *pools = &e->advice->pools;
	const struct pool_sim *sim = pools->trials[candidate].sim;
	struct pool_result r = pools_result(pools, candidate);
	char *caps;

	if (e->advice->incumbent)
		put(e, "allocator", xasprintf(
			"its own cache serves %s of the calls (simulated)",
			share_of(e->s->incumbent_hits, e->sum->calls).text));
	if (!r.there)
		return;
	caps = caps_text(sim, &pools->caps);
	put(e, "pool", xasprintf(
		"serves, by how many it keeps%s: %s; without a limit at best "
		"%s; with %s, up to %s lie idle (simulated)",
		e->s->lane_count > 1 ? " a thread" : "", caps,
		amount_percent(r.bound).text, amount_count((double)r.cap).text,
		amount_bytes(r.idle_bytes + r.waste_bytes).text));
	free(caps);
}

/* Functions under which the site's blocks come and go, most calls first. */
static void put_regions(const struct evidence *e)
{
	const struct epochs *epochs = &e->advice->epochs;
	const uint32_t *f = epochs->of_row ?
				    epochs->of_row[e->s->site->rows[0]] : NULL;
	const struct model *model = &e->advice->recording->model;
	const char *label = "epochs";

	for (size_t i = 0; f && *f != UINT32_MAX && i < REGIONS_SHOWN; i++) {
		const struct epoch_function *fn = &epochs->functions[*f++];
		const struct stack_node *node = &model->stacks.nodes[fn->node];
		const struct symbol *symbol = symbolizer_resolve(
			e->advice->symbols, node->module, node->address);
		const struct symbol_call *call =
			&symbol->calls[symbol->call_count - 1];

		if (fn->epochs <= 0)
			continue;
		put(e, label, xasprintf(
			"%s under one call in %s, of %s blocks and %s",
			amount_count(fn->epochs).text,
			call->function ? call->function : symbol->place,
			amount_number(fn->objects / fn->epochs).text,
			amount_bytes(fn->total_bytes / fn->epochs).text));
		label = "";
	}
}

void advice_evidence_print(const struct output_run *run,
			   const struct advice *advice,
			   const struct signals *signals)
{
	const struct evidence e = { run, advice, signals,
				    advice_site_sum(signals->site) };
	size_t candidate = (size_t)(signals - advice->pass.candidates);

	put_calls(&e);
	put_sizes(&e);
	put_live(&e);
	put_runs(&e);
	put_lifetimes(&e);
	put_frees(&e);
	put_times(&e);
	if (advice->sampled)
		return;
	put_chains(&e, candidate);
	put_pool(&e, candidate);
	put_regions(&e);
}
