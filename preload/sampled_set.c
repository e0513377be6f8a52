/* SPDX-License-Identifier: MIT */
#include "preload/sampled_set.h"

#include <stddef.h>
#include <string.h>

/* An address may be in either of two buckets, by two parts of its hash that
 * are not the part that picks its count. At half load the fuller of two is
 * almost never full (Azar et al., Balanced Allocations, SIAM J. Comput. 29). */
#define BUCKET_ONE_BIT 38
#define BUCKET_TWO_BIT 27

#define SMALL_SHIFT (32 - SAMPLED_SET_SMALL_BITS)
#define LARGE_SHIFT (32 - SAMPLED_SET_LARGE_BITS)

/* Two places, both taken: sampled_counts. */
static const uint32_t everything[2] = { 31, 0x0101 };

struct sampled_set sampled_blocks = {
	.counts = (const struct sampled_counts *)everything,
};

struct home {
	uint8_t *small; /* the counts of the address */
	uint8_t *large;
	uint64_t *one;
	uint64_t *two;
};

static uint8_t *count_of(uint32_t *table, uint32_t shift, uint64_t address)
{
	struct sampled_counts *counts = (struct sampled_counts *)table;

	return &counts->at[sampled_set_hash(address) >> shift];
}

static struct home home_of(struct sampled_set *set, uint64_t address)
{
	uint64_t hash = address * UINT64_C(0x9e3779b97f4a7c15);
	uint64_t mask = SAMPLED_SET_BUCKETS - 1;

	return (struct home){
		.small = count_of(set->small, SMALL_SHIFT, address),
		.large = count_of(set->large, LARGE_SHIFT, address),
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

static void count_both(const struct home *home, int change)
{
	count(home->small, change);
	count(home->large, change);
}

static uint32_t counted(const struct sampled_set *set)
{
	return __atomic_load_n(&set->live, __ATOMIC_RELAXED) +
	       __atomic_load_n(&set->watched, __ATOMIC_RELAXED);
}

/* Either table is right at any time: this is a matter of speed alone. */
static void look_at(struct sampled_set *set, const uint32_t *table)
{
	__atomic_store_n(&set->counts, (const struct sampled_counts *)table,
			 __ATOMIC_RELAXED);
}

void sampled_set_begin(struct sampled_set *set)
{
	uint64_t *slot = set->slots[0];

	for (; slot < set->slots[SAMPLED_SET_BUCKETS]; slot++)
		if (*slot)
			sampled_set_remove_slow(set, *slot);
	set->live = 0;
	set->small[0] = SMALL_SHIFT;
	set->large[0] = LARGE_SHIFT;
	look_at(set, counted(set) < SAMPLED_SET_MANY ? set->small : set->large);
}

/* Before sampled_set_begin() everything is looked at. */
static bool has_begun(const struct sampled_set *set)
{
	return set->small[0] != 0;
}

void sampled_set_watch(struct sampled_set *set, uint64_t address)
{
	struct home home = home_of(set, address);

	count_both(&home, 1);
	__atomic_fetch_add(&set->watched, 1, __ATOMIC_RELAXED);
	if (has_begun(set) && counted(set) == SAMPLED_SET_MANY)
		look_at(set, set->large);
}

void sampled_set_unwatch(struct sampled_set *set, uint64_t address)
{
	struct home home = home_of(set, address);

	count_both(&home, -1);
	__atomic_fetch_sub(&set->watched, 1, __ATOMIC_RELAXED);
}

bool sampled_set_insert(struct sampled_set *set, uint64_t address)
{
	struct home home = home_of(set, address);
	bool swap;

	if (sampled_set_contains(set, address))
		return true;
	count_both(&home, 1);
	swap = members(home.two) < members(home.one);
	if (replace(swap ? home.two : home.one, 0, address) ||
	    replace(swap ? home.one : home.two, 0, address)) {
		__atomic_fetch_add(&set->live, 1, __ATOMIC_RELAXED);
		if (counted(set) == SAMPLED_SET_MANY)
			look_at(set, set->large);
		return true;
	}
	count_both(&home, -1);
	return false;
}

bool sampled_set_remove_slow(struct sampled_set *set, uint64_t address)
{
	struct home home = home_of(set, address);

	if (address == 0 ||
	    (!replace(home.one, address, 0) && !replace(home.two, address, 0)))
		return false;
	count_both(&home, -1);
	__atomic_fetch_sub(&set->live, 1, __ATOMIC_RELAXED);
	if (counted(set) == SAMPLED_SET_MANY / 2)
		look_at(set, set->small);
	return true;
}

bool sampled_set_contains(const struct sampled_set *set, uint64_t address)
{
	struct home home = home_of((struct sampled_set *)set, address);

	return sampled_set_maybe(set, address) &&
	       (find(home.one, address) || find(home.two, address));
}

uint32_t sampled_set_live(const struct sampled_set *set)
{
	return __atomic_load_n(&set->live, __ATOMIC_RELAXED);
}
