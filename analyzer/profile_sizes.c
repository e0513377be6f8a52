/* SPDX-License-Identifier: MIT */
#include "analyzer/profile.h"

#define SIZE_CLASS_EXACT PROFILE_SIZE_CLASS_EXACT

uint32_t profile_size_class(uint64_t size)
{
	unsigned int log;

	if (size <= SIZE_CLASS_EXACT)
		return (uint32_t)size;
	/* (1024, 1152], (1152, 1280] ... 8 to each doubling */
	size--;
	log = 63 - (unsigned int)__builtin_clzll(size);
	return SIZE_CLASS_EXACT + 1 + (log - 10) * 8 +
	       (uint32_t)((size >> (log - 3)) & 7);
}

void profile_size_bounds(uint32_t size_class, uint64_t *low, uint64_t *high)
{
	uint32_t step, log;

	*low = size_class;
	*high = size_class;
	if (size_class <= SIZE_CLASS_EXACT)
		return;
	size_class -= SIZE_CLASS_EXACT + 1;
	log = size_class / 8 + 10;
	step = size_class % 8;
	if (log > 63)
		log = 63;
	*low = ((uint64_t)(8 + step) << (log - 3)) + 1;
	*high = *low - 1 + (UINT64_C(1) << (log - 3));
	if (*high < *low)
		*high = UINT64_MAX;
}
