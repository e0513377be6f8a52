/* SPDX-License-Identifier: MIT */
#include "analyzer/output/chart_json.h"

#include <math.h>

#include "analyzer/output/json_value.h"

static void set_tally(json_t *object, const struct report *report,
		      const struct tally *tally, const char *const keys[2])
{
	double interval = profile_interval_bytes(report->profile);
	struct estimate count = tally_count(tally, interval);
	struct estimate bytes = tally_bytes(tally, interval);

	json_value_set_estimate(object, keys[0], &count);
	json_value_set_estimate(object, keys[1], &bytes);
}

static const char *const allocated[] = { "allocations", "bytes_allocated" };
static const char *const blocks[] = { "blocks", "bytes" };
static const char *const live[] = { "live_blocks", "live_bytes" };

/* Of each range: low_key and high_key bound it. */
static json_t *bars_json(const struct report *report,
			 const struct histogram_bars *bars,
			 const char *const bounds[2],
			 const char *const keys[2])
{
	json_t *array = json_array();

	for (size_t i = 0; i < bars->count; i++) {
		const struct histogram_bar *bar = &bars->bars[i];
		json_t *object = json_object();

		json_value_set(object, bounds[0], json_value_whole(bar->low));
		json_value_set(object, bounds[1], json_value_whole(bar->high));
		set_tally(object, report, &bar->blocks, keys);
		json_value_append(array, object);
	}
	return array;
}

static json_t *sizes(const struct report *report)
{
	static const char *const bounds[] = { "size_low_bytes",
					      "size_high_bytes" };
	struct histogram_bars bars = { 0 };
	json_t *array;

	size_histogram_classes(&report->charts.sizes, &bars);
	array = bars_json(report, &bars, bounds, allocated);
	histogram_bars_release(&bars);
	return array;
}

static json_t *one_tally(const struct report *report, const struct tally *tally)
{
	json_t *object = json_object();

	set_tally(object, report, tally, blocks);
	return object;
}

static json_t *lifetimes(const struct report *report)
{
	static const char *const bounds[] = { "lifetime_low_ns",
					      "lifetime_high_ns" };
	const struct lifetime_histogram *h = &report->charts.lifetimes;
	const struct profile *profile = report->profile;
	json_t *object = json_object();
	struct histogram_bars bars = { 0 };
	struct tally never = { 0 };

	lifetime_histogram_bars(h, &bars);
	profile_tally(profile, &profile->total, PROFILE_LEAKED, &never);
	json_value_set(object, "freed",
		       bars_json(report, &bars, bounds, blocks));
	json_value_set(object, "never_freed", one_tally(report, &never));
	json_value_set(object, "free_not_seen", one_tally(report, &h->unseen));
	histogram_bars_release(&bars);
	return object;
}

static json_t *spans(const struct report *report, double span_ns)
{
	const struct heap_chart *chart = &report->charts.timeline;
	json_t *array = json_array();

	for (size_t i = 0; i < chart->count; i++) {
		const struct heap_span *span = &chart->spans[i];
		json_t *object = json_object();

		json_value_set(object, "start_ns",
			       json_value_whole((double)i * span_ns));
		set_tally(object, report, &span->most, live);
		set_tally(object, report, &span->allocated, allocated);
		json_value_append(array, object);
	}
	return array;
}

static json_t *rss(const struct model *model)
{
	json_t *array = json_array();

	for (size_t i = 0; i < model->usage_count; i++) {
		const struct model_usage *usage = &model->usage[i];
		json_t *object = json_object();
		double bytes = (double)usage->rss_bytes -
			       (double)usage->recorder_bytes;

		json_value_set(object, "at_ns",
			       json_value_whole(model_tick_ns(model,
							      usage->tick)));
		json_value_set(object, "rss_bytes",
			       json_value_whole(fmax(bytes, 0)));
		json_value_append(array, object);
	}
	return array;
}

static json_t *timeline(const struct report *report)
{
	const struct model *model = &report->recording->model;
	double span_ns = ldexp(model->ns_per_tick,
			       (int)report->charts.timeline.shift);
	json_t *object = json_object();

	json_value_set(object, "span_ns",
		       isfinite(span_ns) ? json_real(span_ns) : json_null());
	json_value_set(object, "spans", spans(report, span_ns));
	json_value_set(object, "rss", rss(model));
	return object;
}

void chart_json_print(struct output_run *run, const struct report *report)
{
	unsigned int kinds = report->options.charts;

	if (kinds & CHART_SIZES)
		json_value_print_key(run, "size_histogram", sizes(report));
	if (kinds & CHART_LIFETIMES)
		json_value_print_key(run, "lifetime_histogram",
				     lifetimes(report));
	if (kinds & CHART_TIMELINE)
		json_value_print_key(run, "timeline", timeline(report));
}
