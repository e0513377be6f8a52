/* SPDX-License-Identifier: MIT */
/*
 * A function that moved to another file, and is called half as often again.
 * build old
 * build new part/moved.c
 * expect moved kept allocations=1500:2250 bytes_allocated=240000:360000
 */
#include "../sample.h"

void *moved(void);
static SITE void *stayed(void) { return keep(malloc(96)); }

#ifdef OLD
#define CALLS 1500
SITE void *moved(void) { return keep(malloc(160)); }
#else
#define CALLS 2250
#endif

int main(void)
{
	for (int i = 0; i < CALLS; i++)
		free(moved());
	for (int i = 0; i < 1500; i++)
		free(stayed());
	return 0;
}
