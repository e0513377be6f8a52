/* SPDX-License-Identifier: MIT-0 */
/* Objects in batches: one block of the allocator's for SLAB_OBJECTS of them.
 * They are not freed one by one, but all at once. */
#include <stdlib.h>

#define OBJECT_BYTES @bytes@ /* sizeof(struct object) */
#define SLAB_OBJECTS @capacity@

union object {
	union object *next; /* while it is free */
	unsigned char bytes[OBJECT_BYTES];
};

struct slab {
	struct slab *next;
	union object objects[SLAB_OBJECTS];
};

struct slabs {
	struct slab *first;
	size_t used;	     /* of the first one's objects */
	union object *freed; /* to be used again */
};

void *slabs_get(struct slabs *s)
{
	union object *o = s->freed;
	struct slab *slab;

	if (o) {
		s->freed = o->next;
		return o;
	}
	if (!s->first || s->used == SLAB_OBJECTS) {
		slab = malloc(sizeof(*slab));
		if (!slab)
			return NULL;
		slab->next = s->first;
		s->first = slab;
		s->used = 0;
	}
	return &s->first->objects[s->used++];
}

void slabs_put(struct slabs *s, void *object)
{
	union object *o = object;

	o->next = s->freed;
	s->freed = o;
}

void slabs_free(struct slabs *s)
{
	for (struct slab *slab = s->first, *next; slab; slab = next) {
		next = slab->next;
		free(slab);
	}
	*s = (struct slabs){ NULL, 0, NULL };
}
