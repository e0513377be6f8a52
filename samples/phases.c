/* SPDX-License-Identifier: MIT */
/*
 * A run in phases, 80 ms apart. With an argument it tells the middles of the
 * pauses: a line "now N", the real time in microseconds.
 *	now 1	nothing yet
 *	first() makes 100 blocks of 64 bytes
 *	now 2	6,400 bytes live
 *	second() makes 50 of 128 bytes: the peak, 12,800 bytes; then every other
 *	block of first() is freed
 *	now 3	9,600 bytes live
 *	near() makes 10 of 16 bytes, each freed after other() made one; those of
 *	second() are freed
 *	now 4	3,200 bytes live, to the end
 * expect total allocations=170 frees=120 bytes_allocated=13120
 * expect total peak_bytes=12800 leaked_bytes=3200 temporary=10
 * expect site first allocations=100 frees=50 bytes_allocated=6400
 * expect site second allocations=50 frees=50 bytes_allocated=6400
 * expect site near allocations=10 temporary=0
 * expect site other allocations=10 temporary=10
 */
#include <time.h>
#include "sample.h"

static SITE void *first(void) { return keep(malloc(64)); }
static SITE void *second(void) { return keep(malloc(128)); }
static SITE void *near(void) { return keep(malloc(16)); }
static SITE void *other(void) { return keep(malloc(16)); }

static int tells;

static void now(void)
{
	const struct timespec half = { .tv_nsec = 40000000 };
	struct timespec time;

	nanosleep(&half, NULL);
	clock_gettime(CLOCK_REALTIME, &time);
	if (tells)
		say_number("now", (unsigned long)time.tv_sec * 1000000 +
				  (unsigned long)time.tv_nsec / 1000);
	nanosleep(&half, NULL);
}

int main(int argc, char **argv)
{
	void *a[100], *b[50];

	tells = argc > 1;
	now();
	for (int i = 0; i < 100; i++)
		a[i] = first();
	now();
	for (int i = 0; i < 50; i++)
		b[i] = second();
	for (int i = 0; i < 100; i += 2)
		free(a[i]);
	now();
	for (int i = 0; i < 10; i++) {
		void *x = near(), *y = other();

		free(x);
		free(y);
	}
	for (int i = 0; i < 50; i++)
		free(b[i]);
	now();
	return 0;
}
