/* SPDX-License-Identifier: MIT */
/*
 * Cache lines that hold live blocks of several threads: by whoever allocated
 * them, while these threads live. When each thread writes to its own, the line
 * goes to and fro between processors (false sharing). Looked at are the first
 * and the last line of a block, which others may reach into; all lines of the
 * heap at first, and when they become too many a random half of them, and so on,
 * so that shares of time stay unbiased. Memory: at most 2 MiB. Exact mode; one
 * thread.
 */
#ifndef ANALYZER_ADVICE_SHARED_LINES_H
#define ANALYZER_ADVICE_SHARED_LINES_H

#include "analyzer/advice/signals.h"

#define LINE_BYTES 64
#define LINE_PARTNERS 4

/* Of a candidate. A block has a time in each of its lines that is looked at. */
struct shared_sums {
	double ends;	  /* times that a block came into a line */
	double met;	  /* of them, that another thread had or got a block in
			     it before it went */
	double ticks;	  /* that blocks were in lines */
	double together;  /* of them, with another thread's */
	/* Whose: sites of the fold, by Misra and Gries' count of ticks (Sci.
	 * Comput. Program. 2:143, 1982): the one with most of them is there if
	 * it has a fifth. */
	struct shared_partner {
		uint32_t site;
		double ticks; /* 0: none */
	} partners[LINE_PARTNERS];
};

struct shared_lines;

/* NULL where one thread alone has events. */
struct shared_lines *shared_lines_new(const struct signal_pass *pass);
void shared_lines_free(struct shared_lines *lines); /* NULL is allowed */
struct signal_part shared_lines_part(struct shared_lines *lines);
/* After the pass: what is still there counts up to its end. */
void shared_lines_finish(struct shared_lines *lines);

/* All zero for lines that are NULL. */
struct shared_sums shared_lines_sums(const struct shared_lines *lines,
				     size_t candidate);
/* The site whose blocks were longest beside it, or SIGNALS_NONE. */
uint32_t shared_partner(const struct shared_sums *sums);

#endif
