/* SPDX-License-Identifier: MIT */
/*
 * Lifetimes of replayed recordings against the textbook's formulas over the
 * list of them: means, deviations, bounds, which thread freed; reallocs that
 * failed count as if they had not been.
 */
#include "tests/unit/replay_run.h"

#include <math.h>
#include <stdlib.h>

#define BLOCKS 3000
#define APART 1000 /* ticks: no doubt about the order */

static const struct profile_view view = { .by = PROFILE_BY_STACK,
					  .lifetimes = true };

/* One thread's events, to be put into the dump at the end. */
struct script {
	struct event events[4 * BLOCKS];
	unsigned int count;
};

static void add(struct script *s, struct event event)
{
	s->events[s->count++] = event;
}

/* What is known of the blocks of one stack, freed by own or other threads. */
struct truth {
	uint64_t ages[2][BLOCKS];
	double bytes[2];
	size_t count[2];
	bool failed; /* a realloc of one did */
};

static void check_sum(const struct lifetime_sum *sum, const struct truth *t,
		      int other)
{
	double n = (double)t->count[other], mean = 0, variance = 0;
	uint64_t min = UINT64_MAX, max = 0;

	assert_true(sum->blocks == n);
	assert_true(sum->bytes == t->bytes[other]);
	for (size_t i = 0; i < t->count[other]; i++)
		mean += (double)t->ages[other][i] / n;
	for (size_t i = 0; i < t->count[other]; i++) {
		uint64_t age = t->ages[other][i];

		variance += ((double)age - mean) * ((double)age - mean) / n;
		min = age < min ? age : min;
		max = age > max ? age : max;
	}
	assert_true(fabs(sum->mean_ticks - mean) <= 1e-9 * mean);
	assert_true(fabs(lifetime_deviation_ticks(sum) - sqrt(variance)) <=
		    1e-6 * (1 + sqrt(variance)));
	assert_true(!sum->unbounded || t->failed);
	if (n > 0 && !sum->unbounded)
		assert_true(sum->min_ticks == min && sum->max_ticks == max);
}

struct live {
	uint64_t address, tick, size;
	uint32_t stack, thread;
};

/* Frees a block, or lets a realloc of it fail. */
static void release(struct script *scripts, struct truth *truths,
		    const struct live *block, uint64_t *state)
{
	uint64_t choice = builder_random(state) % 8;
	uint32_t thread = choice < 5 ? block->thread : 1 - block->thread;
	struct truth *t = &truths[block->stack];
	uint64_t tick = block->tick;
	int other = thread != block->thread;

	if (choice == 7) {
		add(&scripts[thread],
		    event_of(EVENT_REALLOC_OLD, tick, block->address, 0));
		add(&scripts[thread],
		    event_of(EVENT_REALLOC_FAILED, tick + 10, 0, 0));
		t->failed = true;
		return;
	}
	add(&scripts[thread], event_free(tick, block->address));
	t->bytes[other] += (double)block->size;
	t->ages[other][t->count[other]++] = 0;
}

/* Random lifetimes of random blocks, two threads and four stacks. */
static void make(struct script *scripts, struct truth *truths)
{
	static struct live live[BLOCKS];
	uint64_t state = 5, tick = APART;
	size_t count = 0;

	for (int i = 0; i < BLOCKS; i++, tick += APART) {
		struct live b = { .address = 0x10000 + 64u * (unsigned int)i,
				  .tick = tick,
				  .size = builder_random(&state) % 5000,
				  .stack = builder_random(&state) % 4,
				  .thread = builder_random(&state) % 2 };

		add(&scripts[b.thread], event_alloc(tick, b.address, b.size,
						    2 + b.stack));
		live[count++] = b;
		while (count > 0 && builder_random(&state) % 2) {
			size_t which = builder_random(&state) % count;
			struct live gone = live[which];
			struct truth *t = &truths[gone.stack];
			size_t before[2] = { t->count[0], t->count[1] };
			uint64_t born = gone.tick;

			tick += APART;
			gone.tick = tick;
			release(scripts, truths, &gone, &state);
			for (int o = 0; o < 2; o++)
				if (t->count[o] > before[o])
					t->ages[o][before[o]] = tick - born;
			if (t->count[0] + t->count[1] > before[0] + before[1])
				live[which] = live[--count];
		}
	}
}

static void test_random_lives(void **state)
{
	struct script *scripts = calloc(2, sizeof(*scripts));
	struct truth *truths = calloc(4, sizeof(*truths));
	struct dump_builder b;
	struct recording *r;
	struct profile *p;

	(void)state;
	begin(&b, MODE_EXACT);
	make(scripts, truths);
	for (uint32_t i = 0; i < 2; i++)
		dump_builder_events(&b, 1 + i, scripts[i].events,
				    scripts[i].count);
	dump_builder_end(&b, END_EXIT);
	p = run_view(&b, &r, &view);
	for (uint32_t i = 0; i < 4; i++) {
		struct site_lifetimes l = profile_lifetimes(
			p, site_of(p, 2 + i));

		assert_true(truths[i].count[0] > 50 && truths[i].count[1] > 50);
		check_sum(&l.same, &truths[i], 0);
		check_sum(&l.other, &truths[i], 1);
	}
	finish(&b, r, p);
	free(scripts);
	free(truths);
}

/* A block lives 5 ticks, another one's realloc fails after 1000 and after 2;
 * then it is freed at 3000. */
static void test_failed_realloc(void **state)
{
	const struct event events[] = {
		event_alloc(1000, A, 10, 2),
		event_free(1005, A),
		event_alloc(2000, B, 20, 2),
		event_of(EVENT_REALLOC_OLD, 2002, B, 0),
		event_of(EVENT_REALLOC_FAILED, 2002, 0, 0),
		event_of(EVENT_REALLOC_OLD, 3000, B, 0),
		event_of(EVENT_REALLOC_FAILED, 3000, 0, 0),
		event_free(5000, B),
	};
	struct site_lifetimes l;
	struct dump_builder b;
	struct recording *r;
	struct profile *p;

	(void)state;
	begin(&b, MODE_EXACT);
	dump_builder_events(&b, 1, events, 8);
	dump_builder_end(&b, END_EXIT);
	p = run_view(&b, &r, &view);
	l = profile_lifetimes(p, site_of(p, 2));
	assert_true(l.same.samples == 2 && l.same.blocks == 2);
	assert_true(l.same.bytes == 30);
	assert_true(fabs(l.same.mean_ticks - 1502.5) < 1e-9);
	assert_true(fabs(lifetime_deviation_ticks(&l.same) - 1497.5) < 1e-6);
	assert_true(l.same.unbounded);
	assert_true(l.other.samples == 0);
	finish(&b, r, p);
}

/* Nothing is left of a block that lives on, not even what is not known. */
static void test_only_a_failed_realloc(void **state)
{
	const struct event events[] = {
		event_alloc(1000, A, 10, 2),
		event_of(EVENT_REALLOC_OLD, 2000, A, 0),
		event_of(EVENT_REALLOC_FAILED, 2001, 0, 0),
		event_alloc(3000, B, 10, 3),
	};
	struct site_lifetimes l;
	struct dump_builder b;
	struct recording *r;
	struct profile *p;

	(void)state;
	begin(&b, MODE_EXACT);
	dump_builder_events(&b, 1, events, 4);
	dump_builder_end(&b, END_EXIT);
	p = run_view(&b, &r, &view);
	for (uint32_t stack = 2; stack <= 3; stack++) {
		l = profile_lifetimes(p, site_of(p, stack));
		assert_true(l.same.samples == 0 && !l.same.unbounded);
		assert_true(l.same.blocks == 0 && l.same.mean_ticks == 0);
		assert_true(lifetime_deviation_ticks(&l.same) == 0);
	}
	finish(&b, r, p);
}

/* 1000 bytes at T = 1000: each sample stands for 1/(1 - 1/e). */
static void test_sampled_weights(void **state)
{
	const struct event events[] = {
		event_alloc(1000, A, 1000, 2), event_free(2000, A),
		event_alloc(3000, A, 1000, 2), event_free(6000, A),
		event_alloc(7000, A, 0, 2),    event_free(9000, A),
	};
	double large = 1 / (1 - exp(-1)), small = 1 / (1 - exp(-0.001));
	double all = 2 * large + small;
	double mean = (large * 1000 + large * 3000 + small * 2000) / all;
	struct estimate e;
	struct site_lifetimes l;
	struct dump_builder b;
	struct recording *r;
	struct profile *p;

	(void)state;
	begin(&b, MODE_SAMPLED);
	dump_builder_events(&b, 1, events, 6);
	dump_builder_end(&b, END_EXIT);
	p = run_view(&b, &r, &view);
	l = profile_lifetimes(p, site_of(p, 2));
	assert_true(fabs(l.same.blocks - all) < 1e-9 * all);
	assert_true(fabs(l.same.bytes - 2 * 1000 * large) < 1e-6);
	assert_true(fabs(l.same.mean_ticks - mean) < 1e-9 * mean);
	assert_true(l.same.min_ticks == 1000 && l.same.max_ticks == 3000);
	assert_true(fabs(lifetime_deviation_ticks(&l.same) -
			 sqrt(2 * large * 1e6 / all)) < 1e-6);
	/* the site's mean, and all of the run's */
	e = profile_mean_lifetime(p, r, site_of(p, 2));
	assert_true(fabs(e.value - mean * r->model.ns_per_tick) < 1e-6 * mean);
	assert_true(e.low < e.value && e.value < e.high);
	assert_true(e.samples == 3 && estimate_is_weak(&e));
	assert_true(fabs(profile_mean_lifetime(p, r, &p->total).value - e.value) <
		    1e-6);
	finish(&b, r, p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_lives),
		cmocka_unit_test(test_failed_realloc),
		cmocka_unit_test(test_only_a_failed_realloc),
		cmocka_unit_test(test_sampled_weights),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
