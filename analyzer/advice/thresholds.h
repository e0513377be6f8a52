/* SPDX-License-Identifier: MIT */
/*
 * Every figure that a detector compares with, in one table: its name in a
 * --thresholds file, its default, what it is. Constant once they are set.
 */
#ifndef ANALYZER_ADVICE_THRESHOLDS_H
#define ANALYZER_ADVICE_THRESHOLDS_H

#include <stddef.h>

/* X(constant, name in a file, default, meaning) */
#define THRESHOLDS(X) \
	X(MIN_CALLS, "min-calls", 1000, "calls of a site, exact mode") \
	X(MIN_SAMPLES, "min-samples", 30, "samples of a site, sampled mode") \
	X(MIN_QUARTERS, "min-quarters", 3, "quarters of the run it is active in") \
	X(MIN_CPU, "min-cpu", 0.005, "of the process's CPU time, saved") \
	X(MIN_PEAK, "min-peak", 0.01, "of the peak bytes, saved") \
	X(POOL_SIZE_SHARE, "pool.size-share", 0.90, "calls of one usable size") \
	X(POOL_TURNOVER, "pool.turnover", 20, "calls / most live at once") \
	X(POOL_FREED, "pool.freed", 0.95, "of the blocks are freed") \
	X(POOL_RATE, "pool.rate", 1000, "calls a second while active") \
	X(POOL_HIT, "pool.hit", 0.90, "simulated hits at the recommended cap") \
	X(POOL_BYTES, "pool.bytes", 64, "usable bytes of a block") \
	X(POOL_INCUMBENT, "pool.incumbent", 0.95, "hits of the allocator's own") \
	X(POOL_GAIN, "pool.gain-ns", 5, "ns a call, over the allocator's own") \
	X(POOL_POLLUTION, "pool.pollution", 16, "P99 / P50 of sizes: drop grown") \
	X(ARENA_EPOCHS, "arena.epochs", 10, "epochs of a function") \
	X(ARENA_OBJECTS, "arena.objects", 16, "blocks an epoch") \
	X(ARENA_FREED, "arena.freed", 0.98, "bytes freed in their epoch") \
	X(ARENA_SAME, "arena.same-call", 0.90, "freed under the same call") \
	X(ARENA_SWELL, "arena.swell", 2, "all bytes / peak bytes of an epoch") \
	X(ARENA_LIFO, "arena.lifo", 0.95, "freed youngest first: mark, release") \
	X(STACK_SAME, "stack.same-caller", 0.99, "freed under the same caller") \
	X(STACK_BYTES, "stack.bytes", 1024, "bytes of a block, P99") \
	X(STACK_LIVE, "stack.live", 8, "live at once in a thread") \
	X(STACK_EMPTIED, "stack.emptied", 0.01, "times none is left / calls") \
	X(RESERVE_STEPS, "reserve.steps", 3, "reallocations of a chain") \
	X(RESERVE_COPIED, "reserve.copied", 0.5, "bytes copied / final bytes") \
	X(RESERVE_SHARE, "reserve.share", 0.4, "of the site's calls, steps") \
	X(RESERVE_ARITHMETIC, "reserve.arithmetic", 0.1, "CV of the increments") \
	X(HOIST_RUN, "hoist.run", 10, "allocate and free in turn, a run") \
	X(HOIST_SHARE, "hoist.share", 0.95, "calls that are in such runs") \
	X(HOIST_POLLUTION, "hoist.pollution", 16, "P99 / P50: shrink at times") \
	X(SLAB_LIVE, "slab.live", 10000, "live at once") \
	X(SLAB_BYTES, "slab.bytes", 128, "bytes of a block") \
	X(SLAB_TURNOVER, "slab.turnover", 2, "calls / most live at once") \
	X(SLAB_LONG, "slab.long-lived", 0.80, "live for more than half the run") \
	X(HANDOFF_SHARE, "handoff.share", 0.50, "freed by another thread") \
	X(HANDOFF_POOL, "handoff.pool", 0.50, "hits of a pool a thread, at most") \
	X(SIZE_CLASS_SHARE, "size-class.share", 0.10, "of the site's bytes wasted") \
	X(SIZE_CLASS_BYTES, "size-class.bytes", 1048576, "wasted at the peak") \
	X(SIZE_CLASS_ABOVE, "size-class.above", 0.05, "just above a class, at most") \
	X(ZEROING_CPU, "zeroing.cpu", 0.01, "of the CPU time clears memory") \
	X(FALSE_SHARING_SHARE, "false-sharing.share", 0.05, "of the time shared") \
	X(FALSE_SHARING_BLOCKS, "false-sharing.blocks", 1000, "beside another's") \
	X(LEAK_QUANTILE, "leak.quantile", 0.999, "of the freed blocks' lifetimes") \
	X(LEAK_P, "leak.p", 0.01, "Mann-Kendall, of the last half") \
	X(LEAK_RISE, "leak.rise", 0.10, "of what stays, came in the last half") \
	X(LEAK_EARLY, "leak.early", 0.05, "of the run: allocated by then: global") \
	X(LEAK_KEPT, "leak.kept", 0.01, "of the calls: freed, if all is kept till exit")

enum threshold {
#define THRESHOLD_ENUM(constant, name, value, meaning) THRESHOLD_##constant,
	THRESHOLDS(THRESHOLD_ENUM)
#undef THRESHOLD_ENUM
	THRESHOLD_COUNT
};

struct thresholds {
	double values[THRESHOLD_COUNT];
};

struct threshold_info {
	const char *name, *meaning;
	double value; /* by default */
};

extern const struct threshold_info threshold_table[THRESHOLD_COUNT];

/* What its number counts. */
enum threshold_unit { THRESHOLD_NUMBER, THRESHOLD_SHARE, THRESHOLD_BYTES };
enum threshold_unit threshold_unit(enum threshold threshold);

void thresholds_init(struct thresholds *t);

#define THRESHOLD_WHY_BYTES 160

/*
 * Reads lines of "NAME VALUE" (or NAME = VALUE); # begins a comment. Returns 0,
 * or -1 with `why` filled: "line 3: no threshold 'pool.hits'".
 */
int thresholds_read(struct thresholds *t, const char *path,
		    char why[THRESHOLD_WHY_BYTES]);

#endif
