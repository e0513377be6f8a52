/* SPDX-License-Identifier: MIT */
/*
 * An allocator that may be called in a signal handler: an atomic bump of a
 * pointer; free does nothing. It lets a sample interrupt the profiler's hook,
 * inside the real malloc and around it, without a bug of its own.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define REGION_BYTES (512ul << 20)

static char region[REGION_BYTES] __attribute__((aligned(4096)));
static size_t used;

static void *bump(size_t bytes, size_t alignment)
{
	size_t need = (bytes + 31) & ~15ul; /* its size stands before a block */
	size_t at;

	if (bytes > REGION_BYTES / 2 || alignment > 4096) {
		errno = ENOMEM;
		return NULL;
	}
	at = __atomic_fetch_add(&used, need + alignment, __ATOMIC_RELAXED);
	if (at > REGION_BYTES - need - alignment) {
		errno = ENOMEM;
		return NULL;
	}
	at = (at + 16 + alignment - 1) & ~(alignment - 1);
	memcpy(&region[at - 16], &bytes, sizeof(bytes));
	return &region[at];
}

void *malloc(size_t bytes)
{
	return bump(bytes, 16);
}

void free(void *block)
{
	(void)block;
}

void *calloc(size_t count, size_t bytes)
{
	size_t total;

	if (__builtin_mul_overflow(count, bytes, &total)) {
		errno = ENOMEM;
		return NULL;
	}
	return bump(total, 16); /* never reused: clear */
}

void *realloc(void *block, size_t bytes)
{
	void *moved = bump(bytes, 16);
	size_t before = 0;

	if (block)
		memcpy(&before, (char *)block - 16, sizeof(before));
	if (moved && block)
		memcpy(moved, block, before < bytes ? before : bytes);
	return moved;
}

int posix_memalign(void **block, size_t alignment, size_t bytes)
{
	void *got = bump(bytes, alignment);

	if (!got)
		return ENOMEM;
	*block = got;
	return 0;
}

void *aligned_alloc(size_t alignment, size_t bytes)
{
	return bump(bytes, alignment);
}

void *memalign(size_t alignment, size_t bytes)
{
	return bump(bytes, alignment);
}

size_t malloc_usable_size(void *block)
{
	size_t bytes = 0;

	if (block)
		memcpy(&bytes, (char *)block - 16, sizeof(bytes));
	return bytes;
}
