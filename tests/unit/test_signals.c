/* SPDX-License-Identifier: MIT */
/* The second pass of advise against what each block of a random trace did. */
#include <math.h>
#include <string.h>

#include "tests/unit/rounds.h"
#include "tests/unit/signals_run.h"

#define SEEDS 120
#define RUN 4 /* for the threshold of runs */

static void assert_close(double value, double wanted)
{
	assert_true(fabs(value - wanted) <= 1e-9 * fmax(1, fabs(wanted)));
}

static bool is_of(const struct signals_run *run, uint32_t candidate, size_t i)
{
	return signals_run_candidate(run, run->trace->blocks[i].stack) ==
	       candidate;
}

/* Blocks of a candidate (or PLAIN_NONE: of all) in a lane (or of all) that live
 * after an event; their bytes. */
static double live_at(const struct signals_run *run, uint32_t candidate,
		      uint32_t lane, size_t at, double *bytes)
{
	double live = 0;

	*bytes = 0;
	for (size_t i = 0; i < run->trace->block_count; i++) {
		const struct plain_block *block = &run->trace->blocks[i];
		double weight = plain_weight(run->trace, block);

		if (!plain_lives(block, at) ||
		    (lane != PLAIN_NONE && block->lane != lane) ||
		    (candidate != PLAIN_NONE && !is_of(run, candidate, i)))
			continue;
		live += weight;
		*bytes += weight * (double)block->size;
	}
	return live;
}

/* The first event after which most bytes are live. */
static size_t find_peak(const struct signals_run *run)
{
	double most = 0, bytes;
	size_t peak = 0;

	for (size_t at = 0; at < run->trace->count; at++) {
		live_at(run, PLAIN_NONE, PLAIN_NONE, at, &bytes);
		if (bytes > most + 1e-6) {
			most = bytes;
			peak = at;
		}
	}
	return peak;
}

static void check_live(const struct signals_run *run, uint32_t candidate,
		       size_t peak)
{
	const struct signals *c = &run->pass.candidates[candidate];
	const struct plain_trace *t = run->trace;
	double live = 0, bytes = 0, live_max = 0, bytes_max = 0, lane_max = 0;
	double end = (double)t->last_tick / SIGNALS_MARKS, unused;
	unsigned int mark = 0;

	for (size_t at = 0; at < t->count; at++) {
		double tick = (double)t->events[at].tick;

		/* within a tick of the end of a part it may be either's */
		while (mark < SIGNALS_MARKS && tick >= (mark + 1) * end)
			assert_true(fabs(c->marks[mark++] - live) < 1e-3 ||
				    fabs(tick - mark * end) < 1);
		live = live_at(run, candidate, PLAIN_NONE, at, &bytes);
		live_max = fmax(live_max, live);
		bytes_max = fmax(bytes_max, bytes);
		for (uint32_t lane = 0; lane < t->lanes; lane++)
			lane_max = fmax(lane_max, live_at(run, candidate, lane,
							  at, &unused));
		if (at == peak) {
			assert_close(c->at_peak, live);
			assert_close(c->at_peak_bytes, bytes);
		}
	}
	assert_close(c->live_max, live_max);
	assert_close(c->live_bytes_max, bytes_max);
	assert_true(fabs(c->live_end - live) < 1e-6);
	if (!t->sampled)
		assert_int_equal(c->lane_max, lane_max);
}

/* Was it its thread's youngest when it went? */
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

static double bytes_meanwhile(const struct plain_trace *t,
			      const struct plain_block *block)
{
	double bytes = 0;

	for (size_t i = 0; i < t->block_count; i++)
		if (t->blocks[i].born > block->born &&
		    t->blocks[i].born < block->died)
			bytes += (double)t->blocks[i].size;
	return bytes;
}

struct ends {
	double freed, ticks, calls, bytes, lifo, reallocated, implicit;
	double long_lived, survivors, emptied;
};

static struct ends reckon_ends(const struct signals_run *run,
			       uint32_t candidate)
{
	const struct plain_trace *t = run->trace;
	struct ends e = { 0 };

	for (size_t i = 0; i < t->block_count; i++) {
		const struct plain_block *block = &t->blocks[i];
		double weight = plain_weight(t, block), unused;
		uint64_t end = block->end == PLAIN_LIVES ? t->last_tick :
							   block->died_tick;

		if (!is_of(run, candidate, i))
			continue;
		if (block->end != PLAIN_IMPLICIT &&
		    end - block->tick > t->last_tick / 2)
			e.long_lived += weight;
		e.survivors += block->end == PLAIN_LIVES ? weight : 0;
		e.implicit += block->end == PLAIN_IMPLICIT ? weight : 0;
		e.reallocated += block->end == PLAIN_REALLOCATED;
		if (block->end != PLAIN_LIVES && block->died > 0)
			e.emptied += live_at(run, candidate, block->lane,
					     block->died, &unused) == 0 ||
				     (block->end == PLAIN_IMPLICIT &&
				      live_at(run, candidate, block->lane,
					      block->died - 1, &unused) == 1);
		if (block->end != PLAIN_FREED &&
		    block->end != PLAIN_REALLOCATED)
			continue;
		e.freed += weight;
		e.ticks += weight * (double)(block->died_tick - block->tick);
		e.calls += plain_distance(t, block);
		e.bytes += bytes_meanwhile(t, block);
		e.lifo += was_youngest(t, block);
	}
	return e;
}

static void check_ends(const struct signals_run *run, uint32_t candidate)
{
	const struct signals *c = &run->pass.candidates[candidate];
	struct ends e = reckon_ends(run, candidate);

	assert_close(c->life_ticks.count, e.freed);
	assert_close(c->life_ticks.sum, e.ticks);
	assert_close(c->survivors, e.survivors);
	assert_close(c->implicit, e.implicit);
	assert_close(c->long_lived, e.long_lived);
	if (run->trace->sampled)
		return;
	assert_close(c->life_calls.sum, e.calls);
	assert_true(c->life_bytes.sum >= e.bytes);
	assert_true(c->life_bytes.sum <= e.bytes * 1.1 + 100);
	assert_close(c->reallocated, e.reallocated);
	assert_close(c->lifo_known, e.freed);
	assert_close(c->lifo, e.lifo);
	assert_close(c->emptied, e.emptied);
}

static bool is_like(double a, double b)
{
	return a <= 2 * b && b <= 2 * a;
}

/* A candidate's calls of one thread that are in runs. */
static double runs_of(const struct signals_run *run, uint32_t candidate,
		      uint32_t lane)
{
	const struct plain_trace *t = run->trace;
	const struct plain_block *last = NULL;
	double sum = 0, length = 0;

	for (size_t i = 0; i < t->block_count; i++) {
		const struct plain_block *block = &t->blocks[i];
		bool alone = block->kind != EVENT_REALLOC_NEW &&
			     block->end == PLAIN_FREED;

		if (block->lane != lane || !is_of(run, candidate, i))
			continue;
		for (size_t k = 0; k < t->block_count; k++)
			if (k != i && t->blocks[k].lane == lane &&
			    is_of(run, candidate, k) &&
			    t->blocks[k].born < block->died &&
			    t->blocks[k].died > block->born &&
			    /* took its place */
			    t->blocks[k].born != block->died &&
			    t->blocks[k].died != block->born)
				alone = false;
		if (!alone || !last ||
		    !is_like((double)block->size, (double)last->size)) {
			sum += length >= RUN ? length : 0;
			length = 0;
		}
		length += alone;
		last = block;
	}
	return sum + (length >= RUN ? length : 0);
}

static void check_births(const struct signals_run *run, uint32_t candidate)
{
	const struct signals *c = &run->pass.candidates[candidate];
	const struct plain_trace *t = run->trace;
	double calls = 0, bytes = 0, callocs = 0, sizes = 0, runs = 0;
	bool lanes[PLAIN_LANES] = { false };
	uint32_t lane_count = 0;
	uint64_t max = 0;

	for (size_t i = 0; i < t->block_count; i++) {
		const struct plain_block *block = &t->blocks[i];
		double weight = plain_weight(t, block);

		if (!is_of(run, candidate, i))
			continue;
		calls += weight;
		bytes += weight * (double)block->size;
		callocs += block->kind == EVENT_CALLOC ? weight : 0;
		max = block->size > max ? block->size : max;
		lanes[block->lane] = true;
	}
	assert_close(c->sizes.count, calls);
	assert_close(c->sizes.sum, bytes);
	assert_int_equal(c->sizes.max, max);
	assert_close(c->callocs, callocs);
	for (size_t i = 0; i < c->granted.count; i++)
		sizes += c->granted.usable[i].calls;
	assert_close(sizes, calls);
	for (uint32_t lane = 0; lane < t->lanes; lane++) {
		lane_count += lanes[lane];
		runs += runs_of(run, candidate, lane);
	}
	if (t->sampled)
		return;
	assert_int_equal(c->lane_count, lane_count);
	assert_close(c->in_runs, runs);
}

static void agree(uint64_t seed, const struct plain_choice *choice)
{
	struct signals_run run;
	size_t peak;

	signals_run_begin(&run, seed, choice);
	run.thresholds.values[THRESHOLD_HOIST_RUN] = RUN;
	signals_run(&run.pass, NULL);
	assert_int_equal(run.pass.count, run.fold.count);
	peak = find_peak(&run);
	if (!choice->sampled)
		assert_int_equal(run.pass.peak_tick,
				 run.trace->events[peak].tick);
	for (uint32_t i = 0; i < run.pass.count; i++) {
		check_births(&run, i);
		check_live(&run, i, peak);
		check_ends(&run, i);
	}
	signals_run_end(&run);
}

static void random_traces(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < rounds(SEEDS); seed++)
		agree(seed, &(struct plain_choice){
			.events = 40 + seed % 3 * 110,
			.lanes = 1 + seed % PLAIN_LANES,
			.places = 4 + seed % 30,
			.one_by_one = seed % 2,
		});
}

/* Longer ones: the clock of bytes forgets, and blocks are long-lived. */
static void long_traces(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 4; seed++)
		agree(seed + 1000, &(struct plain_choice){
			.events = 1200, .lanes = 1 + seed % 2, .places = 8,
			.one_by_one = seed % 2 });
}

static void random_samples(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < rounds(30); seed++)
		agree(seed, &(struct plain_choice){
			.events = 200, .lanes = 1 + seed % 3, .places = 30,
			.sampled = true });
}

static void youngest_blocks(void **state)
{
	struct youngest y = { .count = 0 };

	(void)state;
	assert_int_equal(youngest_remove(&y, 1), YOUNGEST_UNKNOWN);
	for (uint32_t i = 1; i <= 3; i++)
		youngest_add(&y, i);
	assert_int_equal(youngest_remove(&y, 2), YOUNGEST_NO);
	assert_false(youngest_put_back(&y, 2));
	assert_int_equal(youngest_remove(&y, 3), YOUNGEST_YES);
	assert_true(youngest_put_back(&y, 3));
	assert_int_equal(youngest_remove(&y, 3), YOUNGEST_YES);
	assert_int_equal(youngest_remove(&y, 2), YOUNGEST_YES);
	assert_int_equal(youngest_remove(&y, 1), YOUNGEST_YES);
	for (uint32_t i = 0; i < 3 * YOUNGEST_MAX; i++)
		youngest_add(&y, UINT32_MAX - YOUNGEST_MAX + i); /* wraps */
	assert_int_equal(youngest_remove(&y, UINT32_MAX - YOUNGEST_MAX),
			 YOUNGEST_NO);
	for (uint32_t i = 3 * YOUNGEST_MAX; i-- > 3 * YOUNGEST_MAX - 30;)
		assert_int_equal(youngest_remove(&y, UINT32_MAX -
					YOUNGEST_MAX + i), YOUNGEST_YES);
}

/* A thread's own allocations, of which it makes one after a while. */
static void bytes_clocks(void **state)
{
	struct bytes_clock clock = { .levels = { NULL } };

	(void)state;
	for (uint32_t i = 1; i < 100000; i++) {
		bytes_clock_add(&clock, i, 1000000 + i * 10);
		for (uint32_t at = i; at >= 1; at -= at / 3 + 1) {
			uint64_t bytes = bytes_clock_at(&clock, at, i);
			uint64_t off = (i - at) / 31 * 10;

			if (i % 97 && i > 300)
				break;
			assert_true(bytes <= 1000000 + at * 10);
			assert_true(bytes + off >= 1000000 + at * 10);
		}
	}
	bytes_clock_release(&clock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_traces),
		cmocka_unit_test(long_traces),
		cmocka_unit_test(random_samples),
		cmocka_unit_test(youngest_blocks),
		cmocka_unit_test(bytes_clocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
