/* SPDX-License-Identifier: MIT */
/*
 * One list for all threads, last in first out, whose objects are freed when
 * they were idle for tau. The oldest lie at the bottom. Lists of different caps
 * hold objects of different ages, so each is simulated on its own.
 */
#include "analyzer/advice/pool_policy.h"
#include "analyzer/memory.h"

#include <stdlib.h>

/* When each object came, the oldest first: a ring buffer. */
struct idle_stack {
	uint64_t *ticks;
	size_t capacity; /* a power of two */
	size_t first, count;
};

struct pool_trim {
	const struct pool_caps *caps;
	uint64_t tau_ticks;
	size_t classes;
	struct pool_gauge gauges[POOL_CAPS];
	struct idle_stack *stacks; /* by class and cap */
	uint64_t *bytes;	   /* by class */
};

static void *begin(const struct pool_options *options)
{
	struct pool_trim *p = xcalloc(1, sizeof(*p));

	p->caps = options->caps;
	p->tau_ticks = options->tau_ticks;
	p->classes = options->size_count;
	p->stacks = xcalloc(p->classes * POOL_CAPS, sizeof(*p->stacks));
	p->bytes = xcalloc(p->classes, sizeof(*p->bytes));
	for (size_t i = 0; i < p->classes; i++)
		p->bytes[i] = options->sizes[i];
	return p;
}

static void end(void *state)
{
	struct pool_trim *p = state;

	for (size_t i = 0; i < p->classes * POOL_CAPS; i++)
		free(p->stacks[i].ticks);
	free(p->stacks);
	free(p->bytes);
	free(p);
}

static void grow(struct idle_stack *s)
{
	size_t capacity = s->capacity > 0 ? s->capacity * 2 : 8;
	uint64_t *ticks = xcalloc(capacity, sizeof(*ticks));

	for (size_t i = 0; i < s->count; i++)
		ticks[i] = s->ticks[(s->first + i) & (s->capacity - 1)];
	free(s->ticks);
	s->ticks = ticks;
	s->capacity = capacity;
	s->first = 0;
}

static void push(struct idle_stack *s, uint64_t tick)
{
	if (s->count == s->capacity)
		grow(s);
	s->ticks[(s->first + s->count++) & (s->capacity - 1)] = tick;
}

/* Frees what is idle for tau, of one list. */
static void expire(struct pool_trim *p, struct pool_gauge *gauge,
		   struct idle_stack *s, const struct pool_move *now)
{
	while (s->count > 0 && now->tick - s->ticks[s->first] >= p->tau_ticks) {
		pool_gauge_change(gauge, s->ticks[s->first] + p->tau_ticks, -1,
				  now->bytes);
		s->first = (s->first + 1) & (s->capacity - 1);
		s->count--;
	}
}

/* Of all lists under one cap. */
static void pass_time(struct pool_trim *p, size_t cap, uint64_t tick,
		      double heap_bytes)
{
	struct pool_move now = { .tick = tick };

	pool_gauge_heap(&p->gauges[cap], heap_bytes);
	for (size_t i = 0; i < p->classes; i++) {
		now.bytes = p->bytes[i];
		expire(p, &p->gauges[cap], &p->stacks[i * POOL_CAPS + cap],
		       &now);
	}
}

/* `missed` is added to the hits where there is nothing to take. */
static void take(struct pool_trim *p, const struct pool_move *move, int hit,
		 int missed)
{
	for (size_t i = 0; i < p->caps->count; i++) {
		struct idle_stack *s =
			&p->stacks[move->class * POOL_CAPS + i];

		pass_time(p, i, move->tick, move->heap_bytes);
		if (s->count == 0) {
			p->gauges[i].hits += missed;
			continue;
		}
		s->count--;
		p->gauges[i].hits += hit;
		pool_gauge_change(&p->gauges[i], move->tick, -1, move->bytes);
	}
}

static void allocate(void *state, const struct pool_move *move)
{
	take(state, move, 1, 0);
}

static void restore(void *state, const struct pool_move *move)
{
	take(state, move, 0, -1);
}

static void release(void *state, const struct pool_move *move)
{
	struct pool_trim *p = state;

	for (size_t i = 0; i < p->caps->count; i++) {
		struct idle_stack *s =
			&p->stacks[move->class * POOL_CAPS + i];

		pass_time(p, i, move->tick, move->heap_bytes);
		if (s->count >= p->caps->caps[i])
			continue;
		push(s, move->tick);
		pool_gauge_change(&p->gauges[i], move->tick, 1, move->bytes);
	}
}

static void finish(void *state, uint64_t tick, double heap_bytes)
{
	struct pool_trim *p = state;

	for (size_t i = 0; i < p->caps->count; i++)
		pass_time(p, i, tick, heap_bytes);
}

static void figures(const void *state, size_t cap, struct pool_span span,
		    struct pool_figures *out)
{
	const struct pool_trim *p = state;

	pool_gauge_figures(&p->gauges[cap], span, out);
}

const struct pool_policy pool_trim = {
	.word = "trim",
	.about = "as shared; idle for that long: freed",
	.timed = true,
	.locked = true,
	.begin = begin,
	.end = end,
	.allocate = allocate,
	.release = release,
	.restore = restore,
	.finish = finish,
	.figures = figures,
};
