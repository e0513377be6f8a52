/* SPDX-License-Identifier: MIT */
/*
 * A little of all that the recorder has to deal with, in one process, for tools
 * under which every event takes long: threads that hand blocks over, every kind
 * of call, deep stacks, signal handlers that interrupt hooks and jump out of
 * them, destructors of thread keys, libraries that come and go, children by
 * fork (with threads) and by vfork, an exec that fails. `gently`: without signals
 * and threads of children, which ThreadSanitizer does not bear.
 * `early`: children before there are threads, since in another's child no memory
 * can be had under the AddressSanitizer of gcc 12, which leaves its locks held.
 * run
 * expect dumps 4
 * expect site worker allocations=9808 leaked_bytes=0
 * expect site every_call allocations=1600 bytes_allocated=47360 leaked_bytes=0
 * expect site dive allocations=200 bytes_allocated=3200
 * expect site give allocations=8000 bytes_allocated=320000
 * expect site at_thread_end allocations=8 leaked_bytes=0
 * expect site jumper allocations=60 bytes_allocated=3280
 * expect childsite in_child allocations=300 bytes_allocated=6000
 * expect childsite in_thread_of_child allocations=300 bytes_allocated=9000
 * expect lost nested_events leaf_only_stacks failed_unwinds
 * run early
 * expect dumps 4
 * expect site worker allocations=9808 leaked_bytes=0
 * expect site every_call allocations=1600 bytes_allocated=47360 leaked_bytes=0
 * expect site dive allocations=200 bytes_allocated=3200
 * expect site give allocations=8000 bytes_allocated=320000
 * expect site at_thread_end allocations=8 leaked_bytes=0
 * expect site jumper allocations=60 bytes_allocated=3280
 * expect childsite in_child allocations=300 bytes_allocated=6000
 * expect childsite in_thread_of_child allocations=300 bytes_allocated=9000
 * expect lost nested_events leaf_only_stacks failed_unwinds
 * run gently
 * expect dumps 4
 * expect site worker allocations=9808 leaked_bytes=0
 * expect site every_call allocations=1600 bytes_allocated=47360 leaked_bytes=0
 * expect site dive allocations=200 bytes_allocated=3200
 * expect site give allocations=8000 bytes_allocated=320000
 * expect site at_thread_end allocations=8 leaked_bytes=0
 * expect site jumper allocations=20 bytes_allocated=480
 * expect childsite in_child allocations=300 bytes_allocated=6000
 */
#include <dlfcn.h>
#include <malloc.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/wait.h>

#include "sample.h"

#define WORKERS 8
#define CALLS 40	/* of each kind, by each worker */
#define CHILDREN 3
#define HANDED 1000	/* blocks from each worker to the next */

static void *handed[WORKERS][HANDED];
static pthread_key_t key;
static sigjmp_buf away;
static volatile sig_atomic_t jumping;
static int gently, early;

static SITE void give(int worker)
{
	for (int i = 0; i < HANDED; i++)
		__atomic_store_n(&handed[worker][i], keep(malloc(40)),
				 __ATOMIC_RELEASE);
}

static SITE void take(int worker)
{
	for (int i = 0; i < HANDED; i++) {
		void *p;

		while (!(p = __atomic_exchange_n(&handed[worker][i], NULL,
						 __ATOMIC_ACQUIRE)))
			sched_yield();
		free(p);
	}
}

/* 5 allocations of 148 bytes, and one that fails. */
static SITE void every_call(void)
{
	void *p = NULL;

	free(keep(malloc(10)));
	free(keep(calloc(3, 7)));
	p = keep(malloc(20));
	free(keep(realloc(p, 47)));
	if (posix_memalign(&p, 64, 50) == 0)
		free(keep(p));
	if (realloc(NULL, (size_t)1 << 62))
		_exit(98);
}

static SITE void dive(int depth)
{
	if (depth)
		dive(depth - 1);
	else
		free(keep(malloc(16)));
	__asm__ volatile("" : : : "memory");
}

static SITE void at_thread_end(void *value)
{
	free(value);
	free(keep(malloc(100)));
}

static SITE void *worker(void *argument)
{
	int number = (int)(long)argument;

	pthread_setspecific(key, malloc(30));
	give(number);
	for (int i = 0; i < CALLS; i++)
		every_call();
	for (int i = 0; i < 25; i++)
		dive(i * 4);
	take((number + 1) % WORKERS);
	return NULL;
}

static void in_handler(int signal)
{
	(void)signal;
	free(keep(malloc(70)));
	if (jumping)
		siglongjmp(away, 1);
}

/* A signal may come inside a hook, and the jump leave it. */
static SITE void jumper(void)
{
	for (volatile int i = 0; i < 20; i++) {
		jumping = !gently;
		if (jumping && sigsetjmp(away, 1) == 0)
			raise(SIGUSR1);
		jumping = 0;
		if (!gently)
			raise(SIGUSR1);
		free(keep(malloc(24)));
	}
}

static SITE void *in_thread_of_child(void *unused)
{
	for (int i = 0; i < 100; i++)
		free(keep(malloc(30)));
	return unused;
}

static SITE void in_child(void)
{
	pthread_t thread;

	for (int i = 0; i < 100; i++)
		free(keep(malloc(20)));
	if (!gently && pthread_create(&thread, NULL, in_thread_of_child,
				      NULL) == 0)
		pthread_join(thread, NULL);
	execl("/nowhere/nothing", "nothing", NULL);
}

static int child(void)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		in_child();
		_exit(7);
	}
	waitpid(pid, &status, 0);
	pid = vfork();
	if (pid == 0)
		_exit(8);
	waitpid(pid, NULL, 0);
	return WEXITSTATUS(status);
}

static void load_and_unload(void)
{
	void *library = dlopen("libanl.so.1", RTLD_NOW);

	if (library)
		dlclose(library);
}

static int children(void)
{
	int sum = 0;

	for (int i = 0; i < CHILDREN; i++) {
		load_and_unload();
		sum += child();
	}
	return sum;
}

static void *nothing(void *unused)
{
	return unused;
}

/* Its stack is kept for the next one, so that in a child none is allocated. */
static void one_thread(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, nothing, NULL) == 0)
		pthread_join(thread, NULL);
}

int main(int argc, char **argv)
{
	pthread_t threads[WORKERS];
	int sum = 0;

	gently = argc > 1 && !strcmp(argv[1], "gently");
	early = argc > 1 && !strcmp(argv[1], "early");
	signal(SIGUSR1, in_handler);
	pthread_key_create(&key, at_thread_end);
	if (early) {
		one_thread();
		sum = children();
	}
	for (long i = 0; i < WORKERS; i++)
		pthread_create(&threads[i], NULL, worker, (void *)i);
	if (!early)
		sum = children();
	jumper();
	for (int i = 0; i < WORKERS; i++)
		pthread_join(threads[i], NULL);
	say_number("children said", (unsigned long)sum);
	return 0;
}
