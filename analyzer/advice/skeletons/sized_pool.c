/* SPDX-License-Identifier: MIT-0 */
/* A free list a size and thread, where at most POOL_CAP blocks wait. */
#include <stdlib.h>

#define POOL_CAP @capacity@
static const size_t sizes[] = { @sizes@ };
#define SIZES (sizeof(sizes) / sizeof(*sizes))

struct idle {
	struct idle *next;
};

static _Thread_local struct idle *lists[SIZES];
static _Thread_local size_t counts[SIZES];

static size_t list_of(size_t size)
{
	size_t i = 0;

	while (i < SIZES && sizes[i] < size)
		i++;
	return i; /* SIZES: larger than all */
}

void *block_get(size_t size)
{
	size_t i = list_of(size);
	struct idle *block;

	if (i == SIZES || !lists[i])
		return malloc(i == SIZES ? size : sizes[i]);
	block = lists[i];
	lists[i] = block->next;
	counts[i]--;
	return block;
}

/* With the size that was asked for. What has grown too large is freed. */
void block_put(void *memory, size_t size)
{
	size_t i = list_of(size);
	struct idle *block = memory;

	if (!block || i == SIZES || counts[i] >= POOL_CAP) {
		free(block);
		return;
	}
	block->next = lists[i];
	lists[i] = block;
	counts[i]++;
}
