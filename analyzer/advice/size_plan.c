/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/size_plan.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

#define CAPACITY (2 * SIZE_PLAN_DISTINCT)
#define EXACT_BITS 64

/* Rounded up to the counts' number of significant bits. */
static uint64_t round_up(uint64_t size, unsigned int bits)
{
	unsigned int width, drop;
	uint64_t unit;

	if (size < 2 || bits == 0)
		return size > 0 ? size : 1;
	width = EXACT_BITS - (unsigned int)__builtin_clzll(size - 1);
	drop = width > bits ? width - bits : 0;
	unit = UINT64_C(1) << drop;
	if (size > UINT64_MAX - unit)
		return UINT64_MAX;
	return (size + unit - 1) & ~(unit - 1);
}

static struct size_count *find(struct size_counts *c, uint64_t size)
{
	size_t i = (size_t)(size * UINT64_C(0x9e3779b97f4a7c15) >> 32) %
		   c->capacity;

	while (c->slots[i].count && c->slots[i].size != size)
		i = (i + 1) % c->capacity;
	return &c->slots[i];
}

static void put(struct size_counts *c, uint64_t size, uint64_t count,
		uint64_t bytes)
{
	struct size_count *slot = find(c, size);

	c->used += slot->count == 0;
	slot->size = size;
	slot->count += count;
	slot->bytes += bytes;
}

/* Fewer significant bits, until they are few enough: 7 bits are 64 sizes to
 * each of 64 doublings, so that it ends. */
static void coarsen(struct size_counts *c)
{
	struct size_count *old = c->slots;

	c->bits = c->bits > 0 ? c->bits - 1 : 14;
	c->slots = xcalloc(c->capacity, sizeof(*c->slots));
	c->used = 0;
	for (size_t i = 0; i < c->capacity; i++)
		if (old[i].count > 0)
			put(c, round_up(old[i].size, c->bits), old[i].count,
			    old[i].bytes);
	free(old);
}

void size_counts_add(struct size_counts *counts, uint64_t size)
{
	if (!counts->slots) {
		counts->capacity = CAPACITY;
		counts->slots = xcalloc(CAPACITY, sizeof(*counts->slots));
	}
	put(counts, round_up(size, counts->bits), 1, size);
	while (counts->used > SIZE_PLAN_DISTINCT)
		coarsen(counts);
}

static int by_size(const void *left, const void *right)
{
	const struct size_count *a = left, *b = right;

	return a->size < b->size ? -1 : a->size > b->size;
}

void size_counts_sort(struct size_counts *counts)
{
	size_t used = 0;

	for (size_t i = 0; i < counts->capacity; i++)
		if (counts->slots[i].count > 0)
			counts->slots[used++] = counts->slots[i];
	if (used > 0)
		qsort(counts->slots, used, sizeof(*counts->slots), by_size);
}

void size_counts_release(struct size_counts *counts)
{
	free(counts->slots);
	memset(counts, 0, sizeof(*counts));
}

/* The programme's tables. */
struct search {
	const struct size_count *slots;
	double *counts; /* of blocks below an index, summed */
	double *before; /* least bytes granted with one size less, likewise */
	double *now;	/* and with as many as now */
	uint16_t *from; /* where the last of them begins */
};

/* Bytes granted to sizes [first, last] by one pool of the last's size. */
static double granted(const struct search *s, size_t first, size_t last)
{
	return (double)s->slots[last].size *
	       (s->counts[last + 1] - s->counts[first]);
}

/*
 * The best split for each of [low, high], which lies within [from, to]: what is
 * granted obeys the quadrangle inequality, so splits ascend with their ends
 * and half of them bound the other half's.
 */
static void split(struct search *s, size_t low, size_t high, size_t from,
		  size_t to)
{
	while (low <= high) {
		size_t middle = low + (high - low) / 2, best = from;
		size_t end = to < middle ? to : middle;
		double least = -1;

		for (size_t i = from; i <= end; i++) {
			double bytes = s->before[i] + granted(s, i, middle);

			if (least < 0 || bytes < least) {
				least = bytes;
				best = i;
			}
		}
		s->now[middle + 1] = least;
		s->from[middle] = (uint16_t)best;
		if (middle > low)
			split(s, low, middle - 1, from, best);
		low = middle + 1;
		from = best;
	}
}

static void search_init(struct search *s, const struct size_counts *counts,
			size_t rows)
{
	size_t n = counts->used;

	s->slots = counts->slots;
	s->counts = xcalloc(n + 1, sizeof(*s->counts));
	s->before = xcalloc(n + 1, sizeof(*s->before));
	s->now = xcalloc(n + 1, sizeof(*s->now));
	s->from = xcalloc(n * rows, sizeof(*s->from));
	for (size_t i = 0; i < n; i++)
		s->counts[i + 1] = s->counts[i] + (double)s->slots[i].count;
	for (size_t i = 0; i < n; i++)
		s->before[i + 1] = granted(s, 0, i);
}

static void search_release(struct search *s)
{
	free(s->counts);
	free(s->before);
	free(s->now);
	free(s->from);
}

/* Reads the chosen sizes back, the largest first. */
static void set_sizes(struct size_plan *plan, const struct size_counts *counts,
		      const uint16_t *from, size_t rows)
{
	size_t last = counts->used;

	plan->count = rows;
	for (size_t row = rows; row > 0; row--) {
		plan->sizes[row - 1] = counts->slots[last - 1].size;
		if (row > 1)
			last = from[(row - 1) * counts->used + last - 1];
	}
}

static void set_waste(struct size_plan *plan, const struct size_counts *counts)
{
	size_t row = 0;
	double waste = 0, requested = 0;

	for (size_t i = 0; i < counts->used; i++) {
		const struct size_count *c = &counts->slots[i];

		while (plan->sizes[row] < c->size)
			row++;
		requested += (double)c->bytes;
		waste += (double)plan->sizes[row] * (double)c->count -
			 (double)c->bytes;
	}
	plan->requested_bytes = requested;
	plan->waste_bytes = waste > 0 ? waste : 0;
}

void size_plan_of(struct size_plan *plan, const struct size_counts *counts,
		  size_t count)
{
	size_t n = counts->used;
	size_t rows = count < n ? count : n;
	struct search s;
	uint16_t *from;

	memset(plan, 0, sizeof(*plan));
	if (rows == 0)
		return;
	search_init(&s, counts, rows);
	from = s.from;
	for (size_t row = 1; row < rows; row++) {
		double *swap = s.before;

		s.from = from + row * n;
		/* An end needs a block of its own for each size. */
		split(&s, row, n - 1, row, n - 1);
		s.before = s.now;
		s.now = swap;
	}
	s.from = from;
	set_sizes(plan, counts, from, rows);
	set_waste(plan, counts);
	search_release(&s);
}

void size_plan_choose(struct size_plan *plan, const struct size_counts *counts,
		      double waste)
{
	for (size_t count = 1; count <= SIZE_PLAN_SIZES; count++) {
		size_plan_of(plan, counts, count);
		if (plan->waste_bytes <= waste * plan->requested_bytes)
			return;
	}
}
