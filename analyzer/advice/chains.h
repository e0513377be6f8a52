/* SPDX-License-Identifier: MIT */
/*
 * Blocks that grow: by realloc, or hidden, as a vector does, by a larger block
 * of the same site and the release of the smaller one right after it in the
 * same thread. A chain is one such block from its first to its last size; it
 * belongs to the site of its last step. Memory: 140 bytes a live chain. Exact
 * mode; one thread.
 */
#ifndef ANALYZER_ADVICE_CHAINS_H
#define ANALYZER_ADVICE_CHAINS_H

#include "analyzer/advice/signals.h"

/* Of the chains of a candidate that have at least RESERVE_STEPS steps. Final is
 * what they need: the largest size, as some are trimmed or emptied after that. */
struct chain_sums {
	double chains, steps, moved; /* steps whose block moved */
	double copied_bytes, final_bytes;
	double hidden_bytes;	 /* copied by the program itself */
	double hidden;		 /* steps without realloc */
	double all_steps;	 /* of shorter ones as well */
	double in_place, remapped; /* steps that copied nothing */
	struct spread finals;	 /* bytes */
	double increments, increment_sum, increment_squares;
	double increment_deviations; /* within their chains, squared, summed */
};

struct chains {
	const struct signal_pass *pass;
	struct chain_sums *sums; /* by candidate */
	struct chain *live;	 /* private, and what follows */
	bool *may_grow;		 /* by candidate */
	bool *has_chains;	 /* by census row */
	struct chain_lane *lanes;
};

void chains_init(struct chains *chains, const struct signal_pass *pass);
/* Are there sites whose blocks may grow? They are of several sizes. */
bool chains_any(const struct chains *chains);
void chains_release(struct chains *chains);
struct signal_part chains_part(struct chains *chains);
/* After the pass: those that still live count with what they are. */
void chains_finish(struct chains *chains);

/* Coefficient of variation of the increments; they are alike in their chains if
 * it is small. */
double chain_increment_variation(const struct chain_sums *sums);

#endif
