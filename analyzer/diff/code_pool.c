/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/code_pool.h"
#include "analyzer/memory.h"

#include <stdlib.h>

#define BOTH_SIDES 3

static uint64_t hash_module(const struct code_module *module)
{
	const uint64_t word = (uint64_t)module->name << 32 | module->build;

	return pool_hash_words(&word, 1);
}

static uint64_t module_hash(const void *context, uint32_t number)
{
	const struct code_pool *pool = context;

	return hash_module(&pool->modules[number]);
}

static bool module_equals(const void *context, uint32_t number, const void *key)
{
	const struct code_pool *pool = context;
	const struct code_module *a = &pool->modules[number], *b = key;

	return a->name == b->name && a->build == b->build;
}

static uint32_t add_module(struct code_pool *pool,
			   const struct code_module *module)
{
	GROW(pool->modules, pool->module_capacity, pool->module_count);
	pool->modules[pool->module_count] = *module;
	return (uint32_t)pool->module_count++;
}

uint32_t code_pool_module(struct code_pool *pool, uint32_t name, uint32_t build)
{
	const struct code_module module = { .name = name, .build = build };
	const struct pool_probe probe = { pool, &module, module_equals,
					  module_hash };
	uint32_t *slot;

	if (!build)
		return add_module(pool, &module);
	slot = pool_table_find(&pool->module_table, &probe,
			       hash_module(&module));
	if (!*slot)
		*slot = add_module(pool, &module);
	return *slot;
}

static uint64_t hash_call(const struct code_call *call)
{
	const uint64_t words[] = { call->offset, call->module };

	return pool_hash_words(words, 2);
}

static uint64_t call_hash(const void *context, uint32_t number)
{
	const struct code_pool *pool = context;

	return hash_call(&pool->calls[number]);
}

static bool call_equals(const void *context, uint32_t number, const void *key)
{
	const struct code_pool *pool = context;
	const struct code_call *a = &pool->calls[number], *b = key;

	return a->offset == b->offset && a->module == b->module;
}

uint32_t code_pool_call(struct code_pool *pool, uint32_t module,
			uint64_t offset)
{
	const struct code_call call = { offset, module };
	const struct pool_probe probe = { pool, &call, call_equals, call_hash };
	uint32_t *slot = pool_table_find(&pool->call_table, &probe,
					 hash_call(&call));

	if (!*slot) {
		GROW(pool->calls, pool->call_capacity, pool->call_count);
		pool->calls[pool->call_count] = call;
		*slot = (uint32_t)pool->call_count++;
	}
	return *slot;
}

static uint64_t hash_stack(const struct code_stack *stack)
{
	const uint64_t word = (uint64_t)stack->call << 32 | stack->callers;

	return pool_hash_words(&word, 1);
}

static uint64_t stack_hash(const void *context, uint32_t number)
{
	const struct code_pool *pool = context;

	return hash_stack(&pool->stacks[number]);
}

static bool stack_equals(const void *context, uint32_t number, const void *key)
{
	const struct code_pool *pool = context;
	const struct code_stack *a = &pool->stacks[number], *b = key;

	return a->call == b->call && a->callers == b->callers;
}

uint32_t code_pool_stack(struct code_pool *pool, uint32_t call,
			 uint32_t callers)
{
	const struct code_stack stack = { call, callers };
	const struct pool_probe probe = { pool, &stack, stack_equals,
					  stack_hash };
	const uint32_t next = pool->last_stack + 1;
	uint32_t *slot;

	/* Runs of one build have most stacks in one order. */
	if (next >= CODE_STACK_FIRST && next < pool->stack_count &&
	    stack_equals(pool, next, &stack))
		return pool->last_stack = next;
	slot = pool_table_find(&pool->stack_table, &probe, hash_stack(&stack));
	if (!*slot) {
		GROW(pool->stacks, pool->stack_capacity, pool->stack_count);
		pool->stacks[pool->stack_count] = stack;
		*slot = (uint32_t)pool->stack_count++;
	}
	return pool->last_stack = *slot;
}

void code_pool_reserve(struct code_pool *pool, size_t stacks)
{
	const struct pool_probe probe = { .pool = pool, .hash_of = stack_hash };

	pool_table_reserve(&pool->stack_table, &probe, stacks);
}

/* How many modules have each name; fresh, by its text. */
static uint32_t *count_names(const struct code_pool *pool)
{
	uint32_t *counts, most = 0;

	for (size_t i = 1; i < pool->module_count; i++)
		if (pool->modules[i].name > most)
			most = pool->modules[i].name;
	counts = xcalloc((size_t)most + 1, sizeof(*counts));
	for (size_t i = 1; i < pool->module_count; i++)
		counts[pool->modules[i].name]++;
	return counts;
}

static uint8_t module_traits(const struct code_module *module,
			     const uint32_t *names)
{
	if (!module->build)
		return 0;
	if (module->sides != BOTH_SIDES || names[module->name] > 1)
		return CODE_KNOWN;
	return CODE_KNOWN | CODE_SHARED;
}

/* Nothing more can be known of what is in no module. */
static uint8_t *all_module_traits(const struct code_pool *pool)
{
	uint8_t *traits = xcalloc(pool->module_count, 1);
	uint32_t *names = count_names(pool);

	traits[0] = CODE_KNOWN | CODE_SHARED;
	for (size_t i = 1; i < pool->module_count; i++)
		traits[i] = module_traits(&pool->modules[i], names);
	free(names);
	return traits;
}

void code_pool_set_traits(struct code_pool *pool)
{
	free(pool->module_traits);
	free(pool->stack_traits);
	pool->module_traits = all_module_traits(pool);
	pool->stack_traits = xcalloc(pool->stack_count, 1);
	for (size_t i = 0; i < CODE_STACK_FIRST; i++)
		pool->stack_traits[i] = CODE_KNOWN | CODE_SHARED;
	for (size_t i = CODE_STACK_FIRST; i < pool->stack_count; i++) {
		const struct code_stack *stack = &pool->stacks[i];

		pool->stack_traits[i] =
			pool->stack_traits[stack->callers] &
			pool->module_traits[pool->calls[stack->call].module];
	}
}

void code_pool_init(struct code_pool *pool)
{
	*pool = (struct code_pool){ .stack_count = CODE_STACK_FIRST };
	GROW(pool->modules, pool->module_capacity, 0);
	pool->modules[0] = (struct code_module){ 0 };
	pool->module_count = 1; /* 0 is no module, and an empty slot */
	GROW(pool->calls, pool->call_capacity, 0);
	pool->calls[0] = (struct code_call){ 0 };
	pool->call_count = 1;
	GROW(pool->stacks, pool->stack_capacity, CODE_STACK_FIRST);
	for (int i = 0; i < CODE_STACK_FIRST; i++)
		pool->stacks[i] = (struct code_stack){ 0 };
}

void code_pool_release(struct code_pool *pool)
{
	free(pool->modules);
	free(pool->calls);
	free(pool->stacks);
	free(pool->module_traits);
	free(pool->stack_traits);
	pool_table_release(&pool->module_table);
	pool_table_release(&pool->call_table);
	pool_table_release(&pool->stack_table);
	*pool = (struct code_pool){ 0 };
}
