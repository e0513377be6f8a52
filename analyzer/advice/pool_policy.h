/* SPDX-License-Identifier: MIT */
/*
 * The table of policies, one file each (those of plain lists share one). To add
 * one: a file with a `struct pool_policy`, a line in pool_sim.c. A policy's
 * state is told each step of a block that some pool size takes. Memory of
 * `ring`: 1 byte a slot of every cap, 62 a live block; of `trim` 8 bytes an
 * idle object under every cap.
 */
#ifndef ANALYZER_ADVICE_POOL_POLICY_H
#define ANALYZER_ADVICE_POOL_POLICY_H

#include "analyzer/advice/pool_gauge.h"

#define POOL_SIZES_MAX 32

struct pool_options {
	const struct pool_caps *caps; /* must outlive it */
	const uint64_t *sizes;	/* ascending, at least one; copied */
	size_t size_count;	/* 1 to POOL_SIZES_MAX */
	uint64_t tau_ticks;	/* at least 1; for those that let go in time */
};

/* A step as policies see it. */
struct pool_move {
	uint64_t tick;	  /* never steps back */
	uint64_t address;
	double heap_bytes; /* less what is idle; see pool_gauge_heap() */
	uint64_t bytes;	  /* of the pool's objects */
	uint32_t class;	  /* the pool size's index */
	uint32_t lane, owner;
};

struct pool_policy {
	const char *word;  /* of --policy */
	const char *about; /* a few words */
	bool uncapped;	   /* only without a cap */
	bool needs_cap;	   /* only with one */
	bool timed;	   /* lets go after tau */
	bool locked;	   /* threads share its lists */
	void *(*begin)(const struct pool_options *options);
	void (*end)(void *state);
	void (*allocate)(void *state, const struct pool_move *move);
	void (*release)(void *state, const struct pool_move *move);
	void (*restore)(void *state, const struct pool_move *move);
	/* The last heap_bytes, and the time until which it counts. */
	void (*finish)(void *state, uint64_t tick, double heap_bytes);
	void (*figures)(const void *state, size_t cap, struct pool_span span,
			struct pool_figures *figures);
};

extern const struct pool_policy pool_shared;
extern const struct pool_policy pool_freeing;
extern const struct pool_policy pool_owner;
extern const struct pool_policy pool_epochs;
extern const struct pool_policy pool_ring;
extern const struct pool_policy pool_trim;

#endif
