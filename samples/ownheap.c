/* SPDX-License-Identifier: MIT */
/*
 * A heap of its own: 64 MiB that mmap gave are divided into objects without
 * malloc, which only makes a small index.
 * expect site add_index allocations=2000 bytes_allocated=32000
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "sample.h"

static SITE void add_index(void)
{
	keep(malloc(16));
}

int main(void)
{
	size_t bytes = 64u << 20;
	char *heap = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (heap == MAP_FAILED)
		return 77;
	for (size_t i = 0; i < 2000; i++) {
		memset(heap + i * (bytes / 2000), 1, bytes / 2000);
		add_index();
	}
	usleep(50000); /* memory is looked at every 10 ms */
	say_number("first byte", (unsigned long)heap[0]);
	return 0;
}
