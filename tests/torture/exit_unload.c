/* SPDX-License-Identifier: MIT */
/*
 * A plugin that is unloaded by an exit handler, after everything else: iconv's
 * converter and the maths library, whose code is gone while the process still
 * ends; what was allocated for them is freed then, and 10 blocks of 90 bytes by
 * main() are freed after that, in a destructor.
 * expect site main allocations>=10
 * expect site take allocations=10 frees=10 bytes_allocated=900
 */
#include <dlfcn.h>
#include <iconv.h>
#include "samples/sample.h"

static void *blocks[10];
static void *library;
static iconv_t converter;

static SITE void *take(void)
{
	return keep(malloc(90));
}

static void unload(void)
{
	iconv_close(converter);
	if (library)
		dlclose(library);
}

static void __attribute__((destructor)) at_the_end(void)
{
	for (int i = 0; i < 10; i++)
		free(blocks[i]);
}

int main(void)
{
	atexit(unload);
	library = dlopen("libm.so.6", RTLD_NOW);
	converter = iconv_open("UTF-16", "ISO-8859-15");
	for (int i = 0; i < 10; i++)
		blocks[i] = take();
	say(library && converter != (iconv_t)-1 ? "loaded\n" : "not loaded\n");
	return 5;
}
