/* SPDX-License-Identifier: MIT */
#include "tests/unit/plain_pool.h"

#include <stdlib.h>

#include "analyzer/memory.h"

void plain_pool_init(struct plain_pool *p, enum plain_policy policy,
		     uint64_t cap, uint64_t tau)
{
	*p = (struct plain_pool){ .policy = policy, .cap = cap, .tau = tau };
	p->objects = xcalloc(PLAIN_OBJECTS, sizeof(*p->objects));
}

void plain_pool_release_all(struct plain_pool *p)
{
	free(p->objects);
}

/* Counts what is idle now. */
static void look(struct plain_pool *p)
{
	double blocks = 0, bytes = 0;

	for (size_t i = 0; i < p->used; i++) {
		struct plain_object *o = &p->objects[i];

		if (!o->exists || !o->idle)
			continue;
		blocks++;
		bytes += (double)p->sizes[o->class];
	}
	p->now_blocks = blocks;
	p->now_bytes = bytes;
	if (blocks > p->blocks[0])
		p->blocks[0] = blocks;
	if (bytes > p->bytes[0])
		p->bytes[0] = bytes;
}

static void discard(struct plain_pool *p, struct plain_object *o)
{
	o->exists = false;
	p->frees++;
}

/* What happens by itself when the clock reaches a tick. */
static void tick(struct plain_pool *p)
{
	uint64_t epoch = (p->clock - p->epoch_start) / p->tau;
	bool any = false;

	if (p->policy != PLAIN_TRIM && p->policy != PLAIN_SYNC)
		return;
	for (size_t i = 0; i < p->used; i++) {
		struct plain_object *o = &p->objects[i];

		if (!o->exists || !o->idle)
			continue;
		if (p->policy == PLAIN_TRIM ? o->tick + p->tau <= p->clock :
					      o->epoch + 2 <= epoch) {
			discard(p, o);
			any = true;
		}
	}
	if (any)
		look(p);
}

static void pass_time(struct plain_pool *p, uint64_t to)
{
	while (p->clock < to) {
		p->block_ticks += p->now_blocks;
		p->byte_ticks += p->now_bytes;
		p->clock++;
		tick(p);
	}
}

static void heap(struct plain_pool *p, double bytes)
{
	if (bytes + p->waste + p->now_bytes > p->peak_bytes)
		p->peak_bytes = bytes + p->waste + p->now_bytes;
}

static size_t class_of(const struct plain_pool *p, uint64_t size)
{
	size_t class = 0;

	while (class < p->size_count && p->sizes[class] < size)
		class++;
	return class;
}

/* The class, or size_count if the block is none of the pool's. */
static size_t begin(struct plain_pool *p, const struct pool_step *step)
{
	size_t class = class_of(p, step->size);

	if (!p->begun)
		p->first = p->clock = step->tick;
	p->begun = true;
	if ((double)step->heap_bytes > p->heap)
		p->heap = (double)step->heap_bytes;
	if (class == p->size_count)
		return class;
	heap(p, p->heap);
	p->heap = 0;
	if (!p->epochs_begun)
		p->epoch_start = step->tick;
	p->epochs_begun = true;
	pass_time(p, step->tick);
	return class;
}

static uint64_t epoch_of(const struct plain_pool *p)
{
	return (p->clock - p->epoch_start) / p->tau;
}

/* Whose list a block goes to. */
static uint32_t list_of(const struct plain_pool *p,
			const struct pool_step *step)
{
	if (p->policy == PLAIN_FREEING || p->policy == PLAIN_SYNC)
		return step->lane;
	return p->policy == PLAIN_OWNER ? step->owner : 0;
}

/* How much a thread likes an object; 0: it may not have it. */
static int liking(const struct plain_pool *p, const struct plain_object *o,
		  uint32_t list)
{
	bool own = o->lane == list, now = o->epoch == epoch_of(p);

	if (p->policy != PLAIN_SYNC)
		return own;
	if (o->private && !own)
		return 0;
	return 1 + o->private + 2 * now;
}

static struct plain_object *find_idle(struct plain_pool *p, size_t class,
				      uint32_t list)
{
	struct plain_object *found = NULL;
	int most = 0;

	for (size_t i = 0; i < p->used; i++) {
		struct plain_object *o = &p->objects[i];
		int like;

		if (!o->exists || !o->idle || o->class != class)
			continue;
		like = liking(p, o, list);
		if (like > most || (like && like == most &&
				    o->came > found->came)) {
			found = o;
			most = like;
		}
	}
	return found;
}

static struct plain_object *new_object(struct plain_pool *p, size_t class)
{
	struct plain_object *o = p->objects;

	while (o->exists)
		o++;
	*o = (struct plain_object){ .exists = true, .class = (uint32_t)class };
	if (o >= p->objects + p->used)
		p->used = (size_t)(o - p->objects) + 1;
	p->mallocs++;
	return o;
}

static void use(struct plain_object *o, const struct pool_step *step)
{
	o->idle = o->private = false;
	o->address = step->address;
}

static struct plain_object *in_slot(struct plain_pool *p, size_t class,
				    uint64_t slot)
{
	for (size_t i = 0; i < p->used; i++)
		if (p->objects[i].exists && p->objects[i].class == class &&
		    p->objects[i].slot == slot)
			return &p->objects[i];
	return NULL;
}

static void allocate_in_turn(struct plain_pool *p, size_t class,
			     const struct pool_step *step)
{
	uint64_t slot = p->numbers[class]++ % p->cap + 1;
	struct plain_object *o = in_slot(p, class, slot);

	if (o && o->idle) {
		p->hits++;
	} else {
		bool empty = !o;

		o = new_object(p, class);
		o->slot = empty ? slot : 0;
	}
	use(o, step);
}

static void comes(struct plain_pool *p, size_t class,
		  const struct pool_step *step)
{
	p->waste += (double)(p->sizes[class] - step->size);
	look(p);
}

void plain_pool_allocate(struct plain_pool *p, const struct pool_step *step)
{
	size_t class = begin(p, step);
	struct plain_object *o;

	if (class == p->size_count)
		return;
	p->allocations++;
	if (p->policy == PLAIN_RING) {
		allocate_in_turn(p, class, step);
	} else {
		o = find_idle(p, class, p->policy == PLAIN_SHARED ||
						p->policy == PLAIN_TRIM ?
						0 : step->lane);
		p->hits += o != NULL;
		use(o ? o : new_object(p, class), step);
	}
	comes(p, class, step);
}

static struct plain_object *find_block(struct plain_pool *p, uint64_t address)
{
	for (size_t i = 0; i < p->used; i++)
		if (p->objects[i].exists && !p->objects[i].idle &&
		    p->objects[i].address == address)
			return &p->objects[i];
	return NULL;
}

static bool has_private(const struct plain_pool *p,
			const struct plain_object *like)
{
	for (size_t i = 0; i < p->used; i++) {
		const struct plain_object *o = &p->objects[i];

		if (o->exists && o->idle && o->private &&
		    o->class == like->class && o->lane == like->lane &&
		    o->epoch == like->epoch)
			return true;
	}
	return false;
}

static bool has_room(const struct plain_pool *p, const struct plain_object *own)
{
	uint64_t idle = 0;

	for (size_t i = 0; i < p->used; i++)
		idle += p->objects[i].exists && p->objects[i].idle &&
			p->objects[i].class == own->class &&
			p->objects[i].lane == own->lane;
	return p->policy == PLAIN_RING ? own->slot > 0 : idle < p->cap;
}

void plain_pool_release(struct plain_pool *p, const struct pool_step *step)
{
	size_t class = begin(p, step);
	struct plain_object *o;

	if (class == p->size_count)
		return;
	o = find_block(p, step->address);
	p->releases++;
	o->lane = list_of(p, step);
	o->epoch = epoch_of(p);
	p->slot_of[step->lane] = o->slot;
	if (has_room(p, o)) {
		o->private = p->policy == PLAIN_SYNC && !has_private(p, o);
		o->idle = true;
		o->tick = p->clock;
		o->came = ++p->came;
	} else {
		discard(p, o);
	}
	p->waste -= (double)(p->sizes[class] - step->size);
	look(p);
}

void plain_pool_restore(struct plain_pool *p, const struct pool_step *step)
{
	size_t class = begin(p, step);
	struct plain_object *o;

	if (class == p->size_count)
		return;
	p->releases--;
	if (p->policy != PLAIN_RING) {
		o = find_idle(p, class, list_of(p, step));
		p->hits -= !o;
	} else {
		uint64_t slot = p->slot_of[step->lane];

		o = slot > 0 ? in_slot(p, class, slot) : NULL;
		if (o && !o->idle) {
			o = NULL;
			p->hits--;
		} else if (!o) {
			p->frees--; /* it was not freed */
			p->mallocs--;
		}
	}
	use(o ? o : new_object(p, class), step);
	comes(p, class, step);
}

void plain_pool_finish(struct plain_pool *p, uint64_t last, uint64_t bytes)
{
	double span;

	heap(p, (double)bytes > p->heap ? (double)bytes : p->heap);
	pass_time(p, last);
	span = (double)(last - p->first);
	p->blocks[1] = span > 0 ? p->block_ticks / span : p->now_blocks;
	p->bytes[1] = span > 0 ? p->byte_ticks / span : p->now_bytes;
	p->blocks[2] = p->now_blocks;
	p->bytes[2] = p->now_bytes;
	p->calls_saved = (int64_t)(p->allocations - p->mallocs + p->releases -
				   p->frees);
}
