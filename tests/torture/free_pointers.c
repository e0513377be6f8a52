/* SPDX-License-Identifier: MIT */
/*
 * Functions found in other ways than by their names: through a table of
 * pointers, which is recorded (20 blocks of 40 bytes); and through libc itself
 * by dlsym, where nobody sees them. Those of the first kind come back by the
 * second and the reverse, while the same sizes come and go as usual (1,000 times
 * 40 bytes): blocks that end unseen, and frees of blocks that were never seen:
 * 15, and 5 that are reallocated. `info` says how many.
 * expect stat foreign_frees=20
 * expect site tabled allocations=20 bytes_allocated=800
 * expect site usual allocations=1000 frees=1000 bytes_allocated=40000
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include "samples/sample.h"

static struct {
	void *(*take)(size_t);
	void (*give)(void *);
	void *(*change)(void *, size_t);
} volatile table = { malloc, free, realloc };

static SITE void *tabled(void)
{
	return keep(table.take(40));
}

static SITE void usual(void)
{
	for (int i = 0; i < 1000; i++)
		free(keep(malloc(40)));
}

int main(void)
{
	void *libc = dlopen("libc.so.6", RTLD_NOW | RTLD_NOLOAD);
	void *(*take)(size_t) = dlsym(libc, "malloc");
	void (*give)(void *) = dlsym(libc, "free");
	void *mine[20], *theirs[20];

	for (int i = 0; i < 20; i++) {
		mine[i] = tabled();
		theirs[i] = keep(take(40));
	}
	for (int i = 0; i < 20; i++)
		give(mine[i]);
	usual();
	for (int i = 0; i < 20; i++)
		table.give(i < 15 ? theirs[i] : table.change(theirs[i], 80));
	say("done\n");
	return 0;
}
