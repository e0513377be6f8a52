/* SPDX-License-Identifier: MIT */
/*
 * Allocates at every stage of its end: 10 bytes in main, 20 in an exit handler,
 * 30 in a destructor of its own, 3 times 77 in the destructor of a library that
 * it is linked with, which may run after those of a preloaded one.
 * expect total allocations=6 bytes_allocated=291 leaked_bytes=60
 * expect site main allocations=1
 * expect site at_exit allocations=1
 * expect site at_end allocations=1
 * expect site goodbye_destructor allocations=3 bytes_allocated=231
 */
#include "sample.h"

void *goodbye_allocate(size_t bytes);

static SITE void at_exit(void)
{
	keep(goodbye_allocate(20));
}

__attribute__((destructor)) static SITE void at_end(void)
{
	keep(goodbye_allocate(30));
}

int main(void)
{
	if (atexit(at_exit))
		return 1;
	keep(goodbye_allocate(10));
	say("goodbye\n");
	return 0;
}
