/* SPDX-License-Identifier: MIT */
/*
 * Regions of a program's run: a function under which blocks are allocated that
 * are all gone again when it is done. For a function as called from one place,
 * in each thread, an epoch is the time from its first live block to none; a
 * realloc of the last one does not end it. The stacks whose blocks stay are left
 * out of it (they escape); a function is looked at if these have few of its
 * bytes. Memory: 100 bytes a function, 56 a
 * function and thread. Exact mode; one thread.
 */
#ifndef ANALYZER_ADVICE_EPOCHS_H
#define ANALYZER_ADVICE_EPOCHS_H

#include "analyzer/advice/signals.h"

/* A function, by the call to it: everything allocated under that call. */
struct epoch_function {
	uint32_t node;	 /* of the stack tree: the call */
	double calls, bytes;		 /* of stacks that come to none */
	double escaped_calls, escaped_bytes; /* of those that stay */
	double epochs;	 /* ended */
	double objects, total_bytes, peak_bytes; /* summed over them */
	double largest_bytes; /* the largest peak */
	double lifo, lifo_known; /* freed youngest first in their thread */
	/* Frees whose stack was recorded; those of them under the same call. */
	double free_stacks, free_under;
	double seen;	 /* of its calls, so far */
	bool dropped;	 /* it can't become a region: the rest was not seen */
};

struct epochs {
	struct epoch_function *functions; /* most calls first */
	size_t count, capacity;
	/* By census row: its functions, ended by UINT32_MAX; or NULL. */
	uint32_t **of_row;
	size_t row_count;
	struct epoch_lane *lanes; /* private */
	size_t lane_room, lane_count;
	double objects_least; /* an epoch, in the mean */
	const struct signal_pass *pass;
};

void epochs_init(struct epochs *epochs, const struct signal_pass *pass);
void epochs_release(struct epochs *epochs);
struct signal_part epochs_part(struct epochs *epochs);

/* Does a stack, by its row, come to none again and again? */
bool epochs_is_cyclic(const struct census_row *row);

#endif
