/* SPDX-License-Identifier: MIT */
/*
 * The C allocation functions, as the target sees them: call the real one, tell
 * the recorder, nothing else. Results, errno and order are the real ones'. An
 * allocation is told after the real call, a release before it.
 */
#include "preload/intercept.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "preload/arena.h"
#include "preload/lifecycle.h"
#include "preload/modules.h"
#include "preload/real.h"
#include "preload/recorder.h"

/* May the real functions be called now? Otherwise the bootstrap heap serves. */
static bool real_usable(void)
{
	return real_ready() && !lifecycle_is_internal();
}

static void *bootstrap(size_t size, size_t alignment)
{
	void *block = bootstrap_alloc(size, alignment, lifecycle_is_internal());

	if (block)
		sampled_set_watch(&sampled_blocks, (uintptr_t)block);
	else
		errno = ENOMEM;
	return block;
}

/*
 * What programs call most comes in two parts: the first answers when nothing is
 * to be recorded, and otherwise becomes the second by a jump, so that the second
 * stands on the caller's frame too.
 */
__attribute__((noinline)) static void *malloc_closely(size_t size)
{
	struct recorder_call call;
	void *block;

	if (!lifecycle_recording())
		return real_usable() ? real.malloc(size) : bootstrap(size, 16);
	call = recorder_before(size);
	block = real.malloc(size);
	if (block)
		recorder_allocated(EVENT_MALLOC, block, size, call,
				   RECORDER_CALLER());
	return block;
}

void *malloc(size_t size)
{
	if (recorder_skips_allocation(size))
		return real.malloc(size);
	return malloc_closely(size);
}

__attribute__((noinline)) static void *calloc_closely(size_t count, size_t size)
{
	struct recorder_call call;
	void *block;
	size_t bytes;

	if (!lifecycle_recording()) {
		if (real_usable())
			return real.calloc(count, size);
		if (__builtin_mul_overflow(count, size, &bytes))
			bytes = SIZE_MAX;
		return bootstrap(bytes, 16);
	}
	call = recorder_before(count * size);
	block = real.calloc(count, size);
	if (block)
		recorder_allocated(EVENT_CALLOC, block, count * size, call,
				   RECORDER_CALLER());
	return block;
}

void *calloc(size_t count, size_t size)
{
	size_t bytes;

	if (!__builtin_mul_overflow(count, size, &bytes) &&
	    recorder_skips_allocation(bytes))
		return real.calloc(count, size);
	return calloc_closely(count, size);
}

RECORDER_IN_FRAME void release(enum event_kind kind, void *block,
			       struct recorder_caller caller)
{
	struct recorder_call call;

	if (!block || bootstrap_owns(block))
		return;
	if (!lifecycle_recording()) {
		if (real_ready())
			real.free(block);
		return;
	}
	if (__builtin_expect(modules_in_loader(caller.frame[1]), 0))
		modules_loader_freed(block);
	call = recorder_release(kind, block, caller);
	if (__builtin_expect(call.begin == 0, 1)) {
		real.free(block);
		return;
	}
	real.free(block);
	recorder_released(block, call);
}

__attribute__((noinline)) static void free_closely(void *block)
{
	release(EVENT_FREE, block, RECORDER_CALLER());
}

void free(void *block)
{
	if (recorder_skips_release(block))
		real.free(block);
	else
		free_closely(block);
}

/* Our own, whoever stands before us. */
extern __typeof__(free) own_free
	__attribute__((alias("free"), visibility("hidden"), nothrow, leaf));

/*
 * cfree and C23's frees exist because of us. If another allocator stands before us, all
 * blocks are its own: they go to the `free` that the program would call.
 */
RECORDER_IN_FRAME void release_first(enum event_kind kind, void *block,
				     struct recorder_caller caller)
{
	if (free == own_free)
		release(kind, block, caller);
	else
		free(block);
}

void cfree(void *block)
{
	release_first(EVENT_CFREE, block, RECORDER_CALLER());
}

void free_sized(void *block, size_t size)
{
	(void)size; /* a hint; free() needs none */
	release_first(EVENT_FREE_SIZED, block, RECORDER_CALLER());
}

void free_aligned_sized(void *block, size_t alignment, size_t size)
{
	(void)alignment, (void)size;
	release_first(EVENT_FREE_SIZED, block, RECORDER_CALLER());
}

/* A bootstrap block moves to the real heap when it is resized. */
static void *leave_bootstrap(void *block, size_t size)
{
	size_t old = bootstrap_size(block);
	void *moved = malloc(size);

	if (moved)
		memcpy(moved, block, old < size ? old : size);
	return moved;
}

RECORDER_IN_FRAME void *resize(void *block, size_t size,
			       struct recorder_caller caller)
{
	struct recorder_call before = { 0 }, call;
	enum event_kind kind = EVENT_REALLOC_NULL;
	void *moved;

	if (block)
		before = recorder_release(size ? EVENT_REALLOC_OLD :
						 EVENT_REALLOC_ZERO,
					  block, caller);
	call = recorder_before(size);
	moved = real.realloc(block, size);
	if (moved) {
		if (before.recorded && size)
			kind = EVENT_REALLOC_NEW;
		recorder_allocated(kind, moved, size, call, caller);
	} else if (size) {
		recorder_realloc_failed(block, before);
	}
	return moved;
}

__attribute__((noinline)) static void *realloc_closely(void *block, size_t size)
{
	if (block && bootstrap_owns(block))
		return leave_bootstrap(block, size);
	if (!lifecycle_recording())
		return real_usable() ? real.realloc(block, size) :
				       bootstrap(size, 16);
	return resize(block, size, RECORDER_CALLER());
}

void *realloc(void *block, size_t size)
{
	if (recorder_skips_release(block) && recorder_skips_allocation(size))
		return real.realloc(block, size);
	return realloc_closely(block, size);
}

extern __typeof__(realloc) own_realloc
	__attribute__((alias("realloc"), visibility("hidden"), nothrow, leaf));

/* The C library's calls realloc() again, and would be seen twice; so does this
 * if another allocator stands before us, whose block it is. */
void *reallocarray(void *block, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	if (realloc != own_realloc)
		return realloc(block, bytes);
	if (block && bootstrap_owns(block))
		return leave_bootstrap(block, bytes);
	if (!lifecycle_recording())
		return real_usable() ? real.realloc(block, bytes) :
				       bootstrap(bytes, 16);
	return resize(block, bytes, RECORDER_CALLER());
}

int posix_memalign(void **result, size_t alignment, size_t size)
{
	struct recorder_call call;
	int error;

	if (!lifecycle_recording()) {
		if (real_usable())
			return real.posix_memalign(result, alignment, size);
		error = errno;
		*result = bootstrap(size, alignment);
		errno = error;
		return *result ? 0 : ENOMEM;
	}
	call = recorder_before(size);
	error = real.posix_memalign(result, alignment, size);
	if (error == 0 && *result)
		recorder_allocated(EVENT_POSIX_MEMALIGN, *result, size, call,
				   RECORDER_CALLER());
	return error;
}

void *aligned_alloc(size_t alignment, size_t size)
{
	struct recorder_call call;
	void *block;

	if (!lifecycle_recording())
		return real_usable() ? real.aligned_alloc(alignment, size) :
				       bootstrap(size, alignment);
	call = recorder_before(size);
	block = real.aligned_alloc(alignment, size);
	if (block)
		recorder_allocated(EVENT_ALIGNED_ALLOC, block, size, call,
				   RECORDER_CALLER());
	return block;
}

void *memalign(size_t alignment, size_t size)
{
	struct recorder_call call;
	void *block;

	if (!lifecycle_recording())
		return real_usable() ? real.memalign(alignment, size) :
				       bootstrap(size, alignment);
	call = recorder_before(size);
	block = real.memalign(alignment, size);
	if (block)
		recorder_allocated(EVENT_MEMALIGN, block, size, call,
				   RECORDER_CALLER());
	return block;
}

void *valloc(size_t size)
{
	struct recorder_call call;
	void *block;

	if (!lifecycle_recording())
		return real_usable() ? real.valloc(size) :
				       bootstrap(size, 4096);
	call = recorder_before(size);
	block = real.valloc(size);
	if (block)
		recorder_allocated(EVENT_VALLOC, block, size, call,
				   RECORDER_CALLER());
	return block;
}

void *pvalloc(size_t size)
{
	struct recorder_call call;
	void *block;

	if (!lifecycle_recording())
		return real_usable() ? real.pvalloc(size) :
				       bootstrap(size, 4096);
	call = recorder_before(size);
	block = real.pvalloc(size);
	if (block)
		recorder_allocated(EVENT_PVALLOC, block, size, call,
				   RECORDER_CALLER());
	return block;
}

size_t malloc_usable_size(void *block)
{
	if (!block)
		return 0;
	if (bootstrap_owns(block))
		return bootstrap_size(block);
	return real_ready() ? real.malloc_usable_size(block) : 0;
}
