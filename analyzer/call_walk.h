/* SPDX-License-Identifier: MIT */
/*
 * Ways through the stacks of a report's rows, frame by frame: outward from the
 * allocation, or inward from the start of the thread. Frames that tell nothing
 * are stepped over; call_tree.h says which. One thread.
 */
#ifndef ANALYZER_CALL_WALK_H
#define ANALYZER_CALL_WALK_H

#include "analyzer/call_names.h"
#include "analyzer/report.h"

#define CALL_NO_NAME UINT32_MAX

/* A place in the stacks of rows [low, high), which have it in common. */
struct call_place {
	uint32_t node; /* of the stack tree */
	uint32_t call; /* of its symbol; UINT32_MAX: none yet */
	uint32_t low, high;
	uint32_t name;	 /* struct call_name's id; or CALL_NO_NAME */
	bool in_library; /* inward: the last call was the library's */
};

/* Zeroed at first; free the list. */
struct call_places {
	struct call_place *list;
	size_t count, capacity;
};

struct call_walk {
	const struct report *report;
	struct call_names *names;
	bool inward;
	const struct site **rows; /* inward: in the order of the stack tree */
	size_t row_count;
	bool deep;	/* rows are missing: their stacks are too deep */
	bool recursive; /* a function's call of itself was stepped over; for
			   the caller to reset */
	/* private */
	const struct stack_node *nodes;
	/* Inward: a node's place in that order, how many are in its subtree. */
	uint32_t *order, *size;
	struct call_places work;
};

/* The report is by site and says which way and whether with all frames. */
void call_walk_init(struct call_walk *walk, const struct report *report);
void call_walk_release(struct call_walk *walk);

/* Where all stacks begin: before their first frames. */
void call_walk_starts(const struct call_walk *walk, struct call_places *starts);

/* From each place to the next frames that tell something, added to `next`. */
void call_walk_advance(struct call_walk *walk, const struct call_places *from,
		       struct call_places *next);

void call_places_add(struct call_places *places,
		     const struct call_place *place);

#endif
