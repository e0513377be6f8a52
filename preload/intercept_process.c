/* SPDX-License-Identifier: MIT */
/*
 * The functions that change what a process is: threads, fork, exec, exit,
 * unloading, seccomp. Each calls the real one and tells lifecycle.c, whose
 * business the rest is.
 */
#include <dlfcn.h>
#include <errno.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "preload/arena.h"
#include "preload/clock.h"
#include "preload/entry.h"
#include "preload/lifecycle.h"
#include "preload/loader.h"
#include "preload/modules.h"
#include "preload/operator_links.h"
#include "preload/real.h"
#include "preload/spin.h"
#include "preload/sys.h"

#define STACK_DEFAULT (8u << 20)

pid_t _Fork(void);
unsigned int la_version(unsigned int version);

struct beginning {
	void *(*start)(void *);
	void *argument;
	size_t stack_bytes;
	uint64_t clock_stopped; /* its creator's: it has no TSC either */
	struct beginning *next; /* in the list of free ones */
};

static struct spin beginnings_lock;
static struct beginning *beginnings; /* under the lock */

static struct beginning *take_beginning(void)
{
	struct beginning *b = NULL;

	if (spin_try_lock_for_long(&beginnings_lock)) {
		b = beginnings;
		if (b)
			beginnings = b->next;
		spin_unlock(&beginnings_lock);
	}
	return b ? b : arena_alloc(sizeof(*b));
}

static void give_beginning(struct beginning *b)
{
	if (!spin_try_lock_for_long(&beginnings_lock))
		return;
	b->next = beginnings;
	beginnings = b;
	spin_unlock(&beginnings_lock);
}

/* The C library keeps a thread's descriptor above its stack, in the same
 * mapping: pthread_self() is where the stack ends. Ends in a jump, so that no
 * frame of ours stands in the thread's stacks. */
static void *begin_thread(void *argument)
{
	struct beginning b = *(struct beginning *)argument;
	uintptr_t high = (uintptr_t)pthread_self();

	give_beginning(argument);
	clock_stopped = b.clock_stopped;
	entry_set_stack(high - b.stack_bytes, high);
	return b.start(b.argument);
}

static size_t stack_bytes_of(const pthread_attr_t *attributes)
{
	size_t bytes = STACK_DEFAULT;
	pthread_attr_t defaults;

	if (attributes) {
		pthread_attr_getstacksize(attributes, &bytes);
	} else if (pthread_getattr_default_np(&defaults) == 0) {
		pthread_attr_getstacksize(&defaults, &bytes);
		pthread_attr_destroy(&defaults);
	}
	return bytes;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
		   void *(*start)(void *), void *argument)
{
	struct beginning *b;
	int error;

	if (!real_ready())
		return EAGAIN;
	loader_threads_begin();
	b = lifecycle_recording() ? take_beginning() : NULL;
	if (!b)
		return real.pthread_create(thread, attributes, start,
					   argument);
	b->start = start;
	b->argument = argument;
	b->stack_bytes = stack_bytes_of(attributes);
	b->clock_stopped = clock_stopped;
	error = real.pthread_create(thread, attributes, begin_thread, b);
	if (error)
		give_beginning(b);
	return error;
}

int dlclose(void *handle)
{
	int ret;

	if (!real_ready())
		return -1;
	ret = real.dlclose(handle);
	modules_unloaded();
	operator_links_unloaded();
	return ret;
}

static pid_t forked(pid_t (*real_fork)(void))
{
	bool held = lifecycle_before_fork();
	pid_t pid = real_fork();
	int error = errno;

	if (pid == 0)
		spin_reset(&beginnings_lock);
	lifecycle_after_fork(pid, held);
	errno = error;
	return pid;
}

pid_t fork(void)
{
	return real_ready() ? forked(real.fork) : -1;
}

pid_t _Fork(void)
{
	return real_ready() ? forked(real._Fork) : -1;
}

void _exit(int status)
{
	lifecycle_finish(END_UNDER_EXIT);
	if (real_ready())
		real._exit(status);
	for (;;)
		sys_call3(SYS_exit_group, status, 0, 0);
}

void _Exit(int status)
{
	_exit(status);
}

int execve(const char *path, char *const arguments[], char *const variables[])
{
	int ret;

	lifecycle_before_exec(path);
	ret = real_ready() ? real.execve(path, arguments, variables) : -1;
	lifecycle_exec_failed();
	return ret;
}

int execv(const char *path, char *const arguments[])
{
	return execve(path, arguments, environ);
}

int execvpe(const char *file, char *const arguments[], char *const variables[])
{
	int ret;

	lifecycle_before_exec(strchr(file, '/') ? file : NULL);
	ret = real_ready() ? real.execvpe(file, arguments, variables) : -1;
	lifecycle_exec_failed();
	return ret;
}

int execvp(const char *file, char *const arguments[])
{
	return execvpe(file, arguments, environ);
}

int fexecve(int fd, char *const arguments[], char *const variables[])
{
	int ret;

	lifecycle_before_exec(NULL);
	ret = real_ready() ? real.fexecve(fd, arguments, variables) : -1;
	lifecycle_exec_failed();
	return ret;
}

int execveat(int directory, const char *path, char *const arguments[],
	     char *const variables[], int flags)
{
	int ret = -1;

	lifecycle_before_exec(NULL);
	if (!real_ready() || !real.execveat)
		errno = ENOSYS;
	else
		ret = real.execveat(directory, path, arguments, variables,
				    flags);
	lifecycle_exec_failed();
	return ret;
}

/* execl and its kin have their arguments in the call: count, then copy. */
static size_t count_list(const char *first, va_list list)
{
	size_t count = 1;

	for (; first; count++)
		first = va_arg(list, char *);
	return count;
}

static void copy_list(char **arguments, const char *first, va_list list)
{
	*arguments = (char *)(uintptr_t)first;
	while (*arguments++)
		*arguments = va_arg(list, char *);
}

/* Declares `list`, past the NULL, and `arguments`, on this stack. */
#define COLLECT_LIST(first)                                                   \
	char **arguments;                                                     \
	va_list list;                                                         \
                                                                              \
	va_start(list, first);                                                \
	arguments = __builtin_alloca(count_list(first, list) *                \
				     sizeof(char *));                         \
	va_end(list);                                                         \
	va_start(list, first);                                                \
	copy_list(arguments, first, list)

int execl(const char *path, const char *first, ...)
{
	COLLECT_LIST(first);
	va_end(list);
	return execve(path, arguments, environ);
}

int execlp(const char *file, const char *first, ...)
{
	COLLECT_LIST(first);
	va_end(list);
	return execvpe(file, arguments, environ);
}

int execle(const char *path, const char *first, ...)
{
	char *const *variables;
	COLLECT_LIST(first);

	variables = va_arg(list, char *const *);
	va_end(list);
	return execve(path, arguments, variables);
}

/* What a system call may take away: others, by a filter, and the TSC. */
struct taking {
	bool calls, tsc;
	bool began;   /* see lifecycle_seccomp_begins() */
	bool had_tsc; /* it was gone before */
};

static struct taking taking_by_prctl(long option, long what)
{
	bool filters = option == PR_SET_SECCOMP;

	return (struct taking){
		.calls = filters,
		.tsc = (filters && what == SECCOMP_MODE_STRICT) ||
		       (option == PR_SET_TSC && what == PR_TSC_SIGSEGV),
	};
}

static struct taking taking_by_call(long number, long first, long second)
{
	bool strict = number == SYS_seccomp && first == SECCOMP_SET_MODE_STRICT;

	if (number == SYS_prctl)
		return taking_by_prctl(first, second);
	return (struct taking){
		.calls = strict || (number == SYS_seccomp &&
				    first == SECCOMP_SET_MODE_FILTER),
		.tsc = strict,
	};
}

/* Before a call that may bring a seccomp filter, and, if it takes the TSC away,
 * stops the clock; afterwards, if the call failed, all is as it was. */
static void before_taking(struct taking *t)
{
	if (t->calls) {
		t->began = lifecycle_seccomp_begins();
		t->tsc = t->tsc && t->began; /* a child's clock is ours */
	}
	if (t->tsc)
		t->had_tsc = clock_stop(true);
}

static void after_taking(const struct taking *t, long ret)
{
	if (ret >= 0)
		return;
	if (t->calls)
		lifecycle_seccomp_failed(t->began);
	if (t->tsc)
		clock_stop(t->had_tsc);
}

int prctl(int option, ...)
{
	long a[4], ret;
	struct taking taking;
	va_list list;

	va_start(list, option);
	for (int i = 0; i < 4; i++)
		a[i] = va_arg(list, long);
	va_end(list);
	taking = taking_by_prctl(option, a[0]);
	before_taking(&taking);
	ret = sys_call6(SYS_prctl, option, a[0], a[1], a[2], a[3], 0);
	after_taking(&taking, ret);
	if (ret >= 0)
		return (int)ret;
	errno = (int)-ret;
	return -1;
}

long syscall(long number, ...)
{
	long a[6], ret;
	struct taking taking;
	va_list list;

	va_start(list, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(list, long);
	va_end(list);
	taking = taking_by_call(number, a[0], a[1]);
	before_taking(&taking);
	ret = sys_call6(number, a[0], a[1], a[2], a[3], a[4], a[5]);
	after_taking(&taking, ret);
	if (ret >= 0 || ret < -4095)
		return ret;
	errno = (int)-ret;
	return -1;
}

/*
 * Of the loader's auditing interface. Named in LD_AUDIT, a library that can't be
 * unloaded and has no such function ends the program; so we are an auditor that
 * asks for nothing, and sees nothing.
 */
unsigned int la_version(unsigned int version)
{
	return version;
}
