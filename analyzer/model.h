/* SPDX-License-Identifier: MIT */
/*
 * What a dump says besides its events: META, modules, threads, the usage
 * series, counters, the stack tree. Filled by recording_open(), then constant.
 * Strings are the recorded program's bytes: show them through text.h only.
 */
#ifndef ANALYZER_MODEL_H
#define ANALYZER_MODEL_H

#include "analyzer/stack_tree.h"

struct model_meta {
	bool present;
	char *program;	/* strings are never NULL, maybe "" */
	char *host;
	char *allocator; /* file that defines the real malloc */
	char *allocator_version;
	char *tunables;	 /* GLIBC_TUNABLES, where it was set */
	char *unseen_allocator; /* whose malloc was called, not ours; or "" */
	char *ring_path;
	char *version; /* heapwise's, when it recorded */
	char *directory;
	char **arguments;
	size_t argument_count, argument_capacity;
	uint64_t pid, parent_pid, session;
	uint64_t start_tick, start_monotonic_ns, start_realtime_ns;
	uint64_t clock;	     /* enum dump_clock */
	uint64_t tick_shift; /* below 64 */
	uint64_t mode;	     /* enum dump_mode */
	uint64_t sample_bytes; /* T at interval shift 0; at least 1 */
	uint64_t seed;
	uint64_t free_stacks, details; /* 1 in N; 0: none */
	uint64_t on_full;    /* enum dump_on_full */
	uint64_t drainer;    /* enum dump_drainer */
	uint64_t forked;     /* 1: a fork child */
	uint64_t page_bytes;
	uint64_t empty_pair; /* clock units that each duration includes */
};

struct model_segment {
	uint64_t address; /* as in the file's program header */
	uint64_t bytes, offset, flags;
};

struct model_module {
	uint32_t id;
	uint64_t tick;
	uint64_t base; /* run-time address - file's address */
	uint64_t start, end;
	uint8_t *build_id;
	size_t build_id_bytes;
	char *path;
	struct model_segment *segments;
	size_t segment_count;
};

struct model_thread {
	uint32_t serial;
	uint32_t tid;
	uint64_t started_tick, ended_tick; /* 0: not known */
	char *name; /* the last one it had; never NULL, maybe "" */
	uint32_t order; /* private */
};

struct model_usage {
	uint64_t tick, monotonic_ns, realtime_ns;
	uint64_t rss_bytes, recorder_bytes; /* the latter is part of it */
	uint64_t user_ns, system_ns, drainer_ns;
};

struct model {
	struct model_meta meta;
	struct stack_tree stacks;
	struct model_module *modules; /* sorted by id, ids distinct */
	size_t module_count, module_capacity;
	struct model_thread *threads; /* sorted by serial, distinct */
	size_t thread_count, thread_capacity;
	struct model_usage *usage; /* by tick; thinned out evenly */
	size_t usage_count, usage_capacity;
	struct model_usage usage_last;	   /* private: not thinned out */
	uint64_t usage_seen, usage_stride; /* private */
	uint64_t peak_rss_bytes; /* less the recorder's; of all samples */
	uint64_t stats[STAT_COUNT + 1]; /* by enum stat_tag */
	uint64_t end_reason; /* enum end_reason; 0: no END block */
	double ns_per_tick;
	bool ns_per_tick_guessed; /* the dump does not say; about 1 us */
};

void model_init(struct model *m);
void model_release(struct model *m);

/* By id; NULL if there is none. */
const struct model_module *model_module(const struct model *m, uint32_t id);
const struct model_thread *model_thread(const struct model *m, uint32_t serial);

/* Nanoseconds from the start of the recording to a tick. */
double model_tick_ns(const struct model *m, uint64_t tick);
/* And back: the last tick that is not later; the first or last there is where
 * there is no such. */
uint64_t model_tick_at(const struct model *m, double ns);

/*
 * For model_take() (model_blocks.h) and the ring reader. The module's pointers
 * become the model's. A thread may come many times, a record each: later ones
 * add to earlier ones; `name` is copied, NULL for none. The first two return -1
 * when there are more than any program has.
 */
int model_add_module(struct model *m, const struct model_module *module);
int model_add_thread(struct model *m, const struct model_thread *thread,
		     size_t name_bytes);
void model_add_usage(struct model *m, const struct model_usage *usage);

/* Once, after everything was taken in: sorts, seals, fits the clock. */
void model_seal(struct model *m);

#endif
