/* SPDX-License-Identifier: MIT */
/*
 * By which rules the recorded program's malloc went, if it was glibc's: what
 * its version does, and what GLIBC_TUNABLES changed. From 2.41 on by its
 * sources only; 2.36 was measured. What a program sets by mallopt() or the old
 * MALLOC_... variables is not seen.
 */
#ifndef ANALYZER_ADVICE_GLIBC_SETTINGS_H
#define ANALYZER_ADVICE_GLIBC_SETTINGS_H

#include "analyzer/model.h"

#define GLIBC_CHUNK_MIN 32 /* least bytes of a chunk */
/* A request above this is no request, and its chunk is as if it were this. */
#define GLIBC_REQUEST_MAX (UINT64_C(1) << 47)

struct glibc_settings {
	unsigned int version;	 /* 236 for 2.36 */
	uint32_t cache_count;	 /* tcache: blocks of a size, at most */
	uint64_t cache_chunk;	 /* largest chunk in it; 0: none */
	uint32_t cache_unsorted; /* chunks sorted after one was found; 0: all */
	uint64_t fast_chunk;	 /* largest in a fastbin; 0: none */
	uint64_t mmap_threshold, trim_threshold, top_pad; /* at the start */
	uint64_t mmap_max;	 /* 0: no block is mapped */
	bool fixed_thresholds;	 /* they don't adapt */
	bool cached_calloc;	 /* calloc asks the cache, from 2.41 */
	bool cached_memalign;	 /* from 2.38 */
	bool cached_internally;	 /* what realloc and memalign free, before 2.41 */
	bool sorted_small;	 /* a small chunk goes to its bin, from 2.41 */
};

/* False if it was another allocator, or a glibc without these caches (2.26). */
bool glibc_settings_read(struct glibc_settings *settings,
			 const struct model_meta *meta);

/* The chunk that a request gets. */
static inline uint64_t glibc_chunk_bytes(uint64_t request)
{
	if (request > GLIBC_REQUEST_MAX)
		request = GLIBC_REQUEST_MAX;
	return request <= GLIBC_CHUNK_MIN - 8 ?
		       GLIBC_CHUNK_MIN : (request + 8 + 15) & ~UINT64_C(15);
}

#endif
