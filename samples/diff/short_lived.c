/* SPDX-License-Identifier: MIT */
/*
 * A path that was kept until the file was read, and is now built, used and
 * thrown away before: more temporary blocks, nothing else.
 * expect path kept allocations=2000:2000 temporary=0:2000
 */
#include "../sample.h"

static SITE void *path(void) { return keep(malloc(80)); }
static SITE void *content(void) { return keep(malloc(120)); }

int main(void)
{
	static void *contents[2000];

	for (int i = 0; i < 2000; i++) {
		void *p = path();

#ifdef NEW
		free(p);
#endif
		contents[i] = content();
#ifdef OLD
		free(p);
#endif
	}
	for (int i = 0; i < 2000; i++)
		free(contents[i]);
	return 0;
}
