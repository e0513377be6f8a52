/* SPDX-License-Identifier: MIT */
/*
 * export --format=pprof: profile.proto, gzipped. A sample is a site, with the
 * sample types of Go's heap profiles; or, with lifetimes, up to three samples
 * a site, as tcmalloc has them. Profiles merge and subtract only if their types
 * are the same in the same order: these stay.
 */
#include "analyzer/output/output.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"
#include "analyzer/output/pprof_heap.h"
#include "analyzer/output/pprof_locations.h"
#include "analyzer/output/profile_proto.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define VALUES_MAX 6
#define DEPTH_MAX 1024 /* recorded stacks have 512; a hostile dump may not */

/* Censored blocks are those whose end was not seen; they are no part of the
 * allocated. */
static const struct pprof_type lifetime_types[] = {
	{ "allocated_objects", "count" },
	{ "allocated_space", "bytes" },
	{ "deallocated_objects", "count" },
	{ "deallocated_space", "bytes" },
	{ "censored_allocated_objects", "count" },
	{ "censored_allocated_space", "bytes" },
};

struct pprof {
	const struct report *report;
	struct pprof_stream stream;
	struct pprof_locations locations;
	struct protobuf sample; /* scratch, likewise */
	struct protobuf label;
	size_t values;
	struct pprof_sum sums[VALUES_MAX];
};

static void put_value_type(struct pprof *p, enum profile_field field,
			   const struct pprof_type *type)
{
	struct protobuf *message = &p->sample;

	protobuf_clear(message);
	protobuf_put_uint(message, VALUE_TYPE_TYPE,
			  pprof_stream_string(&p->stream, type->type));
	protobuf_put_uint(message, VALUE_TYPE_UNIT,
			  pprof_stream_string(&p->stream, type->unit));
	pprof_stream_put_message(&p->stream, field, message);
}

static void put_types(struct pprof *p, const struct pprof_type *types,
		      size_t count)
{
	p->values = count;
	for (size_t i = 0; i < count; i++)
		put_value_type(p, PROFILE_SAMPLE_TYPE, &types[i]);
}

static void put_string(struct pprof *p, enum profile_field field,
		       const char *text)
{
	pprof_stream_put_uint(&p->stream, field,
			      pprof_stream_string(&p->stream, text));
}

/* Begins a sample with the locations of a stack, leaf first. */
static void begin_sample(struct pprof *p, uint32_t stack)
{
	const struct stack_tree *stacks = &p->report->recording->model.stacks;
	uint32_t node = stack_tree_id(stacks, stack);
	uint64_t numbers[DEPTH_MAX];
	size_t count = 0;

	while (node >= STACK_FIRST && count < DEPTH_MAX) {
		numbers[count++] = pprof_locations_of(&p->locations, node);
		node = stacks->nodes[node].parent;
	}
	protobuf_clear(&p->sample);
	protobuf_put_packed(&p->sample, SAMPLE_LOCATION_ID, numbers, count);
}

static void put_values(struct pprof *p, const double *values)
{
	uint64_t numbers[VALUES_MAX];

	for (size_t i = 0; i < p->values; i++)
		numbers[i] = (uint64_t)pprof_sum_add(&p->sums[i], values[i]);
	protobuf_put_packed(&p->sample, SAMPLE_VALUE, numbers, p->values);
}

static void end_sample(struct pprof *p)
{
	pprof_stream_put_message(&p->stream, PROFILE_SAMPLE, &p->sample);
}

static double figure(const struct pprof *p, const struct site *row,
		     enum profile_figure which)
{
	return profile_figure(p->report->profile, row, which).value;
}

static void put_row(struct pprof *p, const struct site *row)
{
	double values[VALUES_MAX];

	for (size_t i = 0; i < p->values; i++)
		values[i] = figure(p, row, pprof_heap_figures[i]);
	begin_sample(p, row->stack);
	put_values(p, values);
	end_sample(p);
}

static void put_time(struct pprof *p, const char *key, double ticks)
{
	double ns = ticks * p->report->recording->model.ns_per_tick;

	protobuf_clear(&p->label);
	protobuf_put_uint(&p->label, LABEL_KEY,
			  pprof_stream_string(&p->stream, key));
	protobuf_put_int(&p->label, LABEL_NUM,
			 ns < PPROF_VALUE_MAX ? llround(ns) : INT64_MAX);
	protobuf_put_uint(&p->label, LABEL_NUM_UNIT,
			  pprof_stream_string(&p->stream, "nanoseconds"));
	protobuf_put_message(&p->sample, SAMPLE_LABEL, &p->label);
}

static void put_thread(struct pprof *p, const char *which)
{
	protobuf_clear(&p->label);
	protobuf_put_uint(&p->label, LABEL_KEY,
			  pprof_stream_string(&p->stream, "active thread"));
	protobuf_put_uint(&p->label, LABEL_STR,
			  pprof_stream_string(&p->stream, which));
	protobuf_put_message(&p->sample, SAMPLE_LABEL, &p->label);
}

static void put_freed(struct pprof *p, const struct site *row,
		      const struct lifetime_sum *sum, const char *thread)
{
	const double values[VALUES_MAX] = { sum->blocks, sum->bytes,
					    sum->blocks, sum->bytes, 0, 0 };

	if (sum->samples == 0)
		return;
	begin_sample(p, row->stack);
	put_values(p, values);
	put_time(p, "avg_lifetime", sum->mean_ticks);
	put_time(p, "stddev_lifetime", lifetime_deviation_ticks(sum));
	if (!sum->unbounded) {
		put_time(p, "min_lifetime", (double)sum->min_ticks);
		put_time(p, "max_lifetime", (double)sum->max_ticks);
	}
	put_thread(p, thread);
	end_sample(p);
}

/* Live at the end, or released unseen: it lived, nobody knows how long. */
static void put_censored(struct pprof *p, const struct site *row,
			 const struct site_lifetimes *l)
{
	double blocks = figure(p, row, FIGURE_ALLOCATIONS);
	double bytes = figure(p, row, FIGURE_BYTES_ALLOCATED);
	double values[VALUES_MAX] = { 0 };

	if (row->allocations == row->frees)
		return;
	values[4] = fmax(0, blocks - l->same.blocks - l->other.blocks);
	values[5] = fmax(0, bytes - l->same.bytes - l->other.bytes);
	begin_sample(p, row->stack);
	put_values(p, values);
	put_thread(p, "none");
	end_sample(p);
}

static void put_lifetimes(struct pprof *p, const struct site *row)
{
	struct site_lifetimes l = profile_lifetimes(p->report->profile, row);

	put_freed(p, row, &l.same, "same");
	put_freed(p, row, &l.other, "different");
	put_censored(p, row, &l);
}

static char *command_line(const struct model_meta *meta)
{
	size_t len = 0, bytes = 1;
	char *line;

	for (size_t i = 0; i < meta->argument_count; i++)
		bytes += strlen(meta->arguments[i]) + 1;
	line = xcalloc(bytes, 1);
	for (size_t i = 0; i < meta->argument_count; i++) {
		size_t part = strlen(meta->arguments[i]);

		if (i > 0)
			line[len++] = ' ';
		memcpy(line + len, meta->arguments[i], part);
		len += part;
	}
	return line;
}

static void put_comment(struct pprof *p, char *text)
{
	put_string(p, PROFILE_COMMENT, text);
	free(text);
}

static void put_comments(struct pprof *p)
{
	const struct report *report = p->report;
	const struct model_meta *meta = &report->recording->model.meta;
	char *command = command_line(meta);

	put_comment(p, xasprintf("command: %s",
				 *command ? command : meta->program));
	free(command);
	if (report->profile->sampled)
		put_comment(p, xasprintf("mode: sampled, on average once in "
					 "%" PRIu64 " bytes; values are "
					 "estimates", meta->sample_bytes));
	else
		put_comment(p, xasprintf("mode: exact"));
	if (report->lost_events)
		put_comment(p, xasprintf("lost: %" PRIu64 " events",
					 report->lost_events));
	put_comment(p, xasprintf("recorded by heapwise %s", meta->version));
}

static void put_header(struct pprof *p)
{
	static const struct pprof_type period = { "space", "bytes" };
	const struct report *report = p->report;
	const struct model_meta *meta = &report->recording->model.meta;
	double ns = report->profile->run_ns;

	put_string(p, PROFILE_DROP_FRAMES, PPROF_DROP_FRAMES);
	pprof_stream_put_uint(&p->stream, PROFILE_TIME_NANOS,
			      meta->start_realtime_ns);
	pprof_stream_put_uint(&p->stream, PROFILE_DURATION_NANOS,
			      ns < PPROF_VALUE_MAX ? (uint64_t)llround(ns) : 0);
	put_value_type(p, PROFILE_PERIOD_TYPE, &period);
	pprof_stream_put_uint(&p->stream, PROFILE_PERIOD,
			      report->profile->sampled ? meta->sample_bytes :
							 1);
	put_comments(p);
}

static void pprof_begin(struct output_run *run)
{
	(void)run;
}

static void pprof_report(struct output_run *run, const struct report *report)
{
	struct pprof p = { .report = report };

	pprof_stream_init(&p.stream, run->file);
	pprof_locations_init(&p.locations, &report->recording->model,
			     run->raw ? NULL : report->symbols);
	if (run->lifetimes)
		put_types(&p, lifetime_types, COUNT(lifetime_types));
	else
		put_types(&p, pprof_heap_types, PPROF_HEAP_TYPES);
	for (size_t i = 0; i < report->row_count && i < run->limit; i++) {
		if (run->lifetimes)
			put_lifetimes(&p, report->rows[i]);
		else
			put_row(&p, report->rows[i]);
	}
	pprof_locations_write(&p.locations, &p.stream);
	put_header(&p);
	put_string(&p, PROFILE_DEFAULT_SAMPLE_TYPE,
		   run->lifetimes ? "deallocated_space" : "inuse_space");
	pprof_stream_finish(&p.stream);
	pprof_locations_release(&p.locations);
	protobuf_release(&p.sample);
	protobuf_release(&p.label);
}

static void pprof_end(struct output_run *run)
{
	(void)run;
}

const struct output output_pprof = {
	.name = "pprof",
	.readers = "go tool pprof, speedscope, Perfetto, Pyroscope, Parca",
	.default_limit = SIZE_MAX,
	.has_raw = true,
	.has_lifetimes = true,
	.binary = true,
	.begin = pprof_begin,
	.report = pprof_report,
	.end = pprof_end,
};
