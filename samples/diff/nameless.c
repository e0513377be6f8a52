/* SPDX-License-Identifier: MIT */
/*
 * One build with all its names, and stripped: the build ID is the same, and by
 * the offsets the names are, too, of sites; a function alone has no offset. 10%
 * more items by argument.
 * strip new
 * run new 2200
 * expect nameless kept allocations=5000:5200 rows=1
 * expect function nameless any allocations=5000:5200
 */
#include "../sample.h"

static SITE void *item(void) { return keep(malloc(64)); }
static SITE void *other(void) { return keep(malloc(48)); }

int main(int argc, char **argv)
{
	long items = argument(argc, argv, 2000);

	for (long i = 0; i < items; i++)
		free(item());
	for (int i = 0; i < 3000; i++)
		free(other());
	return 0;
}
