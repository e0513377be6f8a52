/* SPDX-License-Identifier: MIT */
/*
 * Stacks of several recordings as the code they are in, each once: builds of
 * modules and offsets in them, so it does not matter where a module was loaded,
 * and no name is needed to see that two stacks are the same. A module without a
 * build ID is another in each recording. One thread.
 */
#ifndef ANALYZER_DIFF_CODE_POOL_H
#define ANALYZER_DIFF_CODE_POOL_H

#include "analyzer/diff/pool_table.h"

/* One build of a module. */
struct code_module {
	uint32_t name;	/* text of the owner's: what it is in any build */
	uint32_t build; /* likewise; 0: not known */
	uint32_t sides; /* a bit for each side that has it: the owner's */
};

/* A return address. */
struct code_call {
	uint64_t offset;
	uint64_t module; /* 0: in none */
};

struct code_stack {
	uint32_t call;
	uint32_t callers; /* a stack before this one */
};

#define CODE_STACK_NONE 0  /* of what is known by its names alone */
#define CODE_STACK_EMPTY 1 /* no callers: the outermost call's */
#define CODE_STACK_CUT 2   /* they were not recorded */
#define CODE_STACK_FIRST 3

/* What is known of a module, or of all modules of a stack. */
#define CODE_KNOWN 1  /* its build */
#define CODE_SHARED 2 /* and that it is the same one on both sides */

struct code_pool {
	struct code_module *modules; /* from 1 */
	size_t module_count, module_capacity;
	struct code_call *calls; /* from 1 */
	size_t call_count, call_capacity;
	struct code_stack *stacks;
	size_t stack_count, stack_capacity;
	uint32_t last_stack; /* private: that was asked for */
	uint8_t *module_traits, *stack_traits; /* as modules, as stacks */
	struct pool_table module_table, call_table, stack_table; /* private */
};

void code_pool_init(struct code_pool *pool);
void code_pool_release(struct code_pool *pool);

/* Numbers: the same for the same, but for modules without a build. */
uint32_t code_pool_module(struct code_pool *pool, uint32_t name,
			  uint32_t build);
uint32_t code_pool_call(struct code_pool *pool, uint32_t module,
			uint64_t offset);
uint32_t code_pool_stack(struct code_pool *pool, uint32_t call,
			 uint32_t callers);

/* Room for so many stacks more. */
void code_pool_reserve(struct code_pool *pool, size_t stacks);
/* Once, after the last one: fills in the traits. */
void code_pool_set_traits(struct code_pool *pool);

#endif
