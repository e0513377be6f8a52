/* SPDX-License-Identifier: MIT */
#include "preload/thread.h"

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
		memset(thread, 0, sizeof(*thread));
	else
		thread = arena_alloc(sizeof(*thread));
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
	if (survivor)
		survivor->serial = ++last_serial;
}
