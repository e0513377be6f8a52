/* SPDX-License-Identifier: MIT */
/*
 * A C program that loads a C++ plugin, and with it libstdc++, late; the plugin
 * throws and catches 1,000 exceptions. (The loader keeps 32 bytes: the thread's
 * part of libstdc++.) Once with RTLD_DEEPBIND ("deep"), where
 * the plugin's malloc is libc's, which nobody sees: its blocks are freed by
 * whoever frees them.
 * expect site throw_and_catch allocations>=2000 leaked_bytes<=64
 * run deep
 * expect total allocations>=0
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include "sample.h"

int main(int argc, char **argv)
{
	unsigned long (*throw_and_catch)(int);
	char path[4096];
	void *plugin;
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 64);

	(void)argv;
	if (n < 0)
		return 77;
	path[n] = 0;
	strcpy(strrchr(path, '/'), "/lib/libthrower.so");
	plugin = dlopen(path, RTLD_NOW | (argc > 1 ? RTLD_DEEPBIND : 0));
	if (!plugin)
		return 1;
	throw_and_catch =
		(unsigned long (*)(int))dlsym(plugin, "throw_and_catch");
	say_number("caught", throw_and_catch(1000));
	dlclose(plugin);
	return 0;
}
