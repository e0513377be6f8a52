/* SPDX-License-Identifier: MIT */
/*
 * cfree, which C libraries keep for old programs: 20 blocks of 9 bytes freed
 * by it, or by free where it does not exist.
 * expect total allocations=20 frees=20 bytes_allocated=180 temporary=20
 */
#include "sample.h"

extern void cfree(void *) __attribute__((weak));

int main(void)
{
	for (int i = 0; i < 20; i++)
		(cfree ? cfree : free)(keep(malloc(9)));
	return 0;
}
