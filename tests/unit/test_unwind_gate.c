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

static uint32_t inside;	  /* atomic */
static uint32_t entering; /* atomic */
static uint32_t begun;	  /* atomic; the hold, and how it ends */

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
	__atomic_store_n(&entering, 1, __ATOMIC_SEQ_CST);
	*(bool *)entered = unwind_gate_enter();
	if (*(bool *)entered)
		unwind_gate_leave();
	return NULL;
}

static bool enters_from_elsewhere(void)
{
	pthread_t thread;
	bool entered = false;

	pthread_create(&thread, NULL, enter, &entered);
	pthread_join(thread, NULL);
	return entered;
}

static bool enters_while_held_for(unsigned int us)
{
	pthread_t thread;
	bool entered = false;

	entering = 0;
	assert_true(unwind_gate_hold());
	pthread_create(&thread, NULL, enter, &entered);
	while (!__atomic_load_n(&entering, __ATOMIC_SEQ_CST))
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

/* What it allocates in a handler of pthread_atfork() is walked as ever. */
static void who_holds_it_enters(void **state)
{
	(void)state;
	assert_true(unwind_gate_hold());
	assert_true(unwind_gate_hold());
	unwind_gate_release();
	assert_false(enters_from_elsewhere());
	assert_true(unwind_gate_enter());
	unwind_gate_leave();
	unwind_gate_release();
	assert_true(enters_from_elsewhere());
}

static void *hold(void *unused)
{
	assert_true(unwind_gate_hold());
	__atomic_store_n(&begun, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&begun, __ATOMIC_SEQ_CST) == 1)
		usleep(100);
	if (__atomic_load_n(&begun, __ATOMIC_SEQ_CST) == 2)
		unwind_gate_release();
	return unused;
}

static pthread_t hold_elsewhere(void)
{
	pthread_t thread;

	begun = 0;
	pthread_create(&thread, NULL, hold, NULL);
	while (!__atomic_load_n(&begun, __ATOMIC_SEQ_CST))
		usleep(100);
	return thread;
}

static void end_hold(pthread_t thread, uint32_t how)
{
	__atomic_store_n(&begun, how, __ATOMIC_SEQ_CST);
	pthread_join(thread, NULL);
}

static void each_of_several_forks_holds_it(void **state)
{
	pthread_t thread = hold_elsewhere();

	(void)state;
	assert_true(unwind_gate_hold());
	unwind_gate_release();
	assert_false(enters_from_elsewhere());
	end_hold(thread, 2);
	assert_true(enters_from_elsewhere());
}

static void a_fork_that_never_ended_holds_it_for_a_while(void **state)
{
	pthread_t thread = hold_elsewhere();

	(void)state;
	end_hold(thread, 3);
	assert_false(enters_from_elsewhere());
	sleep(4);
	assert_true(enters_from_elsewhere());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fork_waits_for_a_slow_learner),
		cmocka_unit_test(a_learner_waits_for_a_fork_but_not_for_ever),
		cmocka_unit_test(who_holds_it_enters),
		cmocka_unit_test(each_of_several_forks_holds_it),
		cmocka_unit_test(a_fork_that_never_ended_holds_it_for_a_while),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
