/* SPDX-License-Identifier: MIT */
/*
 * Calls and stacks of several recordings in one place: each text, each call and
 * each stack is kept once, so that two runs of one build share theirs, and
 * equal ones have equal numbers. Addresses are offsets in a module, so it does
 * not matter where it was loaded. Strings are the recorded programs' bytes:
 * show them through text.h only. One thread.
 */
#ifndef ANALYZER_DIFF_FRAME_POOL_H
#define ANALYZER_DIFF_FRAME_POOL_H

#include "analyzer/diff/pool_table.h"

/* One call. Numbers of texts, 0: not known. */
struct pool_frame {
	uint32_t function; /* demangled */
	uint32_t file;
	uint32_t module; /* path */
	uint32_t build;	 /* the module's build ID, in hexadecimal */
	uint32_t line;
	uint32_t start_line; /* of the function, in the same file */
	uint32_t flags;
	uint32_t reserved; /* 0: frames are compared as bytes */
	uint64_t offset;   /* in the module; 0 in none */
};

#define POOL_FRAME_INLINED 1 /* into its caller */
#define POOL_FRAME_PROGRAM 2 /* its module is the executable */
#define POOL_FRAME_SHARED 4  /* its module is one build on both sides */

/* A call and the stack of its callers. */
struct pool_stack {
	uint32_t frame;
	uint32_t callers;
};

#define POOL_STACK_EMPTY 0 /* no callers: the outermost call's */
#define POOL_STACK_CUT 1   /* they were not recorded */
#define POOL_STACK_FIRST 2

struct frame_pool {
	char **texts; /* 0 is "" */
	size_t text_count, text_capacity;
	struct pool_frame *frames;
	size_t frame_count, frame_capacity;
	struct pool_stack *stacks; /* callers before those that they call */
	size_t stack_count, stack_capacity;
	struct pool_table text_table, frame_table, stack_table; /* private */
};

void frame_pool_init(struct frame_pool *pool);
void frame_pool_release(struct frame_pool *pool);

/* The number of a text, of a call, of a stack: the same for the same. NULL is
 * text 0. */
uint32_t frame_pool_text(struct frame_pool *pool, const char *text);
uint32_t frame_pool_frame(struct frame_pool *pool,
			  const struct pool_frame *frame);
uint32_t frame_pool_stack(struct frame_pool *pool, uint32_t frame,
			  uint32_t callers);

/* A stack's calls, leaf first, at most `max`; returns how many. *cut, if it is
 * not NULL: were callers not recorded, or are there more than that? */
size_t frame_pool_read(const struct frame_pool *pool, uint32_t stack,
		       const struct pool_frame **frames, size_t max, bool *cut);

static inline const char *frame_pool_name(const struct frame_pool *pool,
					  uint32_t text)
{
	return text ? pool->texts[text] : NULL;
}

#endif
