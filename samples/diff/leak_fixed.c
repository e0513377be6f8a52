/* SPDX-License-Identifier: MIT */
/*
 * A cache that drops an entry's key with the entry, at last.
 * expect key kept leaked_bytes=64000:0 leaked_blocks=1000:0
 */
#include "../sample.h"

struct entry {
	char *key;
	char value[40];
};

static SITE char *key(void) { return keep(malloc(64)); }

static SITE struct entry *entry(void)
{
	struct entry *new = malloc(sizeof(*new));

	new->key = key();
	return keep(new);
}

static SITE void drop(struct entry *old)
{
#ifdef NEW
	free(old->key);
#endif
	free(old);
}

int main(void)
{
	for (int i = 0; i < 1000; i++)
		drop(entry());
	return 0;
}
