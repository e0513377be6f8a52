/* SPDX-License-Identifier: MIT */
/* Loaded and unloaded by unload.c, in turn with one.c. */
#include <stdlib.h>

static __attribute__((noinline)) void *second_library_inner(void)
{
	volatile char pad[8];

	pad[0] = 1;
	return malloc(7 + pad[0] - 1);
}

void *library_allocate(void)
{
	void *p = second_library_inner();

	__asm__ volatile("" : "+r"(p));
	return p;
}
