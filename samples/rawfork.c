/* SPDX-License-Identifier: MIT */
/*
 * 36 children by a raw clone(2), which tells nobody, while one thread loads
 * and unloads a library without rest, so that each call stack has to be learned
 * again, one allocates, and one holds the loader's lock most of the time: many
 * children are born while a thread is inside the unwinder, and inherit a lock
 * that nobody opens. Each allocates 10 blocks of 20 bytes. A child that hangs is
 * killed by its alarm. (lib/bump.c, since a raw clone leaves libc's allocator
 * locked.)
 * expect dumps 37
 * expect childsite in_child allocations=360 bytes_allocated=7200
 * expect lost failed_unwinds leaf_only_stacks
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "sample.h"

static char path[4096];
static int stop;

static int stopped(void)
{
	return __atomic_load_n(&stop, __ATOMIC_RELAXED);
}

static void *load(void *unused)
{
	while (!stopped()) {
		void *handle = dlopen(path, RTLD_NOW);

		if (!handle)
			_exit(1);
		dlclose(handle);
	}
	return unused;
}

static int rest(struct dl_phdr_info *info, size_t bytes, void *unused)
{
	usleep(200);
	return 1;
}

static void *hold(void *unused)
{
	while (!stopped()) {
		dl_iterate_phdr(rest, NULL);
		usleep(50);
	}
	return unused;
}

static void *allocate(void *unused)
{
	for (int i = 0; !stopped(); i++) {
		free(keep(malloc(100)));
		if (i % 64 == 0)
			usleep(50);
	}
	return unused;
}

static SITE void in_child(void)
{
	for (int i = 0; i < 10; i++)
		free(keep(malloc(20)));
}

static int is_good(pid_t pid)
{
	int status;

	if (pid == 0) {
		alarm(20);
		in_child();
		_exit(0);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

int main(void)
{
	pthread_t threads[3];
	unsigned long good = 0;
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 64);

	if (n < 0)
		return 77;
	path[n] = 0;
	strcpy(strrchr(path, '/'), "/lib/libone.so");
	pthread_create(&threads[0], NULL, load, NULL);
	pthread_create(&threads[1], NULL, allocate, NULL);
	pthread_create(&threads[2], NULL, hold, NULL);
	for (int i = 0; i < 36; i++)
		good += is_good((pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	say_number("good children", good);
	return 0;
}
