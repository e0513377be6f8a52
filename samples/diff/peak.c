/* SPDX-License-Identifier: MIT */
/*
 * Rows that were written ten at a time, and now all at once: calls and bytes
 * are the same, the peak is a hundred times as high.
 * expect row kept allocations=1000:1000 bytes_allocated=256000:256000
 * expect row kept peak_bytes=2560:256000
 */
#include "../sample.h"

#ifdef OLD
#define BATCH 10
#else
#define BATCH 1000
#endif

static SITE void *row(void) { return keep(malloc(256)); }

int main(void)
{
	static void *rows[BATCH];

	for (int done = 0; done < 1000; done += BATCH) {
		for (int i = 0; i < BATCH; i++)
			rows[i] = row();
		for (int i = 0; i < BATCH; i++)
			free(rows[i]);
	}
	return 0;
}
