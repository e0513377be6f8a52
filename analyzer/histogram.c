/* SPDX-License-Identifier: MIT */
#include "analyzer/histogram.h"

#include <math.h>
#include <stdlib.h>

#include "analyzer/memory.h"

#define CLASSES (profile_size_class(UINT64_MAX) + 1)
#define NS_PER_S 1e9
#define TICKS_MAX 0x1p47 /* a lifetime is below */

void histogram_bars_release(struct histogram_bars *bars)
{
	free(bars->bars);
	*bars = (struct histogram_bars){ 0 };
}

static struct histogram_bar *add_bar(struct histogram_bars *bars, double low,
				     double high)
{
	GROW(bars->bars, bars->capacity, bars->count);
	bars->bars[bars->count] =
		(struct histogram_bar){ .low = low, .high = high };
	return &bars->bars[bars->count++];
}

void size_histogram_init(struct size_histogram *h)
{
	h->classes = xcalloc(CLASSES, sizeof(*h->classes));
}

void size_histogram_release(struct size_histogram *h)
{
	free(h->classes);
	h->classes = NULL;
}

static struct histogram_bar class_bounds(uint32_t class)
{
	uint64_t low, high;

	profile_size_bounds(class, &low, &high);
	return (struct histogram_bar){ .low = (double)low,
				       .high = (double)high };
}

void size_histogram_classes(const struct size_histogram *h,
			    struct histogram_bars *bars)
{
	for (uint32_t i = 0; i < CLASSES; i++) {
		struct histogram_bar bounds = class_bounds(i);

		if (tally_is_empty(&h->classes[i]))
			continue;
		add_bar(bars, bounds.low, bounds.high)->blocks = h->classes[i];
	}
}

/*
 * The bar of a size when there are `steps` to a doubling (a power of two): -1 is
 * that of size 0, bar n * steps ends at 2^n. All end where a class ends.
 */
static long bar_of(double high, int steps)
{
	long whole;
	double power;

	if (high < 1)
		return -1;
	whole = ilogb(high);
	power = ldexp(1, (int)whole);
	return whole * steps + (long)ceil((high - power) / power * steps);
}

/* The largest size in a bar. */
static double bar_end(long bar, int steps)
{
	if (bar < 0)
		return 0;
	return floor(ldexp(1 + (double)(bar % steps) / steps,
			   (int)(bar / steps)));
}

static size_t bar_span(const struct histogram_bars *classes, int steps)
{
	const struct histogram_bar *last = &classes->bars[classes->count - 1];

	return (size_t)(bar_of(last->high, steps) -
			bar_of(classes->bars[0].high, steps) + 1);
}

static void fold(const struct histogram_bars *classes, int steps,
		 struct histogram_bars *bars)
{
	long first = bar_of(classes->bars[0].high, steps);
	long last = bar_of(classes->bars[classes->count - 1].high, steps);
	size_t next = 0;

	for (long i = first; i <= last; i++) {
		double low = i < 0 ? 0 : bar_end(i - 1, steps) + 1;
		double high = bar_end(i, steps);
		struct histogram_bar *bar;

		if (low > high) /* no whole number lies in between */
			continue;
		bar = add_bar(bars, low, high);
		for (; next < classes->count &&
		       classes->bars[next].high <= high; next++)
			tally_merge(&bar->blocks, &classes->bars[next].blocks);
	}
}

/* Of all blocks or bytes, whichever is more. */
static double share(const struct histogram_bar *bar, const struct tally *all,
		    double interval_bytes)
{
	return fmax(tally_count(&bar->blocks, interval_bytes).value /
			    tally_count(all, interval_bytes).value,
		    tally_bytes(&bar->blocks, interval_bytes).value /
			    fmax(1, tally_bytes(all, interval_bytes).value));
}

static void join(struct histogram_bars *bars, size_t first)
{
	struct histogram_bar *bar = &bars->bars[first];

	bar->high = bar[1].high;
	tally_merge(&bar->blocks, &bar[1].blocks);
	bars->count--;
	for (size_t i = first + 1; i < bars->count; i++)
		bars->bars[i] = bars->bars[i + 1];
}

/* Joins bars at that end where less is in them, until they fit. */
static void gather(struct histogram_bars *bars, size_t limit,
		   double interval_bytes)
{
	struct tally all = { 0 };

	for (size_t i = 0; i < bars->count; i++)
		tally_merge(&all, &bars->bars[i].blocks);
	while (bars->count > limit) {
		const struct histogram_bar *end = &bars->bars[bars->count - 2];
		double low = share(&bars->bars[0], &all, interval_bytes) +
			     share(&bars->bars[1], &all, interval_bytes);
		double high = share(end, &all, interval_bytes) +
			      share(end + 1, &all, interval_bytes);

		join(bars, low <= high ? 0 : bars->count - 2);
	}
}

void size_histogram_fold(const struct size_histogram *h, size_t limit,
			 double interval_bytes, struct histogram_bars *bars)
{
	struct histogram_bars classes = { 0 };
	int steps = 4;

	size_histogram_classes(h, &classes);
	if (classes.count <= limit) {
		*bars = classes;
		return;
	}
	while (steps > 1 && bar_span(&classes, steps) > limit)
		steps /= 2;
	fold(&classes, steps, bars);
	histogram_bars_release(&classes);
	gather(bars, limit, interval_bytes);
}

uint64_t size_histogram_quantile(const struct size_histogram *h, double share)
{
	uint64_t all = 0, sum = 0, low = 0, high = 0;

	for (uint32_t i = 0; i < CLASSES; i++)
		all += h->classes[i].count;
	for (uint32_t i = 0; i < CLASSES && all > 0; i++) {
		sum += h->classes[i].count;
		profile_size_bounds(i, &low, &high);
		if ((double)sum >= share * (double)all)
			break;
	}
	return high;
}

/* 1 ns, 10 ns ... 10 s, 1 min, 10 min, 1 h, 10 h, 1 d ... */
static double edge_ns(size_t i)
{
	static const double long_ones[] = { 60, 600, 3600, 36000 };

	if (i <= 10)
		return pow(10, (double)i);
	if (i < 11 + sizeof(long_ones) / sizeof(*long_ones))
		return long_ones[i - 11] * NS_PER_S;
	return 86400 * NS_PER_S * pow(10, (double)i - 15);
}

void lifetime_histogram_init(struct lifetime_histogram *h, double ns_per_tick)
{
	size_t bar = 0;

	*h = (struct lifetime_histogram){ 0 };
	for (size_t i = 0; h->edge_count < LIFETIME_EDGES; i++) {
		double ticks = ceil(edge_ns(i) / ns_per_tick);

		if (!(ticks < TICKS_MAX))
			break;
		if (edge_ns(i) < ns_per_tick)
			continue;
		h->edge_ns[h->edge_count] = edge_ns(i);
		h->edge_ticks[h->edge_count++] = (uint64_t)ticks;
	}
	h->edge_ticks[h->edge_count] = UINT64_MAX;
	for (unsigned int bits = 1; bits <= 64; bits++) {
		while (h->edge_ticks[bar] <= UINT64_C(1) << (bits - 1))
			bar++;
		h->first[bits] = (unsigned char)bar;
	}
}

struct tally *lifetime_histogram_at(struct lifetime_histogram *h,
				    const struct replay_step *step)
{
	uint64_t ticks;
	size_t bar;

	if (step->end == REPLAY_IMPLICIT)
		return &h->unseen;
	ticks = replay_step_age(step);
	bar = h->first[ticks ? 64 - __builtin_clzll(ticks) : 0];
	while (ticks >= h->edge_ticks[bar])
		bar++;
	return &h->freed[bar];
}

void lifetime_histogram_bars(const struct lifetime_histogram *h,
			     struct histogram_bars *bars)
{
	size_t first = 0, end = h->edge_count + 1;

	while (first < end && tally_is_empty(&h->freed[first]))
		first++;
	while (end > first && tally_is_empty(&h->freed[end - 1]))
		end--;
	for (size_t i = first; i < end; i++) {
		double low = i > 0 ? h->edge_ns[i - 1] : 0;
		double high = i < h->edge_count ? h->edge_ns[i] : INFINITY;

		add_bar(bars, low, high)->blocks = h->freed[i];
	}
}
