/* SPDX-License-Identifier: MIT */
/*
 * A process tree by fork, 3 levels of 2: 1 + 2 + 4 + 8 = 15 processes, each
 * with 1,000 blocks of 10 bytes of its own, half of them leaked.
 * expect dumps 15
 * expect total allocations=1000 bytes_allocated=10000 leaked_bytes=5000
 * expect child allocations=14000 bytes_allocated=140000 leaked_bytes=70000
 */
#include <sys/wait.h>
#include "sample.h"

static SITE void work(void)
{
	for (int i = 0; i < 1000; i++) {
		void *p = keep(malloc(10));

		if (i % 2)
			free(p);
	}
}

static void grow(int levels)
{
	if (levels)
		for (int i = 0; i < 2; i++)
			if (fork() == 0) {
				grow(levels - 1);
				work();
				exit(0);
			}
	while (wait(NULL) > 0)
		;
}

int main(void)
{
	work();
	grow(3);
	say("grown\n");
	return 0;
}
