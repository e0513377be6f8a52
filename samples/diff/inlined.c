/* SPDX-License-Identifier: MIT */
/*
 * A chain of helpers, every one a call of its own, and then all inlined.
 * Nothing else changed.
 * build old -g -O2
 * build new -g -O2
 */
#include "../sample.h"

#ifdef OLD
#define HELPER static __attribute__((noinline, noclone))
#else
#define HELPER static inline __attribute__((always_inline))
#endif

HELPER void *block(size_t size) { return keep(malloc(size)); }
HELPER void *pair(size_t size) { return keep(block(2 * size)); }
HELPER void *quad(size_t size) { return keep(pair(2 * size)); }

int main(void)
{
	for (int i = 0; i < 2000; i++) {
		free(quad(20));
		free(pair(30));
		free(block(40));
	}
	return 0;
}
