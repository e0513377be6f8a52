/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/fold.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/function_name.h"
#include "analyzer/hash.h"

#define ROUNDS_MAX 12
#define EXPLAINED 0.5	   /* of the variance, by the callers */
#define SIZES_MIX 0.5	   /* deviation in powers of two */
#define LIFETIMES_MIX 2.0  /* likewise */
#define OUTLIVES 0.95	   /* of the blocks are freed elsewhere */
#define CHAIN_MAX 8	   /* functions, each called by the next alone */
#define CALLER_SHARE 0.01  /* a caller with fewer calls tells nothing */

struct fold_state {
	const struct census *census;
	struct fold_places ways;
};

/* A row in the order of its function and caller. */
struct ranked_row {
	uint32_t function; /* name's number */
	uint32_t row;
	uint64_t caller; /* its address and call */
	uint32_t caller_function; /* where there is a caller */
};

struct site_key {
	uint64_t hash;
	uint32_t site;
	UT_hash_handle hh;
};

const struct symbol *fold_symbol(const struct fold *fold,
				 const struct fold_place *place)
{
	return fold_places_symbol(&fold->state->ways, place);
}

struct fold_place fold_caller(const struct fold *fold, struct fold_place place)
{
	return fold_places_caller(&fold->state->ways, place);
}

static struct fold_place past_known(const struct fold *fold,
				    struct fold_place place)
{
	return fold_places_past_wrappers(&fold->state->ways, place);
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 29;
}

static int by_function(const void *left, const void *right)
{
	const struct ranked_row *a = left, *b = right;

	if (a->function != b->function)
		return a->function < b->function ? -1 : 1;
	if (a->caller != b->caller)
		return a->caller < b->caller ? -1 : 1;
	return a->row < b->row ? -1 : a->row > b->row;
}

/* False past a stack's end. */
static bool rank_row(const struct fold *fold, struct ranked_row *ranked)
{
	struct fold_place place = fold->places[ranked->row], caller;
	const struct symbol *symbol = fold_symbol(fold, &place);

	if (!symbol)
		return false;
	caller = fold_caller(fold, place);
	ranked->function = fold_places_name(&fold->state->ways, &place);
	ranked->caller = 0;
	symbol = fold_symbol(fold, &caller);
	if (!symbol)
		return true;
	ranked->caller = mix(symbol->address, caller.call + 1);
	ranked->caller_function = fold_places_name(&fold->state->ways,
						   &caller);
	return true;
}

static size_t rank_rows(const struct fold *fold, struct ranked_row *ranked)
{
	size_t count = 0;

	for (uint32_t i = 0; i < fold->state->census->count; i++) {
		ranked[count].row = i;
		count += rank_row(fold, &ranked[count]);
	}
	qsort(ranked, count, sizeof(*ranked), by_function);
	return count;
}

/* Between and within the callers of one function. */
struct spread_of_callers {
	struct census_moments sizes, lifetimes;
	double sizes_between, lifetimes_between; /* sums of squares */
	double calls, stacks, same; /* as in struct advice_site */
	size_t callers;
};

static void add_moments(struct census_moments *to,
			const struct census_moments *from)
{
	to->count += from->count;
	to->sum += from->sum;
	to->squares += from->squares;
}

/* What a group's mean adds to the sum of squares between groups, but for the
 * grand mean's part. */
static double between(const struct census_moments *m)
{
	return m->count > 0 ? m->sum * m->sum / m->count : 0;
}

static void add_frees(const struct fold *fold, uint32_t row, double *stacks,
		      double *same)
{
	const struct census_row *r = &fold->state->census->rows[row];
	uint32_t above = fold->places[row].above;

	*stacks += r->shared_none;
	for (uint32_t i = 0; i < CENSUS_SHARED; i++) {
		*stacks += r->shared[i];
		if (i <= above + 1 && i < CENSUS_SHARED - 1)
			*same += r->shared[i];
	}
}

/* The rows of one function, sorted by caller. */
static struct spread_of_callers measure(const struct fold *fold,
					const struct ranked_row *rows,
					size_t count)
{
	const struct census *census = fold->state->census;
	struct spread_of_callers s = { 0 };
	struct census_moments sizes = { 0 }, lifetimes = { 0 };
	double calls = 0;

	for (size_t i = 0; i < count; i++)
		s.calls += census->rows[rows[i].row].calls;
	for (size_t i = 0; i < count; i++) {
		const struct census_row *row = &census->rows[rows[i].row];

		add_moments(&sizes, &row->sizes);
		add_moments(&lifetimes, &row->lifetimes);
		calls += row->calls;
		add_frees(fold, rows[i].row, &s.stacks, &s.same);
		if (i + 1 < count && rows[i + 1].caller == rows[i].caller)
			continue;
		if (calls >= CALLER_SHARE * s.calls && rows[i].caller) {
			s.callers++;
			add_moments(&s.sizes, &sizes);
			add_moments(&s.lifetimes, &lifetimes);
			s.sizes_between += between(&sizes);
			s.lifetimes_between += between(&lifetimes);
		}
		sizes = (struct census_moments){ 0 };
		lifetimes = (struct census_moments){ 0 };
		calls = 0;
	}
	return s;
}

static bool explains(const struct census_moments *all, double sum_between,
		     double least_deviation)
{
	double grand = between(all);
	double total = all->squares - grand;

	return census_deviation(all) >= least_deviation &&
	       sum_between - grand >= EXPLAINED * total;
}

static bool is_wrapper(const struct spread_of_callers *s)
{
	if (s->callers < 2)
		return false;
	if (s->stacks > 0 && s->same > (1 - OUTLIVES) * s->stacks)
		return false;
	return explains(&s->sizes, s->sizes_between, SIZES_MIX) ||
	       explains(&s->lifetimes, s->lifetimes_between, LIFETIMES_MIX);
}

/* Moves rows of one function to its callers, but for known wrappers that
 * nothing but wrappers call; false if there are no others. */
static bool fold_rows(struct fold *fold, const struct ranked_row *rows,
		      size_t count)
{
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		struct fold_place *place = &fold->places[rows[i].row];
		struct fold_place caller = past_known(fold,
						      fold_caller(fold, *place));

		if (!rows[i].caller || fold_places_is_wrapper(&fold->state->ways, &caller))
			continue;
		*place = caller;
		any = true;
	}
	return any;
}

static bool has_one_caller(const struct ranked_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!rows[i].caller ||
		    rows[i].caller_function != rows[0].caller_function)
			return false;
	return true;
}

/* All to their one caller; false at the stack's end. */
static bool climb(struct fold *fold, struct ranked_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct fold_place *place = &fold->places[rows[i].row];
		struct fold_place caller = fold_caller(fold, *place);

		if (caller.node < STACK_FIRST ||
		    fold_places_is_wrapper(&fold->state->ways, &caller))
			return false;
		*place = caller;
	}
	for (size_t i = 0; i < count; i++)
		rank_row(fold, &rows[i]);
	qsort(rows, count, sizeof(*rows), by_function);
	return rows[0].function == rows[count - 1].function;
}

/*
 * A function with one caller cannot be told from it: it is a wrapper if what
 * calls the two is told apart. Rows in the order of callers; on failure they
 * are where they were.
 */
static bool fold_chain(struct fold *fold, struct ranked_row *rows, size_t count)
{
	struct fold_place *kept = xcalloc(count, sizeof(*kept));
	uint32_t *order = xcalloc(count, sizeof(*order));
	struct spread_of_callers s;
	bool folded = false;

	for (size_t i = 0; i < count; i++) {
		order[i] = rows[i].row;
		kept[i] = fold->places[order[i]];
	}
	for (int i = 0; i < CHAIN_MAX && has_one_caller(rows, count); i++)
		if (!climb(fold, rows, count))
			goto out;
	s = measure(fold, rows, count);
	folded = is_wrapper(&s) && fold_rows(fold, rows, count);
out:
	for (size_t i = 0; i < count && !folded; i++)
		fold->places[order[i]] = kept[i];
	free(kept);
	free(order);
	return folded;
}

/* Folds the wrappers of this round; false if there were none. */
static bool fold_round(struct fold *fold, struct ranked_row *ranked)
{
	size_t count = rank_rows(fold, ranked);
	bool any = false;

	for (size_t first = 0, end; first < count; first = end) {
		struct spread_of_callers s;

		for (end = first; end < count; end++)
			if (ranked[end].function != ranked[first].function)
				break;
		if (has_one_caller(ranked + first, end - first)) {
			any |= fold_chain(fold, ranked + first, end - first);
			continue;
		}
		s = measure(fold, ranked + first, end - first);
		if (is_wrapper(&s))
			any |= fold_rows(fold, ranked + first, end - first);
	}
	return any;
}

static uint64_t hash_text(uint64_t hash, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)text[i]) *
		       UINT64_C(0x100000001b3);
	return hash;
}

/* Of what a call is, wherever it was loaded or its source has moved to. */
static uint64_t identity(const struct symbol *symbol,
			 const struct symbol_call *call)
{
	const struct model_module *module = symbol->module;
	const char *name = module ? symbol_basename(module->path) : "";
	uint64_t hash = hash_text(UINT64_C(0xcbf29ce484222325), name,
				  strlen(name));
	int line = call->line;

	if (!call->function)
		return mix(hash, symbol->address -
					 (module ? module->base : 0));
	hash = hash_text(hash, call->function,
			 function_name_parameters(call->function) ?
				 strlen(call->function) :
				 function_symbol_len(call->function));
	if (call->start_line > 0 && line >= call->start_line)
		line -= call->start_line;
	if (call->line == 0)
		return mix(hash, symbol->address -
					 (module ? module->base : 0));
	return mix(hash, (uint64_t)line);
}

static void write_id(char id[SITE_ID_BYTES], uint64_t hash)
{
	snprintf(id, SITE_ID_BYTES, "%012llx",
		 (unsigned long long)(hash >> 16));
}

void fold_call_id(char id[SITE_ID_BYTES], const struct symbol *symbol,
		  const struct symbol_call *call)
{
	write_id(id, identity(symbol, call));
}

static uint32_t site_of(struct fold *fold, struct site_key **keys,
			const struct fold_place *place, size_t *capacity)
{
	const struct symbol *symbol = fold_symbol(fold, place);
	const struct symbol_call *call = &symbol->calls[place->call];
	uint64_t hash = identity(symbol, call);
	struct advice_site *site;
	struct site_key *key;

	HASH_FIND(hh, *keys, &hash, sizeof(hash), key);
	if (key)
		return key->site;
	key = xcalloc(1, sizeof(*key));
	key->hash = hash;
	key->site = (uint32_t)fold->count;
	HASH_ADD(hh, *keys, hash, sizeof(key->hash), key);
	GROW(fold->sites, *capacity, fold->count);
	site = &fold->sites[fold->count++];
	*site = (struct advice_site){ .symbol = symbol, .call = call };
	site->sum.first_tick = UINT64_MAX;
	write_id(site->id, hash);
	return key->site;
}

static void add_row(struct fold *fold, uint32_t site_index, uint32_t row)
{
	const struct census *census = fold->state->census;
	struct advice_site *site = &fold->sites[site_index];

	GROW(site->rows, site->row_capacity, site->row_count);
	site->rows[site->row_count++] = row;
	census_row_add(&site->sum, &census->rows[row]);
	add_frees(fold, row, &site->free_stacks, &site->free_same);
}

static int by_calls(const void *left, const void *right)
{
	const struct advice_site *a = left, *b = right;

	if (a->sum.calls != b->sum.calls)
		return a->sum.calls > b->sum.calls ? -1 : 1;
	return strcmp(a->id, b->id);
}

/* Its most frequent stack stands for a site. */
static void choose_stack(struct fold *fold, struct advice_site *site)
{
	const struct census_row *rows = fold->state->census->rows;
	uint32_t best = site->rows[0];

	for (size_t i = 1; i < site->row_count; i++)
		if (rows[site->rows[i]].calls > rows[best].calls)
			best = site->rows[i];
	site->stack = rows[best].stack;
	site->place = fold->places[best];
	site->symbol = fold_symbol(fold, &site->place);
	site->call = &site->symbol->calls[site->place.call];
}

static void make_sites(struct fold *fold)
{
	const struct census *census = fold->state->census;
	struct site_key *keys = NULL, *key, *next;
	size_t capacity = 0;

	for (uint32_t i = 0; i < census->count; i++)
		if (fold->places[i].node >= STACK_FIRST)
			add_row(fold, site_of(fold, &keys, &fold->places[i],
					      &capacity), i);
	HASH_ITER(hh, keys, key, next)
	{
		HASH_DEL(keys, key);
		free(key);
	}
	if (fold->count > 0)
		qsort(fold->sites, fold->count, sizeof(*fold->sites), by_calls);
	for (uint32_t i = 0; i < fold->count; i++) {
		struct advice_site *site = &fold->sites[i];

		choose_stack(fold, site);
		for (size_t k = 0; k < site->row_count; k++)
			fold->site_of_row[site->rows[k]] = i;
	}
}

void fold_run(struct fold *fold, const struct census *census,
	      struct symbolizer *symbols)
{
	struct fold_state *s = xcalloc(1, sizeof(*s));
	struct ranked_row *ranked = xcalloc(census->count + 1, sizeof(*ranked));

	*fold = (struct fold){ .state = s };
	s->census = census;
	fold_places_init(&s->ways, &census->recording->model, symbols);
	fold->places = xcalloc(census->count + 1, sizeof(*fold->places));
	fold->site_of_row = xcalloc(census->count + 1, sizeof(uint32_t));
	memset(fold->site_of_row, 0xff, census->count * sizeof(uint32_t));
	for (size_t i = 0; i < census->count; i++)
		fold->places[i] = past_known(fold, (struct fold_place){
				.node = census->rows[i].stack });
	for (int i = 0; i < ROUNDS_MAX && fold_round(fold, ranked); i++)
		continue;
	free(ranked);
	make_sites(fold);
}

void fold_release(struct fold *fold)
{
	for (size_t i = 0; i < fold->count; i++)
		free(fold->sites[i].rows);
	free(fold->sites);
	free(fold->places);
	free(fold->site_of_row);
	if (fold->state)
		fold_places_release(&fold->state->ways);
	free(fold->state);
	*fold = (struct fold){ 0 };
}
