/* SPDX-License-Identifier: MIT */
/*
 * What a walk may read: the thread's own stack above SP, and on any other
 * stack (a signal's, a coroutine's) pages that the kernel was asked about.
 */
#ifndef PRELOAD_STACK_MEMORY_H
#define PRELOAD_STACK_MEMORY_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* A thread's own stack: [low, high). Both 0 if unknown. */
struct stack_bounds {
	uintptr_t low;
	uintptr_t high;
};

struct stack_memory {
	uintptr_t low;	/* from SP */
	uintptr_t high; /* to here it is the thread's own stack, or certain */
	uintptr_t page; /* the last page that the kernel vouched for */
};

static inline bool stack_holds(const struct stack_bounds *bounds, uintptr_t sp)
{
	return sp >= bounds->low && sp < bounds->high;
}

struct stack_memory stack_memory_from(const struct stack_bounds *bounds,
				      uintptr_t sp);

/* The slow side of stack_memory_read(): a system call for a new page. */
bool stack_memory_is_mapped(struct stack_memory *memory, uintptr_t address);

/* False: nothing that is certain to be there. */
static inline bool stack_memory_read(struct stack_memory *memory,
				     uintptr_t address, uintptr_t *value)
{
	if (__builtin_expect(address - memory->low >
			     memory->high - memory->low - 8, 0) &&
	    !(stack_memory_is_mapped(memory, address) &&
	      stack_memory_is_mapped(memory, address + 7)))
		return false;
	memcpy(value, (const void *)address, sizeof(*value));
	return true;
}

#endif
