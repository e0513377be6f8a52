/* SPDX-License-Identifier: MIT */
/* Regions of random traces, against the lives of their blocks. */
#include <math.h>
#include <string.h>

#include "analyzer/advice/epochs.h"
#include "analyzer/advice/proportion.h"
#include "tests/unit/rounds.h"
#include "tests/unit/signals_run.h"

#define SEEDS 150

struct sums {
	double calls, bytes, escaped_calls, escaped_bytes;
	double epochs, objects, total_bytes, peak_bytes, largest_bytes;
	double lifo, lifo_known;
};

static bool is_cyclic(const struct signals_run *run, uint32_t stack)
{
	return epochs_is_cyclic(&run->census.rows[run->census.row_of[stack]]);
}

static bool belongs(const struct signals_run *run, uint32_t node,
		    const struct plain_block *block)
{
	return plain_is_under(run->trace, block->stack, node) &&
	       is_cyclic(run, block->stack);
}

static bool was_youngest(const struct plain_trace *t,
			 const struct plain_block *block)
{
	for (size_t i = 0; i < t->block_count; i++)
		if (t->blocks[i].lane == block->lane &&
		    t->blocks[i].born > block->born &&
		    t->blocks[i].born < block->died &&
		    t->blocks[i].died > block->died)
			return false;
	return true;
}

/* Does it become, by its own thread's realloc, a block of the same function? */
static bool goes_on(const struct signals_run *run, uint32_t node,
		    const struct plain_block *block)
{
	const struct plain_trace *t = run->trace;

	for (size_t i = 0; i < t->block_count; i++) {
		const struct plain_block *next = &t->blocks[i];

		if (next->old != PLAIN_NONE &&
		    &t->blocks[next->old] == block)
			return next->lane == block->lane &&
			       belongs(run, node, next);
	}
	return false;
}

/* One thread's epochs of a function, event by event. */
static void add_lane(const struct signals_run *run, uint32_t node,
		     uint32_t lane, struct sums *sums)
{
	const struct plain_trace *t = run->trace;
	double live = 0, bytes = 0, objects = 0, total = 0, peak = 0;

	for (size_t at = 0; at < t->count; at++) {
		bool ended = false;

		for (size_t i = 0; i < t->block_count; i++) {
			const struct plain_block *block = &t->blocks[i];

			if (block->died != at || block->lane != lane ||
			    !belongs(run, node, block))
				continue;
			live--;
			bytes -= (double)block->size;
			ended = live == 0 && !goes_on(run, node, block);
		}
		if (ended) {
			sums->epochs++;
			sums->objects += objects;
			sums->total_bytes += total;
			sums->peak_bytes += peak;
			sums->largest_bytes = fmax(sums->largest_bytes, peak);
			objects = total = peak = 0;
		}
		for (size_t i = 0; i < t->block_count; i++) {
			const struct plain_block *block = &t->blocks[i];

			if (block->born != at || block->lane != lane ||
			    !belongs(run, node, block))
				continue;
			live++;
			objects++;
			bytes += (double)block->size;
			total += (double)block->size;
			peak = fmax(peak, bytes);
		}
	}
}

static struct sums reckon(const struct signals_run *run, uint32_t node)
{
	const struct plain_trace *t = run->trace;
	struct sums sums = { 0 };

	for (size_t i = 0; i < t->block_count; i++) {
		const struct plain_block *block = &t->blocks[i];

		if (!plain_is_under(t, block->stack, node))
			continue;
		if (!is_cyclic(run, block->stack)) {
			sums.escaped_calls++;
			sums.escaped_bytes += (double)block->size;
			continue;
		}
		sums.calls++;
		sums.bytes += (double)block->size;
		if (block->end == PLAIN_LIVES)
			continue;
		sums.lifo_known++;
		sums.lifo += was_youngest(t, block);
	}
	for (uint32_t lane = 0; lane < t->lanes; lane++)
		add_lane(run, node, lane, &sums);
	return sums;
}

/* Of a function that was left out: can it be no region indeed? */
static bool is_hopeless(const struct signals_run *run,
			const struct epoch_function *f,
			const struct sums *wanted)
{
	const double *t = run->thresholds.values;

	return f->epochs == 0 || /* for a good part of its calls */
	       proportion_low(f->free_under, f->free_stacks) <
		       t[THRESHOLD_ARENA_SAME] ||
	       wanted->objects < wanted->epochs * t[THRESHOLD_ARENA_OBJECTS];
}

static size_t check(const struct signals_run *run, const struct epochs *epochs)
{
	size_t checked = 0;

	for (size_t i = 0; i < epochs->count; i++) {
		const struct epoch_function *f = &epochs->functions[i];
		struct sums wanted = reckon(run, f->node);

		assert_true(f->calls == wanted.calls);
		assert_true(f->bytes == wanted.bytes);
		assert_true(f->escaped_calls == wanted.escaped_calls);
		assert_true(f->escaped_bytes == wanted.escaped_bytes);
		if (f->dropped) {
			assert_true(is_hopeless(run, f, &wanted));
			continue;
		}
		checked++;
		assert_true(f->epochs == wanted.epochs);
		assert_true(f->objects == wanted.objects);
		assert_true(f->total_bytes == wanted.total_bytes);
		assert_true(f->peak_bytes == wanted.peak_bytes);
		assert_true(f->largest_bytes == wanted.largest_bytes);
		assert_true(f->lifo_known == wanted.lifo_known);
		assert_true(f->lifo == wanted.lifo);
	}
	return checked;
}

/* `all`: with thresholds by which none is left out ahead of time. */
static size_t agree(uint64_t seed, const struct plain_choice *choice, bool all)
{
	struct signals_run run;
	struct signal_part part;
	struct epochs epochs;
	size_t checked;

	signals_run_begin(&run, seed, choice);
	run.thresholds.values[THRESHOLD_ARENA_FREED] = 0.2;
	run.thresholds.values[THRESHOLD_ARENA_SAME] = 0;
	run.thresholds.values[THRESHOLD_ARENA_OBJECTS] = all ? 0 : 2;
	epochs_init(&epochs, &run.pass);
	part = epochs_part(&epochs);
	signals_add_part(&run.pass, &part);
	signals_run(&run.pass, NULL);
	checked = check(&run, &epochs);
	epochs_release(&epochs);
	signals_run_end(&run);
	return checked;
}

static void random_traces(void **state)
{
	size_t all = 0, some = 0;

	(void)state;
	for (uint64_t seed = 0; seed < rounds(SEEDS); seed++) {
		const struct plain_choice choice = {
			.events = 100 + seed % 3 * 250,
			.lanes = 1 + seed % PLAIN_LANES,
			.places = 3 + seed % 6,
			.one_by_one = seed % 4 > 0,
		};

		all += agree(seed, &choice, true);
		some += agree(seed, &choice, false);
	}
	assert_true(all > rounds(SEEDS));
	assert_true(some > 0 && some < all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_traces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
