/* SPDX-License-Identifier: MIT */
/*
 * export --format=speedscope: a sampled profile for each metric, a sample a
 * site, root first. Frames are one if function, file and line are; they come
 * last in the file, when all are known. The allocator's own frames at the leaf
 * are left out, or they would have all of the self weight.
 */
#include "analyzer/output/output.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "analyzer/memory.h"
#include "analyzer/output/frame_table.h"
#include "analyzer/output/json_text.h"

#define SCHEMA "https://www.speedscope.app/file-format-schema.json"

struct metric {
	const char *name, *unit;
	enum profile_figure figure;
};

static const struct metric metrics[] = {
	{ "bytes allocated", "bytes", FIGURE_BYTES_ALLOCATED },
	{ "allocations", "none", FIGURE_ALLOCATIONS },
	{ "bytes leaked", "bytes", FIGURE_LEAKED_BYTES },
	{ "bytes at each site's own peak", "bytes", FIGURE_PEAK_BYTES },
	{ "bytes at the heap's peak", "bytes", FIGURE_AT_PEAK_BYTES },
	{ "temporary allocations", "none", FIGURE_TEMPORARY },
};
#define METRICS (sizeof(metrics) / sizeof(*metrics))

/* Stands for the callers that were not recorded. */
static const struct symbol_call truncated_call = { .function = "[truncated]" };
static const struct frame truncated = { .call = &truncated_call };

/* Each site's frames by their numbers, root first, one site behind the other. */
struct samples {
	uint32_t *numbers;
	size_t count, capacity;
	size_t *ends; /* by site: where in `numbers` */
	size_t sites;
	struct frame_table table;
};

/* One metric's pass over the sites. */
struct pass {
	FILE *file;
	const struct report *report;
	const struct metric *metric;
	const struct samples *samples;
	double total;
};

static void add_frame(struct samples *samples, const struct frame *frame)
{
	GROW(samples->numbers, samples->capacity, samples->count);
	samples->numbers[samples->count++] =
		(uint32_t)frame_table_number(&samples->table, frame);
}

static void read_samples(struct samples *samples, struct output_run *run,
			 const struct report *report)
{
	struct frame_list list = { 0 };

	samples->sites = report->row_count < run->limit ? report->row_count :
							  run->limit;
	samples->ends = xcalloc(samples->sites + 1, sizeof(*samples->ends));
	for (size_t i = 0; i < samples->sites; i++) {
		size_t leaf;

		frame_budget_read(&run->frames, &list, report->symbols,
				  &report->recording->model.stacks,
				  report->rows[i]->stack);
		leaf = frame_list_leaf(&list);
		if (list.truncated || list.count == 0)
			add_frame(samples, &truncated);
		for (size_t j = list.count; j > leaf; j--)
			add_frame(samples, &list.frames[j - 1]);
		samples->ends[i] = samples->count;
	}
	frame_list_release(&list);
}

static void release_samples(struct samples *samples)
{
	frame_table_release(&samples->table);
	free(samples->numbers);
	free(samples->ends);
}

/* Whole, as other exports have it; 0: the site has nothing of it. */
static double weight_of(const struct pass *pass, const struct site *row)
{
	double value = profile_figure(pass->report->profile, row,
				      pass->metric->figure).value;

	return value >= 0.5 ? round(value) : 0;
}

static void put_sample(const struct pass *pass, size_t site)
{
	const struct samples *samples = pass->samples;
	size_t first = site > 0 ? samples->ends[site - 1] : 0;

	fputc('[', pass->file);
	for (size_t i = first; i < samples->ends[site]; i++)
		fprintf(pass->file, i > first ? ",%" PRIu32 : "%" PRIu32,
			samples->numbers[i]);
	fputc(']', pass->file);
}

static void put_samples(struct pass *pass)
{
	const char *separator = "\n";

	fputs("\"samples\":[", pass->file);
	for (size_t i = 0; i < pass->samples->sites; i++) {
		if (!(weight_of(pass, pass->report->rows[i]) > 0))
			continue;
		fputs(separator, pass->file);
		put_sample(pass, i);
		separator = ",\n";
	}
	fputs("],\n", pass->file);
}

static void put_weights(struct pass *pass)
{
	const char *separator = "";

	fputs("\"weights\":[", pass->file);
	for (size_t i = 0; i < pass->samples->sites; i++) {
		double weight = weight_of(pass, pass->report->rows[i]);

		if (!(weight > 0))
			continue;
		fputs(separator, pass->file);
		json_text_put_figure(pass->file, weight);
		pass->total += weight;
		separator = ",";
	}
	fputs("],\n", pass->file);
}

static void put_profile(struct pass *pass)
{
	bool sampled = pass->report->profile->sampled;
	char *name = xasprintf("%s%s", pass->metric->name,
			       sampled ? " (estimates of a sample)" : "");

	fputs("{\"type\":\"sampled\",\"name\":", pass->file);
	json_text_put(pass->file, name);
	fprintf(pass->file, ",\"unit\":\"%s\",\"startValue\":0,\n",
		pass->metric->unit);
	put_samples(pass);
	put_weights(pass);
	fputs("\"endValue\":", pass->file);
	json_text_put_figure(pass->file, pass->total);
	fputc('}', pass->file);
	free(name);
}

static void put_frame(FILE *file, const struct frame *frame)
{
	fputs("{\"name\":", file);
	json_text_put(file, frame_name(frame));
	if (frame->call->file) {
		fputs(",\"file\":", file);
		json_text_put(file, frame->call->file);
		if (frame->call->line > 0)
			fprintf(file, ",\"line\":%d", frame->call->line);
	}
	fputc('}', file);
}

static void speedscope_report(struct output_run *run,
			      const struct report *report)
{
	struct samples samples = { .table = { .same = FRAME_SAME_LINE } };
	FILE *file = run->file;

	read_samples(&samples, run, report);
	fputs("{\"$schema\":\"" SCHEMA "\",\n\"exporter\":\"heapwise " VERSION
	      "\",\n\"name\":", file);
	json_text_put(file, symbol_basename(
		report->recording->model.meta.program));
	fputs(",\n\"activeProfileIndex\":0,\n\"profiles\":[\n", file);
	for (size_t i = 0; i < METRICS; i++) {
		struct pass pass = {
			.file = file,
			.report = report,
			.metric = &metrics[i],
			.samples = &samples,
		};

		put_profile(&pass);
		fputs(i + 1 < METRICS ? ",\n" : "],\n", file);
	}
	fputs("\"shared\":{\"frames\":[", file);
	for (size_t i = 0; i < samples.table.count; i++) {
		fputs(i > 0 ? ",\n" : "\n", file);
		put_frame(file, samples.table.frames[i]);
	}
	fputs("]}}\n", file);
	release_samples(&samples);
}

static void speedscope_begin(struct output_run *run)
{
	(void)run;
}

static void speedscope_end(struct output_run *run)
{
	(void)run;
}

const struct output output_speedscope = {
	.name = "speedscope",
	.readers = "speedscope: flame graphs of every metric",
	.default_limit = SIZE_MAX,
	.frame_cost = 2,
	.begin = speedscope_begin,
	.report = speedscope_report,
	.end = speedscope_end,
};
