/* SPDX-License-Identifier: MIT */
#include "preload/clock.h"

#include <cpuid.h>

#include "preload/sys.h"

#define INVARIANT_TSC (1u << 8) /* CPUID 0x80000007, EDX */
#define MOMENT_TRIES 8
#define MOMENT_UNITS 4096 /* 1 to 2 us: nothing came between */
#define EMPTY_PAIRS 15 /* most of them are neither interrupted nor moved */

bool clock_is_tsc;
bool clock_is_plain;
__thread uint64_t clock_stopped;

void clock_init(void)
{
	unsigned int a, b, c, d = 0;

	if (__get_cpuid(0x80000007, &a, &b, &c, &d))
		clock_is_tsc = (d & INVARIANT_TSC) != 0;
	clock_is_plain = clock_is_tsc;
}

static uint64_t tsc_units(void)
{
	return clock_stopped ? clock_stopped : __builtin_ia32_rdtsc();
}

uint64_t clock_empty_pair(void)
{
	uint64_t sorted[EMPTY_PAIRS];

	for (int i = 0; i < EMPTY_PAIRS; i++) {
		uint64_t begin = clock_units();
		uint64_t units = clock_units() - begin;
		int at = i;

		for (; at > 0 && sorted[at - 1] > units; at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = units;
	}
	return sorted[EMPTY_PAIRS / 2];
}

struct clock_moment clock_now(enum dump_clock clock)
{
	struct clock_moment best = { 0, 0 };
	uint64_t least = UINT64_MAX;

	if (clock == CLOCK_UNIT_MONOTONIC_NS) {
		best.units = best.ns = clock_ns(CLOCK_MONOTONIC);
		return best;
	}
	for (int i = 0; i < MOMENT_TRIES && least > MOMENT_UNITS; i++) {
		uint64_t begin = tsc_units();
		uint64_t ns = clock_ns(CLOCK_MONOTONIC);
		uint64_t between = tsc_units() - begin;

		if (between < least) {
			least = between;
			best.units = begin + between / 2;
			best.ns = ns;
		}
	}
	return best;
}

uint64_t clock_ns_of_kernel(clockid_t clock)
{
	struct timespec now = { 0, 0 };

	if (!sys_is_forbidden())
		sys_call3(SYS_clock_gettime, clock, (long)&now, 0);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

bool clock_stop(bool on)
{
	bool before = clock_stopped != 0;

	if (before == on)
		return before;
	clock_is_plain = clock_is_plain && !on;
	clock_stopped = on ? clock_units() : 0;
	return before;
}
