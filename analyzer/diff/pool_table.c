/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/pool_table.h"
#include "analyzer/memory.h"

#include <stdlib.h>

#define SLOTS_LEAST 64

/* Three quarters are full at most. */
static bool is_full(const struct pool_table *table, size_t more)
{
	return (table->count + more) * 4 > table->capacity * 3;
}

static size_t empty_slot(const struct pool_table *table, uint64_t hash)
{
	size_t slot = hash & (table->capacity - 1);

	while (table->slots[slot])
		slot = (slot + 1) & (table->capacity - 1);
	return slot;
}

void pool_table_reserve(struct pool_table *table,
			const struct pool_probe *probe, size_t more)
{
	struct pool_table larger = { .count = table->count };

	if (!is_full(table, more))
		return;
	larger.capacity = table->capacity ? table->capacity : SLOTS_LEAST;
	while (is_full(&larger, more))
		larger.capacity *= 2;
	larger.slots = xcalloc(larger.capacity, sizeof(*larger.slots));
	for (size_t i = 0; i < table->capacity; i++) {
		uint32_t number = table->slots[i];

		if (number)
			larger.slots[empty_slot(&larger, probe->hash_of(
				probe->pool, number))] = number;
	}
	free(table->slots);
	*table = larger;
}

uint32_t *pool_table_find(struct pool_table *table,
			  const struct pool_probe *probe, uint64_t hash)
{
	size_t slot;

	pool_table_reserve(table, probe, 1);
	slot = hash & (table->capacity - 1);
	while (table->slots[slot] &&
	       !probe->equals(probe->pool, table->slots[slot], probe->key))
		slot = (slot + 1) & (table->capacity - 1);
	if (!table->slots[slot])
		table->count++;
	return &table->slots[slot];
}

void pool_table_release(struct pool_table *table)
{
	free(table->slots);
	*table = (struct pool_table){ 0 };
}

/* MurmurHash3's finalizer: offsets differ in few bits. */
static uint64_t finish(uint64_t h)
{
	h ^= h >> 33;
	h *= 0xff51afd7ed558ccdull;
	return h ^ h >> 33;
}

/* FNV-1a. */
uint64_t pool_hash_text(const char *text)
{
	uint64_t h = 0xcbf29ce484222325ull;

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 0x100000001b3ull;
	return finish(h);
}

uint64_t pool_hash_words(const uint64_t *words, size_t count)
{
	uint64_t h = count;

	for (size_t i = 0; i < count; i++)
		h = finish((h ^ words[i]) * 0x9e3779b97f4a7c15ull);
	return h;
}
