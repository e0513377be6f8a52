/* SPDX-License-Identifier: MIT */
/*
 * All forms of C++ operator new and delete. libstdc++'s and libc++'s reach
 * malloc by themselves, and so does a project's own: for them this only jumps
 * to the next definition. An allocator that defines both malloc and operator
 * new (tcmalloc, jemalloc, mimalloc) does not pass through malloc again: its
 * operators are recorded here. No frame of ours stays on the stack while an
 * exception passes.
 */
#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/arena.h"
#include "preload/intercept_cxx.h"
#include "preload/lifecycle.h"
#include "preload/real.h"
#include "preload/recorder.h"

typedef void *new_function(size_t size, uintptr_t second, uintptr_t third);
typedef void delete_function(void *block, uintptr_t second, uintptr_t third);

/* The next definition of one operator, found when it is first called. */
struct operator_link {
	const char *name;
	void *next;    /* atomic; NULL: not found yet */
	bool recorded; /* valid once next is set: it bypasses malloc */
};

static bool same_module(const void *a, const void *b)
{
	Dl_info one, other;

	return dladdr(a, &one) && dladdr(b, &other) &&
	       one.dli_fbase == other.dli_fbase;
}

/* A library that was loaded RTLD_LOCAL finds its C++ runtime in its own scope,
 * not after us in the global one. A link map serves as its handle. */
static void *find_in_scope_of(const char *name, uintptr_t caller)
{
	struct dl_find_object found;

	if (_dl_find_object((void *)caller, &found))
		return NULL;
	return dlsym(found.dlfo_link_map, name);
}

__attribute__((noinline)) static void *find(struct operator_link *link,
					    uintptr_t caller)
{
	void *next = real_ready() ? real_next(link->name) : NULL;

	if (next)
		link->recorded = same_module(next, (void *)real.malloc);
	else
		next = find_in_scope_of(link->name, caller);
	__atomic_store_n(&link->next, next, __ATOMIC_RELEASE);
	return next;
}

static inline void *next_of(struct operator_link *link, uintptr_t caller)
{
	void *next = __atomic_load_n(&link->next, __ATOMIC_ACQUIRE);

	return __builtin_expect(next != NULL, 1) ? next : find(link, caller);
}

__attribute__((noinline)) static void *
recorded_new(enum event_kind kind, size_t size, void *block,
	     struct recorder_caller caller)
{
	struct recorder_call call = { 0 };

	if (block && lifecycle_recording())
		recorder_allocated(kind, block, size, &call, caller);
	return block;
}

#define DEFINE_NEW(name, kind)                                                \
	static struct operator_link link##name = { #name, NULL, false };      \
	void *name(size_t size, uintptr_t second, uintptr_t third)            \
	{                                                                     \
		new_function *next = (new_function *)next_of(                 \
			&link##name, (uintptr_t)__builtin_return_address(0)); \
                                                                              \
		if (!next)                                                    \
			return real_ready() ? real.malloc(size) : NULL;       \
		if (!link##name.recorded)                                     \
			return next(size, second, third);                     \
		return recorded_new(kind, size, next(size, second, third),    \
				    RECORDER_CALLER());                       \
	}

#define DEFINE_DELETE(name, kind)                                             \
	static struct operator_link link##name = { #name, NULL, false };      \
	void name(void *block, uintptr_t second, uintptr_t third)             \
	{                                                                     \
		delete_function *next = (delete_function *)next_of(           \
			&link##name, (uintptr_t)__builtin_return_address(0)); \
                                                                              \
		if (!next) {                                                  \
			if (block && !bootstrap_owns(block) && real_ready())  \
				real.free(block);                             \
			return;                                               \
		}                                                             \
		if (link##name.recorded && block && lifecycle_recording())    \
			recorder_release(kind, block, RECORDER_CALLER());     \
		next(block, second, third);                                   \
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
