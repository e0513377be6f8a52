/* SPDX-License-Identifier: MIT */
/*
 * Two sites whose own peaks are not at the process's peak. early() holds
 * 10 * 100 bytes and frees 5 of them; then late() adds 20 * 40 bytes: the
 * process peaks at 500 + 800 = 1,300 bytes, early's own peak was 1,000.
 * expect total allocations=30 frees=30 bytes_allocated=1800 peak_bytes=1300
 * expect total leaked_bytes=0
 * expect site early allocations=10 bytes_allocated=1000 peak_bytes=1000
 * expect site early at_peak_bytes=500
 * expect site late allocations=20 bytes_allocated=800 peak_bytes=800
 * expect site late at_peak_bytes=800
 */
#include "sample.h"

static SITE void *early(void) { return keep(malloc(100)); }
static SITE void *late(void) { return keep(malloc(40)); }

int main(void)
{
	void *a[10], *b[20];

	for (int i = 0; i < 10; i++)
		a[i] = early();
	for (int i = 0; i < 5; i++)
		free(a[i]);
	for (int i = 0; i < 20; i++)
		b[i] = late();
	for (int i = 5; i < 10; i++)
		free(a[i]);
	for (int i = 0; i < 20; i++)
		free(b[i]);
	return 0;
}
