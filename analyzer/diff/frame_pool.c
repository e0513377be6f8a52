/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/frame_pool.h"
#include "analyzer/memory.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS_LEAST 64

/* Open tables of numbers from 1; 0 is an empty slot. */
struct probe {
	const struct frame_pool *pool;
	const void *key;
	bool (*equals)(const struct frame_pool *pool, uint32_t number,
		       const void *key);
	uint64_t (*hash_of)(const struct frame_pool *pool, uint32_t number);
};

/* FNV-1a, then the finalizer of MurmurHash3: offsets differ in few bits. */
static uint64_t hash_bytes(const void *bytes, size_t len)
{
	const uint8_t *at = bytes;
	uint64_t h = 0xcbf29ce484222325ull;

	for (size_t i = 0; i < len; i++)
		h = (h ^ at[i]) * 0x100000001b3ull;
	h ^= h >> 33;
	h *= 0xff51afd7ed558ccdull;
	return h ^ h >> 33;
}

static size_t slot_of(const struct pool_table *table, const struct probe *probe,
		      uint64_t hash)
{
	size_t slot = hash & (table->capacity - 1);

	while (table->slots[slot] &&
	       !probe->equals(probe->pool, table->slots[slot], probe->key))
		slot = (slot + 1) & (table->capacity - 1);
	return slot;
}

static void enlarge(struct pool_table *table, const struct probe *probe)
{
	struct pool_table larger = {
		.count = table->count,
		.capacity = table->capacity ? table->capacity * 2 : SLOTS_LEAST,
	};

	larger.slots = xcalloc(larger.capacity, sizeof(*larger.slots));
	for (size_t i = 0; i < table->capacity; i++) {
		size_t slot;

		if (!table->slots[i])
			continue;
		slot = probe->hash_of(probe->pool, table->slots[i]) &
		       (larger.capacity - 1);
		while (larger.slots[slot])
			slot = (slot + 1) & (larger.capacity - 1);
		larger.slots[slot] = table->slots[i];
	}
	free(table->slots);
	*table = larger;
}

/* The slot of a key; empty if it is new: the caller then fills it. */
static uint32_t *find(struct pool_table *table, const struct probe *probe,
		      uint64_t hash)
{
	uint32_t *slot;

	if ((table->count + 1) * 2 > table->capacity)
		enlarge(table, probe);
	slot = &table->slots[slot_of(table, probe, hash)];
	if (!*slot)
		table->count++;
	return slot;
}

static bool text_equals(const struct frame_pool *pool, uint32_t number,
			const void *key)
{
	return strcmp(pool->texts[number], key) == 0;
}

static uint64_t text_hash(const struct frame_pool *pool, uint32_t number)
{
	return hash_bytes(pool->texts[number], strlen(pool->texts[number]));
}

uint32_t frame_pool_text(struct frame_pool *pool, const char *text)
{
	const struct probe probe = { pool, text, text_equals, text_hash };
	uint32_t *slot;

	if (!text || !*text)
		return 0;
	slot = find(&pool->text_table, &probe, hash_bytes(text, strlen(text)));
	if (!*slot) {
		GROW(pool->texts, pool->text_capacity, pool->text_count);
		pool->texts[pool->text_count] = xstrndup(text, strlen(text));
		*slot = (uint32_t)pool->text_count++;
	}
	return *slot;
}

static bool frame_equals(const struct frame_pool *pool, uint32_t number,
			 const void *key)
{
	return memcmp(&pool->frames[number], key,
		      sizeof(struct pool_frame)) == 0;
}

static uint64_t frame_hash(const struct frame_pool *pool, uint32_t number)
{
	return hash_bytes(&pool->frames[number], sizeof(struct pool_frame));
}

uint32_t frame_pool_frame(struct frame_pool *pool,
			  const struct pool_frame *frame)
{
	const struct probe probe = { pool, frame, frame_equals, frame_hash };
	uint32_t *slot = find(&pool->frame_table, &probe,
			      hash_bytes(frame, sizeof(*frame)));

	if (!*slot) {
		GROW(pool->frames, pool->frame_capacity, pool->frame_count);
		pool->frames[pool->frame_count] = *frame;
		*slot = (uint32_t)pool->frame_count++;
	}
	return *slot;
}

static bool stack_equals(const struct frame_pool *pool, uint32_t number,
			 const void *key)
{
	return memcmp(&pool->stacks[number], key,
		      sizeof(struct pool_stack)) == 0;
}

static uint64_t stack_hash(const struct frame_pool *pool, uint32_t number)
{
	return hash_bytes(&pool->stacks[number], sizeof(struct pool_stack));
}

uint32_t frame_pool_stack(struct frame_pool *pool, uint32_t frame,
			  uint32_t callers)
{
	const struct pool_stack stack = { frame, callers };
	const struct probe probe = { pool, &stack, stack_equals, stack_hash };
	uint32_t *slot = find(&pool->stack_table, &probe,
			      hash_bytes(&stack, sizeof(stack)));

	if (!*slot) {
		GROW(pool->stacks, pool->stack_capacity, pool->stack_count);
		pool->stacks[pool->stack_count] = stack;
		*slot = (uint32_t)pool->stack_count++;
	}
	return *slot;
}

size_t frame_pool_read(const struct frame_pool *pool, uint32_t stack,
		       const struct pool_frame **frames, size_t max, bool *cut)
{
	size_t count = 0;

	for (; stack >= POOL_STACK_FIRST && count < max;
	     stack = pool->stacks[stack].callers)
		frames[count++] = &pool->frames[pool->stacks[stack].frame];
	if (cut)
		*cut = stack != POOL_STACK_EMPTY;
	return count;
}

void frame_pool_init(struct frame_pool *pool)
{
	*pool = (struct frame_pool){ 0 };
	GROW(pool->texts, pool->text_capacity, 0);
	pool->texts[0] = xstrndup("", 0);
	pool->text_count = 1;
	GROW(pool->frames, pool->frame_capacity, 0);
	pool->frames[0] = (struct pool_frame){ 0 };
	pool->frame_count = 1; /* 0 is an empty slot of the table */
	GROW(pool->stacks, pool->stack_capacity, POOL_STACK_FIRST);
	pool->stacks[POOL_STACK_EMPTY] = (struct pool_stack){ 0 };
	pool->stacks[POOL_STACK_CUT] = (struct pool_stack){ 0 };
	pool->stack_count = POOL_STACK_FIRST;
}

void frame_pool_release(struct frame_pool *pool)
{
	for (size_t i = 0; i < pool->text_count; i++)
		free(pool->texts[i]);
	free(pool->texts);
	free(pool->frames);
	free(pool->stacks);
	free(pool->text_table.slots);
	free(pool->frame_table.slots);
	free(pool->stack_table.slots);
	*pool = (struct frame_pool){ 0 };
}
