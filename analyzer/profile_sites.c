/* SPDX-License-Identifier: MIT */
#include "analyzer/profile_sites.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"
#include "analyzer/profile_state.h"

#define SIZE_CLASSES (PROFILE_SIZE_CLASS_EXACT + 1 + 54 * 8)

static uint32_t *no_sites(size_t count)
{
	uint32_t *array = xcalloc(count, sizeof(*array));

	memset(array, 0xff, count * sizeof(*array));
	return array;
}

void profile_sites_init(struct profile *p)
{
	struct profile_state *state = p->state;
	enum profile_by by = state->view->by;
	size_t keys = state->recording->model.stacks.count;

	state->by_id_count = by == PROFILE_BY_STACK ? keys : 0;
	if (by == PROFILE_BY_THREAD)
		keys = state->recording->lane_count;
	if (by == PROFILE_BY_SIZE)
		keys = SIZE_CLASSES;
	state->site_of = no_sites(keys);
}

void profile_sites_release(struct profile *p)
{
	free(p->state->site_of);
	free(p->state->site_of_group);
	p->state->site_of = NULL;
	p->state->site_of_group = NULL;
}

uint32_t profile_sites_add(struct profile *p, uint32_t key, uint32_t stack)
{
	struct profile_state *state = p->state;
	struct site *site;

	GROW(p->sites, p->site_capacity, p->site_count);
	site = &p->sites[p->site_count];
	*site = (struct site){ .key = key, .stack = stack };
	site->size_min = UINT64_MAX;
	site->first_tick = UINT64_MAX;
	if (p->sampled) {
		GROW(state->sums, state->sums_capacity, p->site_count);
		memset(&state->sums[p->site_count], 0, sizeof(*state->sums));
	}
	return (uint32_t)p->site_count++;
}

/* Room for one more group of those that grow. */
static void reserve_group(struct profile_state *state, uint32_t group)
{
	size_t room = state->group_room;

	if (group < room)
		return;
	while (room <= group)
		room = room * 2 + 64;
	state->site_of_group = xreallocarray(state->site_of_group, room,
					     sizeof(*state->site_of_group));
	memset(state->site_of_group + state->group_room, 0xff,
	       (room - state->group_room) * sizeof(*state->site_of_group));
	state->group_room = room;
}

static uint32_t group_of(struct profile_state *state, uint32_t stack)
{
	const struct profile_view *view = state->view;
	uint32_t group;

	if (view->group_of)
		group = view->group_of(view->group_context, stack);
	else
		group = view->groups[stack];
	if (!view->group_of && group >= view->group_count)
		group = (uint32_t)view->group_count; /* the caller's mistake */
	reserve_group(state, group);
	return group;
}

/* Finds the site of a canonical stack that was not met before. */
static void site_of_stack(struct profile *p, uint32_t stack)
{
	struct profile_state *state = p->state;
	uint32_t *slot = &state->site_of[stack];
	uint32_t group;

	if (!state->view->groups && !state->view->group_of) {
		*slot = profile_sites_add(p, stack, stack);
		return;
	}
	group = group_of(state, stack);
	if (state->site_of_group[group] == SELECTION_NO_SITE)
		state->site_of_group[group] = profile_sites_add(p, group, stack);
	*slot = state->site_of_group[group];
}

uint32_t profile_site_of(void *context, const struct event *event,
			 uint32_t lane)
{
	struct profile *p = context;
	struct profile_state *state = p->state;
	const struct recording *recording = state->recording;
	uint32_t stack, key, class;

	if (event->stack < state->by_id_count &&
	    state->site_of[event->stack] != SELECTION_NO_SITE)
		return state->site_of[event->stack];
	stack = stack_tree_id(&recording->model.stacks, event->stack);
	switch (state->view->by) {
	case PROFILE_BY_THREAD:
		key = recording->lanes[lane].serial;
		class = lane;
		break;
	case PROFILE_BY_SIZE:
		key = profile_size_class(event->size);
		class = key;
		break;
	default:
		if (state->site_of[stack] == SELECTION_NO_SITE)
			site_of_stack(p, stack);
		if (event->stack < state->by_id_count)
			state->site_of[event->stack] = state->site_of[stack];
		return state->site_of[stack];
	}
	if (state->site_of[class] == SELECTION_NO_SITE)
		state->site_of[class] = profile_sites_add(p, key, stack);
	return state->site_of[class];
}
