/* SPDX-License-Identifier: MIT */
/*
 * The allocator that is there: which calls its thread caches served. A remedy
 * is worth no more than what it adds to that.
 *
 * Modelled: glibc's malloc from 2.26 on, at the version and the GLIBC_TUNABLES
 * that were recorded. The caches (tcache: 7 blocks a size up to 1032 bytes, last
 * in first out, filled by the thread that frees, emptied when it ends), and what
 * fills them when they miss: the fastbins, small bins and unsorted chunks of the
 * thread's arena, merging, splitting, sorting, consolidation and trimming. Calls
 * that pass the cache by (calloc before 2.41, realloc, memalign before 2.38)
 * change it all the same. All threads and sites share one heap: the whole trace
 * has to pass, in order.
 *
 * Not modelled: blocks of which the recorder does not know (freed ones that were
 * inherited by fork, glibc's own record of each cache), alignments, but as the
 * addresses of a site tell them, mallopt(), huge-page
 * tunables, the caches for large blocks that 2.42 has when asked. jemalloc,
 * tcmalloc and mimalloc have caches too, but with limits that adapt; for them,
 * for unknown allocators and for samples there is no incumbent.
 *
 * Where several threads hand blocks over, the order of events is not fully known,
 * and the model can drift: seen by a few points of 100 for random calls by four
 * threads; `corrected` tells, and was 0 wherever the rate was exact.
 *
 * Costs about 10 ns for a call that a cache serves, and 200 ns for another;
 * memory as chunk_store.h says, up to 5 KiB for a thread. One thread; any input
 * is safe.
 */
#ifndef ANALYZER_ADVICE_INCUMBENT_H
#define ANALYZER_ADVICE_INCUMBENT_H

#include "analyzer/replay_sink.h"

struct incumbent_totals {
	uint64_t calls;	    /* for which a cache is asked, of a size it has */
	uint64_t hits;	    /* served by it */
	uint64_t corrected; /* of which the model expected the contrary, as
			       their addresses show */
};

struct incumbent;

/* NULL: the allocator is not modelled, or the dump is a sample. */
struct incumbent *incumbent_new(const struct recording *recording);
void incumbent_free(struct incumbent *incumbent); /* NULL is allowed */

/* The steps of a replay_sink, each of them. Did the cache serve the block? */
bool incumbent_allocated(struct incumbent *incumbent,
			 const struct replay_step *step);
void incumbent_released(struct incumbent *incumbent,
			const struct replay_step *step);
void incumbent_restored(struct incumbent *incumbent,
			const struct replay_step *step);

struct incumbent_totals incumbent_totals(const struct incumbent *incumbent);

#endif
