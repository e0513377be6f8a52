/* SPDX-License-Identifier: MIT */
/* Blocks that grow, in random traces, against a list of what became what. */
#include <math.h>
#include <string.h>

#include "analyzer/advice/chains.h"
#include "tests/unit/rounds.h"
#include "tests/unit/signals_run.h"

#define SEEDS 200
#define RECENT 4
#define STEPS 2 /* for the threshold */

/* What a block became, and how. */
struct link {
	uint32_t next; /* PLAIN_NONE */
	bool hidden, has_old;
};

struct sums {
	double chains, steps, moved, copied, final, hidden, all_steps;
	double in_place, increments, increment_sum, deviations;
};

/* How many of its thread's events before `at` came since the block's birth. */
static uint32_t events_since(const struct plain_trace *t,
			     const struct plain_block *block, size_t at)
{
	uint32_t count = 0;

	for (size_t i = 0; i < t->block_count; i++) {
		const struct plain_block *b = &t->blocks[i];

		count += b->lane == block->lane && b->born > block->born &&
			 b->born < at;
		count += b->end != PLAIN_LIVES && b->end != PLAIN_IMPLICIT &&
			 b->died_lane == block->lane &&
			 b->died > block->born && b->died < at;
	}
	return count;
}

/* The latest of its thread's last blocks that may have taken its place. */
static uint32_t find_hidden(const struct signals_run *run,
			    const struct link *links, uint32_t old)
{
	const struct plain_trace *t = run->trace;
	const struct plain_block *block = &t->blocks[old];

	for (uint32_t i = (uint32_t)t->block_count; i-- > 0;) {
		const struct plain_block *b = &t->blocks[i];
		double ratio = (double)b->size / (double)block->size;

		if (i > old && plain_lives(b, block->died) && b->lane == block->lane &&
		    b->kind != EVENT_REALLOC_NEW && !links[i].has_old &&
		    signals_run_candidate(run, b->stack) ==
			    signals_run_candidate(run, block->stack) &&
		    ratio >= 1.2 && ratio <= 2.5 &&
		    events_since(t, b, block->died) + 1 <= RECENT)
			return i;
	}
	return PLAIN_NONE;
}

static struct link *find_links(const struct signals_run *run)
{
	const struct plain_trace *t = run->trace;
	struct link *links = calloc(t->block_count + 1, sizeof(*links));

	assert_non_null(links);
	for (size_t i = 0; i < t->block_count; i++)
		links[i].next = PLAIN_NONE;
	/* in the order of what happened: each takes what is left */
	for (size_t at = 0; at < t->count; at++)
		for (uint32_t i = 0; i < t->block_count; i++) {
			const struct plain_block *block = &t->blocks[i];
			uint32_t next = PLAIN_NONE;

			if (block->born == at && block->old != PLAIN_NONE) {
				links[block->old].next = i;
				links[i].has_old = true;
			}
			if (block->died != at || block->end != PLAIN_FREED ||
			    block->died_lane != block->lane)
				continue;
			next = find_hidden(run, links, i);
			if (next == PLAIN_NONE)
				continue;
			links[i].next = next;
			links[i].hidden = true;
			links[next].has_old = true;
		}
	return links;
}

static void follow(const struct signals_run *run, const struct link *links,
		   uint32_t first, struct sums *all)
{
	const struct plain_block *blocks = run->trace->blocks;
	struct sums s = { 0 }, *sums;
	double squares = 0, largest = (double)blocks[first].size;
	uint32_t i = first;

	for (; links[i].next != PLAIN_NONE; i = links[i].next) {
		const struct plain_block *old = &blocks[i];
		const struct plain_block *new = &blocks[links[i].next];
		double more = (double)new->size - (double)old->size;

		largest = fmax(largest, (double)new->size);
		if (more <= 0)
			continue;
		s.steps++;
		s.hidden += links[i].hidden;
		s.increment_sum += more;
		squares += more * more;
		s.in_place += new->address == old->address;
		s.moved += new->address != old->address;
		s.copied += new->address != old->address ?
				    (double)old->size : 0;
	}
	sums = &all[signals_run_candidate(run, blocks[i].stack)];
	sums->all_steps += s.steps;
	if (s.steps < STEPS)
		return;
	sums->chains++;
	sums->steps += s.steps;
	sums->hidden += s.hidden;
	sums->in_place += s.in_place;
	sums->moved += s.moved;
	sums->copied += s.copied;
	sums->final += largest;
	sums->increment_sum += s.increment_sum;
	sums->deviations += squares -
			    s.increment_sum * s.increment_sum / s.steps;
}

static double check(const struct signals_run *run, const struct chains *chains)
{
	struct link *links = find_links(run);
	struct sums *all = calloc(run->pass.count + 1, sizeof(*all));
	double hidden = 0;

	assert_non_null(all);
	for (uint32_t i = 0; i < run->trace->block_count; i++)
		if (!links[i].has_old && links[i].next != PLAIN_NONE)
			follow(run, links, i, all);
	for (size_t i = 0; i < run->pass.count; i++) {
		const struct chain_sums *c = &chains->sums[i];

		assert_true(c->all_steps == all[i].all_steps);
		assert_true(c->chains == all[i].chains);
		assert_true(c->steps == all[i].steps);
		assert_true(c->hidden == all[i].hidden);
		assert_true(c->moved == all[i].moved);
		assert_true(c->in_place == all[i].in_place);
		assert_true(c->remapped == 0);
		assert_true(c->copied_bytes == all[i].copied);
		assert_true(c->final_bytes == all[i].final);
		assert_true(c->finals.sum == all[i].final);
		assert_true(c->increment_sum == all[i].increment_sum);
		assert_true(fabs(c->increment_deviations - all[i].deviations) <
			    1e-6 * (1 + all[i].deviations));
		hidden += c->hidden;
	}
	free(links);
	free(all);
	return hidden;
}

static void random_traces(void **state)
{
	double hidden = 0;

	(void)state;
	for (uint64_t seed = 0; seed < rounds(SEEDS); seed++) {
		const struct plain_choice choice = {
			.events = 100 + seed % 3 * 250,
			.lanes = 1 + seed % PLAIN_LANES,
			.places = 4 + seed % 20,
			.one_by_one = seed % 2,
		};
		struct signals_run run;
		struct signal_part part;
		struct chains chains;

		signals_run_begin(&run, seed, &choice);
		run.thresholds.values[THRESHOLD_RESERVE_STEPS] = STEPS;
		chains_init(&chains, &run.pass);
		part = chains_part(&chains);
		signals_add_part(&run.pass, &part);
		signals_run(&run.pass, NULL);
		chains_finish(&chains);
		hidden += check(&run, &chains);
		chains_release(&chains);
		signals_run_end(&run);
	}
	assert_true(hidden > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_traces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
