/* SPDX-License-Identifier: MIT */
/* From a dump to its simulated pools: which sites, which steps, which model. */
#include <math.h>
#include <string.h>

#include "analyzer/advice/pool_model.h"
#include "analyzer/advice/simulation.h"
#include "tests/unit/replay_run.h"

#define EVENTS 4000

struct run {
	struct dump_builder b;
	struct recording *recording;
	struct report *report;
	struct site_choice choice;
};

/* Stacks 2, 3 ... of one module, so that they have ids of their own. */
static void begin_run(struct run *r, enum dump_mode mode)
{
	struct stack_node nodes[STACKS];

	dump_builder_init(&r->b);
	dump_builder_meta(&r->b, mode, 1000);
	dump_builder_module(&r->b, 1, "/nowhere/program");
	for (uint32_t i = 0; i < STACKS; i++)
		nodes[i] = (struct stack_node){ .address = 0x1100 + i * 16,
						.module = 1 };
	dump_builder_stacks(&r->b, 2, nodes, STACKS);
}

static void open_run(struct run *r, bool lifetimes)
{
	const struct report_options options = { .lifetimes = lifetimes };

	dump_builder_end(&r->b, END_EXIT);
	r->recording = dump_builder_open(&r->b);
	r->report = report_new(r->recording, "x.hwd", &options);
	memset(&r->choice, 0, sizeof(r->choice));
}

static void close_run(struct run *r)
{
	site_choice_release(&r->choice);
	report_free(r->report);
	recording_free(r->recording);
	dump_builder_release(&r->b);
}

/* The id of a stack. */
static const char *id_of(const struct run *r, uint32_t stack)
{
	static char id[SITE_ID_BYTES];

	site_id_text(id, &r->report->ids, stack);
	return id;
}

/* Thread 1: ten rounds of 3 blocks of 40 bytes at stack 2, and one of 200 at
 * stack 3 in between; one realloc fails. */
static void make_rounds(struct dump_builder *b)
{
	struct event e[EVENTS];
	unsigned int n = 0;

	for (uint64_t round = 0; round < 10; round++) {
		uint64_t tick = 1000 + round * 100;

		for (uint64_t i = 0; i < 3; i++)
			e[n++] = event_alloc(tick + i, A + i * 64, 40, 2);
		e[n++] = event_alloc(tick + 5, B, 200, 3);
		if (round == 4) {
			e[n++] = event_of(EVENT_REALLOC_OLD, tick + 6, A, 0);
			e[n++] = event_of(EVENT_REALLOC_FAILED, tick + 7, 0, 0);
		}
		for (uint64_t i = 0; i < 3; i++)
			e[n++] = event_free(tick + 10 + i, A + i * 64);
		e[n++] = event_free(tick + 20, B);
	}
	for (unsigned int i = 0; i < n; i++) {
		e[i].has_detail = e[i].kind == EVENT_MALLOC ||
				  e[i].kind == EVENT_FREE;
		e[i].duration = 1 << 12;
		e[i].usable_bytes = e[i].size;
	}
	dump_builder_events(b, 1, e, n);
}

static uint64_t hits(const struct simulation *s, const char *word, uint64_t cap)
{
	for (size_t i = 0; i < s->policy_count; i++) {
		struct pool_figures f;

		if (strcmp(s->policies[i].policy->word, word))
			continue;
		pool_sim_figures(s->policies[i].sim,
				 pool_caps_find(&s->caps, cap), &f);
		return f.hits;
	}
	fail_msg("no policy %s", word);
	return 0;
}

static void test_one_site(void **state)
{
	const struct simulation_options options = { .tau_s = 1 };
	struct simulation *s;
	struct run r;

	(void)state;
	begin_run(&r, MODE_EXACT);
	make_rounds(&r.b);
	open_run(&r, false);
	assert_int_equal(site_choice_add(&r.choice, r.report, id_of(&r, 2)),
			 SITE_CHOICE_OK);
	assert_int_equal(site_choice_add(&r.choice, r.report, id_of(&r, 2)),
			 SITE_CHOICE_OK);
	assert_int_equal(r.choice.count, 1);
	s = simulation_new(r.report, &r.choice, &options);
	assert_int_equal(s->size_count, 1);
	assert_int_equal(s->sizes[0], 40);
	assert_int_equal(s->totals.allocations, 30);
	assert_int_equal(s->totals.misses_least, 3);
	assert_int_equal(s->totals.live_end, 0);
	assert_true(s->totals.heap_peak_bytes == 320);
	assert_int_equal(hits(s, "shared", 2), 18);
	assert_int_equal(hits(s, "shared", 4), 27);
	assert_int_equal(hits(s, "ring", 4), 26); /* it makes all four */
	assert_int_equal(s->caps.caps[s->policies[0].knee], 4);
	assert_true(isnan(simulation_incumbent_ratio(s)));
	assert_true(simulation_measured(s) == 60);
	assert_true(s->pair.high > 0 && s->pair.high >= s->pair.low);
	simulation_free(s);
	close_run(&r);
}

static void test_two_sites(void **state)
{
	static const uint64_t sizes[] = { 64, 256 };
	struct simulation_options options = { .sizes = sizes, .size_count = 2,
					      .cap = 3, .tau_s = 1e-9 };
	struct simulation *s;
	struct run r;

	(void)state;
	begin_run(&r, MODE_EXACT);
	make_rounds(&r.b);
	open_run(&r, false);
	options.policy = pool_policy_named("shared");
	assert_int_equal(site_choice_add(&r.choice, r.report, id_of(&r, 2)),
			 SITE_CHOICE_OK);
	assert_int_equal(site_choice_add(&r.choice, r.report, id_of(&r, 3)),
			 SITE_CHOICE_OK);
	s = simulation_new(r.report, &r.choice, &options);
	assert_int_equal(s->policy_count, 1);
	assert_int_equal(s->totals.allocations, 40);
	assert_int_equal(s->totals.misses_least, 4);
	assert_true(s->totals.waste_peak_bytes == 3 * 24 + 56);
	assert_int_equal(hits(s, "shared", 3), 36);
	assert_int_equal(s->caps.caps[s->policies[0].shown], 3);
	simulation_free(s);
	options.sizes = NULL; /* chosen */
	s = simulation_new(r.report, &r.choice, &options);
	assert_int_equal(s->size_count, 2);
	assert_true(s->sizes[0] == 40 && s->sizes[1] == 200);
	simulation_free(s);
	close_run(&r);
}

/* An incumbent that serves every other allocation of the process. */
static bool serve(void *context, const struct replay_step *step)
{
	unsigned int *count = context;

	(void)step;
	return ++*count % 2 == 0;
}

static void test_incumbent(void **state)
{
	unsigned int count = 0;
	const struct simulation_options options = {
		.tau_s = 1,
		.incumbent = { .context = &count, .allocate = serve },
	};
	struct simulation *s;
	struct run r;

	(void)state;
	begin_run(&r, MODE_EXACT);
	make_rounds(&r.b);
	open_run(&r, false);
	assert_int_equal(site_choice_add(&r.choice, r.report, id_of(&r, 3)),
			 SITE_CHOICE_OK);
	s = simulation_new(r.report, &r.choice, &options);
	assert_int_equal(count, 40);
	assert_true(simulation_incumbent_ratio(s) == 1);
	simulation_free(s);
	close_run(&r);
}

static void test_choices(void **state)
{
	struct run r;

	(void)state;
	begin_run(&r, MODE_EXACT);
	make_rounds(&r.b);
	open_run(&r, false);
	assert_int_equal(site_choice_add(&r.choice, r.report, ""),
			 SITE_CHOICE_NO_ID);
	assert_int_equal(site_choice_add(&r.choice, r.report, "xyz"),
			 SITE_CHOICE_NO_ID);
	assert_int_equal(site_choice_add(&r.choice, r.report, "0123456789abc"),
			 SITE_CHOICE_NO_ID);
	/* a stack, but nothing was allocated there */
	assert_int_equal(site_choice_add(&r.choice, r.report, id_of(&r, 5)),
			 SITE_CHOICE_NONE);
	assert_string_equal(r.choice.names[0], id_of(&r, 2));
	assert_string_equal(r.choice.names[2], "");
	assert_int_equal(r.choice.count, 0);
	close_run(&r);
}

/* 2,000 blocks of 500 bytes, 4 ticks apart, each live for 40 ticks: 10 live;
 * sampled with T = 1000. */
static void test_sample(void **state)
{
	double p = -expm1(-0.5);
	struct event e[EVENTS];
	struct pool_model m;
	unsigned int n = 0;
	uint64_t seed = 3;
	struct run r;

	(void)state;
	begin_run(&r, MODE_SAMPLED);
	for (uint64_t i = 0; i < 2000 + 10; i++) {
		uint64_t tick = 1000 + 4 * i;
		static bool sampled[2010];

		if (i >= 10 && sampled[i - 10])
			e[n++] = event_free(tick, A + (i - 10) * 512);
		if (i < 2000)
			sampled[i] = (double)(builder_random(&seed) % 100000) <
				     p * 100000;
		if (i < 2000 && sampled[i])
			e[n++] = event_alloc(tick + 1, A + i * 512, 500, 2);
	}
	dump_builder_events(&r.b, 1, e, n);
	open_run(&r, true);
	assert_int_equal(site_choice_add(&r.choice, r.report, id_of(&r, 2)),
			 SITE_CHOICE_OK);
	pool_model_init(&m, r.report, &r.choice);
	assert_true(m.calls.low <= 2000 && m.calls.high >= 2000);
	assert_true(fabs(m.lifetime_ns.value - 39 * 1024) < 1);
	assert_true(m.lifetime_ns.high - m.lifetime_ns.low < 1);
	/* 10 while the blocks came; the run began earlier */
	assert_true(fabs(m.mean_live.value * r.report->profile->run_ns -
			 m.calls.value * m.lifetime_ns.value) <
		    1e-6 * m.calls.value * m.lifetime_ns.value);
	assert_true(m.mean_live.low < m.mean_live.value &&
		    m.mean_live.value < m.mean_live.high);
	assert_true(m.bound_low <= 1 - 10 / 2000.0 &&
		    m.bound_high >= 1 - 10 / 2000.0);
	assert_true(m.bound_low <= m.bound && m.bound <= m.bound_high);
	close_run(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_site),
		cmocka_unit_test(test_two_sites),
		cmocka_unit_test(test_incumbent),
		cmocka_unit_test(test_choices),
		cmocka_unit_test(test_sample),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
