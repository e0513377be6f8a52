/* SPDX-License-Identifier: MIT */
/* Blocks that all go when a function is done: one region for them. */
#include "analyzer/advice/amount.h"
#include "analyzer/advice/detectors.h"
#include "analyzer/advice/region_tree.h"
#include "analyzer/advice/wrapper_names.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"
#include "analyzer/whole.h"

#define MOST_OF 0.95 /* a callee with that much of the calls is the better one */
#define MAIN_OF_SITE 0.9 /* of a site's calls, for the region to be its remedy */

/* One function of epochs->functions, as a candidate for a region. */
struct region {
	const struct epoch_function *function;
	double calls; /* that no other remedy has taken */
	struct span_ns saved;
	double quarters[CENSUS_QUARTERS]; /* of those calls */
	uint32_t row; /* of the census: its most frequent stack */
	double row_calls;
	struct verdict verdict;
	bool fits, covered, chosen;
	struct region_span span;
};

static void judge_region(struct judgement *j, struct region *r)
{
	const struct epoch_function *e = r->function;

	j->verdict = r->verdict;
	/* first what decides whether epochs are counted: see epochs.c */
	r->fits = judge_share(j, "freed under the same call", e->free_under,
			      e->free_stacks, THRESHOLD_ARENA_SAME) &&
		  judge_at_least(j, "epochs", e->epochs,
				 THRESHOLD_ARENA_EPOCHS) &&
		  judge_at_least(j, "blocks an epoch", e->objects / e->epochs,
				 THRESHOLD_ARENA_OBJECTS) &&
		  judge_at_least(j, "bytes freed in their epoch",
				 e->bytes / (e->bytes + e->escaped_bytes),
				 THRESHOLD_ARENA_FREED) &&
		  judge_at_most(j, "all bytes / peak bytes of an epoch",
				e->total_bytes / e->peak_bytes,
				THRESHOLD_ARENA_SWELL);
	r->verdict = j->verdict;
}

/* What a pair of calls costs at sites that were not looked at closely. */
static struct span_ns mean_pair(const struct advice *advice)
{
	double calls = advice->census.total.calls;
	double ns = calls > 0 ? advice->expense.allocator_ns / calls : 0;

	return (struct span_ns){ ns / 2, ns };
}

static void add_row(struct advice *advice, struct region *r, uint32_t row)
{
	const struct census_row *stack = &advice->census.rows[row];
	uint32_t candidate = advice->pass.candidate_of[row];
	struct span_ns pair = mean_pair(advice);

	if (candidate != SIGNALS_NONE) {
		if (advice->claimed[candidate])
			return;
		pair = expense_pair(&advice->expense,
				    &advice->pass.candidates[candidate].calls);
	}
	r->calls += stack->calls;
	for (int i = 0; i < CENSUS_QUARTERS; i++)
		r->quarters[i] += stack->quarters[i];
	pair = expense_saved(stack->calls, pair, advice->expense.pool_ns);
	r->saved.low += pair.low;
	r->saved.high += pair.high;
	if (stack->calls > r->row_calls) {
		r->row_calls = stack->calls;
		r->row = row;
	}
}

static struct region *list_regions(struct judgement *j)
{
	struct advice *advice = j->advice;
	const struct epochs *epochs = &advice->epochs;
	struct region *regions = xcalloc(epochs->count + 1, sizeof(*regions));
	struct region_span *spans = region_spans(epochs);

	for (size_t i = 0; i < epochs->count; i++) {
		regions[i].function = &epochs->functions[i];
		regions[i].span = spans[i];
		regions[i].verdict = (struct verdict){
			.detector = &detector_arena, .kind = VERDICT_NONE };
		judge_region(j, &regions[i]);
	}
	free(spans);
	for (uint32_t row = 0; row < epochs->row_count; row++) {
		const uint32_t *f = epochs->of_row[row];

		for (; f && *f != UINT32_MAX; f++)
			if (regions[*f].fits)
				add_row(advice, &regions[*f], row);
	}
	return regions;
}

/* Regions have most calls first: a callee's comes after its callers'. The
 * innermost that has nearly as much is where the region belongs. */
static struct region *innermost(struct region *regions, size_t count,
				struct region *region)
{
	struct region *best = region;

	for (size_t i = 0; i < count; i++) {
		struct region *r = &regions[i];

		if (r->fits && !r->covered && r->calls >= MOST_OF * region->calls &&
		    r->function->node > best->function->node &&
		    region_is_under(&r->span, &best->span))
			best = r;
	}
	return best;
}

/* The place of the function that the region's call leads to, in its most
 * frequent stack: as far in as all its stacks have the same inlined calls. */
static struct fold_place find_place(const struct advice *advice,
				    const struct region *r)
{
	const struct stack_node *nodes = advice->recording->model.stacks.nodes;
	uint32_t stack = advice->census.rows[r->row].stack;
	struct fold_place place = { .node = stack };
	const struct symbol *symbol;

	for (uint32_t at = stack; at > r->function->node;
	     at = nodes[at].parent) {
		place.above += place.node != at;
		place.node = at;
	}
	symbol = fold_symbol(&advice->fold, &place);
	place.call = symbol ? (uint32_t)symbol->call_count - 1 : 0;
	return place;
}

/* One call further in, of the same address. */
static const struct symbol_call *inner(const struct symbol *symbol,
				       size_t depth)
{
	return depth < symbol->call_count ?
		       &symbol->calls[symbol->call_count - 1 - depth] : NULL;
}

static bool same_text(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/* How many calls of an address, from the outermost in, another has as well. */
static size_t common_depth(const struct symbol *a, const struct symbol *b,
			   size_t limit)
{
	size_t depth = 0;

	while (depth < limit) {
		const struct symbol_call *x = inner(a, depth);
		const struct symbol_call *y = inner(b, depth);

		if (!x || !y || !same_text(x->function, y->function))
			break;
		depth++;
		if (x->line != y->line)
			break; /* the same function, further in others */
	}
	return depth;
}

static uint32_t child_towards(const struct advice *advice, uint32_t stack,
			      uint32_t node)
{
	const struct stack_node *nodes = advice->recording->model.stacks.nodes;

	while (stack > node && nodes[stack].parent != node)
		stack = nodes[stack].parent;
	return stack;
}

/* How far in a stack's frees go with it, if they part at the region. */
static size_t depth_of_frees(const struct advice *advice,
			     const struct region *r,
			     const struct symbol *symbol,
			     const struct census_row *row, size_t depth)
{
	const struct stack_node *nodes = advice->recording->model.stacks.nodes;
	struct fold_place place = { .node = row->free_node };

	if (row->free_node < STACK_FIRST ||
	    nodes[row->free_node].parent != r->function->node)
		return depth;
	return common_depth(symbol, fold_symbol(&advice->fold, &place), depth);
}

/* Inlined functions that all of the region's stacks, and those of the frees,
 * go through; none of the library's. */
static void go_inward(const struct advice *advice, const struct region *r,
		      uint32_t index, struct fold_place *place)
{
	const struct epochs *epochs = &advice->epochs;
	const struct symbol *symbol = fold_symbol(&advice->fold, place);
	size_t depth;

	if (!symbol)
		return;
	depth = symbol->call_count;
	for (uint32_t i = 0; i < epochs->row_count && depth > 1; i++) {
		const struct census_row *row = &advice->census.rows[i];
		const uint32_t *f = epochs->of_row[i];
		struct fold_place other = { 0 };

		while (f && *f != UINT32_MAX && *f != index)
			f++;
		if (!f || *f != index)
			continue;
		other.node = child_towards(advice, row->stack,
					   r->function->node);
		depth = common_depth(symbol,
				     fold_symbol(&advice->fold, &other), depth);
		depth = depth_of_frees(advice, r, symbol, row, depth);
	}
	while (depth > 1 && wrapper_is_known(inner(symbol, depth - 1)->function,
					     NULL))
		depth--;
	place->call = (uint32_t)(symbol->call_count - (depth > 0 ? depth : 1));
}

static void say(struct judgement *j, const struct region *r)
{
	const struct epoch_function *e = r->function;
	struct finding *f = &j->finding;
	double lifo = e->lifo_known > 0 ? e->lifo / e->lifo_known : 0;

	finding_say(f, FINDING_SEEN, "%s allocations under this function, all "
		    "gone when it is done: %s epochs of %s blocks and %s "
		    "(largest %s); all bytes are %s times the peak%s",
		    amount_count(r->calls).text, amount_count(e->epochs).text,
		    amount_number(e->objects / e->epochs).text,
		    amount_bytes(e->total_bytes / e->epochs).text,
		    amount_bytes(e->largest_bytes).text,
		    amount_number(e->total_bytes / e->peak_bytes).text,
		    f->remedy.marks ? "; freed youngest first" : "");
	if (f->remedy.marks)
		finding_say(f, FINDING_DO, "a stack of memory: mark at its "
			    "start, release to the mark at its end (%s of the "
			    "frees are of the youngest block)",
			    amount_percent(lifo).text);
	else
		finding_say(f, FINDING_DO, "a region that is reset at the end "
			    "of this function (an arena, std::pmr::"
			    "monotonic_buffer_resource over a buffer that is "
			    "kept)");
	finding_say(f, FINDING_PRICE, "%s, kept between epochs%s",
		    amount_bytes(f->price_bytes).text,
		    e->total_bytes > 1.05 * e->peak_bytes ?
			    ", as nothing is reused within one" : "");
	if (e->escaped_calls > 0)
		finding_say(f, FINDING_CHECK, "that nothing in it outlives the "
			    "function; %s allocations under it do, and must "
			    "stay out of the region",
			    amount_count(e->escaped_calls).text);
	else
		finding_say(f, FINDING_CHECK, "that nothing in it outlives the "
			    "function, and what destructors do beside freeing");
}

/* The sites that are in what was advised; no two of these share a stack. */
static void claim(struct judgement *j, const struct region *regions)
{
	struct advice *advice = j->advice;
	bool *chosen = xcalloc(advice->epochs.count + 1, sizeof(bool));
	uint32_t *map;

	for (size_t i = 0; i < advice->epochs.count; i++)
		chosen[i] = regions[i].chosen;
	map = region_map(&advice->epochs, chosen);
	free(chosen);

	for (size_t i = 0; i < advice->pass.count; i++) {
		const struct advice_site *site =
			advice->pass.candidates[i].site;
		double under;
		uint32_t region = region_of_site(&advice->census, map, site,
						 &under);

		if (advice->claimed[i] || region == 0 ||
		    under < MAIN_OF_SITE * advice_site_sum(site)->calls)
			continue;
		advice->claimed[i] = true;
		j->signals = &advice->pass.candidates[i];
		j->verdict = regions[region - 1].verdict;
		j->verdict.kind = VERDICT_FIRED;
		advice_note(j);
	}
	free(map);
}

static void advise(struct judgement *j, struct region *r, uint32_t index)
{
	struct advice *advice = j->advice;
	const struct epoch_function *e = r->function;
	struct finding *f = &j->finding;
	const struct symbol *symbol;

	*f = (struct finding){
		.detector = &detector_arena,
		.site = &advice->fold.sites[advice->fold.site_of_row[r->row]],
		.stack = advice->census.rows[r->row].stack,
		.place = find_place(advice, r),
		.allocations = r->calls,
		.saved_calls = r->calls,
		.saved = r->saved,
	};
	finding_set_quarters(f, r->quarters,
			     judge_threshold(j, THRESHOLD_MIN_QUARTERS));
	go_inward(advice, r, index, &f->place);
	symbol = fold_symbol(&advice->fold, &f->place);
	fold_call_id(f->id, symbol, &symbol->calls[f->place.call]);
	f->price_bytes = e->largest_bytes * e->total_bytes / e->peak_bytes;
	f->remedy.bytes = whole_of(f->price_bytes);
	f->remedy.marks = e->lifo_known > 0 &&
			  e->lifo >= judge_threshold(j, THRESHOLD_ARENA_LIFO) *
					     e->lifo_known;
	say(j, r);
	advice_add(j);
}

static void cover(struct region *regions, size_t count,
		  const struct region *chosen)
{
	for (size_t i = 0; i < count; i++)
		if (region_is_under(&regions[i].span, &chosen->span) ||
		    region_is_under(&chosen->span, &regions[i].span))
			regions[i].covered = true;
}

/* Why there is no region for a site: what the largest that it is in lacks. */
static void note_rejected(struct judgement *j, const struct region *regions)
{
	const struct advice *advice = j->advice;

	for (size_t i = 0; i < advice->pass.count; i++) {
		const uint32_t *f;

		j->signals = &advice->pass.candidates[i];
		if (advice_verdict(advice, j->signals, &detector_arena)->kind ==
		    VERDICT_FIRED)
			continue;
		j->verdict = (struct verdict){ .detector = &detector_arena };
		f = advice->epochs.of_row[j->signals->site->rows[0]];
		if (advice->claimed[i])
			j->verdict.kind = VERDICT_TAKEN;
		else if (f && *f != UINT32_MAX && !regions[*f].fits)
			j->verdict = regions[*f].verdict;
		else
			judge_that(j, false, "no function under which its "
				   "blocks come and go together");
		advice_note(j);
	}
}

static void search(struct judgement *j)
{
	struct advice *advice = j->advice;
	size_t count = advice->epochs.count;
	struct region *regions = list_regions(j);
	double least = judge_threshold(j, THRESHOLD_MIN_CALLS);

	for (size_t i = 0; i < count; i++) {
		struct region *r = &regions[i];

		if (!r->fits || r->covered || r->calls < least)
			continue;
		r = innermost(regions, count, r);
		advise(j, r, (uint32_t)(r - regions));
		r->chosen = true;
		cover(regions, count, r);
	}
	claim(j, regions);
	note_rejected(j, regions);
	free(regions);
}

const struct detector detector_arena = {
	.id = "arena",
	.remedy = "a region, reset when the function is done",
	.verify = "record again: the sites under the function are "
		  "gone, and a run under AddressSanitizer is clean; "
		  "compare the time with 'perf stat -r 10'",
	.rank = DETECTOR_FIRST,
	.search = search,
};
