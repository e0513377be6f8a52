/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/frame_pool.h"
#include "analyzer/memory.h"

#include <stdlib.h>
#include <string.h>

static bool text_equals(const void *context, uint32_t number, const void *key)
{
	const struct frame_pool *pool = context;

	return strcmp(pool->texts[number], key) == 0;
}

static uint64_t text_hash(const void *context, uint32_t number)
{
	const struct frame_pool *pool = context;

	return pool_hash_text(pool->texts[number]);
}

uint32_t frame_pool_text(struct frame_pool *pool, const char *text)
{
	const struct pool_probe probe = { pool, text, text_equals, text_hash };
	uint32_t *slot;

	if (!text || !*text)
		return 0;
	slot = pool_table_find(&pool->text_table, &probe,
			       pool_hash_text(text));
	if (!*slot) {
		GROW(pool->texts, pool->text_capacity, pool->text_count);
		pool->texts[pool->text_count] = xstrndup(text, strlen(text));
		*slot = (uint32_t)pool->text_count++;
	}
	return *slot;
}

static bool frame_equals(const void *context, uint32_t number, const void *key)
{
	const struct frame_pool *pool = context;

	return memcmp(&pool->frames[number], key,
		      sizeof(struct pool_frame)) == 0;
}

static uint64_t hash_frame(const struct pool_frame *frame)
{
	uint64_t words[sizeof(*frame) / sizeof(uint64_t)];

	memcpy(words, frame, sizeof(words));
	return pool_hash_words(words, sizeof(words) / sizeof(*words));
}

static uint64_t frame_hash(const void *context, uint32_t number)
{
	const struct frame_pool *pool = context;

	return hash_frame(&pool->frames[number]);
}

uint32_t frame_pool_frame(struct frame_pool *pool,
			  const struct pool_frame *frame)
{
	const struct pool_probe probe = { pool, frame, frame_equals, frame_hash };
	uint32_t *slot = pool_table_find(&pool->frame_table, &probe,
					 hash_frame(frame));

	if (!*slot) {
		GROW(pool->frames, pool->frame_capacity, pool->frame_count);
		pool->frames[pool->frame_count] = *frame;
		*slot = (uint32_t)pool->frame_count++;
	}
	return *slot;
}

static bool stack_equals(const void *context, uint32_t number, const void *key)
{
	const struct frame_pool *pool = context;

	return memcmp(&pool->stacks[number], key,
		      sizeof(struct pool_stack)) == 0;
}

static uint64_t hash_stack(const struct pool_stack *stack)
{
	const uint64_t word = (uint64_t)stack->frame << 32 | stack->callers;

	return pool_hash_words(&word, 1);
}

static uint64_t stack_hash(const void *context, uint32_t number)
{
	const struct frame_pool *pool = context;

	return hash_stack(&pool->stacks[number]);
}

uint32_t frame_pool_stack(struct frame_pool *pool, uint32_t frame,
			  uint32_t callers)
{
	const struct pool_stack stack = { frame, callers };
	const struct pool_probe probe = { pool, &stack, stack_equals, stack_hash };
	uint32_t *slot = pool_table_find(&pool->stack_table, &probe,
					 hash_stack(&stack));

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
	pool_table_release(&pool->text_table);
	pool_table_release(&pool->frame_table);
	pool_table_release(&pool->stack_table);
	*pool = (struct frame_pool){ 0 };
}
