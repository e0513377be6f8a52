/* SPDX-License-Identifier: MIT */
/*
 * Which calls are wrappers, by what their callers ask for: functions without
 * names, each an address, whose stacks have sizes and lifetimes as chosen.
 */
#include <stdlib.h>
#include <string.h>

#include "analyzer/advice/fold.h"
#include "tests/unit/dump_builder.h"
#include "tests/unit/replay_run.h"

#define MAIN 2
#define ONE 3	/* callers */
#define OTHER 4
#define BY_ONE 5 /* a function, called by both */
#define BY_OTHER 6
#define CALLS 200

#define IN_MAIN 0x1100
#define IN_ONE 0x1200
#define IN_OTHER 0x1300
#define IN_FUNCTION 0x1400

struct run {
	struct dump_builder b;
	struct recording *recording;
	struct symbolizer *symbols;
	struct census census;
	struct fold fold;
};

/* Blocks of one stack: sizes, and how long they live; where they are freed. */
struct blocks {
	uint32_t stack;
	uint64_t size, mixed; /* every other one so much larger */
	uint64_t ticks;
	uint32_t free_stack;
};

static int by_tick(const void *left, const void *right)
{
	const struct event *a = left, *b = right;

	return a->tick < b->tick ? -1 : a->tick > b->tick;
}

static void run_begin(struct run *run, const struct blocks *blocks,
		      size_t count)
{
	static const struct stack_node nodes[] = {
		{ .address = IN_MAIN, .module = 1 },
		{ .address = IN_ONE, .module = 1, .parent = MAIN },
		{ .address = IN_OTHER, .module = 1, .parent = MAIN },
		{ .address = IN_FUNCTION, .module = 1, .parent = ONE },
		{ .address = IN_FUNCTION, .module = 1, .parent = OTHER },
	};
	static const struct debug_search nowhere;
	struct event *e = calloc(count * CALLS * 2, sizeof(*e));
	size_t n = 0;

	assert_non_null(e);
	dump_builder_init(&run->b);
	dump_builder_meta(&run->b, MODE_EXACT, 0);
	dump_builder_module(&run->b, 1, "/nowhere/program");
	dump_builder_stacks(&run->b, 2, nodes, 5);
	for (size_t k = 0; k < count; k++)
		for (uint64_t i = 0; i < CALLS; i++) {
			uint64_t tick = 1000 + i * 100 + k * 10;
			uint64_t at = 0x10000 + (k * CALLS + i) * 0x10000;
			uint64_t more = i % 2 ? blocks[k].mixed : 0;

			e[n++] = event_alloc(tick, at, blocks[k].size + more,
					     blocks[k].stack);
			e[n] = event_free(tick + blocks[k].ticks, at);
			e[n++].stack = blocks[k].free_stack;
		}
	qsort(e, n, sizeof(*e), by_tick);
	dump_builder_events(&run->b, 1, e, (unsigned int)n);
	free(e);
	dump_builder_end(&run->b, END_EXIT);
	run->recording = dump_builder_open(&run->b);
	run->symbols = symbolizer_new(&run->recording->model, &nowhere);
	census_run(&run->census, run->recording, NULL);
	fold_run(&run->fold, &run->census, run->symbols);
}

static void run_end(struct run *run)
{
	fold_release(&run->fold);
	census_release(&run->census);
	symbolizer_free(run->symbols);
	recording_free(run->recording);
	dump_builder_release(&run->b);
}

/* The address that is the site of a stack's blocks. */
static uint64_t site_of_stack(const struct run *run, uint32_t stack)
{
	uint32_t row = run->census.row_of[stack];
	const struct fold_place *place = &run->fold.places[row];
	const struct advice_site *site =
		&run->fold.sites[run->fold.site_of_row[row]];
	bool found = false;

	for (size_t i = 0; i < site->row_count; i++)
		found |= site->rows[i] == row;
	assert_true(found);
	return run->recording->model.stacks.nodes[place->node].address;
}

/* Sites have all rows between them, and add up to the total; best first. */
static void check_sums(const struct run *run)
{
	double calls = 0, bytes = 0;
	double last = 0;
	size_t rows = 0;

	for (size_t i = 0; i < run->fold.count; i++) {
		calls += advice_site_sum(&run->fold.sites[i])->calls;
		bytes += advice_site_sum(&run->fold.sites[i])->bytes;
		rows += run->fold.sites[i].row_count;
		if (i > 0)
			assert_true(last >=
				    advice_site_sum(&run->fold.sites[i])->calls);
		last = advice_site_sum(&run->fold.sites[i])->calls;
	}
	assert_int_equal(rows, run->census.count);
	assert_true(calls == run->census.total.calls);
	assert_true(bytes == run->census.total.bytes);
}

static uint64_t fold_two(const struct blocks blocks[2], size_t sites)
{
	struct run run;
	uint64_t first, second;

	run_begin(&run, blocks, 2);
	check_sums(&run);
	assert_int_equal(run.fold.count, sites);
	first = site_of_stack(&run, BY_ONE);
	second = site_of_stack(&run, BY_OTHER);
	assert_int_equal(first == second, sites == 1);
	if (sites == 2)
		assert_int_equal(second, IN_OTHER);
	run_end(&run);
	return first;
}

/* Its callers tell its blocks apart, by size, and they outlive it. */
static void wrapper_by_sizes(void **state)
{
	const struct blocks blocks[] = { { BY_ONE, 16, 0, 50, MAIN },
					 { BY_OTHER, 4000, 0, 50, MAIN } };

	(void)state;
	assert_int_equal(fold_two(blocks, 2), IN_ONE);
}

static void wrapper_by_lifetimes(void **state)
{
	const struct blocks blocks[] = { { BY_ONE, 64, 0, 2, MAIN },
					 { BY_OTHER, 64, 0, 9000, MAIN } };

	(void)state;
	assert_int_equal(fold_two(blocks, 2), IN_ONE);
}

/* The same mixture, whoever calls. */
static void no_wrapper_alike(void **state)
{
	const struct blocks blocks[] = { { BY_ONE, 16, 4000, 50, MAIN },
					 { BY_OTHER, 16, 4000, 50, MAIN } };

	(void)state;
	assert_int_equal(fold_two(blocks, 1), IN_FUNCTION);
}

/* It frees what it allocates: its own, whatever their sizes. */
static void no_wrapper_own(void **state)
{
	const struct blocks blocks[] = { { BY_ONE, 16, 0, 5, BY_ONE },
					 { BY_OTHER, 4000, 0, 5, BY_OTHER } };

	(void)state;
	assert_int_equal(fold_two(blocks, 1), IN_FUNCTION);
}

/* Differences below half a doubling are no different use. */
static void no_wrapper_like_sizes(void **state)
{
	const struct blocks blocks[] = { { BY_ONE, 100, 0, 50, MAIN },
					 { BY_OTHER, 120, 0, 50, MAIN } };

	(void)state;
	assert_int_equal(fold_two(blocks, 1), IN_FUNCTION);
}

/* One caller says nothing. */
static void no_wrapper_one_caller(void **state)
{
	const struct blocks blocks = { BY_ONE, 16, 4000, 50, MAIN };
	struct run run;

	(void)state;
	run_begin(&run, &blocks, 1);
	check_sums(&run);
	assert_int_equal(run.fold.count, 1);
	assert_int_equal(site_of_stack(&run, BY_ONE), IN_FUNCTION);
	/* freed under main(), not under the call that allocates */
	assert_true(run.fold.sites[0].free_stacks == CALLS);
	assert_true(run.fold.sites[0].free_same == 0);
	run_end(&run);
}

/* Frees next to the call, in the function that is the site's. */
static void frees_of_a_site(void **state)
{
	const struct blocks blocks = { BY_ONE, 16, 0, 50, BY_OTHER };
	const struct blocks same = { BY_ONE, 16, 0, 50, BY_ONE };
	struct run run;

	(void)state;
	run_begin(&run, &blocks, 1);
	assert_true(run.fold.sites[0].free_stacks == CALLS);
	assert_true(run.fold.sites[0].free_same == 0);
	run_end(&run);
	run_begin(&run, &same, 1);
	assert_true(run.fold.sites[0].free_same == CALLS);
	run_end(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrapper_by_sizes),
		cmocka_unit_test(wrapper_by_lifetimes),
		cmocka_unit_test(no_wrapper_alike),
		cmocka_unit_test(no_wrapper_own),
		cmocka_unit_test(no_wrapper_like_sizes),
		cmocka_unit_test(no_wrapper_one_caller),
		cmocka_unit_test(frees_of_a_site),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
