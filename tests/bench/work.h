/* SPDX-License-Identifier: MIT */
/*
 * What the benchmark's own programs share. They are built as programs are
 * shipped: -O2, no frame pointers; only inlining is held back, so that a stack
 * has the depth that it is meant to have.
 */
#ifndef BENCH_WORK_H
#define BENCH_WORK_H

#include <stdint.h>
#include <stdlib.h>

#define FRAME __attribute__((noinline, noclone))

/* The block is used, as far as the compiler knows. */
static inline void *use(void *p)
{
	__asm__ volatile("" : "+r"(p) : : "memory");
	return p;
}

/* The call before it is not the last thing that its function does. */
static inline void keep_frame(void)
{
	__asm__ volatile("" ::: "memory");
}

/* xorshift64: the same numbers in every run. */
static inline uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* argv[1], or what it is without. */
static inline long argument(int argc, char **argv, long otherwise)
{
	return argc > 1 ? strtol(argv[1], NULL, 0) : otherwise;
}

#endif
