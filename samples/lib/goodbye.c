/* SPDX-License-Identifier: MIT */
/* Allocates when it is told so, and when its process ends. */
#include <stdlib.h>

__attribute__((noinline, noclone)) void *goodbye_allocate(size_t bytes)
{
	void *volatile block = malloc(bytes);

	return block;
}

__attribute__((destructor, noinline)) static void goodbye_destructor(void)
{
	for (int i = 0; i < 3; i++)
		free(goodbye_allocate(77));
}
