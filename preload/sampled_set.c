/* SPDX-License-Identifier: MIT */
#include "preload/sampled_set.h"

#include <stddef.h>
#include <string.h>

/* An address may be in either of two buckets, by two parts of its hash that
 * are not the part that picks its count. At half load the fuller of two is
 * almost never full (Azar et al., Balanced Allocations, SIAM J. Comput. 29). */
#define BUCKET_ONE_BIT 38
#define BUCKET_TWO_BIT 27

struct sampled_set sampled_blocks;

/* A fraction of it would do, but for the hash that is fixed. */
static const uint8_t everything[SAMPLED_SET_COUNTS] = {
	[0 ... SAMPLED_SET_COUNTS - 1] = 1,
};
const uint8_t *sampled_counts = everything;

struct home {
	uint8_t *count;
	uint64_t *one;
	uint64_t *two;
};

static struct home home_of(struct sampled_set *set, uint64_t address)
{
	uint64_t hash = address * UINT64_C(0x9e3779b97f4a7c15);
	uint64_t mask = SAMPLED_SET_BUCKETS - 1;

	return (struct home){
		.count = &set->counts[sampled_set_place(address)],
		.one = set->slots[hash >> BUCKET_ONE_BIT & mask],
		.two = set->slots[hash >> BUCKET_TWO_BIT & mask],
	};
}

/* The slot of `bucket` that holds `value`, or NULL. */
static uint64_t *find(uint64_t *bucket, uint64_t value)
{
	for (unsigned int i = 0; i < SAMPLED_SET_BUCKET; i++)
		if (__atomic_load_n(&bucket[i], __ATOMIC_ACQUIRE) == value)
			return &bucket[i];
	return NULL;
}

static unsigned int members(const uint64_t *bucket)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < SAMPLED_SET_BUCKET; i++)
		n += __atomic_load_n(&bucket[i], __ATOMIC_RELAXED) != 0;
	return n;
}

static bool exchange(uint64_t *slot, uint64_t from, uint64_t to)
{
	return __atomic_compare_exchange_n(slot, &from, to, false,
					   __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

/* A slot may be lost to another thread between find and exchange: look on. */
static bool replace(uint64_t *bucket, uint64_t from, uint64_t to)
{
	uint64_t *slot;

	while ((slot = find(bucket, from)) != NULL)
		if (exchange(slot, from, to))
			return true;
	return false;
}

/* A count that wrapped to 0 would hide its members: a full one stays full, and
 * all with that place are looked at closely. */
static void count(uint8_t *place, int change)
{
	uint8_t old = __atomic_load_n(place, __ATOMIC_RELAXED);

	while (old != UINT8_MAX &&
	       !__atomic_compare_exchange_n(place, &old, (uint8_t)(old + change),
					    true, __ATOMIC_RELEASE,
					    __ATOMIC_RELAXED))
		;
}

void sampled_set_begin(struct sampled_set *set)
{
	uint64_t *slots = set->slots[0];

	for (unsigned int i = 0; i < SAMPLED_SET_SLOTS; i++)
		if (slots[i])
			sampled_set_remove_slow(set, slots[i]);
	set->live = 0;
	if (set == &sampled_blocks)
		__atomic_store_n(&sampled_counts, set->counts,
				 __ATOMIC_RELEASE);
}

void sampled_set_watch(struct sampled_set *set, uint64_t address)
{
	count(&set->counts[sampled_set_place(address)], 1);
}

void sampled_set_unwatch(struct sampled_set *set, uint64_t address)
{
	count(&set->counts[sampled_set_place(address)], -1);
}

bool sampled_set_insert(struct sampled_set *set, uint64_t address)
{
	struct home home = home_of(set, address);
	bool swap;

	if (sampled_set_contains(set, address))
		return true;
	count(home.count, 1);
	swap = members(home.two) < members(home.one);
	if (replace(swap ? home.two : home.one, 0, address) ||
	    replace(swap ? home.one : home.two, 0, address)) {
		__atomic_fetch_add(&set->live, 1, __ATOMIC_RELAXED);
		return true;
	}
	count(home.count, -1);
	return false;
}

bool sampled_set_remove_slow(struct sampled_set *set, uint64_t address)
{
	struct home home = home_of(set, address);

	if (address == 0 ||
	    (!replace(home.one, address, 0) && !replace(home.two, address, 0)))
		return false;
	count(home.count, -1);
	__atomic_fetch_sub(&set->live, 1, __ATOMIC_RELAXED);
	return true;
}

bool sampled_set_contains(const struct sampled_set *set, uint64_t address)
{
	struct home home = home_of((struct sampled_set *)set, address);

	return sampled_counts_maybe(set->counts, address) &&
	       (find(home.one, address) || find(home.two, address));
}

uint32_t sampled_set_live(const struct sampled_set *set)
{
	return __atomic_load_n(&set->live, __ATOMIC_RELAXED);
}
