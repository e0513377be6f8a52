/* SPDX-License-Identifier: MIT */
#include "preload/recorder.h"

#include "preload/arena.h"
#include "preload/clock.h"
#include "preload/entry.h"
#include "preload/modules.h"
#include "preload/options.h"
#include "preload/real.h"
#include "preload/ring.h"
#include "preload/rules.h"
#include "preload/sampled_set.h"
#include "preload/sampler.h"
#include "preload/stacks.h"

static struct sampler_plan plan;
static struct sampled_set sampled;

void recorder_init(uint64_t seed)
{
	sampler_plan_init(&plan, options.sample_bytes, seed);
	sampled_set_clear(&sampled);
}

static bool is_sampled_mode(void)
{
	return options.sample_bytes != 0;
}

static struct unwind_start start_of(struct recorder_caller caller)
{
	struct unwind_start start = {
		.ip = caller.frame[1],
		.sp = (uintptr_t)(caller.frame + 2),
		.bp = caller.frame[0],
	};

	return start;
}

static uint32_t leaf_of(struct recorder_caller caller)
{
	const struct rule *rule = rules_lookup(caller.frame[1]);

	return stacks_leaf(caller.frame[1], rule ? rule->module : 0);
}

static bool same_walk(const struct unwind *a, const struct unwind *b)
{
	if (a->count != b->count || a->end != b->end)
		return false;
	for (unsigned int i = 0; i < a->count; i++)
		if (a->frames[i].ip != b->frames[i].ip)
			return false;
	return true;
}

static void verify(const struct unwind *walk, const struct unwind_start *start)
{
	static __thread struct unwind *again
		__attribute__((tls_model("initial-exec")));

	if (!again)
		again = arena_alloc(sizeof(*again));
	if (!again)
		return;
	again->stack = walk->stack;
	unwind_walk_slowly(again, start);
	ring_count(STAT_VERIFIED_WALKS, 1);
	if (!same_walk(walk, again))
		ring_count(STAT_DIFFERENT_WALKS, 1);
}

static uint32_t stack_of(struct thread *thread, enum entry entry,
			 struct recorder_caller caller)
{
	struct unwind_start start = start_of(caller);

	if (entry != ENTRY_WHOLE)
		return leaf_of(caller);
	unwind_walk(&thread->walk, &start);
	if (__builtin_expect(options.verify, 0))
		verify(&thread->walk, &start);
	return stacks_intern(&thread->cache, &thread->walk);
}

/* Counts down to a choice of 1 in `mean`; 0 means never. */
static bool is_chosen(struct thread *thread, uint32_t *left, uint32_t mean)
{
	if (__builtin_expect(--*left != 0, 1))
		return false;
	*left = mean ? (uint32_t)random_gap_uniform(&thread->random, mean) : 0;
	return mean != 0;
}

static uint64_t units_or_one(void)
{
	uint64_t units = clock_units();

	return units ? units : 1;
}

struct recorder_call recorder_before(size_t size)
{
	struct thread *thread = thread_self;
	struct recorder_call call = { 0 };

	if (!thread || thread->guard)
		return call;
	if (is_sampled_mode() && size <= thread->sampler.credit)
		return call; /* will not be sampled */
	if (is_chosen(thread, &thread->detail_left, options.details))
		call.begin = units_or_one();
	return call;
}

static void count_hook(uint64_t since)
{
	ring_count(STAT_HOOK_SAMPLES, 1);
	ring_count(STAT_HOOK_CLOCK_UNITS, clock_units() - since);
}

/* Of an allocation in sampled mode: is it recorded, with which shift? */
static int choose(struct thread *thread, const void *block, size_t size)
{
	int shift = sampler_decide(&thread->sampler, &plan, size);

	if (shift == SAMPLER_NOT_SAMPLED)
		return shift;
	if (!sampled_set_insert(&sampled, (uint64_t)(uintptr_t)block))
		ring_count(STAT_SAMPLED_SET_FULL, 1);
	if (sampler_plan_adapt(&plan, sampled_set_live(&sampled),
			       SAMPLED_SET_SLOTS))
		ring_count(STAT_SAMPLED_SET_DOUBLINGS, 1);
	thread->last_sample = (uint64_t)(uintptr_t)block;
	return shift;
}

static void commit_allocation(struct thread *thread, struct ring_event *event,
			      const struct recorder_call *call, uint64_t now)
{
	struct ring_event events[2] = { *event };
	unsigned int n = 1;

	if (call->begin) {
		events[1].what = ring_event_what(0, EVENT_DETAIL);
		events[1].address = real.malloc_usable_size(
			(void *)(uintptr_t)event->address);
		events[1].size = now - call->begin;
		n = 2;
	}
	events[0].what |= clock_tick() << 8;
	entry_push(thread, events, n);
}

void recorder_allocated(enum event_kind kind, void *block, size_t size,
			const struct recorder_call *call,
			struct recorder_caller caller)
{
	uint64_t now = call->begin ? clock_units() : 0;
	struct ring_event event = {
		.what = kind,
		.address = (uint64_t)(uintptr_t)block,
		.size = size,
	};
	struct thread *thread;
	enum entry entry = entry_enter(&thread, (uintptr_t)caller.frame);
	int shift = 0;

	if (entry == ENTRY_OFF) {
		ring_count(STAT_DROPPED_EVENTS, 1);
		return;
	}
	if (is_sampled_mode())
		shift = choose(thread, block, size);
	if (shift != SAMPLER_NOT_SAMPLED) {
		event.extra = (uint32_t)shift;
		event.stack = stack_of(thread, entry, caller);
		commit_allocation(thread, &event, call, now);
	}
	entry_leave(thread, entry);
	if (now)
		count_hook(now);
}

static void commit_release(struct thread *thread, enum entry entry,
			   struct ring_event *event,
			   struct recorder_caller caller)
{
	if (is_chosen(thread, &thread->free_stack_left, options.free_stacks))
		event->stack = stack_of(thread, entry, caller);
	event->what |= clock_tick() << 8;
	entry_push(thread, event, 1);
}

struct recorder_call recorder_release(enum event_kind kind, void *block,
				      struct recorder_caller caller)
{
	struct recorder_call call = { 0 };
	struct ring_event event = {
		.what = kind,
		.address = (uint64_t)(uintptr_t)block,
	};
	struct thread *thread;
	enum entry entry;
	uint64_t now;

	if (is_sampled_mode() && !sampled_set_remove(&sampled, event.address))
		return call;
	entry = entry_enter(&thread, (uintptr_t)caller.frame);
	if (entry == ENTRY_OFF) {
		ring_count(STAT_DROPPED_EVENTS, 1);
		return call;
	}
	if (is_sampled_mode())
		event.extra = thread->last_sample == event.address &&
			      sampler_idle(&thread->sampler);
	now = entry == ENTRY_WHOLE && is_chosen(thread, &thread->detail_left,
						options.details) ?
	      clock_units() : 0;
	commit_release(thread, entry, &event, caller);
	entry_leave(thread, entry);
	call.recorded = true;
	if (now) {
		count_hook(now);
		call.begin = units_or_one();
	}
	return call;
}

uint64_t recorder_progress(void)
{
	const struct thread *thread = thread_self;

	return thread ? thread->head + 1 + ((uint64_t)thread->sampler.credit
					    << 32) : 0;
}

void recorder_released(void *block, const struct recorder_call *call)
{
	uint64_t duration;
	struct ring_event event = { .what = EVENT_DETAIL };
	struct thread *thread;
	enum entry entry;

	if (__builtin_expect(!call->begin, 1))
		return;
	duration = clock_units() - call->begin;
	entry = entry_enter(&thread,
			    (uintptr_t)__builtin_frame_address(0));
	if (entry == ENTRY_OFF)
		return;
	event.address = (uint64_t)(uintptr_t)block;
	event.size = duration;
	entry_push(thread, &event, 1);
	entry_leave(thread, entry);
}

void recorder_realloc_failed(void *block, const struct recorder_call *call)
{
	struct ring_event event = {
		.what = EVENT_REALLOC_FAILED,
		.address = (uint64_t)(uintptr_t)block,
	};
	struct thread *thread;
	enum entry entry;

	if (!call->recorded)
		return;
	if (is_sampled_mode() &&
	    !sampled_set_insert(&sampled, event.address))
		ring_count(STAT_SAMPLED_SET_FULL, 1);
	entry = entry_enter(&thread,
			    (uintptr_t)__builtin_frame_address(0));
	if (entry == ENTRY_OFF) {
		ring_count(STAT_DROPPED_EVENTS, 1);
		return;
	}
	event.what |= clock_tick() << 8;
	entry_push(thread, &event, 1);
	entry_leave(thread, entry);
}
