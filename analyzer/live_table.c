/* SPDX-License-Identifier: MIT */
#include "analyzer/live_table.h"

#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

#include "analyzer/memory.h"

#define FIRST_RANGE 1024
/* Growing by 1.4 at 7 in 10 leaves it half full: 64 bytes a block at most. */
#define LIMIT(range) ((range) / 10 * 7)
#define GROWN(range) ((range) / 10 * 14)
/* The last run needs room behind the range; a longer one makes it grow. */
#define OVERHANG(range) ((range) / 64 + 64)
#define HUGE_FROM_BYTES (8u << 20)

static size_t map_bytes(size_t slots)
{
	return slots * sizeof(struct live_block);
}

static void set_range(struct live_table *table, size_t range)
{
	table->range = range;
	table->total = range + OVERHANG(range);
	table->limit = LIMIT(range);
}

void live_table_init(struct live_table *table)
{
	memset(table, 0, sizeof(*table));
	set_range(table, FIRST_RANGE);
	table->slots = mmap(NULL, map_bytes(table->total),
			    PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (table->slots == MAP_FAILED)
		memory_exhausted();
}

void live_table_release(struct live_table *table)
{
	if (table->slots)
		munmap(table->slots, map_bytes(table->total));
	memset(table, 0, sizeof(*table));
}

/* Every slot is likely to be touched, in no order: fewer pages, fewer misses. */
static void prefer_huge_pages(const struct live_table *table)
{
	if (map_bytes(table->total) >= HUGE_FROM_BYTES)
		madvise(table->slots, map_bytes(table->total), MADV_HUGEPAGE);
}

/* Moves all entries to the end of the table, keeping their order. */
static size_t pack(struct live_table *table, size_t slots)
{
	size_t to = table->total;

	for (size_t from = slots; from-- > 0;) {
		if (!table->slots[from].address)
			continue;
		to--;
		if (to != from) {
			table->slots[to] = table->slots[from];
			table->slots[from].address = 0;
		}
	}
	return to;
}

/* Do the entries from `from` on fit, each at or behind its slot? */
static bool fits(const struct live_table *table, size_t from)
{
	size_t next = 0;

	for (; from < table->total; from++) {
		size_t slot = live_slot(table, table->slots[from].address);

		next = (slot > next ? slot : next) + 1;
	}
	return next <= table->total;
}

/*
 * Puts packed entries where they belong, front to back. An entry's place is
 * never behind where it stands, as all that follow it fit behind its place.
 */
static void spread(struct live_table *table, size_t from)
{
	size_t next = 0;

	for (; from < table->total; from++) {
		struct live_block block = table->slots[from];
		size_t slot = live_slot(table, block.address);

		if (slot < next)
			slot = next;
		table->slots[from].address = 0;
		table->slots[slot] = block;
		next = slot + 1;
	}
}

static void grow(struct live_table *table)
{
	size_t packed;

	do {
		size_t old = table->total;

		if (GROWN(table->range) < table->range)
			memory_exhausted();
		set_range(table, GROWN(table->range));
		table->slots = mremap(table->slots, map_bytes(old),
				      map_bytes(table->total), MREMAP_MAYMOVE);
		if (table->slots == MAP_FAILED)
			memory_exhausted();
		prefer_huge_pages(table);
		packed = pack(table, old);
	} while (!fits(table, packed));
	spread(table, packed);
}

struct live_block *live_table_find(struct live_table *table, uint64_t address)
{
	uint64_t hash = live_hash(address);
	struct live_block *block = &table->slots[live_slot(table, address)];
	const struct live_block *end = table->slots + table->total;

	for (; block < end && block->address; block++) {
		if (block->address == address)
			return block;
		if (live_hash(block->address) > hash)
			break;
	}
	return NULL;
}

/* Where an address belongs: before the first entry with a greater hash. */
static size_t place(const struct live_table *table, uint64_t address)
{
	uint64_t hash = live_hash(address);
	size_t slot = live_slot(table, address);

	while (slot < table->total && table->slots[slot].address &&
	       live_hash(table->slots[slot].address) < hash)
		slot++;
	return slot;
}

/* Opens a gap at a slot; false if the run reaches the table's end. */
static bool shift_up(struct live_table *table, size_t slot)
{
	size_t end = slot;

	while (end < table->total && table->slots[end].address)
		end++;
	if (end >= table->total)
		return false;
	memmove(&table->slots[slot + 1], &table->slots[slot],
		(end - slot) * sizeof(*table->slots));
	return true;
}

struct live_block *live_table_insert(struct live_table *table,
				     const struct live_block *block)
{
	size_t slot;

	if (table->count >= table->limit)
		grow(table);
	slot = place(table, block->address);
	while (!shift_up(table, slot)) {
		grow(table);
		slot = place(table, block->address);
	}
	table->slots[slot] = *block;
	if (++table->count > table->peak)
		table->peak = table->count;
	return &table->slots[slot];
}

void live_table_remove(struct live_table *table, struct live_block *block)
{
	size_t slot = (size_t)(block - table->slots);
	size_t end = slot + 1;

	while (end < table->total && table->slots[end].address &&
	       live_slot(table, table->slots[end].address) < end)
		end++;
	memmove(&table->slots[slot], &table->slots[slot + 1],
		(end - slot - 1) * sizeof(*table->slots));
	table->slots[end - 1].address = 0;
	table->count--;
}
