/* SPDX-License-Identifier: MIT-0 */
/* What one thread writes has cache lines of its own. */
#include <stdlib.h>

#define LINE_BYTES 64

struct counter { /* one a thread */
	_Alignas(LINE_BYTES) unsigned long count;
	unsigned long bytes;
};

_Static_assert(sizeof(struct counter) % LINE_BYTES == 0, "half a line");

/* malloc grants no such alignment. Free it as any other block. */
struct counter *counters_new(size_t threads)
{
	struct counter *counters;

	if (threads == 0 || threads > (size_t)-1 / sizeof(*counters))
		return NULL;
	counters = aligned_alloc(LINE_BYTES, threads * sizeof(*counters));
	for (size_t i = 0; counters && i < threads; i++)
		counters[i] = (struct counter){ 0, 0 };
	return counters;
}
