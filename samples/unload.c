/* SPDX-License-Identifier: MIT */
/*
 * Two libraries take turns at (most likely) the same address: 50 times each
 * dlopen, 10 calls, dlclose. Each allocation must carry the name of the
 * library that made it, and lead back to visit().
 * expect site first_library_inner allocations=500 bytes_allocated=50000
 * expect site second_library_inner allocations=500 bytes_allocated=3500
 * expect site visit allocations>=1000
 * expect site library_allocate allocations=1000 leaked_bytes=0
 * With "unseen" libc's own dlclose is called, as libc does for the modules that
 * it loads itself: nobody is told.
 * run unseen
 * expect site first_library_inner allocations=500 bytes_allocated=50000
 * expect site second_library_inner allocations=500 bytes_allocated=3500
 * expect site visit allocations>=1000
 * expect site library_allocate allocations=1000 leaked_bytes=0
 */
#include <dlfcn.h>
#include "sample.h"

static char path[4096];
static unsigned long same;
static int (*close_library)(void *) = dlclose;

static SITE void visit(const char *library)
{
	static void *last;
	void *(*allocate)(void);
	void *handle;

	strcpy(strrchr(path, '/') + 1, library);
	handle = dlopen(path, RTLD_NOW);
	if (!handle)
		_exit(1);
	allocate = (void *(*)(void))dlsym(handle, "library_allocate");
	for (int i = 0; i < 10; i++)
		free(allocate());
	same += last == (void *)((unsigned long)allocate & ~0xffful);
	last = (void *)((unsigned long)allocate & ~0xffful);
	close_library(handle);
}

int main(int argc, char **argv)
{
	void *libc = dlopen("libc.so.6", RTLD_NOW | RTLD_NOLOAD);
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 64);

	if (n < 0 || !libc)
		return 77;
	if (argc > 1)
		close_library = (int (*)(void *))dlsym(libc, "dlclose");
	path[n] = 0;
	strcpy(strrchr(path, '/'), "/lib/x");
	for (int i = 0; i < 50; i++) {
		visit("libone.so");
		visit("libtwo.so");
	}
	say(same ? "same address\n" : "other addresses\n");
	return 0;
}
