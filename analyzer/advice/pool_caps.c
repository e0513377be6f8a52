/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/pool_caps.h"

#include <string.h>

#define USUAL_MAX 65536

void pool_caps_init(struct pool_caps *caps, uint64_t other)
{
	memset(caps, 0, sizeof(*caps));
	for (uint64_t cap = 1; cap <= USUAL_MAX; cap *= 2) {
		if (other > cap / 2 && other < cap)
			caps->caps[caps->count++] = other;
		caps->caps[caps->count++] = cap;
	}
	if (other > USUAL_MAX)
		caps->caps[caps->count++] = other;
	caps->caps[caps->count++] = POOL_CAP_NONE;
}

size_t pool_caps_find(const struct pool_caps *caps, uint64_t cap)
{
	size_t i = 0;

	while (i + 1 < caps->count && caps->caps[i] < cap)
		i++;
	return i;
}

void pool_list_init(struct pool_list *list, const struct pool_caps *caps)
{
	memset(list, 0, sizeof(*list));
	list->roomy = (UINT32_C(1) << caps->count) - 1;
}
