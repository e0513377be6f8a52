/* SPDX-License-Identifier: MIT */
/*
 * Three sites in one function, two of them in one line's reach of each other;
 * lines.new.c is this file with comments above and between. Nothing changed.
 */
#include "../sample.h"

static void *slots[3];

static SITE void fill(void)
{
	slots[0] = keep(malloc(32));
	slots[1] = keep(malloc(64));
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
