/* SPDX-License-Identifier: MIT-0 */
/* A free list for each thread, where at most POOL_CAP objects wait. */
#include <stdlib.h>

#define OBJECT_BYTES @bytes@ /* sizeof(struct object) */
#define POOL_CAP @capacity@
#define POOL_BEGIN @prewarm@

union object {
	union object *next; /* while it waits */
	unsigned char bytes[OBJECT_BYTES];
};

static _Thread_local union object *idle;
static _Thread_local size_t idle_count;

void *object_get(void)
{
	union object *o = idle;

	if (!o)
		return malloc(sizeof(*o));
	idle = o->next;
	idle_count--;
	return o; /* as its last user left it: reset it */
}

void object_put(void *object)
{
	union object *o = object;

	if (!o || idle_count >= POOL_CAP) {
		free(o);
		return;
	}
	o->next = idle;
	idle = o;
	idle_count++;
}

/* When a thread begins, and before it ends. */
void pool_begin(void)
{
	union object *o;

	while (idle_count < POOL_BEGIN && (o = malloc(sizeof(*o))) != NULL)
		object_put(o);
}

void pool_end(void)
{
	while (idle)
		free(object_get());
}
