/* SPDX-License-Identifier: MIT */
/*
 * 100 blocks of 24 bytes; every tenth is forgotten: 10 blocks, 240 bytes.
 * once() keeps one of 5,000 bytes for good.
 * expect total allocations=101 frees=90 bytes_allocated=7400
 * expect total leaked_bytes=5240 leaked_blocks=11
 * expect site forget allocations=100 leaked_bytes=240
 * expect site once allocations=1 leaked_bytes=5000
 */
#include "sample.h"

static SITE void *forget(void) { return keep(malloc(24)); }
static SITE void *once(void) { return keep(malloc(5000)); }

int main(void)
{
	once();
	for (int i = 0; i < 100; i++) {
		void *p = forget();

		if (i % 10)
			free(p);
	}
	return 0;
}
