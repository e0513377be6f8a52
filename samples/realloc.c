/* SPDX-License-Identifier: MIT */
/*
 * Reallocations. A successful one is one allocation of the new size and one
 * free of the old block; one that fails is nothing. In order:
 * realloc(NULL, 10), grow to 1000, shrink to 100, fail (SIZE_MAX / 2), grow to
 * 100,000 and to 4,000,000 (where libc remaps), realloc(p, 0) frees; then
 * reallocarray that overflows; then a block that realloc(p, 0) frees at once.
 * Allocations: 5 + 1; bytes: 10+1000+100+100000+4000000+77.
 * The peak is 4,000,000: an old block is gone when the new one counts.
 * expect total allocations=6 frees=6 bytes_allocated=4101187
 * expect total peak_bytes=4000000 leaked_bytes=0 leaked_blocks=0
 */
#define _GNU_SOURCE
#include <errno.h>
#include "sample.h"

static SITE char *resize(char *p, size_t bytes)
{
	return keep(realloc(p, bytes));
}

int main(void)
{
	volatile size_t huge = (size_t)-1 / 2;
	char *p = resize(NULL, 10);

	memset(p, 'x', 10);
	p = resize(p, 1000);
	p = resize(p, 100);
	errno = 0;
	say_number("failed", resize(p, huge) == NULL && errno == ENOMEM);
	p = resize(p, 100000);
	p = resize(p, 4000000);
	say_number("kept", p[0] == 'x' && p[9] == 'x');
	say_number("zero", resize(p, 0) == NULL);
	p = resize(NULL, 77);
	errno = 0;
	say_number("overflow",
		   keep(reallocarray(p, huge, 16)) == NULL && errno == ENOMEM);
	say_number("zero", resize(p, 0) == NULL);
	return 0;
}
