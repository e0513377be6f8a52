/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/signals.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"
#include "analyzer/whole.h"

#define CANDIDATES_MAX 1024

static uint32_t on_site(void *context, const struct event *event, uint32_t lane)
{
	struct signal_pass *pass = context;

	uint32_t row = census_row_of(pass->census, event->stack);

	(void)lane;
	return row < pass->row_count ? row : 0; /* the file has changed */
}

static struct signal_step step_of(const struct signal_pass *pass,
				  const struct replay_step *step)
{
	uint32_t row = step->block->site;

	return (struct signal_step){
		.step = step,
		.row = row,
		.candidate = pass->candidate_of[row],
		.weight = census_weight(pass->census, step->block),
		.youngest = YOUNGEST_UNKNOWN,
	};
}

/* The tick at which a candidate's next mark is passed. */
static uint64_t next_mark(const struct signal_pass *pass,
			  const struct signals *c)
{
	if (c->mark >= SIGNALS_MARKS || pass->mark_ticks <= 0)
		return UINT64_MAX;
	return pass->census->first_tick +
	       whole_of(ceil((c->mark + 1) * pass->mark_ticks));
}

static inline void pass_marks(const struct signal_pass *pass,
			      struct signals *c, uint64_t tick)
{
	while (tick >= c->mark_tick) {
		c->marks[c->mark++] = (float)c->live;
		c->mark_tick = next_mark(pass, c);
	}
}

static struct lane_state *lane_of(struct signal_pass *pass, struct signals *c,
				  uint32_t lane)
{
	return lane_table_get(&pass->lanes, (uint32_t)(c - pass->candidates),
			      lane, &c->lane_hint);
}

static bool is_like(uint64_t size, uint64_t other)
{
	return size <= 2 * other && other <= 2 * size;
}

/* A run: one at a time in its thread, each of about the size of the last. */
static void allocate_in_lane(struct signal_pass *pass, struct signals *c,
			     const struct signal_step *s)
{
	struct lane_state *lane = lane_of(pass, c, s->step->lane);
	uint64_t size = s->step->block->size;

	c->lane_count += lane->live_max == 0;
	lane->live++;
	if (lane->live > lane->live_max)
		lane->live_max = lane->live;
	if (lane->live_max > c->lane_max)
		c->lane_max = lane->live_max;
	if (lane->live == 1)
		lane->together = s->step->event->kind == EVENT_REALLOC_NEW;
	else
		lane->together = true;
	if (lane->together || lane->otherwise || !is_like(size, lane->size))
		lane->run = 0;
	lane->otherwise = false;
	lane->size = size;
}

static void release_in_lane(struct signal_pass *pass, struct signals *c,
			    const struct signal_step *s)
{
	struct lane_state *lane = lane_of(pass, c, s->step->block->lane);
	double least = pass->thresholds->values[THRESHOLD_HOIST_RUN];

	if (lane->live > 0)
		lane->live--;
	c->emptied += lane->live == 0;
	c->reallocated += s->step->end == REPLAY_REALLOCATED;
	if (lane->live > 0)
		return;
	lane->otherwise = s->step->end != REPLAY_FREED;
	if (lane->otherwise || lane->together)
		return;
	lane->run++;
	if (lane->run == least)
		c->in_runs += lane->run;
	else if (lane->run > least)
		c->in_runs++;
}

static void allocated(struct signal_pass *pass, const struct signal_step *s)
{
	struct signals *c = &pass->candidates[s->candidate];
	const struct replay_step *step = s->step;
	const struct fit *fit = fits_of(pass->fits, step->block->size);
	double bytes = s->weight * (double)step->block->size;

	pass_marks(pass, c, step->tick);
	c->live += s->weight;
	c->live_bytes += bytes;
	c->live_max = census_larger(c->live_max, c->live);
	c->live_bytes_max = census_larger(c->live_bytes_max, c->live_bytes);
	signal_sizes_live(&c->granted, fit, s->weight);
	signal_sizes_count(&c->granted, fit, s->weight);
	if (pass->sampled)
		spread_add(&c->sizes, step->block->size, s->weight);
	else
		spread_count(&c->sizes, step->block->size);
	call_meter_allocated(&pass->meter, &c->calls, step, s->weight);
	if (step->event->kind == EVENT_CALLOC) {
		c->callocs += s->weight;
		if (step->event->has_detail) {
			c->zeroed_calls++;
			c->zeroed_units += step->event->duration;
		}
	}
	if (!pass->sampled)
		allocate_in_lane(pass, c, s);
}

/* All sites' figures at the moment of the process's peak. */
static void note_peak(struct signal_pass *pass, uint64_t tick)
{
	pass->peaked = true;
	pass->peak_tick = tick;
	for (size_t i = 0; i < pass->count; i++) {
		struct signals *c = &pass->candidates[i];

		c->at_peak = c->live;
		c->at_peak_bytes = c->live_bytes;
		c->at_peak_waste = c->granted.waste;
		c->above_at_peak = c->granted.above;
	}
}

static void on_allocated(void *context, const struct replay_step *step)
{
	struct signal_pass *pass = context;
	const struct signal_step s = step_of(pass, step);
	uint32_t lane = step->lane;

	pass->bytes += step->block->size;
	pass->sequences[lane] = step->block->sequence;
	if (!pass->sampled) {
		bytes_clock_add(&pass->clocks[lane], step->block->sequence,
				pass->bytes);
		youngest_add(&pass->youngest[lane], step->block->sequence);
	}
	if (pass->incumbent && incumbent_allocated(pass->incumbent, step) &&
	    s.candidate != SIGNALS_NONE)
		pass->candidates[s.candidate].incumbent_hits++;
	if (s.candidate != SIGNALS_NONE)
		allocated(pass, &s);
	for (size_t i = 0; i < pass->part_count; i++)
		if (pass->parts[i].allocated)
			pass->parts[i].allocated(pass->parts[i].context, &s);
	pass->live_bytes += s.weight * (double)step->block->size;
	if (!pass->peaked &&
	    pass->live_bytes >= pass->census->total.live_bytes_max)
		note_peak(pass, step->tick);
}

/* Bytes that were allocated since a block of a thread was. */
static uint64_t bytes_since(const struct signal_pass *pass,
			    const struct live_block *block)
{
	return pass->bytes - bytes_clock_at(&pass->clocks[block->lane],
					    block->sequence,
					    pass->sequences[block->lane]);
}

static void add_lifetime(struct signal_pass *pass, struct signals *c,
			 const struct signal_step *s)
{
	const struct live_block *block = s->step->block;

	if (pass->sampled) {
		spread_add(&c->life_ticks, replay_step_age(s->step), s->weight);
		return;
	}
	spread_count(&c->life_ticks, replay_step_age(s->step));
	spread_count(&c->life_calls,
		     pass->sequences[block->lane] - block->sequence);
	spread_count(&c->life_bytes, bytes_since(pass, block));
}

static void take_back_lifetime(struct signal_pass *pass, struct signals *c,
			       const struct signal_step *s)
{
	const struct live_block *block = s->step->block;

	spread_take_back(&c->life_ticks, replay_step_age(s->step), s->weight);
	if (pass->sampled)
		return;
	spread_take_back(&c->life_calls,
			 pass->sequences[block->lane] - block->sequence, 1);
	spread_take_back(&c->life_bytes, bytes_since(pass, block), 1);
}

static bool is_long_lived(const struct signal_pass *pass, uint64_t age)
{
	return (double)age > pass->mark_ticks * SIGNALS_MARKS / 2;
}

static void released(struct signal_pass *pass, const struct signal_step *s)
{
	struct signals *c = &pass->candidates[s->candidate];
	const struct replay_step *step = s->step;
	double bytes = s->weight * (double)step->block->size;

	pass_marks(pass, c, step->tick);
	c->live -= s->weight;
	c->live_bytes -= bytes;
	signal_sizes_live(&c->granted, fits_of(pass->fits, step->block->size),
			  -s->weight);
	if (!pass->sampled)
		release_in_lane(pass, c, s);
	if (step->end == REPLAY_IMPLICIT) {
		c->implicit += s->weight;
		return;
	}
	add_lifetime(pass, c, s);
	if (is_long_lived(pass, replay_step_age(step)))
		c->long_lived += s->weight;
	call_meter_released(&pass->meter, &c->calls, step);
	c->lifo_known += s->youngest != YOUNGEST_UNKNOWN;
	c->lifo += s->youngest == YOUNGEST_YES;
}

static void on_released(void *context, const struct replay_step *step)
{
	struct signal_pass *pass = context;
	struct signal_step s = step_of(pass, step);

	if (!pass->sampled)
		s.youngest = youngest_remove(
			&pass->youngest[step->block->lane],
			step->block->sequence);
	call_meter_note(&pass->meter, step);
	if (pass->incumbent)
		incumbent_released(pass->incumbent, step);
	if (s.candidate != SIGNALS_NONE)
		released(pass, &s);
	for (size_t i = 0; i < pass->part_count; i++)
		if (pass->parts[i].released)
			pass->parts[i].released(pass->parts[i].context, &s);
	pass->live_bytes -= s.weight * (double)step->block->size;
}

static void restore_in_lane(struct signal_pass *pass, struct signals *c,
			    const struct signal_step *s)
{
	struct lane_state *lane = lane_of(pass, c, s->step->block->lane);

	c->emptied -= lane->live == 0;
	c->reallocated--;
	lane->live++;
	lane->otherwise = false;
}

/* Rare: as if the release had not been. */
static void restored(struct signal_pass *pass, const struct signal_step *s)
{
	struct signals *c = &pass->candidates[s->candidate];
	double bytes = s->weight * (double)s->step->block->size;

	c->live += s->weight;
	c->live_bytes += bytes;
	signal_sizes_live(&c->granted,
			  fits_of(pass->fits, s->step->block->size), s->weight);
	if (!pass->sampled)
		restore_in_lane(pass, c, s);
	take_back_lifetime(pass, c, s);
	if (is_long_lived(pass, replay_step_age(s->step)))
		c->long_lived -= s->weight;
	c->lifo_known -= s->youngest != YOUNGEST_UNKNOWN;
	c->lifo -= s->youngest == YOUNGEST_YES;
}

static void on_restored(void *context, const struct replay_step *step)
{
	struct signal_pass *pass = context;
	struct signal_step s = step_of(pass, step);

	if (!pass->sampled)
		s.youngest = youngest_put_back(
			&pass->youngest[step->block->lane],
			step->block->sequence) ? YOUNGEST_YES : YOUNGEST_NO;
	if (pass->incumbent)
		incumbent_restored(pass->incumbent, step);
	if (s.candidate != SIGNALS_NONE)
		restored(pass, &s);
	for (size_t i = 0; i < pass->part_count; i++)
		if (pass->parts[i].restored)
			pass->parts[i].restored(pass->parts[i].context, &s);
	pass->live_bytes += s.weight * (double)step->block->size;
}

static void on_progress(void *context, uint64_t done, uint64_t total)
{
	const struct signal_pass *pass = context;

	pass->progress->update(pass->progress->context, done, total);
}

static bool may_be_worth_it(const struct signal_pass *pass,
			    const struct advice_site *site)
{
	const double *t = pass->thresholds->values;
	const struct census_row *sum = advice_site_sum(site);

	if (pass->sampled)
		return (double)sum->samples >= t[THRESHOLD_MIN_SAMPLES];
	return sum->calls >= t[THRESHOLD_MIN_CALLS];
}

static void choose(struct signal_pass *pass)
{
	const struct fold *fold = pass->fold;

	pass->candidates = xcalloc(CANDIDATES_MAX, sizeof(*pass->candidates));
	for (uint32_t i = 0; i < fold->count; i++) {
		const struct advice_site *site = &fold->sites[i];
		struct signals *c = &pass->candidates[pass->count];

		if (pass->count == CANDIDATES_MAX)
			break;
		if (!may_be_worth_it(pass, site))
			continue;
		c->site = site;
		c->mark_tick = next_mark(pass, c);
		for (size_t k = 0; k < site->row_count; k++)
			pass->candidate_of[site->rows[k]] =
				(uint32_t)pass->count;
		pass->count++;
	}
}

void signals_init(struct signal_pass *pass, struct census *census,
		  const struct fold *fold, const struct thresholds *thresholds)
{
	size_t lanes = census->recording->lane_count;

	*pass = (struct signal_pass){
		.recording = census->recording,
		.census = census,
		.fold = fold,
		.thresholds = thresholds,
		.sampled = census->interval_bytes > 0,
		.row_count = census->count,
	};
	pass->fits = xcalloc(1, sizeof(*pass->fits));
	fits_init(pass->fits, census->classes,
		  thresholds->values[THRESHOLD_SIZE_CLASS_ABOVE]);
	pass->candidate_of = xcalloc(census->count + 1, sizeof(uint32_t));
	memset(pass->candidate_of, 0xff, census->count * sizeof(uint32_t));
	pass->youngest = xcalloc(lanes + 1, sizeof(*pass->youngest));
	pass->clocks = xcalloc(lanes + 1, sizeof(*pass->clocks));
	pass->sequences = xcalloc(lanes + 1, sizeof(*pass->sequences));
	pass->mark_ticks = (double)(census->last_tick - census->first_tick) /
			   SIGNALS_MARKS;
	call_meter_init(&pass->meter, &census->recording->model, lanes);
	choose(pass);
}

void signals_add_part(struct signal_pass *pass, const struct signal_part *part)
{
	if (pass->part_count < SIGNAL_PARTS_MAX)
		pass->parts[pass->part_count++] = *part;
}

/* What is live in the end: how old it is. */
static void add_survivors(struct signal_pass *pass,
			  const struct live_table *live)
{
	double quantile = pass->thresholds->values[THRESHOLD_LEAK_QUANTILE];
	double *limits = xcalloc(pass->count + 1, sizeof(*limits));

	for (size_t i = 0; i < pass->count; i++)
		limits[i] = spread_quantile(&pass->candidates[i].life_ticks,
					    quantile);
	for (size_t i = 0; i < live->group_count * LIVE_GROUP; i++) {
		struct live_block block;
		struct signals *c;
		double age, weight;

		if (!live->groups[i / LIVE_GROUP].addresses[i % LIVE_GROUP])
			continue;
		live_table_get(live, i, &block);
		if (pass->candidate_of[block.site] == SIGNALS_NONE)
			continue;
		c = &pass->candidates[pass->candidate_of[block.site]];
		age = (double)replay_age(&block, pass->census->last_tick);
		weight = census_weight(pass->census, &block);
		c->survivors += weight;
		if (age > limits[pass->candidate_of[block.site]])
			c->old_survivors += weight;
		if (is_long_lived(pass, whole_of(age)))
			c->long_lived += weight;
	}
	free(limits);
}

void signals_run(struct signal_pass *pass,
		 const struct census_progress *progress)
{
	const struct replay_sink sink = {
		.context = pass,
		.site = on_site,
		.allocated = on_allocated,
		.released = on_released,
		.restored = on_restored,
		.progress = progress ? on_progress : NULL,
	};
	struct replay_counts counts;
	struct live_table live;

	pass->progress = progress;
	replay_run(pass->recording, &sink, &counts, &live);
	add_survivors(pass, &live);
	live_table_release(&live);
	for (size_t i = 0; i < pass->count; i++) {
		struct signals *c = &pass->candidates[i];

		c->live_end = c->live;
		while (c->mark < SIGNALS_MARKS)
			c->marks[c->mark++] = (float)c->live;
	}
}

void signals_release(struct signal_pass *pass)
{
	for (size_t i = 0; pass->clocks && i < pass->recording->lane_count; i++)
		bytes_clock_release(&pass->clocks[i]);
	free(pass->fits);
	free(pass->clocks);
	free(pass->youngest);
	free(pass->sequences);
	free(pass->candidate_of);
	free(pass->candidates);
	lane_table_release(&pass->lanes);
	call_meter_release(&pass->meter);
	*pass = (struct signal_pass){ 0 };
}

const struct signals *signals_of(const struct signal_pass *pass, uint32_t site)
{
	uint32_t row = pass->fold->sites[site].rows[0];
	uint32_t candidate = pass->candidate_of[row];

	return candidate == SIGNALS_NONE ? NULL : &pass->candidates[candidate];
}

struct signal_size signals_dominant(const struct signals *signals)
{
	return signal_sizes_dominant(&signals->granted);
}
