/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/chains.h"

#include <math.h>
#include <stdlib.h>

#include "analyzer/hash.h"

#define SIZES_APART 0.02 /* deviation in powers of two: 1% */
#define RECENT 4 /* events of a thread, within which the old block goes */
#define GROWS_LEAST 1.2
#define GROWS_MOST 2.5
#define MMAP_LEAST (128u << 10) /* glibc's threshold at first */
#define MMAP_PLACE 16		/* of such a block in its page */
#define PAGE 4096

struct chain {
	uint64_t address; /* of its block now */
	uint64_t most; /* bytes, at its largest */
	uint32_t candidate;
	uint32_t steps, moved, hidden, in_place, remapped;
	double copied_bytes, hidden_bytes;
	double increment_sum, increment_squares;
	uint32_t increments;
	UT_hash_handle hh;
};

struct recent {
	uint64_t address, size, event; /* event 0: none */
	uint32_t sequence;
	uint32_t site;		       /* of the fold */
	uint32_t row;
	bool gone;
};

struct chain_lane {
	uint64_t events;
	struct recent recent[RECENT];
	unsigned int next;
	/* A realloc that has begun: what it reallocates. Its address may be
	 * another thread's block before there is the new one. */
	uint64_t old_address, old_size;
	struct chain *chain; /* not among the live ones; NULL: none yet */
	bool open;
};

/* Blocks of one size do not grow. */
static bool has_sizes(const struct advice_site *site)
{
	return advice_site_sum(site)->reallocs > 0 ||
	       census_deviation(&advice_site_sum(site)->sizes) > SIZES_APART;
}

void chains_init(struct chains *chains, const struct signal_pass *pass)
{
	*chains = (struct chains){
		.pass = pass,
		.sums = xcalloc(pass->count + 1, sizeof(*chains->sums)),
		.may_grow = xcalloc(pass->count + 1, sizeof(bool)),
		.has_chains = xcalloc(pass->row_count + 1, sizeof(bool)),
		.lanes = xcalloc(pass->recording->lane_count + 1,
				 sizeof(*chains->lanes)),
	};
	for (size_t i = 0; i < pass->count; i++)
		chains->may_grow[i] = has_sizes(pass->candidates[i].site);
}

bool chains_any(const struct chains *chains)
{
	for (size_t i = 0; i < chains->pass->count; i++)
		if (chains->may_grow[i])
			return true;
	return false;
}

static struct chain *find(const struct chains *chains, uint64_t address)
{
	struct chain *chain;

	HASH_FIND(hh, chains->live, &address, sizeof(address), chain);
	return chain;
}

static void end_chain(struct chains *chains, struct chain *chain)
{
	struct chain_sums *sums = &chains->sums[chain->candidate];
	double least = chains->pass->thresholds->values
			       [THRESHOLD_RESERVE_STEPS];

	sums->all_steps += chain->steps;
	if (chain->steps >= least) {
		double n = chain->increments;

		sums->chains++;
		sums->steps += chain->steps;
		sums->moved += chain->moved;
		sums->hidden += chain->hidden;
		sums->in_place += chain->in_place;
		sums->remapped += chain->remapped;
		sums->copied_bytes += chain->copied_bytes;
		sums->hidden_bytes += chain->hidden_bytes;
		sums->final_bytes += (double)chain->most;
		spread_add(&sums->finals, chain->most, 1);
		sums->increments += n;
		sums->increment_sum += chain->increment_sum;
		if (n > 0)
			sums->increment_deviations +=
				fmax(0, chain->increment_squares -
						chain->increment_sum *
							chain->increment_sum /
							n);
	}
	free(chain);
}

/* That of a block of a row, which is not among the live ones any more; or
 * NULL. */
static struct chain *take(struct chains *chains, uint32_t row, uint64_t address)
{
	struct chain *chain =
		chains->has_chains[row] ? find(chains, address) : NULL;

	if (chain)
		HASH_DEL(chains->live, chain);
	return chain;
}

static void end_chain_at(struct chains *chains, uint32_t row, uint64_t address)
{
	struct chain *chain = take(chains, row, address);

	if (chain)
		end_chain(chains, chain);
}

static void end_realloc(struct chains *chains, struct chain_lane *lane)
{
	if (lane->chain)
		end_chain(chains, lane->chain);
	lane->chain = NULL;
	lane->open = false;
}

void chains_finish(struct chains *chains)
{
	struct chain *chain, *next;

	for (size_t i = 0; i < chains->pass->recording->lane_count; i++)
		end_realloc(chains, &chains->lanes[i]);
	HASH_ITER(hh, chains->live, chain, next)
	{
		HASH_DEL(chains->live, chain);
		end_chain(chains, chain);
	}
}

void chains_release(struct chains *chains)
{
	chains_finish(chains);
	free(chains->sums);
	free(chains->may_grow);
	free(chains->has_chains);
	free(chains->lanes);
	*chains = (struct chains){ 0 };
}

/* The kernel moves the pages of blocks that have some of their own. */
static bool is_mapped(uint64_t address, uint64_t size)
{
	return size >= MMAP_LEAST && address % PAGE == MMAP_PLACE;
}

/* A step of a chain, from an old block to a new one. */
struct growth {
	struct chain *chain; /* the old one's, taken; or NULL */
	uint64_t old_address, old_size, address, size;
	uint32_t row, candidate;
	bool hidden;
};

static void grow(struct chains *chains, const struct growth *g)
{
	struct chain *chain = g->chain;
	double increment = (double)g->size - (double)g->old_size;

	if (!chain) {
		chain = xcalloc(1, sizeof(*chain));
		chain->most = g->old_size;
	}
	chain->address = g->address;
	if (chain->most < g->size)
		chain->most = g->size;
	chain->candidate = g->candidate;
	if (increment > 0) { /* a smaller one is no growth, nor its end */
		chain->steps++;
		chain->increments++;
		chain->increment_sum += increment;
		chain->increment_squares += increment * increment;
		chain->hidden += g->hidden;
	}
	if (g->address == g->old_address)
		chain->in_place += increment > 0;
	else if (!g->hidden && is_mapped(g->old_address, g->old_size) &&
		 is_mapped(g->address, g->size))
		chain->remapped += increment > 0;
	else if (increment > 0) {
		chain->moved++;
		chain->copied_bytes += (double)g->old_size;
		chain->hidden_bytes += g->hidden ? (double)g->old_size : 0;
	}
	chains->has_chains[g->row] = true;
	HASH_ADD(hh, chains->live, address, sizeof(chain->address), chain);
}

/* May blocks of its site be outgrown? */
static bool may_grow(const struct chains *chains, const struct signal_step *s)
{
	return s->candidate != SIGNALS_NONE && chains->may_grow[s->candidate];
}

static void remember(struct chains *chains, struct chain_lane *lane,
		     const struct signal_step *s)
{
	if (!may_grow(chains, s))
		return;
	lane->recent[lane->next] = (struct recent){
		.address = s->step->block->address,
		.size = s->step->block->size,
		.event = lane->events,
		.sequence = s->step->block->sequence,
		.site = chains->pass->fold->site_of_row[s->row],
		.row = s->row,
	};
	lane->next = (lane->next + 1) % RECENT;
}

/* A thread's block has gone, or come back. */
static void set_gone(struct chains *chains, const struct live_block *block,
		     bool gone)
{
	struct recent *recent = chains->lanes[block->lane].recent;

	for (unsigned int i = 0; i < RECENT; i++)
		if (recent[i].sequence == block->sequence)
			recent[i].gone = gone;
}

static void allocated(void *context, const struct signal_step *s)
{
	struct chains *chains = context;
	const struct live_block *block = s->step->block;
	struct chain_lane *lane = &chains->lanes[s->step->lane];

	lane->events++;
	if (s->step->event->kind != EVENT_REALLOC_NEW) {
		remember(chains, lane, s);
		return;
	}
	if (!lane->open)
		return;
	if (s->candidate == SIGNALS_NONE) {
		end_realloc(chains, lane);
		return;
	}
	grow(chains, &(struct growth){
		.chain = lane->chain,
		.old_address = lane->old_address,
		.old_size = lane->old_size,
		.address = block->address,
		.size = block->size,
		.row = s->row,
		.candidate = s->candidate,
	});
	lane->chain = NULL;
	lane->open = false;
}

/* Is this block the old one of a recent allocation of its site? */
static bool was_outgrown(struct chains *chains, struct chain_lane *lane,
			 const struct signal_step *s)
{
	const struct live_block *block = s->step->block;
	uint32_t site = chains->pass->fold->site_of_row[s->row];

	if (block->lane != s->step->lane || !may_grow(chains, s))
		return false;
	for (unsigned int i = 1; i <= RECENT; i++) { /* the last one first */
		struct recent *recent =
			&lane->recent[(lane->next + RECENT - i) % RECENT];
		double ratio = (double)recent->size / (double)block->size;

		if (recent->event == 0 || recent->gone ||
		    recent->site != site ||
		    recent->event + RECENT < lane->events ||
		    (int32_t)(recent->sequence - block->sequence) <= 0 ||
		    !(ratio >= GROWS_LEAST && ratio <= GROWS_MOST))
			continue;
		grow(chains, &(struct growth){
			.chain = take(chains, s->row, block->address),
			.old_address = block->address,
			.old_size = block->size,
			.address = recent->address,
			.size = recent->size,
			.row = recent->row,
			.candidate = s->candidate,
			.hidden = true,
		});
		recent->event = 0; /* it takes one block's place */
		return true;
	}
	return false;
}

static void released(void *context, const struct signal_step *s)
{
	struct chains *chains = context;
	const struct live_block *block = s->step->block;
	struct chain_lane *lane = &chains->lanes[s->step->lane];

	if (may_grow(chains, s))
		set_gone(chains, block, true);
	if (s->step->end == REPLAY_IMPLICIT) { /* no event of the thread's */
		end_chain_at(chains, s->row, block->address);
		return;
	}
	lane->events++;
	if (s->step->end == REPLAY_REALLOCATED) {
		end_realloc(chains, lane);
		lane->old_address = block->address;
		lane->old_size = block->size;
		lane->chain = take(chains, s->row, block->address);
		lane->open = true;
		return;
	}
	if (was_outgrown(chains, lane, s))
		return;
	end_chain_at(chains, s->row, block->address);
}

static void restored(void *context, const struct signal_step *s)
{
	struct chains *chains = context;
	struct chain_lane *lane = &chains->lanes[s->step->lane];

	if (lane->chain)
		HASH_ADD(hh, chains->live, address,
			 sizeof(lane->chain->address), lane->chain);
	lane->chain = NULL;
	lane->open = false;
	lane->events--;
	set_gone(chains, s->step->block, false);
}

struct signal_part chains_part(struct chains *chains)
{
	return (struct signal_part){ chains, allocated, released, restored };
}

double chain_increment_variation(const struct chain_sums *sums)
{
	double mean;

	if (sums->increments < 1 || sums->increment_sum <= 0)
		return INFINITY;
	mean = sums->increment_sum / sums->increments;
	return sqrt(sums->increment_deviations / sums->increments) / mean;
}
