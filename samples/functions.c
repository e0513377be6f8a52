/* SPDX-License-Identifier: MIT */
/*
 * Every allocating function of C once, each with a size of its own:
 * 10 + 3*7 + 33 + 5*9 + 50 + 128 + 60 + 70 + 80 = 497 bytes in 9 calls. All
 * are freed at the end, in the order of allocation, by the sized frees of C23
 * where they exist. Temporary is the last one alone.
 * expect total allocations=9 frees=9 bytes_allocated=497 peak_bytes=497
 * expect total leaked_bytes=0 leaked_blocks=0 temporary=1
 * expect site use_malloc allocations=1 bytes_allocated=10
 * expect site use_calloc allocations=1 bytes_allocated=21
 * expect site use_realloc allocations=1 bytes_allocated=33
 * expect site use_reallocarray allocations=1 bytes_allocated=45
 * expect site use_posix_memalign allocations=1 bytes_allocated=50
 * expect site use_aligned_alloc allocations=1 bytes_allocated=128
 * expect site use_memalign allocations=1 bytes_allocated=60
 * expect site use_valloc allocations=1 bytes_allocated=70
 * expect site use_pvalloc allocations=1 bytes_allocated=80
 */
#define _GNU_SOURCE
#include <malloc.h>
#include "sample.h"

extern void free_sized(void *, size_t) __attribute__((weak));
extern void free_aligned_sized(void *, size_t, size_t) __attribute__((weak));

static SITE void *use_malloc(void) { return keep(malloc(10)); }
static SITE void *use_calloc(void) { return keep(calloc(3, 7)); }
static SITE void *use_realloc(void) { return keep(realloc(NULL, 33)); }
static SITE void *use_aligned_alloc(void) { return keep(aligned_alloc(64, 128)); }
static SITE void *use_memalign(void) { return keep(memalign(32, 60)); }
static SITE void *use_valloc(void) { return keep(valloc(70)); }
static SITE void *use_pvalloc(void) { return keep(pvalloc(80)); }

static SITE void *use_reallocarray(void)
{
	return keep(reallocarray(NULL, 5, 9));
}

static SITE void *use_posix_memalign(void)
{
	void *p = NULL;

	return posix_memalign(&p, 64, 50) ? NULL : keep(p);
}

static void aligned(const char *name, void *p, unsigned long to)
{
	say_number(name, p && (unsigned long)p % to == 0);
}

int main(void)
{
	void *p[9] = { use_malloc(), use_calloc(), use_realloc(),
		       use_reallocarray(), use_posix_memalign(),
		       use_aligned_alloc(), use_memalign(), use_valloc(),
		       use_pvalloc() };

	aligned("posix_memalign", p[4], 64);
	aligned("aligned_alloc", p[5], 64);
	aligned("memalign", p[6], 32);
	aligned("valloc", p[7], 4096);
	aligned("pvalloc", p[8], 4096);
	for (int i = 0; i < 21; i++)
		if (((char *)p[1])[i])
			say("calloc is not clear\n");
	free_sized ? free_sized(p[0], 10) : free(p[0]);
	free(p[1]);
	free(p[2]);
	free(p[3]);
	free(p[4]);
	free_aligned_sized ? free_aligned_sized(p[5], 64, 128) : free(p[5]);
	for (int i = 6; i < 9; i++)
		free(p[i]);
	free(NULL);
	return 0;
}
