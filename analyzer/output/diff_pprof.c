/* SPDX-License-Identifier: MIT */
/*
 * diff --format=pprof: one profile.proto of what changed, as `go tool pprof
 * -diff_base OLD NEW` makes one: a sample of each row for the new side, and one
 * of negative values for the old side, labelled pprof::base, to whose total
 * percentages refer. Rows were matched before, so that a site whose code moved
 * stands against itself, which pprof's own subtraction cannot know. Inlined
 * calls are locations of their own.
 */
#include "analyzer/output/diff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"
#include "analyzer/output/diff_stack.h"
#include "analyzer/output/pprof_heap.h"
#include "analyzer/output/pprof_modules.h"
#include "analyzer/output/profile_proto.h"

struct diff_pprof {
	const struct comparison *comparison;
	struct pprof_stream stream;
	struct pprof_modules modules;
	struct protobuf sample, label; /* scratch */
	struct pprof_sum sums[COMPARISON_SIDES][PPROF_HEAP_TYPES];
};

static void put_base_label(struct diff_pprof *p)
{
	protobuf_clear(&p->label);
	protobuf_put_uint(&p->label, LABEL_KEY,
			  pprof_stream_string(&p->stream, "pprof::base"));
	protobuf_put_uint(&p->label, LABEL_STR,
			  pprof_stream_string(&p->stream, "true"));
	protobuf_put_message(&p->sample, SAMPLE_LABEL, &p->label);
}

static void put_stack(struct diff_pprof *p, const struct diff_stack *stack)
{
	uint64_t numbers[DIFF_STACK_MAX];

	for (size_t i = 0; i < stack->count; i++)
		numbers[i] = pprof_modules_location(&p->modules,
						    stack->frames[i]);
	protobuf_clear(&p->sample);
	protobuf_put_packed(&p->sample, SAMPLE_LOCATION_ID, numbers,
			    stack->count);
}

/* A row's values on one side; returns whether there are any. */
static bool put_values(struct diff_pprof *p, const struct comparison_row *row,
		       enum comparison_side side)
{
	uint64_t numbers[PPROF_HEAP_TYPES];
	bool any = false;

	for (size_t i = 0; i < PPROF_HEAP_TYPES; i++) {
		double value = comparison_figure(p->comparison, row, side,
						 pprof_heap_figures[i]).value;
		int64_t whole = pprof_sum_add(&p->sums[side][i], value);

		any |= whole != 0;
		numbers[i] = (uint64_t)(side == COMPARISON_OLD ? -whole :
								 whole);
	}
	protobuf_put_packed(&p->sample, SAMPLE_VALUE, numbers,
			    PPROF_HEAP_TYPES);
	return any;
}

static void put_row(struct diff_pprof *p, const struct comparison_row *row)
{
	struct diff_stack stack;

	diff_stack_read(&stack, p->comparison, row);
	for (int side = 0; side < COMPARISON_SIDES; side++) {
		put_stack(p, &stack);
		if (!put_values(p, row, (enum comparison_side)side))
			continue;
		if (side == COMPARISON_OLD)
			put_base_label(p);
		pprof_stream_put_message(&p->stream, PROFILE_SAMPLE,
					 &p->sample);
	}
}

static void put_type(struct diff_pprof *p, enum profile_field field,
		     const struct pprof_type *type)
{
	protobuf_clear(&p->sample);
	protobuf_put_uint(&p->sample, VALUE_TYPE_TYPE,
			  pprof_stream_string(&p->stream, type->type));
	protobuf_put_uint(&p->sample, VALUE_TYPE_UNIT,
			  pprof_stream_string(&p->stream, type->unit));
	pprof_stream_put_message(&p->stream, field, &p->sample);
}

static void put_string(struct diff_pprof *p, enum profile_field field,
		       const char *text)
{
	pprof_stream_put_uint(&p->stream, field,
			      pprof_stream_string(&p->stream, text));
}

static void put_run(struct diff_pprof *p, const struct comparison_run *run)
{
	char *text = xasprintf("%s: %s",
			       run->side == COMPARISON_OLD ? "old" : "new",
			       run->snapshot->path);

	put_string(p, PROFILE_COMMENT, text);
	free(text);
}

static void put_header(struct diff_pprof *p)
{
	static const struct pprof_type period = { "space", "bytes" };
	const struct comparison *comparison = p->comparison;
	const struct snapshot *last =
		comparison->runs[comparison->run_count - 1].snapshot;

	put_string(p, PROFILE_DROP_FRAMES, PPROF_DROP_FRAMES);
	pprof_stream_put_uint(&p->stream, PROFILE_TIME_NANOS,
			      last->start_realtime_ns);
	put_type(p, PROFILE_PERIOD_TYPE, &period);
	pprof_stream_put_uint(&p->stream, PROFILE_PERIOD,
			      last->sampled ? last->sample_bytes : 1);
	for (size_t i = 0; i < comparison->run_count; i++)
		put_run(p, &comparison->runs[i]);
	put_string(p, PROFILE_DEFAULT_SAMPLE_TYPE,
		   pprof_heap_types[PPROF_HEAP_TYPES - 1].type);
}

static void pprof_print(const struct output_run *run,
			const struct diff_view *view)
{
	const struct comparison *comparison = view->comparison;
	struct diff_pprof p = { .comparison = comparison };

	pprof_stream_init(&p.stream, run->file);
	pprof_modules_init(&p.modules, &comparison->pool);
	for (size_t i = 0; i < PPROF_HEAP_TYPES; i++)
		put_type(&p, PROFILE_SAMPLE_TYPE, &pprof_heap_types[i]);
	for (size_t i = 0; i < comparison->row_count && i < run->limit; i++)
		put_row(&p, &comparison->rows[i]);
	pprof_modules_write(&p.modules, &p.stream);
	put_header(&p);
	pprof_stream_finish(&p.stream);
	pprof_modules_release(&p.modules);
	protobuf_release(&p.sample);
	protobuf_release(&p.label);
}

const struct diff_output diff_output_pprof = {
	.name = "pprof",
	.default_limit = SIZE_MAX,
	.binary = true,
	.print = pprof_print,
};
