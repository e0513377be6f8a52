/* SPDX-License-Identifier: MIT-0 */
/* What is kept has a limit: the oldest goes when a new one comes. */
#include <stdlib.h>

#define ENTRIES_MAX 1024 /* as many as are of use */

struct entry { /* of yours */
	char *name;
};

struct entries {
	struct entry *ring[ENTRIES_MAX];
	size_t next;
};

/* Everything that an entry owns is freed here, and nowhere else. */
void entry_free(struct entry *e)
{
	if (!e)
		return;
	free(e->name);
	free(e);
}

/* Takes the entry. */
void entries_add(struct entries *all, struct entry *e)
{
	size_t at = all->next++ % ENTRIES_MAX;

	entry_free(all->ring[at]);
	all->ring[at] = e;
}

void entries_free(struct entries *all)
{
	for (size_t i = 0; i < ENTRIES_MAX; i++) {
		entry_free(all->ring[i]);
		all->ring[i] = NULL;
	}
}
