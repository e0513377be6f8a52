/* SPDX-License-Identifier: MIT */
/*
 * From a computed figure to a whole number. What a dump claims may add up to
 * more than any integer holds, and such a conversion is undefined in C.
 */
#ifndef ANALYZER_WHOLE_H
#define ANALYZER_WHOLE_H

#include <stdint.h>

/* Rounded down; 0 for what is below that or no number, UINT64_MAX for what is
 * too large. */
static inline uint64_t whole_of(double value)
{
	if (!(value > 0))
		return 0;
	return value < 0x1p64 ? (uint64_t)value : UINT64_MAX;
}

#endif
