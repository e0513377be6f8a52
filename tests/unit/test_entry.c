/* SPDX-License-Identifier: MIT */
/* Events of handlers that interrupt a push: aside, and all of them in the
 * buffer in the end; while the push waits for room, half of the side stays free
 * for what comes when the wait is over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "preload/entry.h"
#include "preload/ring.h"

#define EVENTS 100u /* more than the side, fewer than the smallest buffer */

static char folder[] = "/tmp/entry.XXXXXX";
static char path[128];

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/d.hwd.ring", folder);
	if (ring_create("/nowhere", path) || ring_publish())
		return -1;
	ring.header->drainer = RING_DRAIN_COLLECTOR;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	ring_unlink();
	return rmdir(folder);
}

static struct thread *interrupted(bool waiting)
{
	struct thread *thread = thread_take();

	assert_non_null(thread);
	assert_true(backpressure_attach(thread));
	assert_true(thread->capacity > EVENTS);
	thread->pushing = true;
	thread->waiting = waiting;
	return thread;
}

/* The push goes on, and is over: its own event was the last. */
static void go_on(struct thread *thread)
{
	struct ring_event last = { .what = EVENT_FREE, .address = 16 };

	thread->pushing = false;
	thread->waiting = false;
	entry_push(thread, &last, 1);
}

static void half_of_the_side(void **state)
{
	struct thread *thread = interrupted(true);
	uint64_t before = ring.header->stats[STAT_NESTED_DROPPED];

	(void)state;
	for (unsigned int i = 0; i < EVENTS; i++) {
		struct ring_event event = { .what = EVENT_FREE,
					    .address = 32 + i };

		entry_push(thread, &event, 1);
		assert_true(thread->side_count <= THREAD_SIDE_EVENTS / 2);
		assert_true(thread->pushing && thread->waiting);
	}
	go_on(thread);
	assert_int_equal(thread->side_count, 0);
	assert_int_equal(thread->buffer->head, EVENTS + 1);
	assert_int_equal(ring.header->stats[STAT_NESTED_DROPPED], before);
}

static void all_of_the_side(void **state)
{
	struct thread *thread = interrupted(false);
	struct ring_event pair[2] = { { .what = EVENT_FREE },
				      { .what = EVENT_DETAIL } };
	uint64_t before = ring.header->stats[STAT_NESTED_DROPPED];

	(void)state;
	for (unsigned int i = 0; i < EVENTS / 2; i++)
		entry_push(thread, pair, 2);
	assert_int_equal(thread->side_count, THREAD_SIDE_EVENTS);
	go_on(thread);
	assert_int_equal(thread->buffer->head, THREAD_SIDE_EVENTS + 1);
	assert_int_equal(ring.header->stats[STAT_NESTED_DROPPED] - before,
			 EVENTS / 2 * 2 - THREAD_SIDE_EVENTS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(half_of_the_side),
		cmocka_unit_test(all_of_the_side),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
