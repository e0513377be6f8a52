/* SPDX-License-Identifier: MIT */
/*
 * Are two stacks one place, but for functions that stand between others on one
 * side only? They are if the calls that both sides know at all are the same,
 * in the same order, and the allocating function is. A function in place of
 * another is a change, not a likeness.
 */
#ifndef ANALYZER_DIFF_SIMILAR_H
#define ANALYZER_DIFF_SIMILAR_H

#include "analyzer/diff/call_sequence.h"

/* The calls of all rows of a side: an open table. Zeroed at first. */
struct call_set {
	uint64_t *slots;
	size_t count, capacity;
};

void call_set_add(struct call_set *set, uint64_t call);
bool call_set_has(const struct call_set *set, uint64_t call);
void call_set_release(struct call_set *set);

/* Leaves the calls that the set has. */
void similar_common(struct call_sequence *sequence, const struct call_set *set);

/*
 * How much two stacks, by CALLS_OWN, have in common, 0 to 1: the nearer to the
 * allocation, the more a call counts. 0 if they are not one place. The sets
 * are of the old and the new side; NULL: it is enough that one of the two has
 * all the calls of the other.
 */
double similar_score(const struct call_sequence *old,
		     const struct call_sequence *new,
		     const struct call_set *old_set,
		     const struct call_set *new_set);

#endif
