/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/call_times.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

void call_times_add(struct call_times *times, uint64_t duration)
{
	if (times->stride == 0)
		times->stride = 1;
	times->sum += (double)duration;
	if (times->count++ % times->stride)
		return;
	GROW(times->kept, times->capacity, times->kept_count);
	times->kept[times->kept_count++] = duration;
	if (times->kept_count < CALL_TIMES_KEPT)
		return;
	for (size_t i = 0; i < CALL_TIMES_KEPT / 2; i++)
		times->kept[i] = times->kept[2 * i];
	times->kept_count = CALL_TIMES_KEPT / 2;
	times->stride *= 2;
}

void call_times_release(struct call_times *times)
{
	free(times->kept);
	memset(times, 0, sizeof(*times));
}

double call_times_mean(const struct call_times *times)
{
	return times->count > 0 ? times->sum / (double)times->count : NAN;
}

static int by_value(const void *left, const void *right)
{
	const uint64_t *a = left, *b = right;

	return *a < *b ? -1 : *a > *b;
}

double call_times_p10(struct call_times *times)
{
	if (times->kept_count == 0)
		return NAN;
	qsort(times->kept, times->kept_count, sizeof(*times->kept), by_value);
	return (double)times->kept[(times->kept_count - 1) / 10];
}
