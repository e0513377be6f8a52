/* SPDX-License-Identifier: MIT */
/*
 * longjmp over 20 frames, 1,000 times; the deepest allocates 90 bytes, which
 * main frees after the jump. The stack above main is different each time.
 * expect total allocations=1000 frees=1000 bytes_allocated=90000
 * expect site dive allocations=1000 temporary=1000
 * expect site other allocations=500
 */
#include <setjmp.h>
#include "sample.h"

static jmp_buf back;
static void *volatile block;

static SITE void bottom(void)
{
	block = keep(malloc(90));
	longjmp(back, 1);
}

static SITE int dive(int depth);

static SITE int other(int depth)
{
	return dive(depth) + 1;
}

static SITE int dive(int depth)
{
	if (depth == 0)
		bottom();
	return dive(depth - 1) + 1;
}

int main(void)
{
	for (volatile int i = 0; i < 1000; i++)
		if (setjmp(back))
			free(block);
		else if (i % 2)
			other(20);
		else
			dive(20);
	say("jumped\n");
	return 0;
}
