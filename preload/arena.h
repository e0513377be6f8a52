/* SPDX-License-Identifier: MIT */
/*
 * The recorder's own memory: pages from the kernel, never the target's
 * malloc. Two stores. The arena is for what lives as long as the process. The
 * bootstrap heap answers malloc calls that cannot reach the real allocator
 * (dlsym before it is known, libunwind's initialisation): small, bounded, and
 * its pointers are recognised for ever, because the caller may free, realloc
 * or measure them at any later time. Any thread, also in signal handlers.
 */
#ifndef PRELOAD_ARENA_H
#define PRELOAD_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/hidden.h"

#define BOOTSTRAP_BYTES (256u << 10)
#define BOOTSTRAP_OURS (64u << 10) /* of it, for what our start needs */

/* Zeroed, 64-byte aligned, never freed. NULL when there is no memory. */
void *arena_alloc(size_t bytes);
/* Zeroed pages of their own; NULL when there are none. */
void *arena_map(size_t bytes);
void arena_unmap(void *pages, size_t bytes);
/* So many bytes of a map are not in memory: never written, or given back. */
void arena_untouched(size_t bytes);
/* ... but now they are. */
void arena_touched(size_t bytes);
/* About what of all this is in memory. */
uint64_t arena_bytes(void);
/* A fork child: locks that another thread held are open again. */
void arena_after_fork(void);

/*
 * Zeroed; aligned to `alignment` (a power of two); NULL when full. `ours`: for a
 * library of the recorder's, whatever the target has used up.
 */
void *bootstrap_alloc(size_t size, size_t alignment, bool ours);
extern uint8_t bootstrap_heap[BOOTSTRAP_BYTES] HIDDEN;

static inline bool bootstrap_owns(const void *block)
{
	return (uintptr_t)block - (uintptr_t)bootstrap_heap < BOOTSTRAP_BYTES;
}

/* The size that was asked for; block must be owned. */
size_t bootstrap_size(const void *block);

#endif
