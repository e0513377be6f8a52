/* SPDX-License-Identifier: MIT */
#include "analyzer/output/pool_table.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"
#include "analyzer/output/cells.h"
#include "analyzer/output/frame_lines.h"
#include "analyzer/output/screen.h"
#include "analyzer/output/summary.h"
#include "analyzer/text.h"
#include "analyzer/whole.h"

#define POLICY_COLUMNS 9
#define CAP_COLUMNS 6
#define HIT_COLUMNS 7
#define CELL_COLUMNS 7
#define HEAP_COLUMNS 8
#define USELESS 0.1 /* a bound on the hits below which that is said */

/* A row: a policy under a cap. */
struct row {
	const struct simulated_policy *policy;
	size_t cap;
	const char *name;
	enum ink ink;
};

static void put_line(const struct output_run *run, enum ink ink, char *line)
{
	screen_put_folded(run, ink, line, 0);
	free(line);
}

static bool has_incumbent(const struct simulation *s)
{
	return !isnan(simulation_incumbent_ratio(s));
}

static void put_titles(const struct output_run *run, const struct simulation *s)
{
	size_t over = has_incumbent(s) ? CELL_COLUMNS : 0;

	screen_spaces(run, POLICY_COLUMNS + CAP_COLUMNS + HIT_COLUMNS + over);
	screen_put_right(run, INK_FAINT, "calls", CELL_COLUMNS);
	screen_put_right(run, INK_FAINT, "idle bytes", 3 * CELL_COLUMNS);
	screen_put_right(run, INK_FAINT, "peak", HEAP_COLUMNS);
	screen_put_right(run, INK_FAINT, "time saved", 2 * CELL_COLUMNS);
	fputs("\n", run->file);
	screen_put_left(run, INK_FAINT, "policy", POLICY_COLUMNS);
	screen_put_right(run, INK_FAINT, "cap", CAP_COLUMNS);
	screen_put_right(run, INK_FAINT, "hit", HIT_COLUMNS);
	if (over)
		screen_put_right(run, INK_FAINT, "more", CELL_COLUMNS);
	screen_put_right(run, INK_FAINT, "saved", CELL_COLUMNS);
	screen_put_right(run, INK_FAINT, "most", CELL_COLUMNS);
	screen_put_right(run, INK_FAINT, "mean", CELL_COLUMNS);
	screen_put_right(run, INK_FAINT, "end", CELL_COLUMNS);
	screen_put_right(run, INK_FAINT, "heap", HEAP_COLUMNS);
	screen_put_right(run, INK_FAINT, "least", CELL_COLUMNS);
	screen_put_right(run, INK_FAINT, "mean", CELL_COLUMNS);
	fputs("\n", run->file);
}

static void put_cell(const struct output_run *run, enum ink ink, double value,
		     char *(*write)(char *, double), size_t columns)
{
	char cell[CELL_BYTES];

	screen_put_right(run, ink, write(cell, value), columns);
}

static char *cap_text(char out[CELL_BYTES], uint64_t cap)
{
	if (cap == POOL_CAP_NONE)
		return strcpy(out, "none");
	if (cap < 100000)
		snprintf(out, CELL_BYTES, "%" PRIu64, cap);
	else
		cell_count(out, (double)cap);
	return out;
}

/* "+4.00K": to a peak, which no pool makes smaller. */
static char *cell_more(char out[CELL_BYTES], double bytes)
{
	char cell[CELL_BYTES];

	if (!(bytes > 0))
		return strcpy(out, "0");
	snprintf(out, CELL_BYTES, "+%.*s", CELL_BYTES - 2,
		 cell_bytes(cell, bytes));
	return out;
}

/* Points of a hundred, with the sign. */
static char *cell_points(char out[CELL_BYTES], double ratio)
{
	snprintf(out, CELL_BYTES, "%+.1f", ratio * 100);
	return out;
}

static double hit_ratio(const struct simulation *s,
			const struct pool_figures *f)
{
	return s->totals.allocations > 0 ?
		       (double)f->hits / (double)s->totals.allocations :
		       0;
}

static void put_row(const struct output_run *run, const struct simulation *s,
		    const struct row *row)
{
	uint64_t cap = s->caps.caps[row->cap];
	double heap = s->totals.heap_peak_bytes;
	struct span_ns saved;
	char cell[CELL_BYTES];
	struct pool_figures f;

	pool_sim_figures(row->policy->sim, row->cap, &f);
	saved = simulation_saved(s, row->policy->policy, f.hits);
	screen_put_left(run, row->ink, row->name, POLICY_COLUMNS);
	screen_put_right(run, row->ink, row->policy->policy->uncapped ?
			 "-" : cap_text(cell, cap), CAP_COLUMNS);
	put_cell(run, row->ink, hit_ratio(s, &f), cell_percent, HIT_COLUMNS);
	if (has_incumbent(s))
		put_cell(run, row->ink, hit_ratio(s, &f) -
			 simulation_incumbent_ratio(s), cell_points,
			 CELL_COLUMNS);
	put_cell(run, row->ink, (double)f.calls_saved, cell_count,
		 CELL_COLUMNS);
	put_cell(run, row->ink, f.idle_bytes.peak, cell_bytes, CELL_COLUMNS);
	put_cell(run, row->ink, f.idle_bytes.mean, cell_bytes, CELL_COLUMNS);
	put_cell(run, row->ink, f.idle_bytes.end, cell_bytes, CELL_COLUMNS);
	put_cell(run, row->ink, f.peak_bytes - heap, cell_more, HEAP_COLUMNS);
	put_cell(run, row->ink, saved.low, cell_duration, CELL_COLUMNS);
	put_cell(run, row->ink, saved.high, cell_duration, CELL_COLUMNS);
	fputs("\n", run->file);
}

/* One thread has but one list. */
static bool is_same_as_shared(const struct simulation *s,
			      const struct pool_policy *policy)
{
	return s->totals.lanes < 2 && s->policy_count > 1 &&
	       (policy == &pool_freeing || policy == &pool_owner);
}

static void put_policies(const struct output_run *run,
			 const struct simulation *s)
{
	for (size_t i = 0; i < s->policy_count; i++) {
		const struct simulated_policy *p = &s->policies[i];
		const struct row row = { p, p->shown, p->policy->word,
					 i == s->best ? INK_STRONG :
							INK_PLAIN };

		if (!is_same_as_shared(s, p->policy))
			put_row(run, s, &row);
	}
	fputs("\n", run->file);
}

/* Does a larger cap change nothing? Of those below the last. */
static bool is_ample(const struct simulation *s,
		     const struct simulated_policy *p, size_t cap)
{
	struct pool_figures here, last;

	pool_sim_figures(p->sim, cap, &here);
	pool_sim_figures(p->sim, pool_sim_last_cap(p->sim), &last);
	return here.hits == last.hits && s->caps.caps[cap] >=
						 last.idle_blocks.peak;
}

static void put_caps(const struct output_run *run, const struct simulation *s,
		     const struct simulated_policy *p)
{
	size_t last = pool_sim_last_cap(p->sim);

	for (size_t i = pool_sim_first_cap(p->sim); i <= last; i++) {
		bool knee = i == p->knee;
		struct row row = { p, i, "", INK_PLAIN };

		if (knee) {
			row.name = "  knee";
			row.ink = INK_STRONG;
		} else if (i == p->shown) {
			row.name = "  --cap";
			row.ink = INK_STRONG;
		} else if (i > 0 && i < last && is_ample(s, p, i - 1)) {
			continue;
		}
		put_row(run, s, &row);
	}
	fputs("\n", run->file);
}

void pool_table_print_sites(const struct output_run *run,
			    const struct report *report,
			    const struct site_choice *choice)
{
	summary_print_head(run, report);
	summary_print_warnings(run, report);
	for (size_t i = 0; i < choice->count; i++) {
		char id[SITE_ID_BYTES];

		site_id_text(id, &report->ids, choice->rows[i]->stack);
		screen_put(run, INK_STRONG, "site ");
		screen_put(run, INK_STRONG, id);
		fputs("\n", run->file);
		frame_lines_print(run, report, choice->rows[i], NULL);
	}
	fputs("\n", run->file);
}

/* "16", or "16, 32 and 64"; lets the caller free it. */
static char *sizes_text(const struct simulation *s)
{
	char *text = xasprintf("%s", "");

	for (size_t i = 0; i < s->size_count; i++) {
		bool last = i + 1 == s->size_count;
		char *more = xasprintf("%s%s%" PRIu64, text,
				       i == 0 ? "" : last ? " and " : ", ",
				       s->sizes[i]);

		free(text);
		text = more;
	}
	return text;
}

/* What there is to pool, and how good any pool can be. */
static void put_facts(const struct output_run *run, const struct simulation *s)
{
	const struct pool_totals *t = &s->totals;
	char calls[TEXT_NUMBER_BYTES], most[TEXT_NUMBER_BYTES];
	char end[TEXT_NUMBER_BYTES], bound[CELL_BYTES], waste[CELL_BYTES];
	double incumbent = simulation_incumbent_ratio(s);
	char *sizes = sizes_text(s);

	put_line(run, INK_PLAIN,
		 xasprintf("%s calls by %" PRIu64 " thread%s, objects of %s "
			   "bytes; at most %s live at once%s, %s in the end. "
			   "Hence every pool misses %s times or more: it "
			   "serves %s of the calls at best.",
			   text_count(calls, t->allocations), t->lanes,
			   t->lanes == 1 ? "" : "s", sizes,
			   text_count(most, t->misses_least),
			   s->size_count > 1 ? " (the sizes' peaks, summed)" :
					       "",
			   text_count(end, t->live_end), most,
			   cell_percent(bound, pool_totals_bound(t))));
	free(sizes);
	if (t->waste_peak_bytes > 0)
		put_line(run, INK_PLAIN,
			 xasprintf("Rounding up to these sizes takes up to "
				   "%s more while blocks live.",
				   cell_bytes(waste, t->waste_peak_bytes)));
	if (t->pooled < t->allocations)
		put_line(run, INK_NOTICE,
			 xasprintf("%s calls are larger than the pool's "
				   "largest size: always real.",
				   text_count(calls, t->allocations -
							     t->pooled)));
	if (s->reallocations > 0)
		put_line(run, INK_NOTICE,
			 xasprintf("%s calls are reallocs, which a pool has to "
				   "copy.", text_count(calls,
						       s->reallocations)));
	if (has_incumbent(s))
		put_line(run, INK_PLAIN,
			 xasprintf("The allocator's own cache serves %s of "
				   "them already.",
				   cell_percent(bound, incumbent)));
	if (pool_totals_bound(t) < USELESS)
		put_line(run, INK_NOTICE, xasprintf("Hardly a block is freed "
						    "before the next ones are "
						    "needed: no pool helps."));
	fputs("\n", run->file);
}

static void put_policy_notes(const struct output_run *run,
			     const struct simulation *s)
{
	char tau[TEXT_NUMBER_BYTES];
	bool timed = false;

	for (size_t i = 0; i < s->policy_count; i++) {
		const struct pool_policy *p = s->policies[i].policy;

		if (is_same_as_shared(s, p))
			continue;
		screen_put_left(run, INK_FAINT, p->word, POLICY_COLUMNS);
		screen_put(run, INK_FAINT, p->about);
		if (p->timed)
			screen_put(run, INK_FAINT, " *");
		timed = timed || p->timed;
		fputs("\n", run->file);
	}
	if (timed)
		put_line(run, INK_FAINT,
			 xasprintf("* after %s (--tau)",
				   text_duration(tau, s->options.tau_s * 1e9)));
	if (s->totals.lanes < 2 && s->policy_count > 1)
		screen_put(run, INK_FAINT, "One thread only: lists per thread "
			   "are the same as a shared one.\n");
}

/* Where the times come from. */
static char *times_text(const struct simulation *s)
{
	char count[TEXT_NUMBER_BYTES], locked[32] = "";

	double measured = simulation_measured(s);

	if (call_times_all(&s->calls.allocations) == 0)
		return xasprintf("time saved: not known, since no call was "
				 "measured.");
	if (s->totals.lanes > 1)
		snprintf(locked, sizeof(locked), " (%.1f with a lock)",
			 s->expense.locked_ns);
	return xasprintf("time saved: a malloc and its free took %.0f ns "
			 "(least: the fastest tenth) to %.0f ns (mean; %s "
			 "measured%s); a pop and a push take %.1f ns%s here. "
			 "What locality gains or loses is not in it.",
			 s->pair.low, s->pair.high,
			 text_count(count, whole_of(measured)),
			 call_times_all(&s->calls.releases) == 0 ?
				 ", frees taken to be as fast as that tenth" :
				 "",
			 s->expense.pool_ns, locked);
}

static void put_notes(const struct output_run *run, const struct simulation *s)
{
	put_policy_notes(run, s);
	screen_put_folded(run, INK_FAINT,
			  "idle: in the pool, unused. peak heap: how much the "
			  "heap's peak grows. knee: the smallest cap within 1% "
			  "of the best. calls saved: a malloc and a free for each "
			  "hit.", 0);
	put_line(run, INK_FAINT, times_text(s));
}

/* Above the caps of the policy that is best. */
static char *best_text(const struct simulation *s)
{
	const struct simulated_policy *best = &s->policies[s->best];
	double cpu_ns = expense_told_cpu_ns(&s->expense);
	char share[CELL_BYTES];
	struct pool_figures f;
	double high;

	pool_sim_figures(best->sim, best->shown, &f);
	high = simulation_saved(s, best->policy, f.hits).high;
	if (!(cpu_ns > 0) || isnan(high))
		return xasprintf("%s, by cap:", best->policy->word);
	return xasprintf("%s, by cap (what it saves in the mean is %s of the "
			 "CPU time):", best->policy->word,
			 cell_percent(share, high / cpu_ns));
}

void pool_table_print(const struct output_run *run, const struct simulation *s)
{
	const struct simulated_policy *best = &s->policies[s->best];

	pool_table_print_sites(run, s->report, s->choice);
	put_facts(run, s);
	put_titles(run, s);
	if (s->policy_count > 1)
		put_policies(run, s);
	if (s->policy_count > 1 && !best->policy->uncapped)
		put_line(run, INK_PLAIN, best_text(s));
	if (s->policy_count == 1 || !best->policy->uncapped)
		put_caps(run, s, best);
	put_notes(run, s);
}
