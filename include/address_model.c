/* SPDX-License-Identifier: MIT */
#include "include/address_model.h"

#include <string.h>

void address_model_begin(struct address_model *m, unsigned int shift)
{
	memset(m->count, 0, sizeof(m->count));
	m->shift = shift;
	m->allocations = 0;
	m->next = 0;
	m->last_release = 0;
}

void address_model_take(struct address_model *m, unsigned int class,
			unsigned int n)
{
	uint64_t *released = m->released[class];
	unsigned int newest = m->top[class] - 1u;

	for (; n > 0; n--)
		released[(newest - n) % ADDRESS_DEPTH] =
			released[(newest - n + 1) % ADDRESS_DEPTH];
	m->top[class]--;
	m->count[class]--;
}
