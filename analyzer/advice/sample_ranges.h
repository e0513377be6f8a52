/* SPDX-License-Identifier: MIT */
/*
 * How far the figures of a site in a sampled dump may be off: the sums of
 * estimate.h for the blocks of each candidate, made, live at the process's peak
 * and live in the end. 400 bytes a candidate. Sampled mode; one thread.
 */
#ifndef ANALYZER_ADVICE_SAMPLE_RANGES_H
#define ANALYZER_ADVICE_SAMPLE_RANGES_H

#include "analyzer/advice/signals.h"
#include "analyzer/estimate.h"

enum sample_basis {
	SAMPLE_OF_ALL,	/* blocks made */
	SAMPLE_AT_PEAK, /* live then */
	SAMPLE_AT_END,	/* live then */
	SAMPLE_BASES
};

struct sample_ranges {
	const struct signal_pass *pass;
	struct sample_sums {
		struct estimate_sum of[SAMPLE_BASES];
	} *sums; /* by candidate; of[SAMPLE_AT_END] is what is live, meanwhile */
	bool peaked; /* and noted */
};

void sample_ranges_init(struct sample_ranges *ranges,
			const struct signal_pass *pass);
void sample_ranges_release(struct sample_ranges *ranges);
struct signal_part sample_ranges_part(struct sample_ranges *ranges);
/* After the pass. */
void sample_ranges_finish(struct sample_ranges *ranges);

/* The 95% interval of blocks, or of bytes. */
struct estimate sample_count(const struct sample_ranges *ranges,
			     size_t candidate, enum sample_basis basis);
struct estimate sample_bytes(const struct sample_ranges *ranges,
			     size_t candidate, enum sample_basis basis);

#endif
