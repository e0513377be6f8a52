/* SPDX-License-Identifier: MIT */
/*
 * Random programs of several threads, whose every block is known from its
 * birth to its end, for slow reckonings to hold the passes of advise against.
 * Any two events are 100 ticks or more apart, so their order is beyond doubt.
 * A realloc that fails leaves no mark on what is known.
 */
#ifndef TESTS_UNIT_PLAIN_TRACE_H
#define TESTS_UNIT_PLAIN_TRACE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "analyzer/advice/census.h"
#include "tests/unit/dump_builder.h"

#define PLAIN_STACKS 24 /* ids 2 .. PLAIN_END - 1 */
#define PLAIN_END (2 + PLAIN_STACKS)
#define PLAIN_EVENTS_MAX 8000
#define PLAIN_LANES 5
#define PLAIN_NEVER SIZE_MAX
#define PLAIN_NONE UINT32_MAX

enum plain_end { PLAIN_LIVES, PLAIN_FREED, PLAIN_REALLOCATED, PLAIN_IMPLICIT };

struct plain_block {
	uint64_t address, size, tick;
	uint32_t stack, lane;
	uint8_t kind;
	size_t born, died; /* events; PLAIN_NEVER */
	uint64_t died_tick;
	uint32_t died_lane, free_stack;
	enum plain_end end;
	uint32_t old; /* the block that it was before a realloc; PLAIN_NONE */
};

struct plain_trace {
	struct stack_node nodes[PLAIN_END];
	struct event events[PLAIN_EVENTS_MAX];
	uint32_t event_lane[PLAIN_EVENTS_MAX];
	size_t count;
	struct plain_block blocks[PLAIN_EVENTS_MAX]; /* by birth */
	size_t block_count;
	uint32_t lanes;
	uint64_t last_tick;
	bool sampled;
};

struct plain_choice {
	size_t events;	  /* at least so many, and a few more */
	uint32_t lanes;
	uint32_t places;  /* addresses: blocks live at once, at most */
	bool one_by_one;  /* frees come soon: short lives, runs, epochs */
	bool sampled;
};

/* Any number is a seed. The caller frees it. */
struct plain_trace *plain_trace_new(uint64_t seed,
				    const struct plain_choice *choice);
/* Writes it to a dump, and opens that. */
struct recording *plain_trace_open(const struct plain_trace *t,
				   struct dump_builder *b);

/* Is the block live after event `at`? */
bool plain_lives(const struct plain_block *block, size_t at);
/* Is a node the stack, or one of its callers? */
bool plain_is_under(const struct plain_trace *t, uint32_t stack, uint32_t node);
/* Blocks that the block's thread allocated while it lived. */
uint32_t plain_distance(const struct plain_trace *t,
			const struct plain_block *block);
/* Blocks that an event stands for. */
double plain_weight(const struct plain_trace *t,
		    const struct plain_block *block);
#define PLAIN_SAMPLE_BYTES 100

#endif
