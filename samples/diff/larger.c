/* SPDX-License-Identifier: MIT */
/*
 * A record that got two more fields: the same calls, larger blocks.
 * expect record kept allocations=4000:4000 bytes_allocated=256000:384000
 * expect record kept peak_bytes=256000:384000
 */
#include "../sample.h"

struct record {
	char name[48];
	long a, b;
#ifdef NEW
	long c, d, e, f;
#endif
};

static SITE struct record *record(void)
{
	return keep(malloc(sizeof(struct record)));
}

int main(void)
{
	static struct record *table[4000];

	for (int i = 0; i < 4000; i++)
		table[i] = record();
	for (int i = 0; i < 4000; i++)
		free(table[i]);
	return 0;
}
