/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/class_tables.h"

#include <string.h>

#include "analyzer/advice/glibc_settings.h"

#define PAGE UINT64_C(4096)
#define REQUEST_MAX (UINT64_C(1) << 47) /* more than an address space */

static uint64_t round_up(uint64_t value, uint64_t unit)
{
	return (value + unit - 1) / unit * unit;
}

static unsigned int log2_floor(uint64_t value)
{
	return 63 - (unsigned int)__builtin_clzll(value);
}

/* A chunk's head takes 8 bytes, a mapped one's 16. */
static uint64_t glibc_usable(const struct class_table *table, uint64_t request)
{
	if (request >= table->mmap_threshold)
		return round_up(glibc_chunk_bytes(request) + 8, PAGE) - 16;
	return glibc_chunk_bytes(request) - 8;
}

/* 8, multiples of 16 up to 128, then four classes to each doubling. */
static uint64_t geometric_usable(uint64_t request)
{
	if (request <= 8)
		return 8;
	if (request <= 128)
		return round_up(request, 16);
	return round_up(request,
			UINT64_C(1) << (log2_floor(request - 1) - 2));
}

/* As jemalloc's up to 128 KiB, in slices above. */
static uint64_t mimalloc_usable(uint64_t request)
{
	if (request <= 128 << 10)
		return geometric_usable(request);
	return round_up(request, request <= 512 << 10 ? 64 << 10 : 512 << 10);
}

#define TCMALLOC_PAGE UINT64_C(8192)
#define TCMALLOC_SMALL_MAX (256u << 10)
#define TCMALLOC_MOVED_MAX 32 /* objects moved at a time, at most */

static uint64_t tcmalloc_alignment(uint64_t bytes)
{
	uint64_t alignment = 8;

	if (bytes >= 128)
		alignment = (UINT64_C(1) << log2_floor(bytes)) / 8;
	else if (bytes >= 16)
		alignment = 16;
	return alignment < TCMALLOC_PAGE ? alignment : TCMALLOC_PAGE;
}

/* Pages of a span of objects: at most one in eight bytes is left over, and some
 * objects can be moved at once. */
static uint64_t tcmalloc_pages(uint64_t bytes)
{
	uint64_t moved = (64 << 10) / bytes, span = 0;

	if (moved < 2)
		moved = 2;
	if (moved > TCMALLOC_MOVED_MAX)
		moved = TCMALLOC_MOVED_MAX;
	do
		do
			span += TCMALLOC_PAGE;
		while (span % bytes > span >> 3);
	while (span / bytes < moved / 4);
	return span / TCMALLOC_PAGE;
}

/* Its SizeMap: sizes that have as many objects in as many pages are one. */
static void make_tcmalloc_classes(struct class_table *table)
{
	uint64_t bytes, last_pages = 0, last_count = 0;

	for (bytes = 8; bytes <= TCMALLOC_SMALL_MAX;
	     bytes += tcmalloc_alignment(bytes)) {
		uint64_t pages = tcmalloc_pages(bytes);
		uint64_t count = pages * TCMALLOC_PAGE / bytes;

		if (pages == last_pages && count == last_count)
			table->class_count--;
		if (table->class_count == TCMALLOC_CLASSES_MAX)
			return;
		table->classes[table->class_count++] = (uint32_t)bytes;
		last_pages = pages;
		last_count = count;
	}
}

static uint64_t tcmalloc_usable(const struct class_table *table,
				uint64_t request)
{
	size_t low = 0, high = table->class_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (table->classes[middle] < request)
			low = middle + 1;
		else
			high = middle;
	}
	return low < table->class_count ? table->classes[low] :
					  round_up(request, TCMALLOC_PAGE);
}

void class_table_init(struct class_table *table, const struct model_meta *meta)
{
	struct glibc_settings settings;

	memset(table, 0, sizeof(*table));
	table->allocator = allocator_of(meta);
	if (table->allocator == ALLOCATOR_TCMALLOC)
		make_tcmalloc_classes(table);
	if (table->allocator != ALLOCATOR_GLIBC)
		return;
	table->mmap_threshold = 128 << 10;
	if (glibc_settings_read(&settings, meta))
		table->mmap_threshold = settings.mmap_max ?
					settings.mmap_threshold : UINT64_MAX;
}

uint64_t class_table_usable(const struct class_table *table, uint64_t request)
{
	if (request > REQUEST_MAX)
		return request;
	switch (table->allocator) {
	case ALLOCATOR_GLIBC:
		return glibc_usable(table, request);
	case ALLOCATOR_JEMALLOC:
		return geometric_usable(request);
	case ALLOCATOR_MIMALLOC:
		return mimalloc_usable(request);
	case ALLOCATOR_TCMALLOC:
		return tcmalloc_usable(table, request);
	default:
		return 0;
	}
}
