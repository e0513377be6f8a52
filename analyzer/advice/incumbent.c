/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/incumbent.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/advice/allocator.h"
#include "analyzer/advice/glibc_malloc.h"
#include "analyzer/memory.h"

/* No user's address is below or above. */
#define ADDRESS_MIN (UINT64_C(1) << 16)
#define ADDRESS_MAX (UINT64_C(1) << 56)
/* memalign: how far in front of an aligned block its chunk may begin. */
#define LEAD_MAX (4096 + GLIBC_CHUNK_MIN)

#define ALIGNED_SITES 1024

/* A realloc that has begun: its block is freed once there is a new one. */
struct open_block {
	uint64_t address; /* 0: none */
	uint64_t request;
};

struct incumbent_lane {
	struct chunk_cache *cache; /* NULL until there is something in it */
	uint32_t arena;
	struct open_block open;
};

struct thread_end {
	uint64_t tick;
	uint32_t lane;
};

struct incumbent {
	struct glibc_heap heap;
	uint64_t cache_chunk; /* as in heap.settings */
	struct incumbent_totals totals;
	struct incumbent_lane *lanes;
	size_t lane_count;
	struct thread_end *ends; /* by tick, then one that never comes */
	size_t next_end;
	uint64_t aligned[ALIGNED_SITES]; /* addresses of aligned blocks, ored */
};

static int compare_ends(const void *left, const void *right)
{
	const struct thread_end *a = left, *b = right;

	return a->tick < b->tick ? -1 : a->tick > b->tick;
}

static void find_ends(struct incumbent *in, const struct recording *recording)
{
	size_t count = 0;

	in->ends = xcalloc(in->lane_count + 1, sizeof(*in->ends));
	for (size_t i = 0; i < in->lane_count; i++) {
		const struct model_thread *thread = model_thread(
			&recording->model, recording->lanes[i].serial);

		if (thread && thread->ended_tick)
			in->ends[count++] = (struct thread_end){
				thread->ended_tick, (uint32_t)i };
	}
	if (count)
		qsort(in->ends, count, sizeof(*in->ends), compare_ends);
	in->ends[count].tick = UINT64_MAX;
}

struct incumbent *incumbent_new(const struct recording *recording)
{
	const struct model_meta *meta = &recording->model.meta;
	struct glibc_settings settings;
	struct incumbent *in;

	if (allocator_of(meta) != ALLOCATOR_GLIBC ||
	    meta->mode == MODE_SAMPLED ||
	    !glibc_settings_read(&settings, meta))
		return NULL;
	in = xcalloc(1, sizeof(*in));
	glibc_heap_init(&in->heap, &settings);
	in->cache_chunk = settings.cache_chunk;
	in->lane_count = recording->lane_count;
	in->lanes = xcalloc(in->lane_count + 1, sizeof(*in->lanes));
	find_ends(in, recording);
	return in;
}

void incumbent_free(struct incumbent *in)
{
	if (!in)
		return;
	for (size_t i = 0; i < in->lane_count; i++) {
		if (in->lanes[i].cache)
			chunk_cache_release(in->lanes[i].cache);
		free(in->lanes[i].cache);
	}
	glibc_heap_release(&in->heap);
	free(in->lanes);
	free(in->ends);
	free(in);
}

struct incumbent_totals incumbent_totals(const struct incumbent *in)
{
	return in->totals;
}

/* The thread's bin for a chunk, or NULL if there is none. */
static inline struct chunk_bin *bin_of(struct incumbent *in, uint32_t lane,
				       uint64_t bytes)
{
	struct incumbent_lane *l = &in->lanes[lane];

	if (bytes > in->cache_chunk)
		return NULL;
	if (__builtin_expect(!l->cache, 0))
		l->cache = xcalloc(1, sizeof(*l->cache));
	return &l->cache->bins[(bytes - GLIBC_CHUNK_MIN) >> 4];
}

static struct glibc_block block_of(struct incumbent *in, uint32_t lane,
				   uint64_t address, uint64_t bytes)
{
	return (struct glibc_block){
		.address = address,
		.bytes = bytes,
		.bin = bin_of(in, lane, bytes),
		.arena = &in->lanes[lane].arena,
	};
}

/* An ended thread's cache goes to the bins, and it has none. */
static void end_thread(struct incumbent *in, uint32_t lane)
{
	struct chunk_cache *cache = in->lanes[lane].cache;

	if (!cache)
		return;
	in->lanes[lane].cache = NULL;
	for (uint64_t i = 0; i < CHUNK_CACHE_BINS; i++)
		while (cache->bins[i].count) {
			struct glibc_block block = {
				.address = cache->bins[i].addresses
						   [--cache->bins[i].count],
				.bytes = GLIBC_CHUNK_MIN + 16 * i,
			};

			glibc_heap_give(&in->heap, &block);
		}
	chunk_cache_release(cache);
	free(cache);
}

static inline void end_threads(struct incumbent *in, uint64_t tick)
{
	for (; in->ends[in->next_end].tick < tick; in->next_end++)
		end_thread(in, in->ends[in->next_end].lane);
}

/* free(), or with `cached` false what goes past the cache. */
static void give(struct incumbent *in, const struct glibc_block *block,
		 bool cached)
{
	if (in->heap.shrunk.count &&
	    address_map_get(&in->heap.shrunk, block->address)) {
		address_map_remove(&in->heap.shrunk, block->address, 1);
		return;
	}
	if (cached && block->bin &&
	    chunk_bin_push(block->bin, in->heap.settings.cache_count,
			   block->address))
		return;
	if (glibc_heap_is_mapped(&in->heap, block->address, block->bytes))
		glibc_heap_unmap(&in->heap, block->bytes);
	else
		glibc_heap_give(&in->heap, block);
}

/* What a block's chunk has more than it needs, which is not noted any more. */
static uint64_t chunk_extra(struct incumbent *in, uint64_t address)
{
	uint64_t bytes = 0;

	if (in->heap.odd.count)
		bytes = address_map_get(&in->heap.odd, address);
	if (bytes)
		address_map_remove(&in->heap.odd, address, bytes);
	return bytes;
}

/* The block's chunk, which ceases to be its own. */
static uint64_t chunk_of(struct incumbent *in, uint64_t address,
			 uint64_t request)
{
	return glibc_chunk_bytes(request) + chunk_extra(in, address);
}

static void give_request(struct incumbent *in, uint32_t lane,
			 const struct open_block *old, bool cached)
{
	uint64_t bytes = chunk_of(in, old->address, old->request);
	struct glibc_block block = block_of(in, lane, old->address, bytes);

	give(in, &block, cached);
}

static void take_past_cache(struct incumbent *in,
			    const struct glibc_block *block)
{
	if (glibc_heap_is_mapped(&in->heap, block->address, block->bytes))
		glibc_malloc_mapped(&in->heap, block);
	else
		glibc_malloc(&in->heap, block);
}

/*
 * Pops the youngest. If it is not the block, the cache can't have had it, or it
 * would have served that: it is still where it was before.
 */
static bool pop_or_give(struct incumbent *in, const struct glibc_block *block)
{
	uint64_t address = block->bin->addresses[--block->bin->count];
	struct glibc_block other = { .address = address,
				     .bytes = block->bytes };

	if (address == block->address)
		return true;
	glibc_heap_give(&in->heap, &other);
	return false;
}

/* What the cache's youngest is not. */
static bool take_unexpected(struct incumbent *in,
			    const struct glibc_block *block)
{
	if (block->bin->count == 0) {
		take_past_cache(in, block);
		return false;
	}
	in->totals.corrected++;
	while (block->bin->count)
		if (pop_or_give(in, block)) {
			in->totals.hits++;
			return true;
		}
	take_past_cache(in, block);
	return false;
}

/* malloc() */
static bool take(struct incumbent *in, const struct replay_step *step)
{
	uint64_t bytes = glibc_chunk_bytes(step->block->size);
	struct glibc_block block = block_of(in, step->lane,
					    step->block->address, bytes);

	if (!block.bin) {
		take_past_cache(in, &block);
		return false;
	}
	in->totals.calls++;
	if (!chunk_bin_pop(block.bin, block.address))
		return take_unexpected(in, &block);
	in->totals.hits++;
	return true;
}

static void reallocate_in_place(struct incumbent *in,
				const struct replay_step *step, uint64_t old)
{
	uint64_t bytes = glibc_chunk_bytes(step->block->size), left;
	struct glibc_block block = block_of(in, step->lane,
					    step->block->address, old);
	struct glibc_block rest;

	block.bin = bin_of(in, step->lane, bytes);
	left = glibc_malloc_resize(&in->heap, &block, bytes);
	if (!left)
		return;
	rest = block_of(in, step->lane, block.address + bytes, left);
	give(in, &rest, in->heap.settings.cached_internally);
}

/* A mapping stays one, however small, and adapts no threshold by that. */
static bool move_mapping(struct incumbent *in, const struct replay_step *step,
			 const struct open_block *old)
{
	struct address_map *shrunk = &in->heap.shrunk;

	if (!glibc_heap_is_mapped(&in->heap, old->address,
				  glibc_chunk_bytes(old->request)))
		return false;
	address_map_remove(shrunk, old->address, 1);
	if (!glibc_heap_is_mapped(&in->heap, step->block->address,
				  glibc_chunk_bytes(step->block->size)))
		address_map_put(shrunk, step->block->address, 1);
	return true;
}

/* REALLOC_NEW */
static void reallocate(struct incumbent *in, const struct replay_step *step)
{
	struct open_block old = in->lanes[step->lane].open;
	struct glibc_block block;

	in->lanes[step->lane].open.address = 0;
	if (old.address && move_mapping(in, step, &old))
		return;
	if (old.address == step->block->address) {
		reallocate_in_place(in, step,
				    chunk_of(in, old.address, old.request));
		return;
	}
	block = block_of(in, step->lane, step->block->address,
			 glibc_chunk_bytes(step->block->size));
	take_past_cache(in, &block);
	if (old.address)
		give_request(in, step->lane, &old,
			     in->heap.settings.cached_internally);
}

/* How far in front of an aligned block the chunk begins that it was cut from. */
static uint64_t find_lead(struct incumbent *in,
			  const struct glibc_block *block, uint64_t alignment)
{
	uint32_t arena = glibc_heap_arena(&in->heap, block);
	uint64_t top = in->heap.arenas[arena].top;

	for (uint64_t lead = 0; lead < alignment + GLIBC_CHUNK_MIN &&
				lead <= LEAD_MAX; lead += 16) {
		uint32_t index = chunk_store_find(&in->heap.store,
						  block->address - lead);

		if (block->address - lead == top ||
		    (index && in->heap.store.chunks[index].bytes > lead))
			return lead;
	}
	return 0;
}

/* The alignment that a site asks for, as far as its addresses tell. */
static uint64_t alignment_of(struct incumbent *in,
			     const struct replay_step *step)
{
	uint64_t *seen = &in->aligned[step->event->stack % ALIGNED_SITES];

	/* The first one's may well be aligned to more than it has to. */
	if (!*seen)
		*seen = 64;
	*seen |= step->block->address;
	return *seen & -*seen;
}

static void give_rest(struct incumbent *in, uint32_t lane, uint64_t address,
		      uint64_t bytes)
{
	struct glibc_block rest = block_of(in, lane, address, bytes);

	give(in, &rest, in->heap.settings.cached_internally);
}

/* From a chunk with room for any alignment; what stands before and behind the
 * block is freed. */
static void cut(struct incumbent *in, uint32_t lane,
		const struct glibc_block *block, uint64_t alignment)
{
	uint64_t lead = find_lead(in, block, alignment), tail;
	struct glibc_block whole = block_of(
		in, lane, block->address - lead,
		glibc_chunk_bytes(block->bytes + alignment + GLIBC_CHUNK_MIN));

	take_past_cache(in, &whole);
	if (lead >= GLIBC_CHUNK_MIN)
		give_rest(in, lane, whole.address, lead);
	tail = chunk_extra(in, whole.address) + whole.bytes - lead -
	       block->bytes;
	if (tail > GLIBC_CHUNK_MIN)
		give_rest(in, lane, block->address + block->bytes, tail);
	else if (tail)
		address_map_put(&in->heap.odd, block->address, tail);
}

/* memalign() and its kin; of no more than 16 bytes it is a malloc. */
static bool take_aligned(struct incumbent *in, const struct replay_step *step)
{
	uint64_t address = step->block->address;
	uint64_t bytes = glibc_chunk_bytes(step->block->size);
	uint64_t alignment = alignment_of(in, step);
	struct glibc_block block = block_of(in, step->lane, address, bytes);

	if (alignment <= 16 ||
	    (block.bin && block.bin->count &&
	     block.bin->addresses[block.bin->count - 1] == address))
		return take(in, step);
	if (in->heap.settings.cached_memalign && block.bin) {
		in->totals.calls++;
		if (chunk_bin_take(block.bin, address)) {
			in->totals.hits++;
			return true;
		}
	}
	if (glibc_heap_is_mapped(&in->heap, address, bytes))
		take_past_cache(in, &block);
	else
		cut(in, step->lane, &block, alignment);
	return false;
}

/* Addresses and lanes that glibc and the recording cannot have. */
static bool is_sane(const struct incumbent *in, const struct replay_step *step)
{
	return step->block->address >= ADDRESS_MIN &&
	       step->block->address < ADDRESS_MAX &&
	       step->block->address % 16 == 0 && step->lane < in->lane_count;
}

bool incumbent_allocated(struct incumbent *in, const struct replay_step *step)
{
	if (!is_sane(in, step))
		return false;
	end_threads(in, step->tick);
	switch (step->event->kind) {
	case EVENT_MALLOC:
	case EVENT_REALLOC_NULL:
	case EVENT_NEW:
	case EVENT_NEW_ARRAY:
		return take(in, step);
	case EVENT_CALLOC:
		if (in->heap.settings.cached_calloc)
			return take(in, step);
		break;
	case EVENT_REALLOC_NEW:
		reallocate(in, step);
		return false;
	default:
		return take_aligned(in, step);
	}
	take_past_cache(in, &(struct glibc_block){
		step->block->address, glibc_chunk_bytes(step->block->size),
		bin_of(in, step->lane, glibc_chunk_bytes(step->block->size)),
		&in->lanes[step->lane].arena });
	return false;
}

void incumbent_released(struct incumbent *in, const struct replay_step *step)
{
	struct open_block freed = { step->block->address, step->block->size };
	struct open_block *open;

	/* Of a block that went unseen nobody knows where it went. */
	if (step->end == REPLAY_IMPLICIT || !is_sane(in, step))
		return;
	end_threads(in, step->tick);
	open = &in->lanes[step->lane].open;
	if (step->end == REPLAY_REALLOCATED) {
		if (open->address) /* a signal handler's, within another */
			give_request(in, step->lane, open, true);
		*open = freed;
		return;
	}
	give_request(in, step->lane, &freed, true);
}

void incumbent_restored(struct incumbent *in, const struct replay_step *step)
{
	if (is_sane(in, step) &&
	    in->lanes[step->lane].open.address == step->block->address)
		in->lanes[step->lane].open.address = 0;
}
