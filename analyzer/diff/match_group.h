/* SPDX-License-Identifier: MIT */
/*
 * Rows of two sides that have one key, told apart as well as can be: an
 * alignment that keeps the order of both, first of those that have equal
 * figures, lines or sizes; what lies between these in equal numbers is paired
 * in order. What is left in unequal numbers is one group, if it may be.
 */
#ifndef ANALYZER_DIFF_MATCH_GROUP_H
#define ANALYZER_DIFF_MATCH_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A row: what it is told apart by. */
struct match_member {
	uint32_t row;
	uint64_t lines; /* a hash of where its calls are */
	double calls, bytes;
};

/* In the order of their lines. */
struct match_group {
	const struct match_member *old, *new;
	size_t old_count, new_count;
	bool sampled; /* equal figures mean nothing */
	bool sum; /* what cannot be told apart is one; else it is left */
	void *context;
	/* May these two be one? NULL: any may. */
	bool (*may)(void *context, uint32_t old, uint32_t new);
	/* Told of each result: rows next to each other. Pairs mostly. */
	void (*found)(void *context, const struct match_group *group,
		      const struct match_member *old, size_t old_count,
		      const struct match_member *new, size_t new_count);
};

/* Rows that are on one side only are left, too. */
void match_group_align(const struct match_group *group);

#endif
