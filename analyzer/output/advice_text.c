/* SPDX-License-Identifier: MIT */
/* The findings for people: head, list, what to do about the rest. */
#include "analyzer/output/advice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/advice/amount.h"
#include "analyzer/advice/hidden.h"
#include "analyzer/memory.h"
#include "analyzer/text.h"

#define NEARLY_ALL 0.95 /* of the CPU time: it cannot be told from all */

/* "about 9.3%"; of a sample, and where it is all there is, less is told. */
static char *share_text(const struct advice *advice, double share)
{
	if (!advice->sampled && share > NEARLY_ALL)
		return xasprintf("%s", "nearly all");
	return xasprintf("%s%s", advice->sampled ? "at most " :
				 share >= 0.001 ? "about " : "",
			 amount_percent(share).text);
}

/* "; 91.8 ms of CPU time, about 9.3% of it in the allocator" */
static char *time_text(const struct advice *advice)
{
	double cpu = expense_told_cpu_ns(&advice->expense);
	char *share, *text;

	if (advice->expense.cpu_ns <= 0)
		return xasprintf("%s", "");
	if (cpu <= 0)
		return xasprintf("; too little CPU time, beside the "
				 "recorder's, to tell shares of it");
	share = share_text(advice, advice->expense.allocator_ns / cpu);
	text = xasprintf("; %s of CPU time, %s of it in the allocator",
			 amount_ns(cpu).text, share);
	free(share);
	return text;
}

static void print_head(const struct output_run *run,
		       const struct advice *advice)
{
	const struct model_meta *meta = &advice->recording->model.meta;
	char *time = time_text(advice);
	char *program = text_line(symbol_basename(meta->program));
	const char *about = advice->sampled ? "about " : "";
	char *line;

	line = xasprintf("%s: %s%s allocations, %s%s at the peak%s", program,
			 about, amount_count(advice->census.total.calls).text,
			 about,
			 amount_bytes(advice->census.total.live_bytes_max).text,
			 time);
	screen_put_folded(run, INK_STRONG, line, 0);
	fputs("\n", run->file);
	free(line);
	free(time);
	free(program);
}

static void say(const struct output_run *run, enum ink ink, char *text)
{
	screen_put_folded(run, ink, text, 0);
	free(text);
}

static void print_warnings(const struct output_run *run,
			   const struct advice *advice)
{
	bool any = false;

	if (advice->lost_events > 0) {
		say(run, INK_ALARM, xasprintf(
			"%s events were lost, so findings may be wrong. Record "
			"again with --on-full=wait, which loses none; "
			"'heapwise info' says what was lost.",
			amount_count((double)advice->lost_events).text));
		any = true;
	}
	if (advice->sampled) {
		say(run, INK_NOTICE, xasprintf(
			"This is a sample, which tells no order of events: "
			"figures are estimates, and hoist, stack, reserve, "
			"arena and sized-pool need a recording of every event "
			"(without --sample)."));
		any = true;
	}
	if (hidden_mapped_bytes(&advice->census) > 0) {
		say(run, INK_NOTICE, xasprintf(
			"At least %s of its memory came neither from malloc "
			"nor from files: what the program allocates there (a "
			"heap of its own, mmap) is not seen and not judged. "
			"Such a heap can often be switched off.",
			amount_bytes(hidden_mapped_bytes(&advice->census))
				.text));
		any = true;
	} else if (hidden_in_blocks(&advice->census)) {
		say(run, INK_NOTICE, xasprintf(
			"Most of its memory comes in few large blocks. If the "
			"program divides these itself, it hides its "
			"allocations: only what reaches malloc is judged here. "
			"An allocator of its own can often be switched off (python3: "
			"PYTHONMALLOC=malloc)."));
		any = true;
	}
	if (any)
		fputs("\n", run->file);
}

/* The best that was not good enough, and why. */
static char *best_text(const struct advice *advice)
{
	const struct finding *f = &advice->findings[0];
	double cpu = expense_told_cpu_ns(&advice->expense);
	double peak = advice->census.total.live_bytes_max;
	char *saving, *text;

	if (f->tags & FINDING_INITIALISED)
		return xasprintf("what comes closest is %s at %s, but %s",
				 f->detector->id, f->id, f->unworthy);
	if (f->saved_bytes > 0 && peak > 0)
		saving = xasprintf(" (%s of the peak)",
				   amount_percent(f->saved_bytes / peak).text);
	else if (f->saved.high > 0 && cpu > 0)
		saving = xasprintf(" (at most %s of the CPU time)",
				   amount_percent(f->saved.high / cpu).text);
	else
		saving = xasprintf("%s", "");
	text = xasprintf("the best remedy, %s at %s%s: %s", f->detector->id,
			 f->id, saving, f->unworthy);
	free(saving);
	return text;
}

/* The candidate with the most calls. */
static const struct advice_site *busiest(const struct advice *advice)
{
	const struct signals *best = &advice->pass.candidates[0];

	for (size_t i = 1; i < advice->pass.count; i++)
		if (advice_site_sum(advice->pass.candidates[i].site)->calls >
		    advice_site_sum(best->site)->calls)
			best = &advice->pass.candidates[i];
	return best->site;
}

static char *nothing_text(const struct advice *advice)
{
	const double *t = advice->options.thresholds.values;
	double cpu = expense_told_cpu_ns(&advice->expense);

	if (advice->pass.count == 0 && advice->sampled)
		return xasprintf("no site has %s samples or more",
				 amount_count(t[THRESHOLD_MIN_SAMPLES]).text);
	if (advice->pass.count == 0)
		return xasprintf("no site makes %s calls or more",
				 amount_count(t[THRESHOLD_MIN_CALLS]).text);
	if (advice->finding_count > 0)
		return best_text(advice);
	if (cpu > 0 &&
	    advice->expense.allocator_ns / cpu < t[THRESHOLD_MIN_CPU])
		return xasprintf("all allocator calls together take %s of the "
				 "CPU time",
				 amount_percent(advice->expense.allocator_ns /
						cpu).text);
	return xasprintf("no remedy fits how its %s with the most calls %s "
			 "blocks; 'heapwise advise --explain %s FILE' says why "
			 "of the busiest", advice->pass.count > 1 ? "sites" :
							    "site",
			 advice->pass.count > 1 ? "use their" : "uses its",
			 busiest(advice)->id);
}

/* What the words in brackets mean, of those that were shown. */
static void print_tags(const struct output_run *run, unsigned int tags)
{
	static const char *const meanings[FINDING_TAGS] = {
		("[startup]: only in a part of the run; one that is longer may "
		 "not show it."),
		"[candidate]: events cannot prove it.",
		"[model]: from a sample, a model's figures.",
		"[initialised]: only if it keeps objects ready to use.",
		"[kept]: never freed while the program ran; a leak only if it "
		"is to run for long.",
	};

	for (unsigned int i = 0; i < FINDING_TAGS; i++)
		if (tags & 1u << i)
			screen_put_folded(run, INK_FAINT, meanings[i], 0);
}

/* What they cost one by one is more than all at once. */
static void print_pools(const struct output_run *run,
			const struct advice *advice)
{
	const struct joint_price *joint = &advice->joint;

	if (joint->pools == 0)
		return;
	say(run, INK_NOTICE, xasprintf(
		"The %zu pools together hold at most %s idle at once (their "
		"prices add up to %s): at their peak %s more than these blocks "
		"alone.", joint->pools, amount_bytes(joint->idle_bytes).text,
		amount_bytes(advice_pool_prices(advice)).text,
		amount_bytes(joint->added_bytes).text));
}

static void print_foot(const struct output_run *run,
		       const struct advice_view *view, size_t shown)
{
	const struct advice *advice = view->advice;
	size_t worth = advice->worth_count;
	size_t others = advice->finding_count - worth;
	char *why;

	if (worth == 0) {
		why = nothing_text(advice);
		say(run, INK_STRONG, xasprintf(
			"Nothing here is worth changing: %s.", why));
		free(why);
	}
	if (shown < worth)
		say(run, INK_FAINT, xasprintf("%zu more; --limit=0 shows all.",
					      worth - shown));
	if (others > 0 && !view->all)
		say(run, INK_FAINT, xasprintf(
			"%zu more %s not worth it; --all shows %s.", others,
			others > 1 ? "are" : "is", others > 1 ? "them" : "it"));
	if (shown > 0)
		screen_put_folded(run, INK_FAINT, "Times are of the calls "
				  "alone, without what better locality would "
				  "save. 'heapwise advise --explain ID FILE' "
				  "has the evidence, what was rejected and "
				  "why, and source to begin with.", 0);
}

void advice_text_print(const struct output_run *run,
		       const struct advice_view *view)
{
	const struct advice *advice = view->advice;
	unsigned int tags = 0;
	size_t shown = 0;

	print_head(run, advice);
	print_warnings(run, advice);
	for (size_t i = 0; i < advice->finding_count; i++) {
		const struct finding *f = &advice->findings[i];

		if (shown == view->limit || (!f->worth && !view->all))
			break;
		advice_finding_print(run, advice, f, ADVICE_LINES);
		fputs("\n", run->file);
		tags |= f->tags;
		shown++;
	}
	print_pools(run, advice);
	print_tags(run, tags);
	print_foot(run, view, shown);
}
