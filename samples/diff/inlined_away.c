/* SPDX-License-Identifier: MIT */
/*
 * As inlined.c, but without debug information: the frames of what was inlined
 * are gone, and no name tells. The site is one place all the same; by function
 * nobody can know.
 * build old -O2
 * build new -O2
 * expect function block gone allocations=3000:0
 * expect function work new allocations=0:3000
 */
#include "../sample.h"

#ifdef OLD
#define HELPER static __attribute__((noinline, noclone))
#else
#define HELPER static inline __attribute__((always_inline))
#endif

HELPER void *block(size_t size) { return keep(malloc(size)); }
HELPER void *pair(size_t size) { return keep(block(2 * size)); }
SITE void *work(size_t size) { return keep(pair(size)); }

int main(void)
{
	for (int i = 0; i < 3000; i++)
		free(work(20));
	return 0;
}
