/* SPDX-License-Identifier: MIT */
/*
 * Functions, and calls in them, that changed places. Nothing else changed.
 */
#include "../sample.h"

static void *slots[3];

#ifdef OLD
static SITE void *alpha(void) { return keep(malloc(40)); }
static SITE void *beta(void) { return keep(malloc(80)); }
#else
static SITE void *beta(void) { return keep(malloc(80)); }
static SITE void *alpha(void) { return keep(malloc(40)); }
#endif

static SITE void fill(void)
{
#ifdef OLD
	slots[0] = alpha();
	slots[1] = beta();
	slots[2] = alpha();
#else
	slots[1] = beta();
	slots[0] = alpha();
	slots[2] = alpha();
#endif
}

int main(void)
{
	for (int i = 0; i < 1200; i++) {
		fill();
		for (int k = 0; k < 3; k++)
			free(slots[k]);
	}
	return 0;
}
