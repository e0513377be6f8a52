/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/joint_pools.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

#define LISTS_MAX (1u << 22)
#define NO_POOL SIZE_MAX

struct joint_pools {
	const struct joint_pool *pools;
	size_t count, lanes;
	size_t *first;	/* by pool: its first size's row of lists */
	uint32_t *held; /* by row and lane: idle blocks */
	/* Now; the live ones as requested. */
	double idle_bytes, waste_bytes, live_bytes;
	double idle_most, all_most, live_most;
};

struct joint_pools *joint_pools_new(const struct joint_pool *pools, size_t count,
				    size_t lanes)
{
	struct joint_pools *joint;
	size_t rows = 0;

	for (size_t i = 0; i < count; i++)
		rows += pools[i].size_count;
	if (rows == 0 || lanes == 0 || lanes > LISTS_MAX / rows)
		return NULL;
	joint = xcalloc(1, sizeof(*joint));
	joint->pools = pools;
	joint->count = count;
	joint->lanes = lanes;
	joint->first = xcalloc(count, sizeof(*joint->first));
	joint->held = xcalloc(rows * lanes, sizeof(*joint->held));
	for (size_t i = 1; i < count; i++)
		joint->first[i] = joint->first[i - 1] + pools[i - 1].size_count;
	return joint;
}

void joint_pools_free(struct joint_pools *joint)
{
	if (!joint)
		return;
	free(joint->first);
	free(joint->held);
	free(joint);
}

/* Which of its sizes a block gets; as many as there are: none. */
static size_t size_index(const struct joint_pool *pool, uint64_t size)
{
	size_t i = 0;

	while (i < pool->size_count && pool->sizes[i] < size)
		i++;
	return i;
}

static uint32_t *list_of(struct joint_pools *joint, size_t pool, size_t index,
			 uint32_t lane)
{
	return &joint->held[(joint->first[pool] + index) * joint->lanes + lane];
}

static void note(struct joint_pools *joint)
{
	double idle = joint->idle_bytes + joint->waste_bytes;

	joint->idle_most = census_larger(joint->idle_most, idle);
	joint->all_most = census_larger(joint->all_most,
					idle + joint->live_bytes);
	joint->live_most = census_larger(joint->live_most, joint->live_bytes);
}

void joint_pools_allocate(struct joint_pools *joint, size_t pool, uint64_t size,
			  uint32_t lane)
{
	const struct joint_pool *p = &joint->pools[pool];
	size_t index = size_index(p, size);
	uint32_t *held;

	if (index == p->size_count)
		return;
	held = list_of(joint, pool, index, lane);
	if (*held > 0) {
		--*held;
		joint->idle_bytes -= (double)p->sizes[index];
	}
	joint->live_bytes += (double)size;
	joint->waste_bytes += (double)(p->sizes[index] - size);
	note(joint);
}

void joint_pools_release(struct joint_pools *joint, size_t pool, uint64_t size,
			 uint32_t lane)
{
	const struct joint_pool *p = &joint->pools[pool];
	size_t index = size_index(p, size);
	uint32_t *held;

	if (index == p->size_count)
		return;
	held = list_of(joint, pool, index, lane);
	if (*held < p->cap && *held < UINT32_MAX) {
		++*held;
		joint->idle_bytes += (double)p->sizes[index];
	}
	joint->live_bytes -= (double)size;
	joint->waste_bytes -= (double)(p->sizes[index] - size);
	note(joint);
}

struct joint_price joint_pools_price(const struct joint_pools *joint)
{
	return (struct joint_price){
		.pools = joint->count,
		.idle_bytes = joint->idle_most,
		.added_bytes = joint->all_most - joint->live_most,
	};
}

/* A replay. */
struct run {
	const struct signal_pass *pass;
	struct joint_pools *joint;
	size_t *pool_of; /* by candidate */
};

static uint32_t on_site(void *context, const struct event *event, uint32_t lane)
{
	const struct run *run = context;
	uint32_t row = census_row_of(run->pass->census, event->stack);

	(void)lane;
	return row < run->pass->row_count ? row : 0; /* the file has changed */
}

/* Of a block's site; NO_POOL if it has none. */
static size_t pool_of(const struct run *run, const struct live_block *block)
{
	uint32_t candidate = run->pass->candidate_of[block->site];

	return candidate == SIGNALS_NONE ? NO_POOL : run->pool_of[candidate];
}

static void on_allocated(void *context, const struct replay_step *step)
{
	struct run *run = context;
	size_t pool = pool_of(run, step->block);

	if (pool != NO_POOL)
		joint_pools_allocate(run->joint, pool, step->block->size,
				     step->lane);
}

static void on_released(void *context, const struct replay_step *step)
{
	struct run *run = context;
	size_t pool = pool_of(run, step->block);

	if (pool != NO_POOL)
		joint_pools_release(run->joint, pool, step->block->size,
				    step->lane);
}

struct joint_price joint_pools_run(const struct signal_pass *pass,
				   const struct joint_pool *pools, size_t count)
{
	struct joint_pools *joint =
		joint_pools_new(pools, count, pass->recording->lane_count);
	struct run run = { pass, joint, NULL };
	const struct replay_sink sink = {
		.context = &run,
		.site = on_site,
		.allocated = on_allocated,
		.released = on_released,
		.restored = on_allocated,
	};
	struct joint_price price = { 0 };
	struct replay_counts counts;

	if (!joint)
		return price;
	run.pool_of = xcalloc(pass->count + 1, sizeof(*run.pool_of));
	memset(run.pool_of, 0xff, pass->count * sizeof(*run.pool_of));
	for (size_t i = 0; i < count; i++)
		run.pool_of[pools[i].candidate] = i;
	replay_run(pass->recording, &sink, &counts, NULL);
	price = joint_pools_price(joint);
	free(run.pool_of);
	joint_pools_free(joint);
	return price;
}
