/* SPDX-License-Identifier: MIT */
/* Loaded and unloaded by unload.c: the frame has 200 bytes more than two.c's. */
#include <stdlib.h>

static __attribute__((noinline)) void *first_library_inner(void)
{
	volatile char pad[200];

	pad[0] = 1;
	return malloc(100 + pad[0] - 1);
}

void *library_allocate(void)
{
	void *p = first_library_inner();

	__asm__ volatile("" : "+r"(p));
	return p;
}
