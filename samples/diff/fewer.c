/* SPDX-License-Identifier: MIT */
/*
 * A loop whose scratch buffer was hoisted out of it.
 * expect scratch kept allocations=3000:1 temporary=3000:0
 */
#include "../sample.h"

static SITE void *scratch(void) { return keep(malloc(512)); }
static SITE void *result(void) { return keep(malloc(16)); }

int main(void)
{
	static void *results[3000];
	void *buffer = NULL;

	for (int i = 0; i < 3000; i++) {
		if (!buffer)
			buffer = scratch();
#ifdef OLD
		free(buffer);
		buffer = NULL;
#endif
		results[i] = result();
	}
	free(buffer);
	for (int i = 0; i < 3000; i++)
		free(results[i]);
	return 0;
}
