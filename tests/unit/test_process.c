/* SPDX-License-Identifier: MIT */
/* Whether a target lives, asked by a collector whom signals wake. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "preload/process.h"

#define QUESTIONS 100000

static void notice(int signal)
{
	(void)signal;
}

static pid_t disturb(pid_t whom)
{
	pid_t pid = fork();

	if (pid == 0)
		while (kill(whom, SIGIO) == 0)
			;
	return pid;
}

static void a_signal_kills_no_other(void **state)
{
	struct process self = { .pid = getpid(), .pidfd = -1 };
	pid_t disturber;
	int dead = 0;

	(void)state;
	process_find(&self, getpid(), "test_process");
	assert_int_equal(self.pid, getpid());
	sigaction(SIGIO, &(struct sigaction){ .sa_handler = notice }, NULL);
	disturber = disturb(getpid());
	for (int i = 0; i < QUESTIONS; i++)
		dead += !process_is_alive(&self);
	kill(disturber, SIGKILL);
	waitpid(disturber, NULL, 0);
	process_release(&self);
	assert_int_equal(dead, 0);
}

static void the_dead_are_dead(void **state)
{
	struct process child;
	pid_t pid = fork();

	(void)state;
	if (pid == 0)
		for (;;)
			pause();
	process_find(&child, pid, "test_process");
	assert_true(process_is_alive(&child));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_false(process_is_alive(&child));
	process_release(&child);
}

/* It opens nothing more: so nothing can be asked, and the answer is yes. */
static void what_cannot_be_asked_lives(void **state)
{
	struct rlimit before, none;
	struct process self;

	(void)state;
	getrlimit(RLIMIT_NOFILE, &before);
	none = (struct rlimit){ 0, before.rlim_max };
	setrlimit(RLIMIT_NOFILE, &none);
	process_find(&self, getpid(), "test_process");
	assert_int_equal(self.pid, getpid());
	assert_true(process_is_alive(&self));
	assert_true(process_maps(&self, "test_process"));
	setrlimit(RLIMIT_NOFILE, &before);
	assert_true(process_is_alive(&self));
	process_release(&self);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signal_kills_no_other),
		cmocka_unit_test(the_dead_are_dead),
		cmocka_unit_test(what_cannot_be_asked_lives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
