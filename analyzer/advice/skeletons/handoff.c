/* SPDX-License-Identifier: MIT-0 */
/* Blocks that another thread is done with go back to their owner, in batches:
 * one atomic operation for BATCH of them. */
#include <stdatomic.h>
#include <stdlib.h>

#define OBJECT_BYTES @bytes@
#define BATCH @capacity@

struct object {
	struct object *next;
	unsigned char bytes[OBJECT_BYTES];
};

struct owner { /* the thread that allocates */
	_Alignas(64) _Atomic(struct object *) returned; /* by others */
	struct object *idle; /* its own */
};

struct batch { /* of a thread that frees, for each owner */
	struct object *first, *last;
	int count;
};

struct object *object_get(struct owner *owner)
{
	struct object *o = owner->idle;

	if (!o)
		o = atomic_exchange_explicit(&owner->returned, NULL,
					     memory_order_acquire);
	if (!o)
		return malloc(sizeof(*o));
	owner->idle = o->next;
	return o;
}

/* When a batch is full, and when the thread has nothing else to do. */
void batch_send(struct owner *owner, struct batch *b)
{
	struct object *head = atomic_load(&owner->returned);

	if (!b->count)
		return;
	do
		b->last->next = head;
	while (!atomic_compare_exchange_weak_explicit(&owner->returned, &head,
		b->first, memory_order_release, memory_order_relaxed));
	*b = (struct batch){ NULL, NULL, 0 };
}

/* In place of free(). */
void object_done(struct owner *owner, struct batch *b, struct object *o)
{
	o->next = b->first;
	b->first = o;
	if (!b->last)
		b->last = o;
	if (++b->count >= BATCH)
		batch_send(owner, b);
}
