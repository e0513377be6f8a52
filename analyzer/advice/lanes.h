/* SPDX-License-Identifier: MIT */
/*
 * What is known of a site in one thread: how many of its blocks are live there,
 * and whether they come and go one at a time. And of a thread alone: which of
 * its live blocks is the youngest. Memory: 96 bytes a site and thread that
 * meet, 272 a thread. One thread.
 */
#ifndef ANALYZER_ADVICE_LANES_H
#define ANALYZER_ADVICE_LANES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Live blocks that were allocated in the lane. */
struct lane_state {
	uint64_t key; /* site and lane, +1 */
	uint32_t live, live_max;
	uint32_t run; /* allocated and released in turn, so far */
	bool together; /* the blocks that live are no part of a run */
	bool otherwise; /* the last one went in another way than by free() */
	uint64_t size; /* bytes, of the last one */
};

/* Open addressing; states move when it grows. Zeroed at first. The key of a site
 * and a lane is ((uint64_t)site << 32 | lane) + 1. */
struct lane_table {
	struct lane_state *states;
	size_t count, capacity; /* the latter a power of two, or 0 */
};

struct lane_state *lane_table_find(struct lane_table *table, uint64_t key);

/* `hint` is the caller's, for one site: where the last state of it was. */
static inline struct lane_state *lane_table_get(struct lane_table *table,
						uint32_t site, uint32_t lane,
						size_t *hint)
{
	uint64_t key = ((uint64_t)site << 32 | lane) + 1;
	struct lane_state *state;

	if (*hint < table->capacity && table->states[*hint].key == key)
		return &table->states[*hint];
	state = lane_table_find(table, key);
	*hint = (size_t)(state - table->states);
	return state;
}

void lane_table_release(struct lane_table *table);

/* The youngest live blocks of a thread, by their number in it. */
#define YOUNGEST_MAX 64

struct youngest {
	uint32_t sequences[YOUNGEST_MAX];
	uint32_t count;
};

void youngest_add(struct youngest *y, uint32_t sequence);
/* One that was removed is live again. Is it the youngest? */
bool youngest_put_back(struct youngest *y, uint32_t sequence);

enum youngest_is { YOUNGEST_YES, YOUNGEST_NO, YOUNGEST_UNKNOWN };
/* Removes it. Unknown: older than all that are kept, and none is. */
enum youngest_is youngest_remove(struct youngest *y, uint32_t sequence);

#endif
