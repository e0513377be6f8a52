/* SPDX-License-Identifier: MIT */
/* Who forks waits for those inside libunwind, also for one that does not get a
 * processor for a while; and who wants to learn meanwhile waits for the fork. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <unistd.h>

#include "preload/unwind_gate.h"

#define A_WHILE_US 150000 /* longer than spinning alone used to wait */

static uint32_t inside; /* atomic */
static uint32_t begun;	/* atomic */

static void *learn_slowly(void *unused)
{
	assert_true(unwind_gate_enter());
	__atomic_store_n(&inside, 1, __ATOMIC_SEQ_CST);
	usleep(A_WHILE_US);
	__atomic_store_n(&inside, 0, __ATOMIC_SEQ_CST);
	unwind_gate_leave();
	return unused;
}

static void a_fork_waits_for_a_slow_learner(void **state)
{
	pthread_t thread;

	(void)state;
	pthread_create(&thread, NULL, learn_slowly, NULL);
	while (!__atomic_load_n(&inside, __ATOMIC_SEQ_CST))
		usleep(100);
	assert_true(unwind_gate_hold());
	assert_int_equal(unwind_gate_users(), 0);
	assert_int_equal(inside, 0);
	unwind_gate_release();
	pthread_join(thread, NULL);
}

static void *enter(void *entered)
{
	__atomic_store_n(&begun, 1, __ATOMIC_SEQ_CST);
	*(bool *)entered = unwind_gate_enter();
	if (*(bool *)entered)
		unwind_gate_leave();
	return NULL;
}

static bool enters_while_held_for(unsigned int us)
{
	pthread_t thread;
	bool entered = false;

	begun = 0;
	assert_true(unwind_gate_hold());
	pthread_create(&thread, NULL, enter, &entered);
	while (!__atomic_load_n(&begun, __ATOMIC_SEQ_CST))
		usleep(100);
	usleep(us);
	if (us < 1000000)
		unwind_gate_release();
	pthread_join(thread, NULL);
	if (us >= 1000000)
		unwind_gate_release();
	return entered;
}

static void a_learner_waits_for_a_fork_but_not_for_ever(void **state)
{
	(void)state;
	assert_true(enters_while_held_for(20000));
	assert_false(enters_while_held_for(1000000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fork_waits_for_a_slow_learner),
		cmocka_unit_test(a_learner_waits_for_a_fork_but_not_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
