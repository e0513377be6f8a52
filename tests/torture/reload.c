/* SPDX-License-Identifier: MIT */
/*
 * Two libraries take turns at (most likely) the same address, 2,300 times each:
 * dlopen, one call, dlclose; more loads than a dump has room for modules, of
 * modules that are always the same. Each allocation has its library's name to
 * the end, and what the recorder keeps does not grow with their number, nor what
 * it has to learn.
 * expect site first_library_inner allocations=2300 bytes_allocated=230000
 * expect site second_library_inner allocations=2300 bytes_allocated=16100
 * expect site library_allocate allocations=4600 leaked_bytes=0
 * expect stat recorder_bytes<=5000000 rules_learned<=500
 */
#include <dlfcn.h>
#include "samples/sample.h"

static char path[4096];

static SITE void visit(const char *library)
{
	void *(*allocate)(void);
	void *handle;

	strcpy(strrchr(path, '/') + 1, library);
	handle = dlopen(path, RTLD_NOW);
	if (!handle)
		_exit(1);
	allocate = (void *(*)(void))dlsym(handle, "library_allocate");
	free(allocate());
	dlclose(handle);
}

int main(void)
{
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 64);

	if (n < 0)
		return 77;
	path[n] = 0;
	/* build/tests/torture/reload: the libraries are the samples'. */
	for (int i = 0; i < 3; i++)
		*strrchr(path, '/') = 0;
	strcat(path, "/samples/lib/x");
	for (int i = 0; i < 2300; i++) {
		visit("libone.so");
		visit("libtwo.so");
	}
	say("reloaded\n");
	return 0;
}
