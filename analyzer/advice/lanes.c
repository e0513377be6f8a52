/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/lanes.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

#define CAPACITY_FIRST 256

static size_t slot_of(const struct lane_table *table, uint64_t key)
{
	size_t mask = table->capacity - 1;
	size_t slot = (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32) &
		      mask;

	while (table->states[slot].key && table->states[slot].key != key)
		slot = (slot + 1) & mask;
	return slot;
}

static void grow(struct lane_table *table)
{
	struct lane_table old = *table;

	table->capacity = old.capacity ? old.capacity * 2 : CAPACITY_FIRST;
	table->states = xcalloc(table->capacity, sizeof(*table->states));
	for (size_t i = 0; i < old.capacity; i++)
		if (old.states[i].key)
			table->states[slot_of(table, old.states[i].key)] =
				old.states[i];
	free(old.states);
}

struct lane_state *lane_table_find(struct lane_table *table, uint64_t key)
{
	struct lane_state *state;

	if (table->count * 2 >= table->capacity)
		grow(table);
	state = &table->states[slot_of(table, key)];
	if (!state->key) {
		state->key = key;
		table->count++;
	}
	return state;
}

void lane_table_release(struct lane_table *table)
{
	free(table->states);
	*table = (struct lane_table){ 0 };
}

void youngest_add(struct youngest *y, uint32_t sequence)
{
	if (y->count == YOUNGEST_MAX) {
		y->count = YOUNGEST_MAX / 2;
		memmove(y->sequences, y->sequences + YOUNGEST_MAX / 2,
			y->count * sizeof(*y->sequences));
	}
	y->sequences[y->count++] = sequence;
}

bool youngest_put_back(struct youngest *y, uint32_t sequence)
{
	uint32_t at;

	youngest_add(y, sequence);
	for (at = y->count - 1; at > 0; at--) {
		/* numbers may have begun again from 0 */
		if ((int32_t)(y->sequences[at - 1] - sequence) < 0)
			break;
		y->sequences[at] = y->sequences[at - 1];
	}
	y->sequences[at] = sequence;
	return at + 1 == y->count;
}

enum youngest_is youngest_remove(struct youngest *y, uint32_t sequence)
{
	uint32_t at = y->count, first = 0;

	if (at == 0)
		return YOUNGEST_UNKNOWN;
	if (y->sequences[at - 1] == sequence) {
		y->count--;
		return YOUNGEST_YES;
	}
	while (first < at) { /* they ascend; numbers may begin again from 0 */
		uint32_t middle = (first + at) / 2;

		if ((int32_t)(y->sequences[middle] - sequence) < 0)
			first = middle + 1;
		else
			at = middle;
	}
	if (at == y->count || y->sequences[at] != sequence)
		return YOUNGEST_NO;
	y->count--;
	memmove(y->sequences + at, y->sequences + at + 1,
		(y->count - at) * sizeof(*y->sequences));
	return YOUNGEST_NO;
}
