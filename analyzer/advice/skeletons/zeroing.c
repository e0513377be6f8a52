/* SPDX-License-Identifier: MIT-0 */
/* malloc in place of calloc where all of it is written before it is read. */
#include <stdlib.h>
#include <string.h>

struct table {
	size_t used;
	long slots[];
};

/* All slots are copied into at once: clearing them first is in vain. */
struct table *table_copy(const long *from, size_t count)
{
	struct table *t;

	if (count > ((size_t)-1 - sizeof(*t)) / sizeof(*t->slots))
		return NULL; /* which calloc would have looked after */
	t = malloc(sizeof(*t) + count * sizeof(*t->slots));
	if (!t)
		return NULL;
	t->used = count; /* every member, by hand */
	memcpy(t->slots, from, count * sizeof(*from));
	return t;
}
