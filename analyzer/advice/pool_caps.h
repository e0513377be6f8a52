/* SPDX-License-Identifier: MIT */
/*
 * The caps that pools are simulated with, and a free list under all of them at
 * once. Of lists that differ in their cap alone, a larger one never holds less,
 * nor has it less room, so that an allocation is served from some cap on, and a
 * release finds room from some cap on. Hence one row of buckets, the
 * difference between neighbouring caps each, is all the lists: an
 * allocation takes from the first bucket that holds something, a release goes
 * into the first that has room. A step costs the same for one cap and for all.
 */
#ifndef ANALYZER_ADVICE_POOL_CAPS_H
#define ANALYZER_ADVICE_POOL_CAPS_H

#include <stddef.h>
#include <stdint.h>

#define POOL_CAPS 20 /* 1, 2, 4 ... 65536, one of the user's, without end */
#define POOL_CAP_NONE UINT64_MAX /* no cap */
#define POOL_CAP_MAX (UINT64_C(1) << 24) /* of the user's */

/* Ascending; the last is POOL_CAP_NONE. */
struct pool_caps {
	uint64_t caps[POOL_CAPS];
	size_t count;
};

/* With another cap among them, at most POOL_CAP_MAX; 0: only the usual ones. */
void pool_caps_init(struct pool_caps *caps, uint64_t other);
/* The index of a cap; it must be one of them. */
size_t pool_caps_find(const struct pool_caps *caps, uint64_t cap);

/* Objects that wait to be used again. */
struct pool_list {
	uint32_t held[POOL_CAPS]; /* by bucket */
	uint32_t filled;	  /* bits of buckets that hold something */
	uint32_t roomy;		  /* bits of buckets with room */
};

void pool_list_init(struct pool_list *list, const struct pool_caps *caps);

/* Takes an object from every list that has one: the caps from the returned
 * index on; POOL_CAPS: none has. */
static inline size_t pool_list_pop(struct pool_list *list)
{
	size_t first;

	if (!list->filled)
		return POOL_CAPS;
	first = (size_t)__builtin_ctz(list->filled);
	if (--list->held[first] == 0)
		list->filled &= ~(UINT32_C(1) << first);
	list->roomy |= UINT32_C(1) << first;
	return first;
}

/* Puts an object into every list that has room: the caps from the returned
 * index on. */
static inline size_t pool_list_push(struct pool_list *list,
				    const struct pool_caps *caps)
{
	size_t first = (size_t)__builtin_ctz(list->roomy);
	uint64_t room = caps->caps[first] -
			(first > 0 ? caps->caps[first - 1] : 0);

	if (++list->held[first] == room)
		list->roomy &= ~(UINT32_C(1) << first);
	list->filled |= UINT32_C(1) << first;
	return first;
}

#endif
