/* SPDX-License-Identifier: MIT */
/*
 * A lambda that was added before others in its function: their numbers, and
 * with them the names that the compiler gives them, all move by one.
 * build old -std=c++17 -g -O1
 * build new -std=c++17 -g -O1
 * expect job_zero new allocations=0:1000 bytes_allocated=0:24000
 */
#include "../sample.h"

template <class F> SITE void repeat(F function)
{
	for (int i = 0; i < 1000; i++)
		function();
}

SITE void job_zero() { free(keep(malloc(24))); }
SITE void job_one() { free(keep(malloc(48))); }
SITE void job_two() { free(keep(malloc(96))); }

int main()
{
#ifdef NEW
	repeat([] { job_zero(); });
#endif
	repeat([] { job_one(); });
	repeat([] { job_two(); });
	return 0;
}
