/* SPDX-License-Identifier: MIT */
/* The first pass of advise against what each block of a random trace did. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/plain_trace.h"
#include "tests/unit/rounds.h"

#define SEEDS 150

static void assert_close(double value, double wanted)
{
	assert_true(fabs(value - wanted) <= 1e-9 * fmax(1, fabs(wanted)));
}

/* Frames that the stacks share, from the outermost in; *above: those of the
 * first stack that the other has not; *own: the other's next one. */
static bool share(const struct plain_trace *t, uint32_t stack, uint32_t other,
		  uint32_t *above, uint32_t *own)
{
	*own = STACK_ROOT;
	for (; other >= STACK_FIRST; other = t->nodes[other].parent) {
		if (plain_is_under(t, stack, other)) {
			*above = 0;
			for (; stack != other; stack = t->nodes[stack].parent)
				++*above;
			return true;
		}
		*own = other;
	}
	return false;
}

static void add_free(const struct plain_trace *t, struct census_row *row,
		     const struct plain_block *block, double weight)
{
	static const uint32_t distances[] = { 0, 1, 2, 8 };
	double age = census_log2(block->died_tick - block->tick);
	uint32_t above, own;

	row->frees += weight;
	row->far_frees += block->lane == block->died_lane ? 0 : weight;
	row->lifetimes.count += weight;
	row->lifetimes.sum += weight * age;
	row->lifetimes.squares += weight * age * age;
	for (int i = 0; i < CENSUS_DISTANCES && !t->sampled; i++)
		if (block->lane == block->died_lane &&
		    plain_distance(t, block) <= distances[i])
			row->temporary[i]++;
	if (t->events[block->died].has_detail) {
		row->timed_frees++;
		row->timed_free_units += t->events[block->died].duration;
	}
	if (!block->free_stack)
		return;
	if (!share(t, block->stack, block->free_stack, &above, &own))
		row->shared_none++;
	else
		row->shared[above < 11 ? above : 11]++;
}

static void add_birth(const struct plain_trace *t, struct census_row *row,
		      const struct plain_block *block, double weight)
{
	uint64_t quarter = t->last_tick / 4;
	double size = census_log2(block->size);
	int in = (block->tick >= quarter) + (block->tick >= 2 * quarter) +
		 (block->tick >= 3 * quarter);

	row->samples++;
	row->calls += weight;
	row->weight_squares += weight * weight;
	row->bytes += weight * (double)block->size;
	row->quarters[in] += weight;
	row->sizes.count += weight;
	row->sizes.sum += weight * size;
	row->sizes.squares += weight * size * size;
	row->reallocs += block->kind == EVENT_REALLOC_NEW;
	row->callocs += block->kind == EVENT_CALLOC;
	if (!row->first_tick)
		row->first_tick = block->tick;
	row->last_tick = block->tick;
	if (t->events[block->born].has_detail) {
		row->timed++;
		row->timed_units += t->events[block->born].duration;
	}
}

/* What is live after each event, and when a thread's came to none. */
static void add_live(const struct plain_trace *t, struct census_row *row,
		     uint32_t stack)
{
	for (size_t at = 0; at < t->count; at++) {
		uint32_t before = 0, after = 0, ended = PLAIN_NONE;

		row->live = row->live_bytes = 0;
		for (size_t i = 0; i < t->block_count; i++) {
			const struct plain_block *block = &t->blocks[i];
			double weight = plain_weight(t, block);

			if (block->stack != stack || block->born > at)
				continue;
			if (block->died == at)
				ended = block->lane;
			if (block->died <= at)
				continue;
			row->live += weight;
			row->live_bytes += weight * (double)block->size;
		}
		row->live_max = fmax(row->live_max, row->live);
		row->live_bytes_max = fmax(row->live_bytes_max,
					   row->live_bytes);
		if (ended == PLAIN_NONE)
			continue;
		for (size_t i = 0; i < t->block_count; i++) {
			const struct plain_block *block = &t->blocks[i];

			if (block->stack != stack || block->lane != ended)
				continue;
			before += block->born < at && block->died >= at;
			after += block->born < at && block->died > at;
		}
		row->emptied += before > 0 && after == 0;
	}
}

static void assert_row(const struct census_row *row,
		       const struct census_row *wanted, bool sampled)
{
	assert_int_equal(row->samples, wanted->samples);
	assert_close(row->calls, wanted->calls);
	assert_close(row->weight_squares, wanted->weight_squares);
	assert_close(row->bytes, wanted->bytes);
	assert_close(row->frees, wanted->frees);
	assert_close(row->far_frees, wanted->far_frees);
	assert_close(row->live_max, wanted->live_max);
	assert_close(row->live_bytes_max, wanted->live_bytes_max);
	assert_true(fabs(row->live - wanted->live) < 1e-6);
	assert_true(fabs(row->live_bytes - wanted->live_bytes) < 1e-6);
	for (int i = 0; i < CENSUS_QUARTERS; i++)
		assert_close(row->quarters[i], wanted->quarters[i]);
	for (int i = 0; i < CENSUS_DISTANCES; i++)
		assert_close(row->temporary[i], wanted->temporary[i]);
	assert_close(row->sizes.squares, wanted->sizes.squares);
	assert_close(row->lifetimes.count, wanted->lifetimes.count);
	assert_close(row->lifetimes.sum, wanted->lifetimes.sum);
	assert_close(row->lifetimes.squares, wanted->lifetimes.squares);
	assert_int_equal(row->first_tick, wanted->first_tick);
	assert_int_equal(row->last_tick, wanted->last_tick);
	assert_int_equal(row->timed, wanted->timed);
	assert_int_equal(row->timed_units, wanted->timed_units);
	assert_int_equal(row->timed_frees, wanted->timed_frees);
	assert_int_equal(row->timed_free_units, wanted->timed_free_units);
	assert_int_equal(row->reallocs, wanted->reallocs);
	assert_int_equal(row->callocs, wanted->callocs);
	assert_int_equal(row->shared_none, wanted->shared_none);
	for (int i = 0; i < CENSUS_SHARED; i++)
		assert_int_equal(row->shared[i], wanted->shared[i]);
	if (!sampled)
		assert_int_equal(row->emptied, wanted->emptied);
}

static void agree(uint64_t seed, const struct plain_choice *choice)
{
	struct plain_trace *t = plain_trace_new(seed, choice);
	struct dump_builder b;
	struct recording *r = plain_trace_open(t, &b);
	struct census census;

	census_run(&census, r, NULL);
	assert_int_equal(census.counts.events, t->count);
	assert_int_equal(census.total.samples, t->block_count);
	for (uint32_t stack = 2; stack < PLAIN_END; stack++) {
		struct census_row wanted = { .stack = stack };
		uint32_t row = census.row_of[stack];

		for (size_t i = 0; i < t->block_count; i++) {
			const struct plain_block *block = &t->blocks[i];
			double weight = plain_weight(t, block);

			if (block->stack != stack)
				continue;
			add_birth(t, &wanted, block, weight);
			if (block->end == PLAIN_FREED ||
			    block->end == PLAIN_REALLOCATED)
				add_free(t, &wanted, block, weight);
		}
		assert_int_equal(row == CENSUS_NO_ROW, wanted.samples == 0);
		if (row == CENSUS_NO_ROW)
			continue;
		add_live(t, &wanted, stack);
		assert_row(&census.rows[row], &wanted, choice->sampled);
	}
	census_release(&census);
	recording_free(r);
	dump_builder_release(&b);
	free(t);
}

static void random_traces(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < rounds(SEEDS); seed++)
		agree(seed, &(struct plain_choice){
			.events = 40 + seed % 3 * 150,
			.lanes = 1 + seed % PLAIN_LANES,
			.places = 4 + seed % 30,
			.one_by_one = seed % 2,
		});
}

static void random_samples(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < rounds(SEEDS / 3); seed++)
		agree(seed, &(struct plain_choice){
			.events = 300, .lanes = 1 + seed % 3, .places = 30,
			.sampled = true });
}

/* What the recorder noted as temporary, as many as the block stands for. */
static void temporary_samples(void **state)
{
	struct event e[] = {
		event_alloc(1000, 0x1000, 100, 2), event_free(1100, 0x1000),
		event_alloc(1200, 0x1000, 50, 2), event_free(1300, 0x1000),
	};
	const struct stack_node node = { .address = 0x1100, .module = 1 };
	struct census census;
	struct dump_builder b;
	struct recording *r;

	(void)state;
	e[0].interval_shift = 1;
	e[1].interval_shift = 1;
	dump_builder_init(&b);
	dump_builder_meta(&b, MODE_SAMPLED, 100);
	dump_builder_module(&b, 1, "/nowhere/program");
	dump_builder_stacks(&b, 2, &node, 1);
	dump_builder_events(&b, 1, e, 4);
	dump_builder_end(&b, END_EXIT);
	r = dump_builder_open(&b);
	census_run(&census, r, NULL);
	assert_int_equal(census.count, 1);
	assert_close(census.rows[0].calls,
		     1 / -expm1(-0.5) + 1 / -expm1(-0.5));
	for (int i = 0; i < CENSUS_DISTANCES; i++)
		assert_close(census.rows[0].temporary[i], 1 / -expm1(-0.5));
	census_release(&census);
	recording_free(r);
	dump_builder_release(&b);
}

static void logarithms(void **state)
{
	(void)state;
	assert_close(census_log2(0), 0);
	assert_close(census_log2(1), 0);
	for (uint64_t n = 1; n < UINT64_MAX / 3; n += n / 3 + 1) {
		double error = log2((double)n) - census_log2(n);

		assert_true(error > -1e-9 && error < 0.09);
	}
}

/* More threads than the table of lanes has room for at first, each with blocks
 * that stay, and threads that come again. */
static void many_threads(void **state)
{
	enum { LANES = 300 };
	const struct stack_node node = { .address = 0x1100, .module = 1 };
	struct census census;
	struct dump_builder b;
	struct recording *r;

	(void)state;
	dump_builder_init(&b);
	dump_builder_meta(&b, MODE_EXACT, 0);
	dump_builder_module(&b, 1, "/nowhere/program");
	dump_builder_stacks(&b, 2, &node, 1);
	for (uint32_t lane = 0; lane < LANES; lane++) {
		uint64_t tick = 1000 + lane * 1000, at = 0x1000 + lane * 256;
		struct event e[] = {
			event_alloc(tick, at, 16, 2),
			event_alloc(tick + 100, at + 64, 16, 2),
			event_free(tick + 200, at),
			event_free(500000 + tick, at + 64),
			event_alloc(500100 + tick, at, 16, 2),
			event_free(500200 + tick, at),
		};

		dump_builder_events(&b, lane + 1, e, 6);
	}
	dump_builder_end(&b, END_EXIT);
	r = dump_builder_open(&b);
	census_run(&census, r, NULL);
	assert_int_equal(census.rows[0].emptied, 2 * LANES);
	assert_close(census.rows[0].live_max, LANES + 1);
	assert_close(census.rows[0].live, 0);
	census_release(&census);
	recording_free(r);
	dump_builder_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_traces),
		cmocka_unit_test(random_samples),
		cmocka_unit_test(temporary_samples),
		cmocka_unit_test(logarithms),
		cmocka_unit_test(many_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
