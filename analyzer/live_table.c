/* SPDX-License-Identifier: MIT */
#include "analyzer/live_table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "analyzer/memory.h"

#define FIRST_GROUPS 128
/* Growing by 1.4 at 3 in 4 leaves it 53 in 100 full. */
#define LIMIT(groups) ((groups) / 4 * 3 * LIVE_GROUP)
#define GROWN(groups) ((groups) / 5 * 7)
#define HUGE_BYTES ((size_t)2 << 20)
/* Groups that a search passes: no program's addresses come near this. Those that
 * collide under a few keys in turn nobody finds. */
#define SEARCH_MAX 256
#define KEYS_MAX 8

#define GROUP_BYTES sizeof(struct live_group)
#define VALUE_BYTES (LIVE_GROUP * sizeof(struct live_value))

_Static_assert(offsetof(struct live_block, address) == 0 &&
		       sizeof(struct live_block) ==
			       sizeof(uint64_t) + sizeof(struct live_value),
	       "a value is what follows the address");

static size_t whole_pages(size_t bytes)
{
	size_t page = bytes >= HUGE_BYTES ? HUGE_BYTES : 4096;

	return (bytes + page - 1) / page * page;
}

/* Address space for whole pages, that begins where such a page may. */
static char *reserve(size_t len)
{
	size_t spare = len >= HUGE_BYTES ? HUGE_BYTES : 0;
	char *start = mmap(NULL, len + spare, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	size_t skip = (0 - (size_t)start) & (HUGE_BYTES - 1);

	if (start == MAP_FAILED)
		memory_exhausted();
	if (!spare)
		return start;
	if (skip)
		munmap(start, skip);
	if (spare > skip)
		munmap(start + skip + len, spare - skip);
	return start + skip;
}

/*
 * Memory for `bytes`, of which the first ones are those of `old` and the rest
 * is zero. Every slot is likely to be touched, in no order: where there is
 * much, huge pages, since fewer pages are fewer misses.
 */
static void *map(void *old, size_t old_bytes, size_t bytes)
{
	size_t len = whole_pages(bytes);
	char *start;

	if (old && whole_pages(old_bytes) == len)
		return old;
	start = reserve(len);
	if (old && mremap(old, whole_pages(old_bytes), len,
			  MREMAP_MAYMOVE | MREMAP_FIXED, start) == MAP_FAILED)
		memory_exhausted();
	if (len >= HUGE_BYTES)
		madvise(start, len, MADV_HUGEPAGE);
	return start;
}

/* With room for so many groups; those from group_count on are empty. */
static void map_groups(struct live_table *table, size_t groups)
{
	table->groups = map(table->groups, table->group_count * GROUP_BYTES,
			    groups * GROUP_BYTES);
	table->values = map(table->values, table->group_count * VALUE_BYTES,
			    groups * VALUE_BYTES);
	table->group_count = groups;
	table->limit = LIMIT(groups);
}

void live_table_init(struct live_table *table)
{
	memset(table, 0, sizeof(*table));
	map_groups(table, FIRST_GROUPS);
}

void live_table_release(struct live_table *table)
{
	if (table->groups) {
		munmap(table->groups,
		       whole_pages(table->group_count * GROUP_BYTES));
		munmap(table->values,
		       whole_pages(table->group_count * VALUE_BYTES));
	}
	memset(table, 0, sizeof(*table));
}

size_t live_table_bytes(const struct live_table *table)
{
	return whole_pages(table->group_count * GROUP_BYTES) +
	       whole_pages(table->group_count * VALUE_BYTES);
}

static size_t next_group(const struct live_table *table, size_t group)
{
	return group + 1 == table->group_count ? 0 : group + 1;
}

/* From the group on that is the address's own, or where all before it are. */
static size_t find_from(const struct live_table *table, uint64_t address,
			size_t at)
{
	size_t left = table->group_count;

	for (;;) {
		const struct live_group *group = &table->groups[at];
		unsigned int match = live_group_match(group, address);

		if (match)
			return at * LIVE_GROUP + (size_t)__builtin_ctz(match);
		if (group->passed == 0 || --left == 0)
			return LIVE_NONE;
		at = next_group(table, at);
	}
}

size_t live_table_find(const struct live_table *table, uint64_t address)
{
	return find_from(table, address, live_table_group(table, address));
}

/* A free slot for an address from a group on; there is one. */
static size_t claim_from(struct live_table *table, uint64_t address, size_t at)
{
	unsigned int empty;

	for (;; at = next_group(table, at)) {
		struct live_group *group = &table->groups[at];

		empty = live_group_match(group, 0);
		if (empty)
			break;
		group->passed++;
	}
	table->groups[at].addresses[__builtin_ctz(empty)] = address;
	return at * LIVE_GROUP + (size_t)__builtin_ctz(empty);
}

static size_t claim(struct live_table *table, uint64_t address)
{
	return claim_from(table, address, live_table_group(table, address));
}

static uint64_t *address_at(const struct live_table *table, size_t slot)
{
	return &table->groups[slot / LIVE_GROUP].addresses[slot % LIVE_GROUP];
}

/* Moves what is in the first slots to the end, as it is; returns where. */
static size_t pack(struct live_table *table, size_t slots)
{
	size_t to = table->group_count * LIVE_GROUP;

	for (size_t from = slots; from-- > 0;) {
		uint64_t *address = address_at(table, from);

		if (from % LIVE_GROUP == LIVE_GROUP - 1)
			table->groups[from / LIVE_GROUP].passed = 0;
		if (!*address)
			continue;
		*address_at(table, --to) = *address;
		table->values[to] = table->values[from];
		*address = 0;
	}
	return to;
}

/* The compiler would rather copy 16 bytes at once, see struct live_block. */
static inline uint64_t word(const void *from)
{
	uint64_t value;

	memcpy(&value, from, sizeof(value));
	__asm__("" : "+r"(value));
	return value;
}

/* A value is what follows the address. */
static inline void set_value(struct live_table *table, size_t slot,
			     const struct live_block *block)
{
	const uint64_t *from = &block->address + 1;
	struct live_value *value = &table->values[slot];

	value->words[0] = word(from);
	value->words[1] = word(from + 1);
	value->words[2] = word(from + 2);
}

/* A free slot for an address from its group on, before another group;
 * LIVE_NONE: there is none. */
static size_t claim_before(struct live_table *table, uint64_t address,
			   size_t end)
{
	size_t home = live_table_group(table, address), at = home;

	while (at < end && !live_group_match(&table->groups[at], 0))
		at++;
	return at < end ? claim_from(table, address, home) : LIVE_NONE;
}

/* Blocks without a slot. */
struct aside {
	struct live_block *blocks;
	size_t capacity;
	size_t count;
};

static void put_aside(struct aside *aside, uint64_t address,
		      const struct live_value *value)
{
	struct live_block *block;

	GROW(aside->blocks, aside->capacity, aside->count);
	block = &aside->blocks[aside->count++];
	block->address = address;
	memcpy((char *)block + sizeof(address), value, sizeof(*value));
}

/*
 * Puts what was packed where it belongs, front to back, which is the order of
 * the hash. What was not moved yet stands further back: a block that belongs
 * there (it had gone round the table's end) waits until all others are
 * in place. It must not pass them: groups that were passed for nothing make
 * searches long, and the next growth does not mend it.
 */
static void spread(struct live_table *table, size_t from)
{
	struct aside aside = { 0 };

	for (; from < table->group_count * LIVE_GROUP; from++) {
		uint64_t *place = address_at(table, from);
		struct live_value value = table->values[from];
		uint64_t address = *place;
		size_t to = claim_before(table, address, from / LIVE_GROUP);

		*place = 0;
		if (to == LIVE_NONE)
			put_aside(&aside, address, &value);
		else
			table->values[to] = value;
	}
	for (size_t i = 0; i < aside.count; i++)
		set_value(table, claim(table, aside.blocks[i].address),
			  &aside.blocks[i]);
	free(aside.blocks);
}

static void grow(struct live_table *table)
{
	size_t old = table->group_count;

	if (GROWN(old) > SIZE_MAX / 2 / VALUE_BYTES)
		memory_exhausted();
	map_groups(table, GROWN(old));
	spread(table, pack(table, old * LIVE_GROUP));
}

static inline void get_value(const struct live_table *table, size_t slot,
			     struct live_block *block)
{
	memcpy((char *)block + sizeof(uint64_t), &table->values[slot],
	       sizeof(struct live_value));
}

/* Every block anew, where another hash says. */
static void rekey(struct live_table *table)
{
	struct live_table old = *table;

	table->groups = NULL;
	table->values = NULL;
	table->group_count = 0;
	map_groups(table, old.group_count);
	table->key += UINT64_C(0xd1342543de82ef95);
	table->rekeyed++;
	for (size_t slot = 0; slot < old.group_count * LIVE_GROUP; slot++) {
		uint64_t address = *address_at(&old, slot);

		if (address)
			table->values[claim(table, address)] = old.values[slot];
	}
	live_table_release(&old);
}

static void put(struct live_table *table, const struct live_block *block,
		size_t group)
{
	size_t slot = claim_from(table, block->address, group);
	size_t at = slot / LIVE_GROUP;

	set_value(table, slot, block);
	if (++table->count > table->peak)
		table->peak = table->count;
	if (at < group)
		at += table->group_count;
	if (at - group > SEARCH_MAX && table->rekeyed < KEYS_MAX)
		rekey(table);
}

void live_table_insert(struct live_table *table,
		       const struct live_block *block)
{
	if (table->count >= table->limit)
		grow(table);
	put(table, block, live_table_group(table, block->address));
}

bool live_table_add(struct live_table *table, const struct live_block *block)
{
	size_t group;

	if (table->count >= table->limit)
		grow(table);
	group = live_table_group(table, block->address);
	if (find_from(table, block->address, group) != LIVE_NONE)
		return false;
	put(table, block, group);
	return true;
}

void live_table_get(const struct live_table *table, size_t slot,
		    struct live_block *block)
{
	block->address = *address_at(table, slot);
	get_value(table, slot, block);
}

/* Removes what is in a slot; `home` is the group of its address. */
static inline void clear(struct live_table *table, size_t slot, size_t home)
{
	size_t group = slot / LIVE_GROUP;

	for (; home != group; home = next_group(table, home))
		table->groups[home].passed--;
	*address_at(table, slot) = 0;
	table->count--;
}

void live_table_remove(struct live_table *table, size_t slot)
{
	clear(table, slot,
	      live_table_group(table, *address_at(table, slot)));
}

bool live_table_take(struct live_table *table, uint64_t address,
		     struct live_block *block)
{
	size_t home = live_table_group(table, address);
	size_t slot = find_from(table, address, home);

	if (slot == LIVE_NONE)
		return false;
	block->address = address;
	get_value(table, slot, block);
	clear(table, slot, home);
	return true;
}
