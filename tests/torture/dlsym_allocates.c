/* SPDX-License-Identifier: MIT */
/*
 * A dlsym that allocates, as old C libraries' did: whoever looks for the real
 * malloc calls malloc. Each of its calls takes zeroed memory, asks for its
 * usable size and writes all of it, reallocates it and keeps it; main() goes on
 * with those blocks as with its own, reallocates every other one and frees all.
 * With "greedy" each of the first 20 calls takes 16 KiB more: all that there is.
 * What dlsym gets while the recorder looks for its own names is not recorded.
 * build -O2 -rdynamic
 * expect site main allocations>=10 bytes_allocated>=330
 * run greedy
 * expect site main allocations>=10 bytes_allocated>=330
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <malloc.h>
#include "samples/sample.h"

#define CALLS 200

static void *(*real)(void *, const char *);
static char *kept[CALLS];
static int calls;

static void must(int holds, const char *what)
{
	if (!holds) {
		say(what);
		_exit(9);
	}
}

static int is_greedy(void)
{
	static char words[256];
	static int known;

	if (!known) {
		int fd = open("/proc/self/cmdline", O_RDONLY);
		long n = read(fd, words, sizeof(words) - 1);

		close(fd);
		known = 1 + (n > 7 && !strcmp(words + n - 7, "greedy"));
	}
	return known == 2;
}

static char *take(void)
{
	char *p = calloc(25, 4);

	must(p != NULL, "no memory\n");
	for (int i = 0; i < 100; i++)
		must(p[i] == 0, "not zeroed\n");
	must(malloc_usable_size(p) >= 100, "too small\n");
	memset(p, 7, malloc_usable_size(p));
	p = realloc(p, 150);
	must(p && p[0] == 7 && p[99] == 7, "not copied\n");
	return p;
}

/* Ends in a jump, so that whoever called is still the caller. */
void *dlsym(void *restrict handle, const char *restrict symbol)
{
	if (!real)
		real = dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.34");
	if (calls < CALLS) {
		kept[calls++] = take();
		if (is_greedy() && calls <= 20 && !malloc(16 << 10))
			is_greedy();
	}
	return real(handle, symbol);
}

int main(int argc, char **argv)
{
	dlsym(RTLD_DEFAULT, "malloc");
	for (int i = 0; i < calls; i++) {
		char *p = kept[i];

		must(p[0] == 7 && p[99] == 7, "changed\n");
		must(malloc_usable_size(p) >= 150, "shrunk\n");
		memset(p, 8, malloc_usable_size(p));
		if (i % 2)
			p = realloc(p, 1000);
		must(p[0] == 8 && p[149] == 8, "lost\n");
		free(p);
	}
	for (int i = 0; i < 10; i++)
		free(keep(malloc(33)));
	say("done\n");
	return 0;
}
