/* SPDX-License-Identifier: MIT */
/*
 * Free lists: one for all threads, or one for each, where a block goes to the
 * thread that frees it or back to the one that allocated it.
 */
#include "analyzer/advice/pool_board.h"
#include "analyzer/advice/pool_policy.h"
#include "analyzer/memory.h"

#include <stdlib.h>

struct pool_lists {
	const struct pool_caps *caps;
	struct pool_board board;
	struct pool_list *lists;
	size_t count, capacity;
	/* By lane and class: the list's index + 1, 0 if there is none yet. */
	uint32_t *of_lane;
	size_t lane_room;
	size_t classes;
};

static void *begin(const struct pool_options *options)
{
	struct pool_lists *l = xcalloc(1, sizeof(*l));

	l->caps = options->caps;
	l->classes = options->size_count;
	pool_board_init(&l->board, options->size_count > 1);
	return l;
}

static void end(void *state)
{
	struct pool_lists *l = state;

	free(l->lists);
	free(l->of_lane);
	free(l);
}

static uint32_t add_list(struct pool_lists *l)
{
	GROW(l->lists, l->capacity, l->count);
	pool_list_init(&l->lists[l->count], l->caps);
	return (uint32_t)++l->count;
}

static void reserve_lane(struct pool_lists *l, uint32_t lane)
{
	size_t room = l->lane_room, used = room * l->classes;

	while (room <= lane)
		room = room * 2 + 8;
	l->of_lane = xreallocarray(l->of_lane, room * l->classes,
				   sizeof(*l->of_lane));
	for (; used < room * l->classes; used++)
		l->of_lane[used] = 0;
	l->lane_room = room;
}

/* The list of a lane; they are few. */
static inline struct pool_list *list_of(struct pool_lists *l, uint32_t lane,
					uint32_t class)
{
	uint32_t *index;

	if (lane >= l->lane_room)
		reserve_lane(l, lane);
	index = &l->of_lane[lane * l->classes + class];
	if (!*index)
		*index = add_list(l);
	return &l->lists[*index - 1];
}

static inline void take(struct pool_lists *l, uint32_t lane,
			const struct pool_move *move)
{
	struct pool_list *list = list_of(l, lane, move->class);

	pool_board_heap(&l->board, move->heap_bytes);
	pool_board_pop(&l->board, pool_list_pop(list), move->tick, move->bytes);
}

static inline void put(struct pool_lists *l, uint32_t lane,
		       const struct pool_move *move)
{
	struct pool_list *list = list_of(l, lane, move->class);

	pool_board_heap(&l->board, move->heap_bytes);
	pool_board_push(&l->board, pool_list_push(list, l->caps), move->tick,
			move->bytes);
}

static void allocate_shared(void *state, const struct pool_move *move)
{
	take(state, 0, move);
}

static void release_shared(void *state, const struct pool_move *move)
{
	put(state, 0, move);
}

/* As an allocation, but that it must not count as one. */
static void restore_shared(void *state, const struct pool_move *move)
{
	struct pool_lists *l = state;

	l->board.restored++;
	take(l, 0, move);
}

static void allocate_own(void *state, const struct pool_move *move)
{
	take(state, move->lane, move);
}

static void release_freeing(void *state, const struct pool_move *move)
{
	put(state, move->lane, move);
}

static void restore_freeing(void *state, const struct pool_move *move)
{
	struct pool_lists *l = state;

	l->board.restored++;
	take(l, move->lane, move);
}

static void release_owner(void *state, const struct pool_move *move)
{
	put(state, move->owner, move);
}

static void restore_owner(void *state, const struct pool_move *move)
{
	struct pool_lists *l = state;

	l->board.restored++;
	take(l, move->owner, move);
}

static void finish(void *state, uint64_t tick, double heap_bytes)
{
	struct pool_lists *l = state;

	(void)tick;
	pool_board_heap(&l->board, heap_bytes);
}

static void figures(const void *state, size_t cap, struct pool_span span,
		    struct pool_figures *out)
{
	const struct pool_lists *l = state;

	pool_board_figures(&l->board, cap, span, out);
}

const struct pool_policy pool_shared = {
	.word = "shared",
	.about = "one list for all threads",
	.locked = true,
	.begin = begin,
	.end = end,
	.allocate = allocate_shared,
	.release = release_shared,
	.restore = restore_shared,
	.finish = finish,
	.figures = figures,
};

const struct pool_policy pool_freeing = {
	.word = "freeing",
	.about = "a list per thread: to the one that frees",
	.begin = begin,
	.end = end,
	.allocate = allocate_own,
	.release = release_freeing,
	.restore = restore_freeing,
	.finish = finish,
	.figures = figures,
};

const struct pool_policy pool_owner = {
	.word = "owner",
	.about = "a list per thread: back to the one that allocated",
	.begin = begin,
	.end = end,
	.allocate = allocate_own,
	.release = release_owner,
	.restore = restore_owner,
	.finish = finish,
	.figures = figures,
};
