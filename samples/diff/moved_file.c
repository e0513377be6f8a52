/* SPDX-License-Identifier: MIT */
/*
 * A function that moved to a file of its own; nothing else changed.
 * build old
 * build new part/moved.c
 */
#include "../sample.h"

void *moved(void);
static SITE void *stayed(void) { return keep(malloc(96)); }

#ifdef OLD
SITE void *moved(void) { return keep(malloc(160)); }
#endif

int main(void)
{
	for (int i = 0; i < 1500; i++) {
		free(moved());
		free(stayed());
	}
	return 0;
}
