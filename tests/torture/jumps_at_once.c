/* SPDX-License-Identifier: MIT */
/*
 * A handler that jumps out of whatever it interrupted, at the very moment when
 * signals are let through again. "cancel": cancellation is as it was. "child":
 * where it came in a fork child's first call of malloc, a grandchild can
 * allocate.
 * run cancel
 * expect lost leaf_only_stacks nested_events failed_unwinds
 * run child
 * expect lost leaf_only_stacks nested_events failed_unwinds
 * expect dumps 41
 */
#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include "samples/sample.h"

#define TURNS 150
#define CHILDREN 20

static sigjmp_buf out;
static volatile sig_atomic_t armed, stop, disabled;
static uintptr_t low, high; /* of the library that has malloc, if it is ours */

static void jump(int signal, siginfo_t *info, void *context)
{
	uintptr_t at = (uintptr_t)((ucontext_t *)context)
			       ->uc_mcontext.gregs[16 /* RIP */];

	(void)signal, (void)info;
	if (!armed || at < low || at >= high)
		return;
	armed = 0;
	siglongjmp(out, 1);
}

static void *work(void *unused)
{
	sigset_t set;
	int before;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	for (int i = 0; i < TURNS; i++) {
		void *handle;

		pthread_sigmask(SIG_BLOCK, &set, NULL);
		handle = dlopen("libm.so.6", RTLD_NOW);
		if (handle)
			dlclose(handle); /* what was learned has to be again */
		pthread_sigmask(SIG_UNBLOCK, &set, NULL);
		if (!sigsetjmp(out, 1)) {
			armed = high != 0;
			free(keep(malloc(30)));
		}
		armed = 0;
		pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &before);
		disabled += before != PTHREAD_CANCEL_ENABLE;
	}
	stop = 1;
	return unused;
}

static void find_library(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[512];
	unsigned long from, to;

	while (maps && fgets(line, sizeof(line), maps)) {
		if (!strstr(line, "libheapwise") ||
		    sscanf(line, "%lx-%lx", &from, &to) != 2)
			continue;
		low = low ? low : from;
		high = to;
	}
	if (maps)
		fclose(maps);
}

static void cancel(void)
{
	pthread_t thread;

	find_library();
	pthread_create(&thread, NULL, work, NULL);
	while (!stop) {
		pthread_kill(thread, SIGUSR1);
		usleep(20);
	}
	pthread_join(thread, NULL);
	say_number("disabled", (unsigned long)disabled);
}

static int grandchild_allocates(void)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		for (int i = 0; i < 1000; i++)
			if (!keep(malloc(1000)))
				_exit(2);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 3;
}

static void run_child(void)
{
	if (!sigsetjmp(out, 1)) {
		armed = 1;
		keep(malloc(10));
		for (int i = 0; i < 100 && armed; i++)
			usleep(10);
	}
	armed = 0;
	_exit(grandchild_allocates());
}

static void children(void)
{
	unsigned long failed = 0;

	find_library();
	for (int i = 0; i < CHILDREN; i++) {
		struct timespec time = { 0, 100000 + i * 80000 };
		pid_t pid = fork();
		int status;

		if (pid == 0)
			run_child();
		nanosleep(&time, NULL);
		kill(pid, SIGUSR1);
		waitpid(pid, &status, 0);
		failed += status != 0;
	}
	say_number("failed", failed);
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_sigaction = jump,
				    .sa_flags = SA_SIGINFO };

	sigaction(SIGUSR1, &action, NULL);
	keep(malloc(10));
	if (argc > 1 && argv[1][0] == 'c' && argv[1][1] == 'h')
		children();
	else
		cancel();
	return 0;
}
