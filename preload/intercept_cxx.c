/* SPDX-License-Identifier: MIT */
/*
 * All forms of C++ operator new and delete. libstdc++'s and libc++'s reach
 * malloc by themselves, and so does a project's own: for them this only jumps
 * to the next definition. An allocator that defines both malloc and operator
 * new (tcmalloc, jemalloc, mimalloc) does not pass through malloc again: its
 * operators are recorded here, unless the first call shows that this one does
 * (jemalloc's aligned forms call aligned_alloc).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/arena.h"
#include "preload/intercept_cxx.h"
#include "preload/lifecycle.h"
#include "preload/loader.h"
#include "preload/operator_links.h"
#include "preload/real.h"
#include "preload/recorder.h"

typedef void *new_function(size_t size, uintptr_t second, uintptr_t third);
typedef void delete_function(void *block, uintptr_t second, uintptr_t third);

static inline void *next_of(enum real_operator which, uintptr_t caller)
{
	void *next = __atomic_load_n(&operator_links[which].next,
				     __ATOMIC_ACQUIRE);

	return __builtin_expect(next != NULL, 1) ?
		       next : operator_links_find(which, caller);
}

static enum operator_way way_of(const struct operator_link *link)
{
	return (enum operator_way)__atomic_load_n(&link->way, __ATOMIC_RELAXED);
}

/* After a call: did it pass our malloc or free? */
static void learn_way(struct operator_link *link, uint64_t progress_before)
{
	if (way_of(link) == WAY_UNTRIED)
		__atomic_store_n(&link->way,
				 recorder_progress() != progress_before
					 ? WAY_THROUGH : WAY_AROUND,
				 __ATOMIC_RELAXED);
}

struct new_call {
	size_t size;
	uintptr_t second, third;
	enum event_kind kind;
};

RECORDER_IN_FRAME void *
call_new(struct operator_link *link, const struct new_call *new,
	 struct recorder_caller caller)
{
	struct recorder_call call;
	uint64_t before = recorder_progress();
	new_function *next = (new_function *)link->next;
	void *block = next(new->size, new->second, new->third);

	if (!block || !lifecycle_recording())
		return block;
	learn_way(link, before);
	if (way_of(link) != WAY_AROUND)
		return block;
	call = recorder_before(new->size);
	call.begin = 0; /* the real call is over */
	recorder_allocated(new->kind, block, new->size, call, caller);
	return block;
}

/* The first one is recorded twice if it turns out to pass through free: the
 * second time no such block lives any more. */
RECORDER_IN_FRAME void
call_delete(struct operator_link *link, void *block, enum event_kind kind,
	    uintptr_t second, uintptr_t third, struct recorder_caller caller)
{
	delete_function *next = (delete_function *)link->next;
	bool recording = block && lifecycle_recording();
	uint64_t before;

	if (recording)
		recorder_release(kind, block, caller);
	before = recorder_progress();
	next(block, second, third);
	if (recording)
		learn_way(link, before);
}

#define DEFINE_NEW(name, kind)                                                \
	void *name(size_t size, uintptr_t second, uintptr_t third)            \
	{                                                                     \
		struct new_call call = { size, second, third, kind };         \
		new_function *next = (new_function *)next_of(                 \
			REAL##name, (uintptr_t)__builtin_return_address(0));  \
                                                                              \
		if (!next)                                                    \
			return real_ready() ? real.malloc(size) : NULL;       \
		if (way_of(&operator_links[REAL##name]) == WAY_THROUGH)                       \
			return next(size, second, third);                     \
		return call_new(&operator_links[REAL##name], &call, RECORDER_CALLER());       \
	}

#define DEFINE_DELETE(name, kind)                                             \
	void name(void *block, uintptr_t second, uintptr_t third)             \
	{                                                                     \
		delete_function *next = (delete_function *)next_of(           \
			REAL##name, (uintptr_t)__builtin_return_address(0));  \
                                                                              \
		if (!next) {                                                  \
			if (block && !bootstrap_owns(block) && real_ready())  \
				real.free(block);                             \
		} else if (way_of(&operator_links[REAL##name]) == WAY_THROUGH) {              \
			next(block, second, third);                           \
		} else {                                                      \
			call_delete(&operator_links[REAL##name], block, kind, second, third,  \
				    RECORDER_CALLER());                       \
		}                                                             \
	}

DEFINE_NEW(_Znwm, EVENT_NEW)
DEFINE_NEW(_Znam, EVENT_NEW_ARRAY)
DEFINE_NEW(_ZnwmRKSt9nothrow_t, EVENT_NEW)
DEFINE_NEW(_ZnamRKSt9nothrow_t, EVENT_NEW_ARRAY)
DEFINE_NEW(_ZnwmSt11align_val_t, EVENT_NEW)
DEFINE_NEW(_ZnamSt11align_val_t, EVENT_NEW_ARRAY)
DEFINE_NEW(_ZnwmSt11align_val_tRKSt9nothrow_t, EVENT_NEW)
DEFINE_NEW(_ZnamSt11align_val_tRKSt9nothrow_t, EVENT_NEW_ARRAY)
DEFINE_DELETE(_ZdlPv, EVENT_DELETE)
DEFINE_DELETE(_ZdaPv, EVENT_DELETE_ARRAY)
DEFINE_DELETE(_ZdlPvm, EVENT_DELETE)
DEFINE_DELETE(_ZdaPvm, EVENT_DELETE_ARRAY)
DEFINE_DELETE(_ZdlPvSt11align_val_t, EVENT_DELETE)
DEFINE_DELETE(_ZdaPvSt11align_val_t, EVENT_DELETE_ARRAY)
DEFINE_DELETE(_ZdlPvmSt11align_val_t, EVENT_DELETE)
DEFINE_DELETE(_ZdaPvmSt11align_val_t, EVENT_DELETE_ARRAY)
DEFINE_DELETE(_ZdlPvRKSt9nothrow_t, EVENT_DELETE)
DEFINE_DELETE(_ZdaPvRKSt9nothrow_t, EVENT_DELETE_ARRAY)
DEFINE_DELETE(_ZdlPvSt11align_val_tRKSt9nothrow_t, EVENT_DELETE)
DEFINE_DELETE(_ZdaPvSt11align_val_tRKSt9nothrow_t, EVENT_DELETE_ARRAY)
