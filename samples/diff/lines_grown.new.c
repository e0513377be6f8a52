/* SPDX-License-Identifier: MIT */
/*
 * What lines_grown.c became: moved lines, and 96 in place of 64.
 */
#include "../sample.h"

/* What was filled last. */
static void *slots[3];

/* Fills all slots. */
static SITE void fill(void)
{
	slots[0] = keep(malloc(32));

	/* Was too small. */
	slots[1] = keep(malloc(96));

	slots[2] = keep(malloc(128));
}

int main(void)
{
	for (int i = 0; i < 1000; i++) {
		fill();
		for (int k = 0; k < 3; k++)
			free(slots[k]);
	}
	return 0;
}
