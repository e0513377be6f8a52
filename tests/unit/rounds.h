/* SPDX-License-Identifier: MIT */
/* How often a test with random input is repeated: a quarter of what it would be
 * with LONG=1. Their seeds begin alike, so the shorter is a part of the longer. */
#ifndef TESTS_UNIT_ROUNDS_H
#define TESTS_UNIT_ROUNDS_H

#include <stdlib.h>

static inline unsigned int rounds(unsigned int all)
{
	const char *wanted = getenv("LONG");

	return wanted && *wanted ? all : (all + 3) / 4;
}

#endif
