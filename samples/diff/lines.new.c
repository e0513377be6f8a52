/* SPDX-License-Identifier: MIT */
/*
 * What lines.c became: comments.
 */
/*
 * This program fills slots. It does so a thousand times, for no other reason
 * than to be watched. Nothing below has changed; all of it has moved.
 */
#include "../sample.h"

/* What was filled last. */
static void *slots[3];

/*
 * Fills all slots: a small one, one of middling size, and a large one.
 */
static SITE void fill(void)
{
	/* small */
	slots[0] = keep(malloc(32));

	/* middling */
	slots[1] = keep(malloc(64));

	/* large */
	slots[2] = keep(malloc(128));
}

/*
 * Fills and empties.
 */
int main(void)
{
	/* A thousand times. */
	for (int i = 0; i < 1000; i++) {
		fill();
		/* And empties. */
		for (int k = 0; k < 3; k++)
			free(slots[k]);
	}
	return 0;
}
