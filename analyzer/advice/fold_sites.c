/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/fold_sites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/function_name.h"
#include "analyzer/hash.h"

struct site_key {
	uint64_t hash;
	uint32_t site;
	UT_hash_handle hh;
};

void fold_add_frees(const struct fold *fold, uint32_t row, double *stacks,
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
		return fold_mix(hash, symbol->address -
					 (module ? module->base : 0));
	hash = hash_text(hash, call->function,
			 function_name_parameters(call->function) ?
				 strlen(call->function) :
				 function_symbol_len(call->function));
	if (call->start_line > 0 && line >= call->start_line)
		line -= call->start_line;
	if (call->line == 0)
		return fold_mix(hash, symbol->address -
					 (module ? module->base : 0));
	return fold_mix(hash, (uint64_t)line);
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
	const struct symbol *symbol = fold_places_symbol(&fold->state->ways, place);
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
	*site = (struct advice_site){
		.symbol = symbol,
		.call = call,
		.census = fold->state->census,
	};
	write_id(site->id, hash);
	return key->site;
}

static void add_sum(struct advice_site *site, const struct census_row *row)
{
	const struct census_row *rows = site->census->rows;

	if (site->row_count == 1)
		return;
	if (!site->several) {
		site->several = xcalloc(1, sizeof(*site->several));
		*site->several = rows[site->rows[0]];
	}
	census_row_add(site->several, row);
}

static void add_row(struct fold *fold, uint32_t site_index, uint32_t row)
{
	const struct census *census = fold->state->census;
	struct advice_site *site = &fold->sites[site_index];

	site->rows[site->row_count++] = row;
	add_sum(site, &census->rows[row]);
	fold_add_frees(fold, row, &site->free_stacks, &site->free_same);
}

static int by_calls(const void *left, const void *right)
{
	const struct advice_site *a = left, *b = right;
	double calls = advice_site_sum(a)->calls;
	double others = advice_site_sum(b)->calls;

	if (calls != others)
		return calls > others ? -1 : 1;
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
	site->symbol = fold_places_symbol(&fold->state->ways, &site->place);
	site->call = &site->symbol->calls[site->place.call];
}

/* The site of each row, and how many rows each has. */
static void find_sites(struct fold *fold)
{
	struct site_key *keys = NULL, *key, *next;
	size_t capacity = 0;

	for (uint32_t i = 0; i < fold->state->census->count; i++) {
		const struct fold_place *place = &fold->places[i];
		uint32_t site;

		if (place->node < STACK_FIRST)
			continue;
		site = site_of(fold, &keys, place, &capacity);
		fold->site_of_row[i] = site;
		fold->sites[site].row_count++;
	}
	HASH_ITER(hh, keys, key, next)
	{
		HASH_DEL(keys, key);
		free(key);
	}
}

static void add_rows(struct fold *fold)
{
	uint32_t *next = xcalloc(fold->state->census->count + 1, sizeof(*next));

	fold->rows = next;
	for (size_t i = 0; i < fold->count; i++) {
		fold->sites[i].rows = next;
		next += fold->sites[i].row_count;
		fold->sites[i].row_count = 0;
	}
	for (uint32_t i = 0; i < fold->state->census->count; i++)
		if (fold->places[i].node >= STACK_FIRST)
			add_row(fold, fold->site_of_row[i], i);
}

void fold_make_sites(struct fold *fold)
{
	find_sites(fold);
	add_rows(fold);
	if (fold->count > 0)
		qsort(fold->sites, fold->count, sizeof(*fold->sites), by_calls);
	for (uint32_t i = 0; i < fold->count; i++) {
		struct advice_site *site = &fold->sites[i];

		choose_stack(fold, site);
		for (size_t k = 0; k < site->row_count; k++)
			fold->site_of_row[site->rows[k]] = i;
	}
}
