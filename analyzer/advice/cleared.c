/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/cleared.h"

#include <stdlib.h>

#include "analyzer/advice/glibc_settings.h"
#include "analyzer/memory.h"

#define SLOTS (2 * CLEARED_REGIONS)
#define REGION_BITS 26
#define REGION (UINT64_C(1) << REGION_BITS)
#define MAPPED_LEAST (128u << 10)
#define PAGE 4096
#define HEADER 16 /* of a mapped block, in its first page */

void cleared_init(struct cleared *cleared, const struct signal_pass *pass)
{
	struct glibc_settings settings;

	*cleared = (struct cleared){
		.pass = pass,
		.sums = xcalloc(pass->count + 1, sizeof(*cleared->sums)),
		.regions = xcalloc(SLOTS, sizeof(*cleared->regions)),
		.mapped_least = MAPPED_LEAST,
	};
	if (glibc_settings_read(&settings, &pass->recording->model.meta) &&
	    settings.mmap_threshold > 0)
		cleared->mapped_least = settings.mmap_threshold;
}

void cleared_release(struct cleared *cleared)
{
	free(cleared->sums);
	free(cleared->regions);
	*cleared = (struct cleared){ 0 };
}

/* NULL: there are too many. */
static struct cleared_region *region_of(struct cleared *cleared,
					uint64_t address)
{
	uint64_t number = (address >> REGION_BITS) + 1;
	size_t slot = (size_t)(number * UINT64_C(0x9e3779b97f4a7c15) >> 40) &
		      (SLOTS - 1);
	struct cleared_region *region;

	while (cleared->regions[slot].number &&
	       cleared->regions[slot].number != number)
		slot = (slot + 1) & (SLOTS - 1);
	region = &cleared->regions[slot];
	if (region->number)
		return region;
	if (cleared->region_count == CLEARED_REGIONS)
		return NULL;
	cleared->region_count++;
	*region = (struct cleared_region){ number, 0 };
	return region;
}

/* How much of a block, within one region, lies beyond all that were there. */
static uint64_t fresh_in_region(struct cleared *cleared, uint64_t address,
				uint64_t end)
{
	struct cleared_region *region = region_of(cleared, address);
	uint64_t before;

	if (!region || region->end >= end)
		return 0;
	before = region->end;
	region->end = end;
	return end - (before > address ? before : address);
}

static uint64_t fresh_bytes(struct cleared *cleared, uint64_t address,
			    uint64_t size)
{
	uint64_t end = address + size, fresh = 0;

	if (end < address || size >> REGION_BITS > CLEARED_REGIONS)
		return 0;
	while (address < end) {
		uint64_t next = (address | (REGION - 1)) + 1;

		if (next > end || next < address)
			next = end;
		fresh += fresh_in_region(cleared, address, next);
		address = next;
	}
	return fresh;
}

static bool is_mapped(const struct cleared *cleared,
		      const struct live_block *block)
{
	uint64_t place = block->address % PAGE;

	return block->size >= cleared->mapped_least &&
	       (place == HEADER || place == 0);
}

static void allocated(void *context, const struct signal_step *s)
{
	struct cleared *cleared = context;
	const struct live_block *block = s->step->block;
	bool counts = s->candidate != SIGNALS_NONE &&
		      s->step->event->kind == EVENT_CALLOC;
	double fresh;

	if (is_mapped(cleared, block)) {
		if (counts)
			cleared->sums[s->candidate].mapped +=
				(double)block->size;
		return;
	}
	fresh = (double)fresh_bytes(cleared, block->address, block->size);
	if (!counts)
		return;
	cleared->sums[s->candidate].fresh += fresh;
	cleared->sums[s->candidate].used += (double)block->size - fresh;
}

struct signal_part cleared_part(struct cleared *cleared)
{
	return (struct signal_part){ cleared, allocated, NULL, NULL };
}
