/* SPDX-License-Identifier: MIT */
/*
 * Allocation while the loader is busy: a dl_iterate_phdr callback that
 * allocates (holding the loader's lock) while two threads do nothing but
 * allocate and unwind, 2,000 times; meanwhile libraries come and go, and one
 * whose constructor starts a thread that allocates while dlopen holds the
 * lock, and waits for it.
 * expect site callback allocations>=2000 leaked_bytes=0
 * expect site starter_work allocations=2000 bytes_allocated=10000
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include "sample.h"

static char path[4096];
static int stop;

static SITE int callback(struct dl_phdr_info *info, size_t bytes, void *unused)
{
	(void)info, (void)bytes, (void)unused;
	free(keep(malloc(18)));
	return 0;
}

static void *busy(void *unused)
{
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
		free(keep(malloc(100)));
	return unused;
}

static void load(const char *name)
{
	void *handle;

	strcpy(strrchr(path, '/') + 1, name);
	handle = dlopen(path, RTLD_NOW);
	if (!handle)
		_exit(1);
	dlclose(handle);
}

int main(void)
{
	pthread_t threads[2];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 64);

	if (n < 0)
		return 77;
	path[n] = 0;
	strcpy(strrchr(path, '/'), "/lib/x");
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, busy, NULL);
	for (int i = 0; i < 2000; i++) {
		dl_iterate_phdr(callback, NULL);
		if (i % 100 == 0) {
			load("libone.so");
			load("libstarter.so");
			load("libtwo.so");
		}
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	say("loaded\n");
	return 0;
}
