/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/dice.h"

static uint64_t state = 1;

/* splitmix64 */
static uint64_t next(void)
{
	uint64_t x = state += UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

void dice_seed(uint64_t seed)
{
	state = seed;
}

uint64_t dice(uint64_t sides)
{
	return sides ? next() % sides : 0;
}

uint64_t dice_value(uint64_t old)
{
	switch (dice(8)) {
	case 0:
		return 0;
	case 1:
		return old + 1;
	case 2:
		return old - 1;
	case 3:
		return UINT64_C(1) << dice(64);
	case 4:
		return (UINT64_C(1) << dice(64)) - 1;
	case 5:
		return ~dice(3);
	case 6:
		return old ^ UINT64_C(1) << dice(64);
	default:
		return next() >> dice(64);
	}
}
