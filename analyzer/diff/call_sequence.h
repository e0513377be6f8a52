/* SPDX-License-Identifier: MIT */
/*
 * A stack as a sequence of what matters of its calls, leaf first: the finer of
 * them keeps lines apart, the coarser only has the program's own functions.
 * Hashes stand for sequences: 64 bits, of which equal ones mean equal
 * sequences. One thread.
 */
#ifndef ANALYZER_DIFF_CALL_SEQUENCE_H
#define ANALYZER_DIFF_CALL_SEQUENCE_H

#include "analyzer/diff/frame_key.h"

#define CALL_SEQUENCE_MAX 1024 /* calls, from the leaf */

enum call_detail {
	CALLS_CODE,	 /* place in a build of a module, whatever is known of
			    names; nothing if a module has no build ID */
	CALLS_PLACES,	 /* function, file, module */
	CALLS_FUNCTIONS, /* function; of a run of the language's library the
			    one that the program called; not the allocator's,
			    not what comes before main */
	CALLS_OWN,	 /* function, without the language's library */
};

/* Of one stack; `calls` belongs to whoever reads it. */
struct call_sequence {
	uint64_t calls[CALL_SEQUENCE_MAX]; /* never 0 */
	size_t count;
	bool cut;   /* callers are missing */
	/* The first of the own calls has a file: inlined calls would show. By
	 * CALLS_PLACES: some own call has one. */
	bool lined;
};

struct call_source {
	const struct frame_pool *pool;
	const struct frame_keys *keys;
};

void call_sequence_read(struct call_sequence *sequence,
			const struct call_source *source, uint32_t stack,
			enum call_detail detail);
/* What a call of the pool is in CALLS_OWN; 0 if it is not in it. */
uint64_t call_sequence_own(const struct call_source *source, uint32_t frame);
/* Of all of it; 0 if it is empty. */
uint64_t call_sequence_hash(const struct call_sequence *sequence);

/* Of the lines of a stack; from_start: counted from each function's start. */
uint64_t call_sequence_lines(const struct call_source *source, uint32_t stack,
			     bool from_start);
/* Which of two stacks is first, by line and then by offset: < 0, 0, > 0. */
int call_sequence_order(const struct frame_pool *pool, uint32_t a, uint32_t b);

#endif
