/* SPDX-License-Identifier: MIT */
#include "preload/arena.h"

#include <sys/mman.h>

#include "preload/spin.h"
#include "preload/sys.h"

#define CHUNK_BYTES (256u << 10)
#define ALIGNMENT 64u

static struct spin lock; /* guards chunk_next, chunk_end */
static uint8_t *chunk_next;
static uint8_t *chunk_end;
static uint64_t touched_bytes; /* atomic, about */

/* Each block is preceded by 16 bytes that hold its size. */
uint8_t bootstrap_heap[BOOTSTRAP_BYTES] __attribute__((aligned(64)));
static size_t bootstrap_used; /* atomic */

static void *map(size_t bytes)
{
	void *pages = sys_is_forbidden() ? MAP_FAILED : mmap(
		NULL, bytes, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return pages == MAP_FAILED ? NULL : pages;
}

void *arena_map(size_t bytes)
{
	void *pages = map(bytes);

	if (pages)
		arena_touched(bytes);
	return pages;
}

void arena_unmap(void *pages, size_t bytes)
{
	munmap(pages, bytes);
	arena_untouched(bytes);
}

void arena_untouched(size_t bytes)
{
	__atomic_fetch_sub(&touched_bytes, bytes, __ATOMIC_RELAXED);
}

void arena_touched(size_t bytes)
{
	__atomic_fetch_add(&touched_bytes, bytes, __ATOMIC_RELAXED);
}

uint64_t arena_bytes(void)
{
	return __atomic_load_n(&touched_bytes, __ATOMIC_RELAXED);
}

void arena_after_fork(void)
{
	spin_reset(&lock);
}

/* A new chunk; if memory is scarce, a smaller one that still holds so much.
 * Under `lock`. */
static void take_chunk(size_t bytes)
{
	uint8_t *chunk = NULL;
	size_t size;

	for (size = CHUNK_BYTES; size >= bytes && size >= RECORDER_PAGE;
	     size /= 4) {
		chunk = map(size);
		if (chunk)
			break;
	}
	if (!chunk)
		return;
	chunk_next = chunk;
	chunk_end = chunk + size;
}

void *arena_alloc(size_t bytes)
{
	uint8_t *block = NULL;

	bytes = (bytes + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
	if (bytes > CHUNK_BYTES / 4)
		return arena_map(bytes);
	if (!spin_try_lock_for_long(&lock))
		return NULL;
	if ((size_t)(chunk_end - chunk_next) < bytes)
		take_chunk(bytes);
	if ((size_t)(chunk_end - chunk_next) >= bytes) {
		block = chunk_next;
		chunk_next += bytes;
		arena_touched(bytes);
	}
	spin_unlock(&lock);
	return block;
}

void *bootstrap_alloc(size_t size, size_t alignment, bool ours)
{
	size_t limit = BOOTSTRAP_BYTES - (ours ? 0 : BOOTSTRAP_OURS);
	size_t used, start, end;

	if (alignment < 16)
		alignment = 16;
	if (size > BOOTSTRAP_BYTES || alignment > RECORDER_PAGE)
		return NULL;
	used = __atomic_load_n(&bootstrap_used, __ATOMIC_RELAXED);
	do {
		uintptr_t base = (uintptr_t)bootstrap_heap;

		start = ((base + used + 16 + alignment - 1) &
			 ~(uintptr_t)(alignment - 1)) - base;
		end = start + ((size + 15) & ~(size_t)15);
		if (end > limit)
			return NULL;
	} while (!__atomic_compare_exchange_n(&bootstrap_used, &used, end,
					      false, __ATOMIC_RELAXED,
					      __ATOMIC_RELAXED));
	*(size_t *)(void *)(bootstrap_heap + start - 16) = size;
	return bootstrap_heap + start;
}

size_t bootstrap_size(const void *block)
{
	return *(const size_t *)(const void *)((const uint8_t *)block - 16);
}
