/* SPDX-License-Identifier: MIT */
#include "preload/thread.h"

#include <stddef.h>
#include <string.h>

#include "preload/arena.h"
#include "preload/spin.h"

static const uint32_t closed;
const uint32_t *thread_gate = &closed;
__thread struct thread *thread_self;
__thread struct sampler thread_sampler;
__thread bool thread_ended;

static struct spin lock;	 /* guards the pool */
static struct thread *free_list; /* newest first */
static uint32_t last_serial;	 /* atomic */

/* Few programs are as deep as there is room for. */
static struct thread *make(void)
{
	struct thread *thread = arena_alloc(sizeof(*thread));

	if (thread)
		arena_untouched((sizeof(thread->walk.frames) +
				 sizeof(thread->walk.slots)) * 3 / 4);
	return thread;
}

/* The cache is of the process's stack tree, and stays right. */
static void renew(struct thread *thread)
{
	uint32_t epoch = thread->epoch;

	memset(thread, 0, offsetof(struct thread, cache));
	thread->epoch = epoch;
	thread->walk.stack = (struct stack_bounds){ 0, 0 };
	unwind_forget(&thread->walk);
}

struct thread *thread_take(void)
{
	struct thread *thread = NULL;

	if (spin_try_lock_for_long(&lock)) {
		thread = free_list;
		if (thread)
			free_list = thread->next;
		spin_unlock(&lock);
	}
	if (thread)
		renew(thread);
	else
		thread = make();
	if (thread)
		thread->serial = __atomic_add_fetch(&last_serial, 1,
						    __ATOMIC_RELAXED);
	return thread;
}

void thread_give(struct thread *thread)
{
	if (!spin_try_lock_for_long(&lock))
		return;
	thread->next = free_list;
	free_list = thread;
	spin_unlock(&lock);
}

void threads_after_fork(struct thread *survivor)
{
	spin_reset(&lock);
	last_serial = 0;
	for (struct thread *t = free_list; t; t = t->next)
		t->epoch = 0; /* a new tree */
	if (survivor)
		survivor->serial = ++last_serial;
}
