/* SPDX-License-Identifier: MIT */
#include "preload/recorder.h"

#include <string.h>

#include "preload/arena.h"
#include "preload/clock.h"
#include "preload/entry.h"
#include "preload/modules.h"
#include "preload/real.h"
#include "preload/ring.h"
#include "preload/rules.h"
#include "preload/stacks.h"
#include "preload/unwind.h"
#include "preload/usable_size.h"

static struct sampler_plan plan;

static bool is_sampled_mode(void)
{
	return options.sample_bytes != 0;
}

void recorder_init(uint64_t seed)
{
	sampler_plan_init(&plan, options.sample_bytes, seed);
	if (is_sampled_mode())
		sampled_set_begin(&sampled_blocks);
}

/* Inside a hook nothing can be learned: after an unload no rule is left that
 * names the module. */
static uint32_t leaf_of(struct recorder_caller caller)
{
	const struct rule *rule = rules_lookup(caller.frame[1]);
	const struct module *module =
		rule ? NULL : modules_remember(caller.frame[1] - 1);

	return stacks_leaf(caller.frame[1], rule ? rule->module :
			   module ? module->id : 0);
}

/* Walks once more, by libunwind: the same stack has the same id. */
__attribute__((noinline)) static void
verify(struct thread *thread, const struct unwind_start *start, uint32_t found)
{
	static __thread struct unwind *again
		__attribute__((tls_model("initial-exec")));

	if (!again)
		again = arena_alloc(sizeof(*again));
	if (!again)
		return;
	again->stack = thread->walk.stack;
	unwind_walk_slowly(again, start);
	ring_count(STAT_VERIFIED_WALKS, 1);
	if (stacks_intern(&thread->cache, again) != found)
		ring_count(STAT_DIFFERENT_WALKS, 1);
}

/* After an unload, nothing that this thread kept is certain any more. */
static void begin_epoch(struct thread *thread, uint32_t epoch)
{
	unwind_forget(&thread->walk);
	memset(&thread->recent, 0, sizeof(thread->recent));
	memset(&thread->cache, 0, sizeof(thread->cache));
	thread->epoch = epoch;
}

__attribute__((noinline)) static uint32_t
walk_and_intern(struct thread *thread, const struct unwind_start *start)
{
	struct unwind *walk = &thread->walk;
	uint32_t fresh, id;

	unwind_walk(walk, start);
	fresh = walk->fresh;
	id = stacks_intern(&thread->cache, walk);
	recent_walks_add(&thread->recent, walk, fresh, start);
	return id;
}

static inline struct unwind_start start_of(struct recorder_caller caller)
{
	return (struct unwind_start){
		.ip = caller.frame[1],
		.sp = (uintptr_t)(caller.frame + 2),
		.bp = caller.frame[0],
	};
}

/* The id of a stack that was walked lately; 0: walk. */
static inline __attribute__((always_inline)) uint32_t
kept_stack(struct thread *thread, const struct unwind_start *start)
{
	if (unwind_unchanged(&thread->walk, start))
		return thread->walk.frames[thread->walk.kept - 1].node;
	return recent_walks_find(&thread->recent, &thread->walk, start);
}

/* The same, unless there is more to do. Calls nothing. */
static inline __attribute__((always_inline)) uint32_t
known_stack(struct thread *thread, const struct unwind_start *start)
{
	if (__builtin_expect(options.verify || thread->epoch !=
			     __atomic_load_n(&modules_epoch, __ATOMIC_RELAXED),
			     0))
		return 0;
	return kept_stack(thread, start);
}

/* What known_stack() would have said is looked at too. */
__attribute__((noinline)) static uint32_t
walk_verified(struct thread *thread, const struct unwind_start *start)
{
	uint32_t id = kept_stack(thread, start);

	if (!id)
		id = walk_and_intern(thread, start);
	verify(thread, start, id);
	return id;
}

/* known_stack() does not know it. */
static inline __attribute__((always_inline)) uint32_t
unknown_stack(struct thread *thread, const struct unwind_start *start)
{
	uint32_t epoch = __atomic_load_n(&modules_epoch, __ATOMIC_RELAXED);

	if (__builtin_expect(thread->epoch != epoch, 0))
		begin_epoch(thread, epoch);
	if (__builtin_expect(options.verify, 0))
		return walk_verified(thread, start);
	return walk_and_intern(thread, start);
}

static inline __attribute__((always_inline)) uint32_t
whole_stack(struct thread *thread, struct recorder_caller caller)
{
	struct unwind_start start = start_of(caller);
	uint32_t id = known_stack(thread, &start);

	return id ? id : unknown_stack(thread, &start);
}

static inline __attribute__((always_inline)) uint32_t
stack_of(struct thread *thread, enum entry entry, struct recorder_caller caller)
{
	if (__builtin_expect(entry != ENTRY_WHOLE, 0))
		return leaf_of(caller);
	return whole_stack(thread, caller);
}

/* Not on every release. */
__attribute__((noinline)) static uint32_t
stack_of_release(struct thread *thread, enum entry entry,
		 struct recorder_caller caller)
{
	return stack_of(thread, entry, caller);
}

static uint64_t units_or_one(void)
{
	uint64_t units = clock_units();

	return units ? units : 1;
}

/* The next choice of 1 in `mean`; false if that is never. */
__attribute__((noinline)) static bool choose_again(struct thread *thread,
						   uint32_t *left,
						   uint32_t mean)
{
	*left = mean ? (uint32_t)random_gap_uniform(&thread->random, mean) : 0;
	return mean != 0;
}

/* Counts down to a choice of 1 in `mean`; 0 means never. */
static inline bool is_chosen(struct thread *thread, uint32_t *left,
			     uint32_t mean)
{
	if (__builtin_expect(--*left != 0, 1))
		return false;
	return choose_again(thread, left, mean);
}

struct recorder_call recorder_decide(size_t size)
{
	struct thread *thread = thread_self;
	struct recorder_call call = { 0 };
	int shift;

	if (is_sampled_mode()) {
		shift = sampler_decide(&thread_sampler, &plan, size);
		call.skipped = shift == SAMPLER_NOT_SAMPLED;
		call.shift = (uint32_t)shift;
		if (call.skipped)
			return call;
	}
	if (thread && !thread->guard &&
	    is_chosen(thread, &thread->detail_left, options.details))
		call.begin = units_or_one();
	return call;
}

static void count_hook(uint64_t since)
{
	ring_count(STAT_HOOK_SAMPLES, 1);
	ring_count(STAT_HOOK_CLOCK_UNITS, clock_units() - since);
}

__attribute__((noinline)) static void remember_sample(struct thread *thread,
						      uint64_t address)
{
	if (!sampled_set_insert(&sampled_blocks, address))
		ring_count(STAT_SAMPLED_SET_FULL, 1);
	if (sampler_plan_adapt(&plan, sampled_set_live(&sampled_blocks),
			       SAMPLED_SET_SLOTS))
		ring_count(STAT_SAMPLED_SET_DOUBLINGS, 1);
	thread->last_sample = address;
}

/* A detail has to follow its event directly: both in one commit. */
__attribute__((noinline)) static void
commit_measured(struct thread *thread, enum event_kind kind, uint64_t address,
		uint64_t size, uint64_t stack_and_extra, uint64_t duration)
{
	struct ring_event events[2] = {
		entry_event(ring_event_what(clock_tick(), kind), address, size,
			    stack_and_extra),
		{ .what = EVENT_DETAIL,
		  .address = real.malloc_usable_size(
			  (void *)(uintptr_t)address),
		  .size = duration },
	};

	entry_push(thread, events, 2);
}

/* Measured, sampled, nested or late, or a thread's first. */
__attribute__((noinline)) static void
allocated_slowly(enum event_kind kind, uint64_t address, size_t size,
		 struct recorder_call call, struct recorder_caller caller)
{
	uint64_t now = call.begin ? clock_units() : 0, stack_and_extra;
	struct thread *thread;
	enum entry entry = entry_enter(&thread, (uintptr_t)caller.frame);

	if (entry == ENTRY_OFF) {
		ring_count(STAT_DROPPED_EVENTS, 1);
		return;
	}
	if (is_sampled_mode())
		remember_sample(thread, address);
	stack_and_extra = entry_stack_and_extra(stack_of(thread, entry, caller),
						call.shift);
	if (now && usable_size_is_known(kind))
		commit_measured(thread, kind, address, size, stack_and_extra,
				now - call.begin);
	else
		entry_push_words(thread, ring_event_what(clock_tick(), kind),
			       address, size, stack_and_extra);
	entry_leave(thread, entry);
	if (now)
		count_hook(now);
}

/* The hook is entered; neither the last walk nor a recent one will do. */
__attribute__((noinline)) static void
allocated_after_walk(enum event_kind kind, void *block, size_t size,
		     struct recorder_caller caller)
{
	struct thread *thread = thread_self;
	struct unwind_start start = start_of(caller);
	uint32_t stack = unknown_stack(thread, &start);

	entry_push_last(thread, ring_event_what(clock_tick(), kind),
			(uint64_t)(uintptr_t)block, size, stack);
}

/* An event that may take the hot path: all of the thread's is its own, and
 * every event is recorded. */
static inline bool is_plain(const struct thread *thread)
{
	return __builtin_expect(thread && !thread->guard && clock_is_plain &&
				!is_sampled_mode(), 1);
}

void recorder_allocated(enum event_kind kind, void *block, size_t size,
			struct recorder_call call,
			struct recorder_caller caller)
{
	struct thread *thread = thread_self;
	struct unwind_start start = start_of(caller);
	uint32_t stack;

	if (call.skipped)
		return;
	if (__builtin_expect(!is_plain(thread) || call.begin, 0)) {
		allocated_slowly(kind, (uint64_t)(uintptr_t)block, size, call,
				 caller);
		return;
	}
	entry_set_guard(thread, (uintptr_t)caller.frame);
	stack = known_stack(thread, &start);
	if (__builtin_expect(!stack, 0)) {
		allocated_after_walk(kind, block, size, caller);
		return;
	}
	entry_push_last(thread, ring_event_what(clock_tick(), kind),
			(uint64_t)(uintptr_t)block, size, stack);
}

/* In sampled mode: was this block freed before anything else was allocated? */
static uint32_t is_temporary(const struct thread *thread, uint64_t address)
{
	return is_sampled_mode() && thread->last_sample == address &&
	       sampler_idle(&thread_sampler);
}

/* Sampled, nested or late, measured, with its stack, or a thread's first. */
__attribute__((noinline)) static struct recorder_call
release_slowly(enum event_kind kind, void *block, struct recorder_caller caller)
{
	uint64_t address = (uint64_t)(uintptr_t)block, now = 0;
	struct recorder_call call = { 0 };
	struct thread *thread;
	enum entry entry;
	uint32_t stack = 0;

	if (is_sampled_mode() &&
	    !sampled_set_remove(&sampled_blocks, address))
		return call;
	entry = entry_enter(&thread, (uintptr_t)caller.frame);
	if (__builtin_expect(entry == ENTRY_OFF, 0)) {
		ring_count(STAT_DROPPED_EVENTS, 1);
		return call;
	}
	if (entry == ENTRY_WHOLE &&
	    is_chosen(thread, &thread->detail_left, options.details))
		now = clock_units();
	if (is_chosen(thread, &thread->free_stack_left, options.free_stacks))
		stack = stack_of_release(thread, entry, caller);
	entry_push_words(thread, ring_event_what(clock_tick(), kind), address, 0,
		       entry_stack_and_extra(stack,
					     is_temporary(thread, address)));
	entry_leave(thread, entry);
	call.recorded = true;
	if (__builtin_expect(now != 0, 0)) {
		count_hook(now);
		call.begin = units_or_one();
	}
	return call;
}

struct recorder_call recorder_release(enum event_kind kind, void *block,
				      struct recorder_caller caller)
{
	struct thread *thread = thread_self;

	if (__builtin_expect(!is_plain(thread) || thread->detail_left == 1 ||
			     thread->free_stack_left == 1, 0))
		return release_slowly(kind, block, caller);
	entry_set_guard(thread, (uintptr_t)caller.frame);
	thread->detail_left--;
	thread->free_stack_left--;
	entry_push_last(thread, ring_event_what(clock_tick(), kind),
			(uint64_t)(uintptr_t)block, 0, 0);
	return (struct recorder_call){ .recorded = true };
}

uint64_t recorder_progress(void)
{
	const struct thread *thread = thread_self;

	return thread ? thread->head + 1 + (thread_sampler.credit << 32) : 0;
}

void recorder_released(void *block, struct recorder_call call)
{
	struct ring_event event = {
		.what = EVENT_DETAIL,
		.address = (uint64_t)(uintptr_t)block,
		.size = clock_units() - call.begin,
	};
	struct thread *thread;
	enum entry entry;

	entry = entry_enter(&thread, (uintptr_t)__builtin_frame_address(0));
	if (entry == ENTRY_OFF)
		return;
	entry_push(thread, &event, 1);
	entry_leave(thread, entry);
}

void recorder_realloc_failed(void *block, struct recorder_call call)
{
	struct ring_event event = {
		.what = EVENT_REALLOC_FAILED,
		.address = (uint64_t)(uintptr_t)block,
	};
	struct thread *thread;
	enum entry entry;

	if (!call.recorded)
		return;
	if (is_sampled_mode() &&
	    !sampled_set_insert(&sampled_blocks, event.address))
		ring_count(STAT_SAMPLED_SET_FULL, 1);
	entry = entry_enter(&thread,
			    (uintptr_t)__builtin_frame_address(0));
	if (entry == ENTRY_OFF) {
		ring_count(STAT_DROPPED_EVENTS, 1);
		return;
	}
	event.what |= ring_event_what(clock_tick(), 0);
	entry_push(thread, &event, 1);
	entry_leave(thread, entry);
}
