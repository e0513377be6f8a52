/* SPDX-License-Identifier: MIT */
/* Waiting for many words at once; sleeps that should not happen would end by
 * the test's time limit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>

#include "preload/ring_wait.h"
#include "preload/sys.h"

#define FOREVER_NS UINT64_C(3600000000000)

static uint32_t *words; /* shared, as those of a ring file are */

static int sleep_or_skip(const struct ring_wait *wait, uint64_t ns)
{
	int ret = ring_wait_sleep(wait, ns);

	if (ret == -ENOSYS || ret == -EPERM)
		skip(); /* kernels before 5.16, or forbidden */
	return ret;
}

static void a_word_that_changed_is_seen(void **state)
{
	struct ring_wait wait;

	(void)state;
	ring_wait_begin(&wait);
	for (unsigned int i = 0; i < 2 * RING_WAIT_MAX; i++)
		ring_wait_add(&wait, &words[i], words[i]);
	words[RING_WAIT_MAX - 1]++;
	assert_int_equal(sleep_or_skip(&wait, FOREVER_NS), 1);
}

static void time_passes(void **state)
{
	struct ring_wait wait;

	(void)state;
	ring_wait_begin(&wait);
	ring_wait_add(&wait, &words[0], words[0]);
	assert_int_equal(sleep_or_skip(&wait, 1000000), 0);
}

static void nothing_can_be_waited_for(void **state)
{
	struct ring_wait wait;

	(void)state;
	ring_wait_begin(&wait);
	assert_true(ring_wait_sleep(&wait, FOREVER_NS) < 0);
	ring_wait_add(&wait, NULL, 0);
	assert_true(sleep_or_skip(&wait, FOREVER_NS) < 0);
}

/* As a target does it that has no room. */
static void *ask(void *unused)
{
	__atomic_fetch_add(&words[7], 1, __ATOMIC_SEQ_CST);
	sys_futex_wake(&words[7], 1);
	return unused;
}

static void who_asks_ends_the_sleep(void **state)
{
	struct ring_wait wait;

	(void)state;
	for (int i = 0; i < 200; i++) {
		pthread_t thread;
		int ret;

		ring_wait_begin(&wait);
		ring_wait_add(&wait, &words[3], words[3]);
		ring_wait_add(&wait, &words[7], words[7]);
		assert_int_equal(pthread_create(&thread, NULL, ask, NULL), 0);
		ret = ring_wait_sleep(&wait, FOREVER_NS);
		pthread_join(thread, NULL);
		if (ret == -ENOSYS || ret == -EPERM)
			skip();
		assert_int_equal(ret, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_that_changed_is_seen),
		cmocka_unit_test(time_passes),
		cmocka_unit_test(nothing_can_be_waited_for),
		cmocka_unit_test(who_asks_ends_the_sleep),
	};

	words = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (words == MAP_FAILED)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
