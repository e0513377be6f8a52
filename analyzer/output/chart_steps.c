/* SPDX-License-Identifier: MIT */
#include "analyzer/output/chart_steps.h"

#include <math.h>
#include <stdlib.h>

#include "analyzer/memory.h"

/* A span covers some steps, the ends in part. */
static void add_span(struct chart_steps *steps, const struct heap_span *span,
		     double begin, double end, double interval_bytes)
{
	double live = tally_bytes(&span->most, interval_bytes).value;
	double calls = tally_count(&span->allocated, interval_bytes).value;
	double last = fmin(end, (double)steps->count);

	for (double at = floor(begin); at < last; at++) {
		double from = fmax(begin, at), to = fmin(end, at + 1);
		size_t i = (size_t)at;

		steps->live[i] = fmax(steps->live[i], live);
		steps->calls[i] += calls * (to - from) / (end - begin);
	}
	/* The end of the run is within the last span. */
	if (end > last && last > begin && calls > 0)
		steps->calls[steps->count - 1] +=
			calls * (end - last) / (end - begin);
}

static void read_spans(struct chart_steps *steps, const struct report *report)
{
	const struct heap_chart *chart = &report->charts.timeline;
	double interval = profile_interval_bytes(report->profile);
	double width = ldexp(report->recording->model.ns_per_tick,
			     (int)chart->shift) / steps->ns;

	for (size_t i = 0; i < chart->count; i++)
		add_span(steps, &chart->spans[i], (double)i * width,
			 (double)(i + 1) * width, interval);
}

static double rss_of(const struct model_usage *usage)
{
	return usage->rss_bytes > usage->recorder_bytes ?
		       (double)(usage->rss_bytes - usage->recorder_bytes) :
		       0;
}

/* A straight line from one sample to the next; the highest one of a step. */
static void draw_usage(struct chart_steps *steps, double from, double to,
		       const double values[2])
{
	double last = (double)steps->count - 1;

	from = fmax(0, fmin(from, last));
	to = fmax(from, fmin(to, last));
	for (double at = floor(from); at <= to; at++) {
		double part = to > from ? fmax(0, at - from) / (to - from) : 1;
		double rss = values[0] + part * (values[1] - values[0]);

		steps->rss[(size_t)at] = fmax(steps->rss[(size_t)at], rss);
	}
}

static void read_usage(struct chart_steps *steps, const struct model *model)
{
	double values[2] = { NAN, NAN }, from = 0, to;

	for (size_t i = 0; i < steps->count; i++)
		steps->rss[i] = NAN;
	for (size_t i = 0; i < model->usage_count; i++, from = to) {
		to = model_tick_ns(model, model->usage[i].tick) / steps->ns;
		values[1] = rss_of(&model->usage[i]);
		if (isnan(values[0]))
			values[0] = values[1];
		draw_usage(steps, i > 0 ? from : to, to, values);
		values[0] = values[1];
		steps->rss_most = fmax(steps->rss_most, values[1]);
	}
	values[1] = values[0]; /* to the end: as it was last */
	if (model->usage_count > 0)
		draw_usage(steps, from, (double)steps->count, values);
}

void chart_steps_init(struct chart_steps *steps, const struct report *report,
		      double length_ns, size_t count)
{
	*steps = (struct chart_steps){ .count = count };
	steps->ns = length_ns / (double)count;
	steps->live = xcalloc(steps->count, sizeof(*steps->live));
	steps->calls = xcalloc(steps->count, sizeof(*steps->calls));
	steps->rss = xcalloc(steps->count, sizeof(*steps->rss));
	read_spans(steps, report);
	read_usage(steps, &report->recording->model);
	for (size_t i = 0; i < steps->count; i++) {
		double rate = steps->calls[i] / (steps->ns / 1e9);

		steps->rate_most = fmax(steps->rate_most, rate);
		steps->live_most = fmax(steps->live_most, steps->live[i]);
	}
}

void chart_steps_release(struct chart_steps *steps)
{
	free(steps->live);
	free(steps->calls);
	free(steps->rss);
}
