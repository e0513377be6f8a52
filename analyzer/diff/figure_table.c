/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/figure_table.h"
#include "analyzer/memory.h"

#include <stdlib.h>

#define ELSEWHERE UINT32_MAX

static int by_place(const void *left, const void *right)
{
	const struct figure_large *a = left, *b = right;

	return a->place < b->place ? -1 : a->place > b->place;
}

uint64_t figure_table_get(const struct figure_table *t, uint32_t set,
			  unsigned int figure)
{
	const struct figure_large key = {
		.place = (uint64_t)set * FIGURE_SET_SIZE + figure,
	};
	const struct figure_large *found;

	if (t->sets[set][figure] != ELSEWHERE)
		return t->sets[set][figure];
	found = bsearch(&key, t->large, t->large_count, sizeof(key), by_place);
	return found ? found->value : 0;
}

static bool is_set(const void *context, uint32_t number, const void *key)
{
	const uint64_t *values = key;

	for (unsigned int i = 0; i < FIGURE_SET_SIZE; i++)
		if (figure_table_get(context, number, i) != values[i])
			return false;
	return true;
}

static uint64_t hash_of_set(const void *context, uint32_t number)
{
	uint64_t values[FIGURE_SET_SIZE];

	for (unsigned int i = 0; i < FIGURE_SET_SIZE; i++)
		values[i] = figure_table_get(context, number, i);
	return pool_hash_words(values, FIGURE_SET_SIZE);
}

/* Sets are added in their order, so large ones stay sorted. */
static void put(struct figure_table *t, unsigned int figure, uint64_t value)
{
	uint32_t *small = &t->sets[t->count][figure];

	*small = value < ELSEWHERE ? (uint32_t)value : ELSEWHERE;
	if (*small != ELSEWHERE)
		return;
	GROW(t->large, t->large_capacity, t->large_count);
	t->large[t->large_count++] = (struct figure_large){
		(uint64_t)t->count * FIGURE_SET_SIZE + figure, value
	};
}

uint32_t figure_table_add(struct figure_table *t,
			  const uint64_t values[FIGURE_SET_SIZE])
{
	const struct pool_probe probe = { t, values, is_set, hash_of_set };
	uint32_t *slot = pool_table_find(&t->table, &probe,
					 pool_hash_words(values,
							 FIGURE_SET_SIZE));

	if (*slot)
		return *slot;
	if (t->count == 0)
		t->count = 1; /* 0 is an empty slot */
	while (t->capacity <= t->count)
		t->sets = xgrow(t->sets, &t->capacity, t->capacity,
				sizeof(*t->sets));
	for (unsigned int i = 0; i < FIGURE_SET_SIZE; i++)
		put(t, i, values[i]);
	*slot = (uint32_t)t->count++;
	return *slot;
}

void figure_table_release(struct figure_table *t)
{
	free(t->sets);
	free(t->large);
	pool_table_release(&t->table);
	*t = (struct figure_table){ 0 };
}
