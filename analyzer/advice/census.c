/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/census.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/estimate.h"
#include "analyzer/memory.h"

struct run {
	struct census *census;
	const struct census_progress *progress;
};

double census_sample_weight(const struct census *census,
			    const struct live_block *block)
{
	double interval = ldexp(census->interval_bytes,
				(int)block->interval_shift);

	return estimate_weigh(block->size, interval).count;
}

static uint32_t add_row(struct census *census, uint32_t stack)
{
	GROW(census->rows, census->capacity, census->count);
	census->rows[census->count] = (struct census_row){
		.stack = stack,
		.first_tick = UINT64_MAX,
	};
	return (uint32_t)census->count++;
}

uint32_t census_row_new(struct census *census, uint32_t stack)
{
	const struct stack_tree *stacks = &census->recording->model.stacks;
	uint32_t id;

	id = stack_tree_id(stacks, stack);
	if (census->merged)
		id = census->merged[id];
	if (census->row_of[id] == CENSUS_NO_ROW)
		census->row_of[id] = add_row(census, id);
	if (stack < stacks->count)
		census->row_of[stack] = census->row_of[id];
	return census->row_of[id];
}

static uint32_t on_site(void *context, const struct event *event, uint32_t lane)
{
	struct run *run = context;

	(void)lane;
	return census_row_of(run->census, event->stack);
}

static void add_moment(struct census_moments *moments, double x, double weight)
{
	moments->count += weight;
	moments->sum += weight * x;
	moments->squares += weight * x * x;
}

static void add_timed(const struct census *census, const struct event *event,
		      uint64_t *count, uint64_t *units)
{
	if (!event->has_detail ||
	    (double)event->duration > census->long_units)
		return;
	++*count;
	*units += event->duration;
}

/* With one thread a row's own figures tell. */
static bool counts_lanes(const struct census *census)
{
	return census->interval_bytes == 0 &&
	       census->recording->lane_count > 1;
}

/* After the row was updated: are none of its thread's blocks left? */
static void count_emptied(struct census *census, struct census_row *row,
			  const struct live_block *block)
{
	struct lane_state *lane;

	if (!counts_lanes(census)) {
		row->emptied += row->live == 0 && census->interval_bytes == 0;
		return;
	}
	lane = lane_table_get(&census->lanes, block->site, block->lane,
			      &row->lane_hint);
	if (lane->live > 0)
		lane->live--;
	row->emptied += lane->live == 0;
}

/* Before the row is updated: the thread's blocks were not gone after all. */
static void take_back_emptied(struct census *census, struct census_row *row,
			      const struct live_block *block)
{
	struct lane_state *lane;

	if (!counts_lanes(census)) {
		row->emptied -= row->live == 0 && census->interval_bytes == 0;
		return;
	}
	lane = lane_table_get(&census->lanes, block->site, block->lane,
			      &row->lane_hint);
	row->emptied -= lane->live == 0;
	lane->live++;
}

static void on_allocated(void *context, const struct replay_step *step)
{
	struct run *run = context;
	struct census *census = run->census;
	struct census_row *row = &census->rows[step->block->site];
	double weight = census_weight(census, step->block);
	double bytes = weight * (double)step->block->size;

	if (step->event->has_detail)
		size_classes_learn(census->classes, step->event);
	row->samples++;
	row->calls += weight;
	row->weight_squares += weight * weight;
	row->bytes += bytes;
	row->live += weight;
	row->live_bytes += bytes;
	row->live_max = census_larger(row->live_max, row->live);
	row->live_bytes_max = census_larger(row->live_bytes_max,
					    row->live_bytes);
	row->quarters[census_quarter(census, step->tick)] += weight;
	add_moment(&row->sizes, census_log2(step->block->size), weight);
	if (row->first_tick > step->tick)
		row->first_tick = step->tick;
	row->last_tick = step->tick;
	row->reallocs += step->event->kind == EVENT_REALLOC_NEW;
	row->callocs += step->event->kind == EVENT_CALLOC;
	add_timed(census, step->event, &row->timed, &row->timed_units);
	if (counts_lanes(census))
		lane_table_get(&census->lanes, step->block->site, step->lane,
			       &row->lane_hint)->live++;
	census->total.live_bytes += bytes;
	census->total.live_bytes_max =
		census_larger(census->total.live_bytes_max,
			      census->total.live_bytes);
}

/* How many frames of the first stack are not the second's, too. *own: the
 * outermost that only the second has. */
static uint32_t frames_above(const struct census *census, uint32_t stack,
			     uint32_t other, uint32_t *own)
{
	const struct stack_node *nodes = census->recording->model.stacks.nodes;
	const uint16_t *depth = census->depth;
	uint32_t above = 0;

	while (stack != other) {
		if (depth[stack] >= depth[other]) {
			stack = nodes[stack].parent;
			above++;
		} else {
			*own = other;
			other = nodes[other].parent;
		}
		if (stack < STACK_FIRST || other < STACK_FIRST)
			return UINT32_MAX;
	}
	return above;
}

static void add_shared(const struct census *census, struct census_row *row,
		       uint32_t stack)
{
	const struct stack_tree *stacks = &census->recording->model.stacks;
	uint32_t above, own = STACK_ROOT;

	if (stack < STACK_FIRST || stack >= stacks->count ||
	    row->stack < STACK_FIRST)
		return;
	above = frames_above(census, row->stack, stack_tree_id(stacks, stack),
			     &own);
	if (above != UINT32_MAX && own != STACK_ROOT)
		row->free_node = own;
	if (above == UINT32_MAX)
		row->shared_none++;
	else
		row->shared[above < CENSUS_SHARED ? above : CENSUS_SHARED - 1]++;
}

static void add_temporary(struct census_row *row, uint32_t distance,
			  double weight)
{
	static const uint32_t distances[CENSUS_DISTANCES] = { 0, 1, 2, 8 };

	int i = 0;

	while (distance > distances[i])
		i++;
	row->temporary[i] += weight;
}

/* Each with the ones before. */
static void sum_temporary(struct census_row *row)
{
	for (int i = 1; i < CENSUS_DISTANCES; i++)
		row->temporary[i] += row->temporary[i - 1];
}

static void on_released(void *context, const struct replay_step *step)
{
	struct run *run = context;
	struct census *census = run->census;
	struct census_row *row = &census->rows[step->block->site];
	double weight = census_weight(census, step->block);
	double bytes = weight * (double)step->block->size;

	row->live -= weight;
	row->live_bytes -= bytes;
	census->total.live_bytes -= bytes;
	count_emptied(census, row, step->block);
	if (step->end == REPLAY_IMPLICIT)
		return;
	row->frees += weight;
	if (step->block->lane != step->lane)
		row->far_frees += weight;
	if (step->distance <= 8)
		add_temporary(row, step->distance, weight);
	add_moment(&row->lifetimes, census_log2(replay_step_age(step)), weight);
	add_timed(census, step->event, &row->timed_frees, &row->timed_free_units);
	if (step->event->stack)
		add_shared(census, row, step->event->stack);
}

/* Rare; what only describes stays as it is. */
static void on_restored(void *context, const struct replay_step *step)
{
	struct run *run = context;
	struct census *census = run->census;
	struct census_row *row = &census->rows[step->block->site];
	double weight = census_weight(census, step->block);
	double bytes = weight * (double)step->block->size;

	take_back_emptied(census, row, step->block);
	row->live += weight;
	row->live_bytes += bytes;
	census->total.live_bytes += bytes;
	row->frees -= weight;
	if (step->block->lane != step->lane)
		row->far_frees -= weight;
	if (step->distance <= 8)
		add_temporary(row, step->distance, -weight);
	add_moment(&row->lifetimes, census_log2(replay_step_age(step)),
		   -weight);
}

static void on_progress(void *context, uint64_t done, uint64_t total)
{
	const struct run *run = context;

	run->progress->update(run->progress->context, done, total);
}

static void measure_depths(struct census *census)
{
	const struct stack_tree *stacks = &census->recording->model.stacks;

	census->depth = xcalloc(stacks->count, sizeof(*census->depth));
	for (size_t i = STACK_FIRST; i < stacks->count; i++) {
		uint32_t parent = stacks->nodes[i].parent;
		unsigned int depth = census->depth[parent] + 1u;

		census->depth[i] = (uint16_t)(depth > UINT16_MAX ? UINT16_MAX :
								   depth);
	}
}

static void set_marks(struct census *census)
{
	const struct model *model = &census->recording->model;
	uint64_t last = recording_last_tick(census->recording);
	uint64_t first = model->meta.start_tick;

	if (first == 0 || first > last)
		first = model->usage_count ? model->usage[0].tick : 0;
	if (first > last)
		first = last;
	census->first_tick = first;
	census->last_tick = last;
	for (uint64_t i = 0; i < CENSUS_QUARTERS - 1; i++)
		census->marks[i] = first + (last - first) / CENSUS_QUARTERS *
						   (i + 1);
}

static void init(struct census *census, struct recording *recording)
{
	const struct model *model = &recording->model;
	struct site_ids ids;

	*census = (struct census){ .recording = recording };
	if (model->meta.mode == MODE_SAMPLED)
		census->interval_bytes = (double)model->meta.sample_bytes;
	census->row_of = xcalloc(model->stacks.count, sizeof(uint32_t));
	memset(census->row_of, 0xff, model->stacks.count * sizeof(uint32_t));
	site_ids_init(&ids, model);
	census->merged = site_ids_merge(&ids, model);
	site_ids_release(&ids);
	census->classes = size_classes_new(recording);
	measure_depths(census);
	census->long_units = CENSUS_LONG_NS / model->ns_per_tick *
			     ldexp(1, (int)model->meta.tick_shift);
	set_marks(census);
	census->total.first_tick = UINT64_MAX;
}

static void sum(struct census *census)
{
	struct census_row *total = &census->total;
	double peak = total->live_bytes_max;

	total->live_bytes = 0; /* the rows have it */
	for (size_t i = 0; i < census->count; i++) {
		sum_temporary(&census->rows[i]);
		census_row_add(total, &census->rows[i]);
	}
	total->live_bytes_max = peak;
}

void census_run(struct census *census, struct recording *recording,
		const struct census_progress *progress)
{
	struct run run = { census, progress };
	const struct replay_sink sink = {
		.context = &run,
		.site = on_site,
		.allocated = on_allocated,
		.released = on_released,
		.restored = on_restored,
		.progress = progress ? on_progress : NULL,
	};

	init(census, recording);
	replay_run(recording, &sink, &census->counts, NULL);
	lane_table_release(&census->lanes);
	sum(census);
}

void census_release(struct census *census)
{
	free(census->rows);
	free(census->row_of);
	free(census->depth);
	free(census->merged);
	size_classes_free(census->classes);
	*census = (struct census){ 0 };
}

static void add_moments(struct census_moments *to,
			const struct census_moments *from)
{
	to->count += from->count;
	to->sum += from->sum;
	to->squares += from->squares;
}

void census_row_add(struct census_row *row, const struct census_row *more)
{
	row->samples += more->samples;
	row->calls += more->calls;
	row->bytes += more->bytes;
	row->weight_squares += more->weight_squares;
	row->frees += more->frees;
	row->far_frees += more->far_frees;
	for (int i = 0; i < CENSUS_DISTANCES; i++)
		row->temporary[i] += more->temporary[i];
	row->live += more->live;
	row->live_bytes += more->live_bytes;
	row->live_max += more->live_max;
	row->live_bytes_max += more->live_bytes_max;
	for (int i = 0; i < CENSUS_QUARTERS; i++)
		row->quarters[i] += more->quarters[i];
	add_moments(&row->sizes, &more->sizes);
	add_moments(&row->lifetimes, &more->lifetimes);
	if (row->first_tick > more->first_tick)
		row->first_tick = more->first_tick;
	if (row->last_tick < more->last_tick)
		row->last_tick = more->last_tick;
	row->timed += more->timed;
	row->timed_units += more->timed_units;
	row->timed_frees += more->timed_frees;
	row->timed_free_units += more->timed_free_units;
	row->emptied += more->emptied;
	row->reallocs += more->reallocs;
	row->callocs += more->callocs;
	for (int i = 0; i < CENSUS_SHARED; i++)
		row->shared[i] += more->shared[i];
	row->shared_none += more->shared_none;
}

double census_deviation(const struct census_moments *moments)
{
	double mean, variance;

	if (moments->count <= 0)
		return 0;
	mean = moments->sum / moments->count;
	variance = moments->squares / moments->count - mean * mean;
	return variance > 0 ? sqrt(variance) : 0;
}
