/* SPDX-License-Identifier: MIT */
/*
 * Time in clock units: TSC cycles where the processor says that the TSC is
 * invariant, nanoseconds of CLOCK_MONOTONIC elsewhere. A tick is a number of
 * units, about 50 ns. Any thread; no errno; no system call with a TSC.
 */
#ifndef PRELOAD_CLOCK_H
#define PRELOAD_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "include/dump_format.h"
#include "preload/hidden.h"

/* 128 cycles: 32 to 64 ns between 2 and 4 GHz; 64 ns. Coarse enough to be small
 * in a dump, fine enough that threads which hand blocks to each other as fast as
 * they can leave hardly any order open. */
#define CLOCK_TSC_SHIFT 7
#define CLOCK_NS_SHIFT 6

extern bool clock_is_tsc HIDDEN;
/* It is, and no thread's clock was ever stopped. */
extern bool clock_is_plain HIDDEN;

/* In a thread that may not read the TSC (seccomp's strict mode): the units at
 * which its clock stopped; else 0. */
extern __thread uint64_t clock_stopped;

/* This thread is about to lose the TSC, or did not lose it after all: then `on` is
 * what the call before it returned, whether it had lost it already. */
bool clock_stop(bool on);

/* Once, before any other call: chooses the clock. */
void clock_init(void);

/* Of the kernel, for whom the C library's way, which reads the TSC, is closed. */
uint64_t clock_ns_of_kernel(clockid_t clock);

static inline uint64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	if (__builtin_expect(clock_stopped != 0, 0))
		return clock_ns_of_kernel(clock);
	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static inline uint64_t clock_units(void)
{
	if (__builtin_expect(clock_stopped != 0, 0))
		return clock_stopped;
	if (__builtin_expect(clock_is_tsc, 1))
		return __builtin_ia32_rdtsc();
	return clock_ns(CLOCK_MONOTONIC);
}

/* One moment by the clock of ticks and by CLOCK_MONOTONIC. */
struct clock_moment {
	uint64_t units, ns;
};

/* A thread may lose its processor between the two: of some tries the one that had
 * the least between. Usually the first. */
struct clock_moment clock_now(enum dump_clock clock);

/* What a duration measured by two calls of clock_units() includes of them: the
 * median of some empty pairs, in units (of one whose thread moved to a processor
 * with another TSC, it may be anything). Takes about 1 us. */
uint64_t clock_empty_pair(void);

static inline unsigned int clock_tick_shift(void)
{
	return clock_is_tsc ? CLOCK_TSC_SHIFT : CLOCK_NS_SHIFT;
}

static inline uint64_t clock_tick(void)
{
	if (__builtin_expect(clock_is_plain, 1))
		return __builtin_ia32_rdtsc() >> CLOCK_TSC_SHIFT;
	return clock_units() >> clock_tick_shift();
}

static inline enum dump_clock clock_unit(void)
{
	return clock_is_tsc ? CLOCK_UNIT_TSC : CLOCK_UNIT_MONOTONIC_NS;
}

#endif
