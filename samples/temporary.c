/* SPDX-License-Identifier: MIT */
/*
 * Temporary: freed by its thread before that thread's next allocation.
 * fleeting() is, 50 times. Of outer() and inner(), allocated in this order and
 * freed in the reverse, 50 times, only inner() is.
 * expect total allocations=150 frees=150 temporary=100
 * expect site fleeting allocations=50 temporary=50
 * expect site outer allocations=50 temporary=0
 * expect site inner allocations=50 temporary=50
 */
#include "sample.h"

static SITE void *fleeting(void) { return keep(malloc(16)); }
static SITE void *outer(void) { return keep(malloc(32)); }
static SITE void *inner(void) { return keep(malloc(48)); }

int main(void)
{
	for (int i = 0; i < 50; i++)
		free(fleeting());
	for (int i = 0; i < 50; i++) {
		void *a = outer();
		void *b = inner();

		free(b);
		free(a);
	}
	return 0;
}
