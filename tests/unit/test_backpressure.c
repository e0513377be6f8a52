/* SPDX-License-Identifier: MIT */
/* A collector that lives and drains nothing: its target waits for it once, and
 * then drops and counts. One that is at work, but slow, is waited for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "preload/backpressure.h"
#include "preload/options.h"
#include "preload/ring.h"
#include "preload/sys.h"

#define EVENTS 40000u /* twice what all buffers of a thread hold */

static char folder[] = "/tmp/backpressure.XXXXXX";
static char path[128];

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/d.hwd.ring", folder);
	options.on_full = ON_FULL_WAIT;
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

static void waits_once(void **state)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct ring_event event = { .what = EVENT_FREE, .address = 16 };
	int fd = open(path, O_RDWR | O_CLOEXEC);
	struct thread *thread = thread_take();
	const uint64_t *stats = ring.header->stats;

	(void)state;
	assert_int_equal(fcntl(fd, F_OFD_SETLK, &lock), 0);
	assert_true(backpressure_attach(thread));
	for (unsigned int i = 0; i < EVENTS; i++)
		backpressure_push(thread, &event, 1);
	assert_int_equal(stats[STAT_WAITS], 1);
	assert_int_equal(stats[STAT_DRAINER_TAKEN_OVER], 0);
	assert_true(stats[STAT_DROPPED_EVENTS] > 4096);
	/* it drains again: at once, nothing is dropped any more */
	thread->buffer->tail = thread->buffer->head;
	event.address = 32;
	backpressure_push(thread, &event, 1);
	assert_int_equal(thread->events[(thread->head - 1) %
					thread->capacity].address, 32);
	close(fd);
}

/* Busy for two to three seconds; then it drains, and goes on. */
static void be_slow(struct ring_buffer *const *buffer)
{
	time_t end = time(NULL) + 3;

	prctl(PR_SET_NAME, "heapwise-collec");
	alarm(60);
	ring.header->collector = (uint32_t)getpid();
	while (time(NULL) < end)
		;
	for (;;)
		__atomic_store_n(&(*buffer)->tail,
				 __atomic_load_n(&(*buffer)->head,
						 __ATOMIC_ACQUIRE),
				 __ATOMIC_RELEASE);
}

/* Twice what the buffer holds, so it has to be waited for. */
static void waits_for_a_slow_one(void **state)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct ring_event event = { .what = EVENT_FREE, .address = 16 };
	int fd = open(path, O_RDWR | O_CLOEXEC);
	struct thread *thread = thread_take();
	const uint64_t *stats = ring.header->stats;
	uint64_t before = stats[STAT_DROPPED_EVENTS];
	uint32_t pushed = 0;
	pid_t child;

	(void)state;
	assert_int_equal(fcntl(fd, F_OFD_SETLK, &lock), 0);
	assert_true(backpressure_attach(thread));
	while (thread->buffer->bytes < RING_BUFFER_BYTES_MAX &&
	       ++pushed < EVENTS)
		backpressure_push(thread, &event, 1);
	child = fork();
	if (child == 0)
		be_slow(&thread->buffer);
	while (!__atomic_load_n(&ring.header->collector, __ATOMIC_ACQUIRE))
		usleep(1000);
	for (unsigned int i = 0; i < 2 * thread->capacity; i++)
		backpressure_push(thread, &event, 1);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	ring.header->collector = 0;
	assert_true(stats[STAT_WAITS] > 1);
	assert_int_equal(stats[STAT_DROPPED_EVENTS], before);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waits_once),
		cmocka_unit_test(waits_for_a_slow_one),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
